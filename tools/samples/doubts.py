"""The doubts put into the samples on purpose: each must be found and shown, and none is an error.

Everything else in the samples is clean: a finding that is not explained here is a fault of the program or of
the samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What is doubtful, and the rule that finds it."""

    TOTAL = "total_mismatch"
    STATED = "stated_mismatch"
    RESTATED = "restated"
    OVER_CLEARED = "cleared_within_cases"
    PROVED_ZERO = "blank_is_zero"
    EXTRA_COLUMN = "unknown_column"


@dataclass(frozen=True)
class Doubt:
    """One doubt: which cell it is in, and by how much that cell is off."""

    kind: Kind
    year: int
    province: str
    form: str
    row: str
    """A member's id, a district's position from 0, "" in a list form, "total" for the total row."""
    measure: str
    off: float
    """Added to the right value; a share (0.01 = one point) for a rate. Cleared is this much above cases."""
    meaning: str


DOUBTS: tuple[Doubt, ...] = (
    Doubt(
        Kind.TOTAL, 2023, "ninh-binh", "administration", "total", "received", 100,
        "The total row says 100 files more than the six fields add up to.",
    ),
    Doubt(
        Kind.TOTAL, 2024, "quang-binh", "identity", "total", "e_id_activated", 10,
        "The total row says 10 accounts more than the eight districts add up to.",
    ),
    Doubt(
        Kind.STATED, 2024, "ha-tinh", "crime_by_district", "10", "rate", 0.018,
        "The clearance rate of Cẩm Xuyên is typed, 1.8 points too high (two digits changed places).",
    ),
    Doubt(
        Kind.RESTATED, 2024, "nghe-an", "traffic", "road", "accidents.previous", 72,
        "Last year's road accidents are 72 more than in the submission of 2023 (minor collisions now count).",
    ),
    Doubt(
        Kind.RESTATED, 2024, "nghe-an", "traffic", "road", "injuries.previous", 53,
        "Last year's injured are 53 more than the submission of 2023 said, for the same reason.",
    ),
    Doubt(
        Kind.OVER_CLEARED, 2024, "thanh-hoa", "crime_by_type", "murder", "cleared", 1,
        "One murder more cleared than recorded (a case of an earlier year); the sums stay right.",
    ),
    Doubt(
        Kind.PROVED_ZERO, 2024, "ninh-binh", "traffic", "waterway", "deaths", 0,
        "Left blank; the total row proves that it is 0.",
    ),
    Doubt(
        Kind.EXTRA_COLUMN, 2024, "ha-tinh", "traffic", "", "So sánh số vụ (%)", 0,
        "A comparison column that the form does not have; `measure` is its header.",
    ),
)  # fmt: skip


def doubts_of(year: int, province: str, *kinds: Kind) -> list[Doubt]:
    """The doubts of one submission, of these kinds."""
    return [d for d in DOUBTS if (d.year, d.province) == (year, province) and d.kind in kinds]
