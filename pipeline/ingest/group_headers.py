"""What stands over the columns of a table: last year or another one, a plan, a part of the year, another subject.

A column is known by its own name; what its group is called may say that the name is that of another figure.
"""

from collections.abc import Iterator

from pipeline.ingest.group_words import GroupWords
from pipeline.ingest.header_paths import header_paths, merged_from
from pipeline.ingest.headers import Columns, Matcher, Meaning
from pipeline.ingest.parts import address
from pipeline.ingest.sink import Sink
from pipeline.text import fold, tidy

_ABOVE = 2  # rows over a header in which its groups' titles may stand


def set_aside_other_groups(sink: Sink, columns: Columns, matcher: Matcher) -> None:
    """Take from a measure the column whose group says another figure; tell a group of which the form knows nothing."""
    groups = _Groups(sink, columns, matcher)
    doubtful: dict[tuple[int, int], list[Meaning]] = {}
    others: set[str] = set()
    for meaning in [m for m in columns.meanings if m.kind == "measure" and sink.layout.columns[m.name].is_number]:
        column = columns.meanings[meaning]
        said = groups.other_figure(column, meaning)
        if said:
            others.add(said)
            del columns.meanings[meaning]
            text = columns.texts[column]
            columns.unknown[column] = text if said in text else f"{said} / {text}"
        else:
            for cell in groups.unknown(column):
                doubtful.setdefault(cell, []).append(meaning)
    # A plan over counts was told there; a rate beside them is only compared.
    unknown = {cell: at for cell, at in doubtful.items() if tidy(sink.sheet.text(*cell)) not in others}
    for cell, meanings in unknown.items():
        names = [sink.layout.label_of(name) for name in dict.fromkeys(meaning.name for meaning in meanings)]
        sink.find("group_header_unknown", "warning", cell, value=tidy(sink.sheet.text(*cell)), columns=names)


def tell_last_year_twice(sink: Sink, columns: Columns) -> bool:
    """Whether two groups of columns are last year's and none is this year's, which is told: a title was not renewed."""
    contested = [column for own in columns.ambiguous.values() for column in own]
    heads = [_last_years(sink, columns, column) for column in [*contested, *columns.measures.values()]]
    cells = sorted({cell for cell in heads if cell is not None})
    if not contested or None in heads or len(cells) < 2:
        return False
    said = [f'{address(*cell)} "{tidy(sink.sheet.text(*cell))}"' for cell in cells]
    year = sink.vocabulary.period.year
    sink.find("last_year_twice", "error", cells[0], value=tidy(sink.sheet.text(*cells[0])), heads=said, year=str(year))
    return True


def _last_years(sink: Sink, columns: Columns, column: int) -> tuple[int, int] | None:
    """The cell over a column that says it is last year's."""
    rows = range(max(columns.top - _ABOVE, 0), columns.bottom)
    cells = (merged_from(sink.sheet, (row, column)) for row in rows)
    return next((cell for cell in cells if fold(sink.sheet.text(*cell)) in sink.vocabulary.previous), None)


class _Groups:
    """The texts over each column, and what they say of it."""

    def __init__(self, sink: Sink, columns: Columns, matcher: Matcher) -> None:
        self._sheet, self._columns = sink.sheet, columns
        self._words = GroupWords(sink.layout, sink.vocabulary, matcher)
        keys = [column for meaning, column in columns.meanings.items() if meaning.kind in {"key", "code"}]
        # The header begins where the cells that head the names do: groups may be all that stands in its first rows.
        self._top = min([columns.top, *(merged_from(self._sheet, (columns.top, column))[0] for column in keys)])
        self._own = header_paths(self._sheet, self._top, columns.bottom)
        self._named = max(self._top, min(self._rows_of_names(matcher, keys), default=self._top))
        self._beside = header_paths(self._sheet, self._named, columns.bottom)
        above = max(self._top - 1, 0)
        self._wider = header_paths(self._sheet, above, columns.bottom)
        # What stands above the header, and not behind the columns of names, is the title's.
        behind = range(max(keys, default=-1) + 1, self._sheet.width)
        self._above = {self._sheet.text(above, column) for column in behind}

    def other_figure(self, column: int, meaning: Meaning) -> str:
        """The text over or under a column by which it holds another figure than its name says."""
        own = [*self._own[column], *(part for part in self._wider[column] if part in self._above)]
        said = next((part for part in own if self._words.says_other_time(part, meaning)), "")
        if not said and self._words.is_count(meaning):  # a share over a rate is what it is, and it is only compared
            parts = [*own, *self._wider[column], *self._below(column)]
            said = next((part for part in parts if self._words.says_another(part)), "")
        return tidy(said)

    def unknown(self, column: int) -> list[tuple[int, int]]:
        """The cells over a column, not above the header of the names, of which the form knows nothing."""
        return [self._cell_of(part, column) for part in self._beside[column] if self._words.is_unknown(part)]

    def _rows_of_names(self, matcher: Matcher, keys: list[int]) -> Iterator[int]:
        """The rows in which the keys' own headers stand: what is above them may be the sheet's title."""
        for row in range(self._top, self._columns.bottom + 1):
            for column in keys:
                if any(m.kind in {"key", "code"} for m in matcher.match([self._sheet.text(row, column)]).meanings):
                    yield row

    def _cell_of(self, part: str, column: int) -> tuple[int, int]:
        """Where a text over a column stands."""
        rows = range(self._named, self._columns.bottom + 1)
        cells = (merged_from(self._sheet, (row, beside)) for beside in range(column, -1, -1) for row in rows)
        return next(cell for cell in cells if self._sheet.text(*cell) == part)

    def _below(self, column: int) -> list[str]:
        """The text right below the header, where that is still a part of it: the row has no name and no figure."""
        row, keys = self._columns.bottom + 1, [c for m, c in self._columns.meanings.items() if m.kind == "key"]
        if not keys or row >= len(self._sheet.rows) or any(self._sheet.text(row, key).strip() for key in keys):
            return []
        if any(isinstance(value, float) for value in self._sheet.rows[row]):
            return []
        return [self._sheet.text(*merged_from(self._sheet, (row, column)))]
