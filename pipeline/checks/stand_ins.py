"""A row that stands where another form of the workbook, or last year's, has one of another name.

A name shortened, extended, typed over two rows or in an old encoding is not like the one that was meant, and counts as
a place of its own. Told where the lists are the same but for it; not where places were merged or are of another level.
"""

from collections.abc import Iterator

import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.checks.absences import Places, places_of
from pipeline.checks.frames import finding_at
from pipeline.checks.names import Named, are_alike
from pipeline.model import Finding

_FEWEST = 3  # rows that two forms share, for either to say anything of the other
_Run = tuple[str, ...]  # names of one list, one below another, that the other list lacks


def check_stand_ins(cells: pd.DataFrame, named: Named, catalogue: Catalogue) -> list[Finding]:
    """Tell of names in whose place another form, or last year's, has one that this form lacks."""
    keys = named.keys
    order = {name: at for at, name in enumerate(keys)}
    now, then = places_of(named.now, catalogue), places_of(named.then, catalogue)
    findings: list[Finding] = []
    for (province, form), own in now.items():
        beside = {
            name: other
            for (owner, name), other in now.items()
            if owner == province and name != form and keys[name] == keys[form] and other.file == own.file
        }
        later = [other for name, other in beside.items() if order[name] > order[form]]
        last = then.get((province, form))
        for other in later if beside or last is None else [last]:
            findings.extend(_finding(cells, own, other, pair) for pair in _pairs(own, other))
    return list({(f.place, f.params["other"]): f for f in findings}.values())


def _pairs(own: Places, other: Places) -> Iterator[tuple[_Run, _Run]]:
    """Names of the one list and of the other that stand for each other."""
    here, there = other.lacking(own), own.lacking(other)
    shared = min(len(own.names) - len(here), len(other.names) - len(there))
    if shared < max(_FEWEST, len(here), len(there)):
        return
    if len(here) == len(there) == 1:
        runs: list[tuple[_Run, _Run]] = [((here[0],), (there[0],))]
    else:
        below = _runs(other, own, there)
        runs = [(run, below[before]) for before, run in _runs(own, other, here).items() if before in below]
    for one, two in runs:
        if " ".join(one) == " ".join(two):
            yield one, two
        elif len(one) == len(two):
            yield from (((a,), (b,)) for a, b in zip(one, two, strict=True) if not are_alike(a, b))


def _runs(own: Places, other: Places, lacking: list[str]) -> dict[str, _Run]:
    """What stands together in a list and lacks in the other, by the name above that both have."""
    runs: dict[str, _Run] = {}
    before = ""
    for name in own.names:
        if name in lacking:
            runs[before] = (*runs.get(before, ()), name)
        elif other.find(name) is not None:
            before = own.bare(name)
    return runs


def _finding(cells: pd.DataFrame, own: Places, other: Places, pair: tuple[_Run, _Run]) -> Finding:
    here, there = ([places.names[name] for name in run] for places, run in zip((own, other), pair, strict=True))
    value, instead = ('", "'.join(str(cell["label"]) for cell in run) for run in (here, there))
    seen = [f"{cell['sheet']}!{cell['cell']}".lstrip("!") for cell in there]
    file, period = str(there[0]["file"]), str(there[0]["reported_in"])
    source = file if period == here[0]["reported_in"] else f"{file}, {period}"
    params = {"other": instead, "seen": seen, "source": source}
    return finding_at(cells, here[0]["position"], "name_instead", "warning", value, **params)
