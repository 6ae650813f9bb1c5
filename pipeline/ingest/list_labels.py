"""Finds the rows of a list that name its measures: by label, by the heading above it, over merged cells."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pipeline.catalogue.forms import Form
from pipeline.ingest.advice import NO_ALIAS, advice, alias_line
from pipeline.ingest.approximate import closest, unmarked
from pipeline.ingest.list_columns import period_of
from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.ingest.rows import is_column_numbers
from pipeline.ingest.sink import Sink
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.text import fold_variants, label_variants, tidy


@dataclass(frozen=True)
class _Name:
    """A measure, and the headings under which its label must stand, the outermost first."""

    measure: str
    headings: tuple[str, ...] = ()


@dataclass
class Labels:
    """The row labels that a list form knows."""

    form: Form
    vocabulary: Vocabulary
    texts: dict[str, str] = field(default_factory=dict)  # as the catalogue writes them -> measure

    def __post_init__(self) -> None:
        """Fold every label of the catalogue."""
        self._names: dict[str, list[_Name]] = {}
        for measure, column in self.form.columns.items():
            for path in (*(column.header.paths if column.header else ((measure,),)), *column.also):
                filled = tuple(self.vocabulary.fill(part) for part in path)
                self.texts.setdefault(" ".join(filled), measure)
                self._add(" ".join(filled), _Name(measure))
                if len(filled) > 1:
                    headings = tuple((fold_variants(part) or ("",))[-1] for part in filled[:-1])
                    self._add(filled[-1], _Name(measure, headings))

    def _add(self, text: str, name: _Name) -> None:
        for variant in self.variants(text):
            names = self._names.setdefault(variant, [])
            if name.headings or all(other.headings for other in names):
                names.append(name)

    def variants(self, text: str) -> tuple[str, ...]:
        """The ways in which a label may be meant."""
        return label_variants(text, self.vocabulary.of_which)

    def known(self, text: str) -> bool:
        """Whether a text names some measure, under whatever heading."""
        return any(variant in self._names for variant in self.variants(text))

    def measure(self, text: str, above: list[tuple[str, ...]]) -> str:
        """The measure that a label names below the labels ``above``, the nearest last; empty where it names none."""
        if self.vocabulary.brackets_another(text, self.texts):
            return ""
        names = [name for variant in self.variants(text) for name in self._names.get(variant, ())]
        found = [(self._distance(name, above), name.measure) for name in names if name.headings]
        near = min(((far, measure) for far, measure in found if far is not None), default=None)
        return near[1] if near else next((name.measure for name in names if not name.headings), "")

    @staticmethod
    def _distance(name: _Name, above: list[tuple[str, ...]]) -> int | None:
        """How many labels up the nearest heading stands; None where not all of them stand there in order."""
        wanted, first = list(name.headings), None
        for far, variants in enumerate(reversed(above)):
            if wanted and wanted[-1] in variants:
                wanted.pop()
                first = far if first is None else first
        return first if not wanted else None


@dataclass(frozen=True)
class Measured:
    """A row of a list that names a measure, and where its label stands."""

    measure: str
    row: int
    column: int


def label_column(sheet: Sheet, labels: Labels) -> int | None:
    """The column in which most measures are named; None where none is."""
    hits: dict[int, set[str]] = {}
    for row in sheet.rows:
        for column, value in enumerate(row):
            if isinstance(value, str) and value.strip() and labels.known(value):
                hits.setdefault(column, set()).update(labels.variants(value))
    return max(hits, key=lambda c: len(hits[c])) if hits else None


def report_lacking(
    sink: Sink, seen: set[str], found: list[str], unknown: Mapping[tuple[int, int], str] = MappingProxyType({})
) -> None:
    """Tell of the measures that are not there, what was found, and which ``unknown`` label is most like each."""
    from rapidfuzz import fuzz

    for name, column in sink.layout.columns.items():
        if name in seen or not column.must_be_there:
            continue
        label, said = sink.layout.label_of(name), NO_ALIAS
        texts = [unmarked(text) for text in label.all]
        near = {cell: max(fuzz.ratio(unmarked(text), one) for one in texts) for cell, text in unknown.items()}
        if near:
            cell = max(near, key=lambda c: near[c])
            said = advice(unknown[cell], address(*cell), alias_line(sink, f"columns / {name}", [unknown[cell]]))
        sink.find("missing_column", "error", column=label, found=found, advice=said)


def first_row(sink: Sink, column: int, named: int) -> int:
    """The first row of the list: that of the first label known, or one before it whose label is not."""
    sheet, first = sink.sheet, named
    for row in range(named - 1, -1, -1):
        said = [sheet.text(row, c) for c in range(sheet.width) if c != column and sheet.text(row, c).strip()]
        is_head = any(period_of([text], sink.layout, sink.vocabulary) is not None for text in said)
        if is_head or not sheet.text(row, column).strip() or is_column_numbers(sheet, row):
            break
        numbers = (sheet.value(row, c) for c in range(column + 1, sheet.width))
        first = row if any(isinstance(value, float) for value in numbers) else first
    return first


def measured_rows(sheet: Sheet, labels: Labels, columns: Iterable[int]) -> list[Measured]:
    """The rows that name a measure, in the sheet's order; the first of the label's columns that does so counts."""
    found: list[Measured] = []
    above: list[tuple[str, ...]] = []
    columns = list(columns)
    for row in range(len(sheet.rows)):
        texts = [(column, text) for column in columns if (text := tidy(sheet.text(row, column)))]
        named = next(((c, measure) for c, text in texts if (measure := labels.measure(text, above))), None)
        if named is not None:
            found.append(Measured(named[1], row, named[0]))
        above.extend(labels.variants(text) for _, text in texts)
    return found


def guess_rows(
    sink: Sink, labels: Labels, column: int, is_filled: Callable[[int], bool], taken: set[int], first: int
) -> list[Measured]:
    """Rows from the ``first`` on whose label is clearly a misspelt one of a measure that lacks; each is told."""
    named = {m.measure for m in measured_rows(sink.sheet, labels, [column])}
    wanted = set(sink.layout.columns) - named
    texts = {
        row: text
        for row in range(first, len(sink.sheet.rows))
        if row not in taken and is_filled(row) and (text := tidy(sink.sheet.text(row, column)))
        if not sink.vocabulary.brackets_another(text, labels.texts)
    }
    if not wanted or not texts:
        return []
    found = []
    for row, guess in closest(texts, labels.texts, wanted, sink.vocabulary.apart).items():
        alias = alias_line(sink, f"columns / {guess.name}", [texts[row]])
        sink.find("header_guessed", "warning", (row, column), value=texts[row], known=guess.text, **alias)
        found.append(Measured(guess.name, row, column))
    return found


def value_row(sheet: Sheet, measured: Measured, columns: Iterable[int]) -> int:
    """The row that holds a measure's numbers: of the rows over which its label is merged, the one that has some."""
    spans = (m for m in sheet.merges if m[0] == measured.row and m[1] <= measured.column <= m[3])
    last = min(max((m[2] for m in spans), default=measured.row), len(sheet.rows) - 1)
    columns = list(columns)
    rows = [r for r in range(measured.row, last + 1) if any(sheet.text(r, c).strip() for c in columns)]
    return rows[0] if len(rows) == 1 else measured.row
