"""Every total and every rule across forms with what it was checked against: the table of checks."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import PROVINCE, Form
from pipeline.checks.cross import evaluated, term_text
from pipeline.checks.frames import same
from pipeline.checks.totals import decimals_of
from pipeline.columns import TABLES
from pipeline.grouping.lines import ranges
from pipeline.messages import Messages
from pipeline.model import GROUP, Lang
from pipeline.once import once
from pipeline.states import LACKING, NOT_APPLICABLE
from pipeline.text import mask_personal

NAME = "checks"
AGREES, DIFFERS, OPEN = "agrees", "differs", "not_compared"


def recomputed(
    cells: pd.DataFrame, added: Mapping[int, Sequence[int]], catalogue: Catalogue, lang: Lang
) -> pd.DataFrame:
    """One row for each total (and sub-total) of a column, and for each rule and province, with `TABLES["checks"]`.

    ``added`` holds by the position of each total those of the rows that it adds up; none: there is nothing to compare.
    Difference is stated - computed, of a rule its left side - its right side.
    """
    say = Messages(lang)
    rows = [*_totals(cells, added, catalogue, say), *_rules(cells, catalogue, say)]
    return pd.DataFrame(rows, columns=list(TABLES[NAME]))


def _totals(
    cells: pd.DataFrame, added: Mapping[int, Sequence[int]], catalogue: Catalogue, say: Messages
) -> Iterator[tuple[object, ...]]:
    values, factors = (cells[name].to_numpy() for name in ("value", "factor"))
    states, places = (once(cells[name]) for name in ("state", "cell"))
    for (position, rows), total in zip(added.items(), cells.loc[list(added)].to_dict("records"), strict=True):
        form = catalogue.forms[total["form"]]
        whole = bool(rows) and not any(states[row] in LACKING for row in rows)
        stated = float(total["value"])
        # What is not applicable adds nothing, as in the comparison that findings are made of.
        computed = math.fsum(values[row] for row in rows if states[row] != NOT_APPLICABLE) if whole else math.nan
        converted = any(factors[row] != 1 for row in rows)
        decimals = decimals_of(cells, cells.loc[position], list(rows)) if converted else float(total["decimals"])
        agrees = whole and bool(same(np.array([stated]), np.array([computed]), np.array([decimals]))[0])
        yield (
            "subtotal" if total["role"] == GROUP else "total",
            *_province(total["province"], catalogue, say), total["form"], _row_of(total),
            _label_of(total, form, say), total["measure"], form.label_of(total["measure"]).text(say.lang),
            "previous" if total["previous"] else "current", total["file"], total["sheet"], total["cell"], total["raw"],
            stated, computed, stated - computed, decimals if whole else math.nan,
            _result(whole=whole, agrees=agrees), ranges([places[row] for row in rows]),
        )  # fmt: skip


def _result(*, whole: bool, agrees: bool) -> str:
    return (AGREES if agrees else DIFFERS) if whole else OPEN


def _province(province: object, catalogue: Catalogue, say: Messages) -> tuple[str, str]:
    name = str(province)
    return name, catalogue.province_label(name).text(say.lang) if name else say("cli.cluster")


def _row_of(total: Mapping[Any, Any]) -> str:
    """What tells a total from the others of its table: its group, and the keys that it is of."""
    return "/".join(part for part in (str(total["group"]), *_keys(total)) if part)


def _keys(total: Mapping[Any, Any]) -> list[str]:
    """What other keys a total is of, but for the province: that has its own column."""
    parts = (part.partition("=") for part in str(total["block"]).split("\n") if part)
    return [mask_personal(value) for key, _, value in parts if key != PROVINCE]


def _label_of(total: Mapping[Any, Any], form: Form, say: Messages) -> str:
    group = form.groups.get(str(total["group"]))
    name = group.label.text(say.lang) if group and group.label else str(total["group"])
    return ", ".join([name or say("workbook.checks.total"), *_keys(total)])


def _rules(cells: pd.DataFrame, catalogue: Catalogue, say: Messages) -> Iterator[tuple[object, ...]]:
    for check, provinces, terms, held in evaluated(cells, catalogue):
        names = {term: term_text(term, catalogue, say.lang) for term in terms}
        sides = check.expression.sides(terms)
        form = check.expression.terms[0].name.partition(".")[0]
        for number, province in enumerate(provinces):
            known = bool(held.known[number])
            left, right = (side.values[number] if known else np.nan for side in sides) if sides else (np.nan, np.nan)
            yield (
                "rule", *_province(province, catalogue, say), form, check.id, check.expression.worded(names),
                "", "", "current", "", "", "", "", left, right, left - right, np.nan,
                _result(whole=known, agrees=known and bool(held.values[number])), "",
            )  # fmt: skip
