"""Cell notes: ours beside the province's own, in the comments part of a sheet and in its drawing."""

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter

from pipeline.report.returns import vml
from pipeline.report.returns.grid import ORDER, Cell, Grid, position
from pipeline.report.returns.markup import (
    LINKS,
    Element,
    add,
    child,
    child_in_order,
    children,
    clean,
    local,
    namespace,
    write_text,
)
from pipeline.report.returns.package import Package
from pipeline.text import OURS

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"


class Notes:
    """The notes of one sheet."""

    def __init__(self, package: Package, sheet: str, grid: Grid, author: str) -> None:
        """``sheet`` is the sheet's part."""
        self._package, self._sheet, self._grid, self._author = package, sheet, grid, author
        self._links = LINKS[namespace(grid.sheet)]

    def threads(self) -> set[Cell]:
        """The cells under which people discuss; what is added to their notes gets lost."""
        found = set()
        for link in self._package.related(self._sheet, "threadedComment"):
            comments = self._package.look(link.part) if link.part else ()
            found |= {position(comment.get("ref", "")) for comment in comments if local(comment) == "threadedComment"}
        return {cell for cell in found if cell}

    def settle(self, texts: Mapping[Cell, str], settled: str) -> list[Cell]:
        """Take our former texts out of all notes; where nothing else is to be said, say so. The cells that had one.

        Whatever the province has written before or after them stays.
        """
        if not self._package.related(self._sheet, "comments"):
            return []
        done = []
        for comment in children(child(self._comments(), "commentList"), "comment"):
            cell, noted = position(comment.get("ref", "")), child(comment, "text")
            if cell is None or noted is None or not _take_out(noted):
                continue
            done.append(cell)
            if cell not in texts and not _says(noted):
                _run(noted, f"{OURS}{settled}{OURS}")
        return done

    def write(self, texts: Mapping[Cell, str]) -> None:
        """Add a text to the note of each of these cells; a cell without one gets one."""
        comments = self._comments()
        listed = child_in_order(comments, "commentList", ("authors", "commentList", "extLst"))
        there = {position(comment.get("ref", "")): comment for comment in children(listed, "comment")}
        old = {cell: clean(text) for cell, text in texts.items() if cell in there}
        new = {cell: clean(text) for cell, text in sorted(texts.items()) if cell not in there}
        for cell, text in old.items():
            _append(there[cell], f"{OURS}{text}{OURS}")
        _insert(listed, new, self._author_id(comments))
        fresh = [vml.Box(cell, vml.height_of(text)) for cell, text in new.items()]
        if not self._drawing():  # then the notes that are there have no box yet
            fresh += [vml.Box(cell, vml.height_of("")) for cell in there if cell]
        self._draw(sorted(fresh), {cell: vml.height_of(text) for cell, text in old.items()})

    def _comments(self) -> Element:
        found = [link.part for link in self._package.related(self._sheet, "comments") if link.part]
        if not found:
            empty = f'<comments xmlns="{namespace(self._grid.sheet)}"><authors/><commentList/></comments>'.encode()
            found = [self._package.new_part(f"{self._folder()}comments{{}}.xml", empty, _COMMENTS)]
            self._package.relate(self._sheet, found[0], f"{self._links}/comments")
        return self._package.edit(found[0])

    def _folder(self) -> str:
        """The folder of the workbook, where Excel looks for nothing but puts what belongs to sheets."""
        top = self._sheet.rpartition("/")[0].rpartition("/")[0]
        return f"{top}/" if top else ""

    def _author_id(self, comments: Element) -> str:
        authors = child_in_order(comments, "authors", ("authors", "commentList", "extLst"))
        names = [author.text or "" for author in children(authors, "author")]
        if self._author not in names:
            add(authors, "author", self._author)
            names.append(self._author)
        return str(names.index(self._author))

    def _draw(self, boxes: Sequence[vml.Box], stretched: Mapping[Cell, int]) -> None:
        """Draw boxes for new notes and enlarge those of notes that grew."""
        part = self._drawing()
        drawing = vml.read(self._package.read(part)) if part else ""
        drawing = vml.taller(drawing, stretched, self._grid)
        if boxes:
            others = (self._package.read(name).decode("latin-1") for name in self._package.of_type(_DRAWING))
            drawing = vml.with_boxes(drawing, boxes, self._grid, vml.first_free_cluster(others))
        if part:
            self._package.rewrite(part, vml.write(drawing))
            return
        part = self._package.new_part(f"{self._folder()}drawings/vmlDrawing{{}}.vml", vml.write(drawing), _DRAWING)
        relationship = self._package.relate(self._sheet, part, f"{self._links}/vmlDrawing")
        child_in_order(self._grid.sheet, "legacyDrawing", ORDER).set(f"{{{self._links}}}id", relationship)

    def _drawing(self) -> str:
        """The part with the sheet's boxes, which form controls share; empty if there is none."""
        element = child(self._grid.sheet, "legacyDrawing")
        wanted = None if element is None else element.get(f"{{{self._links}}}id")
        drawings = self._package.related(self._sheet, "vmlDrawing")
        return next((link.part for link in drawings if link.id == wanted), "")


def _insert(listed: Element, texts: Mapping[Cell, str], author: str) -> None:
    """New notes, each before the first one that lies behind it."""
    behind = children(listed, "comment")[::-1]
    for cell, text in texts.items():
        comment = add(listed, "comment", ref=f"{get_column_letter(cell[1])}{cell[0]}", authorId=author)
        _run(add(comment, "text"), f"{OURS}{text}{OURS}")
        while behind and (position(behind[-1].get("ref", "")) or cell) <= cell:
            behind.pop()
        if behind:
            behind[-1].addprevious(comment)


def _append(comment: Element, text: str) -> None:
    """Add a text to a note, below what stands in it."""
    noted = child(comment, "text")
    if noted is None:
        noted = add(comment, "text")
        comment.insert(0, noted)
    plain = child(noted, "t")
    if plain is not None and plain.text and not children(noted, "r"):
        write_text(plain, f"{plain.text}\n\n{text}")
    else:
        _run(noted, f"\n\n{text}" if _says(noted) else text)


def _run(noted: Element, text: str) -> None:
    run = add(noted, "r")
    style = add(run, "rPr")
    add(style, "sz", val="9")
    add(style, "color", indexed="81")
    add(style, "rFont", val="Tahoma")
    add(style, "family", val="2")
    add(run, "t", text)
    for later in ("rPh", "phoneticPr"):
        for element in children(noted, later):
            noted.append(element)


def _says(noted: Element) -> bool:
    """Whether a note says anything."""
    return any(str(text).strip() for text in noted.itertext())


def _take_out(noted: Element) -> bool:
    """Take what stands between our signs out of a note's texts; whether there was something."""
    inside = found = False
    for element in noted.iter(f"{{{namespace(noted)}}}t"):
        first, *rest = (element.text or "").split(OURS)
        kept = [] if inside else [first]
        for part in rest:
            inside, found = not inside, True
            if inside and kept:
                kept[-1] = kept[-1].rstrip("\n")
            elif not inside:
                kept.append(part)
        if found:
            write_text(element, "".join(kept))
    return found
