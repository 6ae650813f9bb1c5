"""What goes back to a province: its own workbook with doubtful cells marked, and a list of what to mend."""

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.messages import Messages
from pipeline.model import Bases, Lang
from pipeline.platforms import safe_name
from pipeline.report.returns.book import Book
from pipeline.report.returns.doubts import ORDER, Doubt, doubts_of, lines_of
from pipeline.report.returns.listing import put_list
from pipeline.report.returns.marked import mark
from pipeline.report.returns.markup import UnmarkableError
from pipeline.report.returns.package import Package, ZippedParts
from pipeline.text import spelt

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.catalogue import Catalogue

__all__ = ["write_returns"]

_LONGEST_NAME = 120  # bytes
_MARKED = {".xlsx", ".xlsm"}
# A copy would spread what these found, or cannot be made.
_LIST_ONLY = {
    "personal_data": "returns.personal",
    "personal_data_in_name": "returns.personal",
    "unreadable_file": "returns.unreadable",
}

# Lines of corrections.csv are ours to mend, and so is what they make disagree; a province would take it for an order.
_NOT_THEIRS = {
    "correction_stale",
    "correction_line_broken",
    "correction_incomplete",
    "correction_conflict",
    "correction_repeated",
    "correction_no_number",
    "correction_scale_unclear",
    "corrected_rule_broken",
    "corrected_total_mismatch",
    "corrected_stated_mismatch",
    "corrections_unreadable",
    "corrections_columns",
}


def write_returns(
    findings: "pd.DataFrame",
    sources: Mapping[str, Path],
    folder: Path,
    langs: Mapping[str, Lang],
    catalogue: "Catalogue | None" = None,
    bases: Bases | None = None,
) -> list[Path]:
    """Write ``NAME.xlsx`` (``NAME.xlsm`` where it has macros) for each file with findings; the paths written.

    ``findings`` has the columns `FINDINGS`; ``sources`` leads from a submission's name to its file, ``langs`` to its
    language, in which its findings are worded. With the ``catalogue`` and the findings' ``bases`` the list knows
    what follows from what.
    """
    names = _names(sorted(sources))
    findings = findings[~findings["rule"].isin(_NOT_THEIRS)]
    written = []
    for file, own in findings[findings["file"].isin(list(sources))].groupby("file", sort=True):
        return_ = _Return(str(file), own, lines_of(own, langs[str(file)], catalogue, bases), langs[str(file)])
        content, suffix = return_.made_from(sources[str(file)])
        folder.mkdir(parents=True, exist_ok=True)
        written.append(folder / f"{names[str(file)]}{suffix}")
        written[-1].write_bytes(content)
    return written


def _names(files: Sequence[str]) -> dict[str, str]:
    """The name of each file's return, without ending: its stem, or the whole name where another has the same stem.

    >>> _names(["a.xlsx", "b.xls", "B.ods"])
    {'a.xlsx': 'a', 'b.xls': 'b.xls', 'B.ods': 'B.ods'}
    """
    files = list(dict.fromkeys(files))
    stems = [Path(file).stem.casefold() for file in files]
    names: dict[str, str] = {}
    for file, stem in zip(files, stems, strict=True):
        name = safe_name(_shortened(Path(file).stem if stems.count(stem) == 1 else file))
        while name.casefold() in {other.casefold() for other in names.values()}:
            name = f"{name}_"
        names[file] = name
    return names


def _shortened(name: str) -> str:
    """A name that leaves room for an ending, and for folders: Windows allows 260 letters for all of a path."""
    whole = name.encode()
    if len(whole) <= _LONGEST_NAME:
        return name
    head, tail = (
        part.decode(errors="ignore").strip() for part in (whole[: _LONGEST_NAME // 2], whole[-_LONGEST_NAME // 3 :])
    )
    return f"{head}...{tail}"


class _Return:
    """The file that goes back for one submission."""

    def __init__(self, file: str, findings: "pd.DataFrame", lines: Sequence[Doubt], lang: Lang) -> None:
        self._file, self._say = file, Messages(lang)
        self._doubts = doubts_of(findings)
        self._lines = lines
        self._former = next((doubt.sheet for doubt in self._doubts if doubt.rule == "returned_list"), "")

    def made_from(self, source: Path) -> tuple[bytes, str]:
        """Its contents, and the ending of its name."""
        reason = self._reason()
        if not reason:
            try:
                return self._marked_copy(source)
            except UnmarkableError as error:
                reason = error.reason
            except Exception:  # noqa: BLE001  whatever a strange file holds, the province gets its list
                reason = "returns.failed"
        return self._packed(Book.blank(), [self._say("returns.list_only"), self._say(reason)])

    def _reason(self) -> str:
        """Why there is only a list; empty if the file can be marked."""
        rules = {doubt.rule for doubt in self._doubts}
        found = next((said for rule, said in _LIST_ONLY.items() if rule in rules), "")
        return found or ("" if Path(self._file).suffix.lower() in _MARKED else "returns.format")

    def _marked_copy(self, source: Path) -> tuple[bytes, str]:
        if not source.is_file():  # reading a pipe would wait for ever
            raise UnmarkableError("returns.failed")
        content = source.read_bytes()
        book = Book(Package(ZippedParts(content)))
        said = mark(book, self._doubts, self._say)
        said.append(self._say("returns.made_from", code=spelt(sha256(content).hexdigest())))
        return self._packed(book, [self._say("returns.marked"), " ".join(said)])

    def _packed(self, book: Book, notes: Sequence[str]) -> tuple[bytes, str]:
        severities = Counter(doubt.severity for doubt in self._doubts)
        counted = self._say("returns.count", **{f"{name}s": severities[name] for name in ORDER})
        put_list(
            book, self._lines, [self._say("returns.title", file=self._file), counted, *notes], self._say, self._former
        )
        return book.package.pack(), book.suffix
