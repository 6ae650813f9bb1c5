"""Opens a stranger's file: a snapshot of it is scanned, then read; a file that is still being written gets a moment."""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.errors import UnreadableError
from pipeline.ingest.files import Snapshot, take_snapshot
from pipeline.ingest.limits import Limits
from pipeline.ingest.parts import Presence
from pipeline.ingest.reader import Sheet, read_sheets
from pipeline.ingest.scan import scan_book
from pipeline.text import mask_personal

_FRESH_SECONDS, _WAIT_SECONDS = 3.0, 0.3
# What a file says that is not all there yet.
_PASSING = {"reader.empty_file", "reader.zeros", "reader.truncated", "reader.damaged", "reader.size_lie",
            "reader.cannot_open", "reader.locked", "reader.copying"}  # fmt: skip


@dataclass
class Opened:
    """A workbook's sheets and what else is in it, or the reason why it was not opened."""

    sha256: str = ""
    sheets: list[Sheet] = field(default_factory=list)
    presences: list[Presence] = field(default_factory=list)
    personal_notes: list[tuple[str, str]] = field(default_factory=list)  # sheet and cell
    personal_texts: list[tuple[str, str]] = field(default_factory=list)  # kind and sheet of those beside the cells
    personal_names: list[str] = field(default_factory=list)  # of sheets, as they are shown
    error: UnreadableError | None = None


def open_workbook(path: Path, limits: Limits) -> Opened:
    """Open a file, once more if it seems to be still on its way."""
    opened, changed = _open(path, limits)
    if opened.error is None or opened.error.reason not in _PASSING:
        return opened
    if opened.error.reason != "reader.copying" and not _is_fresh(path):
        return opened
    time.sleep(_WAIT_SECONDS)
    again, changed_then = _open(path, limits)
    if again.error is not None and changed_then != changed and again.error.reason in _PASSING:
        again.error = UnreadableError("reader.copying")
    return again


def _is_fresh(path: Path) -> bool:
    try:
        return abs(time.time() - path.lstat().st_mtime) < _FRESH_SECONDS
    except OSError:
        return False


def _open(path: Path, limits: Limits) -> tuple[Opened, tuple[int, int]]:
    """What was opened, and the file's time and size by which a change is told."""
    opened = Opened()
    stamp = (0, 0)
    try:
        snapshot: Snapshot = take_snapshot(path, limits)
        opened.sha256, stamp = snapshot.sha256, (snapshot.changed, len(snapshot.content))
        scan = scan_book(snapshot.content, limits)
        opened.sheets = read_sheets(scan, limits)
        shown = scan.shown_names
        opened.presences = [
            replace(there, sheet=shown.get(there.sheet, ""), where=mask_personal(there.where))
            for there in scan.presences
        ]
        opened.personal_notes = [(shown[sheet], cell) for sheet, cell in scan.notes]
        opened.personal_texts = [(kind, shown.get(sheet, "")) for kind, sheet in scan.texts]
        opened.personal_names = [name for raw, name in shown.items() if name != raw]
    except UnreadableError as error:
        opened.error = error
    return opened, stamp
