"""Says which rows of a table were set aside, which have no name and which are missing."""

from collections.abc import Mapping

from pipeline.catalogue.forms import PROVINCE
from pipeline.ingest.header_paths import merged_from
from pipeline.ingest.lines import Line, added, agrees, lines_of
from pipeline.ingest.opened_table import UNNAMED, Table
from pipeline.labels import Label
from pipeline.model import MEMBER, Said
from pipeline.text import tidy

_LETTERS = 2  # so many may be a row's number: a, II


def report_rows(table: Table) -> None:
    """Tell of the rows that are not used, and of those that lack."""
    _report_unnamed(table)
    _report_numbers_as_names(table)
    if table.ignored:
        shown = [*table.ignored[:5], *(["..."] if len(table.ignored) > 5 else [])]
        table.sink.find("rows_ignored", "info", count=len(table.ignored), rows=shown)
    for key in table.form.row_keys:
        _report_missing(table, key.key, {m.id: m.name for m in (key.listed or ())} if key.complete else {})
    told = any(f.severity == "error" for f in table.sink.findings)
    if not told and not any(cell.role == MEMBER for cell in table.sink.cells):
        table.sink.find("empty_form", "error")
    if PROVINCE in table.form.key_names:
        _report_provinces(table)


def _report_missing(table: Table, key: str, members: Mapping[str, Label | str]) -> None:
    """The members that have no row, each at the name of the row after which it belongs; of a first one, before which.

    ``members`` are the key's, in the order of the form.
    """
    if table.seen_members.issuperset(members):
        return
    sheet, column = table.sink.sheet, table.key_columns[key]
    named: dict[int, set[str]] = {}
    for cell in (c for c in table.sink.cells if c.role == MEMBER):
        named.setdefault(cell.line, {cell.province, *cell.row.split("/")})
    first = min(named, default=None)
    at: int | None = None
    for member, label in members.items():
        at = max((line for line, ids in named.items() if member in ids), default=at)
        if member in table.seen_members:
            continue
        line = first if at is None else at
        place = None if line is None else merged_from(sheet, (line, column))
        beside = tidy(sheet.text(*place)) if place else ""
        where = Said(f"row.{'before' if at is None else 'after'}", {"row": beside}) if beside else ""
        table.sink.find("missing_row", "error", place, row=label, where=where)


def _report_unnamed(table: Table) -> None:
    """Rows with numbers and no name are never used; one that adds up the others is most likely their total."""
    sink = table.sink
    unnamed = lines_of([c for c in sink.cells if c.role == UNNAMED], table.form, {})
    sink.cells[:] = [c for c in sink.cells if c.role != UNNAMED]
    if not unnamed:
        return
    members = lines_of([c for c in sink.cells if c.role == MEMBER and not c.part_of], table.form, {})
    for line in unnamed:
        is_total = _adds_up(line, members)
        rule, severity = ("unlabelled_total", "warning") if is_total else ("unlabelled_row", "error")
        value = next((c.raw for c in line.cells if c.raw.strip()), "")
        sink.find(rule, severity, table.key_cell(line.row), value=value)


def _report_numbers_as_names(table: Table) -> None:
    """A number where others of an open key have a name may have slipped there from another column."""
    if len(table.form.row_keys) != 1 or table.form.row_keys[0].members != "open":
        return
    rows = {c.line: c.label for c in table.sink.cells if c.role == MEMBER and c.row == c.label}
    bare = {row: label for row, label in rows.items() if label.replace(".", "").replace(",", "").isdigit()}
    if len(bare) == len(rows):
        return
    slipped = {row for row in bare if _name_beside(table, row)}
    table.sink.refuse([c for c in table.sink.cells if c.line in slipped])
    for row, label in bare.items():
        rule, severity = ("row_slipped", "error") if row in slipped else ("number_as_name", "warning")
        table.sink.find(rule, severity, table.key_cell(row), value=label, name=_name_beside(table, row))


def _name_beside(table: Table, row: int) -> str:
    """The name left of a number in the column of names: the row was typed that many columns too far to the left."""
    texts = (table.sink.sheet.text(row, column).strip() for column in range(table.key_cell(row)[1]))
    return next((text for text in texts if sum(c.isalpha() for c in text) > _LETTERS), "")


def _adds_up(line: Line, members: list[Line]) -> bool:
    return len(members) > 1 and bool(agrees(line, added(members, line.figures)))


def _report_provinces(table: Table) -> None:
    """Members of the cluster that have no row, and rows of provinces that are no members."""
    catalogue, period = table.vocabulary.catalogue, table.vocabulary.period
    members = catalogue.members_on(period)
    _report_missing(table, PROVINCE, {province: catalogue.province_label(province) for province in members})
    rows = {c.province: c.line for c in table.sink.cells if c.role == MEMBER and c.province not in members}
    for province, row in rows.items():
        label = catalogue.province_label(province)
        table.sink.find("province_outside", "info", table.key_cell(row), value=label.text("vi"), row=label)
