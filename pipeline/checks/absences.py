"""Places that one form lists and another of the same workbook, or last year's, does not: a row was left out.

Totals that were made to fit tell nothing of it. A doubt only where all else agrees: where many places lack, or others
came in their stead, the rows are of another kind, or districts were merged.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.checks.frames import finding_at
from pipeline.checks.names import Names, are_alike, is_open, kinds_of, names_of, place_of
from pipeline.model import Finding
from pipeline.text import fold

_FEWEST = 3  # rows that two forms share, for either to say anything of the other
_PART = 0.1  # of the other form's rows; where more lack, the form is of other rows
_SHOWN = 3


def check_absences(cells: pd.DataFrame, base: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Tell of places that lack in a form; ``base`` holds the cells of the year before as they were reported."""
    keys = {name: form.row_keys[0].key for name, form in catalogue.forms.items() if is_open(form)}
    now, then = (names_of(frame, keys) for frame in (cells, base))
    compared = _Compared(catalogue)
    findings: list[Finding] = []
    for (province, form), names in now.items():
        beside = [
            other
            for (owner, name), other in now.items()
            if owner == province and name != form and keys[name] == keys[form] and _file(other) == _file(names)
        ]
        before = [then[province, form]] if (province, form) in then else []
        found = defaultdict(list)
        for name, cell in (*compared.with_others(names, beside, before), *compared.with_before(names, beside, before)):
            found[name].append(cell)
        findings.extend(_finding(cells, names, seen) for seen in found.values())
    return findings


class _Compared:
    """Lists of places, compared as the reader tells places apart."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._kinds = kinds_of(catalogue)
        self._offices = tuple(fold(word) for word in catalogue.words.offices)

    def with_others(
        self, names: Names, others: Sequence[Names], before: Sequence[Names]
    ) -> Iterator[tuple[str, pd.Series]]:
        """What most other forms of the workbook list and this one does not; one that did not a year ago never does."""
        alike = [other for other in others if len(other) - len(self._lacking(names, other)) >= _FEWEST]
        usual = [other for other in alike if self._is_comparable(names, other)]
        for name in dict.fromkeys(name for other in usual for name in self._lacking(names, other)):
            seen = [found for other in usual if (found := self._find(name, other)) is not None]
            lacked_then = bool(before) and self._find(name, before[0]) is None
            if len(seen) * 2 > len(alike) and not lacked_then:
                yield from ((name, cell) for cell in seen)

    def with_before(
        self, names: Names, others: Sequence[Names], before: Sequence[Names]
    ) -> Iterator[tuple[str, pd.Series]]:
        """What the form listed a year ago; not where no other form of this year lists it: then it is no more."""
        for last in before:
            if self._is_comparable(names, last):
                for name in self._lacking(names, last):
                    if not others or any(self._find(name, other) is not None for other in others):
                        yield name, last[name]

    def _is_comparable(self, names: Names, other: Names) -> bool:
        """Whether two lists are of the same places but for few, and no other places came in the stead of those."""
        lacking, new = self._lacking(names, other), self._lacking(other, names)
        few = len(lacking) <= max(1.0, _PART * len(other))
        return bool(lacking) and few and len(other) - len(lacking) >= _FEWEST and len(new) < len(lacking)

    def _lacking(self, names: Names, other: Names) -> list[str]:
        """The places of the other list that this one does not have, under no like name either."""
        absent = [name for name in other if not self._is_office(name) and self._find(name, names) is None]
        return [name for name in absent if not any(are_alike(name, own) for own in names)]

    def _find(self, name: str, names: Names) -> "pd.Series | None":
        if name in names:
            return names[name]
        kind, bare = place_of(name, self._kinds)
        for own, cell in names.items():
            own_kind, own_bare = place_of(own, self._kinds)
            if own_bare == bare and (own_kind == kind or not own_kind or not kind):
                return cell
        return None

    def _is_office(self, name: str) -> bool:
        begun = (name.removeprefix(word) for word in self._offices if name.startswith(word))
        return any(not rest or rest[0] == " " or rest[0].isdigit() for rest in begun)


def _file(names: Names) -> str:
    return str(next(iter(names.values()))["file"])


def _origin(cell: "pd.Series") -> tuple[str, str]:
    """The file, and the period in which it was sent: it may be called the same every year."""
    return str(cell["file"]), str(cell["reported_in"])


def _finding(cells: pd.DataFrame, names: Names, seen: Iterable["pd.Series"]) -> Finding:
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
    return finding_at(cells, int(str(last.name)), "row_left_out", "warning", label, seen=shown, **span)
