"""Compares the names of tables that stand side by side: a figure is of the row that the names beside it say.

A second column of names behind figures heads a table of its own, whose rows may stand in another order. Its names may
be spelt otherwise; where an empty column parts them from the first table, or all are places, any text is a name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from pipeline.ingest.headers import Meaning
from pipeline.ingest.opened_table import Table
from pipeline.ingest.parts import address, cell_position, column_letters
from pipeline.ingest.rows import Named
from pipeline.text import fold, slug, strip_opening, tidy

_FEWEST = 2  # one name that another column holds too may be a remark
_FEWEST_TEXTS = 3  # fewer different texts may be remarks
_LIKE = 75.0  # of 100: so like are two spellings of one name
_MOST_NAMES = 300  # more are not compared by their spelling
_Names = dict[int, str]  # row -> what its name says, to be compared; only rows that have one


def refuse_other_rows(table: Table) -> set[int]:
    """Refuse the figures beside a second column of names that names other rows than the first; such columns."""
    lines = sorted({cell.line for cell in table.sink.cells})
    beside: set[int] = set()
    for key, own in table.key_columns.items():
        if not (free := _behind_figures(table, own, lines)):
            continue
        names = _names(table, {row: table.keys.names(row)[key] for row in lines})
        read = table.readers[key].read
        doubled = table.columns.ambiguous.get(Meaning("key", key), ())
        said = {c: _names(table, {row: read(_text(table, row, c), "") for row in lines}) for c in free}
        same = {c for c, there in said.items() if there and (c in doubled or _are_mostly(there, names))}
        further = _spelt_otherwise(table, own, names, {c: there for c, there in said.items() if c not in same})
        others = {c: said[c] for c in same} | further
        for column, there in others.items():
            told = _compare(table, (own, column), (names, there), _block(table, column, {own, *others}))
            beside |= {column} if told or column in same else set()
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


def _spelt_otherwise(table: Table, own: int, names: _Names, said: Mapping[int, _Names]) -> dict[int, _Names]:
    """The further columns before figures that hold names, and what they say in the spelling of the first one."""
    found = {}
    for column, there in said.items():
        if not _block(table, column, {own, column}):
            continue
        texts = {row: _text(table, row, column) for row in there}
        likened = _likened(table, there, texts, (names, {row: _text(table, row, own) for row in names}))
        if _are_mostly(likened, names) or _heads_a_table(table, column, texts):
            found[column] = likened
    return found


def _likened(table: Table, there: _Names, texts: _Names, own: tuple[_Names, _Names]) -> _Names:
    """What a column says, other spellings as the name that they are of: their own row's, else the most like one."""
    names, own_texts = own
    known = set(names.values())
    if len(known) > _MOST_NAMES or len(there) > _MOST_NAMES:
        return there
    spelt = {row: _spelling(table, text) for row, text in own_texts.items()}
    return {row: said if said in known else _nearest(_spelling(table, texts[row]), row, spelt, names) or said
            for row, said in there.items()}  # fmt: skip


def _nearest(text: str, row: int, spelt: _Names, names: _Names) -> str:
    likes = {other: _likeness(text, spelling) for other, spelling in spelt.items()}
    best = max(likes, key=lambda other: (likes[other] >= _LIKE and other == row, likes[other]), default=row)
    return names[best] if likes.get(best, 0.0) >= _LIKE else ""


def _spelling(table: Table, text: str) -> str:
    """A name without numbers before it, the kind of its place, and marks on its letters."""
    return slug(table.vocabulary.catalogue.place_of(fold(strip_opening(text)))[1])


def _likeness(one: str, other: str) -> float:
    from rapidfuzz import fuzz

    words = set(one.split("-")), set(other.split("-"))
    if one and other and (words[0] <= words[1] or words[1] <= words[0]):
        return 100.0
    return fuzz.ratio(one, other)


def _heads_a_table(table: Table, column: int, texts: _Names) -> bool:
    """Whether different texts stand in most rows, behind an empty column or each with a word for a kind of place."""
    own, lines = [fold(strip_opening(text)) for text in texts.values()], {cell.line for cell in table.sink.cells}
    if len(own) < _FEWEST_TEXTS or 2 * len(own) <= len(lines) or len(set(own)) < len(own):
        return False
    if all(table.vocabulary.catalogue.place_of(text)[0] for text in own):
        return True
    counts = all(isinstance(table.sheet.value(row, column - 1), float) for row in texts)
    before = column - 2 if counts and column - 1 not in table.columns.meanings.values() else column - 1
    return before >= 0 and before not in table.columns.texts and not any(_text(table, row, before) for row in lines)


def _compare(table: Table, at: tuple[int, int], said: tuple[_Names, _Names], block: set[int]) -> bool:
    """Refuse the figures of rows that two columns of names call differently; beside such, of those with one name.

    Whether there were any.
    """
    (own, column), (names, there) = at, said
    differ = [row for row in there if row in names and there[row] != names[row]]
    doubtful = {row for row in names if there.get(row) != names[row]} if differ else set()
    cells = [c for c in table.sink.cells if c.line in doubtful and (cell_position(c.cell) or at)[1] in block]
    if not cells:
        return False
    first = differ[0]
    params = {"own": _text(table, first, own), "at": address(first, own), "count": len({c.line for c in cells})}
    shown = [column_letters(c) for c in sorted(block)]
    said_here = _text(table, first, column)
    table.sink.find("names_beside_differ", "error", (first, column), said_here, columns=shown, **params)
    table.sink.refuse(cells)
    return True


def _block(table: Table, column: int, names: set[int]) -> set[int]:
    """The figures' columns that belong to a column of names: it is the nearest before them, or the first of all."""
    figures = table.columns.measures.values()
    return {c for c in figures if max((name for name in names if name < c), default=min(names)) == column}


def _ordinals(table: Table, beside: Iterable[int]) -> set[int]:
    """The columns before such names that only number the rows."""
    before = [(c - 1, table.columns.paths.get(c - 1)) for c in beside]
    return {column for column, path in before if path and fold(path[-1]) in table.vocabulary.ordinals}
