"""Tells of rows, and of headings among them, that speak of another part of the year than the period.

Figures of a quarter among those of a year add up as well as any: only the words beside them say what they are.
"""

import re
from collections.abc import Collection, Iterator

from pipeline.catalogue.forms import PERIOD, Form, Group, Member
from pipeline.ingest.parts import Cell, address
from pipeline.ingest.sink import Sink
from pipeline.ingest.stated_periods import PeriodReader
from pipeline.states import BLANK
from pipeline.text import fold, tidy

_MOST_WORDS = 8  # of a heading; more are a remark
_AREA = re.compile(r"(?<!\w)[ckd]?m[23\u00b2\u00b3](?!\w)", re.IGNORECASE)  # m2 is no month
_LETTERS = 3  # fewer number a heading: II, a


def report_row_periods(sink: Sink, columns: Collection[int]) -> None:
    """Look at what names the rows in these columns, and at what stands alone in a row between them."""
    if PERIOD in sink.layout.key_names or not sink.cells:
        return
    lines = {cell.line for cell in sink.cells}
    reader, period = PeriodReader(sink.vocabulary), sink.vocabulary.period
    known, told = _labels(sink.layout), {f.place.cell for f in sink.findings if f.severity != "info"}
    others: dict[str, bool] = {}  # names repeat

    def says_other(text: str) -> bool:
        stated = [s for s in reader.read(_AREA.sub(" ", text), year=period.year) if s.is_part]
        return bool(stated) and not any(s.is_about(period) for s in stated) and fold(text) not in known

    for place, text in _texts(sink, lines, columns):
        if text not in others:
            others[text] = says_other(text)
        if not others[text] or address(*place) in told:
            continue
        sink.find("period_in_row", "warning", place, value=text, period=period.id)
        if reader.names_part(text):
            _set_aside(sink, place[0])


def _texts(sink: Sink, lines: set[int], columns: Collection[int]) -> Iterator[tuple[Cell, str]]:
    """The names of the rows with figures, and the headings between the first and the last of them."""
    for row in range(min(lines), max(lines) + 1):
        if row in lines:
            yield from (((row, column), tidy(sink.sheet.text(row, column))) for column in sorted(columns))
            continue
        said = [(column, tidy(sink.sheet.text(row, column))) for column in range(sink.sheet.width)]
        said = [(column, text) for column, text in said if sum(map(str.isalpha, text)) >= _LETTERS]
        if len(said) == 1 and not said[0][1].startswith("(") and len(said[0][1].split()) <= _MOST_WORDS:
            yield (row, said[0][0]), said[0][1]


def _set_aside(sink: Sink, row: int) -> None:
    """Read a part of the year without any figure as the heading that it is."""
    own = [cell for cell in sink.cells if cell.line == row]
    if all(cell.state == BLANK for cell in own):
        sink.cells[:] = [cell for cell in sink.cells if cell.line != row]


def _labels(form: Form) -> set[str]:
    named: tuple[Member | Group, ...] = (*form.members.values(), *form.groups.values())
    return {fold(text) for one in named for text in (*(one.label.all if one.label else ()), *one.also)}
