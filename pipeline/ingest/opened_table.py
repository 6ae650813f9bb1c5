"""A table while its rows are read: its sheet, its columns, and what is remembered from row to row."""

from dataclasses import dataclass, field
from functools import cached_property

from pipeline.catalogue.forms import Form
from pipeline.ingest.headers import Columns
from pipeline.ingest.reader import Sheet
from pipeline.ingest.row_keys import RowKeys
from pipeline.ingest.rows import KeyReader
from pipeline.ingest.sink import Sink
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.numbers import parse_cell
from pipeline.states import NUMBER

UNNAMED = "unnamed"  # the role of a row with numbers and no name, until it is told


@dataclass
class Table:
    """A table being read."""

    sink: Sink
    form: Form
    vocabulary: Vocabulary
    columns: Columns
    readers: dict[str, KeyReader]
    key_columns: dict[str, int]
    filled: dict[tuple[int, int], tuple[int, int]]
    ignored: list[str] = field(default_factory=list)
    seen_members: set[str] = field(default_factory=set)
    unit_rows: list[int] = field(default_factory=list)
    assumed: dict[int, str] = field(default_factory=dict)  # lines that may head others -> their text
    opener: int | None = None  # the line that says only "of which", while rows without a dash may be its details
    under: dict[int, int] = field(default_factory=dict)  # such rows -> their line
    above: str = ""  # the role of the last row that a row saying "of which" may be a part of
    opened: bool = False  # the row before said "of which" and no more

    def __post_init__(self) -> None:
        """Know the keys of its rows."""
        self.keys = RowKeys(
            self.sheet, self.form, self.vocabulary, self.columns, self.readers, self.key_columns, self.filled
        )

    @cached_property
    def _measured(self) -> list[int]:
        return list(self.columns.measures.values())

    @property
    def sheet(self) -> Sheet:
        """The sheet that is read."""
        return self.sink.sheet

    @property
    def number_columns(self) -> list[int]:
        """The columns of measures that hold numbers."""
        columns = self.sink.layout.columns
        return [column for (name, _), column in self.columns.measures.items() if columns[name].is_number]

    def key_cell(self, row: int) -> tuple[int, int]:
        """The cell that names a row."""
        return row, next(iter(self.key_columns.values()))

    def has_numbers(self, row: int) -> bool:
        """Whether any measure's cell of the row holds anything."""
        sheet = self.sink.sheet
        for column in self._measured:
            value = sheet.value(row, column)
            if not isinstance(value, str) or value.strip() or (row, column) in sheet.scan.errors:
                return True
        return False

    def is_whole(self, row: int) -> bool:
        """Whether every column of numbers, of two at least, holds one in this row."""
        marks = self.vocabulary.marks
        read = [parse_cell(self.sheet.value(row, column), "count", marks) for column in self.number_columns]
        return len(read) > 1 and all(parsed.state == NUMBER for parsed in read)

    def holds_number(self, row: int, states: frozenset[str] = frozenset({NUMBER})) -> bool:
        """Whether any cell of the row can be read as a number; a remark beside numbers ends no table."""
        marks = self.vocabulary.marks
        cells = (self.sheet.value(row, column) for column in self.number_columns)
        return any(parse_cell(value, "count", marks).state in states for value in cells)
