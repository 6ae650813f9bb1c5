"""Finds a table's header, wherever in a sheet it stands, and says which column is which key or measure."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.ingest.approximate import unmarked
from pipeline.ingest.header_paths import count_on, header_paths, merged_from
from pipeline.ingest.matching import Match, Matcher, Meaning
from pipeline.ingest.reader import Sheet, shortest
from pipeline.ingest.rows import is_column_numbers
from pipeline.ingest.title_texts import is_figure
from pipeline.text import fold_variants

__all__ = ["Columns", "Guessed", "Matcher", "Meaning", "find_header", "header_paths"]

_MAX_HEADER_ROWS = 6
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


class Guessed(NamedTuple):
    """A column whose header only resembles a known text."""

    path: list[str]
    known: str


@dataclass
class Columns:
    """A table's header: its rows, what each column means, which columns mean nothing known, which are doubtful."""

    top: int
    bottom: int
    meanings: dict[Meaning, int] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    ambiguous: dict[Meaning, list[int]] = field(default_factory=dict)
    guessed: dict[Meaning, Guessed] = field(default_factory=dict)
    paths: dict[int, list[str]] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)

    def column(self, kind: str, name: str) -> int | None:
        """The column of a key, code or measure of this year."""
        return self.meanings.get(Meaning(kind, name))

    @property
    def measures(self) -> dict[tuple[str, bool], int]:
        """(measure, whether last year's) -> column."""
        return {(m.name, m.previous): column for m, column in self.meanings.items() if m.kind == "measure"}

    def is_clear(self, wanted: Collection[Meaning]) -> bool:
        """Whether all of these are found, and nothing is doubtful."""
        return not self.ambiguous and all(meaning in self.meanings for meaning in wanted)


def find_header(sheet: Sheet, matcher: Matcher, *, exact: bool = False) -> Columns | None:
    """The header block that explains most columns; None where no row holds a word of the form's header.

    Where words of several tables do, the one with numbers below it is meant. Only where the exact words leave something
    unfound, rows with numbers and words without their marks are looked at too, and misspelt headers guessed; not where
    ``exact`` words alone are asked for.
    """
    found = _best(sheet, matcher, _head_rows(sheet, matcher))
    if exact or (found is not None and not found.unknown and found.is_clear(matcher.required)):
        return found
    if found is not None:
        _complete(sheet, matcher, found)
        if found.is_clear(matcher.required):
            return found
    every = _rows(sheet, lambda text: unmarked(text) in matcher.unmarked_leaves, among_numbers=True)
    near = _best(sheet, matcher, every, complete=True)
    if near is None or (found is not None and len(found.meanings) >= len(near.meanings)):
        return found
    return near


def repeated_header(sheet: Sheet, matcher: Matcher) -> tuple[int, int] | None:
    """Where a header stands a second time beside itself, all of it: no column can be told from its double then."""
    for row in _head_rows(sheet, matcher):
        at: dict[Meaning, list[int]] = {}
        for column in range(sheet.width):
            for meaning in matcher.match([sheet.text(row, column)]).meanings:
                at.setdefault(meaning, []).append(column)
        measured = any(meaning.kind == "measure" for meaning in at)
        if measured and len(at) > 1 and all(len(columns) > 1 for columns in at.values()):
            return row, min(columns[1] for columns in at.values())
    return None


def second_header(sheet: Sheet, matcher: Matcher, columns: Columns) -> tuple[int, int] | None:
    """Where the right one of two tables begins, if all that a header must say stands again beside the one found."""
    needed = matcher.required | {meaning for meaning in columns.meanings if meaning.kind == "key"}
    first, last = min(columns.meanings.values()), max(columns.meanings.values())
    for aside in (range(first), range(last + 1, sheet.width)):
        for row in _head_rows(sheet, matcher) if len(aside) >= len(needed) else ():
            at = {meaning: column for column in aside for meaning in matcher.match([sheet.text(row, column)]).meanings}
            if all(meaning in at for meaning in needed):
                return (columns.bottom, first) if aside.start < first else (row, min(at[one] for one in needed))
    return None


def _head_rows(sheet: Sheet, matcher: Matcher) -> Iterator[int]:
    return _rows(sheet, lambda text: _is_any(fold_variants(text), matcher.leaves))


def _is_any(texts: tuple[str, ...], known: frozenset[str]) -> bool:
    return any(text in known for text in texts)


