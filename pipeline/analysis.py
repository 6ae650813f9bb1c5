"""What analysts ask of a consolidation: provinces side by side, an indicator over time, what a figure is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.coded import texts
from pipeline.errors import UsageError
from pipeline.explain import Explanation, explain, sought, sought_province
from pipeline.model import Consolidation
from pipeline.periods import Period, period_of

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.catalogue import Catalogue

_COMPARED = (
    "numerator", "denominator", "value", "low", "high", "target", "gap", "status", "previous", "change", "rank",
)  # fmt: skip
_RANKS = ("rank_best", "rank_worst", "place")


@dataclass(frozen=True)
class Analysis(Consolidation):
    """A consolidation, and the folder of the catalogue: it can be asked by the names that people use."""

    schemas: Path = Path("schemas")

    @classmethod
    def of(cls, done: Consolidation, schemas: Path) -> "Analysis":
        """A consolidation that can be asked."""
        own = {part.name: getattr(done, part.name) for part in fields(Consolidation)}
        own["observations"] = texts(done.observations)
        return cls(**own, schemas=schemas.absolute())

    @cached_property
    def catalogue(self) -> "Catalogue":
        """The catalogue as it is now. Raises `CatalogueError` where there is none, or a broken one."""
        from pipeline.catalogue import load_catalogue

        return load_catalogue(self.schemas)

    def compare(self, provinces: str | Sequence[str] = (), indicator: str = "") -> "pd.DataFrame":
        """An indicator of some provinces, of all where none is named, and of the cluster; without one, all indicators.

        One row for each indicator and province (index: ``indicator``, ``province``; "" is the cluster), with floats
        ``numerator``, ``denominator``, ``value``, the 95 % interval ``low`` and ``high``, ``target``, ``gap``,
        ``previous``, ``change``; ``status`` (text) and ``rank`` (Int64); and, where the comparison was made, the ranks
        that the intervals allow (``rank_best``, ``rank_worst``) and ``place``, the province's place in the funnel.
        Raises `UsageError` for a name that is not known.
        """
        catalogue, period = self.catalogue, self.of_period
        frame = self.indicators
        which = [sought(catalogue, period, indicator)[0]] if indicator else list(catalogue.indicators)
        wanted = [provinces] if isinstance(provinces, str) else provinces
        who = {sought(catalogue, period, which[0], province)[1] for province in wanted} or set(frame["province"])
        frame = frame[frame["indicator"].isin(which) & frame["province"].isin({*who, ""})]
        columns, compared, keys = list(_COMPARED), self.tables.get("comparison"), ["indicator", "province"]
        if compared is not None:
            frame = frame.merge(compared[[*keys, *_RANKS]], on=keys, how="left", validate="1:1")
            columns += _RANKS
        return frame.set_index(keys)[columns]

    def trend(self, indicator: str, province: str = "") -> "pd.DataFrame":
        """An indicator of a province (of the cluster where none is named) in every period that was read, oldest first.

        Indexed by ``period`` (text), with floats ``value``, ``numerator``, ``denominator``, the control chart's
        ``centre``, ``lower`` and ``upper``, its ``signal`` (text), and ``restated``, what later books make of it. Empty
        where fewer than three periods have figures. Raises `UsageError` for a name that is not known.
        """
        which, who = sought(self.catalogue, self.of_period, indicator, province)
        if (series := self.tables.get("trends")) is None:
            raise UsageError("error.no_trends", period=self.period)
        own = series[(series["indicator"] == which) & (series["province"] == who)]
        columns = ["value", "numerator", "denominator", "centre", "lower", "upper", "signal", "restated"]
        return own.sort_values("period").set_index("period")[columns]

    def explain(self, indicator: str, province: str = "") -> Explanation:
        """A figure taken apart (`pipeline.explain.Explanation`): its row, the cells of both sides, what was found.

        Raises `UsageError` for a name that is not known.
        """
        return explain(self, self.catalogue, *sought(self.catalogue, self.of_period, indicator, province))

    def province_id(self, province: str) -> str:
        """The id of a province that is named as people write it. Raises `UsageError` for a name that is not known."""
        return sought_province(self.catalogue, self.of_period, province)

    @property
    def of_period(self) -> Period:
        """The period itself. Raises `UsageError` for one that is none."""
        return period_of(self.period)
