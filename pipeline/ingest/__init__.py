"""Reads every submission of a period: files in, number cells with their places out."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pipeline.catalogue import Catalogue
from pipeline.ingest.corrections import load_corrections
from pipeline.ingest.engine import each
from pipeline.ingest.files import find_ignored, find_workbooks, is_workbook_name, shown_name
from pipeline.ingest.settle import settle
from pipeline.ingest.sink import frame_of, texts_frame
from pipeline.ingest.submission import Part, read_submission, refuse
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.ingest.workers import Lost
from pipeline.model import Finding, Ingested, Options, Place, Submission
from pipeline.periods import Period

__all__ = ["find_workbooks", "ingest", "is_workbook_name", "shown_name"]


def ingest(
    paths: Sequence[Path], folder: Path, period: Period, catalogue: Catalogue, options: Options, *, alone: bool = False
) -> Ingested:
    """Read the workbooks of a period; with ``alone`` nothing but these files is expected.

    ``cells`` has the columns of `pipeline.model.CELLS`, one row a number cell, totals included; ``texts`` those of
    `TEXTS`. Whatever is wrong with a file is a finding.
    """
    vocabulary = Vocabulary(catalogue, period)
    corrections = load_corrections(folder)
    read = partial(read_submission, vocabulary=vocabulary, corrections=corrections)
    outcomes = each(read, paths, options)
    parts = [
        _refused(path, got, vocabulary) if isinstance(got, Lost) else got
        for path, got in zip(paths, outcomes, strict=True)
    ]
    about_others = [] if alone else corrections.unread([p.submission.file for p in parts if not p.submission.status])
    findings = settle(parts, vocabulary, alone=alone)
    if not alone:
        findings.extend(Finding("file_ignored", "info", Place(name)) for name in find_ignored(folder))
    kept = [part for part in parts if part.submission.status not in {"refused", "superseded"}]
    return Ingested(
        submissions=[part.submission for part in parts],
        cells=frame_of(record for part in kept for record in part.cells),
        texts=texts_frame(record for part in kept for record in part.texts),
        findings=[*corrections.findings, *about_others, *(f for part in parts for f in part.findings), *findings],
    )


def _refused(path: Path, lost: Lost, vocabulary: Vocabulary) -> Part:
    """A file that took its reader with it."""
    part = Part(Submission(shown_name(path)))
    refuse(part, lost.reason, "", vocabulary)
    return part
