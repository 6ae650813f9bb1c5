"""A book in which a province answers with what it was formed from, where it did not exist yet."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.indicators.numbers import Book, Side, Sum
from pipeline.periods import Period
from pipeline.statistics.exact import exact_sum

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Joined:
    """Like for like: the sums of the units that made up a province then; ``units`` by province, itself left out."""

    book: Book
    units: Mapping[str, tuple[str, ...]]

    def sums(
        self, province: str, sides: Iterable[Side], rows: tuple[str, ...], left_out: Collection[str] = ()
    ) -> tuple[Sum, ...]:
        """Sum each side over the province's units of then; ``Sum.absent`` names those that lack a number."""
        units = self.units.get(province)
        if units is None:
            return self.book.sums(province, sides, rows, left_out)
        sides = tuple(sides)
        parts = {unit: self.book.sums(unit, sides, rows, left_out) for unit in units}
        return tuple(_joined({unit: sums[i] for unit, sums in parts.items()}) for i in range(len(sides)))

    def taken(
        self, province: str, sides: Iterable[Side], rows: tuple[str, ...], left_out: Collection[str] = ()
    ) -> tuple[list[int], ...]:
        """The cells that `sums` adds up on each side, by where they stand in `cells`."""
        units = self.units.get(province, (province,))
        parts = [self.book.taken(unit, tuple(sides), rows, left_out) for unit in units]
        return tuple([at for own in side for at in own] for side in zip(*parts, strict=True))

    @property
    def cells(self) -> "pd.DataFrame":
        """The cells that the book was made of."""
        return self.book.cells

    def not_applicable(self, province: str, sides: Iterable[Side]) -> set[str]:
        """The `Slice.ids` of the rows in which an operand is not applicable in any of the units."""
        sides = tuple(sides)
        units = self.units.get(province, (province,))
        # What applied in one of them is part of the whole, and is in its sums.
        return set.intersection(*(self.book.not_applicable(unit, sides) for unit in units))


def _joined(parts: Mapping[str, Sum]) -> Sum:
    absent = tuple(unit for unit, part in parts.items() if not part.complete)
    lacking = tuple(replace(lack, unit=unit) for unit in absent for lack in parts[unit].lacking)
    value, have = exact_sum(part.value for part in parts.values()), sum(part.have for part in parts.values())
    return replace(Sum(value, have, lacking), absent=absent)


def joined(book: Book, members: Iterable[str], period: Period, catalogue: Catalogue) -> Joined:
    """A book about a period as provinces of later days see it."""
    units = {province: catalogue.units_on(province, period) for province in members}
    return Joined(book, {province: made for province, made in units.items() if made != (province,)})
