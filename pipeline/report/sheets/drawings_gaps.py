"""The chart of gaps to the cluster: of each province's, how much is the rates' and how much the mix of cases."""

from collections.abc import Iterator, Sequence

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from pipeline.report import theme
from pipeline.report.gaps import PARTS, cluster_of, gaps_of, note_of, points, title_of
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.decomposition import cell as cell_of
from pipeline.report.sheets.decomposition import places, told
from pipeline.report.sheets.drawings import (
    FONT,
    QUIET_AXIS,
    QUIET_NAME,
    Drawing,
    Line,
    Ranges,
    Value,
    dressed,
    labels,
)
from pipeline.report.sheets.words import headed

_COLUMNS = {"rate": "rate_effect", "mix": "mix_effect", "total": "total"}
_SIGNED = "+0.0%;-0.0%;0.0%"
_COARSE = 0.06  # from here on the axis has whole percentage points
_LABELLED, _FEW = 12, 8  # gaps that all have their figure; of more, how many of the largest do
_SEEN = 0.15  # of all that is drawn: a part lower than this has no room for a figure beside the mark


def gaps(book: Book) -> Iterator[Drawing]:
    """The gaps of the main indicator, where there are some: stacked parts, and the whole as a mark."""
    indicator = headed(book)
    found = gaps_of(book.results.consolidation.tables, indicator)
    at = places(book, indicator)
    if not found or any(gap.province not in at for gap in found):
        return
    say = book.say
    cluster = cluster_of(len(found), len(book.provinces), say)
    title = title_of(found, book.label(indicator), cluster, book.province, say)
    note = note_of(found, list(book.provinces), cluster, book.province, say)
    lines: list[Line] = [
        (
            book.province(gap.province),
            [
                Value(f"={cell_of(book, at[gap.province], column)}", getattr(gap, part))
                for part, column in _COLUMNS.items()
            ],
        )
        for gap in found
    ]
    heads = [say(f"gap.{part}") for part in _COLUMNS]
    described = "; ".join(
        f"{book.province(gap.province)}: " + ", ".join(points(part, say) for part in gap[1:]) for gap in found
    )

    def draw(workbook: Workbook, ranges: Ranges) -> Chart:
        return _stacked(workbook, ranges, lines, note)

    shown = f"{title}. {note} {' / '.join(heads)}: {described}."
    yield Drawing(title, shown, heads, lines, "points", draw, {"": f"={told(book)}"})


def _stacked(workbook: Workbook, at: Ranges, lines: Sequence[Line], note: str) -> Chart:
    chart = workbook.add_chart({"type": "column", "subtype": "stacked"})
    least = _SEEN * _height(lines)
    seen = f"[>={least:.5f}]+0.0%;[<=-{least:.5f}]-0.0%;"
    for number, fill in enumerate(theme.PARTS[: len(PARTS)], 1):
        series = {"name": at.name(number), "categories": at.column(0), "values": at.column(number), "gap": 280}
        shown = labels(seen, 2 * len(lines), position="center")
        chart.add_series({**series, "fill": {"color": fill}, **shown})
    whole = workbook.add_chart({"type": "line"})
    paint = {"color": theme.CLUSTER}
    marker = {"type": "diamond", "size": 9, "fill": paint, "border": {"color": "#FFFFFF"}}
    shown = {"value": True, "num_format": _SIGNED, "position": "right", "font": {**FONT, "bold": True}}
    if len(lines) > _LABELLED:
        shown["custom"] = _largest([cells[-1].value if cells[-1] else 0.0 for _, cells in lines])
    whole.add_series({
        "name": at.name(3), "categories": at.column(0), "values": at.column(3), "line": {"none": True},
        "marker": marker, "data_labels": {**shown, "fill": {"color": "#FFFFFF"}},
    })  # fmt: skip
    chart.combine(whole)
    dressed(chart, at.title, "+0%;-0%;0%" if _height(lines) > _COARSE else _SIGNED)
    chart.set_x_axis({**QUIET_AXIS, "name": note, "name_font": QUIET_NAME})
    return chart


def _largest(gaps_: Sequence[float]) -> list[dict[str, bool] | None]:
    """Which labels are left out: those of all but the largest gaps."""
    least = sorted((abs(gap) for gap in gaps_), reverse=True)[_FEW - 1]
    return [None if abs(gap) >= least else {"delete": True} for gap in gaps_]


def _height(lines: Sequence[Line]) -> float:
    """How much the columns take, from the lowest to the highest."""
    parts = [[cell.value for cell in cells[: len(PARTS)] if cell] for _, cells in lines]
    highest = max(sum(part for part in own if part > 0) for own in parts)
    return highest - min(sum(part for part in own if part < 0) for own in parts) or 0.001
