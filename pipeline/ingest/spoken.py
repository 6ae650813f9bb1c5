"""What a sheet says in words: in its cells, its comments and its boxes."""

import re
from collections.abc import Callable, Iterable, Iterator

from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.text import tidy

_LONGEST = 300  # of what is quoted


def said_in(sheet: Sheet, says: Callable[[str], bool]) -> Iterator[tuple[str, str, str]]:
    """The texts that say something: cell (empty for a box), text, and where it stands: ``cell``, ``note``, ``box``.

    Of a cell's notes it is the first that does.
    """
    known: dict[str, bool] = {}  # labels repeat
    for row, values in enumerate(sheet.rows):
        for column, value in enumerate(values):
            if isinstance(value, str):
                text = sheet.text(row, column)
                if text not in known:
                    known[text] = says(text)
                if known[text]:
                    yield address(row, column), text, "cell"
    told = set()
    for cell, text in sheet.scan.beside:
        if (cell == "" or cell not in told) and says(text):
            told.add(cell)
            yield cell, text, "note" if cell else "box"


def quoted(text: str) -> str:
    """A text as a finding quotes it: on one line, and not longer than one reads.

    >>> len(quoted("word " * 100))
    303
    """
    shown = tidy(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of these words, the longest first; of none where there are none."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)"
