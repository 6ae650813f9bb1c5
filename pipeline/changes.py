"""What differs between a consolidation and the one that was accepted before: numbers, statuses, files."""

from typing import TYPE_CHECKING

from pipeline.coded import texts
from pipeline.model import Consolidation

if TYPE_CHECKING:
    import pandas as pd

NAMES = ("province_name", "form_name", "row_name", "measure_name", "message")  # filled in by `pipeline.naming`
CHANGES = (
    "kind", "province", "form", "row", "label", "measure", "period", "old", "new", "old_state", "new_state",
    "old_file", "old_sheet", "old_cell", "file", "sheet", "cell",
    *NAMES,
)  # fmt: skip
NO_BASELINE, DAMAGED_BASELINE = "no_baseline", "damaged_baseline"
# Kinds of changes: of a number (its value or state), of a province's status, of the file it is taken from.
CHANGED, NEW, GONE, STATUS, FILE = "changed", "new", "gone", "status", "file"
_NUMBERS = ("old", "new")
_KEY = ["province", "form", "row", "measure", "period"]
_SET_ASIDE = "superseded"


def compare(now: Consolidation, before: Consolidation | None, without: str = NO_BASELINE) -> "pd.DataFrame":
    """Every change, with the columns `CHANGES`: of submissions first, then of numbers, each by province and form.

    Without a baseline the only line says so by its kind, ``without``. Where a row stands twice, its first numbers are
    compared with the first, its second with the second.
    """
    import pandas as pd

    if before is None:
        return _framed([{"kind": without}])
    submissions = _submissions(now.submissions, before.submissions)
    numbers = _numbers(now.observations, before.observations)
    return pd.concat([_framed(submissions), numbers], ignore_index=True)


def _framed(rows: "list[dict[str, object]]") -> "pd.DataFrame":
    import pandas as pd

    columns = {
        name: pd.Series([row.get(name) for row in rows], dtype="float64")
        if name in _NUMBERS
        else pd.Series([row.get(name, "") for row in rows], dtype="str")
        for name in CHANGES
    }
    return pd.DataFrame(columns)


def _numbers(now: "pd.DataFrame", before: "pd.DataFrame") -> "pd.DataFrame":
    """Numbers of which value or state differ, and those that only one side has; their cells may have moved."""
    import numpy as np

    one, other = _numbered(before), _numbered(now)
    both = one.merge(other, on=[*_KEY, "_time"], how="outer", suffixes=("_old", "_new"), indicator=True, validate="1:1")
    # Office programs write a computed number at 15 digits: a file that was only saved again changes no figure.
    same_value = np.isclose(both["value_old"], both["value_new"], rtol=1e-14, atol=0, equal_nan=True)
    there = both["_merge"] == "both"
    both = both[~(there & same_value & (both["state_old"] == both["state_new"]))]
    kinds = both["_merge"].astype(str).map({"both": CHANGED, "left_only": GONE, "right_only": NEW})
    table = both.assign(
        kind=kinds,
        old=both["value_old"],
        new=both["value_new"],
        label=both["label_new"].where(both["label_new"].notna(), both["label_old"]),
        **{name: both[f"{name}_new"] for name in ("file", "sheet", "cell")},
        **{f"old_{name}": both[f"{name}_old"] for name in ("file", "sheet", "cell", "state")},
        new_state=both["state_new"],
    ).sort_values([*_KEY, "_time"], kind="stable")
    others = [name for name in CHANGES if name not in _NUMBERS]
    table = table.assign(**dict.fromkeys(NAMES, ""))[list(CHANGES)].reset_index(drop=True)
    return table.assign(**{name: table[name].fillna("").astype("str") for name in others})


def _numbered(observations: "pd.DataFrame") -> "pd.DataFrame":
    kept = texts(observations[[*_KEY, "value", "state", "label", "file", "sheet", "cell"]])
    return kept.assign(_time=kept.groupby(_KEY, sort=False).cumcount())


def _submissions(now: "pd.DataFrame", before: "pd.DataFrame") -> "list[dict[str, object]]":
    """One line for each province, or workbook of none, that has another status or another file than before."""
    old, new = _main(before), _main(now)
    lines: list[dict[str, object]] = []
    for subject in sorted(old.keys() | new.keys()):
        was, become = old.get(subject, {}), new.get(subject, {})
        if was.get("status") != become.get("status"):
            kind = STATUS
        elif (was["file"], was["sha256"]) != (become["file"], become["sha256"]):
            kind = FILE
        else:
            continue
        lines.append(
            {
                "kind": kind,
                "province": subject[0],
                "old_state": was.get("status", ""),
                "new_state": become.get("status", ""),
                "old_file": was.get("file", ""),
                "file": become.get("file", ""),
            }
        )
    return lines


def _main(submissions: "pd.DataFrame") -> dict[tuple[str, str], dict[str, str]]:
    """The row that counts for each province; a workbook of no province stands for itself."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in submissions[["province", "file", "sha256", "status"]].to_dict("records"):
        own = {name: str(row[name]) for name in ("file", "sha256", "status")}
        subject = (str(row["province"]), "" if row["province"] else own["file"])
        if subject not in found or found[subject]["status"] == _SET_ASIDE:
            found[subject] = own
    return found
