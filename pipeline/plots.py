"""Pictures and tables for notebooks, from a loaded `Consolidation`."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.errors import UnknownNameError
from pipeline.messages import Messages
from pipeline.model import Consolidation, Lang
from pipeline.periods import Period

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from pipeline.report.figures import View

_COLUMNS = ("numerator", "denominator", "value", "low", "high", "target", "gap", "status", "previous", "rank")
_RANKS = ("rank_best", "rank_worst")  # those that the intervals allow


def compare(
    consolidation: Consolidation,
    indicator: str,
    provinces: Sequence[str] = (),
    *,
    catalogue: Catalogue,
    lang: Lang = "vi",
) -> "Figure":
    """Draw an indicator of some provinces (of all where none is named) and of the cluster, with intervals."""
    from pipeline.report.figures import comparison

    return comparison(_view(consolidation, indicator, catalogue, lang), indicator, provinces).figure


def table(
    consolidation: Consolidation,
    indicator: str,
    provinces: Sequence[str] = (),
    *,
    catalogue: Catalogue,
    lang: Lang = "vi",
) -> "pd.DataFrame":
    """The same as a table, one row for each province by name, the best rank first, the cluster last.

    Where the consolidation has the table of comparison, the ranks that the intervals allow stand beside each rank.
    """
    view = _view(consolidation, indicator, catalogue, lang)
    frame = consolidation.indicators
    wanted = {*(provinces or frame["province"]), ""}
    frame = frame[(frame["indicator"] == indicator) & frame["province"].isin(wanted)]
    frame = frame.assign(last=frame["province"] == "").sort_values(["last", "rank", "province"])
    names = [view.province(str(province)) for province in frame["province"]]
    columns, compared = list(_COLUMNS), consolidation.tables.get("comparison")
    if compared is not None:
        keys = ["indicator", "province"]
        frame = frame.merge(compared[[*keys, *_RANKS]], on=keys, how="left", validate="1:1")
        columns += _RANKS
    return frame[columns].set_axis(names, axis="index").rename_axis(Messages(lang)("figures.province"))


def png(figure: "Figure", dpi: int = 110) -> bytes:
    """A figure as a PNG, for ``IPython.display.Image``."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def _view(consolidation: Consolidation, indicator: str, catalogue: Catalogue, lang: Lang) -> "View":
    from pipeline.report.figures import View

    period = Period.parse(consolidation.period)
    if period is None or indicator not in catalogue.indicators:
        known = list(catalogue.indicators)
        raise UnknownNameError("error.unknown_indicator", indicator, known, indicator=indicator, known=known)
    return View(consolidation, period, catalogue, lang)
