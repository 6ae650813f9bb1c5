"""A submission as its parts: title lines, header paths, columns of cells; written as a workbook in many ways."""

from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby

import xlsxwriter

from pipeline.catalogue import load_catalogue
from pipeline.catalogue.forms import PROVINCE
from pipeline.periods import Period
from tools.synthesis.figures import Generator
from tools.synthesis.schemas import SHIPPED
from tools.synthesis.workbooks import Sheet, _list_body, _table_body, period_text

PERIOD = Period.parse("2024")
UNIT = "Công an tỉnh Nghệ An"


@dataclass(frozen=True)
class Shown:
    """A number with a number format."""

    value: float
    number_format: str


@dataclass(frozen=True)
class Computed:
    """A formula with the value that it had when the file was saved (None: none was saved)."""

    formula: str
    value: object


@dataclass
class Strip:
    """A column: its header path, its role, and a cell for each row of the body."""

    path: tuple[str, ...]
    role: str  # key, measure, ordinal, unit, code, extra, spacer
    cells: list
    measure: str = ""
    column: object = None


@dataclass
class Page:
    """A sheet to be written. ``kinds`` says of each body row what it is: member, total, group, blank, header, note."""

    name: str
    form_id: str
    form: object
    lines: list[str]
    strips: list[Strip]
    kinds: list[str]
    units: str = ""
    top: int = 0
    left: int = 0
    header: str = "merged"  # merged | bare | flat | none
    below_header: list[list] = field(default_factory=list)
    below: list[list] = field(default_factory=list)
    beside: list[list] = field(default_factory=list)
    above: list[list] = field(default_factory=list)
    hidden: bool = False
    font: str = ""
    encode: object = None
    look: dict = field(default_factory=dict)
    split_label: bool = False
    lost: int | None = None  # the row of a list, or of listed members, that was taken out

    @property
    def is_list(self):
        return self.form.layout == "list"

    @property
    def measures(self):
        return [strip for strip in self.strips if strip.role == "measure"]

    @property
    def keys(self):
        return [strip for strip in self.strips if strip.role == "key"]

    def where(self, kind):
        return [i for i, k in enumerate(self.kinds) if k == kind]

    def insert(self, at, kind, cell_of=lambda _: None):
        """A new body row; ``cell_of(strip)`` gives its cells."""
        self.kinds.insert(at, kind)
        for strip in self.strips:
            strip.cells.insert(at, cell_of(strip))

    def take(self, at):
        """Remove a body row and give its kind and cells."""
        return self.kinds.pop(at), [strip.cells.pop(at) for strip in self.strips]

    def put(self, at, row):
        self.kinds.insert(at, row[0])
        for strip, cell in zip(self.strips, row[1], strict=True):
            strip.cells.insert(at, cell)

    def copy(self):
        return replace(
            self,
            lines=list(self.lines),
            strips=[replace(s, cells=list(s.cells)) for s in self.strips],
            kinds=list(self.kinds),
            below_header=[list(r) for r in self.below_header],
            below=[list(r) for r in self.below],
            beside=[list(r) for r in self.beside],
            above=[list(r) for r in self.above],
            look=dict(self.look),
        )


@dataclass
class Book:
    """A workbook to be written: its pages and sheets that hold no form."""

    pages: list[Page]
    others: list[tuple[str, list[list], bool]] = field(default_factory=list)
    file: str = "nghe-an-2024.xlsx"

    def copy(self):
        return Book([p.copy() for p in self.pages], list(self.others), self.file)

    def page(self, form):
        """The page of a form; None where it was lost."""
        return next((p for p in self.pages if p.form_id == form), None)


@cache
def catalogue():
    return load_catalogue(SHIPPED)


@cache
def _clean(seed):
    made, generator = catalogue(), Generator(catalogue(), 5, seed)
    now, before = (generator.province("nghe-an", p) for p in (PERIOD, PERIOD.year_before))
    pages = []
    for name, table in generator.tables.items():
        form = made.forms[name]
        sheet = Sheet(form, table, now[name], before[name])
        paths, body = _list_body(sheet) if form.layout == "list" else _table_body(sheet)
        assert PROVINCE not in form.key_names
        paths = [tuple(p.replace("{year}", "2024").replace("{previous_year}", "2023") for p in path) for path in paths]
        strips = [
            Strip(path, "measure", list(cells)) for path, cells in zip(paths, zip(*body, strict=True), strict=True)
        ]
        _roles(form, strips)
        total = len(body) - len(table.labels) if form.layout == "table" else 0
        kinds = ["member"] * (len(body) - total) + ["total"] * total
        lines = [f"Đơn vị báo cáo: {UNIT}", f"Biểu số {form.number}: {form.title.text('vi')}"]
        lines.append(f"Kỳ báo cáo: {period_text(PERIOD)}")
        units = ", ".join(dict.fromkeys(c.unit for c in form.measures.values() if c.unit))
        pages.append(Page(form.sheets[0], name, form, lines, strips, kinds, units if form.layout == "table" else ""))
    return Book(pages)


