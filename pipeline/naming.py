"""The lines of ``changes.csv`` as an officer reads them: names in the run's language beside the ids, and a sentence."""

from math import isnan
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.messages import Messages
from pipeline.model import Lang
from pipeline.periods import Period

if TYPE_CHECKING:
    import pandas as pd

_OF_SUBMISSIONS = {"status", "file"}


def name_changes(changes: "pd.DataFrame", catalogue: Catalogue, period: Period, lang: Lang) -> "pd.DataFrame":
    """The changes with their names and sentences filled in; what the catalogue does not know keeps its id."""
    naming = _Naming(catalogue, Messages(lang, period.year), period)
    named = [naming.line({str(name): value for name, value in row.items()}) for row in changes.to_dict("records")]
    columns = ("province_name", "form_name", "row_name", "measure_name", "message")
    return changes.assign(**{name: [line[i] for line in named] for i, name in enumerate(columns)}).astype(
        dict.fromkeys(columns, "str")
    )


class _Naming:
    """Names of one language."""

    def __init__(self, catalogue: Catalogue, say: Messages, period: Period) -> None:
        self._catalogue, self._say, self._period = catalogue, say, period

    def line(self, row: dict[str, object]) -> tuple[str, str, str, str, str]:
        """Names of the province, form, row and measure, and what changed."""
        province = self._say("naming.label", label=self._catalogue.province_label(str(row["province"])))
        form = self._catalogue.forms.get(str(row["form"]))
        measure = str(row["measure"])
        names = (
            province,
            self._form(form) if form else str(row["form"]),
            self._row(str(row["row"]), str(row["label"]), form),
            self._say("naming.label", label=form.label_of(measure)) if form and measure in form.columns else measure,
        )
        return *names, self._said(row, names)

    def _form(self, form: Form) -> str:
        title = self._say("naming.label", label=form.title)
        return self._say("naming.form", number=form.number, title=title) if form.number else title

    def _row(self, row: str, label: str, form: Form | None) -> str:
        """Members by their labels; a row of an open key as the sheet writes it."""
        names = form.names_of(row) if form else ()
        if all(isinstance(name, str) for name in names):
            return label or row
        return self._say("naming.label", label=names)

    def _said(self, row: dict[str, object], names: tuple[str, str, str, str]) -> str:
        kind, say = str(row["kind"]), self._say
        if not row["province"] and not row["form"] and kind not in _OF_SUBMISSIONS:
            return say(f"cli.changes.{kind}", period=self._period.id)  # there is no baseline
        was, now = (self._status(str(row[name])) for name in ("old_state", "new_state"))
        if kind in _OF_SUBMISSIONS:
            files = {"old_file": row["old_file"] or "-", "file": row["file"] or "-"}
            rewritten = kind == "file" and row["old_file"] == row["file"]
            said = "naming.rewritten" if rewritten else f"naming.{kind}"
            return say(
                said,
                province=names[0] or str(row["file"]),
                was=was,
                now=now.lower() if kind == "file" else now,
                **files,
            )
        form = self._catalogue.forms.get(str(row["form"]))
        column = form.columns.get(str(row["measure"])) if form else None
        old, new = self._numbers(row, (was, now), is_share=column is not None and column.kind == "percent")
        what = ", ".join(name for name in names[::-1] if name)
        places = {"old_cell": self._place(row, "old_"), "cell": self._place(row, "")}
        return say(f"naming.{kind}", what=what, period=row["period"], old=old, new=new, **places)

    def _status(self, state: str) -> str:
        """A status or a state in words."""
        key = next((k for k in (f"status.{state}", f"workbook.state.{state}") if self._say.has(k)), "")
        return self._say(key) if key else state or "-"

    def _numbers(self, row: dict[str, object], states: tuple[str, str], *, is_share: bool) -> list[str]:
        """The old and the new figure, a share as a percentage with the decimals that tell the two apart."""
        values = [float(str(row[name])) for name in ("old", "new")]
        decimals = self._say.telling(abs(values[1] - values[0]) if is_share and not any(map(isnan, values)) else 0.0)
        return [
            state.lower()
            if isnan(value)
            else self._say.percent(value, decimals)
            if is_share
            else self._say.number(value)
            for value, state in zip(values, states, strict=True)
        ]

    @staticmethod
    def _place(row: dict[str, object], side: str) -> str:
        return f"{row[f'{side}sheet']}!{row[f'{side}cell']} ({row[f'{side}file']})"
