"""What goes back to a province: its own workbook with doubtful cells marked, and a list of what to mend."""

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from pipeline.messages import Messages
from pipeline.model import Lang

if TYPE_CHECKING:
    import pandas as pd

_MARKED = {".xlsx", ".xlsm"}
# A copy would spread what these found, or cannot be made.
_LIST_ONLY = {"personal_data", "unreadable_file"}
_FILLS = {"error": "F8CBAD", "warning": "FFF2CC"}
_ORDER = {"error": 0, "warning": 1, "info": 2}
_COLUMNS = {"severity": 12, "place_sheet": 22, "place_cell": 9, "value": 22, "expected": 34, "message": 90}
_TIME = datetime(2000, 1, 1)  # noqa: DTZ001  no clock: the same findings give the same bytes
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_LONGEST = 32_000  # characters in a cell or note; Excel takes a few more


@dataclass(frozen=True)
class _Doubt:
    """One finding, as the list and the notes show it."""

    severity: str
    rule: str
    sheet: str
    cell: str
    value: str
    expected: str
    message: str


def write_returns(findings: "pd.DataFrame", sources: Mapping[str, Path], folder: Path, lang: Lang) -> list[Path]:
    """Write ``NAME.xlsx`` for each file with findings; the paths written.

    ``findings`` has the columns `FINDINGS`; ``sources`` leads from a submission's name to its file.
    """
    by_file: dict[str, list[_Doubt]] = {}
    for row in findings.to_dict("records"):
        doubt = _Doubt(*(str(row[n]) for n in ("severity", "rule", "sheet", "cell", "value", "expected", "message")))
        if row["file"] in sources:
            by_file.setdefault(str(row["file"]), []).append(doubt)
    names = _names(sorted(sources))
    written = []
    for file in sorted(by_file):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / names[file]
        doubts = sorted(by_file[file], key=lambda doubt: _ORDER.get(doubt.severity, 3))
        path.write_bytes(_return(file, sources[file], doubts, Messages(lang)))
        written.append(path)
    return written


def _names(files: Sequence[str]) -> dict[str, str]:
    """The name of each file's return: its stem, with its extension where another file has the same stem.

    >>> _names(["a.xlsx", "b.xls", "B.ods"])
    {'a.xlsx': 'a.xlsx', 'b.xls': 'b.xls.xlsx', 'B.ods': 'B.ods.xlsx'}
    """
    files = list(dict.fromkeys(files))
    stems = [Path(file).stem.casefold() for file in files]
    names: dict[str, str] = {}
    for file, stem in zip(files, stems, strict=True):
        name = f"{Path(file).stem if stems.count(stem) == 1 else file}.xlsx"
        while name.casefold() in {other.casefold() for other in names.values()}:
            name = f"{name.removesuffix('.xlsx')}_.xlsx"
        names[file] = name
    return names


def _return(file: str, source: Path, doubts: Sequence[_Doubt], say: Messages) -> bytes:
    reason = "returns.list_only"
    if Path(file).suffix.lower() in _MARKED and not _LIST_ONLY & {doubt.rule for doubt in doubts}:
        try:
            return _marked_copy(file, source, doubts, say)
        except Exception:  # noqa: BLE001  whatever a strange file does to openpyxl, the province gets its list
            reason = "returns.failed"
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = say("returns.sheet")
    _write_list(sheet, file, doubts, say(reason), say)
    return _bytes(workbook)


def _marked_copy(file: str, source: Path, doubts: Sequence[_Doubt], say: Messages) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl cannot keep; the original is with the province
        workbook = load_workbook(source, rich_text=True)
    sheets = {sheet.title: sheet for sheet in workbook.worksheets}
    for (name, address), found in _by_cell(doubts).items():
        if name in sheets:
            _mark(sheets[name], address, found, say)
    for sheet in workbook.worksheets:
        sheet.sheet_view.tabSelected = False  # two selected sheets would be typed into at once
    listed = workbook.create_sheet(_free_name(say("returns.sheet"), workbook.sheetnames), 0)
    workbook.active = 0
    _write_list(listed, file, doubts, say("returns.marked"), say, frozenset(sheets))
    # openpyxl drops the values that formulas had when the province saved them.
    workbook.calculation.fullCalcOnLoad = True
    return _bytes(workbook)


