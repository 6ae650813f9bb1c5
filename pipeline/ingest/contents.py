"""Whether a sheet holds what a form has: its columns or rows, and numbers in them; not only its name."""

from itertools import combinations

from pipeline.catalogue.forms import Form
from pipeline.ingest.headers import Columns, Matcher, find_header
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.text import fold, label_variants

NOTHING, HEADER, FILLED = 0, 1, 2


class Contents:
    """Looks for the columns and rows of a catalogue's forms; what was looked at once is not looked at again."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary, self._forms = vocabulary, vocabulary.catalogue.forms
        self._headers: dict[tuple[str, int, bool], tuple[Sheet, Columns | None]] = {}
        self._labels: dict[str, dict[str, str]] = {}

    def has_header(self, form: str, sheet: Sheet) -> bool:
        """Whether at least half of a form's columns, or of a list's rows, are there."""
        return self.quality(form, sheet) >= HEADER

    def quality(self, form: str, sheet: Sheet) -> int:
        """Whether a sheet holds nothing of a form, its columns or rows only, or numbers in them too."""
        if self._forms[form].layout == "list":
            rows = self._measure_rows(form, sheet)
            wanted = sum(column.must_be_there for column in self._forms[form].columns.values())
            if 2 * len(rows) < max(wanted, 1):
                return NOTHING
            return FILLED if any(_has_number(sheet, row) for row in rows.values()) else HEADER
        columns = self._header(form, sheet)
        found = {name for name, _ in columns.measures} if columns else set()
        required = {name for name, column in self._forms[form].columns.items() if column.must_be_there}
        if columns is None or not found or 2 * len(found & required) < len(required):
            return NOTHING
        return FILLED if self._numbers(sheet, columns) else HEADER

    def is_filled(self, form: str, sheet: Sheet) -> bool:
        """Whether a sheet has all columns or rows of a form, exactly as the catalogue names them, and numbers."""
        if self._forms[form].layout == "list":
            wanted = {name for name, column in self._forms[form].columns.items() if column.must_be_there}
            rows = self._measure_rows(form, sheet)
            return len(wanted) > 1 and wanted <= set(rows) and any(_has_number(sheet, row) for row in rows.values())
        columns = self._header(form, sheet, exact=True)
        if columns is None or not columns.is_clear(self._matcher(form).required):
            return False
        keys = [columns.column("key", key.key) for key in self._forms[form].rows]
        return all(column is not None for column in keys) and bool(self._numbers(sheet, columns))

    def are_parts(self, form: str, sheets: list[Sheet]) -> bool:
        """Whether sheets that could each be the form have different rows, as if it were spread over them."""
        rows = [self._row_names(form, sheet) for sheet in sheets]
        return all(rows) and not any(one & other for one, other in combinations(rows, 2))

    def _row_names(self, form: str, sheet: Sheet) -> set[str]:
        """The rows with numbers, as they are named; totals left out."""
        if self._forms[form].layout == "list":
            return set(self._measure_rows(form, sheet))
        columns, keys = self._header(form, sheet), self._forms[form].rows
        column = columns.column("key", keys[-1].key) if columns and keys else None
        if columns is None or column is None:
            return set()
        texts = (sheet.text(row, column) for row in self._numbers(sheet, columns))
        return {fold(text) for text in texts if fold(text) and not self._vocabulary.is_total(text)}

    def _matcher(self, form: str) -> Matcher:
        return Matcher.of(form, self._vocabulary)

    def _header(self, form: str, sheet: Sheet, *, exact: bool = False) -> Columns | None:
        key = (form, id(sheet), exact)
        if key not in self._headers:  # the sheet is kept with it, so that its id is not given to another one
            self._headers[key] = sheet, find_header(sheet, self._matcher(form), exact=exact)
        return self._headers[key][1]

    @staticmethod
    def _numbers(sheet: Sheet, columns: Columns) -> list[int]:
        """The rows below a header that hold a number in a measure's column."""
        measured = list(columns.measures.values())
        rows = range(columns.bottom + 1, len(sheet.rows))
        return [row for row in rows if any(_is_number(sheet, row, column) for column in measured)]

    def _measure_rows(self, form: str, sheet: Sheet) -> dict[str, int]:
        """The measures of a list form that a sheet names -> row."""
        labels = self._list_labels(form)
        rows: dict[str, int] = {}
        for row, values in enumerate(sheet.rows):
            for value in values:
                if isinstance(value, str) and value:
                    name = next((labels[v] for v in label_variants(value) if v in labels), None)
                    if name is not None:
                        rows.setdefault(name, row)
        return rows

    def _list_labels(self, name: str) -> dict[str, str]:
        form: Form = self._forms[name]
        if name not in self._labels:
            self._labels[name] = {
                variant: measure
                for measure, column in form.columns.items()
                for path in (*(column.header.paths if column.header else ((measure,),)), *column.also)
                for variant in label_variants(self._vocabulary.fill(" ".join(path)))
            }
        return self._labels[name]


def _has_number(sheet: Sheet, row: int) -> bool:
    return any(_is_number(sheet, row, column) for column in range(len(sheet.rows[row])))


def _is_number(sheet: Sheet, row: int, column: int) -> bool:
    value = sheet.value(row, column)
    return isinstance(value, float) or (isinstance(value, str) and value.strip()[:1].isdigit())
