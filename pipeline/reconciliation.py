"""Proves that no number is lost: what stands in the forms' columns against what is used and what is set aside.

The left side is noted by the reader before it understands any row; the right side is what came of it.
"""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pipeline.catalogue import Catalogue
from pipeline.messages import Messages
from pipeline.model import MEMBER, TABLES, Finding, Lang, Place, Submission
from pipeline.states import NUMBER, REJECTED
from pipeline.statistics.exact import exact_sum

if TYPE_CHECKING:
    import pandas as pd

NAME = "reconciliation"
_CELL = ["file", "sheet", "cell"]
_COLUMN = ["file", "sheet", "province", "form", "measure", "previous"]
# What may become of a number, in the order of the table's columns.
_USED, _LOST = "used", "lost"
_ASIDE = ("totals", "rejected", "told", "heading", "outside", "file_unused")
_CLOSE = 1e-9


def reconcile(
    seen: "pd.DataFrame", cells: "pd.DataFrame", submissions: Iterable[Submission], catalogue: Catalogue, lang: Lang
) -> "tuple[pd.DataFrame, list[Finding]]":
    """One row for each column of each form, with `TABLES["reconciliation"]`; a difference is an error of the program.

    ``seen`` has the columns of `pipeline.model.SEEN`, ``cells`` are the checked ones. In each row read = used + totals
    + rejected + told + heading + outside + file_unused + lost, and lost is 0; sum_read + sum_changed = sum_used +
    sum_aside, where sum_changed is what units, corrections, readings of typed texts and percentages changed.
    """
    import pandas as pd

    unused = {s.file for s in submissions if s.status in {"refused", "superseded"}}
    both = _classed(seen, cells, unused, catalogue)
    say = Messages(lang)
    rows = [_row(key, own, catalogue, say) for key, own in both.groupby(_COLUMN, sort=False)]
    table = pd.DataFrame(rows, columns=list(TABLES[NAME]))
    # A row with numbers that is neither read nor told of, and a number that is used with another value than it has.
    lost = both[both["fate"] == _LOST].drop_duplicates(["file", "sheet", "line"])
    changed = both[(both["fate"] == _USED) & ~both["may_differ"] & ~both["same"]]
    titles = {name: form.title for name, form in catalogue.forms.items()}
    failed = [_failed("reconciliation_failed", cell, form=titles[cell["form"]]) for _, cell in lost.iterrows()]
    differ = [_failed("reconciliation_differs", cell, used=float(cell["final"])) for _, cell in changed.iterrows()]
    return table, [*failed, *differ]


def _classed(seen: "pd.DataFrame", cells: "pd.DataFrame", unused: set[str], catalogue: Catalogue) -> "pd.DataFrame":
    """The seen numbers, each with what became of it (``fate``) and with the value that it is used with (``final``)."""
    import numpy as np

    known = ["measure", "province", "role", "state", "value", "factor", "corrected", "unit"]
    kept = cells.drop_duplicates(_CELL)[[*_CELL, *known]]
    both = seen.merge(kept, on=_CELL, how="left", suffixes=("", "_kept"), validate="m:1", indicator=True)
    there = (both["_merge"] == "both").to_numpy()
    for name in ("measure", "province"):
        both[name] = both[name].where((both[name] != "") | ~there, both[f"{name}_kept"])
    both["final"] = both["value_kept"]
    # What was read as anything but a number, and is no number that was refused, is lost as well.
    fate = both["place"].replace("table", _LOST).to_numpy(dtype=object)
    fate[there] = _LOST
    fate[there & (both["state"] == REJECTED).to_numpy()] = "rejected"
    fate[there & (both["role"] != MEMBER).to_numpy()] = "totals"
    fate[there & (both["role"] == MEMBER).to_numpy() & (both["state"] == NUMBER).to_numpy()] = _USED
    fate[~there & both["file"].isin(unused).to_numpy()] = "file_unused"
    both["fate"] = fate
    kinds = {(n, m): c.kind for n, form in catalogue.forms.items() for m, c in form.measures.items()}
    shares = [kinds.get(key) == "percent" for key in zip(both["form"], both["measure"], strict=True)]
    scaled = np.array(shares, dtype=bool) & np.isclose(both["final"] * 100, both["value"], rtol=_CLOSE)
    both["may_differ"] = both["typed"] | (both["factor"] != 1) | (both["corrected"].fillna("") != "") | scaled
    both["same"] = np.isclose(both["final"].to_numpy(), both["value"].to_numpy(), rtol=_CLOSE, equal_nan=True)
    return both


def _row(
    key: tuple[str, str, str, str, str, bool], own: "pd.DataFrame", catalogue: Catalogue, say: Messages
) -> tuple[object, ...]:
    file, sheet, province, form_id, measure, previous = key
    form = catalogue.forms[form_id]
    used = own[own["fate"] == _USED]
    aside = own[own["fate"].isin(_ASIDE)]
    counts = [float((own["fate"] == fate).sum()) for fate in (_USED, *_ASIDE, _LOST)]
    sums = [exact_sum(part) for part in (own["value"], used["final"], aside["value"])]
    may = used[used["may_differ"]]
    changed = exact_sum([*may["final"], *(-value for value in may["value"])])
    difference = exact_sum([sums[0], changed, -sums[1], -sums[2]])
    name = catalogue.province_label(province).text(say.lang) if province else say("cli.cluster")
    label = form.label_of(measure).text(say.lang) if measure in form.columns else say("reconciliation.no_measure")
    return (
        file, sheet, province, name, form_id, measure, label, "previous" if previous else "current",
        float(len(own)), *counts, sums[0], changed, sums[1], sums[2],
        0.0 if math.isclose(sums[0] + changed, sums[1] + sums[2], rel_tol=_CLOSE, abs_tol=_CLOSE) else difference,
    )  # fmt: skip


def _failed(rule: str, cell: "pd.Series[Any]", **params: object) -> Finding:
    """What is the program's fault about one seen number."""
    place = Place(str(cell["file"]), str(cell["sheet"]), str(cell["cell"]))
    value = float(cell["value"])
    about = (str(cell["province"]), str(cell["form"]), f"{value:.12g}")
    return Finding(rule, "error", place, *about, {"value": value, **params})
