"""The answers that the workbook opens with, as formulas: they follow when a target is edited."""

from pipeline.definition import CONDITIONS
from pipeline.report.few import NAMED
from pipeline.report.sheets import attainment, living
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.formulas import LONGEST, quoted
from pipeline.report.sheets.indicators import KEY as INDICATORS
from pipeline.report.sheets.indicators import LETTER
from pipeline.report.sheets.living import Sentence
from pipeline.report.sheets.words import answer, province_rows, standing, status_word, target_of

_BETWEEN = "; "


def answered(book: Book, indicator: str) -> tuple[Sentence, Sentence]:
    """The question whether all provinces meet an indicator's target, and its answer; empty without either."""
    if not province_rows(book, indicator) or target_of(book, indicator) is None:
        return Sentence("", ""), Sentence("", "")
    question, said = answer(book, indicator, attainment.needed(book, indicator))
    return Sentence(_question(book, indicator), question), Sentence(_answer(book, indicator), said)


def asked(book: Book, indicator: str) -> str:
    """What the target that is the same for all asks for, as an expression; empty where provinces have their own."""
    targets = [t for p in book.provinces if (t := book.binding(indicator, p))]
    target = target_of(book, indicator)
    if target is None or any(own is not target for own in targets):
        return ""
    return living.condition(book, target, f"workbook.condition.{CONDITIONS[target.op]}")


def met_count(book: Book, indicator: str) -> str:
    """How many provinces meet their target, as an expression; empty without provinces."""
    return _count(book, indicator, "met", [row.province for row in province_rows(book, indicator)])


def emptied(book: Book, indicator: str) -> str:
    """How many provinces have a target no more, for it was emptied in the workbook, as an expression."""
    rows = [book.places[indicator, row.province] for row in province_rows(book, indicator)]
    first, last = (book.cell(INDICATORS, at, LETTER["target"]) for at in (rows[0], rows[-1]))
    return f"({_bound(book, indicator)}-COUNT({first}:{last.rpartition('!')[2]}))"


def _bound(book: Book, indicator: str) -> int:
    """How many provinces have a target as the catalogue says."""
    return sum(row.target is not None for row in province_rows(book, indicator))


def _question(book: Book, indicator: str) -> str:
    said, count = asked(book, indicator), len(province_rows(book, indicator))
    texts = {"label": book.label(indicator), "count": count}
    if not said:
        return ""
    none = quoted(book.say("workbook.question_none", label=texts["label"]))
    whole = living.spliced(book.say, "workbook.question", {"condition": said}, **texts)
    return f"=IF({emptied(book, indicator)}={_bound(book, indicator)},{none},{whole})"


def _answer(book: Book, indicator: str) -> str:
    """The sentence; empty where Excel could not hold it."""
    who, say = [row.province for row in province_rows(book, indicator)], book.say
    places = attainment.places(book)
    if not who or any((indicator, province) not in places for province in who):
        return ""
    met, missed = (_count(book, indicator, status, who) for status in ("met", "missed"))
    opening = {
        key: living.spliced(say, f"workbook.answer.{key}", {"met": met}, count=len(who))
        for key in ("yes", "no", "unknown", "nothing", "under_way")
    }
    lines = "&".join(_line(book, indicator, who[: at + 1], places) for at in range(len(who)))
    said = f"MID({lines},{len(_BETWEEN) + 1},{LONGEST})"
    if len(who) > NAMED:
        more = living.spliced(say, "workbook.answer.more", {"more": f"({missed}-{NAMED})"}, list="")
        said += f'&IF({missed}>{NAMED},{more},"")'
    listed = living.spliced(say, "workbook.answer.missed", {"list": said})
    first = f"IF({met}={len(who)},{opening['yes']},IF({missed}>0,{opening['no']},"
    late = _count(book, indicator, "under_way", who)
    first += f"IF({late}>0,{opening['under_way']},IF({met}>0,{opening['unknown']},{opening['nothing']}))))"
    rest = "".join(f"&{quoted(f' {part}')}" for part in standing(book, indicator))
    gone, none = emptied(book, indicator), quoted(say("workbook.answer.emptied"))
    some = living.spliced(say, "workbook.answer.some_emptied", {"gone": gone})
    first = f'IF({gone}={_bound(book, indicator)},{none},{first}&IF({gone}>0," "&{some},""))'
    formula = f'={first}&IF({missed}>0," "&{listed},""){rest}'
    return formula if len(formula) < LONGEST else ""


def _line(book: Book, indicator: str, who: list[str], places: dict[tuple[str, str], int]) -> str:
    """What is said of the last of these provinces, after a sign that parts it from one before it; of a few of many."""
    said = attainment.cell(book, places[indicator, who[-1]], "words")
    nothing = f'{said}=""'
    if len(who) > NAMED:
        nothing = f"OR({nothing},{_count(book, indicator, 'missed', who[:-1])}>={NAMED})"
    return f'IF({nothing},"",{quoted(_BETWEEN)}&{said})'


def _count(book: Book, indicator: str, status: str, who: list[str]) -> str:
    """How many of these provinces, whose rows stand below each other, have a status."""
    rows = [book.places[indicator, province] for province in who if (indicator, province) in book.places]
    if not rows:
        return ""
    first, last = (book.cell(INDICATORS, at, LETTER["status"]) for at in (rows[0], rows[-1]))
    word = quoted(status_word(book, status))
    return f"COUNTIF({first}:{last.rpartition('!')[2]},{word})"
