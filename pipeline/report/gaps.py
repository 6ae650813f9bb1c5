"""What the gaps of an indicator to the cluster show: how much is the rates', how much the mix, and that in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.messages import Messages

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 4  # decimals of a share that are seen in percentage points with two
_ALIKE = 9  # decimals, beyond which only the last digit of a sum tells two apart
PARTS = ("rate", "mix")


class Gap(NamedTuple):
    """A province's gap to the cluster: its two parts, and both."""

    province: str
    rate: float
    mix: float
    total: float


def gaps_of(tables: "Mapping[str, pd.DataFrame]", indicator: str) -> list[Gap]:
    """The gaps of an indicator to the cluster; none where they cannot be taken apart."""
    table = tables.get("decomposition")
    if table is None:
        return []
    own = table[(table["indicator"] == indicator) & (table["against"] == "cluster") & (table["row"] == "")]
    columns = (own[name].tolist() for name in ("province", "rate_effect", "mix_effect", "total"))
    return [Gap(str(p), rate, mix, total) for p, rate, mix, total in zip(*columns, strict=True)]


def cluster_of(used: int, count: int, say: Messages) -> str:
    """How the cluster is called, which may be of some of its provinces only."""
    return say("gap.cluster") if used == count else say("gap.cluster_some", used=used, count=count)


def title_of(gaps: Sequence[Gap], label: str, cluster: str, name: Callable[[str], str], say: Messages) -> str:
    """The finding in words: who is farthest from the cluster, and which part of that is whose."""
    most = max(gaps, key=lambda gap: round(abs(gap.total), _ALIKE))
    if not round(most.total, _SHOWN):
        return say("gap.title.none", label=label, cluster=cluster)
    parts = {part: points(getattr(most, part), say) for part in ("total", *PARTS)}
    return say("gap.title.most", label=label, cluster=cluster, name=name(most.province), **parts)


def points(value: float, say: Messages, decimals: int = 2) -> str:
    """A difference in percentage points, with its sign.

    >>> points(0.0123, Messages("en")), points(-0.00001, Messages("en"))
    ('+1.23', '0.00')
    """
    # A hyphen would be parted from its number at a line's end.
    text = say.number(100 * value, decimals).replace("-", "\N{MINUS SIGN}")
    return f"+{text}" if round(100 * value, decimals) > 0 else text


def note_of(
    gaps: Sequence[Gap], everyone: Sequence[str], cluster: str, name: Callable[[str], str], say: Messages
) -> str:
    """What is measured, and whose gap cannot be taken apart."""
    without = [name(province) for province in everyone if province not in {gap.province for gap in gaps}]
    more = [say("gap.without", names=without)] if without else []
    return " ".join([say("gap.note", cluster=cluster), *more])
