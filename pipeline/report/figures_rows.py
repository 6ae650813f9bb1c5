"""The rows of pictures: a province each, in an order; of very many those at both ends of it."""

import math
from collections.abc import Sequence
from typing import TypeVar

from pipeline.model import DECIDED
from pipeline.report.figures_drawing import Panel, Row
from pipeline.report.figures_view import View
from pipeline.report.theme import CLUSTER

MOST = 80  # provinces in a picture: one of many more can neither be read nor held in memory
_Any = TypeVar("_Any")


def at_ends(rows: Sequence[Row], like: Sequence[Row] = ()) -> list[Row]:
    """The rows that a picture has room for: where they are too many the first and the last of those with values.

    ``like`` are the rows of a picture beside it that say which these are. The cluster stays.
    """
    base = like or rows
    places = [at for at, row in enumerate(base) if not row.strong]
    if len(places) <= MOST:
        return list(rows)
    valued = [at for at in places if base[at].value is not None]
    few = {*ends(valued if len(valued) >= MOST else places[:MOST])}
    return [row for at, row in enumerate(rows) if at in few or base[at].strong]


def ends(ordered: Sequence[_Any]) -> list[_Any]:
    """The first and the last, as many as a picture has room for; all where they are not more."""
    return list(ordered) if len(ordered) <= MOST else [*ordered[: MOST // 2], *ordered[-(MOST // 2) :]]


def told_ends(view: View, rows: Sequence[Row], shown: Sequence[Row]) -> list[str]:
    """What is said of the rows that a picture leaves out; nothing where it has all."""
    count, drawn = (sum(not row.strong for row in some) for some in (rows, shown))
    valued = sum(not row.strong and row.value is not None for row in rows)
    return left_out(view, count, drawn, in_workbook(view, "indicators.parquet"), "ends" if valued > MOST else "valued")


def left_out(view: View, count: int, shown: int, file: str, which: str = "ends") -> list[str]:
    """Of how many provinces a picture shows some, and where all are; nothing where it has all."""
    return [] if shown == count else [view.say(f"figures.{which}", count=count, shown=shown, file=file)]


def in_workbook(view: View, file: str) -> str:
    """A file that Excel cannot open, after the workbook that has the same."""
    return view.say("figures.in_workbook", file=file)


def rows_of(view: View, indicator: str, provinces: Sequence[str] = ()) -> list[Row]:
    """An indicator's rows, best first, those without a value next, the cluster last."""
    frame = view.consolidation.indicators
    frame = frame.loc[frame["indicator"] == indicator]
    wanted = set(provinces) or set(frame["province"])
    records = [r for r in frame.to_dict("records") if r["province"] in wanted | {""}]
    entry = view.catalogue.indicators.get(indicator)
    sign = 1 if entry and entry.better == "lower" else -1
    rows = [(record["province"], _row(view, {str(k): v for k, v in record.items()})) for record in records]
    rows.sort(key=lambda pair: (not pair[0], pair[1].value is None, sign * (pair[1].value or 0.0), pair[1].label))
    return [row for _, row in rows]


def _row(view: View, record: dict[str, object]) -> Row:
    province, status = str(record["province"]), str(record["status"])
    value = number(record["value"])
    word = status if status in DECIDED else ""
    used, expected = (int(number(record[name]) or 0) for name in ("used", "expected"))
    some = "" if province or not used or used == expected else view.say("figures.some", used=used, count=expected)
    return Row(
        label=f"{view.province(province)} ({some})" if some else view.province(province),
        colour=view.colour(province),
        value=value,
        low=number(record["low"]),
        high=number(record["high"]),
        previous=number(record["previous"]),
        target=number(record["target"]),
        met=status == "met" if word else None,
        strong=not province,
        note=view.say("figures.no_value") if value is None else view.say(f"figures.{word}") if word else "",
    )


def number(value: object) -> float | None:
    """A cell of a frame as a number; None where it holds none."""
    return None if not isinstance(value, int | float) or math.isnan(value) else float(value)


def panels_of(view: View, indicators: Sequence[str]) -> list[Panel]:
    """A panel for each indicator, with the same provinces in the same order: the best of the first one first."""
    order = [row.label for row in rows_of(view, indicators[0])]
    panels = []
    for name in indicators:
        rows = {row.label: row for row in rows_of(view, name)}
        panels.append(Panel(view.label(name), [rows.get(label, Row(label, CLUSTER)) for label in order]))
    return panels
