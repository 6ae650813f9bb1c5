"""Tells the rows that are members by their names alone, whatever stands around them: most rows are such.

What is not certain by what a row's names say, and by its having a stored number, is left to the reader of any row.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.ingest.opened_table import Table
from pipeline.ingest.page_breaks import Pages
from pipeline.ingest.row_about import about_member, label_of
from pipeline.ingest.rows import Named, opens_of_which
from pipeline.ingest.sink import Row
from pipeline.number_faults import error_fault
from pipeline.numbers import is_stored
from pipeline.text import MASK

_BRACKETS = frozenset("()[]\uff08\uff09")


class PlainRow(NamedTuple):
    """What the names of a plain row say: what its cells are about, and what its outer keys say to blanks below."""

    about: Row
    above: Mapping[str, tuple[str, str]]
    ids: Sequence[str]


class PlainRows:
    """The plain rows of a table; names repeat in long tables, and each is looked at once."""

    def __init__(self, table: Table, pages: Pages) -> None:
        """Know the columns of the keys, and the rows in which any cell is merged or an error."""
        self._table, self._pages, self._rows = table, pages, table.sheet.rows
        self._keys = [(key, _columns_of(table, key), dict[object, Named | None]()) for key in table.key_columns]
        self._numbers = table.number_columns
        named = (column for _, columns, _ in self._keys for column in columns)
        self._width = max((*named, *self._numbers), default=0)
        self._odd = {row for row, _ in (*table.filled, *table.sheet.scan.errors)}
        self._own_labels: dict[str, bool] = {}  # whether a label, or all that begin with a name, are no other row's

    def at(self, row: int) -> PlainRow | None:
        """What a row's names say; None where it has no number, or its names do not decide what it is."""
        table, values = self._table, self._rows[row]
        if table.opened or table.opener is not None:  # the row may be a part of the one above
            return None
        if row in self._odd or len(values) <= self._width or not any(is_stored(values[c]) for c in self._numbers):
            return None
        named = self._named(row, values)
        if named is None or (self._pages.numbers_head and self._pages.other_header(row)):
            return None
        label = label_of(named)
        if any(n.kind == "open" for n in named.values()) and not self._is_own(named, label):
            return None
        above = {key: (named[key].text, named[key].code) for key in list(named)[:-1]}
        return PlainRow(about_member(table, named, label), above, [n.id for n in named.values()])

    def _named(self, row: int, values: Sequence[object]) -> dict[str, Named] | None:
        """What each key's cells name; None where one of them is not certain."""
        found = {}
        for key, columns, known in self._keys:
            said = tuple([values[column] for column in columns])
            for value in said:
                if type(value) is not str and type(value) is not float:  # as a key, True is what 1.0 is
                    return None
            if said not in known:
                named = self._table.keys.name(row, key)
                known[said] = named if self._is_certain(named) else None
            if (certain := known[said]) is None:
                return None
            found[key] = certain
        return found

    def _is_certain(self, named: Named) -> bool:
        """Whether a name is a member's, or any text's that neither opens something nor depends on its place."""
        if named.differs is not None or opens_of_which(named.text, self._table.vocabulary):
            return False
        if named.kind != "open":
            return named.kind == "member"
        numbered = named.id.startswith(MASK)  # by its line, so that two of them are not one
        opens = self._table.vocabulary.opens_total(named.text)
        return not numbered and not opens and error_fault(named.text) is None

    def _is_own(self, named: Mapping[str, Named], label: str) -> bool:
        """Whether a label is no other row's; of several names the first one tells it, unless there are brackets."""
        vocabulary, first = self._table.vocabulary, next(iter(named.values())).text
        if len(named) == 1 or not _BRACKETS.isdisjoint(label):
            return not vocabulary.is_other_row(label)
        if first not in self._own_labels:
            self._own_labels[first] = vocabulary.opens_no_other_row(first)
        return self._own_labels[first] or not vocabulary.is_other_row(label)


def _columns_of(table: Table, key: str) -> tuple[int, ...]:
    code = table.columns.column("code", key)
    return (*table.keys.spread[key], *(() if code is None else (code,)))
