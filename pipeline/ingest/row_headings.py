"""Tells lines of text that head rows of an open key from rows whose numbers lack."""

from collections.abc import Iterable

from pipeline.ingest.lines import Line, opening
from pipeline.ingest.opened_table import Table
from pipeline.ingest.parts import address
from pipeline.ingest.rows import Named
from pipeline.ingest.sink import CellRecord
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import MEMBER, TOTAL
from pipeline.states import NUMBER
from pipeline.text import fold, strip_opening, tidy

_SENTENCE = 80  # a text as long is no row's name
_ABBREVIATED = 2  # letters of an abbreviation, which alone may be a name


def set_aside_named_headings(table: Table) -> None:
    """Take out rows without anything in them where another row of the same name has numbers: they head a section."""
    members = [cell for cell in table.sink.cells if cell.role == MEMBER]
    empty = {line for line in {cell.line for cell in members} if not table.has_numbers(line)}
    if not empty:
        return
    filled = {_subject(cell): cell.line for cell in members if cell.line not in empty}
    lines = {cell.line: cell for cell in members if cell.line in empty}
    headings = {line: filled[_subject(cell)] for line, cell in lines.items() if _subject(cell) in filled}
    table.sink.cells[:] = [cell for cell in table.sink.cells if cell.line not in headings]
    for line, other in headings.items():
        cell = table.key_cell(line)
        table.sink.find("heading_set_aside", "info", cell, value=lines[line].label, other=address(other, cell[1]))


def _subject(cell: CellRecord) -> tuple[str, ...]:
    return cell.row, cell.province, cell.block, cell.period if not cell.previous else ""


def is_heading(table: Table, row: int, named: dict[str, Named], *, after_total: bool) -> bool:
    """Whether a line of text among open rows heads or explains others, and is no row whose numbers lack."""
    last = list(named.values())[-1]
    if last.kind != "open" or len(table.form.rows) > 1:
        return False
    merged = any(table.filled.get((row, c), (row, c)) in _label_cells(table, row) for c in table.number_columns)
    return (
        merged
        or after_total
        or len(last.text) > _SENTENCE
        or last.text.endswith(":")
        or _heads_numbered(table, row, last)
        or (_names_no_place(table, last.text) and _stands_over_rows(table, row))
    )


def report_assumed(table: Table) -> None:
    """Tell of the lines that were taken for headings; in doubt where no total would show that one is a row."""
    has_total = any(cell.role == TOTAL and cell.state == NUMBER for cell in table.sink.cells)
    for row, label in table.assumed.items():
        rule, severity = ("row_without_numbers", "info") if has_total else ("heading_assumed", "warning")
        table.sink.find(rule, severity, table.key_cell(row), value=label)


def may_be_heading(table: Table, row: int, named: dict[str, Named]) -> bool:
    """Whether a line without figures names a part of the province as some rows do too, and stands over rows."""
    last = list(named.values())[-1]
    if last.kind != "open" or len(table.form.rows) > 1:
        return False
    word, rest = _opened(fold(strip_opening(last.text)), table.vocabulary)
    # One word after it may be a name, as that of some communes is.
    return bool(word) and len(rest.split()) != 1 and _stands_over_rows(table, row)


def _names_no_place(table: Table, text: str) -> bool:
    """Whether a label is a bare number or letter unlike the rows' names, or kinds of places: "the towns"."""
    style = _bare_style(text)
    if style:
        numbered = (row for row in range(table.columns.bottom + 1, len(table.sheet.rows)) if table.holds_number(row))
        return style not in {_bare_style(_last(table, row).text) for row in numbered}
    label, vocabulary = fold(strip_opening(text)), table.vocabulary
    kinds = [kind for kinds in vocabulary.catalogue.words.place_kinds for kind in vocabulary.folded(kinds)]
    spelt_out = {kind for kind in kinds if len(kind) > _ABBREVIATED}
    word, rest = _opened(label, vocabulary)
    if word:
        return any(f"{rest} ".startswith(f"{kind} ") for kind in spelt_out)
    while kind := _opening_word(label, spelt_out):
        label = label.removeprefix(kind).strip()
        if not label:
            return True
    return False


def _opened(label: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """The word for several places with which a folded label begins, perhaps after "police"; and what follows it."""
    bare = label.removeprefix(_opening_word(label, vocabulary.before_province)).strip()
    word = _opening_word(bare, vocabulary.folded(vocabulary.catalogue.words.several))
    return word, bare.removeprefix(word).strip()


def _opening_word(label: str, words: Iterable[str]) -> str:
    return max((word for word in words if f"{label} ".startswith(f"{word} ")), key=len, default="")


def _bare_style(text: str) -> str:
    bare = text.strip(" .)/:")
    return Line((), bare, {}, {}).style if bare.isalpha() else ""


def _stands_over_rows(table: Table, row: int) -> bool:
    """Whether rows with figures follow, perhaps after further headings; a total is none."""
    for below in range(row + 1, len(table.sheet.rows)):
        named = table.keys.names(below)
        if table.holds_number(below):
            return not any(n.kind == "total" for n in named.values())
        if any(n.text for n in named.values()):
            return is_heading(table, below, named, after_total=False) or may_be_heading(table, below, named)
    return False


def _last(table: Table, row: int) -> Named:
    return list(table.keys.names(row).values())[-1]


def _heads_numbered(table: Table, row: int, last: Named) -> bool:
    """Whether a line is numbered as what stands over others, and the row below it, with figures, is not: I over 1."""
    below = row + 1
    if below >= len(table.sheet.rows) or not table.holds_number(below):
        return False
    own, other = _style(table, row, last), _style(table, below, _last(table, below))
    return other in {"I": {"1", "-", ""}, "a": {"1", "-"}}.get(own, set())


def _style(table: Table, row: int, named: Named) -> str:
    """How a row is numbered, in a column of its own or in its label."""
    texts = table.columns.texts.items()
    column = next((c for c, text in texts if fold(text) in table.vocabulary.ordinals), None)
    stated = "" if column is None else tidy(table.sheet.text(row, column)).rstrip(".)/ ")
    return Line((), stated or opening(named.text), {}, {}).style


def _label_cells(table: Table, row: int) -> set[tuple[int, int]]:
    columns = (column for spread in table.keys.spread.values() for column in spread)
    return {table.filled[row, column] for column in columns if (row, column) in table.filled}