def _rows(sheet: Sheet, is_head: Callable[[str], bool], *, among_numbers: bool = False) -> Iterator[int]:
    """The rows that hold texts of a header; with as many figures that are no years they are data, unless asked for."""
    seen: dict[str, bool] = {}
    for row, values in enumerate(sheet.rows):
        texts = [*_years_alone(values), *(value for value in values if isinstance(value, str) and value)]
        figures = [v for v in values if isinstance(v, float) and not _FIRST_YEAR <= v <= _LAST_YEAR]
        # A header row stays one where a figure of another table stands beside it.
        enough = 1 if among_numbers else 1 + len(figures)
        for text in texts if len(texts) >= enough else ():
            if text not in seen:
                seen[text] = is_head(text)
            enough -= seen[text]
            if not enough:
                yield row
                break


def _years_alone(values: Sequence[object]) -> list[str]:
    """The years of a row that holds nothing but different years: figures have a name beside them."""
    filled = [value for value in values if value != ""]
    years = [shortest(v) for v in filled if isinstance(v, float) and _FIRST_YEAR <= v <= _LAST_YEAR and v.is_integer()]
    return years if len(years) == len(filled) > 1 and len(set(years)) > 1 else []


def _best(sheet: Sheet, matcher: Matcher, rows: Iterator[int], *, complete: bool = False) -> Columns | None:
    """The header block that explains most; of nearly equal ones, one with numbers below."""
    best: list[Columns] = []
    for bottom in rows:
        columns = _at(sheet, matcher, bottom, complete=complete)
        if columns is not None and _has_totals_below(sheet, matcher, columns):
            whole = _at(sheet, matcher, bottom + 1, complete=complete)
            columns = whole if whole is not None and len(whole.meanings) >= len(columns.meanings) else columns
        if columns is not None:
            best.append(columns)
    most = max((len(columns.meanings) for columns in best), default=0)
    able = [columns for columns in best if 2 * len(columns.meanings) >= most]
    if len(able) > 1:
        ends = [columns.top for columns in able[1:]] + [len(sheet.rows)]
        filled = [c for c, end in zip(able, ends, strict=True) if _has_numbers(sheet, c, end)]
        able = filled or able
    chosen: Columns | None = None
    for columns in able:
        # Equal blocks of which one goes on below the other are one header, and it ends with the lower one.
        goes_on = chosen is not None and columns.top <= chosen.bottom and _rank(columns) == _rank(chosen)
        if chosen is None or goes_on or _rank(columns) > _rank(chosen):
            chosen = columns
    return chosen


def _at(sheet: Sheet, matcher: Matcher, bottom: int, *, complete: bool) -> Columns | None:
    """The best header block whose last row is this one."""
    best: Columns | None = None
    for top in range(bottom, max(bottom - _MAX_HEADER_ROWS, -1), -1):
        if top < bottom and _holds_figures(sheet, top, bottom):
            break  # a row of the table, which a header further down does not swallow
        columns = _assign(sheet, matcher, top, bottom)
        if complete:
            _complete(sheet, matcher, columns)
        if columns.meanings and (best is None or _rank(columns) > _rank(best)):
            best = columns
    return best


def _has_totals_below(sheet: Sheet, matcher: Matcher, columns: Columns) -> bool:
    """Whether the row below a header is a part of it: "total" stands under a measure, and neither a name nor a figure.

    A measure that is parted so ("total", "of which") is its total; the words for the parts are not the form's.
    """
    row = columns.bottom + 1
    if row >= len(sheet.rows) or any(is_figure(value) for value in sheet.rows[row]):
        return False
    names = [column for meaning, column in columns.meanings.items() if meaning.kind in {"key", "code"}]
    doubtful = (column for among in columns.ambiguous.values() for column in among)
    measured = [*columns.measures.values(), *doubtful]
    is_named = any(sheet.text(row, column).strip() for column in names)
    return not is_named and any(matcher.is_total(sheet.text(row, column)) for column in measured)


def _holds_figures(sheet: Sheet, row: int, bottom: int) -> bool:
    """Whether a row is names with figures over a header's texts; numbers of columns and years are none."""
    values = [value for value in sheet.rows[row] if value != ""]
    texts = [value for value in values if isinstance(value, str) and not is_figure(value)]
    figures = [c for c, value in enumerate(sheet.rows[row]) if is_figure(value) and sheet.text(bottom, c).strip()]
    return 0 < len(texts) <= len(figures) + 1 and len(figures) > 0 and not is_column_numbers(sheet, row)


def _rank(columns: Columns) -> tuple[int, int]:
    return len(columns.meanings), -len(columns.unknown) - 10 * len(columns.ambiguous)


