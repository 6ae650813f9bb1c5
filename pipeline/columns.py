"""The columns of the frames that stages hand to each other and that outputs hold, as CONTRACT and docs name them."""

OBSERVATIONS = (
    "period", "reported_in", "province", "form", "row", "label", "measure",
    "value", "state", "unit", "file", "sheet", "cell", "raw",
)  # fmt: skip
# What the reader knows of a cell beyond its observation: the role of its row (member, total, group), the member it is
# part of, what a total adds up (`block`: the other keys; `group`), the sheet row as one number over all files (`line`),
# the decimals that were typed, and whether the
# column states last year's figure, or the cell is a formula, and what the typed value was multiplied by (`factor`)
# where the sheet states another unit than the form. Of a cell that corrections.csv changed: what it says of that
# (`corrected`, empty for others) and the number that was typed (`typed_value`, null where it was none).
CELLS = (
    *OBSERVATIONS, "role", "part_of", "block", "group", "line", "decimals", "previous", "computed", "factor",
    "corrected", "typed_value", "stated_unit", "stated_at", "left_out",
)  # fmt: skip
# A number that stands in a form's column, noted before its row was understood.
SEEN = (
    "file", "province", "form", "measure", "previous", "sheet", "cell", "line", "value", "typed", "place",
)  # fmt: skip
TEXTS = ("province", "form", "label", "column", "text", "file", "sheet", "cell")
INDICATORS = (
    "period", "province", "indicator", "numerator", "denominator", "value", "low", "high", "target", "gap",
    "status", "used", "expected", "reason", "previous", "change", "rank", "base", "preceding", "preceding_change",
)  # fmt: skip
INDICATOR_NUMBERS = (
    "numerator", "denominator", "value", "low", "high", "target", "gap", "previous", "change",
    "preceding", "preceding_change",
)  # fmt: skip
FINDINGS = ("severity", "rule", "province", "form", "file", "sheet", "cell", "value", "expected", "message")
SUBMISSIONS = (
    "province", "file", "sha256", "status", "forms_expected", "forms_accepted", "errors", "warnings",
    "period_start", "period_end",
)  # fmt: skip
# A cell that a figure of an earlier period is a sum of: whose figure and which one, on which side of it, then the cell.
SUMMED = (
    "indicator", "province", "figure", "side", "sender", "period", "reported_in", "form", "row", "label", "measure",
    "value", "unit", "raw", "factor", "corrected", "file", "sheet", "cell",
)  # fmt: skip

# Further tables of a consolidation, each written as NAME.csv: their columns, and which of those are numbers.
TABLES: dict[str, tuple[str, ...]] = {
    "checks": (
        "kind", "province", "name", "form", "row", "row_label", "measure", "label", "year", "file", "sheet", "cell",
        "raw", "stated", "computed", "difference", "decimals", "result", "cells",
    ),
    "attainment": (
        "period", "province", "name", "group", "indicator", "label", "role", "issuer", "op", "target", "value", "gap",
        "status", "needed", "margin", "days", "rest_rate", "pace", "source", "part_days", "year_days", "assumes",
    ),
    "targets_met": ("period", "province", "name", "group", "label", "met", "of", "open"),
    "comparison": (
        "period", "indicator", "label", "province", "name", "numerator", "denominator", "value", "method", "low",
        "high", "centre", "lower95", "upper95", "lower998", "upper998", "place", "target", "target_lower95",
        "target_upper95", "target_lower998", "target_upper998", "target_place", "dispersion", "standardised", "rank",
        "rank_best", "rank_worst", "small", "chance", "caveat",
    ),
    "decomposition": (
        "indicator", "label", "against", "province", "name", "row", "row_label", "numerator", "denominator",
        "base_numerator", "base_denominator", "rate", "base_rate", "rate_effect", "mix_effect", "total",
    ),
    "reconciliation": (
        "file", "sheet", "province", "name", "form", "measure", "label", "year", "read", "used", "totals", "rejected",
        "told", "heading", "outside", "file_unused", "unknown_column", "lost", "sum_read", "sum_changed", "sum_used",
        "sum_aside", "difference",
    ),
    "restated": (
        "province", "name", "form", "row", "row_label", "measure", "label", "period", "old", "new", "difference",
        "old_file", "old_sheet", "old_cell", "file", "sheet", "cell",
    ),
    "scores": (
        "period", "province", "name", "level", "group", "group_label", "criterion", "label", "maximum", "rule",
        "indicator", "value", "computed", "self_assessed", "verified", "points", "origin", "reason", "low", "high",
        "rank", "rank_best", "rank_worst", "file", "sheet", "cell",
    ),
    "trends": (
        "period", "province", "name", "group", "indicator", "label", "value", "numerator", "denominator", "used",
        "expected", "vintage", "centre", "lower", "upper", "signal", "restated", "restated_numerator",
        "restated_denominator", "restated_in", "restated_base",
    ),
}  # fmt: skip
TABLE_NUMBERS = frozenset({
    "target", "value", "gap", "needed", "margin", "days", "rest_rate", "pace", "met", "of", "open", "part_days",
    "numerator", "denominator", "used", "expected", "centre", "lower", "upper", "year_days",
    "low", "high", "lower95", "upper95", "lower998", "upper998", "target_lower95", "target_upper95", "target_lower998",
    "target_upper998", "dispersion", "standardised", "rank", "rank_best", "rank_worst", "small", "chance",
    "base_numerator", "base_denominator", "rate", "base_rate", "rate_effect", "mix_effect", "total",
    "read", "totals", "rejected", "told", "heading", "outside", "file_unused", "unknown_column", "lost", "restated",
    "sum_read", "sum_changed", "sum_used", "sum_aside", "difference", "stated", "decimals", "old", "new",
    "maximum", "computed", "self_assessed", "verified", "points", "restated_numerator", "restated_denominator",
})  # fmt: skip
