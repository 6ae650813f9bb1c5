"""What a file is by its first bytes, whatever its name says: a workbook's container, or something else."""

import re

from pipeline.errors import UnreadableError

XLS, ZIP = "xls", "zip"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGICS = (
    (b"%PDF", "reader.pdf"),
    (b"\x89PNG\r\n", "reader.image"),
    (b"\xff\xd8\xff", "reader.image"),
    (b"GIF8", "reader.image"),
    (b"BM", "reader.image"),
    (b"II*\0", "reader.image"),
    (b"MM\0*", "reader.image"),
    (b"\x1f\x8b", "reader.packed"),
    (b"7z\xbc\xaf\x27\x1c", "reader.packed"),
    (b"Rar!\x1a\x07", "reader.packed"),
    (b"BZh", "reader.packed"),
    (b"\xfd7zXZ\0", "reader.packed"),
    (b"{\\rtf", "reader.document"),
    (b"PK\5\6", "reader.empty_zip"),
    (b"PK\7\x08", "reader.split_zip"),
    (b"MZ", "reader.program"),
    (b"\x7fELF", "reader.program"),
)
_MAIL = re.compile(rb"mime-version:|content-type:\s*multipart", re.IGNORECASE)
_MARKUP = (
    (re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet|progid=.Excel\.Sheet"), "reader.xml_2003"),
    (re.compile(rb"urn:oasis:names:tc:opendocument"), "reader.flat_ods"),
    (re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|style|div)\b", re.IGNORECASE), "reader.html"),
)
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
# An old workbook without a container: a BIFF 2 to 4 stream begins with its BOF record.
_BARE_STREAMS = (b"\x09\0\4\0", b"\x09\2\6\0", b"\x09\4\6\0", b"\x09\x08\x10\0", b"\x09\x08\x08\0")


def sniff(content: bytes) -> str:
    """`XLS` or `ZIP`. Raises `UnreadableError` with what the file is instead, and what to do about it."""
    if not content:
        raise UnreadableError("reader.empty_file")
    if not content.strip(b"\0"):
        raise UnreadableError("reader.zeros")
    if content.startswith(_OLE):
        return XLS
    if content.startswith(b"PK\3\4"):
        return ZIP
    for magic, reason in _MAGICS:
        if content.startswith(magic):
            raise UnreadableError(reason)
    if content.startswith(_BARE_STREAMS):
        raise UnreadableError("reader.old_excel")
    raise UnreadableError(_kind_of_text(content[:4096]))


def _kind_of_text(head: bytes) -> str:
    wide = _WIDE.get(head[:2])
    if wide is not None:
        plain = head[2:].decode(wide, "ignore").encode("utf-8", "ignore")
    else:
        plain = head.removeprefix(b"\xef\xbb\xbf")
    start = plain.lstrip()
    if _MAIL.match(start):
        return "reader.mhtml"
    if start.startswith(b"<"):
        return next((reason for pattern, reason in _MARKUP if pattern.search(start)), "reader.xml")
    if b"\0" in plain:
        return "reader.truncated" if head.startswith((b"PK", _OLE[:4])) else "reader.not_a_workbook"
    return "reader.text_table" if any(sign in plain for sign in (b",", b";", b"\t")) else "reader.text"
