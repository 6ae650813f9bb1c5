"""Provinces' own checks and figures: here all at once, on a Dask cluster some provinces in each task.

A task gets the cells of its provinces and those of earlier periods that they are compared with, and answers with what
differs: findings, the few cells that a check changed, and figures. What compares provinces is not asked here, and rows
of files that several provinces share (forms of the whole cluster) are checked before, here.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.checks import Checked, check_own, check_provinces, check_rows, in_order
from pipeline.cluster import answers, connected, tasks_for
from pipeline.coded import text, texts
from pipeline.indicators import Own, own_figures
from pipeline.model import MEMBER, Finding, Options
from pipeline.periods import Period

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

    Positions = np.ndarray[tuple[int], np.dtype[np.int_]]
    Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]

_CHANGED = ["state", "value"]  # the columns of cells that checks write


class Compared(NamedTuple):
    """The checked cells that a period's own are compared with; None where such a period was not read."""

    base: "pd.DataFrame"  # of the same period of last year
    part: "pd.DataFrame | None" = None  # of an earlier part of the same year
    preceding: "pd.DataFrame | None" = None  # of the period just before


@dataclass(frozen=True)
class _Task:
    """Some provinces: where their cells stand among all, which of them are shared, and tables of all they need."""

    at: "Positions"
    shared: "Flags"
    members: tuple[str, ...]
    cells: "pa.Table"
    base: "pa.Table"
    earlier: "tuple[pa.Table | None, ...]"


@dataclass(frozen=True)
class _Answer:
    """What came out of some of the cells: findings, the cells that changed, rows of totals; by positions among all."""

    findings: list[Finding]
    changed: "pd.DataFrame"
    added: dict[int, Sequence[int]]

    @classmethod
    def of(cls, checked: Checked, before: "pd.DataFrame", at: "Positions") -> "_Answer":
        """What differs from what the cells were ``before``; ``at`` says where they stand among all."""
        now, then = (frame[_CHANGED] for frame in (checked.cells, before))
        changed = now[~((now == then) | (now.isna() & then.isna())).all(axis=1)]
        added: dict[int, Sequence[int]] = {
            int(at[total]): array("q", map(at.__getitem__, rows)) for total, rows in checked.added.items()
        }
        return cls(checked.findings, changed.set_axis(at[changed.index]), added)


def own_of(
    cells: "pd.DataFrame",
    compared: Compared,
    members: Sequence[str],
    catalogue: Catalogue,
    period: Period,
    options: Options,
) -> tuple[Checked, Own]:
    """Check what each province sent and compute its own figures, those of ``members``; the engine changes nothing.

    Raises `UsageError` where a cluster is asked for that cannot be used.
    """
    if options.engine == "local" or cells.empty:
        checked = check_own(cells, compared.base, catalogue, compared.part)
        return checked, _figures(checked, compared, members, catalogue, period)
    shared = _shared(cells)
    answer = _rows_of(cells, shared, compared, catalogue)
    cells = _with(cells, [answer])
    with connected(options) as client:
        tasks = [*_tasks(cells, shared, compared, members, catalogue, tasks_for(client))]
        do = partial(_there, catalogue=catalogue, period=period)
        # A task that killed its workers is done here.
        found = [done or do(task) for task, done in answers(client, do, tasks)]
    answered = [answer, *(part for part, _ in found)]
    return _joined(cells, answered), Own.joined([part for _, part in found], members)


def _figures(checked: Checked, compared: Compared, members: Sequence[str], catalogue: Catalogue, period: Period) -> Own:
    if not members:
        return Own({}, {})
    return own_figures(checked.cells, compared.base, compared.preceding, catalogue, period, members)


def _rows_of(cells: "pd.DataFrame", which: "Flags", compared: Compared, catalogue: Catalogue) -> _Answer:
    """What comes out of the rows of some of the cells."""
    at = cells.index[which].to_numpy()
    own = cells.iloc[at].reset_index(drop=True)
    return _Answer.of(check_rows(own, compared.base, catalogue), own, at)


def _there(task: _Task, catalogue: Catalogue, period: Period) -> tuple[_Answer, Own]:
    """What a worker does."""
    compared = Compared(_frame(task.base), *(None if table is None else _frame(table) for table in task.earlier))
    cells = _frame(task.cells)
    answer = _rows_of(cells, ~task.shared, compared, catalogue)
    checked = Checked(_with(cells, [answer]), answer.findings, answer.added)
    checked = check_provinces(checked, compared.base, catalogue, compared.part)
    return _Answer.of(checked, cells, task.at), _figures(checked, compared, task.members, catalogue, period)


