"""Names in a sentence: the first few, and how many more there are."""

from collections.abc import Sequence

from pipeline.messages import Messages

NAMED = 8  # provinces that a sentence names; of more it says how many


def few(say: Messages, names: Sequence[str], between: str = ", ") -> str:
    """The first few of many names, and how many more there are."""
    shown, more = between.join(names[:NAMED]), len(names) - NAMED
    return say("workbook.answer.more", list=shown, more=more) if more > 0 else shown
