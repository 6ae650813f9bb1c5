"""Row labels: what officials call the members and, in list forms, the measures; one for each habit."""

from __future__ import annotations

Variants = tuple[str, ...]

SOCIAL_ORDER: Variants = ("Tội phạm về trật tự xã hội", "Tội phạm về TTXH")
# In the order of the codes 01, 02, ...
CRIMES: dict[str, Variants] = {
    "murder": ("Giết người",),
    "intentional_injury": ("Cố ý gây thương tích",),
    "robbery": ("Cướp, cướp giật tài sản", "Cướp, cướp giật", "Cướp, cướp giật tài sản"),
    "theft": ("Trộm cắp tài sản", "Trộm cắp", "Trộm cắp tài sản"),
    "fraud": ("Lừa đảo chiếm đoạt tài sản", "Lừa đảo", "Lừa đảo chiếm đoạt tài sản"),
    "rape": ("Hiếp dâm",),
    "gambling": ("Đánh bạc, tổ chức đánh bạc", "Đánh bạc", "Đánh bạc và tổ chức đánh bạc"),
    "public_disorder": ("Gây rối trật tự công cộng", "Gây rối TTCC", "Gây rối trật tự công cộng"),
    "other_social_order": ("Tội phạm khác về trật tự xã hội", "Tội phạm khác", "Tội phạm khác về TTXH"),
    "economic": ("Tội phạm về kinh tế", "Tội phạm kinh tế", "Tội phạm về trật tự quản lý kinh tế"),
    "corruption": ("Tội phạm tham nhũng", "Tham nhũng", "Tội phạm về tham nhũng, chức vụ"),
    "drugs": ("Tội phạm về ma túy", "Tội phạm về ma tuý", "Tội phạm về ma túy"),
    "environment": ("Tội phạm về môi trường", "Tội phạm môi trường", "Tội phạm về môi trường"),
    "high_tech": (
        "Tội phạm sử dụng công nghệ cao",
        "Tội phạm công nghệ cao",
        "Tội phạm sử dụng công nghệ cao",
    ),
    "very_serious": ("Án rất nghiêm trọng", "Rất nghiêm trọng", "Án rất nghiêm trọng"),
    "especially_serious": ("Án đặc biệt nghiêm trọng", "Đặc biệt nghiêm trọng", "Án đặc biệt nghiêm trọng"),
    "organised": ("Tội phạm có tổ chức",),
    "transnational": ("Tội phạm xuyên quốc gia",),
    "gang": ('Băng, ổ nhóm tội phạm, "xã hội đen"', "Băng, ổ nhóm tội phạm", 'Băng, ổ nhóm, "xã hội đen"'),
}
VEHICLES: dict[str, Variants] = {
    "road": ("Đường bộ",),
    "rail": ("Đường sắt",),
    "waterway": ("Đường thủy nội địa", "Đường thuỷ", "Đường thủy nội địa"),
}
FIELDS: dict[str, Variants] = {
    "residence": ("Đăng ký, quản lý cư trú", "Cư trú", "Đăng ký cư trú"),
    "identity": ("Cấp, quản lý căn cước", "Căn cước", "Cấp thẻ căn cước"),
    "vehicles": ("Đăng ký, quản lý phương tiện giao thông", "Đăng ký xe", "Đăng ký phương tiện"),
    "fire_safety": ("Phòng cháy, chữa cháy", "PCCC", "Phòng cháy, chữa cháy"),
    "business_security": (
        "Ngành, nghề đầu tư kinh doanh có điều kiện về an ninh, trật tự",
        "Ngành nghề kinh doanh có điều kiện",
        "Ngành nghề kinh doanh có điều kiện về ANTT",
    ),
    "immigration": ("Quản lý xuất nhập cảnh", "Xuất nhập cảnh", "Xuất nhập cảnh"),
}
Measures = dict[str, tuple[str, Variants]]
"""Measure of a list form -> unit and labels."""
LISTS: dict[str, Measures] = {
    "fire": {
        "fires": ("vụ", ("Số vụ cháy",)),
        "serious_fires": (
            "vụ",
            ("Trong đó: Số vụ cháy nghiêm trọng", "Cháy nghiêm trọng", "Số vụ cháy nghiêm trọng"),
        ),
        "explosions": ("vụ", ("Số vụ nổ",)),
        "serious_explosions": (
            "vụ",
            ("Trong đó: Số vụ nổ nghiêm trọng", "Nổ nghiêm trọng", "Số vụ nổ nghiêm trọng"),
        ),
        "deaths": ("người", ("Số người chết",)),
        "injuries": ("người", ("Số người bị thương",)),
        "damage": (
            "triệu đồng",
            ("Thiệt hại về tài sản", "Thiệt hại tài sản", "Giá trị thiệt hại về tài sản"),
        ),
        "forest_area": (
            "ha",
            ("Diện tích rừng bị cháy", "Diện tích rừng cháy", "Diện tích rừng bị thiệt hại"),
        ),
    },
    "movement": {
        "models": ("mô hình", ("Số mô hình", "Tổng số mô hình", "Mô hình đang hoạt động")),
        "new_models": ("mô hình", ("Số mô hình xây dựng mới", "Mô hình mới", "Số mô hình mới")),
        "exemplars": ("điển hình", ("Số điển hình tiên tiến", "Điển hình tiên tiến")),
        "communes": ("xã", ("Số xã, phường, thị trấn", "Tổng số xã, phường, thị trấn")),
        "communes_secure": (
            "xã",
            ("Số xã, phường, thị trấn đạt tiêu chuẩn an toàn về ANTT", "Số xã đạt chuẩn an toàn về ANTT"),
        ),
        "tips": ("tin", ("Số tin do quần chúng nhân dân cung cấp", "Tin quần chúng cung cấp")),
    },
    "force": {
        "personnel": ("người", ("Tổng số cán bộ, chiến sĩ", "Tổng số CBCS")),
        "disciplined": ("người", ("Số cán bộ, chiến sĩ bị kỷ luật", "Số CBCS bị kỷ luật")),
        "party_members": ("người", ("Tổng số đảng viên", "Số đảng viên")),
        "party_members_disciplined": ("người", ("Số đảng viên bị kỷ luật",)),
        "awards": ("lượt", ("Số lượt tập thể, cá nhân được khen thưởng", "Số lượt khen thưởng")),
        "state_titles": (
            "danh hiệu",
            ("Danh hiệu, hình thức khen thưởng cấp Nhà nước", "Khen thưởng cấp Nhà nước"),
        ),
    },
}
