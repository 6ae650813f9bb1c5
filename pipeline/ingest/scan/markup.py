"""Reads the XML of a workbook's parts, event by event; what no office program writes there is refused."""

from collections.abc import Callable
from contextlib import closing, suppress
from functools import lru_cache
from typing import IO
from xml.parsers import expat

from pipeline.errors import UnreadableError
from pipeline.ingest.archive import Archive

Attributes = dict[str, str]
_HEAD = 2**20
_READABLE = {"utf-8", "us-ascii", "utf8", "ascii"}


def parse_part(
    archive: Archive,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a part as a stream; names of elements and attributes keep their name space before a blank.

    Raises `UnreadableError` for what is no XML, has a DOCTYPE, or an encoding that the reader of values takes for
    an empty part.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.XmlDeclHandler = _refuse_encoding
    with closing(archive.open(part)) as stream:
        _refuse_wide(stream.read(2))
    with closing(archive.open(part)) as stream:
        _feed(parser, stream, part)


def check_head(archive: Archive, part: str) -> None:
    """Look at what stands before a part's first element. Raises `UnreadableError` as `parse_part` does."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = _stop
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.XmlDeclHandler = _refuse_encoding
    with closing(archive.open(part)) as stream:
        head = stream.read(_HEAD)
        _refuse_wide(head[:2])
        with suppress(_Stop, expat.ExpatError):  # whether it is XML is for those to say who need the part
            parser.Parse(head, False)


class _Stop(Exception):  # noqa: N818  no error
    """The first element has come."""


def _stop(*_: object) -> None:
    raise _Stop


def places_of(xml: bytes, is_meant: Callable[[str, Attributes], bool]) -> list[int]:
    """Where the elements that are meant begin, in bytes."""
    places: list[int] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: Attributes) -> None:
        if is_meant(name, attributes):
            places.append(parser.CurrentByteIndex)

    parser.StartElementHandler = start
    parser.Parse(xml, True)
    return places


def _feed(parser: expat.XMLParserType, stream: IO[bytes], part: str) -> None:
    try:
        parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise UnreadableError("reader.damaged", f"{part}: {error}") from None


def _refuse_doctype(*_: object) -> None:
    raise UnreadableError("reader.doctype")


def _refuse_wide(first: bytes) -> None:
    if first in {b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0"}:
        raise UnreadableError("reader.encoding", "UTF-16")


def _refuse_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.lower() not in _READABLE:
        raise UnreadableError("reader.encoding", encoding)


@lru_cache(maxsize=4096)
def local(name: str) -> str:
    """A name without its name space."""
    return name.rpartition(" ")[2]


def by_local_name(attributes: Attributes) -> Attributes:
    """Attributes by their names without name spaces."""
    return {local(name): value for name, value in attributes.items()}
