"""A workbook's file as a package of parts: untouched ones stay byte for byte, edited and new ones are written anew."""

import posixpath
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import chain, count
from typing import NamedTuple
from urllib.parse import quote, unquote
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pipeline.report.returns.markup import PACKAGE, Element, UnmarkableError, add, children, parse, serialise

_TYPES = "[Content_Types].xml"
_MAX_TREE = 48 * 2**20  # a part's tree takes 25 times its size in memory
_MAX_TOTAL = 2**30
_BLANK_TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


class Related(NamedTuple):
    """One relationship of a part: its id, what it is for, and the part that it leads to (empty: outside the file)."""

    id: str
    kind: str
    part: str


class ZippedParts(Mapping[str, bytes]):
    """The parts of a file, each unpacked when it is asked for."""

    def __init__(self, content: bytes) -> None:
        """Raise `UnmarkableError` for a file that unpacks to more than a workbook holds."""
        self._archive = ZipFile(BytesIO(content))
        self._entries = {entry.filename: entry for entry in self._archive.infolist() if not entry.is_dir()}
        if sum(entry.file_size for entry in self._entries.values()) > _MAX_TOTAL:
            raise UnmarkableError("returns.too_large")

    def __getitem__(self, name: str) -> bytes:
        return self._archive.read(self._entries[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class Package:
    """The parts of one workbook, and what is to be changed in them. Names have no leading slash."""

    def __init__(self, parts: ZippedParts | None = None) -> None:
        """Without ``parts`` a package that holds nothing yet."""
        self._parts = parts
        self._names = {name.casefold(): name for name in parts or ()}
        if len(self._names) < len(parts or ()):  # names that differ by case only are one part to Excel
            raise UnmarkableError("returns.failed")
        self._written: dict[str, bytes] = {}
        self._trees: dict[str, Element] = {}
        self._edited: set[str] = set()
        if parts is None:
            self._store(_TYPES, _BLANK_TYPES.encode())

    def names(self) -> list[str]:
        """All parts, in the order of the file."""
        return list(self._names.values())

    def find(self, part: str) -> str:
        """The part's name as the file spells it (case does not count in it, nor does %20); empty if there is none."""
        return self._names.get(part.casefold()) or self._names.get(unquote(part).casefold(), "")

    def read(self, part: str) -> bytes:
        """A part as it was, or as it was written."""
        if part in self._written:
            return self._written[part]
        if self._parts is None:
            raise KeyError(part)
        return self._parts[part]

    def look(self, part: str) -> Element:
        """The root of a part, to be read only. Raises `UnmarkableError` for one that is too large."""
        if part not in self._trees:
            content = self.read(part)
            if len(content) > _MAX_TREE:
                raise UnmarkableError("returns.too_large")
            self._trees[part] = parse(content)
        return self._trees[part]

    def edit(self, part: str) -> Element:
        """The root of a part, to be changed."""
        self._edited.add(part)
        return self.look(part)

    def rewrite(self, part: str, content: bytes) -> None:
        """Put other bytes in the place of a part's."""
        self._trees.pop(part, None)
        self._edited.discard(part)
        self._written[part] = content

    def new_part(self, pattern: str, content: bytes, kind: str, first: int | str = 1) -> str:
        """Add a part under the first free name of a pattern such as ``xl/comments{}.xml``; the name."""
        names = (pattern.format(number) for number in chain([first], count(2)))
        name = next(name for name in names if not self.find(name))
        self._store(name, content)
        add(self.edit(self.find(_TYPES)), "Override", PartName=f"/{quote(name)}", ContentType=kind)
        return name

    def remove(self, part: str) -> None:
        """Take out a part, its relationships and its content type."""
        for name in (part, self.find(_links_of(part))):
            if name:
                self._names.pop(name.casefold(), None)
        types = self.edit(self.find(_TYPES))
        for override in children(types, "Override"):
            if self._key(override) == part.casefold():
                types.remove(override)

    def of_type(self, kind: str) -> list[str]:
        """The parts of a content type."""
        types = self.look(self.find(_TYPES))
        overrides = {self._key(o): o.get("ContentType", "") for o in children(types, "Override")}
        defaults = {d.get("Extension", "").casefold(): d.get("ContentType", "") for d in children(types, "Default")}

        def type_of(part: str) -> str:
            return overrides.get(part) or defaults.get(part.rpartition(".")[2], "")

        return [name for folded, name in self._names.items() if type_of(folded) == kind]

    def related(self, source: str, *kinds: str) -> list[Related]:
        """The relationships of a part (``""``: of the package) of these kinds, such as ``worksheet``; else all."""
        links = self.find(_links_of(source))
        if not links:
            return []
        found = []
        for link in children(self.look(links), "Relationship"):
            kind = link.get("Type", "").rpartition("/")[2]
            inside = link.get("TargetMode") != "External"
            path = posixpath.join("/", posixpath.dirname(source), link.get("Target", "").partition("#")[0])
            part = self.find(posixpath.normpath(path).lstrip("/")) if inside else ""
            if not kinds or kind in kinds:
                found.append(Related(link.get("Id", ""), kind, part))
        return found

    def relate(self, source: str, target: str, kind: str) -> str:
        """Add a relationship of a kind (an address) between two parts; its id."""
        name = _links_of(source)
        links = self.find(name) or self._store(name, f'<Relationships xmlns="{PACKAGE}/relationships"/>'.encode())
        taken = {link.id for link in self.related(source)}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        path = quote(posixpath.relpath(f"/{target}", posixpath.join("/", posixpath.dirname(source))))
        add(self.edit(links), "Relationship", Id=f"rId{number}", Type=kind, Target=path)
        return f"rId{number}"

    def unrelate(self, source: str, relationship: str) -> None:
        """Take out a relationship by its id."""
        links = self.edit(self.find(_links_of(source)))
        for link in children(links, "Relationship"):
            if link.get("Id") == relationship:
                links.remove(link)

    def pack(self) -> bytes:
        """The file; without a clock, so that the same changes give the same bytes."""
        packed = BytesIO()
        first = self.find(_TYPES)
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for name in [first, *(name for name in self.names() if name != first)]:
                entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
                entry.compress_type, entry.create_system = ZIP_DEFLATED, 3
                archive.writestr(entry, self._bytes(name))
        return packed.getvalue()

    def _bytes(self, name: str) -> bytes:
        if name in self._edited:
            return serialise(self._trees[name])
        if name in self._written or self._parts is None:
            return self._written[name]
        return self._parts[name]

    def _store(self, name: str, content: bytes) -> str:
        self._names[name.casefold()] = name
        self._written[name] = content
        return name

    def _key(self, override: Element) -> str:
        return unquote(override.get("PartName", "")).lstrip("/").casefold()


def _links_of(part: str) -> str:
    """The part that holds a part's relationships.

    >>> _links_of("xl/workbook.xml"), _links_of("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
