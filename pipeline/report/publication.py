"""The publication edition: one plain table a sheet, nothing merged, hidden or drawn: anyone can read it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import states
from pipeline.catalogue.forms import Form
from pipeline.catalogue.models import Target
from pipeline.messages import Messages
from pipeline.model import Results
from pipeline.report.period_text import period_text
from pipeline.report.publication_page import LACKING, NOT_APPLICABLE, Cell, Sheet, write_sheets
from pipeline.report.theme import difference_style, value_style

if TYPE_CHECKING:
    import pandas as pd

_TIME = datetime(2000, 1, 1)  # noqa: DTZ001  no clock: the same results give the same bytes
_COLUMNS = (
    "indicator", "province", "unit", "value", "target", "gap", "status", "low", "high", "used", "rank", "rank_best",
    "rank_worst", "notes",
)  # fmt: skip
_LONGEST = 255  # of a property
_PLAIN_UNITS = frozenset({"total", "per_100k"})  # the other kinds of indicators are percentages
Figure = tuple[str, str | None]  # an indicator and a province (empty: the cluster, None: each of them)


def write_publication(results: Results, path: Path) -> None:
    """Write the workbook: cover, contents, notes, then the tables."""
    book = _Book(results)
    tables = [book.notes(), book.indicators(), *book.forms()]
    sheets = [book.cover(tables), book.contents(tables), *tables]
    write_sheets(sheets, book.properties(), results.lang, path)


class _Book:
    """What each sheet says."""

    def __init__(self, results: Results) -> None:
        self.results, self.catalogue = results, results.catalogue
        self.say = Messages(results.lang)
        self.when = period_text(results.period, self.say)
        self.members = results.catalogue.members_on(results.period)
        self.title = f"{results.catalogue.settings.name.text(results.lang)}, {self.when}"
        self.noted = self._noted()
        self.ranks = _ranks(results.consolidation.tables.get("comparison"))

    def properties(self) -> dict[str, object]:
        """What the document's properties say."""
        cluster = self.catalogue.cluster_on(self.results.period)
        groups = [label.text(self.results.lang) for label in self.catalogue.settings.groups.values()]
        return {
            "title": self.title[:_LONGEST],
            "author": (cluster.name.text(self.results.lang) if cluster else "")[:_LONGEST],
            "keywords": "; ".join(groups)[:_LONGEST],
            "created": _TIME,
        }

    def cover(self, tables: Sequence[Sheet]) -> Sheet:
        """What the workbook is about."""
        period, submissions = self.results.period, self.results.consolidation.submissions
        came = set(submissions.loc[submissions["forms_accepted"] > 0, "province"]) & set(self.members)
        start, end = (self._day(day) for day in self.catalogue.window_of(period))
        lines = [
            *([self.results.note.text(self.results.lang)] if self.results.note else []),
            self.say("publication.cover.period", period=self.when, start=start, end=end),
            self.say("publication.cover.provinces", provinces=[self._province(p) for p in self.members]),
            self.say("publication.cover.came", came=len(came), expected=len(self.members)),
            self.say("publication.source"),
            *self._marks(frozenset[str]().union(*(table.marks for table in tables))),
            self.say("publication.cover.contents", sheet=self.say("publication.contents")),
        ]
        return Sheet(self.say("publication.cover"), self.title, lines)

    def contents(self, sheets: Sequence[Sheet]) -> Sheet:
        """The list of the sheets that hold tables."""
        heads = [self.say(f"publication.contents.{name}") for name in ("sheet", "what")]
        rows = [[(sheet.name, ""), (sheet.title, "")] for sheet in sheets]
        title = self.say("publication.contents.title")
        lines = [self.say("publication.one_table"), self.say("publication.contents.links")]
        return Sheet(self.say("publication.contents"), title, lines, "contents", heads, rows, links=True)

    def indicators(self) -> Sheet:
        """Every indicator of every province and of the cluster."""
        frame = self.results.consolidation.indicators
        sheet = Sheet(
            self.say("publication.indicators"),
            self.say("publication.indicators.title", period=self.when),
            [self.say(f"publication.indicators.{name}") for name in ("about", "intervals", "ranks", "differences")],
            "indicators",
            [self.say(f"publication.{name}") for name in _COLUMNS],
            [self._indicator({str(k): v for k, v in row.items()}) for row in frame.to_dict("records")],
        )
        noted = [self.say("publication.noted", number=1, sheet=self.say("publication.notes"))] if self.noted else []
        return self._explained(sheet, self.say("publication.source"), *noted)

    def _explained(self, sheet: Sheet, source: str, *noted: str) -> Sheet:
        """The sheet with the lines that each table has: how many there are, what its signs mean, where it is from."""
        lines = (self.say("publication.one_table"), *noted, *self._marks(sheet.marks), *sheet.lines, source)
        return replace(sheet, lines=lines)

    def _marks(self, marks: frozenset[str]) -> list[str]:
        """What the shorthand means, a line for each sign that is used."""
        named = ((LACKING, "publication.lacking"), (NOT_APPLICABLE, "publication.not_applicable"))
        return [self.say(key, mark=mark) for mark, key in named if mark in marks]

    def _indicator(self, row: dict[str, object]) -> list[Cell]:
        entry = self.catalogue.indicators[str(row["indicator"])]
        style, difference = value_style(entry.kind), difference_style(entry.kind)
        no_target = row["status"] == "no_target" or _number(row["target"]) is None
        return [
            (self._label(str(row["indicator"])), ""),
            (self._province(str(row["province"])), ""),
            (self.say(f"publication.unit.{entry.kind if entry.kind in _PLAIN_UNITS else 'percent'}"), ""),
            _cell(row["value"], style, LACKING),
            _cell(row["target"], style, NOT_APPLICABLE),
            _cell(row["gap"], difference, NOT_APPLICABLE if no_target else LACKING),
            (self.say(f"publication.status.{row['status']}"), ""),
            _cell(row["low"], style, NOT_APPLICABLE),
            _cell(row["high"], style, NOT_APPLICABLE),
            _cell(row["used"], "count", LACKING),
            *(_cell(rank, "count", NOT_APPLICABLE) for rank in (row["rank"], *self._allowed(row))),
            (self._markers(str(row["indicator"]), str(row["province"])) or NOT_APPLICABLE, ""),
        ]

    def _allowed(self, row: dict[str, object]) -> tuple[object, object]:
        """The best and the worst rank that the intervals allow."""
        return self.ranks.get((str(row["indicator"]), str(row["province"])), (None, None))

    def forms(self) -> Iterator[Sheet]:
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
            made = Sheet(
                sheet,
                self.say("publication.form.title", title=form.title.text(self.results.lang), period=self.when),
                [self.say(f"publication.form.{line}") for line in ("parts", "whole")],
                f"form_{name}",
                [self.say("publication.province"), *(self._head(form, m) for m in measures)],
                self._totals(name, form, measures),
            )
            yield self._explained(made, self.say("publication.source.form", form=sheet))

    def _head(self, form: Form, measure: str) -> str:
        label, unit = form.label_of(measure).text(self.results.lang), self.say.unit(form.columns[measure].unit)
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
            columns.append([_cell(total, style, LACKING) for total in (*totals, whole)])
        labels = [*(self._province(p) for p in self.members), self.say("publication.cluster")]
        return [[(label, ""), *cells] for label, *cells in zip(labels, *columns, strict=True)]

    def notes(self) -> Sheet:
        """The notes by their numbers: what is to be known of indicators, and the targets with who set them."""
        rows: list[list[Cell]] = []
        for number, (text, figures) in enumerate(self.noted.items(), 1):
            about = "; ".join(dict.fromkeys(self._label(indicator) for indicator, _ in figures))
            rows.append([(self.say("publication.marker", number=number), ""), (text, ""), (about, "")])
        none: list[list[Cell]] = [
            [(NOT_APPLICABLE, ""), (self.say("publication.notes.none"), ""), (NOT_APPLICABLE, "")]
        ]
        heads = [self.say(f"publication.notes.{name}") for name in ("number", "text", "what")]
        lines = [self.say("publication.one_table")]
        sheet = Sheet(
            self.say("publication.notes"), self.say("publication.notes.title"), lines, "notes", heads, rows or none
        )
        return replace(sheet, lines=(*lines, *self._marks(sheet.marks)))

    def _noted(self) -> dict[str, list[Figure]]:
        """The figures of each note, in the order of their numbers."""
        noted: dict[str, list[Figure]] = {}
        for name, entry in self.catalogue.indicators.items():
            binding, context = self.catalogue.targets_of(name, self.results.period, "")
            texts = [entry.note.text(self.results.lang)] if entry.note else []
            texts += [self._target(target, entry.kind) for target in (binding, *context) if target]
            for text in dict.fromkeys(texts):
                noted.setdefault(text, []).append((name, None))
        for text, figure in self._reasons():
            noted.setdefault(text, []).append(figure)
        return noted

    def _reasons(self) -> Iterator[tuple[str, Figure]]:
        """What is to be said of single figures: that they rest on cells to look at again, or on a part only."""
        frame = self.results.consolidation.indicators
        told = frame[frame["value"].notna() & frame["reason"].fillna("").ne("")]
        for indicator, province, reason in zip(told["indicator"], told["province"], told["reason"], strict=True):
            said = self.say("publication.notes.reason", province=self._province(province), reason=reason)
            yield said, (indicator, province)

    def _markers(self, indicator: str, province: str) -> str:
        own = {(indicator, None), (indicator, province)}
        numbers = [number for number, figures in enumerate(self.noted.values(), 1) if own & set(figures)]
        return ", ".join(self.say("publication.marker", number=number) for number in numbers)

    def _target(self, target: Target, kind: str) -> str:
        value = self.say.number(target.value) if kind in _PLAIN_UNITS else self.say.percent(target.value)
        bound = self.say(f"scoring.bound.{target.op}", value=value)
        parts = [self.say("publication.notes.target", bound=bound)]
        parts += [self.say("publication.notes.issuer", issuer=target.issuer)] if target.issuer else []
        source = self.say("workbook.illustrative") if target.source == "illustrative" else target.source
        parts += [self.say("publication.notes.source", source=source)] if source else []
        return " ".join(parts)

    def _label(self, indicator: str) -> str:
        label = self.catalogue.indicators[indicator].label
        return label.text(self.results.lang) if label else indicator

    def _day(self, day: date) -> str:
        month = self.say(f"publication.month.{day.month}")
        return self.say("publication.day", day=day.day, month=month, year=day.year)

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
    values = counted.loc[counted["state"] != states.NOT_APPLICABLE, "value"].tolist()
    return None if any(math.isnan(value) for value in values) else math.fsum(values)


def _ranks(compared: "pd.DataFrame | None") -> dict[tuple[str, str], tuple[float, float]]:
    """(indicator, province) -> the best and the worst rank."""
    if compared is None:
        return {}
    columns = (compared[name] for name in ("indicator", "province", "rank_best", "rank_worst"))
    return {(str(i), str(p)): (best, worst) for i, p, best, worst in zip(*columns, strict=True)}


def _number(value: object) -> float | None:
    return None if not isinstance(value, int | float) or math.isnan(value) else float(value)


def _cell(value: object, style: str, otherwise: str) -> Cell:
    number = _number(value)
    return (otherwise, "") if number is None else (number, style)
