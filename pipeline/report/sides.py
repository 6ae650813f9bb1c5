"""Where names stand beside points so that they cover neither each other nor what is drawn."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

SIDES = ("right", "left", "above", "below")
_GAP, _DOT = 0.016, 0.012  # between a point and its name; half of a point
_ROUNDS = 4
_HIDDEN = 10.0  # how much worse it is to cover a point than as much of a name
_ON_A_LINE = 0.0001  # what a point of a line under a name costs, as an area


class Named(NamedTuple):
    """A point and the size of its name, all in parts of the field (0 to 1)."""

    x: float
    y: float
    width: float
    height: float


class _Box(NamedTuple):
    left: float
    low: float
    right: float
    high: float

    def shared(self, other: "_Box") -> float:
        """The area that both cover."""
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.high, other.high) - max(self.low, other.low)
        return max(across, 0.0) * max(up, 0.0)

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left <= x <= self.right and self.low <= y <= self.high


_FIELD = _Box(0, 0, 1, 1)


def sides_of(points: Sequence[Named], lines: Iterable[tuple[float, float]] = ()) -> list[str]:
    """The side of each point (`SIDES`) where its name covers least; ``lines`` are points of lines drawn behind.

    >>> sides_of([Named(0.5, 0.5, 0.2, 0.05), Named(0.45, 0.5, 0.2, 0.05), Named(0.99, 0.1, 0.2, 0.05)])
    ['right', 'left', 'left']
    """
    drawn = list(lines)
    dots = [_Box(p.x - _DOT, p.y - _DOT, p.x + _DOT, p.y + _DOT) for p in points]
    found: dict[int, str] = {}
    # Each in turn beside those that stand, and again once all do: a later name may have come too near.
    for number, point in [*enumerate(points)] * _ROUNDS:
        taken = [(dot, _HIDDEN) for dot in dots] + [(_box(points[n], s), 1.0) for n, s in found.items() if n != number]
        cost = {side: _cost(_box(point, side), taken, drawn) for side in SIDES}
        found[number] = min(SIDES, key=cost.__getitem__)
    return list(found.values())


def _cost(box: _Box, taken: Iterable[tuple[_Box, float]], drawn: Iterable[tuple[float, float]]) -> float:
    outside = (box.right - box.left) * (box.high - box.low) - box.shared(_FIELD)
    struck = sum(box.holds(*point) for point in drawn)
    return round(outside + sum(weight * box.shared(other) for other, weight in taken) + _ON_A_LINE * struck, 9)


def _box(point: Named, side: str) -> _Box:
    x, y, width, height = point
    if side in {"right", "left"}:
        start = x + _GAP if side == "right" else x - _GAP - width
        return _Box(start, y - height / 2, start + width, y + height / 2)
    low = y + 2 * _GAP if side == "above" else y - 2 * _GAP - height
    return _Box(x - width / 2, low, x + width / 2, low + height)