def _shared(cells: "pd.DataFrame") -> "Flags":
    """Which cells stand in files that are checked together and are not of one province alone."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    known = cells["province"] != ""
    file, files = cells["file"].factorize()
    form, forms = (text(cells["province"]) + "\n" + text(cells["form"])).factorize()
    size = len(files) + len(forms)
    pairs = (file[known], len(files) + form[known])
    _, group = connected_components(coo_array((np.ones(len(pairs[0])), pairs), shape=(size, size)), directed=False)
    provinces = cells.loc[known, "province"].groupby(group[file[known]]).nunique()
    alone = provinces.index[provinces == 1]
    return ~np.isin(group[file], alone)


def _tasks(
    cells: "pd.DataFrame",
    shared: "Flags",
    compared: Compared,
    members: Sequence[str],
    catalogue: Catalogue,
    count: int,
) -> Iterator[_Task]:
    """So many tasks at most, about alike in cells; what is of no province is in the first."""
    import numpy as np

    owner = _owners(cells, shared)
    names, sizes = np.unique(owner, return_counts=True)
    number = dict(zip(names.tolist(), ((np.cumsum(sizes) - sizes) * count // len(cells)).tolist(), strict=True))
    number |= {"": 0}
    of_cells = np.array([*map(number.__getitem__, owner)])
    # Beside a province's rows of a shared form, where the form states their sum.
    totals = shared & (cells["role"] != MEMBER).to_numpy() & (cells["province"] == "").to_numpy()
    for one in sorted({*number.values()}):
        at = np.flatnonzero((of_cells == one) | totals)
        own = cells.iloc[at]
        asked = tuple(member for member in members if number.get(member, 0) == one)
        units = _units({*own["province"].unique(), *asked}, {*own["period"].unique()}, catalogue)
        base = _table(compared.base[compared.base["province"].isin(units)])
        others = (None if it is None else _table(it[it["province"].isin(units)]) for it in compared[1:])
        yield _Task(at, shared[at], asked, _table(own), base, tuple(others))


def _owners(cells: "pd.DataFrame", shared: "Flags") -> "npt.NDArray[np.object_]":
    """Whose each cell is: in a file that is not shared also one that names no province."""
    both = texts(cells[["file", "province"]])
    of_file = both[~shared].groupby("file")["province"].max()
    owners: npt.NDArray[np.object_] = both["province"].where(shared, both["file"].map(of_file)).to_numpy(dtype=object)
    return owners


def _units(provinces: set[str], periods: set[str], catalogue: Catalogue) -> set[str]:
    """The provinces and what each was formed from, as far back as anything is compared."""
    about = [one for one in map(Period.parse, periods) if one is not None]
    back = [earlier for one in about for earlier in (one, one.year_before, one.year_before.year_before, one.preceding)]
    known = [province for province in provinces if province in catalogue.provinces]
    return provinces | {unit for p in known for one in back if one for unit in catalogue.units_on(p, one)}


def _table(frame: "pd.DataFrame") -> "pa.Table":
    """A frame as it travels: of each column of texts those that stand in it, once."""
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    coded = [c.dictionary_encode() if pa.types.is_large_string(c.type) else c for c in table.columns]
    return pa.table(coded, names=table.column_names)


def _frame(table: "pa.Table") -> "pd.DataFrame":
    import pyarrow as pa

    plain = [c.cast(pa.large_string()) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    return pa.table(plain, names=table.column_names).to_pandas()


def _with(cells: "pd.DataFrame", answers: Sequence[_Answer]) -> "pd.DataFrame":
    """The cells with those that changed."""
    cells = cells.copy(deep=False)  # pandas copies a column as it is changed
    for changed in (answer.changed for answer in answers if len(answer.changed)):
        for name in _CHANGED:
            cells.loc[changed.index, name] = changed[name]
    return cells


def _joined(cells: "pd.DataFrame", answers: Sequence[_Answer]) -> Checked:
    """All answers as one, in the order in which they would be made at once."""
    findings = in_order(finding for answer in answers for finding in answer.findings)
    added = {total: rows for answer in answers for total, rows in answer.added.items()}
    return Checked(_with(cells, answers), findings, dict(sorted(added.items())))
