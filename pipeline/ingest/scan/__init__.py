"""Scans a workbook's parts for what the reader of values hides, whatever format it has."""

from pipeline.ingest.archive import open_archive
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import BookScan
from pipeline.ingest.scan.kinds import ODS, XLSB, kind_of_archive
from pipeline.ingest.scan.ods import scan_ods
from pipeline.ingest.scan.xls import scan_xls
from pipeline.ingest.scan.xlsb import scan_xlsb
from pipeline.ingest.scan.xlsx import scan_xlsx
from pipeline.ingest.sniff import XLS, sniff

__all__ = ["scan_book"]


def scan_book(content: bytes, limits: Limits) -> BookScan:
    """Scan a workbook. Raises `UnreadableError` for what is none, is damaged, or is more than the limits allow."""
    if sniff(content) == XLS:
        return scan_xls(content, limits)
    archive = open_archive(content, limits)
    kind = kind_of_archive(archive)
    if kind == ODS:
        return scan_ods(content, archive, limits)
    return scan_xlsb(content, archive, limits) if kind == XLSB else scan_xlsx(content, archive, limits)
