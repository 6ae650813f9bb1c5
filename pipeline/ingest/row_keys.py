"""Reads what the key cells of a table's rows name: over merged cells, over several columns, repeats left out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count, takewhile

from pipeline.catalogue.forms import Form
from pipeline.ingest.headers import Columns
from pipeline.ingest.reader import Sheet
from pipeline.ingest.rows import KeyReader, Named, code_text
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.text import MASK, fold, tidy, without_mark

Cell = tuple[int, int]
_LETTERS = 2  # so many letters may be a row's number: a, II
_MOST = 0.5  # a column beside a key's belongs to its names where it holds words in so many rows


@dataclass
class RowKeys:
    """The key columns of a table being read, and what stood above in those that leave repeats out."""

    sheet: Sheet
    form: Form
    vocabulary: Vocabulary
    columns: Columns
    readers: Mapping[str, KeyReader]
    key_columns: Mapping[str, int]
    filled: Mapping[Cell, Cell]
    above: dict[str, tuple[str, str]] = field(default_factory=dict)
    repeats_left_out: bool = False
    spread: dict[str, tuple[int, ...]] = field(default_factory=dict)
    marked: dict[str, str] = field(default_factory=dict)  # names with a footnote's mark -> without

    def __post_init__(self) -> None:
        """See over which columns each key's names are spread, and which of them end in a footnote's mark."""
        for key in self.key_columns:
            self.spread[key] = self._spread(key)
            if self.readers[key].key.members == "open":
                self.marked.update(self._marked(key))

    def _marked(self, key: str) -> dict[str, str]:
        """The names that a mark does not tell from another row's."""
        names = {tidy(" ".join(self._texts(row, self.spread[key]))) for row in self._rows}
        bare = {name: without_mark(name) for name in names}
        rows = Counter(map(fold, bare.values()))
        return {name: short for name, short in bare.items() if short != name and rows[fold(short)] == 1}

    def names(self, row: int) -> dict[str, Named]:
        """What each key's cell names; a cell merged over rows names all of them."""
        named = {}
        for key in self.key_columns:
            own = self.name(row, key)
            named[key] = own if own.text or own.code else self._among_ordinals(key, row) or own
        return self._with_block_total(named)

    def name(self, row: int, key: str) -> Named:
        """What one key's cell names, whatever stands around it."""
        column = self.columns.column("code", key)
        code = code_text(self._text(row, column)) if column is not None else ""
        read = self._read(key, self._texts(row, self.spread[key]), code)
        if read.kind == "open" and read.id in self.marked:
            read = replace(read, id=self.marked[read.id])
        return _told_apart(read, row)

    def _among_ordinals(self, key: str, row: int) -> Named | None:
        """What a word in the column of ordinals names beside an empty name: a total is often typed there, unmerged."""
        if len(self.key_columns) > 1 or self._ordinal is None or not self._has_figures(row):
            return None
        text = tidy(self._text(row, self._ordinal))
        named = self.readers[key].read(text if sum(map(str.isalpha, text)) > _LETTERS else "", "")
        return None if named.kind in {"", "open"} else named

    @cached_property
    def _ordinal(self) -> int | None:
        texts = self.columns.texts.items()
        return next((column for column, text in texts if fold(text) in self.vocabulary.ordinals), None)

    def _text(self, row: int, column: int) -> str:
        return self.sheet.text(*self.filled.get((row, column), (row, column)))

    def _texts(self, row: int, columns: Sequence[int]) -> list[str]:
        """The different texts of a row's key columns; one merged over several rows heads them, and is not the row's."""
        origins = dict.fromkeys(self.filled.get((row, column), (row, column)) for column in columns)
        texts = [(origin, text) for origin in origins if (text := tidy(self.sheet.text(*origin)))]
        own = [text for origin, text in texts if not self._heads_rows(origin)]
        return own if own and len(own) < len(texts) else [text for _, text in texts]

    def _heads_rows(self, origin: Cell) -> bool:
        return self.filled.get((origin[0] + 1, origin[1])) == origin

    def _read(self, key: str, texts: list[str], code: str) -> Named:
        """What several cells name together, else what one of them names, the innermost first."""
        reader = self.readers[key]
        joined = reader.read(" ".join(texts), code)
        if len(texts) < 2 or joined.kind not in {"", "open"}:
            return joined
        alone = (reader.read(text, code) for text in reversed(texts))
        return next((named for named in alone if named.kind not in {"", "open"}), joined)

    def _spread(self, key: str) -> tuple[int, ...]:
        """The columns that hold a key's names: its own, and those without a header beside it that complete them."""
        own = self.key_columns[key]
        head = self.columns.texts.get(own, "")
        taken = {*self.columns.meanings.values(), *self.key_columns.values()} - {own}
        columns = [own]
        for step in (1, -1):
            beside = own + step
            while beside >= 0 and beside not in taken and self.columns.texts.get(beside, head) == head:
                candidate = sorted([*columns, beside])
                if not (self._holds_words(key, beside) and self._completes(key, columns, candidate, beside)):
                    break
                columns, beside = candidate, beside + step
        return tuple(columns)

    def _holds_words(self, key: str, column: int) -> bool:
        """Whether a column holds words; beside any text that may be a name, and without a header, in most rows."""
        texts = [self.sheet.value(row, column) for row in self._rows if self._has_figures(row)]
        words = sum(isinstance(t, str) and len(t.strip()) > 1 for t in texts)
        surely = column in self.columns.texts or self.readers[key].key.members != "open"
        return words > (0 if surely else _MOST * len(texts))

    def _has_figures(self, row: int) -> bool:
        return any(self.sheet.value(row, column) != "" for column in self.columns.measures.values())

    @property
    def _rows(self) -> range:
        return range(self.columns.bottom + 1, len(self.sheet.rows))

    def _completes(self, key: str, columns: Sequence[int], more: Sequence[int], beside: int) -> bool:
        """Whether a further column makes names of what are none without it, or tells apart what is not told apart."""
        rows = [row for row in self._rows if self._text(row, beside).strip()]
        before, after = ([self._texts(row, some) for row in rows] for some in (columns, more))
        if self.readers[key].key.members == "open":
            return len({fold(" ".join(t)) for t in before}) < len({fold(" ".join(t)) for t in after})
        named = [sum(self._read(key, texts, "").kind != "" for texts in some) for some in (before, after)]
        return named[1] > named[0]

    def _with_block_total(self, named: dict[str, Named]) -> dict[str, Named]:
        """The keys of a row named like "Total of A", which is the total of the block A that it stands in."""
        over = self.form.totals_over
        for key, said in named.items():
            rest = self.vocabulary.opens_total(said.text) if said.kind in {"", "open"} and over else ""
            outer = next((k for k in list(named)[:-1] if rest and fold(self.above.get(k, ("", ""))[0]) == rest), "")
            if outer and outer != over:
                inner = list(named)[list(named).index(outer) + 1 :]
                blank = {k: Named("") for k in {key, *inner} if k not in {outer, over}}
                block = self.readers[outer].read(*self.above[outer])
                return named | blank | {outer: block, over: Named(said.text, kind="total")}
        return named

    def inherit(self, named: dict[str, Named], *, fill: bool) -> dict[str, Named]:
        """A blank cell of an outer key repeats the one above it, as people leave repeats out of long tables.

        In a total's row it does so only where rows of the table have left repeats out: else the total is one of all.
        A total's word is repeated too where it heads rows of a further key; one that heads none ends what is repeated.
        """
        for key in list(named)[:-1]:
            said = named[key]
            if said.text or said.code:
                self.above[key] = (said.text, said.code)
                if said.kind == "total" and not any(n.text and n.kind != "total" for n in named.values()):
                    del self.above[key]
            elif fill and key in self.above:
                self.repeats_left_out = True
                named = named | {key: self.readers[key].read(*self.above[key])}
        return named

    def shares_its_name(self, row: int, has_figures: Callable[[int], bool]) -> bool:
        """Whether a row without figures only shares a name that is merged over another row, which has them."""
        column = self.key_columns[list(self.key_columns)[-1]]
        origin = self.filled.get((row, column))
        if origin is None:
            return False
        rows = takewhile(lambda r: self.filled.get((r, column)) == origin, count(origin[0]))
        return any(has_figures(r) for r in rows if r != row)


def block_of(named: Iterable[tuple[str, Named]]) -> str:
    """The keys that a row states, as one text: what a total's rows have in common with it."""
    return "\n".join(f"{key}={n.id}" for key, n in named if n.id)


def _told_apart(named: Named, row: int) -> Named:
    """A row whose name is not shown goes by its line, so that two of them are not one."""
    return replace(named, id=f"{MASK} ({row + 1})") if named.id == MASK else named
