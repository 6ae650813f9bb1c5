"""The sheet of the points' origins: for each province and criterion the figures it may come from, and which it is."""

from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from pipeline.catalogue.scoring import BONUS, PENALTY, Extra
from pipeline.catalogue.scoring_form import SELF_ASSESSED, VERIFIED
from pipeline.report import doubts, theme
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.forms import key
from pipeline.report.sheets.formulas import LONGEST, quoted
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER
from pipeline.report.sheets.leads import to_cells, to_row
from pipeline.report.sheets.living import Sentence
from pipeline.report.sheets.room import fitting_width
from pipeline.report.sheets.score_ends import ENDS, end_formula
from pipeline.report.sheets.score_rules import earned
from pipeline.report.sheets.score_words import Figure, earned_words
from pipeline.voice import Voice

KEY = "score_origins"
Row = dict[str, Any]
_COLUMNS = {
    "province": 11.5, "criterion": 46.5, "maximum": 7, "score_rule": 60, "score_value": 8.5, "computed": 7,
    "self_assessed": 7, "verified": 7, "self_less_verified": 10.5, "verified_less_computed": 10.5, "points": 7,
    "points_from": 10, "points_reason": 51, "score_group": 39, "points_low": 9, "points_high": 9,
}  # fmt: skip
_LEAST = 20.0
_AFTER_NUMBERS = ("score_rule", "points_from", "points_reason")
_AT = {name: number for number, name in enumerate(_COLUMNS)}
_LETTER = {name: chr(ord("A") + number) for name, number in _AT.items()}
# The last column: groups stand on the sheet of the score; what ranges of ranks are reckoned from is on screen only.
_ON_PAPER = _AT["points_reason"]


class Places(NamedTuple):
    """Where points stand, as formulas name it: by province and criterion; the ends of a province's, by its id."""

    points: dict[tuple[str, str], str]
    ends: dict[str, dict[str, str]]  # low or high, then province: all its cells


def write(book: Book, rows: list[Row]) -> Places:
    """Write the sheet; returns where its points are."""
    own = [row for row in rows if row["level"] == "criterion"]
    page = book.page(KEY, tuple((_COLUMNS | _fitting(own)).values()))
    page.opening(book.say("workbook.score_origins.title"), book.say("workbook.score_origins.unit"), last=_ON_PAPER)
    heads = [book.say(f"workbook.column.{name}") for name in _COLUMNS]
    page.table(book.say("workbook.table.score_origins"), heads, len(own))
    points = {}
    lines: dict[str, list[int]] = {}
    for at, row in page.lines(own):
        _row(book, page, at, row)
        points[row["province"], row["criterion"]] = book.cell(KEY, at, _LETTER["points"])
        lines.setdefault(row["province"], []).append(at)
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 3), (HEAD_ROW + max(len(own), 1), _ON_PAPER))
    areas = {p: (at[0], at[-1] + 1) for p, at in lines.items()}  # a province's lines follow one another
    ends = {end: {p: _area(book, f"points_{end}", *area) for p, area in areas.items()} for end in ENDS}
    return Places(points, ends)


def _fitting(rows: list[Row]) -> dict[str, float]:
    """The widths of group, criterion and rule: what the criterion leaves is the rule's, which takes fewer lines so."""
    texts = {"score_group": "group_label", "criterion": "label"}
    widths = {n: fitting_width((r[key] for r in rows), _LEAST, _COLUMNS[n]) for n, key in texts.items()}
    return widths | {"score_rule": _COLUMNS["criterion"] + _COLUMNS["score_rule"] - widths["criterion"]}


def _area(book: Book, column: str, first: int, last: int) -> str:
    return f"{book.cell(KEY, first, _LETTER[column])}:{_LETTER[column]}{last}"


