"""The catalogue as one object, with the look-ups that stages ask of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipeline.catalogue.forms import Form
from pipeline.catalogue.models import Check, Cluster, Indicator, Province, Settings, Target, Window, Words
from pipeline.catalogue.scoring import Scoring
from pipeline.labels import Label
from pipeline.periods import Period
from pipeline.stamps import Stamp, version_of
from pipeline.text import fold


@dataclass(frozen=True)
class Catalogue:
    """Everything that names a form, a province, an indicator or a target. ``hash`` identifies its files' contents."""

    settings: Settings
    words: Words
    provinces: dict[str, Province]
    forms: dict[str, Form]
    indicators: dict[str, Indicator]
    targets: tuple[Target, ...]
    checks: tuple[Check, ...]
    hash: str
    scoring: tuple[Scoring, ...] = ()
    points_form: str = ""  # the form that brings points of the scoring tables' criteria; empty: none

    @cached_property
    def expected_forms(self) -> tuple[str, ...]:
        """Forms expected of each province's submission, in workbook order."""
        return tuple(name for name in self.settings.forms if not self.forms[name].covers_cluster)

    @cached_property
    def cluster_forms(self) -> tuple[str, ...]:
        """Forms whose rows are provinces: expected once for the whole cluster."""
        return tuple(name for name in self.settings.forms if self.forms[name].covers_cluster)

    @cached_property
    def kinds(self) -> dict[tuple[str, str], str]:
        """What kind of number a measure holds, by form and measure."""
        return {(n, m): column.kind for n, form in self.forms.items() for m, column in form.measures.items()}

    def stamp_of(self, form: str, period: Period) -> Stamp:
        """The version of a form's blank sheet: it changes with what the sheet shows, not with further names of it."""
        own = self.forms[form]
        members = self.members_on(period) if own.covers_cluster else ()
        shown = json.dumps([own.shown, members], ensure_ascii=False, sort_keys=True)
        return Stamp(form, period.id, version_of(self.hash), version_of(shown))

    def cluster_on(self, period: Period) -> Cluster | None:
        """The cluster of the period's last day."""
        return next((c for c in self.settings.clusters if c.start <= period.end <= c.end), None)

    def members_on(self, period: Period) -> tuple[str, ...]:
        """Ids of the provinces that are expected: the cluster's members on the period's last day."""
        cluster = self.cluster_on(period)
        return cluster.provinces if cluster else ()

    def provinces_on(self, period: Period) -> Iterator[Province]:
        """Provinces that exist on the period's last day."""
        return (p for p in self.provinces.values() if p.exists_on(period.end))

    @cached_property
    def _place_kinds(self) -> dict[str, str]:
        """Folded words for what kind of place something is -> one spelling for all of that kind."""
        return {fold(word): spellings[0] for spellings in self.words.place_kinds for word in spellings}

    @cached_property
    def _longest_kind(self) -> int:
        return max((len(word.split(" ")) for word in self._place_kinds), default=0)

    def place_of(self, name: str) -> tuple[str, str]:
        """What kind of place a folded name says that it is, and its name without that; a number alone is no name."""
        words = name.split(" ")
        for count in range(min(len(words) - 1, self._longest_kind), 0, -1):
            found, bare = " ".join(words[:count]), " ".join(words[count:])
            if found in self._place_kinds:
                return (self._place_kinds[found], bare) if not bare.isdigit() else ("", name)
        return "", name

    def scoring_on(self, period: Period) -> Scoring | None:
        """The scoring table of a period: that of its last day, if it scores periods of this kind."""
        return next((table for table in self.scoring if table.applies(period)), None)

    def window_of(self, period: Period) -> tuple[date, date]:
        """The days that a period's figures are about, unless a workbook says others."""
        window = self.settings.windows.get(period.kind, Window())
        return period.window(window.day, window.months_earlier)

    def year_of(self, period: Period) -> tuple[date, date]:
        """The days of the year that a period is a part of, to which a year's targets refer."""
        return self.window_of(Period(period.year, 1, 12, f"{period.year:04d}"))

    def units_on(self, province: str, period: Period) -> tuple[str, ...]:
        """The provinces that a province's area was on a period's last day: itself, or what it was formed from."""
        own = self.provinces[province]
        if own.start <= period.end or not own.formed_from:
            return (province,)
        return tuple(dict.fromkeys(unit for old in own.formed_from for unit in self.units_on(old, period)))

    def province_label(self, province: str) -> Label:
        """A province's name; the cluster's for the empty id."""
        if province in self.provinces:
            return self.provinces[province].label
        return Label({"*": province})

    @property
    def shares(self) -> tuple[str, ...]:
        """The indicators whose numerator is a part of their denominator."""
        return tuple(name for name, indicator in self.indicators.items() if indicator.proportion)

    def rows_of(self, form: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """Member ids, codes, texts and groups as members' ids; what is none (a row's text) stays as it is."""
        known = self.forms[form]
        rows: list[str] = []
        for name in names:
            if name in known.groups:
                rows.extend(known.group_members(name))
            else:
                rows.append(next((m.id for m in known.members.values() if name in {m.id, m.code}), name))
        return tuple(dict.fromkeys(rows))

    def grows_to(self, indicator: str, op: str, period: Period) -> bool:
        """Whether a year's target that part of the year does not reach may be reached yet: what counts still grows."""
        model = self.indicators[indicator]
        operands = model.operands(model.numerator)
        grows = all(self.forms[form].columns[measure].cumulates for form, measure in operands)
        return period.kind != "year" and model.kind in {"total", "achievement"} and op.startswith(">") and grows

    def targets_of(self, indicator: str, period: Period, province: str) -> tuple[Target | None, tuple[Target, ...]]:
        """The target that binds on the last day of a period's window, and those that are shown beside it.

        The narrowest binds, then the latest. Beside it stand the context ones, and of every other issuer the one that
        would bind; an issuer's own narrower or later target takes its wider or earlier one's place.
        """
        day = self.window_of(period)[1]
        applying = [t for t in self.targets if t.indicator == indicator and t.applies(day, province)]
        by_width = sorted(
            (t for t in applying if t.role == "binding"),
            key=lambda t: (len(t.provinces) or len(self.provinces) + 1, -t.start.toordinal()),
        )
        first: dict[str, Target] = {}
        for target in by_width:
            first.setdefault(repr(target.issuer), target)
        narrowest, *others = first.values() or (None,)
        return narrowest, (*others, *(t for t in applying if t.role == "context"))
