"""The publication edition: one plain table a sheet, nothing merged, hidden or drawn: anyone can read it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from pipeline.catalogue.forms import Form
from pipeline.catalogue.models import Target
from pipeline.messages import Messages
from pipeline.model import Results
from pipeline.report.template_lines import period_text
from pipeline.report.theme import Formats, difference_style, value_style
from pipeline.states import NOT_APPLICABLE

if TYPE_CHECKING:
    import pandas as pd

_TIME = datetime(2000, 1, 1)  # noqa: DTZ001  no clock: the same results give the same bytes
_LACKING, _NOT_APPLICABLE = "[x]", "[z]"
_COLUMNS = ("indicator", "province", "value", "target", "gap", "status", "low", "high", "used", "rank")

Cell = tuple[str | float, str]  # a value and the style of its number format


@dataclass(frozen=True)
class _Sheet:
    """One sheet: a title in A1, lines of text below it, then a table without a gap (or none: the cover)."""

    name: str
    title: str
    lines: Sequence[str]
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()


def write_publication(results: Results, path: Path) -> None:
    """Write the workbook."""
    book = _Book(results)
    tables = [book.indicators(), *book.forms(), book.notes()]
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": book.title, "created": _TIME})
        formats = Formats(workbook)
        for number, sheet in enumerate([book.cover(), book.contents(tables), *tables], 1):
            _write(workbook, sheet, formats, number)


def _write(workbook: Workbook, sheet: _Sheet, formats: Formats, number: int) -> None:
    page = workbook.add_worksheet(sheet.name)
    page.write_string(0, 0, sheet.title, formats("title"))
    for row, line in enumerate(sheet.lines, 1):
        page.write_string(row, 0, line, formats("muted"))
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    top = len(sheet.lines) + 1
    if not sheet.heads:
        return
    heads: list[str] = []
    for head in sheet.heads:  # a table's columns have names of their own
        heads.append(head if head not in heads else f"{head} ({len(heads) + 1})")
    options = {
        "name": f"table_{number}",
        "style": None,
        "autofilter": False,
        "columns": [{"header": head, "header_format": formats("head")} for head in heads],
    }
    page.add_table(top, 0, top + max(len(sheet.rows), 1), len(heads) - 1, options)
    widths = [46, *[18 if len(heads) > 2 else 90] * (len(heads) - 1)]
    for row, cells in enumerate(sheet.rows, top + 1):
        texts = zip((value for value, _ in cells), widths, strict=True)
        page.set_row(row, 14 * max(-(-len(text) // width) for text, width in texts if isinstance(text, str)))
        for column, (value, style) in enumerate(cells):
            if isinstance(value, str):
                page.write_string(row, column, value, formats("cell", style))
            else:
                page.write_number(row, column, value, formats("cell", style))
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)


class _Book:
    """What each sheet says."""

    def __init__(self, results: Results) -> None:
        self.results, self.catalogue = results, results.catalogue
        self.say = Messages(results.lang)
        self.when = period_text(results.period, self.say)
        self.members = results.catalogue.members_on(results.period)
        self.title = f"{results.catalogue.settings.name.text(results.lang)}, {self.when}"

    def cover(self) -> _Sheet:
        """What the workbook is about."""
        period, submissions = self.results.period, self.results.consolidation.submissions
        came = set(submissions.loc[submissions["forms_accepted"] > 0, "province"]) & set(self.members)
        start, end = (day.strftime("%d/%m/%Y") for day in self.catalogue.window_of(period))
        lines = [
            self.say("publication.cover.period", period=self.when, start=start, end=end),
            self.say("publication.cover.provinces", provinces=[self._province(p) for p in self.members]),
            self.say("publication.cover.came", came=len(came), expected=len(self.members)),
            self.say("publication.cover.marks"),
            *([self.results.note.text(self.results.lang)] if self.results.note else []),
        ]
        return _Sheet(self.say("publication.cover"), self.title, lines)

    def contents(self, sheets: Sequence[_Sheet]) -> _Sheet:
        """The list of the sheets that hold tables."""
        heads = [self.say(f"publication.contents.{name}") for name in ("sheet", "what")]
        rows = [[(sheet.name, "wrap"), (sheet.title, "wrap")] for sheet in sheets]
        title = self.say("publication.contents.title")
        return _Sheet(self.say("publication.contents"), title, [self.say("publication.one_table")], heads, rows)

    def indicators(self) -> _Sheet:
        """Every indicator of every province and of the cluster."""
        frame = self.results.consolidation.indicators
        rows = [self._indicator({str(k): v for k, v in row.items()}) for row in frame.to_dict("records")]
        return _Sheet(
            self.say("publication.indicators"),
            self.say("publication.indicators.title", period=self.when),
            [self.say("publication.indicators.about"), self.say("publication.one_table")],
            [self.say(f"publication.{name}") for name in _COLUMNS],
            rows,
        )

    def _indicator(self, row: dict[str, object]) -> list[Cell]:
        entry = self.catalogue.indicators[str(row["indicator"])]
        label = entry.label.text(self.results.lang) if entry.label else str(row["indicator"])
        style, difference = value_style(entry.kind), difference_style(entry.kind)
        no_target = row["status"] == "no_target" or _number(row["target"]) is None
        return [
            (label, "wrap"),
            (self._province(str(row["province"])), "wrap"),
            _cell(row["value"], style, _LACKING),
            _cell(row["target"], style, _NOT_APPLICABLE),
            _cell(row["gap"], difference, _NOT_APPLICABLE if no_target else _LACKING),
            (self.say(f"publication.status.{row['status']}"), "wrap"),
            _cell(row["low"], style, _NOT_APPLICABLE),
            _cell(row["high"], style, _NOT_APPLICABLE),
            _cell(row["used"], "count", _LACKING),
            _cell(row["rank"], "count", _NOT_APPLICABLE),
        ]

    def forms(self) -> Iterator[_Sheet]:
        """One sheet for each form that has sums: its totals by province. Points are for the cluster's own meeting."""
        names = {self.say(f"publication.{name}").casefold() for name in ("cover", "contents", "indicators", "notes")}
        for name, form in self.catalogue.forms.items():
            measures = [m for m, column in form.measures.items() if column.sums]
            if not measures or name == self.catalogue.points_form:
                continue
            wanted = self.say("publication.form", number=form.number or len(names))
            sheet = "".join(c for c in wanted if c not in "[]:*?/\\")[:31]
            sheet = sheet if sheet.casefold() not in names else f"{sheet[:27]} {len(names)}"
            names.add(sheet.casefold())
            title = form.title.text(self.results.lang)
            yield _Sheet(
                sheet,
                self.say("publication.form.title", title=title, period=self.when),
                [self.say("publication.form.about"), self.say("publication.one_table")],
                [self.say("publication.province"), *(self._head(form, m) for m in measures)],
                self._totals(name, form, measures),
            )

    def _head(self, form: Form, measure: str) -> str:
        label, unit = form.label_of(measure).text(self.results.lang), form.columns[measure].unit
        return f"{label} ({unit})" if unit else label

    def _totals(self, name: str, form: Form, measures: Sequence[str]) -> list[list[Cell]]:
        frame = self.results.consolidation.observations
        frame = frame[(frame["form"] == name) & (frame["period"] == self.results.period.id)]
        columns = []
        for measure in measures:
            own = frame[frame["measure"] == measure]
            totals = [_total(own[own["province"] == province], form) for province in self.members]
            whole = math.fsum(t for t in totals if t is not None) if None not in totals else None
            style = "count" if form.columns[measure].kind == "count" else "amount"
            columns.append([_cell(total, style, _LACKING) for total in (*totals, whole)])
        labels = [*(self._province(p) for p in self.members), self.say("publication.cluster")]
        return [[(label, "wrap"), *cells] for label, *cells in zip(labels, *columns, strict=True)]

    def notes(self) -> _Sheet:
        """What has a note: indicators, and the targets with who set them."""
        rows: list[list[Cell]] = []
        for name, entry in self.catalogue.indicators.items():
            label = entry.label.text(self.results.lang) if entry.label else name
            binding, context = self.catalogue.targets_of(name, self.results.period, "")
            texts = [entry.note.text(self.results.lang)] if entry.note else []
            texts += [self._target(target, entry.kind) for target in (binding, *context) if target]
            rows += [[(label, "wrap"), (text, "wrap")] for text in texts]
        none: list[list[Cell]] = [[(_NOT_APPLICABLE, "wrap"), (self.say("publication.notes.none"), "wrap")]]
        heads = [self.say("publication.notes.what"), self.say("publication.notes.text")]
        lines = [self.say("publication.one_table")]
        return _Sheet(self.say("publication.notes"), self.say("publication.notes.title"), lines, heads, rows or none)

    def _target(self, target: Target, kind: str) -> str:
        plain = kind in {"total", "per_100k"}
        value = self.say.number(target.value) if plain else self.say.percent(target.value)
        issuer = target.issuer or ""
        return self.say("publication.notes.target", op=target.op, value=value, issuer=issuer, source=target.source)

    def _province(self, province: str) -> str:
        if not province:
            return self.say("publication.cluster")
        return self.catalogue.province_label(province).text(self.results.lang)


def _total(rows: "pd.DataFrame", form: Form) -> float | None:
    """The sum over a form's rows without the of-which ones; None where a needed number lacks."""
    parts = {member.id for member in form.members.values() if member.part_of}
    counted = rows[~rows["row"].isin(parts)]
    needed = {m for m in form.members if m not in parts} if len(form.row_keys) == 1 else set()
    if counted.empty or needed - set(counted["row"]):
        return None
    values = counted.loc[counted["state"] != NOT_APPLICABLE, "value"].tolist()
    return None if any(math.isnan(value) for value in values) else math.fsum(values)


def _number(value: object) -> float | None:
    return None if not isinstance(value, int | float) or math.isnan(value) else float(value)


def _cell(value: object, style: str, otherwise: str) -> Cell:
    number = _number(value)
    return (otherwise, "mark") if number is None else (number, style)
