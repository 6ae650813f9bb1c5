"""What officials call things: titles, headers and row labels, a variant for each habit of wording.

Headers are `(what the column holds, path through the header rows joined by "|")`. The catalogue in `schemas/`
must know every one of them; a hand whose wording a list lacks uses its last.
"""

from __future__ import annotations

ROMAN = ("I", "II", "III", "IV", "V")
Header = tuple[tuple[str, str], ...]

TITLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "crime_by_type": ("01", ("Kết quả điều tra, khám phá theo loại tội phạm",)),
    "crime_by_district": ("02", ("Kết quả điều tra, khám phá theo đơn vị",)),
    "traffic": ("03", ("Tai nạn giao thông",)),
    "fire": ("04", ("Tình hình cháy, nổ",)),
    "identity": ("05", ("Căn cước, định danh điện tử, dữ liệu dân cư và cư trú",)),
    "administration": ("06", ("Giải quyết thủ tục hành chính",)),
    "movement": ("07", ("Phong trào toàn dân bảo vệ an ninh Tổ quốc",)),
    "force": ("08", ("Xây dựng Đảng, xây dựng lực lượng",)),
    "targets": ("CT", ("Chỉ tiêu giao cho công an các tỉnh",)),
}
UNITS = {
    "crime_by_type": "vụ, đối tượng",
    "crime_by_district": "vụ, tin",
    "traffic": "vụ, người",
    "fire": "",
    "identity": "thẻ, tài khoản, hồ sơ",
    "administration": "hồ sơ",
    "movement": "",
    "force": "",
    "targets": "thẻ, tài khoản, mô hình",
}


def _beside(*columns: tuple[str, ...]) -> Header:
    """Columns as they are; one of (measure, text over both, this year, last year) becomes two neighbours."""
    spread: list[tuple[str, str]] = []
    for holds, text, *periods in columns:
        if periods:
            this, last = periods
            spread += [(holds, f"{text}|{this}"), (f"{holds}.previous", f"{text}|{last}")]
        else:
            spread.append((holds, text))
    return tuple(spread)


_YEARS = ("Năm {year}", "Năm {previous}")
_PERIODS = ("Kỳ này", "Cùng kỳ")
_LONG = ("Năm {year}", "Cùng kỳ năm {previous}")

