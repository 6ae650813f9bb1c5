"""What is installed here: the program's own code and words, Python, the libraries that shape the outputs."""

import hashlib
import importlib.metadata
import stat
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pipeline.platforms import sha256

_LIBRARIES = ("pandas", "pandera", "python-calamine", "openpyxl", "XlsxWriter", "matplotlib", "pyarrow", "pydantic")
_PROGRAM = Path(__file__).parent
_CODE = frozenset({".py", ".yaml"})


def versions() -> dict[str, str]:
    """The versions of the libraries that shape the outputs."""
    return {name: importlib.metadata.version(name) for name in _LIBRARIES}


@cache
def program() -> str:
    """A hash over what reads and writes: the program's code and words, Python and the libraries."""
    return hashed((sys.version, code()))


def code() -> str:
    """The same but for the build of Python: alike on machines that give the same results."""
    files = (path for path in _PROGRAM.rglob("*") if path.suffix in _CODE)
    return hashed((repr(sorted(versions().items())), *contents(_PROGRAM, files)))


def hashed(parts: Iterable[str]) -> str:
    """A hash over texts, none of which runs into the next."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogateescape")
        digest.update(b"%d:" % len(content))
        digest.update(content)
    return digest.hexdigest()


def contents(folder: Path, paths: Iterable[Path]) -> Iterator[str]:
    """The names, kinds and contents of what lies in a folder; of what is no file, when it was changed."""
    for path in sorted(paths):
        yield str(path.relative_to(folder))
        try:
            found = path.lstat()
            yield str(stat.S_IFMT(found.st_mode))
            yield sha256(path) if stat.S_ISREG(found.st_mode) else str(found.st_mtime_ns)
        except OSError as error:
            yield str(error.errno)
