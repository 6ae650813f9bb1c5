"""Texts of an .xlsx or .xlsm that stand outside of its cells: comments and text boxes, searched for personal data."""

from pipeline.ingest.archive import Archive
from pipeline.ingest.scan.markup import Attributes, local, parse_part
from pipeline.ingest.scan.package import relations
from pipeline.text import holds_personal_data

_KINDS = {"comments", "threadedComment", "drawing"}
_WITH_CELL = {"comment", "threadedComment"}
_ENDS = {"comment", "threadedComment", "p", "sp"}


def personal_notes(archive: Archive, part: str) -> list[str]:
    """The cells ("" where there is none) whose comment, or a text box of the sheet, seems to hold personal data."""
    found: list[str] = []
    for related in relations(archive, part).values():
        if related.kind in _KINDS and archive.has(related.target):
            found.extend(_personal_cells(archive, related.target))
    return list(dict.fromkeys(found))


def _personal_cells(archive: Archive, part: str) -> list[str]:
    found: list[str] = []
    cell = ""
    text: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        nonlocal cell
        if local(name) in _WITH_CELL:
            cell = attributes.get("ref", "")
            text.clear()

    def end(name: str) -> None:
        if local(name) in _ENDS:
            if holds_personal_data("".join(text)):
                found.append(cell)
            text.clear()

    parse_part(archive, part, start, end, text.append)
    return found
