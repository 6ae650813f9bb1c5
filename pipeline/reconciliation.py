"""Proves that no number is lost: what stands in the forms' columns against what is used and what is set aside.

The left side is noted by the reader before it understands any row; the right side is what came of it.
"""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.coded import texts
from pipeline.columns import TABLES
from pipeline.messages import Messages
from pipeline.model import MEMBER, Finding, Lang, Place, Submission
from pipeline.once import once
from pipeline.plain import tuples
from pipeline.states import NUMBER, REJECTED
from pipeline.statistics.exact import exact_sum

if TYPE_CHECKING:
    import pandas as pd

NAME = "reconciliation"
_CELL = ["file", "sheet", "cell"]
_OF_CELLS = [*_CELL, "measure", "province", "value", "state", "role", "factor", "corrected"]
_COLUMN = ["file", "sheet", "province", "form", "measure", "previous"]
# What may become of a number, in the order of the table's columns.
_USED, _LOST = "used", "lost"
_BECAME = (_LOST, _USED, "totals", "rejected", "told")  # of a number that was read as a cell
_ASIDE = ("totals", "rejected", "told", "heading", "outside", "file_unused", "unknown_column")
_LETTERS = "?"  # what the reader calls a column begins with that is none of the form's
_CLOSE = 1e-9
_TOGETHER = 50_000  # numbers of whole files
_Key = tuple[str, str, str, str, str, bool]
_Fate = tuple[str, float, float, bool]


def reconcile(
    seen: "pd.DataFrame", cells: "pd.DataFrame", submissions: Iterable[Submission], catalogue: Catalogue, lang: Lang
) -> "tuple[pd.DataFrame, list[Finding]]":
    """One row for each column of each form, and for each not recognised beside them, with `TABLES["reconciliation"]`.

    A difference is an error of the program. ``seen`` has the columns of `pipeline.columns.SEEN`, ``cells`` are checked.
    In each row read = used + totals + rejected + told + heading + outside + file_unused + unknown_column + lost, and
    lost is 0; sum_read + sum_changed = sum_used + sum_aside, where sum_changed is what units, corrections, readings of
    typed texts and percentages changed.
    """
    import pandas as pd

    unused = {s.file for s in submissions if s.status in {"refused", "superseded"}}
    titles = {name: form.title for name, form in catalogue.forms.items()}
    say = Messages(lang)
    rows: list[tuple[object, ...]] = []
    failed: list[Finding] = []
    differ: list[Finding] = []
    for own_seen, own_cells in _by_files(seen, cells):
        both = _classed(own_seen, own_cells, unused, catalogue)
        rows += (_row(key, own, catalogue, say) for key, own in _by_column(both))
        # A row with numbers that is neither read nor told of, and a number that is used with another value than it has.
        lost = both[both["fate"] == _LOST].drop_duplicates(["file", "sheet", "line"])
        changed = both[(both["fate"] == _USED) & ~both["may_differ"] & ~both["same"]]
        failed += (_failed("reconciliation_failed", cell, form=titles[cell["form"]]) for _, cell in lost.iterrows())
        differ += (_failed("reconciliation_differs", cell, used=float(cell["final"])) for _, cell in changed.iterrows())
    return pd.DataFrame(rows, columns=list(TABLES[NAME])), [*failed, *differ]


def _by_files(seen: "pd.DataFrame", cells: "pd.DataFrame") -> "Iterator[tuple[pd.DataFrame, pd.DataFrame]]":
    """Seen numbers and cells of some files after the other: side by side they take several times what they take."""
    import numpy as np

    codes, names = seen["file"].factorize()
    sizes = np.bincount(codes, minlength=len(names))
    parts = (np.cumsum(sizes) - sizes) // _TOGETHER
    for part in np.unique(parts):
        own = cells.loc[cells["file"].isin(names[parts == part]), _OF_CELLS]
        yield texts(seen[parts[codes] == part]), texts(own)