def _has_numbers(sheet: Sheet, columns: Columns, end: int) -> bool:
    """Whether a number stands under a measure before row ``end``; a row that numbers the columns does not count."""
    for row in range(columns.bottom + 1, end):
        texts = [sheet.text(row, column).strip() for column in columns.measures.values()]
        if any(text[:1].isdigit() for text in texts) and not count_on([text for text in texts if text]):
            return True
    return False


def _assign(sheet: Sheet, matcher: Matcher, top: int, bottom: int) -> Columns:
    """Give each column the surest meaning that no other column claims more surely."""
    columns = Columns(top, bottom)
    claims: dict[Meaning, dict[int, Match]] = {}
    for column, path in enumerate(header_paths(sheet, top, bottom)):
        if not path:
            continue
        columns.paths[column] = path
        columns.texts[column] = " / ".join(" ".join(part.split()) for part in path)
        match = matcher.match(path)
        for meaning in sorted(match.meanings):  # a set's order is another in each process
            claims.setdefault(meaning, {})[column] = match
    _settle(sheet, columns, claims, _other_figures(sheet, columns, claims, matcher))
    known = {*columns.meanings.values(), *(c for doubtful in columns.ambiguous.values() for c in doubtful)}
    known |= set(claims.get(Meaning("ordinal"), {}))
    columns.meanings.pop(Meaning("ordinal"), None)
    columns.unknown = {c: text for c, text in columns.texts.items() if c not in known}
    return columns


def _other_figures(
    sheet: Sheet, columns: Columns, claims: dict[Meaning, dict[int, Match]], matcher: Matcher
) -> set[int]:
    """Of the columns that claim what others claim too, those that stand under a word for a plan or a comparison."""
    contested = {column for own in claims.values() if len(own) > 1 for column in own}
    wide = header_paths(sheet, columns.top, columns.bottom, wide=True) if contested else []
    return {column for column in contested if matcher.says_another([*columns.paths[column], *wide[column]])}


def _settle(sheet: Sheet, columns: Columns, claims: dict[Meaning, dict[int, Match]], others: set[int]) -> None:
    taken: set[int] = set()
    for meaning in sorted(claims, key=lambda m: -max(claim.explained for claim in claims[m].values())):
        free = {c: claim for c, claim in claims[meaning].items() if c not in taken}
        # A plan or a comparison gives way to the figure itself.
        free = {c: claim for c, claim in free.items() if c not in others} or free
        most = max((claim.explained for claim in free.values()), default=0)
        # A header that says this and nothing else means it as surely, however many titles the other stands under.
        best = [c for c, claim in free.items() if claim.explained == most or claim.is_whole]
        best = best if len(best) < 2 else _filled_of_merged(sheet, columns, best)
        if len(best) == 1 or meaning.kind == "ordinal":
            columns.meanings.update({meaning: best[0]} if best else {})
            taken.update(best)
        elif best:
            columns.ambiguous[meaning] = best


def _filled_of_merged(sheet: Sheet, columns: Columns, among: list[int]) -> list[int]:
    """Of columns that stand under one merged header cell, the only one that holds anything."""
    origins = {merged_from(sheet, (columns.bottom, column)) for column in among}
    if len(origins) > 1:
        return among
    below = range(columns.bottom + 1, len(sheet.rows))
    filled = [c for c in among if any(sheet.text(row, c).strip() for row in below)]
    return filled or among[:1]


def _complete(sheet: Sheet, matcher: Matcher, columns: Columns) -> None:
    """Find what the exact header words left: labels that reach further than is usual, then misspelt ones."""
    if not columns.unknown:
        return
    wide = header_paths(sheet, columns.top, columns.bottom, wide=True)
    _add(columns, {c: (m, None) for c in columns.unknown for m in _sole(matcher.match(wide[c]).meanings)})
    paths = header_paths(sheet, columns.top, columns.bottom)
    guesses = {
        c: (found[0], Guessed(paths[c], found[1])) for c in columns.unknown if (found := matcher.guess(paths[c]))
    }
    _add(columns, guesses)


def _sole(meanings: frozenset[Meaning]) -> frozenset[Meaning]:
    return meanings if len(meanings) == 1 else frozenset()


def _add(columns: Columns, found: Mapping[int, tuple[Meaning, Guessed | None]]) -> None:
    """Take over meanings that no column has yet and that only one of these columns claims."""
    said = [meaning for meaning, _ in found.values()]
    for column, (meaning, guessed) in found.items():
        is_free = meaning not in columns.meanings and meaning not in columns.ambiguous
        if is_free and said.count(meaning) == 1 and meaning.kind != "ordinal":
            columns.meanings[meaning] = column
            columns.unknown.pop(column)
            if guessed is not None:
                columns.guessed[meaning] = guessed
