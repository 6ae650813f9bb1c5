"""Keeps what each workbook gave, so that only workbooks that changed are read again."""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UnreadableError
from pipeline.ingest import inert
from pipeline.ingest.corrections import Corrections
from pipeline.ingest.files import Source, take_snapshot
from pipeline.ingest.limits import MB, Limits
from pipeline.ingest.submission import Part
from pipeline.ingest.vocabulary import Vocabulary

_MOST = 256 * MB  # of all that is kept; what was used longest ago goes first
_SUFFIX = ".part"


@dataclass(frozen=True)
class Shelf:
    """A folder of parts, each under a hash of all that it depends on; ``program`` stands for the code that reads."""

    folder: Path
    program: str

    def key(self, source: Source, sha256: str, vocabulary: Vocabulary, corrections: Corrections, limits: Limits) -> str:
        """The name of what a file with these contents gives."""
        catalogue, period = vocabulary.catalogue.hash, vocabulary.period.id
        own = (source.name, source.path.name, sha256, corrections.of(source.name), limits)
        return hashlib.sha256(ascii((self.program, catalogue, period, *own)).encode()).hexdigest()

    def get(self, key: str) -> Part | None:
        """What is kept under a name; None where there is nothing, or nothing whole."""
        path = self._path(key)
        try:
            stated, _, content = path.read_text("ascii").partition("\n")
            if stated != _digest(content):
                return None
            part = inert.loads(content)
            os.utime(path)
        except (OSError, ValueError, TypeError, LookupError, RecursionError):
            return None  # it is read anew, and kept anew
        return part

    def put(self, key: str, part: Part) -> None:
        """Keep a part; where it cannot be kept, the file is read again the next time."""
        path = self._path(key)
        passing = path.with_name(f".{path.name}-{os.getpid()}")
        with contextlib.suppress(OSError, TypeError):
            content = inert.dumps(part)
            for folder in (self.folder.parent, self.folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            passing.write_text(f"{_digest(content)}\n{content}", "ascii")
            passing.replace(path)

    def tidy(self) -> None:
        """Let go what was used longest ago where too much is kept."""
        with contextlib.suppress(OSError):
            kept = [(path.stat(), path) for path in self.folder.iterdir() if path.suffix == _SUFFIX]
            excess = sum(found.st_size for found, _ in kept) - _MOST
            for found, path in sorted(kept, key=lambda one: one[0].st_mtime_ns):
                if excess <= 0:
                    break
                path.unlink()
                excess -= found.st_size

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def hash_of(source: Source, limits: Limits) -> str:
    """The hash of a file's contents; empty for what is no readable file."""
    try:
        return take_snapshot(source.path, limits).sha256
    except UnreadableError:
        return ""


def is_lasting(part: Part) -> bool:
    """Whether the same contents would give the same again: a file that cannot be read may still be on its way."""
    return bool(part.submission.sha256) and all(finding.rule != "unreadable_file" for finding in part.findings)
