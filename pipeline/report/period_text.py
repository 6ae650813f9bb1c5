"""A period as officials write it."""

from typing import TYPE_CHECKING

from pipeline.messages import Messages

if TYPE_CHECKING:
    from pipeline.periods import Period


def period_text(period: "Period", say: Messages) -> str:
    """The period as officials write it: the half, the quarter, the month and the year."""
    months, part = (period.first_month, period.last_month), period.id[5:]
    name, number = {(1, 12): "year", (1, 6): "half_1", (7, 12): "half_2"}.get(months, ""), ""
    if part.startswith("Q"):
        name, number = "quarter", ("I", "II", "III", "IV")[int(part[1]) - 1]
    elif part.endswith("M"):
        name, number = "first", part[:-1]
    elif part.isdigit():
        name, number = "month", str(int(part))
    return say(f"templates.period.{name}", number=number, year=str(period.year))
