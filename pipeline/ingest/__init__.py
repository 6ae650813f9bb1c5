"""Reads every submission of a period: files in, number cells with their places out."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipeline.catalogue import Catalogue
from pipeline.errors import UncountedError
from pipeline.ingest.corrections import Corrections, load_corrections
from pipeline.ingest.engine import each
from pipeline.ingest.files import Listing, Source, find_workbooks, is_workbook_name, list_folder, shown_name, sources_of
from pipeline.ingest.limits import Limits
from pipeline.ingest.seen import seen_frame
from pipeline.ingest.settle import settle
from pipeline.ingest.shelf import Shelf, hash_of, is_lasting
from pipeline.ingest.sink import frame_of, texts_frame
from pipeline.ingest.submission import Part, read_submission, refuse
from pipeline.ingest.verdicts import Lost
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.messages import sentences
from pipeline.model import Finding, Ingested, Options, Place, Submission
from pipeline.periods import Period
from pipeline.progress import SILENT, Progress
from pipeline.remote import address_of

__all__ = ["Shelf", "find_workbooks", "ingest", "is_workbook_name", "shown_name", "sources_of"]


def ingest(  # noqa: PLR0913  all that reading rests on
    paths: Sequence[Path],
    folder: Path,
    period: Period,
    catalogue: Catalogue,
    options: Options,
    *,
    alone: bool = False,
    shelf: Shelf | None = None,
    progress: Progress = SILENT,
) -> Ingested:
    """Read the workbooks of a period; with ``alone`` nothing but these files is expected.

    What stands on the ``shelf`` is not read again; what was read is put there.

    ``cells`` has the columns of `pipeline.columns.CELLS`, one row a number cell, totals included; ``texts`` those of
    `TEXTS`. Whatever is wrong with a file is a finding, and every entry of the folder is read, refused or ignored.
    """
    vocabulary = Vocabulary(catalogue, period)
    corrections = load_corrections(folder)
    listing = Listing() if alone else list_folder(folder)
    sources = sources_of(list(dict.fromkeys([*paths, *listing.workbooks])))
    progress.stage("read", len(sources), period=period.id)
    outcomes = _outcomes(sources, vocabulary, corrections, options, shelf, progress)
    parts = [
        _refused(source, got, vocabulary) if isinstance(got, Lost) else got
        for source, got in zip(sources, outcomes, strict=True)
    ]
    _account(parts, sources, listing)
    findings = [*settle(parts, vocabulary, alone=alone), *_about_ignored(listing)]
    about_others = [] if alone else corrections.unread({p.submission.file: p.submission.status for p in parts})
    kept = [part for part in parts if part.submission.status not in {"refused", "superseded"}]
    return Ingested(
        submissions=[part.submission for part in parts],
        cells=frame_of(packed for part in kept for packed in part.cells.values()),
        texts=texts_frame(record for part in kept for record in part.texts),
        findings=[*corrections.findings, *about_others, *(f for part in parts for f in part.findings), *findings],
        seen=seen_frame(packed for part in parts for packed in part.seen.values()),
        ignored=tuple(source.name for source in sources_of(listing.ignored)),
    )


def _outcomes(
    sources: Sequence[Source],
    vocabulary: Vocabulary,
    corrections: Corrections,
    options: Options,
    shelf: Shelf | None,
    progress: Progress,
) -> list[Part | Lost]:
    """What each file gave, read or kept, in their order."""
    limits = Limits.of(options)
    # Another machine reads from another folder.
    sources = [replace(s, path=s.path.absolute(), address=address_of(s.path.absolute())) for s in sources]
    sentences()  # once, before each reader would load them
    read = partial(read_submission, vocabulary=vocabulary, corrections=corrections, limits=limits)
    if shelf is None:
        return each(read, sources, options, progress)
    key = partial(shelf.key, vocabulary=vocabulary, corrections=corrections, limits=limits)
    hashes = [hash_of(source, limits) for source in sources]
    kept = [shelf.get(key(source, sha256)) for source, sha256 in zip(sources, hashes, strict=True)]
    for source, part in zip(sources, kept, strict=True):
        if part is not None:
            progress.done(source.name)
    fresh = iter(each(read, [s for s, part in zip(sources, kept, strict=True) if part is None], options, progress))
    outcomes = [next(fresh) if part is None else part for part in kept]
    for source, part, got in zip(sources, kept, outcomes, strict=True):
        if part is None and isinstance(got, Part) and is_lasting(got):
            shelf.put(key(source, got.submission.sha256), got)
    shelf.tidy()
    return outcomes


def _account(parts: Sequence[Part], sources: Sequence[Source], listing: Listing) -> None:
    """Raise `UncountedError` unless every entry of the folder has one verdict, and none has two."""
    names = [part.submission.file for part in parts]
    read = {source.path for source in sources}
    lost = [path.name for path in listing.workbooks if path not in read]
    if names != [source.name for source in sources] or len(set(names)) < len(names) or lost:
        raise UncountedError("error.uncounted", names=lost or names)


def _about_ignored(listing: Listing) -> list[Finding]:
    """What may have been meant as a submission and is none: another kind of file, a sub-folder."""
    told = sources_of(listing.told)
    return [
        Finding("folder_ignored" if _is_folder(source.path) else "file_ignored", "info", Place(source.name))
        for source in told
    ]


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _refused(source: Source, lost: Lost, vocabulary: Vocabulary) -> Part:
    """A file that took its reader with it."""
    part = Part(Submission(source.name))
    refuse(part, source, lost.reason, lost.detail, vocabulary)
    return part
