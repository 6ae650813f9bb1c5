"""What a funnel shows: rates over their denominators, the limits around the cluster's own, and that in words."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.messages import Messages
from pipeline.report.few import few
from pipeline.report.sides import Named
from pipeline.statistics.funnel import BINOMIAL, FAR_LEVEL, LEVEL, Limits, limits

if TYPE_CHECKING:
    import pandas as pd

_FEWEST = 3  # provinces: two points are no distribution
_ALL_NAMED, _NAMED = 12, 5  # provinces that are all named beside their points; of more, how many are
_STEPS = 33
_REACH = 1.05  # how far beyond the largest denominator the curves go
_TICKS = 9
_FAR, _NEAR = "_998", "_95"


class Point(NamedTuple):
    """A province in the funnel; ``place`` is where its rate lies, as the table of fair comparison says it."""

    province: str
    denominator: float
    value: float
    place: str
    small: bool

    @property
    def outside(self) -> bool:
        """Whether the rate lies beyond the widest limits."""
        return self.place.endswith(_FAR)


class Axis(NamedTuple):
    """An axis with round numbers: where it begins and ends, and the step between its ticks."""

    low: float
    high: float
    step: float

    def part(self, value: float) -> float:
        """Where a value lies on it: 0 is its beginning, 1 its end."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Funnel:
    """The main proportion: its points, the cluster's rate, its limits by denominator, what is to be said beside it.

    ``target`` is None where there is none, or not the same one for all.
    """

    indicator: str
    centre: float
    target: float | None
    points: tuple[Point, ...]
    curve: tuple[tuple[int, Limits], ...]
    caveat: str

    @property
    def named(self) -> frozenset[str]:
        """Those whose names stand beside their points: of many the farthest from the cluster's rate for their size."""
        far = sorted(self.points, key=lambda p: -abs(p.value - self.centre) * math.sqrt(p.denominator))
        return frozenset(p.province for p in (far if len(far) <= _ALL_NAMED else far[:_NAMED]))

    @property
    def across(self) -> Axis:
        """The axis of denominators: every point and the whole of the curves."""
        return axis(self.curve[0][0], self.curve[-1][0])

    @property
    def up(self) -> Axis:
        """The axis of rates: every point, the whole of the curves and the target."""
        values = [point.value for point in self.points] + ([] if self.target is None else [self.target])
        low = min(*values, *(around.lower998 for _, around in self.curve))
        return axis(low, max(*values, *(around.upper998 for _, around in self.curve)))

    def field(self, names: Sequence[str], letter: float, line: float) -> tuple[list[Named], list[tuple[float, float]]]:
        """The points with their names, and what is drawn behind, as parts of the field, whose letters are so large."""
        across, up, shown = self.across, self.up, self.named
        named = [
            Named(across.part(point.denominator), up.part(point.value), *size)
            for point, name in zip(self.points, names, strict=True)
            for size in [(letter * len(name), line) if point.province in shown else (0.0, 0.0)]
        ]
        levels = [self.centre] if self.target is None else [self.centre, self.target]
        ends = [(size, end) for size, around in self.curve for end in (*levels, *astuple(around))]
        return named, [(across.part(size), up.part(end)) for size, end in ends]


def funnel_of(tables: "Mapping[str, pd.DataFrame]", indicator: str = "") -> Funnel | None:
    """A proportion with limits in the table of fair comparison, the first where none is named.

    None without one, or of few provinces.
    """
    table = tables.get("comparison")
    limited = None if table is None else table[table["lower95"].notna() & (table["method"] == BINOMIAL)]
    if table is None or limited is None or limited.empty:
        return None
    indicator = indicator or str(limited["indicator"].iloc[0])
    own = limited[limited["indicator"] == indicator]
    if len(own) < _FEWEST:
        return None
    names = ("province", "denominator", "value", "place", "small")
    columns = (own[name].tolist() for name in names)
    points = tuple(
        Point(str(p), n, value, place, bool(small)) for p, n, value, place, small in zip(*columns, strict=True)
    )
    centre = float(own["centre"].iloc[0])
    whole = table[(table["indicator"] == indicator) & (table["province"] == "")]
    targets = set(own["target"].dropna()) if own["target"].notna().all() else set()
    target = float(targets.pop()) if len(targets) == 1 else None
    return Funnel(indicator, centre, target, points, _curve(centre, points), " ".join(whole["caveat"].tolist()))


def _curve(centre: float, points: Sequence[Point]) -> tuple[tuple[int, Limits], ...]:
    """The limits from half the smallest denominator to beyond the largest, nearer to each other where they bend."""
    sizes = [point.denominator for point in points]
    first, last = math.sqrt(max(1, round(min(sizes) / 2))), math.sqrt(math.ceil(_REACH * max(sizes)))
    wanted = sorted({round((first + (last - first) * n / (_STEPS - 1)) ** 2) for n in range(_STEPS)})
    return tuple((size, around) for size in wanted if (around := limits(centre, size)))


def axis(low: float, high: float) -> Axis:
    """The roundest axis that holds both numbers.

    >>> axis(181, 1132), axis(0.784, 0.946)
    (Axis(low=0.0, high=1200.0, step=200.0), Axis(low=0.78, high=0.96, step=0.02))
    """
    rough = (high - low or abs(high) or 1) / _TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(round(part * size, 12) for part in (1, 2, 5, 10) if part * size >= rough)
    first, last = math.floor(round(low / step, 9)), math.ceil(round(high / step, 9))
    return Axis(round(first * step, 12), round(last * step, 12), step)


def level_texts(say: Messages) -> dict[str, str]:
    """How the levels of the inner and the outer limits are written."""
    return {"near": say.percent(LEVEL, 0), "far": say.percent(FAR_LEVEL, 1)}


def title_of(found: Funnel, label: str, name: Callable[[str], str], say: Messages) -> str:
    """The finding in words: who lies outside the limits, and on which side."""
    far = [point for point in found.points if point.outside]
    near = [point for point in found.points if point.place.endswith(_NEAR)]
    key = "far" if far else "near" if near else "within"
    sides = [
        say(f"funnel.{side}", names=few(say, names))
        for side in ("above", "below")
        if (names := [name(point.province) for point in far or near if point.place.startswith(side)])
    ]
    count = len(far or near)
    texts = {"label": label, "sides": "; ".join(sides), **level_texts(say)}
    return say(f"funnel.title.{key}", count=count, all=len(found.points), **texts)


def note_of(found: Funnel, catalogue: Catalogue, name: Callable[[str], str], say: Messages) -> str:
    """What the curves are, what the table of fair comparison says beside its figures, and whose numbers are small."""
    small = [name(point.province) for point in found.points if point.small]
    strong = [say("funnel.strong", **level_texts(say))] if any(p.outside for p in found.points) else []
    said = [say("funnel.note"), named_note(found, say), *strong, found.caveat]
    if small:
        said.append(say("funnel.small", least=catalogue.settings.small_numbers, names=few(say, small)))
    return " ".join(part for part in said if part)


def named_note(found: Funnel, say: Messages) -> str:
    """How many of the points have a name; empty where all have."""
    shown = len(found.named)
    return "" if shown == len(found.points) else say("funnel.named", count=shown)


def across_of(found: Funnel, catalogue: Catalogue, say: Messages) -> str:
    """The name of the axis of denominators: what they count, as the forms' headers say it."""
    operands = Indicator.operands(catalogue.indicators[found.indicator].denominator)
    return say("funnel.across", labels=[catalogue.forms[form].label_of(measure) for form, measure in operands])
