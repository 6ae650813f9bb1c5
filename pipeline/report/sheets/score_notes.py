"""What is said below the points: what lacks, who is not considered, what rests on doubt, how ranks are read."""

from typing import Any, NamedTuple

from pipeline.catalogue.scoring import Veto
from pipeline.report.sheets import score_origins
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.formulas import LONGEST, quoted
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER
from pipeline.report.sheets.living import Sentence, spliced
from pipeline.report.sheets.score_rules import reached, text_of
from pipeline.report.sheets.score_words import shown_words
from pipeline.statistics.exact import exact
from pipeline.voice import Voice

Row = dict[str, Any]


class Cells(NamedTuple):
    """Cells of the sheet that its notes follow; ``none`` is the word of a criterion without points, quoted."""

    none: str
    points: dict[tuple[str, str], str]  # by criterion and province
    lacking: dict[str, str]  # by province
    vetoes: dict[tuple[str, str], str]


def notes(book: Book, rows: list[Row], cells: Cells) -> list[Sentence]:
    """Incomplete totals and exclusions in words that follow the figures, and how to read the ranks."""
    said = []
    criteria: dict[str, list[Row]] = {}
    for row in rows:
        if row["level"] == "criterion":
            criteria.setdefault(row["province"], []).append(row)
    for row in rows:
        if row["level"] == "final" and row["origin"] == "incomplete":
            said.append(_incomplete(book, criteria.get(row["province"], []), row, cells))
        elif row["level"] == "veto" and row["origin"] != "clear":
            said.append(_excluded(book, row, cells))
    vetoes = [book.say("workbook.scores.veto_note")] if any(row["level"] == "veto" for row in rows) else []
    looks = book.say("workbook.scores.looks", sheet=book.names[score_origins.KEY])
    return [
        *said,
        *(
            Sentence("", text)
            for text in (*_doubts(book, rows), looks, *vetoes, book.say("workbook.scores.ranks_note"))
        ),
    ]


def _incomplete(book: Book, own: list[Row], row: Row, cells: Cells) -> Sentence:
    """Which criteria of a province lack points; ``own`` are its criteria."""
    text = book.say("workbook.scores.incomplete", name=row["name"], reason=row["reason"])
    pairs = ((cells.points[r["criterion"], r["province"]], r["label"]) for r in own)
    listed = "&".join(f'IF({cell}={cells.none},{quoted(f"; {label}")},"")' for cell, label in pairs)
    lacking = cells.lacking[row["province"]]
    reason = spliced(book.say, "scoring.incomplete", {"count": lacking, "lacking": f"MID({listed},3,9999)"})
    said = spliced(book.say, "workbook.scores.incomplete", {"reason": reason}, name=row["name"])
    return _followed(f'=IF({lacking}=0,"",{said})', text)


def _excluded(book: Book, row: Row, cells: Cells) -> Sentence:
    """Why a province is not considered, or why that is not known."""
    text = book.say("workbook.scores.incomplete", name=row["name"], reason=row["reason"])
    place = book.places.get((row["indicator"], row["province"]))
    veto = _veto(book, row)
    if place is None or veto is None or not veto_words(book, row).formula:
        return Sentence("", text)
    voice = Voice.of(book.model(row["indicator"]), book.results.catalogue, book.say)
    value = shown_words(voice, book.cell(INDICATORS, place, LETTER["value"]), row["value"])
    label = voice.label or row["indicator"]
    bound = book.say(f"scoring.bound.{veto.op}", value=voice.shown(veto.value))
    if not value:
        return Sentence("", text)
    applies = spliced(book.say, "scoring.veto.applies", {"value": value}, label=label, bound=bound)
    said = spliced(book.say, "workbook.scores.incomplete", {"reason": applies}, name=row["name"])
    cell = cells.vetoes[row["criterion"], row["province"]]
    return _followed(f'=IF({cell}={quoted(book.say("workbook.scores.veto.applies"))},{said},"")', text)


def _followed(formula: str, text: str) -> Sentence:
    return Sentence(formula if len(formula) <= LONGEST else "", text)


def veto_words(book: Book, row: Row) -> Sentence:
    """Whether a condition of exclusion applies, by the indicator's value; no formula where a float would decide."""
    words = {name: book.say(f"workbook.scores.veto.{name}") for name in ("applies", "clear", "unknown")}
    veto, place = _veto(book, row), book.places.get((row["indicator"], row["province"]))
    if veto is None or place is None or row["value"] is None:
        return Sentence("", words[row["origin"]])
    cell = book.cell(INDICATORS, place, LETTER["value"])
    if (row["origin"] == "applies") != reached(row["value"], veto.op, veto.value):
        return Sentence("", words[row["origin"]])
    said = {name: quoted(word) for name, word in words.items()}
    condition = f"{cell}{veto.op}{text_of(exact(veto.value))}"
    formula = f"=IF(ISNUMBER({cell}),IF({condition},{said['applies']},{said['clear']}),{said['unknown']})"
    return Sentence(formula, words[row["origin"]])


def _veto(book: Book, row: Row) -> Veto | None:
    table = book.results.catalogue.scoring_on(book.results.period)
    return next((veto for veto in (table.veto if table else ()) if veto.id == row["criterion"]), None)


def _doubts(book: Book, rows: list[Row]) -> list[str]:
    """Of whom points rest on figures to look at again, and in which criteria."""
    doubted: dict[str, list[str]] = {}
    for row in rows:
        if row["level"] == "criterion" and score_origins.doubt_of(book, row):
            doubted.setdefault(row["name"], []).append(row["label"])
    names = "; ".join(f"{name}: {', '.join(labels)}" for name, labels in doubted.items())
    return [book.say("workbook.scores.doubtful", names=names, sheet=book.names[score_origins.KEY])] if names else []
