"""Compares the names of tables that stand side by side: a figure is of the row that the names beside it say.

A second column of names behind figures heads a table of its own, whose rows may stand in another order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from pipeline.ingest.headers import Meaning
from pipeline.ingest.opened_table import Table
from pipeline.ingest.parts import address, cell_position, column_letters
from pipeline.ingest.rows import Named
from pipeline.text import fold, strip_opening, tidy

_FEWEST = 2  # one name that another column holds too may be a remark
_Names = dict[int, str]  # row -> what its name says, to be compared; only rows that have one


def refuse_other_rows(table: Table) -> set[int]:
    """Refuse the figures beside a second column of names that names other rows than the first; such columns."""
    lines = sorted({cell.line for cell in table.sink.cells})
    beside: set[int] = set()
    for key, own in table.key_columns.items():
        names = _names(table, {row: table.keys.names(row)[key] for row in lines})
        read = table.readers[key].read
        doubled = table.columns.ambiguous.get(Meaning("key", key), ())
        free = _behind_figures(table, own, lines)
        said = {c: _names(table, {row: read(_text(table, row, c), "") for row in lines}) for c in free}
        others = {c: there for c, there in said.items() if there and (c in doubled or _are_mostly(there, names))}
        for column, there in others.items():
            _compare(table, (own, column), (names, there), _block(table, column, {own, *others}))
        beside |= set(others)
    return beside | _ordinals(table, beside)


def _behind_figures(table: Table, own: int, lines: Iterable[int]) -> list[int]:
    """The columns that are none of the form's and between which and the names there are figures."""
    spread = {column for columns in table.keys.spread.values() for column in columns}
    taken = {*table.columns.meanings.values(), *table.key_columns.values(), *spread}
    filled = {c for c in range(table.sheet.width) if any(isinstance(table.sheet.value(r, c), float) for r in lines)}
    filled |= set(table.columns.measures.values())
    free = [column for column in range(table.sheet.width) if column not in taken]
    return [column for column in free if not filled.isdisjoint(range(*sorted((own, column))))]


def _text(table: Table, row: int, column: int) -> str:
    return tidy(table.sheet.text(*table.filled.get((row, column), (row, column))))


def _names(table: Table, named: Mapping[int, Named]) -> _Names:
    return {row: _said(table, n) for row, n in named.items() if any(map(str.isalpha, n.text))}


def _said(table: Table, named: Named) -> str:
    """A member, a group or any total; else the text without a number before it, each kind of place spelled one way."""
    if named.kind in {"member", "group", "total"}:
        return f"{named.kind}: {named.id or named.group}"
    return " ".join(table.vocabulary.catalogue.place_of(fold(strip_opening(named.text))))


def _are_mostly(said: _Names, names: _Names) -> bool:
    """Whether most of a column's texts are the names, each as often as there."""
    shared = (Counter(said.values()) & Counter(names.values())).total()
    return shared >= _FEWEST and 2 * shared > len(said)


def _compare(table: Table, at: tuple[int, int], said: tuple[_Names, _Names], block: set[int]) -> None:
    """Refuse the figures of rows that two columns of names call differently; beside such, of those with one name."""
    (own, column), (names, there) = at, said
    differ = [row for row in there if row in names and there[row] != names[row]]
    doubtful = {row for row in names if there.get(row) != names[row]} if differ else set()
    cells = [c for c in table.sink.cells if c.line in doubtful and (cell_position(c.cell) or at)[1] in block]
    if not cells:
        return
    first = differ[0]
    params = {"own": _text(table, first, own), "at": address(first, own), "count": len({c.line for c in cells})}
    shown = [column_letters(c) for c in sorted(block)]
    said_here = _text(table, first, column)
    table.sink.find("names_beside_differ", "error", (first, column), said_here, columns=shown, **params)
    table.sink.refuse(cells)


def _block(table: Table, column: int, names: set[int]) -> set[int]:
    """The figures' columns that belong to a column of names: it is the nearest before them, or the first of all."""
    figures = table.columns.measures.values()
    return {c for c in figures if max((name for name in names if name < c), default=min(names)) == column}


def _ordinals(table: Table, beside: Iterable[int]) -> set[int]:
    """The columns before such names that only number the rows."""
    before = [(c - 1, table.columns.paths.get(c - 1)) for c in beside]
    return {column for column, path in before if path and fold(path[-1]) in table.vocabulary.ordinals}