def _classed(seen: "pd.DataFrame", cells: "pd.DataFrame", unused: set[str], catalogue: Catalogue) -> "pd.DataFrame":
    """The seen numbers, each with what became of it (``fate``) and with the value that it is used with (``final``)."""
    import numpy as np

    kept = _kept(cells)
    both = seen.merge(kept, on=_CELL, how="left", suffixes=("", "_kept"), validate="m:1", indicator=True)
    there = (both["_merge"] == "both").to_numpy()
    for name in ("measure", "province"):
        both[name] = both[name].where((both[name] != "") | ~there, both[f"{name}_kept"])
    both["final"] = both["value_kept"]
    fate = both["place"].replace("table", _LOST).to_numpy(dtype=object)
    fate[there] = np.array(_BECAME, dtype=object)[both["became"].to_numpy()[there].astype(int)]
    fate[~there & both["file"].isin(unused).to_numpy()] = "file_unused"
    both["fate"] = fate
    shares = [catalogue.kinds.get(key) == "percent" for key in tuples(both, ["form", "measure"])]
    scaled = np.array(shares, dtype=bool) & np.isclose(both["final"] * 100, both["value"], rtol=_CLOSE)
    both["may_differ"] = both["typed"] | (both["recast"] != 0) | scaled
    both["same"] = np.isclose(both["final"].to_numpy(), both["value"].to_numpy(), rtol=_CLOSE, equal_nan=True)
    return both


def _kept(cells: "pd.DataFrame") -> "pd.DataFrame":
    """The cells by their places: what became of each (a number of `_BECAME`), and whether it is used as it is typed."""
    import numpy as np

    kept = cells.drop_duplicates(_CELL)
    is_member, corrected = kept["role"] == MEMBER, kept["corrected"].fillna("") != ""
    # What was read as anything but a number, and is no number that was refused, is lost; a correction that leaves no
    # number is told as one.
    chain = (is_member & (kept["state"] == NUMBER), ~is_member, kept["state"] == REJECTED, corrected)
    became = np.select([part.to_numpy(bool) for part in chain], range(1, len(_BECAME)), 0)
    recast = ((kept["factor"] != 1) | corrected).to_numpy(float)
    return kept[[*_CELL, "measure", "province", "value"]].assign(became=became.astype(float), recast=recast)


def _by_column(both: "pd.DataFrame") -> Iterator[tuple[_Key, list[_Fate]]]:
    """By column what became of each number, how it stands, how it is used, and whether that may be another number."""
    keys = zip(*(once(both[name]).tolist() for name in _COLUMN), strict=True)
    found: dict[_Key, array[int]] = {}
    for number, key in enumerate(keys):
        found.setdefault(key, array("q")).append(number)
    columns = [both[name].to_numpy() for name in ("fate", "value", "final", "may_differ")]
    for key, own in found.items():
        yield key, list(zip(*(column[own].tolist() for column in columns), strict=True))


def _row(key: _Key, own: list[_Fate], catalogue: Catalogue, say: Messages) -> tuple[object, ...]:
    file, sheet, province, form_id, measure, previous = key
    form, counts = catalogue.forms[form_id], Counter(fate for fate, *_ in own)
    read = exact_sum(value for _, value, _, _ in own)
    used = exact_sum(final for fate, _, final, _ in own if fate == _USED)
    aside = exact_sum(value for fate, value, _, _ in own if fate in _ASIDE)
    changed = exact_sum(part for fate, value, final, may in own if fate == _USED and may for part in (final, -value))
    agrees = math.isclose(read + changed, used + aside, rel_tol=_CLOSE, abs_tol=_CLOSE)
    name = catalogue.province_label(province).text(say.lang) if province else say("cli.cluster")
    return (
        file, sheet, province, name, form_id, measure, _label(form, measure, say),
        "previous" if previous else "current",
        float(len(own)), *(float(counts[fate]) for fate in (_USED, *_ASIDE, _LOST)), read, changed, used, aside,
        0.0 if agrees else exact_sum([read, changed, -used, -aside]),
    )  # fmt: skip


def _label(form: Form, measure: str, say: Messages) -> str:
    if measure in form.columns:
        return form.label_of(measure).text(say.lang)
    if measure.startswith(_LETTERS):
        return say("reconciliation.unknown_column", column=measure.removeprefix(_LETTERS))
    return say("reconciliation.no_measure")


def _failed(rule: str, cell: "pd.Series[Any]", **params: object) -> Finding:
    """What is the program's fault about one seen number."""
    place = Place(str(cell["file"]), str(cell["sheet"]), str(cell["cell"]))
    value = float(cell["value"])
    about = (str(cell["province"]), str(cell["form"]), f"{value:.12g}")
    return Finding(rule, "error", place, *about, {"value": value, **params})
