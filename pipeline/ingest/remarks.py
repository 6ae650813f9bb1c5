"""What stands in brackets in a column's header: a unit and a footnote change nothing, other words may change all.

``Cases (plan)`` holds no cases, and ``Cases (against last year)`` is no figure of last year. A header is matched
without its brackets, so what they say is looked at here.
"""

import re
from collections.abc import Iterator

from pipeline.ingest.header_paths import column_number, merged_from
from pipeline.ingest.headers import Columns, Meaning
from pipeline.ingest.sink import Sink
from pipeline.ingest.unit_texts import UnitTexts
from pipeline.text import fold, tidy

_IN_BRACKETS = re.compile(r"[(\[\uff08]([^()\[\]\uff08\uff09]*)[)\]\uff09]")
_NUMBERS_ALONE = re.compile(r"[\W\d_]*")
_LETTER = re.compile(r"[a-z]|[ivx]+")


def set_aside_other_figures(sink: Sink, columns: Columns) -> None:
    """Take from a measure the column whose brackets say another figure; tell what nobody knows."""
    texts = UnitTexts.of(sink.vocabulary)
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
