"""What stands in brackets in a column's header: a unit and a footnote change nothing, other words may change all.

``Cases (plan)`` holds no cases, and ``Cases (against last year)`` is no figure of last year. A header is matched
without its brackets, so what they say is looked at here.
"""

import re
from collections.abc import Iterator

from pipeline.ingest.header_paths import column_number, header_paths, merged_from
from pipeline.ingest.headers import Columns, Meaning
from pipeline.ingest.sink import Sink
from pipeline.ingest.stated_periods import PeriodReader
from pipeline.ingest.unit_texts import UnitTexts
from pipeline.periods import Period
from pipeline.text import fold, tidy

_IN_BRACKETS = re.compile(r"[(\[\uff08]([^()\[\]\uff08\uff09]*)[)\]\uff09]")
_NUMBERS_ALONE = re.compile(r"[\W\d_]*")
_LETTER = re.compile(r"[a-z]|[ivx]+")


def set_aside_other_figures(sink: Sink, columns: Columns) -> None:
    """Take from a measure the column whose brackets say another figure; tell what nobody knows."""
    _set_aside_plans(sink, columns)
    texts = UnitTexts(sink.vocabulary)
    for meaning in [m for m in columns.meanings if m.kind == "measure"]:
        remark = next(_remarks(sink, columns, meaning, texts), "")
        if not remark:
            continue
        column = columns.meanings[meaning]
        if _says_another(remark, sink):
            del columns.meanings[meaning]
            columns.unknown[column] = columns.texts[column]
            continue
        cell = merged_from(sink.sheet, (columns.bottom, column))
        sink.find("header_remark", "warning", cell, value=remark, column=sink.layout.label_of(meaning.name))


def _set_aside_plans(sink: Sink, columns: Columns) -> None:
    """Take from a count or an amount the column of which a row of its header, or right above or below, says "plan".

    So does one that says a part of the year that is not the period: the fourth quarter is not the year.

    A rate stays: "share" over it is what it is, and it is only compared.
    """
    own = _own_parts(sink)
    paths = header_paths(sink.sheet, max(columns.top - 1, 0), columns.bottom)
    below = columns.bottom + 1
    others = _Others(sink, columns)
    for meaning in [m for m in columns.meanings if m.kind == "measure"]:
        if sink.layout.columns[meaning.name].kind not in {"count", "amount"}:
            continue
        column = columns.meanings[meaning]
        parts = list(paths[column])
        if _is_below_header(sink, columns, below):
            parts.append(sink.sheet.text(*merged_from(sink.sheet, (below, column))))
        said = next((tidy(part) for part in parts if fold(part) not in own and others.has(part, column)), "")
        if said:
            del columns.meanings[meaning]
            text = columns.texts[column]
            columns.unknown[column] = text if said in text else f"{text} / {said}"


class _Others:
    """The texts of a header that say another figure than a column's own name."""

    def __init__(self, sink: Sink, columns: Columns) -> None:
        self._vocabulary, self._reader = sink.vocabulary, PeriodReader(sink.vocabulary)
        self._own = header_paths(sink.sheet, columns.top, columns.bottom)
        above, keys = max(columns.top - 1, 0), [c for meaning, c in columns.meanings.items() if meaning.kind == "key"]
        # What stands above the header, and not behind the columns of names, is the title's.
        behind = range(max(keys, default=-1) + 1, sink.sheet.width)
        self._above = {tidy(sink.sheet.text(above, column)) for column in behind}

    def has(self, part: str, column: int) -> bool:
        """Whether a text over a column says a plan, a comparison, or a part of a year that is not the period."""
        if self._vocabulary.says_another(part):
            return True
        is_header = part in self._own[column] or tidy(part) in self._above
        return is_header and _is_other_part(part, self._reader, self._vocabulary.period)


def _is_other_part(part: str, reader: PeriodReader, period: Period) -> bool:
    """Whether a header names a part of a year that is neither the period nor the same of last year."""
    if not any(character.isdigit() for character in part):
        return False
    stated = reader.read(part, year=period.year)
    return any(one.is_part for one in stated) and not any(
        one.is_about(about) for one in stated for about in (period, period.year_before)
    )


def _own_parts(sink: Sink) -> frozenset[str]:
    """The texts of the rows of the form's own headers."""
    paths = [
        path
        for column in sink.layout.columns.values()
        for header in (column.header,)
        if header
        for path in header.paths
    ]
    paths += [path for column in sink.layout.columns.values() for path in column.also]
    paths += [path for c in sink.layout.columns.values() if c.previous for path in c.previous.also]
    return frozenset(fold(sink.vocabulary.fill(part)) for path in paths for part in path)


def _is_below_header(sink: Sink, columns: Columns, row: int) -> bool:
    """Whether a row below the header is still a part of it: it names no row and holds no figure."""
    keys = [column for meaning, column in columns.meanings.items() if meaning.kind == "key"]
    if not keys or row >= len(sink.sheet.rows):
        return False
    named = any(sink.sheet.text(row, column).strip() for column in keys)
    return not named and not any(isinstance(value, float) for value in sink.sheet.rows[row])


def _remarks(sink: Sink, columns: Columns, meaning: Meaning, texts: UnitTexts) -> Iterator[str]:
    """What the brackets of a column's header say beyond a unit, a number, a period and what the catalogue writes."""
    vocabulary, own = sink.vocabulary, _known(sink)
    periods = vocabulary.previous if meaning.previous else vocabulary.current
    column = sink.layout.columns[meaning.name]
    counted = column.kind not in {"percent", "rate"} and column.unit != ""
    for part in columns.paths.get(columns.meanings[meaning], ()):
        for found in _IN_BRACKETS.findall(part):
            remark = tidy(found)
            if "%" in remark and counted and not fold(remark):
                yield remark
            plain = _NUMBERS_ALONE.fullmatch(remark) is not None and "\u2030" not in remark
            known = plain or fold(remark) in own | periods or _LETTER.fullmatch(fold(remark)) is not None
            is_unit = texts.parts(remark) or fold(remark).startswith(tuple(f"{word} " for word in vocabulary.units))
            if not known and not is_unit and column_number(remark) is None:
                yield remark


def _known(sink: Sink) -> frozenset[str]:
    """What the form's own headers have in brackets."""
    headers = [key.header for key in sink.layout.rows] + [c.header for c in sink.layout.columns.values()]
    paths = [path for header in headers if header for path in header.paths]
    paths += [path for column in sink.layout.columns.values() for path in column.also]
    paths += [path for c in sink.layout.columns.values() if c.previous for path in c.previous.also]
    return frozenset(
        fold(sink.vocabulary.fill(found)) for path in paths for part in path for found in _IN_BRACKETS.findall(part)
    )


def _says_another(remark: str, sink: Sink) -> bool:
    """Whether a remark says that the column holds another figure: a plan, a difference, a share."""
    words = f" {fold(remark)} "
    said = any(f" {word} " in words for word in sink.vocabulary.folded(sink.vocabulary.catalogue.words.other_figures))
    return said or "%" in remark or "\u2030" in remark