def _roles(form, strips):
    for strip in strips[: max(1, len(form.rows))]:
        strip.role = "key"
    rest = strips[max(1, len(form.rows)) :]
    if form.layout == "list":
        if form.unit_header is not None:
            rest.pop(0).role = "unit"
        return
    for name, column in form.measures.items():
        for _ in (0, 1) if column.previous else (0,):
            strip = rest.pop(0)
            strip.measure, strip.column = name, column


def clean(seed=1):
    """A submission of a province as the generator writes it, every form with five districts."""
    return _clean(seed).copy()


def write(book, folder):
    """Write the workbook into a folder and give its path."""
    path = folder / book.file
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as workbook:
        formats = {}

        def look(**properties):
            key = tuple(sorted(properties.items()))
            if key not in formats:
                formats[key] = workbook.add_format(properties)
            return formats[key]

        for item in [*book.pages, *book.others]:
            if isinstance(item, Page):
                sheet = workbook.add_worksheet(item.name[:31])
                Writer(sheet, item, look).write()
                if item.hidden:
                    sheet.hide()
            else:
                name, rows, hidden = item
                sheet = workbook.add_worksheet(name)
                for r, row in enumerate(rows):
                    for c, value in enumerate(row):
                        _put(sheet, r, c, value, None)
                if hidden:
                    sheet.hide()
        if getattr(book.pages[0] if book.pages else None, "hidden", False):
            next((s for s in workbook.worksheets() if not s.hidden), workbook.worksheets()[0]).set_first_sheet()
            next((s for s in workbook.worksheets() if not s.hidden), workbook.worksheets()[0]).activate()
    return path


def _put(sheet, row, column, value, form):
    if isinstance(value, Computed):
        sheet.write_formula(row, column, value.formula, form, "" if value.value is None else value.value)
    elif isinstance(value, str):
        if value:
            sheet.write_string(row, column, value, form)
    elif value is not None:
        sheet.write_number(row, column, value, form)


class Writer:
    """Writes one page."""

    def __init__(self, sheet, page, look):
        self.sheet, self.page, self.look = sheet, page, look
        self.row = page.top

    def write(self):
        page = self.page
        for row in page.above:
            self.line(row)
        for text in page.lines:
            self.line([text], bold=True)
        if page.units:
            self.line([f"Đơn vị tính: {page.units}"])
        self.row += 1
        first = self.row
        if page.header != "none":
            self.headers()
        for row in page.below_header:
            self.line(row)
        for index in range(len(page.kinds)):
            self.line([strip.cells[index] for strip in page.strips], split=page.split_label)
        for row in page.below:
            self.line(row)
        for r, row in enumerate(page.beside):
            for c, value in enumerate(row):
                self.put(first + r, page.left + self.width + 2 + c, value)

    @property
    def width(self):
        return len(self.page.strips) + self.page.split_label

    def column(self, strip):
        return self.page.left + strip + (1 if self.page.split_label and strip > 0 else 0)

    def line(self, row, *, bold=False, split=False):
        for index, value in enumerate(row):
            column = self.column(index) if split or self.page.split_label else self.page.left + index
            if split and index == 0 and isinstance(value, str) and value:
                self.merge(self.row, column, self.row, column + 1, value)
            else:
                self.put(self.row, column, value, bold=bold)
        self.row += 1

    def put(self, row, column, value, *, bold=False):
        properties = dict(self.page.look) | ({"bold": True} if bold else {})
        if isinstance(value, Shown):
            _put(self.sheet, row, column, value.value, self.look(num_format=value.number_format))
            return
        if isinstance(value, str) and self.page.encode:
            value, properties["font_name"] = self.page.encode(value), self.page.font
        elif isinstance(value, str) and self.page.font:
            properties["font_name"] = self.page.font
        _put(self.sheet, row, column, value, self.look(**properties) if properties else None)

    def merge(self, top, left, bottom, right, text):
        if (top, left) == (bottom, right):
            self.put(top, left, text)
            return
        properties = dict(self.page.look) | {"align": "center"}
        if self.page.encode:
            text, properties["font_name"] = self.page.encode(text), self.page.font
        self.sheet.merge_range(top, left, bottom, right, text, self.look(**properties))

    def headers(self):
        paths = [strip.path for strip in self.page.strips]
        if self.page.header == "flat":
            self.line([" ".join(path) for path in paths], split=self.page.split_label)
            return
        depth = max(map(len, paths))
        for level in range(depth):
            for key, group in groupby(range(len(paths)), key=lambda c: self.shared(paths, c, level)):
                columns = list(group)
                if key is not None:
                    self.head(key, columns, level, depth)
        self.row += depth

    def shared(self, paths, column, level):
        path = paths[column]
        if len(path) <= level:
            return None
        return path[: level + 1], column if len(path) == level + 1 else -1

    def head(self, key, columns, level, depth):
        path, leaf = key
        top, left, right = self.row + level, self.column(columns[0]), self.column(columns[-1])
        if self.page.split_label and columns[0] == 0:
            right = self.page.left + 1
        if self.page.header == "bare":
            # Nothing is merged: a group's label stands over its first column, a lone label in the last row.
            self.put(self.row + depth - 1 if leaf >= 0 else top, left, path[-1])
            return
        self.merge(top, left, self.row + (depth - 1 if leaf >= 0 else level), right, path[-1])
