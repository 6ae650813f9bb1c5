"""Places that one form lists and another of the same workbook, or last year's, does not: a row was left out.

Totals that were made to fit tell nothing of it. A doubt only where all else agrees: where many places lack, or others
came in their stead, the rows are of another kind, or districts were merged.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.checks.frames import finding_at
from pipeline.checks.names import Cell, Named, Names, are_alike
from pipeline.model import Finding
from pipeline.text import fold

_FEWEST = 3  # rows that two forms share, for either to say anything of the other
_PART = 0.1  # of the other form's rows; where more lack, the form is of other rows
_SHOWN = 3


def check_absences(cells: pd.DataFrame, named: Named, catalogue: Catalogue) -> list[Finding]:
    """Tell of places that lack in a form."""
    keys = named.keys
    now, then = places_of(named.now, catalogue), places_of(named.then, catalogue)
    findings: list[Finding] = []
    for (province, form), own in now.items():
        others = [
            other
            for (owner, name), other in now.items()
            if owner == province and name != form and keys[name] == keys[form] and other.file == own.file
        ]
        last = then.get((province, form))
        found: dict[str, list[Cell]] = defaultdict(list)
        for name, cell in (*_beside(own, others, last), *_before(own, others, last)):
            found[name].append(cell)
        findings.extend(_finding(cells, own.names, seen) for seen in found.values())
    return findings


class Places:
    """The places that a form lists, found as the reader tells places apart."""

    def __init__(self, names: Names, catalogue: Catalogue) -> None:
        self.names = names
        self.file = str(next(iter(names.values()))["file"])
        self._place_of = catalogue.place_of
        self._offices = tuple(fold(word) for word in catalogue.words.offices)
        self._by_bare: dict[str, list[tuple[str, Cell]]] = defaultdict(list)
        for name, cell in names.items():
            kind, bare = self._place_of(name)
            self._by_bare[bare].append((kind, cell))

    def find(self, name: str) -> Cell | None:
        """The row of a place, whether its kind is written short, in full or not at all."""
        kind, bare = self._place_of(name)
        return next((c for k, c in self._by_bare.get(bare, ()) if k == kind or not k or not kind), None)

    def bare(self, name: str) -> str:
        """A name without the word for its kind."""
        return self._place_of(name)[1]

    def lacking(self, other: "Places", *, likes: bool = False) -> list[str]:
        """The places of the other list that this one does not have; with ``likes``, under a like name neither.

        Where many lack, no like names are looked for.
        """
        absent = [name for name in other.names if not self._is_office(name) and self.find(name) is None]
        if not likes or not _are_few(absent, other):
            return absent
        return [name for name in absent if not any(are_alike(name, own) for own in self.names)]

    def _is_office(self, name: str) -> bool:
        begun = (name.removeprefix(word) for word in self._offices if name.startswith(word))
        return any(not rest or rest[0] == " " or rest[0].isdigit() for rest in begun)


def places_of(names: dict[tuple[str, str], Names], catalogue: Catalogue) -> dict[tuple[str, str], Places]:
    """(province, form) -> the places that it lists."""
    return {key: Places(own, catalogue) for key, own in names.items()}


def _are_few(absent: Sequence[str], other: Places) -> bool:
    return len(absent) <= max(1.0, _PART * len(other.names))


def _left_out(own: Places, other: Places) -> list[str]:
    """What lacks of lists that are of the same places but for few, where no others came in the stead of those."""
    absent = own.lacking(other, likes=True)
    shared = len(other.names) - len(absent)
    alone = absent and _are_few(absent, other) and shared >= _FEWEST
    return absent if alone and len(other.lacking(own, likes=True)) < len(absent) else []


def _beside(own: Places, others: Sequence[Places], last: Places | None) -> Iterator[tuple[str, Cell]]:
    """What most other forms of the workbook list and this one does not; one that did not a year ago never does."""
    alike = [other for other in others if len(other.names) - len(own.lacking(other, likes=True)) >= _FEWEST]
    for name in dict.fromkeys(name for other in alike for name in _left_out(own, other)):
        seen = [cell for other in alike if (cell := other.find(name)) is not None]
        if len(seen) * 2 > len(alike) and (last is None or last.find(name) is not None):
            yield from ((name, cell) for cell in seen)


def _before(own: Places, others: Sequence[Places], last: Places | None) -> Iterator[tuple[str, Cell]]:
    """What the form listed a year ago; not where no other form of this year lists it: then it is no more."""
    if last is None:
        return
    for name in _left_out(own, last):
        if not others or any(other.find(name) is not None for other in others):
            yield name, last.names[name]


def _origin(cell: Cell) -> tuple[str, str]:
    """The file, and the period in which it was sent: it may be called the same every year."""
    return str(cell["file"]), str(cell["reported_in"])


def _finding(cells: pd.DataFrame, names: Names, seen: Iterable[Cell]) -> Finding:
    """At the last row of the form, for there is no cell of what lacks."""
    first, *_, last = names.values() if len(names) > 1 else [*names.values()] * 2
    places = [
        f"{there['sheet']}!{there['cell']}"
        + ("" if _origin(there) == _origin(last) else f" ({', '.join(_origin(there))})")
        for there in seen
    ]
    label = str(next(iter(seen))["label"])
    shown = [*places[:_SHOWN], *(["..."] if len(places) > _SHOWN else [])]
    span = {"first": str(first["label"]), "last": str(last["label"])}
    return finding_at(cells, last["position"], "row_left_out", "warning", label, seen=shown, **span)
