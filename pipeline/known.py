"""What earlier submissions say of forms that are still to be filled in: their districts, last year's figures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form, Key
from pipeline.model import MEMBER, Known, Options, Places
from pipeline.periods import Period, periods_in
from pipeline.progress import SILENT, Progress
from pipeline.text import MASK, fold

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.ingest import Shelf

_Rows = tuple[tuple[str, str], ...]


def known_of(
    period: Period,
    places: Places,
    catalogue: Catalogue,
    shelf: "Shelf | None" = None,
    progress: Progress = SILENT,
) -> dict[tuple[str, str], Known]:
    """What is known by province (empty: the cluster) and form.

    Rows are those of the newest earlier submission that has any, whichever period it is of; last year's figures are
    those that the same period of last year reported, but for what was refused.
    """
    there = periods_in(places.inputs) if places.inputs.is_dir() else []
    earlier = [one for one in reversed(there) if one != period and one.end <= period.end]
    wanted = {(p, f) for p, f in _owners(period, catalogue) if _open_key(catalogue.forms[f])}
    rows: dict[tuple[str, str], _Rows] = {}
    before: dict[tuple[str, str], dict[tuple[str, str, str], float]] = {}
    for one in earlier:
        if not (wanted - rows.keys()) and one != period.year_before:
            continue
        cells = _cells(one, places, catalogue, shelf, progress)
        for owner in wanted - rows.keys():
            if found := _rows(_of(cells, owner), catalogue.forms[owner[1]]):
                rows[owner] = found
        if one == period.year_before:
            before = {owner: _figures(_of(cells, owner), owner) for owner in _owners(period, catalogue)}
    return {o: Known(rows.get(o, ()), before.get(o, {})) for o in _owners(period, catalogue)}


def _owners(period: Period, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    yield from ((p, form) for p in catalogue.members_on(period) for form in catalogue.expected_forms)
    yield from (("", form) for form in catalogue.cluster_forms)


def _cells(
    period: Period, places: Places, catalogue: Catalogue, shelf: "Shelf | None", progress: Progress
) -> "pd.DataFrame":
    """The members' own cells of a period, checked."""
    from pipeline.checks import check_own
    from pipeline.ingest import find_workbooks, ingest

    paths, folder = find_workbooks(places.inputs, period), places.inputs / period.id
    read = ingest(paths, folder, period, catalogue, Options(), alone=True, shelf=shelf, progress=progress)
    cells = check_own(read.cells, read.cells.iloc[:0], catalogue).cells
    return cells[(cells["role"] == MEMBER) & ~cells["previous"]]


def _of(cells: "pd.DataFrame", owner: tuple[str, str]) -> "pd.DataFrame":
    province, form = owner
    own = cells[cells["form"] == form]
    return own[own["province"] == province] if province else own


def _open_key(form: Form) -> Key | None:
    """The first key of which the form lists no members."""
    return next((key for key in form.row_keys if key.listed is None), None)


def _rows(cells: "pd.DataFrame", form: Form) -> _Rows:
    """Labels and codes of an open key's rows, in the order in which they stood; none that may name a person.

    In a long table a label is all keys' at once, so that beside a code nothing tells what the key's own was.
    """
    key = _open_key(form)
    if key is None or (len(form.rows) > 1 and key.code_header):
        return ()
    place = form.row_keys.index(key)
    found: dict[str, tuple[str, str]] = {}
    for row, label in cells[["row", "label"]].drop_duplicates().itertuples(index=False, name=None):
        own = row.split("/")[place] if len(form.row_keys) > 1 else row
        coded = bool(key.code_header) and own != label
        named = (label, own) if coded else (own, "")
        if MASK not in f"{label}{own}":
            found.setdefault(fold(own), named)
    return tuple(found.values())


def _figures(cells: "pd.DataFrame", owner: tuple[str, str]) -> dict[tuple[str, str, str], float]:
    """Last year's figures by province (of a form of the cluster), row and measure."""
    there = cells[cells["value"].notna()]
    columns = (there["province"], there["row"], there["measure"], there["value"])
    return {("" if owner[0] else p, row, measure): float(v) for p, row, measure, v in zip(*columns, strict=True)}