def _row(book: Book, page: Page, at: int, row: Row) -> None:
    texts = {
        "province": row["name"], "score_group": row["group_label"], "criterion": row["label"],
        "score_rule": row["rule"], "points_from": book.say(f"workbook.points_from.{row['origin']}"),
    }  # fmt: skip
    value, points = _living(book, at, row)
    reason = _reason(book, at, row, value, points)
    texts["points_reason"] = reason.text
    for name, text in texts.items():
        formulas = {"points_reason": _unless_typed(book, at, row, reason), "points_from": _from(book, at, row)}
        flag = ("flag",) if name == "points_from" and row["origin"] == "none" else ()
        look = ("gap",) if name in _AFTER_NUMBERS else ()
        page.living(at, _AT[name], formulas.get(name, ""), text or "", "cell", "wrap", *look, *flag)
    page.high(at, [(_AT[name], text or "") for name, text in texts.items()])
    for name in ("maximum", "verified"):
        page.number(at, _AT[name], row[name], "cell", "score")
    page.link(at, _AT["self_assessed"], _way_to_given(book, row, SELF_ASSESSED), row["self_assessed"], "cell", "score")
    style = theme.value_style(book.model(row["indicator"]).kind) if row["indicator"] else "count"
    to = to_row(book, row["indicator"], row["province"])
    page.link(at, _AT["score_value"], to, row["value"], "cell", style, formula=value)
    page.living(at, _AT["computed"], points, row["computed"], "cell", "score")
    _difference(page, at, "self_less_verified", row, ("self_assessed", "verified"))
    _difference(page, at, "verified_less_computed", row, ("verified", "computed"))
    _points(book, page, at, row)


def _way(book: Book, row: Row) -> str:
    """The link to where the points are from; a figure that may be typed over has none of its own."""
    if row["origin"] == "computed":
        return to_cells(book, row["indicator"], row["province"])
    return _way_to_given(book, row, row["origin"]) if row["origin"] in {SELF_ASSESSED, VERIFIED} else ""


def _way_to_given(book: Book, row: Row, measure: str) -> str:
    """The link to a given figure on the sheet of the form that it came in; empty where there is none."""
    form = book.results.catalogue.points_form
    table, column = book.tables.get(form), (measure, False)
    heads = list(table.heads) if table else []
    for at, own in table.numbered.get(row["province"], ()) if table else ():
        if own.parts == (row["criterion"],) and column in own.cells:
            letter = xl_col_to_name(heads.index(column))
            return f"internal:{book.cell(key(form), HEAD_ROW + 1 + at, letter)}"
    return ""


def _from(book: Book, at: int, row: Row) -> str:
    """Which figure the points are, as a formula: one of the cluster may be typed in."""
    verified, computed, own = (f"{_LETTER[name]}{at + 1}" for name in ("verified", "computed", "self_assessed"))
    words = ("verified", "computed", "self_assessed", "none", "not_given")
    said = {name: quoted(book.say(f"workbook.points_from.{name}")) for name in words}
    if row["origin"] == "none" and _stand_in(row) is not None:
        return f'=IF({verified}<>"",{said["verified"]},{said["none"]})'
    last = said["not_given" if _is_optional(row) else "none"]
    others = f'IF({computed}<>"",{said["computed"]},IF({own}<>"",{said["self_assessed"]},{last}))'
    return f'=IF({verified}<>"",{said["verified"]},{others})'


def _unless_typed(book: Book, at: int, row: Row, reason: Sentence) -> str:
    """How the points come about, unless another figure of the cluster was typed in beside them."""
    cell = f"{_LETTER['verified']}{at + 1}"
    own, typed = reason.formula[1:] or quoted(reason.text), quoted(book.say("workbook.score_origins.typed"))
    if row["verified"] is None:
        formula = f'=IF({cell}<>"",{typed},{own})'
    else:
        other = quoted(book.say("workbook.score_origins.removed"))
        formula = f'=IF({cell}="",{other},IF({cell}={row["verified"]:.12g},{own},{typed}))'
    return formula if len(formula) <= LONGEST else reason.formula


def _is_optional(row: Row) -> bool:
    """Whether no figure means no points: bonus and penalty that no indicator earns."""
    return row["group"] in {BONUS, PENALTY} and not row["indicator"]


def _stand_in(row: Row) -> float | None:
    """The figure that counts, unless one before it was refused."""
    known = (row[name] for name in ("verified", "computed", "self_assessed") if row[name] is not None)
    return next(known, 0.0 if _is_optional(row) else None)


