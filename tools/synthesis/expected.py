"""What a consolidation of generated submissions must find: counts of observations, sums and rates."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.catalogue.models import Indicator

if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue
    from pipeline.catalogue.forms import Form
    from tools.synthesis.workbooks import Sheet

Sums = dict[str, float]


class Expected:
    """Collects one period's submissions: sums of each province and, under the empty name, of the cluster."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._observations = dict.fromkeys(catalogue.forms, 0)
        self._scopes: dict[str, dict[str, Any]] = {}

    def add(self, sheets: dict[str, Sheet], provinces: tuple[str, ...]) -> None:
        """Count in a workbook: of one province, or of a form whose rows are the provinces."""
        for name, sheet in sheets.items():
            self._observations[name] += observations(sheet)
            for i, province in enumerate(provinces):
                scope = self._scopes.setdefault(province, {"sums": {}, "previous": {}, "rows": {}, "rates": {}})
                self._sum(name, sheet, scope, [i] if sheet.form.covers_cluster else None)
                if any(key.listed is None for key in sheet.form.row_keys):
                    scope["districts"] = len(sheet.table.keys)

    def _sum(self, name: str, sheet: Sheet, scope: dict[str, Any], own: list[int] | None) -> None:
        counted = sheet.table.counted if own is None else own
        for measure, column in sheet.form.measures.items():
            if column.kind not in {"count", "amount"}:
                continue
            key = f"{name}.{measure}"
            scope["sums"][key] = _tidy(fsum(sheet.figures[measure][counted]))
            if sheet.form.has_previous(measure):
                scope["previous"][key] = _tidy(fsum(sheet.before[measure][counted]))
            if own is None and _is_listed(sheet.form):
                scope["rows"][key] = dict(
                    zip(sheet.table.ids, map(_tidy, sheet.figures[measure].tolist()), strict=True)
                )

    def result(self) -> dict[str, Any]:
        """The period's entry of ``expected.json``."""
        parts = list(self._scopes.values())
        cluster = {kind: _added([part[kind] for part in parts]) for kind in ("sums", "previous")}
        rows = {key: _added([part["rows"][key] for part in parts]) for key in parts[0]["rows"]}
        districts = sum(part.get("districts", 0) for part in parts)
        scopes = {"": {**cluster, "rows": rows, "districts": districts}, **self._scopes}
        for scope in scopes.values():
            scope["rates"] = {
                name: self._rate(indicator, scope)
                for name, indicator in self._catalogue.indicators.items()
                if indicator.kind == "percent"
            }
        return {"observations": {name: n for name, n in self._observations.items() if n}, "provinces": scopes}

    def _rate(self, indicator: Indicator, scope: dict[str, Any]) -> dict[str, float | None]:
        above, below = (
            self._side(side, indicator.rows, scope) for side in (indicator.numerator, indicator.denominator)
        )
        return {"numerator": above, "denominator": below, "value": above / below if below else None}

    def _side(self, side: str, rows: tuple[str, ...], scope: dict[str, Any]) -> float:
        parts: list[float] = []
        for form, measure in Indicator.operands(side):
            key = f"{form}.{measure}"
            wanted = self._catalogue.rows_of(form, rows)
            members = scope["rows"].get(key, {})
            own = [value for row, value in members.items() if set(row.split("/")) & set(wanted)]
            parts.extend(own if rows else [scope["sums"][key]])
        return _tidy(fsum(parts))


def observations(sheet: Sheet) -> int:
    """The number cells of a sheet, totals aside: one a row and measure, one more where last year stands."""
    form = sheet.form
    return len(sheet.table.keys) * sum(1 + form.has_previous(measure) for measure in form.measures)


def _is_listed(form: Form) -> bool:
    return form.layout == "table" and all(key.listed is not None for key in form.row_keys)


def _added(parts: list[Sums]) -> Sums:
    return {key: _tidy(fsum(part[key] for part in parts)) for key in parts[0]}


def _tidy(value: float) -> float:
    """A whole number as one; others without the noise of adding decimals."""
    return int(value) if float(np.round(value, 6)).is_integer() else round(value, 6)
