"""What a zip archive is, by the parts it holds: one of the workbooks that are read, or something else."""

from pipeline.errors import UnreadableError
from pipeline.ingest.archive import Archive

XLSX, XLSB, ODS = "xlsx", "xlsb", "ods"
_WORKBOOKS = {XLSX: "xl/workbook.xml", XLSB: "xl/workbook.bin"}
_MANIFEST, _CONTENT = "META-INF/manifest.xml", "content.xml"
_SHEETS = b"opendocument.spreadsheet"
_OTHERS = (
    ("word/", "reader.document"),
    ("ppt/", "reader.slides"),
    ("visio/", "reader.other_zip"),
    ("index/document.iwa", "reader.numbers"),
    ("index.zip", "reader.numbers"),
)


def kind_of_archive(archive: Archive) -> str:
    """The format of a workbook. Raises `UnreadableError` with what the archive is instead."""
    found = [kind for kind, part in _WORKBOOKS.items() if archive.has(part)]
    if archive.has(_CONTENT):
        _check_open_document(archive)
        found.append(ODS)
    if len(found) > 1:  # readers would differ on which one it is
        raise UnreadableError("reader.two_workbooks")
    if found:
        return found[0]
    for start, reason in _OTHERS:
        if archive.under(start) or archive.has(start):
            raise UnreadableError(reason)
    raise UnreadableError("reader.no_workbook_part" if archive.has("[Content_Types].xml") else _plain_zip(archive))


def _check_open_document(archive: Archive) -> None:
    """Refuse encrypted ones, and texts or slides of the same family."""
    manifest = archive.read(_MANIFEST) if archive.has(_MANIFEST) else b""
    if b"encryption-data" in manifest:
        raise UnreadableError("reader.encrypted")
    kind = archive.read("mimetype") if archive.has("mimetype") else manifest
    if b"opendocument" in kind and _SHEETS not in kind:
        raise UnreadableError("reader.slides" if b"presentation" in kind else "reader.document")


def _plain_zip(archive: Archive) -> str:
    inside = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
    return "reader.zip_of_workbooks" if any(n.lower().endswith(inside) for n in archive.names) else "reader.other_zip"
