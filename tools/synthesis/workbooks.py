"""Writes generated figures as workbooks: title, unit, period, merged headers, rows, a total row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter

from tools.synthesis.figures import stated

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from pipeline.catalogue.forms import Column, Form, Found, Key
    from pipeline.labels import Header
    from pipeline.labels import Path as HeaderPath
    from pipeline.periods import Period
    from tools.synthesis.tables import Figures, Floats, Table

_CURRENT, _PREVIOUS = "Kỳ này", "Cùng kỳ"
_TOTAL, _NO_VALUE = "Tổng số", "-"
_QUARTERS = ("I", "II", "III", "IV")
# A workbook would otherwise hold the moment it was written, and no two would have the same bytes.
_CREATED = datetime(2024, 1, 1, tzinfo=UTC)
_Cell = str | float | None


@dataclass(frozen=True)
class Sheet:
    """A form to be written: its rows, its figures, and those of the same period of last year."""

    form: Form
    table: Table
    figures: Figures
    before: Figures


def write_workbook(path: Path, unit: str, period: Period, sheets: Iterable[Sheet]) -> None:
    """Write a submission; `unit` is the office that reports, empty for the cluster's workbook."""
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as workbook:
        workbook.set_properties({"created": _CREATED})
        bold = workbook.add_format({"bold": True})
        head = workbook.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        )
        for sheet in sheets:
            name = _fill(sheet.form.sheets[0] if sheet.form.sheets else sheet.form.title.text("vi"), period)
            _write_sheet(workbook.add_worksheet(name[:31]), sheet, unit, period, (bold, head))


def period_text(period: Period) -> str:
    """A period as officials write it.

    >>> from pipeline.periods import Period
    >>> [period_text(Period.parse(text)) for text in ("2024", "2024-H1", "2024-Q3", "2024-9M", "2024-11")]
    ['Năm 2024', '6 tháng đầu năm 2024', 'Quý III năm 2024', '9 tháng đầu năm 2024', 'Tháng 11 năm 2024']
    """
    kind = period.id[4:]
    if not kind:
        return f"Năm {period.year}"
    if kind.startswith("-H"):
        return f"6 tháng {'đầu' if kind == '-H1' else 'cuối'} năm {period.year}"
    if kind.startswith("-Q"):
        return f"Quý {_QUARTERS[int(kind[2:]) - 1]} năm {period.year}"
    months = f"{period.last_month} tháng đầu" if kind.endswith("M") else f"Tháng {period.first_month}"
    return f"{months} năm {period.year}"


def _fill(text: str, period: Period) -> str:
    return text.replace("{year}", str(period.year)).replace("{previous_year}", str(period.year - 1))


def _write_sheet(sheet: Worksheet, source: Sheet, unit: str, period: Period, formats: tuple[Format, Format]) -> None:
    form, (bold, head) = source.form, formats
    title = form.title.text("vi")
    lines = [f"Đơn vị báo cáo: {unit}"] if unit else []
    lines += [
        f"Biểu số {form.number}: {title}" if form.number else title,
        f"Kỳ báo cáo: {period_text(period)}",
    ]
    units = list(dict.fromkeys(column.unit for column in form.measures.values() if column.unit))
    if form.layout == "table" and units:
        lines.append(f"Đơn vị tính: {', '.join(units)}")
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, bold)
    paths, body = _list_body(source) if form.layout == "list" else _table_body(source)
    filled = [tuple(_fill(part, period) for part in path) for path in paths]
    first = _write_header(sheet, len(lines) + 1, filled, head)
    _write_cells(sheet, first, body)
    keys = max(1, len(form.rows))
    sheet.set_column(0, keys - 1, 36)
    sheet.set_column(keys, len(paths) - 1, 13)


