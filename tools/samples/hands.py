"""The five hands: how each province lays out, spells and types its workbook. Data; `write` applies it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

FORMS = (
    "crime_by_type",
    "crime_by_district",
    "traffic",
    "fire",
    "identity",
    "administration",
    "movement",
    "force",
)


@dataclass(frozen=True)
class Hand:
    """One office's habits."""

    province: str
    file: str
    """File name; {year} is filled in."""
    agency: str
    place: str
    top: Literal["motto", "form", "plain"]
    """Title block: motto left and right; statistical form with its number; a bare title."""
    wording: int
    """Which of the wordings in `wording` it uses."""
    sheets: tuple[str, ...]
    """Sheet names in the order of FORMS."""
    order: tuple[int, ...] = tuple(range(len(FORMS)))
    """The order in which the sheets stand in the workbook."""
    title: str = "BIỂU SỐ {number}: {title}"
    period: str = "Kỳ báo cáo: Năm {year}"
    unit: str = "Đơn vị tính: {unit}"
    total: Literal["above", "below"] = "above"
    total_label: str = "Tổng số"
    group_row: bool = True
    of_which: Literal["rows", "inline"] = "rows"
    """Under a "Trong đó:" row, or each of-which row beginning with those words."""
    merge_total: bool = False
    """The total row's label stands in one cell over the ordinal's column and its own."""
    numbered: bool = True
    """A column STT/TT."""
    number_header: str = "STT"
    codes: bool = False
    column_numbers: Literal["", "(1)", "1"] = ""
    formulas: bool = False
    rate: Literal["points", "fraction", "text"] = "points"
    rate_rounded: bool = True
    nil: str = ""
    """How a zero is typed; empty: as 0."""
    text_forms: frozenset[str] = frozenset()
    """Forms whose numbers are typed as text, with Vietnamese separators."""
    padded_forms: frozenset[str] = frozenset()
    """Forms whose counts under ten are typed as text with a leading zero."""
    previous_first: bool = False
    district: dict[str, str] = field(default_factory=lambda: {"TP": "TP {}", "TX": "TX {}", "H": "Huyện {}"})
    font: str = "Times New Roman"
    shade: str = ""
    nfd: bool = False
    """Typed on a machine that stores letters and their marks apart."""
    notes: dict[str, str] = field(default_factory=dict)
    """Footnote under a form."""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Further sheets: name and lines of text."""
    extra_first: bool = False
    leader: str = "GIÁM ĐỐC"


THANH_HOA = Hand(
    province="thanh-hoa",
    file="Thanh Hóa_báo cáo năm {year}.xlsx",
    agency="Công an tỉnh Thanh Hoá",
    place="Thanh Hóa",
    top="motto",
    wording=0,
    sheets=tuple(f"Biểu {number:02d}" for number in range(1, 9)),
    total="above",
    total_label="TỔNG SỐ",
    codes=True,
    column_numbers="(1)",
    formulas=True,
    nil="-",
    previous_first=True,
    district={"TP": "Công an TP {}", "TX": "Công an TX {}", "H": "Công an huyện {}"},
    notes={
        "crime_by_type": "Ghi chú: Số vụ khám phá gồm cả vụ xảy ra từ kỳ trước, kỳ này mới làm rõ.",
        "identity": "Ghi chú: Số liệu tính đến hết kỳ báo cáo.",
    },
    extra=(
        (
            "Thuyết minh",
            (
                "THUYẾT MINH SỐ LIỆU",
                "1. Số liệu minh họa, dùng để kiểm thử chương trình tổng hợp.",
                "2. Kỳ số liệu tính theo năm thi đua.",
                "3. Dấu (-) là không phát sinh.",
            ),
        ),
    ),
)

NINH_BINH = Hand(
    province="ninh-binh",
    file="ninh-binh-{year}.xlsx",
    agency="Công an tỉnh Ninh Bình",
    place="Ninh Bình",
    top="plain",
    wording=1,
    sheets=(
        "1. TTXH theo loại",
        "2. TTXH theo huyện",
        "3. TNGT",
        "4. PCCC",
        "5. CCCD",
        "6. TTHC",
        "7. Phong trào",
        "8. XDLL",
    ),
    order=(0, 1, 3, 2, 5, 4, 7, 6),
    title="{title}",
    period="Năm {year}",
    unit="(ĐVT: {unit})",
    total="below",
    total_label="Tổng cộng",
    of_which="inline",
    rate="text",
    text_forms=frozenset({"identity", "force"}),
    padded_forms=frozenset({"traffic", "fire"}),
    font="Arial",
    notes={"crime_by_district": "* Tin báo phải giải quyết gồm tin mới tiếp nhận và tin kỳ trước chuyển sang."},
    leader="KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC",
)

NGHE_AN = Hand(
    province="nghe-an",
    file="BC CA Nghệ An {year}.xlsx",
    agency="Công an tỉnh Nghệ An",
    place="Nghệ An",
    top="form",
    wording=2,
    sheets=tuple(f"BM{number:02d}" for number in range(1, 9)),
    title="{title}",
    period="Kỳ báo cáo: năm {year}",
    total="above",
    total_label="Toàn tỉnh",
    codes=True,
    numbered=False,
    column_numbers="1",
    formulas=True,
    rate="fraction",
    rate_rounded=False,
    nil="-",
    shade="#DDEBF7",
    district={"TP": "Thành phố {}", "TX": "Thị xã {}", "H": "Huyện {}"},
    extra=(("Sheet1", ()),),
)

HA_TINH = Hand(
    province="ha-tinh",
    file="Bao cao Cum 6 - Ha Tinh nam {year}.xlsx",
    agency="Công an tỉnh Hà Tĩnh",
    place="Hà Tĩnh",
    top="motto",
    wording=3,
    sheets=("B01-TTXH", "B02-HUYỆN", "B03-TNGT", "B04-PCCC", "B05-CC", "B06-TTHC", "B07-PT", "B08-LL"),
    title="Biểu {number}. {title}",
    period="Kỳ báo cáo: Năm {year}",
    total="below",
    total_label="CỘNG",
    number_header="TT",
    column_numbers="(1)",
    formulas=True,
    nil="KPS",
    previous_first=True,
    district={"TP": "Thành phố {}", "TX": "Thị xã {}", "H": "Huyện {}"},
    nfd=True,
    notes={"traffic": "Ghi chú: KPS: không phát sinh."},
    extra=(
        (
            "Danh bạ",
            (
                "DANH MỤC ĐƠN VỊ THỰC HIỆN",
                "Phòng Tham mưu: tổng hợp chung",
                "Phòng Cảnh sát giao thông: Biểu 03",
                "Phòng Cảnh sát PCCC và CNCH: Biểu 04",
            ),
        ),
    ),
    extra_first=True,
)

QUANG_BINH = Hand(
    province="quang-binh",
    file="QuangBinh_{year}_bieu tong hop.xlsx",
    agency="Công an tỉnh Quảng Bình",
    place="Quảng Bình",
    top="plain",
    wording=0,
    sheets=("01", "02", "03", "04", "05", "06", "07", "08"),
    title="BIỂU {number} - {title}",
    period="Kỳ báo cáo: Cả năm {year}",
    total="below",
    total_label="Tổng số",
    merge_total=True,
    group_row=False,
    of_which="inline",
    text_forms=frozenset({"administration"}),
    nil="Không",
    shade="#E2EFDA",
    district={"TP": "TP. {}", "TX": "TX. {}", "H": "{}"},
    notes={"movement": "Ghi chú: Xã, phường, thị trấn tính theo đơn vị hành chính tại thời điểm báo cáo."},
)

HANDS = (THANH_HOA, NINH_BINH, NGHE_AN, HA_TINH, QUANG_BINH)

# Offices change their habits too: a new officer, another template. What was different in 2023.
CHANGES_2023: dict[str, dict[str, Any]] = {
    "thanh-hoa": {"agency": "Công an tỉnh Thanh Hóa", "total": "below"},
    "ninh-binh": {"file": "Ninh Bình - số liệu {year}.xlsx", "total_label": "Cộng"},
    "nghe-an": {
        "rate": "points",
        "rate_rounded": True,
        "sheets": tuple(f"Biểu số {n:02d}" for n in range(1, 9)),
    },
    "ha-tinh": {"nil": "-", "notes": {}},
    "quang-binh": {"text_forms": frozenset({"administration", "identity"})},
}


def hand_of(province: str, year: int) -> Hand:
    """How a province laid out its workbook of a year."""
    hand = next(h for h in HANDS if h.province == province)
    return replace(hand, **CHANGES_2023[province]) if year == 2023 else hand
