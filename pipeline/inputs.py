"""Which workbooks a run reads: those that were named, or those in the period's folder."""

import os
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import NoInputsError, UnknownNameError, UsageError
from pipeline.model import Places
from pipeline.periods import Period, no_inputs_folder, periods_in


def given(files: Sequence[Path]) -> list[Path]:
    """The files that were named, each once; everything found is told by file name, so two of one name are refused."""
    from pipeline.ingest.files import shown_name

    named: dict[str, Path] = {}
    for path in map(_existing, files):
        first = named.setdefault(path.name, path)
        if os.path.realpath(first) != os.path.realpath(path):
            raise UsageError("error.same_name", name=shown_name(path), one=first, other=path)
    return list(named.values())


def inputs_of(period: Period, places: Places) -> list[Path]:
    """The workbooks in a period's folder; raises `UsageError` or `NoInputsError` where there is none."""
    from pipeline.ingest.files import find_workbooks

    if not places.inputs.is_dir():
        raise no_inputs_folder(places.inputs)
    paths = find_workbooks(places.inputs, period)
    if not paths:
        there = [p.id for p in periods_in(places.inputs)]
        raise NoInputsError("error.no_inputs", path=places.inputs / period.id, periods=there or ["-"])
    return paths


def _existing(file: Path) -> Path:
    from pipeline.ingest.files import is_workbook_name, shown_name

    if not os.path.lexists(file):
        beside = [shown_name(path) for path in file.parent.iterdir()] if file.parent.is_dir() else []
        raise UnknownNameError("error.no_file", file.name, beside, path=file)
    if not is_workbook_name(file.name):
        raise UsageError("error.not_a_workbook_name", path=file)
    return file
