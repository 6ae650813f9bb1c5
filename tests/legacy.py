"""Text as it was typed before Unicode; written from the published code charts, not from the program's own tables."""

import unicodedata

LOWER = "áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđ"
ALPHABET = LOWER + LOWER.upper()
# TCVN 5712:1993, VN3: the codes of LOWER, and of the capitals that have one.
_TCVN3 = bytes.fromhex(
    "b8b5b6b7b9 a8bebbbcbdc6 a9cac7c8c9cb d0cccecfd1 aad5d2d3d4d6 ddd7d8dcde"
    "e3dfe1e2e4 abe8e5e6e7e9 acedeaebecee f3eff1f2f4 adf8f5f6f7f9 fdfafbfcfe ae"
).decode("latin-1")
_TCVN3_CAPITALS = dict(zip("ĂÂĐÊÔƠƯ", b"\xa1\xa2\xa7\xa3\xa4\xa5\xa6".decode("latin-1"), strict=True))

# VNI for Windows: letters of their own, else a vowel and a sign for its tone, or for its hat and its tone.
_VNI = dict(zip("íìỉĩịỵđơư", b"\xed\xec\xe6\xf3\xf2\xee\xf1\xf4\xf6".decode("latin-1"), strict=True))
_HORN = "\u031b"
_TONES = "\u0301\u0300\u0309\u0303\u0323"
_SIGNS = {"": "\xf9\xf8\xfb\xf5\xef", "\u0302": "\xe1\xe0\xe5\xe3\xe4", "\u0306": "\xe9\xe8\xfa\xfc\xeb"}
_HATS = {"\u0302": "\xe2", "\u0306": "\xea"}


def as_tcvn3(text):
    """The text as TCVN3 has it; a capital with a tone becomes the small letter, for which there is a code."""
    codes = dict(zip(LOWER, _TCVN3, strict=True)) | _TCVN3_CAPITALS
    return "".join(codes.get(c, codes.get(c.lower(), c)) for c in unicodedata.normalize("NFC", text))


def as_vni(text):
    """The text as VNI has it."""
    return "".join(_vni(letter) for letter in unicodedata.normalize("NFC", text))


def _vni(letter):
    small = letter.lower()
    if small not in LOWER:
        return letter
    code = _VNI[small] if small in _VNI else _pair(small)
    return code.upper() if letter.isupper() else code


def _pair(letter):
    base, *marks = unicodedata.normalize("NFD", letter)
    hat, tone = (next((mark for mark in marks if mark in kind), "") for kind in (_HATS, _TONES))
    vowel = _VNI[unicodedata.normalize("NFC", base + _HORN)] if _HORN in marks else base
    return vowel + (_SIGNS[hat][_TONES.index(tone)] if tone else _HATS[hat])
