"""Charts over the form tables: the structure of a form's rows by province, and a form's measures against last year."""

import math
from collections.abc import Callable, Iterator, Sequence

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from pipeline.catalogue.models import Indicator
from pipeline.report import theme
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.drawings import Drawing, Ranges, Value, covering, dressed, labels, two_years, year_heads
from pipeline.report.sheets.form_tables import COUNTS_HEAD, PROVINCE_HEAD, Column, FormTable, measure_label, part_head
from pipeline.report.sheets.formulas import criterion

Draw = Callable[[Workbook, Ranges], Chart]
_LARGEST = 6  # members shown apart; the others are one part of the bar
_BESIDE = 12  # provinces whose bars stand below each other; of more, columns have room for each name
_NARROW = 0.05  # a part narrower than this has no room for a figure


def structure(book: Book) -> Iterator[Drawing]:
    """What a form's first measure is made of, province by province: the first form with groups of listed rows."""
    forms = book.results.catalogue.forms
    form = next((f for f in book.tables if forms[f].groups and len(forms[f].row_keys) == 1 and forms[f].members), "")
    if not form or not book.tables[form].rows:
        return
    table, model = book.tables[form], forms[form]
    measure = next((m for m, column in model.measures.items() if column.sums), "")
    column: Column = (measure, False)
    sums = _by_member(table, column)
    who = [p for p in _complete(book, table, (column,)) if sum(sums.get(p, {}).values())]
    if not measure or not who:
        return
    order = sorted(
        (m.id for m in model.members.values() if not m.part_of), key=lambda m: -sum(sums[p].get(m, 0) for p in who)
    )
    shown = order[:_LARGEST]
    lines = [(book.provinces[p], _parts(table, column, book.provinces[p], sums[p], shown)) for p in who]
    names = [model.members[m].name.text(book.results.lang) for m in shown]
    heads = names + ([book.say("workbook.chart.other")] if len(order) > len(shown) else [])
    lines = [(label, cells[: len(heads)]) for label, cells in lines]
    top = sum(sums[p].get(shown[0], 0) for p in who) / math.fsum(v for p in who for v in sums[p].values())
    label = covering(book, measure_label(model, measure, book.results), len(who), len(book.provinces))
    title = book.say(
        "workbook.chart.structure", form=book.form(form), label=label, top=names[0], share=book.say.percent(top, 1)
    )
    told = "; ".join(
        f"{p}: " + ", ".join(f"{h} {book.say.percent(c.value, 1)}" for h, c in zip(heads, cells, strict=True) if c)
        for p, cells in lines
    )
    yield Drawing(title, f"{title}. {told}.", heads, lines, "percent", _stacked(title, heads, lines))


def _by_member(table: FormTable, column: Column) -> dict[str, dict[str, float]]:
    """The column's sums by province and member, over the rows that count."""
    sums: dict[str, dict[str, float]] = {}
    for row in table.rows:
        cell = row.cells.get(column)
        if row.counts and cell is not None and cell.value is not None:
            own = sums.setdefault(row.province, {})
            own[row.parts[0]] = own.get(row.parts[0], 0.0) + cell.value
    return sums


def _parts(
    table: FormTable, column: Column, province: str, sums: dict[str, float], shown: list[str]
) -> list[Value | None]:
    """The shares of the members shown, and of the rest."""
    whole = math.fsum(sums.values())
    ref, where = table.ref(column), f"{table.ref(PROVINCE_HEAD)},{criterion(province)}"
    counted = f"SUMIFS({ref},{where},{table.ref(COUNTS_HEAD)},1)"
    cells: list[Value | None] = []
    for member in shown:
        own = f"SUMIFS({ref},{where},{table.ref(COUNTS_HEAD)},1,{table.ref(part_head(0))},{criterion(member)})"
        cells.append(Value(f"={own}/{counted}", sums.get(member, 0.0) / whole))
    listed = ",".join(criterion(member) for member in shown)
    own = f"SUMPRODUCT(SUMIFS({ref},{where},{table.ref(COUNTS_HEAD)},1,{table.ref(part_head(0))},{{{listed}}}))"
    rest = whole - math.fsum(sums.get(member, 0.0) for member in shown)
    return [*cells, Value(f"=({counted}-{own})/{counted}", rest / whole)]