def _by_cell(doubts: Sequence[_Doubt]) -> dict[tuple[str, str], list[_Doubt]]:
    """Errors and warnings by sheet and cell, the worst first."""
    cells: dict[tuple[str, str], list[_Doubt]] = {}
    for doubt in doubts:
        if doubt.severity in _FILLS and _ADDRESS.fullmatch(doubt.cell):
            cells.setdefault((doubt.sheet, doubt.cell), []).append(doubt)
    return cells


def _mark(sheet: Worksheet, address: str, doubts: Sequence[_Doubt], say: Messages) -> None:
    cell = sheet[address]
    if isinstance(cell, MergedCell):  # only the first cell of a merged range can be seen
        merged = next(area for area in sheet.merged_cells.ranges if address in area)
        cell = sheet.cell(merged.min_row, merged.min_col)
    cell.fill = PatternFill("solid", start_color=_FILLS[doubts[0].severity])
    lines = [f"{say(f'returns.{doubt.severity}')}: {doubt.message}" for doubt in doubts]
    if cell.comment is not None:
        lines.append(cell.comment.text)
    text = "\n\n".join(lines)
    comment = Comment(_clean(text), say("returns.author"), height=min(60 + len(text) // 2, 400), width=320)
    cell.comment = comment


def _free_name(name: str, taken: Sequence[str]) -> str:
    used = {other.casefold() for other in taken}
    number, free = 2, name
    while free.casefold() in used:
        free, number = f"{name} {number}", number + 1
    return free


def _write_list(
    sheet: Worksheet,
    file: str,
    doubts: Sequence[_Doubt],
    note: str,
    say: Messages,
    sheets: frozenset[str] = frozenset(),
) -> None:
    """Write the list of findings; those in ``sheets`` link to their cells."""
    severities = [doubt.severity for doubt in doubts]
    counts = {f"{name}s": severities.count(name) for name in _ORDER}
    for row, text in enumerate((say("returns.title", file=file), say("returns.count", **counts), note), 1):
        _put(sheet, row, 1, text).font = Font(bold=row == 1, size=14 if row == 1 else 11)
    for column, (name, width) in enumerate(_COLUMNS.items(), 1):
        head = _put(sheet, 5, column, say(f"returns.{name}"))
        head.font, head.fill = Font(bold=True), PatternFill("solid", start_color="DDE8EE")
        sheet.column_dimensions[head.column_letter].width = width
    for row, doubt in enumerate(doubts, 6):
        _list_doubt(sheet, row, doubt, say, sheets)
    sheet.freeze_panes = "A6"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "5:5"


def _list_doubt(sheet: Worksheet, row: int, doubt: _Doubt, say: Messages, sheets: frozenset[str]) -> None:
    texts = (
        say(f"returns.{doubt.severity}"),
        doubt.sheet,
        doubt.cell,
        doubt.value,
        doubt.expected,
        doubt.message,
    )
    for column, text in enumerate(texts, 1):
        _put(sheet, row, column, text).alignment = Alignment(wrap_text=True, vertical="top")
    lines = max(-(-len(text) // width) for text, width in zip(texts, _COLUMNS.values(), strict=True))
    sheet.row_dimensions[row].height = min(15 * max(lines, 1), 400)
    if doubt.severity in _FILLS:
        sheet.cell(row, 1).fill = PatternFill("solid", start_color=_FILLS[doubt.severity])
    if doubt.sheet in sheets and _ADDRESS.fullmatch(doubt.cell):
        link = sheet.cell(row, 3)
        target = f"{quote_sheetname(doubt.sheet)}!{doubt.cell}"
        link.hyperlink = Hyperlink(ref=link.coordinate, location=target)
        link.font = Font(color="0B4F6C", underline="single")


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """A cell with a text that stays text, whatever it begins with."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError(cell)  # a merged one; the list's sheet has none
    cell.value = _clean(text)
    if cell.value:
        cell.data_type = "s"
        cell.quotePrefix = text[:1] in "=+-@"
    return cell


def _clean(text: str) -> str:
    """Without characters that a workbook cannot hold, and no longer than it can."""
    plain = ILLEGAL_CHARACTERS_RE.sub(" ", text).encode("utf-8", "replace").decode()
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def _bytes(workbook: Workbook) -> bytes:
    """The workbook as a file, without the time of writing that openpyxl puts into properties and archive."""
    workbook.properties.created = workbook.properties.modified = _TIME
    raw, packed = BytesIO(), BytesIO()
    ExcelWriter(workbook, ZipFile(raw, "w", ZIP_DEFLATED)).save()
    with ZipFile(raw) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, parts.read(name))
    return packed.getvalue()
