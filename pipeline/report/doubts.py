"""What of an indicator's reason is a doubt about its value: most of the rest is about last year's alone."""

from pipeline.messages import Messages

# Of a change what is said of last year's figure is said of the value.
_DOUBTS = ("reason.doubtful", "reason.over_nothing", "reason.population_mixed")
_OF_CHANGES = ("reason.base_unverified",)
_OTHERS = ("reason.population_preceding",)  # what may follow a doubt


def doubt_of(reason: str | None, kind: str, say: Messages) -> str:
    """The parts of a reason that are doubts about the value of an indicator of that kind; empty without any.

    >>> doubt_of("not comparable with last year: x; rests on figures to look at: A!B2", "percent", Messages("en"))
    'rests on figures to look at: A!B2'
    """
    doubts = tuple(say.opening(key) for key in (*_DOUBTS, *(_OF_CHANGES if kind == "change" else ())))
    others = tuple(say.opening(key) for key in _OTHERS)
    found: list[str] = []
    is_doubt = False
    for part in (reason or "").split("; "):  # a sheet's name may have the sign too: it belongs to what stands before it
        is_doubt = part.startswith(doubts) or (is_doubt and not part.startswith(others))
        found.extend([part] if is_doubt else [])
    return "; ".join(found)