def _stacked(title: str, heads: list[str], lines: list[tuple[str, list[Value | None]]]) -> Draw:
    def draw(workbook: Workbook, at: Ranges) -> Chart:
        across = len(lines) <= _BESIDE
        chart = workbook.add_chart({"type": "bar" if across else "column", "subtype": "percent_stacked"})
        for number in range(1, len(heads) + 1):
            fill = theme.PARTS[(number - 1) % len(theme.PARTS)]
            column = (cells[number - 1] for _, cells in lines)
            narrow = [cell is None or cell.value < _NARROW for cell in column]
            custom = [{"delete": True} if hidden else None for hidden in narrow]
            series = {"name": at.name(number), "categories": at.column(0), "values": at.column(number), "gap": 40}
            chart.add_series(
                {**series, "fill": {"color": fill}, **labels("0%", len(lines), custom=custom, position="center")}
            )
        return dressed(chart, title, "0%", bars_across=across)

    return draw


def years(book: Book) -> Iterator[Drawing]:
    """The cluster's sums of each measure that has last year's figure, of forms whose numbers are compared."""
    compared = [m for m in book.results.catalogue.indicators.values() if m.kind in {"change", "total"}]
    measured = {form for model in compared for form, _ in Indicator.operands(model.numerator)}
    for form, table in book.tables.items():
        model = book.results.catalogue.forms[form]
        counted = [m for m, c in model.measures.items() if c.kind == "count" and c.sums and model.has_previous(m)]
        if (
            len(counted) < 2
            or model.groups
            or form not in measured
            or any(key.listed is None for key in model.row_keys)
        ):
            continue
        lines = [line for m in counted if (line := _line(book, table, m))]
        if lines:
            yield _years(book, form, lines)


def _line(book: Book, table: FormTable, measure: str) -> tuple[str, list[Value | None]] | None:
    """A measure's two sums, over the provinces that have every number of both years."""
    columns: tuple[Column, Column] = ((measure, True), (measure, False))
    whole = _complete(book, table, columns)
    if not whole:
        return None
    label = measure_label(book.results.catalogue.forms[table.form], measure, book.results)
    label = covering(book, label, len(whole), len(book.provinces))
    names = ",".join(criterion(book.provinces[p]) for p in whole)
    values = []
    for column in columns:
        own = f"SUMIFS({table.ref(column)},{table.ref(COUNTS_HEAD)},1,{table.ref(PROVINCE_HEAD)},{{{names}}})"
        numbers = [row.cells[column].value or 0.0 for p in whole for row in table.by_province.get(p, ()) if row.counts]
        values.append(Value(f"=SUMPRODUCT({own})", math.fsum(numbers)))
    return label, list(values)


def _complete(book: Book, table: FormTable, columns: Sequence[Column]) -> list[str]:
    """The provinces that have every number of these columns."""
    return [
        province
        for province in book.provinces
        if (rows := [row for row in table.by_province.get(province, []) if row.counts])
        and all((cell := row.cells.get(c)) and cell.value is not None for row in rows for c in columns)
    ]


def _years(book: Book, form: str, lines: list[tuple[str, list[Value | None]]]) -> Drawing:
    label, (before, now) = lines[0]
    say, heads = book.say, year_heads(book)
    title = f"{book.form(form)}. {book.results.catalogue.forms[form].title.text(book.results.lang)}"
    if before and now and before.value:
        change = (now.value - before.value) / before.value
        way = "up" if change > 0 else "down" if change < 0 else "same"
        title = say(f"workbook.chart.years_{way}", form=title, label=label, change=say.percent(abs(change)))
    told = "; ".join(f"{name}: {say.number(a.value)}, {say.number(b.value)}" for name, (a, b) in lines if a and b)
    draw = two_years(title, "#,##0", lines)
    return Drawing(title, f"{title}. {' / '.join(heads)}: {told}.", heads, lines, "count", draw)
