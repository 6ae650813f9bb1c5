"""A copy that we gave back and that is sent again: our list in it is no part of the submission."""

import re
from collections.abc import Sequence

from pipeline.ingest.reader import Sheet
from pipeline.messages import Messages
from pipeline.model import LANGS, Finding, Place

_SPELT = re.compile(r"(?<![a-z])[a-p]{64}(?![a-z])")


def without_lists(file: str, sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[Finding]]:
    """The sheets without our lists of what to mend, and a finding for each of those."""
    own = [sheet for sheet in sheets if _is_list(sheet)]
    others = [sheet for sheet in sheets if sheet not in own]
    if own and not others:
        return [], [Finding("only_returned_list", "error", Place(file, own[0].name))]
    return others, [Finding("returned_list", "info", Place(file, sheet.name)) for sheet in own]


def made_from(sheets: Sequence[Sheet]) -> frozenset[str]:
    """The files (`pipeline.text.spelt`) that our lists among these sheets say they were made from."""
    texts = (sheet.text(row, 0) for sheet in sheets if _is_list(sheet) for row in range(len(sheet.rows)))
    return frozenset(match[0] for text in texts for match in _SPELT.finditer(text))


def _is_list(sheet: Sheet) -> bool:
    """Whether a sheet bears the name and the title of our list, in any language."""
    title = sheet.text(0, 0)
    says = [Messages(lang) for lang in LANGS]
    return any(
        sheet.name.startswith(say("returns.sheet")) and title.startswith(say("returns.title", file="")) for say in says
    )
