"""Submissions that are filled into our blank workbooks: which version of them, and the sheet that explains them."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product

from pipeline.ingest.reader import Sheet
from pipeline.ingest.scan.sums import Sum, read_sum
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.messages import Messages
from pipeline.model import LANGS, Finding, Place, Said
from pipeline.stamps import Stamp, digest_of, read_stamp

_MOST_SUMS = 4096  # of a sheet of ours; another that bears its stamp may have any number of them


def without_guide(file: str, sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[Finding]]:
    """The sheets without the one of ours that explains; a finding where it says more than we wrote."""
    guides = [sheet for sheet in sheets if _is_guide(sheet)]
    if len(guides) == len(sheets):
        return list(sheets), []
    others = [sheet for sheet in sheets if sheet not in guides]
    changed = (sheet for sheet in guides if not _is_untouched(sheet))
    return others, [Finding("sheet_without_form", "info", Place(file, sheet.name)) for sheet in changed]


def _is_guide(sheet: Sheet) -> bool:
    """Whether a sheet bears the name and the title of our explanations, in any language."""
    says = [Messages(lang) for lang in LANGS]
    return any(
        sheet.name.startswith(say("templates.guide.sheet")) and sheet.text(0, 0) == say("templates.guide.title")
        for say in says
    )


def _is_untouched(sheet: Sheet) -> bool:
    """Whether it says what we wrote and nothing beside it: its last text is the digest of those before."""
    *said, last = [text for row in range(len(sheet.rows)) for text in _texts(sheet, row)]
    return last.split()[-1] == digest_of(said) and not sheet.scan.beside


def _texts(sheet: Sheet, row: int) -> Iterator[str]:
    texts = (sheet.text(row, column) for column in range(len(sheet.rows[row])))
    return (text for text in texts if text.strip())


def is_ours(sheet: Sheet) -> bool:
    """Whether a sheet is one of our blank forms, filled in."""
    return read_stamp(sheet.scan.stamp) is not None


def with_sums(sheet: Sheet) -> Sheet:
    """A sheet of ours that a program filled in and did not compute, with what its own sums come to.

    Its stated figures stay without a value: they are computed from their parts anyway.
    """
    own = sheet.scan.sums if is_ours(sheet) else {}
    lacking = [at for at in sheet.scan.valueless if at in own and at[0] < len(sheet.rows)][:_MOST_SUMS]
    sums = {at: total for at in lacking if (total := _total(sheet, read_sum(*own[at], at))) is not None}
    if not sums:
        return sheet
    rows = [list(row) for row in sheet.rows]
    for (row, column), total in sums.items():
        rows[row] += [""] * (column + 1 - len(rows[row]))  # beside the last cell with a value
        rows[row][column] = total
    sheet.scan.valueless.difference_update(sums)
    return replace(sheet, rows=rows)


def _total(sheet: Sheet, own: Sum | None) -> float | None:
    """What a sum comes to; None of one that adds up what itself has no value, as none of ours does."""
    if own is None:
        return None
    cells = set(own.cells)
    for top, left, low, right in own.areas:
        cells.update(product(range(top, min(low + 1, len(sheet.rows))), range(left, min(right + 1, sheet.width))))
    if not cells.isdisjoint(sheet.scan.valueless):
        return None
    return math.fsum(value for cell in cells if isinstance(value := sheet.value(*cell), float))


def older_templates(file: str, sheets: Iterable[Sheet], vocabulary: Vocabulary) -> list[Finding]:
    """Say so where sheets were made from other blank forms than would be written now.

    A form that changed since is told of its sheet, another period once for the file.
    """
    found, elsewhen = [], []
    for sheet in {sheet.name: sheet for sheet in sheets}.values():
        stamp = read_stamp(sheet.scan.stamp)
        if stamp is None or stamp.form not in vocabulary.catalogue.forms:
            continue
        now = vocabulary.catalogue.stamp_of(stamp.form, vocabulary.period)
        if stamp.version != now.version:
            said = Said("template.changed", {"version": stamp.version, "present": now.version})
            found.append(_older(Place(file, sheet.name), stamp, said, vocabulary))
        elif stamp.period != now.period:
            elsewhen.append((sheet.name, stamp))
    if elsewhen:
        params = {
            "period": elsewhen[0][1].period,
            "now": vocabulary.period.id,
            "sheets": [name for name, _ in elsewhen],
        }
        said = Said("template.elsewhen", params)
        found.append(_older(Place(file), replace(elsewhen[0][1], form=""), said, vocabulary))
    return found


def _older(place: Place, stamp: Stamp, why: Said, vocabulary: Vocabulary) -> Finding:
    params = {"why": why, "now": vocabulary.period.id}
    return Finding("older_template", "info", place, form=stamp.form, value=stamp.text.strip(), params=params)