def _write_header(sheet: Worksheet, top: int, paths: list[HeaderPath], head: Format) -> int:
    """Write paths as header rows, merged across the columns that share a beginning and down to the table."""
    depth = max(map(len, paths))

    def shared(column: int, level: int) -> tuple[HeaderPath, int] | None:
        path = paths[column]
        return (path[: level + 1], column if len(path) == level + 1 else -1) if len(path) > level else None

    for level in range(depth):
        for key, group in groupby(range(len(paths)), key=lambda column: shared(column, level)):
            columns = list(group)
            if key is not None:
                bottom = top + (depth - 1 if key[1] >= 0 else level)
                if (columns[0], top + level) == (columns[-1], bottom):
                    sheet.write_string(bottom, columns[0], key[0][-1], head)
                else:
                    sheet.merge_range(top + level, columns[0], bottom, columns[-1], key[0][-1], head)
    return top + depth


def _write_cells(sheet: Worksheet, first: int, body: list[list[_Cell]]) -> None:
    for row, cells in enumerate(body, first):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif cell is not None:
                sheet.write_number(row, column, cell)


def _table_body(source: Sheet) -> tuple[list[HeaderPath], list[list[_Cell]]]:
    """The header paths and the rows of a table, with a total row where the form has one key."""
    form, table = source.form, source.table
    paths = [_key_path(key) for key in form.rows]
    columns: list[list[_Cell]] = [list(texts) for texts in zip(*table.labels, strict=True)]
    total = form.totals_over != "" and len(form.rows) == 1
    if total:
        columns[0].append(_TOTAL)
    for name, column in form.measures.items():
        path = _found_path(column, name)
        versions = [source.figures, source.before] if column.previous else [source.figures]
        for figures, word in zip(versions, (_CURRENT, _PREVIOUS), strict=False):
            paths.append((*path, word) if column.previous else path)
            columns.append(_cells(figures[name]))
            if total:
                columns[-1].append(_total(name, source, figures))
    return paths, [list(row) for row in zip(*columns, strict=True)]


def _total(name: str, source: Sheet, figures: Figures) -> _Cell:
    column, counted = source.form.columns[name], source.table.counted
    if column.sums:
        # Sums of amounts differ in their last bits from what an adding machine shows.
        return round(float(figures[name][counted].sum()), 6)
    sums = {measure: values[counted].sum(keepdims=True) for measure, values in figures.items()}
    return _cells(stated(column, sums))[0] if column.formula else None


def _list_body(source: Sheet) -> tuple[list[HeaderPath], list[list[_Cell]]]:
    """The header paths and the rows of a list: what is counted, its unit, this period, last year."""
    form = source.form
    paths: list[HeaderPath] = [("Chỉ tiêu",)]
    if form.unit_header is not None:
        paths.append(_found_path(form.unit_header, "Đơn vị tính"))
    paths.append(_found_path(form.periods.current, _CURRENT))
    if any(map(form.has_previous, form.measures)):
        paths.append(_found_path(form.periods.previous, _PREVIOUS) if form.periods.previous else (_PREVIOUS,))
    body: list[list[_Cell]] = []
    for name, column in form.measures.items():
        row: list[_Cell] = [form.label_of(name).text("vi")]
        if form.unit_header is not None:
            row.append(column.unit)
        row += _cells(source.figures[name])
        body.append(row + (_cells(source.before[name]) if form.has_previous(name) else []))
    return paths, body


def _cells(values: Floats) -> list[_Cell]:
    return [value if value == value else _NO_VALUE for value in values.tolist()]  # noqa: PLR0124  NaN is not itself


def _key_path(key: Key) -> HeaderPath:
    return _vietnamese(key.header) if key.header else (key.also or ((key.key,),))[0]


def _found_path(found: Found | Column, name: str) -> HeaderPath:
    return _vietnamese(found.header) if found.header else (found.also or ((name,),))[0]


def _vietnamese(header: Header) -> HeaderPath:
    return header.root.get("vi") or next(iter(header.root.values()))
