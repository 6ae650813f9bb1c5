"""What the styles of a workbook make of its cells, whatever the format: percentages, dates, units, marks of fonts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.ingest.parts import Cell, Formats, SheetScan
from pipeline.ingest.scan.runs import Run, doubt_of, raised_digits

Index = int | str  # of a style, as the cells of the format name it


@dataclass(frozen=True)
class Styles:
    """Which cell styles show percentages, dates, units; what fonts and styles make of texts; the shared texts' runs."""

    percents: frozenset[Index] = frozenset()
    dates: frozenset[Index] = frozenset()
    units: Mapping[Index, str] = field(default_factory=dict)
    marks: Mapping[Index, str] = field(default_factory=dict)
    fonts: Mapping[int, str] = field(default_factory=dict)
    runs: Mapping[int, tuple[Run, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        codes: dict[int, str],
        used: Iterable[tuple[int, int]],
        fonts: Mapping[int, str],
        runs: Mapping[int, tuple[Run, ...]] | None = None,
        index: Callable[[int], Index] = int,
    ) -> "Styles":
        """From the number formats' codes, the number format and the font of each style, and the mark of each font."""
        formats, numbered = Formats(codes), [(index(i), *pair) for i, pair in enumerate(used)]
        return cls(
            percents=frozenset(i for i, number, _ in numbered if formats.is_percent(number)),
            dates=frozenset(i for i, number, _ in numbered if formats.is_date(number)),
            units={i: unit for i, number, _ in numbered if (unit := formats.unit(number))},
            marks={i: mark for i, _, font in numbered if (mark := fonts.get(font, ""))},
            fonts=fonts,
            runs=runs or {},
        )

    def note(self, scan: SheetScan, cell: Cell, style: Index, runs: Sequence[Run] = ()) -> None:
        """Note what its style and its runs make of a cell's value."""
        if style in self.percents:
            scan.percents.add(cell)
        if unit := self.units.get(style):
            scan.units[cell] = unit
        mark = self.marks.get(style, "")
        if not (mark or runs):
            return
        if doubt := doubt_of(runs, mark):
            scan.doubtful[cell] = doubt
        if raised := raised_digits(runs):
            scan.raised[cell] = raised
