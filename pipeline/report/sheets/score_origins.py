"""The sheet of the points' origins: for each province and criterion the figures it may come from, and which it is."""

from typing import Any

from pipeline.catalogue.scoring import BONUS, PENALTY, Extra
from pipeline.report import theme
from pipeline.report.sheets.book import HEAD_ROW, Book, Page
from pipeline.report.sheets.formulas import LONGEST, quoted
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER
from pipeline.report.sheets.living import Sentence
from pipeline.report.sheets.score_rules import earned
from pipeline.report.sheets.score_words import Figure, earned_words
from pipeline.voice import Voice

KEY = "score_origins"
Row = dict[str, Any]
_COLUMNS = {
    "province": 10.5, "score_group": 36, "criterion": 44, "maximum": 7, "score_rule": 42, "score_value": 8.5,
    "computed": 7, "self_assessed": 7, "verified": 7, "self_less_verified": 9, "verified_less_computed": 9,
    "points": 7, "points_from": 10, "points_reason": 48,
}  # fmt: skip
_AFTER_NUMBERS = ("score_rule", "points_from", "points_reason")
_AT = {name: number for number, name in enumerate(_COLUMNS)}
_LETTER = {name: chr(ord("A") + number) for name, number in _AT.items()}


def write(book: Book, rows: list[Row]) -> dict[tuple[str, str], str]:
    """Write the sheet; returns where the points of each province and criterion stand, as formulas name it."""
    own = [row for row in rows if row["level"] == "criterion"]
    page = book.page(KEY, tuple(_COLUMNS.values()))
    page.opening(book.say("workbook.score_origins.title"), book.say("workbook.score_origins.unit"))
    heads = [book.say(f"workbook.column.{name}") for name in _COLUMNS]
    page.table(book.say("workbook.table.score_origins"), heads, len(own))
    places = {}
    for at, row in enumerate(own, HEAD_ROW + 1):
        _row(book, page, at, row)
        places[row["province"], row["criterion"]] = book.cell(KEY, at, _LETTER["points"])
    page.paper((HEAD_ROW, HEAD_ROW), (HEAD_ROW + 1, 3))
    return places


def _row(book: Book, page: Page, at: int, row: Row) -> None:
    texts = {
        "province": row["name"], "score_group": row["group_label"], "criterion": row["label"],
        "score_rule": row["rule"], "points_from": book.say(f"workbook.points_from.{row['origin']}"),
    }  # fmt: skip
    value, points = _living(book, at, row)
    reason = _reason(book, at, row, value, points)
    texts["points_reason"] = reason.text
    for name, text in texts.items():
        flag = ("flag",) if name == "points_from" and row["origin"] == "none" else ()
        formula, look = reason.formula if name == "points_reason" else "", ("gap",) if name in _AFTER_NUMBERS else ()
        page.living(at, _AT[name], formula, text or "", "cell", "wrap", *look, *flag)
    page.high(at, [(_AT[name], text or "") for name, text in texts.items()])
    for name in ("maximum", "self_assessed", "verified"):
        page.number(at, _AT[name], row[name], "cell", "score")
    style = theme.value_style(book.model(row["indicator"]).kind) if row["indicator"] else "count"
    page.living(at, _AT["score_value"], value, row["value"], "cell", style)
    page.living(at, _AT["computed"], points, row["computed"], "cell", "score")
    _difference(page, at, "self_less_verified", row, ("self_assessed", "verified"))
    _difference(page, at, "verified_less_computed", row, ("verified", "computed"))
    _points(page, at, row)


def doubt_of(book: Book, row: Row) -> str:
    """What there is to look at again below the value that points are computed from; empty for other points."""
    indicator = book.indicators.get((row["indicator"], row["province"])) if row["origin"] == "computed" else None
    return indicator.reason or "" if indicator is not None and indicator.value is not None else ""


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


def _points(page: Page, at: int, row: Row) -> None:
    """What counts: verified, else computed, else self-assessed, as a formula; what was refused stays without points."""
    verified, computed, own = (f"{_LETTER[name]}{at + 1}" for name in ("verified", "computed", "self_assessed"))
    extra = row["group"] in {BONUS, PENALTY} and not row["indicator"]
    known = (row[name] for name in ("verified", "computed", "self_assessed") if row[name] is not None)
    found = next(known, 0.0 if extra else None)
    last = "0" if extra else '""'
    if row["origin"] == "none" and found is not None:  # a refused figure takes no other one in its place
        formula, found = f'=IF({verified}<>"",{verified},"")', None
    else:
        formula = f'=IF({verified}<>"",{verified},IF({computed}<>"",{computed},IF({own}<>"",{own},{last})))'
    page.formula(at, _AT["points"], formula, "" if found is None else found, "cell", "bold", "score")
