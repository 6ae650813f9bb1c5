"""The marked copy of a workbook: doubtful cells coloured and explained, the list before them, the rest as it was."""

from collections.abc import Mapping, Sequence

from pipeline.messages import Messages
from pipeline.report.returns.book import Book, Tab
from pipeline.report.returns.doubts import FILLS, Doubt, by_cell
from pipeline.report.returns.grid import Cell, Grid, position
from pipeline.report.returns.markup import local
from pipeline.report.returns.notes import Notes

_MOST_NOTES = 5_000  # on one sheet; more make Excel slow


def mark(book: Book, doubts: Sequence[Doubt], say: Messages) -> list[str]:
    """Mark the cells of a workbook that findings are about; what the list has to say of that."""
    wanted: dict[str, dict[Cell, list[Doubt]]] = {}
    for (sheet, address), found in by_cell(doubts).items():
        cell = position(address)
        if cell:
            wanted.setdefault(sheet, {})[cell] = found
    again = any(doubt.rule == "returned_list" for doubt in doubts)  # a copy that was marked before
    said: dict[str, None] = {}
    for tab in book.tabs:
        if tab.kind == "worksheet" and tab.part and (tab.name in wanted or again):
            said |= dict.fromkeys(_mark_sheet(book, tab, wanted.get(tab.name, {}), say))
    if book.unsign():
        said[say("returns.unsigned")] = None
    return list(said)


def _mark_sheet(book: Book, tab: Tab, wanted: Mapping[Cell, Sequence[Doubt]], say: Messages) -> list[str]:
    sheet = book.package.look(tab.part)
    if local(sheet) != "worksheet":
        return []
    grid = Grid(book.package.edit(tab.part), book.styles)
    cells: dict[Cell, list[Doubt]] = {}
    for cell, shown in zip(wanted, grid.first_cells(list(wanted)), strict=True):
        cells.setdefault(shown, []).extend(wanted[cell])
    texts = {}
    for cell, found in cells.items():
        severities = [doubt.severity for doubt in found]
        grid.colour(cell, next(FILLS[severity] for severity in FILLS if severity in severities))
        lines = (f"{say(f'returns.{doubt.severity}')}: {doubt.message}" for doubt in found)
        texts[cell] = "\n\n".join(dict.fromkeys(lines))
    notes = Notes(book.package, tab.part, grid, say("returns.author"))
    threads = notes.threads() & set(texts)
    said = [say("returns.threads", sheet=tab.name, count=len(threads))] if threads else []
    noted = {cell: text for cell, text in texts.items() if cell not in threads}
    if len(noted) > _MOST_NOTES:
        said.append(say("returns.many_notes", count=_MOST_NOTES))
        noted = dict(list(noted.items())[:_MOST_NOTES])
    for cell in notes.settle(noted, say("returns.settled")):
        if cell not in cells:
            grid.bleach(cell, FILLS.values())
    if noted:
        notes.write(noted)
    return said
