"""Who reports: the five provinces, their districts and the headlines that all other figures are scaled to."""

from __future__ import annotations

from dataclasses import dataclass

YEARS = (2022, 2023, 2024)
Years = tuple[int, int, int]
"""One value for each of YEARS; 2022 is only ever seen as the prior-year columns of 2023."""

# Districts as of 2023 and until December 2024. The kind of unit is kept apart from the name, because hands
# write it differently ("TP Vinh", "Thành phố Vinh") and because Kỳ Anh is both a town and a rural district.
DISTRICTS: dict[str, tuple[tuple[str, str], ...]] = {
    "thanh-hoa": (
        ("TP", "Thanh Hóa"), ("TP", "Sầm Sơn"), ("TX", "Bỉm Sơn"), ("TX", "Nghi Sơn"),
        *(("H", name) for name in (
            "Mường Lát", "Quan Hóa", "Bá Thước", "Quan Sơn", "Lang Chánh", "Ngọc Lặc", "Cẩm Thủy",
            "Thạch Thành", "Hà Trung", "Vĩnh Lộc", "Yên Định", "Thọ Xuân", "Thường Xuân", "Triệu Sơn",
            "Thiệu Hóa", "Hoằng Hóa", "Hậu Lộc", "Nga Sơn", "Như Xuân", "Như Thanh", "Nông Cống",
            "Đông Sơn", "Quảng Xương",
        )),
    ),
    "ninh-binh": (
        ("TP", "Ninh Bình"), ("TP", "Tam Điệp"),
        *(("H", name) for name in (
            "Nho Quan", "Gia Viễn", "Hoa Lư", "Yên Khánh", "Kim Sơn", "Yên Mô",
        )),
    ),
    "nghe-an": (
        ("TP", "Vinh"), ("TX", "Cửa Lò"), ("TX", "Thái Hòa"), ("TX", "Hoàng Mai"),
        *(("H", name) for name in (
            "Quế Phong", "Quỳ Châu", "Kỳ Sơn", "Tương Dương", "Nghĩa Đàn", "Quỳ Hợp", "Quỳnh Lưu",
            "Con Cuông", "Tân Kỳ", "Anh Sơn", "Diễn Châu", "Yên Thành", "Đô Lương", "Thanh Chương",
            "Nghi Lộc", "Nam Đàn", "Hưng Nguyên",
        )),
    ),
    "ha-tinh": (
        ("TP", "Hà Tĩnh"), ("TX", "Hồng Lĩnh"), ("TX", "Kỳ Anh"),
        *(("H", name) for name in (
            "Hương Sơn", "Đức Thọ", "Vũ Quang", "Nghi Xuân", "Can Lộc", "Hương Khê", "Thạch Hà",
            "Cẩm Xuyên", "Kỳ Anh", "Lộc Hà",
        )),
    ),
    "quang-binh": (
        ("TP", "Đồng Hới"), ("TX", "Ba Đồn"),
        *(("H", name) for name in (
            "Minh Hóa", "Tuyên Hóa", "Quảng Trạch", "Bố Trạch", "Quảng Ninh", "Lệ Thủy",
        )),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """What a province's figures are scaled to: a headline for each of YEARS, plausible and invented."""

    name: str
    cases: Years
    cleared: Years
    economic: Years
    drugs: Years
    environment: Years
    gangs: Years
    reports_due: Years
    reports_rate: tuple[float, float, float]
    accidents: Years
    deaths: Years
    injuries: Years
    fires: Years
    serious_fires: Years
    population: int
    id_cards: Years
    e_id: Years
    residence_late: Years
    late_share: float
    communes: Years
    new_models: Years
    personnel: Years
    disciplined: Years
    achievement: dict[int, tuple[float, float, float]]
    """Achieved share of the assigned ID cards, electronic IDs and new models."""


PROFILES: dict[str, Profile] = {
    "thanh-hoa": Profile(
        name="Thanh Hóa", cases=(1231, 1142, 1078), cleared=(1104, 1032, 966),
        economic=(148, 155, 163), drugs=(884, 921, 958), environment=(236, 221, 243), gangs=(2, 1, 0),
        reports_due=(3712, 3548, 3467), reports_rate=(0.921, 0.926, 0.934),
        accidents=(668, 652, 617), deaths=(171, 163, 151), injuries=(574, 566, 529),
        fires=(96, 91, 88), serious_fires=(1, 0, 0), population=3_739_500,
        id_cards=(512_400, 436_800, 398_600), e_id=(298_000, 611_500, 472_300), residence_late=(412, 188, 0),
        late_share=0.006, communes=(559, 558, 547), new_models=(38, 41, 44),
        personnel=(3428, 3457, 3489), disciplined=(21, 19, 16),
        achievement={2023: (1.021, 1.034, 1.025), 2024: (1.036, 1.047, 1.073)},
    ),
    "ninh-binh": Profile(
        name="Ninh Bình", cases=(352, 348, 361), cleared=(289, 285, 286),
        economic=(43, 46, 48), drugs=(206, 219, 214), environment=(88, 84, 91), gangs=(0, 0, 1),
        reports_due=(1143, 1126, 1178), reports_rate=(0.908, 0.905, 0.892),
        accidents=(161, 158, 166), deaths=(74, 70, 68), injuries=(121, 118, 131),
        fires=(36, 39, 37), serious_fires=(0, 0, 0), population=1_010_700,
        id_cards=(148_200, 121_700, 109_300), e_id=(86_500, 171_400, 131_900), residence_late=(96, 0, 57),
        late_share=0.011, communes=(143, 143, 143), new_models=(14, 15, 13),
        personnel=(2052, 2067, 2081), disciplined=(17, 15, 23),
        achievement={2023: (1.008, 0.984, 1.000), 2024: (0.934, 0.961, 0.929)},
    ),
    "nghe-an": Profile(
        name="Nghệ An", cases=(1221, 1128, 1064), cleared=(1098, 1021, 970),
        economic=(152, 147, 158), drugs=(1042, 1087, 1121), environment=(258, 266, 251), gangs=(1, 0, 0),
        reports_due=(3388, 3295, 3214), reports_rate=(0.934, 0.938, 0.946),
        accidents=(364, 371, 352), deaths=(221, 213, 198), injuries=(238, 229, 217),
        fires=(81, 84, 79), serious_fires=(0, 0, 1), population=3_442_000,
        id_cards=(468_900, 402_500, 371_800), e_id=(274_600, 566_200, 441_700), residence_late=(0, 0, 0),
        late_share=0.004, communes=(460, 460, 460), new_models=(33, 36, 39),
        personnel=(3291, 3318, 3346), disciplined=(18, 16, 14),
        achievement={2023: (1.043, 1.052, 1.029), 2024: (1.058, 1.031, 1.083)},
    ),
    "ha-tinh": Profile(
        name="Hà Tĩnh", cases=(470, 442, 431), cleared=(402, 383, 377),
        economic=(58, 61, 57), drugs=(312, 327, 335), environment=(121, 117, 126), gangs=(0, 0, 0),
        reports_due=(1512, 1487, 1466), reports_rate=(0.912, 0.917, 0.921),
        accidents=(179, 171, 174), deaths=(92, 88, 83), injuries=(127, 122, 125),
        fires=(43, 41, 38), serious_fires=(0, 0, 0), population=1_323_700,
        id_cards=(181_300, 157_900, 142_600), e_id=(112_700, 226_800, 168_100), residence_late=(131, 74, 38),
        late_share=0.019, communes=(216, 216, 209), new_models=(18, 20, 21),
        personnel=(2236, 2251, 2268), disciplined=(13, 14, 12),
        achievement={2023: (1.015, 0.991, 1.053), 2024: (1.012, 0.978, 1.050)},
    ),
    "quang-binh": Profile(
        name="Quảng Bình", cases=(402, 389, 371), cleared=(334, 327, 314),
        economic=(47, 52, 50), drugs=(243, 262, 271), environment=(97, 102, 94), gangs=(0, 1, 0),
        reports_due=(1287, 1264, 1241), reports_rate=(0.901, 0.907, 0.913),
        accidents=(196, 187, 182), deaths=(101, 97, 93), injuries=(142, 137, 129),
        fires=(38, 35, 36), serious_fires=(0, 1, 0), population=918_700,
        id_cards=(129_600, 112_400, 101_900), e_id=(77_800, 158_300, 119_600), residence_late=(88, 63, 21),
        late_share=0.058, communes=(151, 151, 145), new_models=(15, 16, 17),
        personnel=(2011, 2024, 2038), disciplined=(12, 11, 10),
        achievement={2023: (0.987, 1.006, 1.067), 2024: (0.996, 1.019, 1.063)},
    ),
}  # fmt: skip
