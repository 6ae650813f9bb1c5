"""Where names stand beside points so that they cover neither each other nor what is drawn."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
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


_FIELD, _NOWHERE = _Box(0, 0, 1, 1), _Box(2, 2, -2, -2)


def sides_of(points: Sequence[Named], lines: Iterable[tuple[float, float]] = ()) -> list[str]:
    """The side of each point (`SIDES`) where its name covers least; ``lines`` are points of lines drawn behind.

    >>> sides_of([Named(0.5, 0.5, 0.2, 0.05), Named(0.45, 0.5, 0.2, 0.05), Named(0.99, 0.1, 0.2, 0.05)])
    ['right', 'left', 'left']
    """
    drawn = np.array(list(lines), dtype=float).reshape(-1, 2)
    dots = [_Box(p.x - _DOT, p.y - _DOT, p.x + _DOT, p.y + _DOT) for p in points]
    taken = _Taken(np.array([*dots, *[_NOWHERE] * len(points)]).reshape(-1, 4).T, [_HIDDEN] * len(dots))
    found: dict[int, str] = {}
    # Each in turn beside those that stand, and again once all do: a later name may have come too near.
    for number, point in [*enumerate(points)] * _ROUNDS:
        own = len(dots) + number
        taken.boxes[:, own] = _NOWHERE
        cost = {side: _cost(_box(point, side), taken, drawn) for side in SIDES}
        found[number] = min(SIDES, key=cost.__getitem__)
        taken.boxes[:, own] = _box(point, found[number])
    return list(found.values())


class _Taken(NamedTuple):
    """What a name may cover: ``boxes`` by their four edges; the first of them weigh something, the others 1."""

    boxes: Floats
    weights: Sequence[float]

    def covered(self, box: _Box) -> float:
        """How bad it is to be there; looked for in all boxes at once, and added up over the few that are covered."""
        left, low, right, high = self.boxes
        across = np.minimum(box.right, right) - np.maximum(box.left, left)
        up = np.minimum(box.high, high) - np.maximum(box.low, low)
        at = np.flatnonzero((across > 0) & (up > 0)).tolist()
        weights = (self.weights[n] if n < len(self.weights) else 1.0 for n in at)
        return sum((weight * float(across[n] * up[n]) for n, weight in zip(at, weights, strict=True)), 0.0)


def _cost(box: _Box, taken: _Taken, drawn: Floats) -> float:
    outside = (box.right - box.left) * (box.high - box.low) - box.shared(_FIELD)
    x, y = drawn.T
    struck = int(np.count_nonzero((box.left <= x) & (x <= box.right) & (box.low <= y) & (y <= box.high)))
    return round(outside + taken.covered(box) + _ON_A_LINE * struck, 9)


def _box(point: Named, side: str) -> _Box:
    x, y, width, height = point
    if side in {"right", "left"}:
        start = x + _GAP if side == "right" else x - _GAP - width
        return _Box(start, y - height / 2, start + width, y + height / 2)
    low = y + 2 * _GAP if side == "above" else y - 2 * _GAP - height
    return _Box(x - width / 2, low, x + width / 2, low + height)
