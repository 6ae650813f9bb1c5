"""The numbers of a period cut by province, form and measure: made when a province is asked for, few held at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.coded import texts
from pipeline.once import once
from pipeline.states import LACKING, NOT_APPLICABLE
from pipeline.text import fold

_Key = tuple[str, str, str]  # province, form, measure
_NEEDED = ["period", "province", "form", "row", "measure", "value", "state", "part_of", "sheet", "cell"]
# Provinces are cut together up to so many cells, for each cut costs some time. So many are held at least: a province
# that was formed since is asked for by all its units in turn.
_TOGETHER, _HELD = 20_000, 4


@lru_cache(1 << 14)
def _names_of(row: str, several_keys: bool) -> frozenset[str]:
    parts = (row, *row.split("/")) if several_keys else (row,)
    return frozenset({*parts, *(fold(part) for part in parts)})


@dataclass(frozen=True)
class Slice:
    """The numbers of one measure of one form of one province; arrays of one length, one element a cell."""

    rows: "npt.NDArray[np.object_]"
    ids: "npt.NDArray[np.object_]"  # the row with its own period, year left out: the same in last year's book
    values: npt.NDArray[np.float64]
    lacking: npt.NDArray[np.bool_]
    excluded: npt.NDArray[np.bool_]  # not applicable
    part: npt.NDArray[np.bool_]  # an "of which" row
    cells: "npt.NDArray[np.object_]"  # sheet and address of those that hold no number
    at: npt.NDArray[np.int_]  # where each cell stands in `Book.cells`
    several_keys: bool = False

    @property
    def names(self) -> list[frozenset[str]]:
        """For each cell the names its row answers to: the whole row and, of several keys, each one's member."""
        return [_names_of(row, self.several_keys) for row in self.rows]

    @cached_property
    def present(self) -> frozenset[str]:
        """The names that any row answers to."""
        return frozenset(chain.from_iterable(self.names))

    @cached_property
    def came(self) -> frozenset[str]:
        """The ids of all rows."""
        return frozenset(self.ids)

    @cached_property
    def set_aside(self) -> frozenset[str]:
        """The ids of the rows that are not applicable."""
        return frozenset(self.ids[self.excluded])

    @cached_property
    def _needed(self) -> "dict[tuple[str, ...], npt.NDArray[np.bool_]]":
        return {(): ~self.part}

    def needed(self, wanted: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Which cells are of the rows wanted; of none in particular: of those that are part of no other."""
        if wanted not in self._needed:
            names = {*wanted, *(fold(w) for w in wanted)}
            self._needed[wanted] = np.array([bool(names & own) for own in self.names], dtype=bool)
        return self._needed[wanted]

    def counted(self, wanted: tuple[str, ...], excluded: Collection[str]) -> npt.NDArray[np.bool_]:
        """The same without the cells of rows that are ``excluded`` by their ids."""
        if not excluded:
            return self.needed(wanted)
        kept: npt.NDArray[np.bool_] = np.array([row not in excluded for row in self.ids], dtype=bool)
        return np.logical_and(self.needed(wanted), kept)


class Slices:
    """The slices of the member cells that stand ``at`` these places of a frame.

    Of each cell a slice takes several times what the frame does, so that they are best asked for province by province.
    """

    def __init__(
        self, cells: pd.DataFrame, at: "npt.NDArray[np.int_]", catalogue: Catalogue, members: Sequence[str]
    ) -> None:
        self._cells, self._catalogue = cells, catalogue
        codes, found = cells["province"].iloc[at].factorize()
        names, sizes = [str(name) for name in found], np.bincount(codes, minlength=len(found))
        rank = {member: number for number, member in enumerate(members)}
        order = sorted(range(len(names)), key=lambda number: rank.get(names[number], len(rank)))
        block = np.empty(len(names), dtype=int)
        block[order] = (np.cumsum(sizes[order]) - sizes[order]) // _TOGETHER
        self._block_of = dict(zip(names, block.tolist(), strict=True))
        of_cells = block[codes]
        by_block = np.argsort(of_cells, kind="stable")
        starts = np.flatnonzero(np.diff(of_cells[by_block], prepend=-1))
        parts = np.split(at[by_block].astype("int32"), starts[1:]) if len(at) else []
        self._places = dict(zip(of_cells[by_block][starts].tolist(), parts, strict=True))
        self._held: dict[int, dict[_Key, Slice]] = {}

    @cached_property
    def forms(self) -> frozenset[tuple[str, str]]:
        """The forms of which anything came, by province."""
        pairs = [self._cells[["province", "form"]].iloc[at].drop_duplicates() for at in self._places.values()]
        return frozenset(pair for own in pairs for pair in own.itertuples(index=False, name=None))

    def get(self, key: _Key) -> Slice | None:
        """The numbers of a province, form and measure; None where nothing came."""
        block = self._block_of.get(key[0])
        if block is None:
            return None
        held = self._held.pop(block, None)
        if held is None:
            if len(self._held) >= _HELD:
                del self._held[next(iter(self._held))]  # what was asked for longest ago
            held = self._cut(self._places[block])
        self._held[block] = held
        return held.get(key)

    def _cut(self, at: "npt.NDArray[np.int32]") -> dict[_Key, Slice]:
        """The slices of some of the cells. Columns are cut by position: a frame for each slice costs far more."""
        own = texts(self._cells[_NEEDED].iloc[at])
        states = own["state"].to_numpy().astype(str)
        lacking, excluded = np.isin(states, LACKING), states == NOT_APPLICABLE
        addresses = np.full(len(own), "", dtype=object)
        addresses[lacking] = (own["sheet"][lacking].astype("str") + "!" + own["cell"][lacking].astype("str")).to_numpy()
        rows, ids = once(own["row"]), once(own["period"].str[4:] + "\n" + own["row"])
        values, parts = own["value"].to_numpy(dtype=float), (own["part_of"] != "").to_numpy(dtype=bool)
        several = {name: len(form.row_keys) > 1 for name, form in self._catalogue.forms.items()}
        slices: dict[_Key, Slice] = {}
        for key, where in own.groupby(["province", "form", "measure"], sort=False).indices.items():
            province, form, measure = map(str, key)
            slices[province, form, measure] = Slice(
                rows=rows[where],
                ids=ids[where],
                values=values[where],
                lacking=lacking[where],
                excluded=excluded[where],
                part=parts[where],
                cells=addresses[where],
                at=at[where],
                several_keys=several[form],
            )
        return slices