HEADERS: dict[str, tuple[Header, ...]] = {
    "crime_by_type": (
        _beside(
            ("number", "{number}"),
            ("label", "Loại tội phạm"),
            ("code", "Mã số"),
            ("cases", "Kết quả điều tra, khám phá|Số vụ xảy ra", *_YEARS),
            ("cleared", "Kết quả điều tra, khám phá|Số vụ khám phá", *_YEARS),
            ("suspects", "Kết quả điều tra, khám phá|Số đối tượng", *_YEARS),
            ("rate", "Tỷ lệ khám phá (%)"),
        ),
        (
            ("number", "{number}"),
            ("label", "Tội danh"),
            ("cases", "Năm {year}|Số vụ xảy ra"),
            ("cleared", "Năm {year}|Số vụ khám phá"),
            ("rate", "Năm {year}|Tỷ lệ khám phá"),
            ("suspects", "Năm {year}|Số đối tượng"),
            ("cases.previous", "Cùng kỳ năm trước|Số vụ xảy ra"),
            ("cleared.previous", "Cùng kỳ năm trước|Số vụ khám phá"),
            ("suspects.previous", "Cùng kỳ năm trước|Số đối tượng"),
        ),
        _beside(
            ("label", "Tội danh, loại tội phạm"),
            ("code", "Mã số"),
            ("cases", "Số vụ phát hiện", *_LONG),
            ("cleared", "Số vụ đã khám phá", *_LONG),
            ("suspects", "Số đối tượng bắt, xử lý", *_LONG),
            ("rate", "Tỉ lệ khám phá"),
        ),
        _beside(
            ("number", "{number}"),
            ("label", "Loại tội phạm"),
            ("cases", "Số vụ", *_PERIODS),
            ("cleared", "Điều tra làm rõ", *_PERIODS),
            ("rate", "Tỷ lệ điều tra khám phá (%)"),
            ("suspects", "Số đối tượng", *_PERIODS),
        ),
    ),
    "crime_by_district": (
        (
            ("number", "{number}"),
            ("label", "Đơn vị"),
            ("cases", "Tội phạm về trật tự xã hội|Số vụ xảy ra"),
            ("cleared", "Tội phạm về trật tự xã hội|Số vụ khám phá"),
            ("rate", "Tội phạm về trật tự xã hội|Tỷ lệ khám phá (%)"),
            ("reports_due", "Tố giác, tin báo về tội phạm|Số tin phải giải quyết"),
            ("reports_resolved", "Tố giác, tin báo về tội phạm|Số tin đã giải quyết"),
            ("reports_rate", "Tố giác, tin báo về tội phạm|Tỷ lệ giải quyết (%)"),
            ("note", "Ghi chú"),
        ),
        (
            ("number", "{number}"),
            ("label", "Công an huyện, thị xã, thành phố"),
            ("cases", "Số vụ xảy ra"),
            ("cleared", "Số vụ khám phá"),
            ("rate", "Tỷ lệ khám phá"),
            ("reports_due", "Tin báo phải giải quyết"),
            ("reports_resolved", "Tin báo đã giải quyết"),
        ),
        (
            ("label", "Địa bàn"),
            ("cases", "Án trật tự xã hội|Phát hiện"),
            ("cleared", "Án trật tự xã hội|Khám phá"),
            ("rate", "Án trật tự xã hội|Tỷ lệ khám phá"),
            ("reports_due", "Tin báo, tố giác tội phạm|Phải giải quyết"),
            ("reports_resolved", "Tin báo, tố giác tội phạm|Đã giải quyết"),
            ("reports_rate", "Tin báo, tố giác tội phạm|Tỷ lệ giải quyết"),
        ),
    ),
    "traffic": (
        _beside(
            ("number", "{number}"),
            ("label", "Loại hình"),
            ("code", "Mã số"),
            ("accidents", "Số vụ tai nạn", *_YEARS),
            ("deaths", "Số người chết", *_YEARS),
            ("injuries", "Số người bị thương", *_YEARS),
        ),
        (
            ("number", "{number}"),
            ("label", "Lĩnh vực"),
            ("accidents", "Năm {year}|Số vụ"),
            ("deaths", "Năm {year}|Số người chết"),
            ("injuries", "Năm {year}|Số người bị thương"),
            ("accidents.previous", "Cùng kỳ năm trước|Số vụ"),
            ("deaths.previous", "Cùng kỳ năm trước|Số người chết"),
            ("injuries.previous", "Cùng kỳ năm trước|Số người bị thương"),
        ),
        _beside(
            ("number", "{number}"),
            ("label", "Loại hình giao thông"),
            ("code", "Mã số"),
            ("accidents", "Số vụ", *_LONG),
            ("deaths", "Chết", *_LONG),
            ("injuries", "Bị thương", *_LONG),
        ),
        _beside(
            ("number", "{number}"),
            ("label", "Loại hình"),
            ("accidents", "Số vụ TNGT", *_PERIODS),
            ("deaths", "Số người chết", *_PERIODS),
            ("injuries", "Số người bị thương", *_PERIODS),
        ),
    ),
    "identity": (
        (
            ("number", "{number}"),
            ("label", "Đơn vị"),
            ("id_cards_issued", "Căn cước|Số thẻ căn cước đã cấp"),
            ("e_id_activated", "Căn cước|Tài khoản định danh điện tử đã kích hoạt"),
            ("population_records", "CSDLQG về dân cư|Hồ sơ dân cư"),
            ("population_records_clean", "CSDLQG về dân cư|Hồ sơ đã làm sạch"),
            ("residence_due", "Hồ sơ cư trú|Phải giải quyết"),
            ("residence_on_time", "Hồ sơ cư trú|Giải quyết đúng hạn"),
        ),
        (
            ("number", "{number}"),
            ("label", "Công an huyện, thị xã, thành phố"),
            ("id_cards_issued", "Số thẻ CCCD đã cấp"),
            ("e_id_activated", "Kích hoạt ĐDĐT"),
            ("population_records", "Số dữ liệu dân cư"),
            ("population_records_clean", "Dữ liệu dân cư đúng, đủ, sạch, sống"),
            ("residence_due", "Hồ sơ cư trú phải giải quyết"),
            ("residence_on_time", "Hồ sơ cư trú giải quyết đúng hạn"),
        ),
        (
            ("number", "{number}"),
            ("label", "Địa bàn"),
            ("id_cards_issued", "Thẻ căn cước đã cấp"),
            ("e_id_activated", "Tài khoản ĐDĐT đã kích hoạt"),
            ("population_records", "Dữ liệu dân cư|Tổng số"),
            ("population_records_clean", "Dữ liệu dân cư|Đã làm sạch"),
            ("residence_due", "Đăng ký cư trú|Phải giải quyết"),
            ("residence_on_time", "Đăng ký cư trú|Đúng hạn"),
        ),
    ),
    "administration": (
        (
            ("number", "{number}"),
            ("label", "Lĩnh vực"),
            ("code", "Mã số"),
            ("received", "Số hồ sơ tiếp nhận"),
            ("resolved_on_time", "Số hồ sơ đã giải quyết|Đúng hạn"),
            ("resolved_late", "Số hồ sơ đã giải quyết|Quá hạn"),
            ("online", "Số hồ sơ nộp trực tuyến"),
        ),
        (
            ("number", "{number}"),
            ("label", "Lĩnh vực"),
            ("received", "Tiếp nhận"),
            ("online", "Trực tuyến"),
            ("resolved_on_time", "Giải quyết đúng hạn"),
            ("resolved_late", "Giải quyết quá hạn"),
        ),
        (
            ("label", "Lĩnh vực thủ tục hành chính"),
            ("code", "Mã số"),
            ("received", "Hồ sơ tiếp nhận|Tổng số"),
            ("online", "Hồ sơ tiếp nhận|Trực tuyến"),
            ("resolved_on_time", "Hồ sơ đã giải quyết|Đúng hạn"),
            ("resolved_late", "Hồ sơ đã giải quyết|Quá hạn"),
        ),
    ),
    "targets": (
        (
            ("number", "{number}"),
            ("label", "Công an tỉnh"),
            ("id_cards_assigned", "Chỉ tiêu cấp thẻ căn cước"),
            ("e_id_assigned", "Chỉ tiêu kích hoạt định danh điện tử"),
            ("models_assigned", "Chỉ tiêu xây dựng mô hình"),
        ),
    ),
}
_LIST: tuple[Header, ...] = (
    (
        ("number", "{number}"),
        ("label", "Nội dung"),
        ("unit", "Đơn vị tính"),
        ("current", "Năm {year}"),
        ("current.previous", "Năm {previous}"),
    ),
    (
        ("number", "{number}"),
        ("label", "Chỉ tiêu"),
        ("unit", "ĐVT"),
        ("current", "Năm {year}"),
        ("current.previous", "Cùng kỳ năm trước"),
    ),
    (
        ("number", "{number}"),
        ("label", "Chỉ tiêu"),
        ("unit", "Đơn vị tính"),
        ("current", "Thực hiện năm {year}"),
        ("current.previous", "Cùng kỳ năm {previous}"),
    ),
    (
        ("number", "{number}"),
        ("label", "Nội dung"),
        ("unit", "ĐVT"),
        ("current", "Kỳ này"),
        ("current.previous", "Cùng kỳ"),
    ),
)
HEADERS |= {"fire": _LIST, "movement": _LIST, "force": _LIST}