def doubt_of(book: Book, row: Row) -> str:
    """What there is to look at again below the value that points are computed from; empty for other points."""
    indicator = book.indicators.get((row["indicator"], row["province"])) if row["origin"] == "computed" else None
    if indicator is None or indicator.value is None:
        return ""
    return doubts.doubt_of(indicator.reason, book.model(indicator.indicator).kind, book.say)


def _living(book: Book, at: int, row: Row) -> tuple[str, str]:
    """The formulas of the indicator's value and of the points that it earns; empty where they would not come to it."""
    indicator = book.indicators.get((row["indicator"], row["province"]))
    place = book.places.get((row["indicator"], row["province"]))
    if indicator is None or place is None or row["value"] is None or indicator.value != row["value"]:
        return "", ""
    cell = book.cell(INDICATORS, place, LETTER["value"])
    criterion = _criterion(book, row)
    own = f"{_LETTER['score_value']}{at + 1}"
    points = earned(criterion, own, row["value"], row["computed"]) if criterion and row["computed"] is not None else ""
    return f'=IF(ISNUMBER({cell}),{cell},"")', points


def _reason(book: Book, at: int, row: Row, value: str, points: str) -> Sentence:
    """How the points come about; what of it the value decides follows the value, or else is not put in figures."""
    criterion, doubt = _criterion(book, row), doubt_of(book, row)
    text = "; ".join(part for part in (row["reason"], doubt) if part)
    if not value or criterion is None or row["computed"] is None:
        return Sentence("", text)
    own, earns = Figure(f"{_LETTER['score_value']}{at + 1}", row["value"]), f"{_LETTER['computed']}{at + 1}"
    voice = Voice.of(book.model(row["indicator"]), book.results.catalogue, book.say)
    words = earned_words(criterion, voice, own, Figure(earns, row["computed"]))
    before, found, after = text.partition(words.text)
    if not found:
        return Sentence("", text)
    lacks = book.say("scoring.no_value", label=voice.label or row["indicator"])
    lacks += after.removesuffix(f"; {doubt}" if doubt else "")
    said = f"IF(ISNUMBER({own.cell}),{words.formula}&{quoted(after)},{quoted(lacks)})"
    formula = f"={quoted(before)}&{said}" if before else f"={said}"
    if points and words.formula and len(formula) <= LONGEST:
        return Sentence(formula, text)
    return Sentence("", before + book.say("workbook.score_origins.by_rule") + after)


def _criterion(book: Book, row: Row) -> Extra | None:
    table = book.results.catalogue.scoring_on(book.results.period)
    parts = table.parts() if table else ()
    return next((p.criterion for p in parts if (p.part, p.criterion.id) == (row["group"], row["criterion"])), None)


def _difference(page: Page, at: int, name: str, row: Row, sides: tuple[str, str]) -> None:
    one, other = (f"{_LETTER[side]}{at + 1}" for side in sides)
    known = row[sides[0]] is not None and row[sides[1]] is not None
    value = row[sides[0]] - row[sides[1]] if known else ""
    page.formula(at, _AT[name], f'=IF(OR({one}="",{other}=""),"",{one}-{other})', value, "cell", "more_score")


def _points(book: Book, page: Page, at: int, row: Row) -> None:
    """What counts: verified, else computed, else self-assessed, as a formula; what was refused stays without points."""
    cells = {name: f"{_LETTER[name]}{at + 1}" for name in ("verified", "computed", "self_assessed", "maximum")}
    verified, computed, own = (cells[name] for name in ("verified", "computed", "self_assessed"))
    extra, found = _is_optional(row), _stand_in(row)
    last = "0" if extra else '""'
    refused = row["origin"] == "none" and found is not None  # such a figure takes no other one in its place
    if refused:
        formula, found = f'=IF({verified}<>"",{verified},"")', None
    else:
        formula = f'=IF({verified}<>"",{verified},IF({computed}<>"",{computed},IF({own}<>"",{own},{last})))'
    shown = "" if found is None else found
    page.link(at, _AT["points"], _way(book, row), shown, "cell", "bold", "score", formula=formula)
    cells["nothing"] = "0" if extra and not refused else cells["maximum"]
    for end in ENDS:
        ends = end_formula(book, row, _criterion(book, row), cells | {"stand_in": "" if refused else "1"}, end)
        page.formula(at, _AT[f"points_{end}"], ends, row[end], "cell", "score", "muted")
