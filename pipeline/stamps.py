"""The version that our blank workbooks bear: of which form, for which period, from which catalogue.

A name defined in each form's sheet holds it, so that it goes wherever the sheet goes and shows nowhere.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.periods import Period
from pipeline.text import fold, spelt

NAME = "pipeline_template"
_KEPT = 16  # letters of a hash
# As .xlsx writes it, or .ods: of:="fire 2025 abcdefghijklmnop abcdefghijklmnop"
_WRITTEN = re.compile(rf'(?:of:)?=?"?([A-Za-z_]\w*) ([\w-]+) ([a-p]{{{_KEPT}}}) ([a-p]{{{_KEPT}}})"?', re.ASCII)


@dataclass(frozen=True)
class Stamp:
    """A form's id, a period's id, and in letters alone what the catalogue and this form of it hash to."""

    form: str
    period: str
    catalogue: str
    version: str

    @property
    def text(self) -> str:
        """How the stamp is written.

        >>> read_stamp(Stamp("fire", "2025", "ab" * 8, "cd" * 8).text).period
        '2025'
        """
        return f"{self.form} {self.period} {self.catalogue} {self.version}"


def read_stamp(text: str) -> Stamp | None:
    """The stamp that a name's formula holds; None where there is none that we wrote."""
    found = _WRITTEN.fullmatch(text.strip())
    return Stamp(*found.groups()) if found and Period.parse(found[2]) else None


def version_of(text: str) -> str:
    """A version in letters alone: among the digits of a hash there may be what looks like a person's number."""
    return spelt(hashlib.sha256(text.encode()).hexdigest())[:_KEPT]


def digest_of(texts: Iterable[str]) -> str:
    """What texts come to, however they are spaced: by it a sheet is known to say what we wrote and nothing else."""
    return spelt(hashlib.sha256("\n".join(filter(None, map(fold, texts))).encode()).hexdigest())
