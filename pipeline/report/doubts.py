"""What of an indicator's reason is a doubt about its value: most of the rest is about last year's alone."""

from pipeline.messages import Messages

# Of a change what is said of last year's figure is said of the value.
_DOUBTS = ("reason.doubtful", "reason.over_nothing", "reason.population_mixed")
_OF_CHANGES = ("reason.base_unverified",)
_NOT_COUNTED, _OTHER_THEN = "reason.not_counted", ("reason.other_lacks", "reason.other_counts")
_OTHERS = ("reason.population_preceding", _NOT_COUNTED, *_OTHER_THEN)  # what may follow a doubt


def doubt_of(reason: str | None, kind: str, say: Messages) -> str:
    """The parts of a reason that are doubts about the value of an indicator of that kind; empty without any.

    >>> doubt_of("not comparable with last year: x; rests on figures to look at: A!B2", "percent", Messages("en"))
    'rests on figures to look at: A!B2'
    """
    doubts = tuple(say.opening(key) for key in (*_DOUBTS, *(_OF_CHANGES if kind == "change" else ())))
    others = tuple(say.opening(key) for key in _OTHERS)
    found: list[str] = []
    is_doubt = False
    for part in _parts(reason):  # a sheet's name may have the sign too: it belongs to what stands before it
        is_doubt = part.startswith(doubts) or (is_doubt and not part.startswith(others))
        found.extend([part] if is_doubt else [])
    return "; ".join(found)


def covered(reason: str | None, say: Messages) -> str:
    """What a reason of the cluster says of provinces that its figure does not count; empty where it counts all."""
    return "; ".join(part for part in _parts(reason) if part.startswith(say.opening(_NOT_COUNTED)))


def covered_then(reason: str | None, period: str, say: Messages) -> str:
    """What it says of provinces that only one counts, its figure or that of another period.

    >>> told = "the two periods cover different provinces: 2023 is without A (not applicable)"
    >>> covered_then(f"x; {told}", "2023", Messages("en")) == told, covered_then(told, "2022", Messages("en"))
    (True, '')
    """
    openings = tuple(map(say.opening, _OTHER_THEN))
    return "; ".join(part for part in _parts(reason) if part.startswith(openings) and f" {period} " in part)


def besides_coverage(reason: str | None, say: Messages) -> str:
    """What else a reason says."""
    openings = tuple(map(say.opening, (_NOT_COUNTED, *_OTHER_THEN)))
    return "; ".join(part for part in _parts(reason) if not part.startswith(openings))


def _parts(reason: str | None) -> list[str]:
    return (reason or "").split("; ")
