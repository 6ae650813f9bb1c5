"""Which figures rest on cells that a warning is about: a doubt stands beside the figure, not only in a list."""

from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.indicators.figures import INCOMPLETE
from pipeline.messages import Messages
from pipeline.model import GROUP, MEMBER, Finding, Lang
from pipeline.plain import tuples
from pipeline.text import fold

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 3
_CLUSTER = ""
Touched = dict[tuple[str, str], list[str]]  # (indicator, province) -> cells


def mark_doubts(
    indicators: "pd.DataFrame", cells: "pd.DataFrame", findings: list[Finding], catalogue: Catalogue, lang: Lang
) -> "pd.DataFrame":
    """The indicators with ``reason`` naming, after any other reason, the doubtful cells that each figure is made of."""
    doubtful = _doubtful(cells, findings)
    # A base for comparisons is in no figure: nothing rests on a province that has none here.
    touched = _touched(doubtful[doubtful["province"].isin(indicators["province"])], catalogue)
    for name, indicator in catalogue.indicators.items():
        for province in {p for _, p in touched}:
            parts = [cell for part in indicator.of for cell in touched.get((part, province), [])]
            if parts:
                touched[name, province] = list(dict.fromkeys(parts))
    say = Messages(lang)
    keys = zip(indicators["indicator"], indicators["province"], strict=True)
    reasons = [_reason(touched.get(key, []), say) for key in keys]
    # A base or a whole of 0, over which there is no value, may be the very figure to look at.
    there = indicators["numerator"].notna().to_numpy() & (indicators["status"] != INCOMPLETE).to_numpy()
    both = [
        "; ".join(part for part in (own, doubt if is_there else "") if part)
        for own, doubt, is_there in zip(indicators["reason"], reasons, there, strict=True)
    ]
    return indicators.assign(reason=both)


def _reason(cells: list[str], say: Messages) -> str:
    shown = [*cells[:_SHOWN], *(["..."] if len(cells) > _SHOWN else [])]
    return say("reason.doubtful", cells=shown) if cells else ""


def _doubtful(cells: "pd.DataFrame", findings: list[Finding]) -> "pd.DataFrame":
    """The number cells, totals included, at which a warning stands."""
    places = {(f.place.file, f.place.sheet, f.place.cell) for f in findings if f.severity == "warning" and f.place.cell}
    at = tuples(cells, ["file", "sheet", "cell"])
    return cells[[place in places for place in at]] if places and len(cells) else cells.iloc[:0]


def _touched(doubtful: "pd.DataFrame", catalogue: Catalogue) -> Touched:
    touched: Touched = {}
    for cell in doubtful.itertuples():
        shown = f"{cell.sheet}!{cell.cell}"
        for name, indicator in catalogue.indicators.items():
            if uses(indicator, cell, catalogue):
                for province in (str(cell.province), _CLUSTER):
                    touched.setdefault((name, province), []).append(shown)
    return touched


def uses(indicator: Indicator, cell: object, catalogue: Catalogue) -> bool:
    """Whether an indicator's value is made of this cell, or of rows that this total adds up."""
    form, measure, row = (str(getattr(cell, name)) for name in ("form", "measure", "row"))
    operands = {*indicator.operands(indicator.numerator), *indicator.operands(indicator.denominator)}
    if (form, measure) not in operands or (getattr(cell, "previous", False) and indicator.kind != "change"):
        return False
    if not catalogue.forms[form].row_keys:
        return True
    if getattr(cell, "role", "") != MEMBER:
        return _in_sum(indicator, cell, catalogue)
    if not indicator.rows:
        return not getattr(cell, "part_of", "")
    wanted = catalogue.rows_of(form, indicator.rows)
    names = {row, fold(row), *(row.split("/") if len(catalogue.forms[form].row_keys) > 1 else ())}
    return bool(names & {*wanted, *(fold(w) for w in wanted)})


def _in_sum(indicator: Indicator, cell: object, catalogue: Catalogue) -> bool:
    """Whether a total or sub-total adds up rows that an indicator's value is made of; "of which" rows are in none."""
    form = catalogue.forms[str(getattr(cell, "form", ""))]
    if not indicator.rows or not form.members:
        return True
    is_group = getattr(cell, "role", "") == GROUP
    added = form.group_members(getattr(cell, "group", "")) if is_group else form.added_up
    return not set(added).isdisjoint(catalogue.rows_of(str(getattr(cell, "form", "")), indicator.rows))
