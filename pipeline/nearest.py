"""What someone meant who typed a name: an id or a name as the catalogue has it, else the one that is most like it."""

from collections.abc import Iterable, Mapping

from pipeline.text import fold

_ALIKE = 80.0  # of 100: less alike, nothing is proposed


def named(text: str, known: Mapping[str, Iterable[str]]) -> str:
    r"""The id that has this name, however it is written; empty for none, or where two have it.

    >>> names = {"nghe-an": ["Ngh\u1ec7 An"], "ha-tinh": ["H\u00e0 T\u0129nh"]}
    >>> named("nghe an", names), named("H\u00c0 T\u0128NH", names), named("ha-tinh", names), named("Hue", names)
    ('nghe-an', 'ha-tinh', 'ha-tinh', '')
    """
    if text in known:
        return text
    wanted = fold(text)
    found = {key for key, names in known.items() if wanted in {fold(key), *map(fold, names)}}
    return found.pop() if len(found) == 1 else ""


def nearest(text: str, known: Iterable[str]) -> str:
    """The known name that is most like a misspelt one; empty where none is like it.

    >>> nearest("clearence_rate", ["crime_rate", "clearance_rate"]), nearest("xyz", ["crime_rate"]), nearest(">", ["<"])
    ('clearance_rate', '', '')
    """
    from rapidfuzz import fuzz, process

    found = process.extractOne(text, list(known), scorer=fuzz.ratio, processor=fold, score_cutoff=_ALIKE)
    return str(found[0]) if found and fold(text) else ""
