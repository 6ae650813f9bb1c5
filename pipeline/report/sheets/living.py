"""Sentences as formulas: the same words as in `words`, which follow when a target is edited."""

from typing import NamedTuple

from pipeline.catalogue.models import Target
from pipeline.messages import Messages
from pipeline.report import theme
from pipeline.report.sheets.book import Book
from pipeline.report.sheets.formulas import if_given, quoted

_PART = "\0"
_THOUSAND, _MILLION = 1e3, 1e6


class Sentence(NamedTuple):
    """A text of the workbook: a formula (empty: none) and what it comes to."""

    formula: str
    text: str


def spliced(say: Messages, key: str, parts: dict[str, str], **texts: object) -> str:
    """A message as an expression of a formula; ``parts`` are expressions, ``texts`` what is as it is.

    >>> spliced(Messages("en"), "workbook.answer.yes", {"count": "A1"})
    '"Yes: all "&A1&" provinces are."'
    """
    pieces = say(key, **texts, **{name: f"{_PART}{name}{_PART}" for name in parts}).split(_PART)
    said = (parts[piece] if number % 2 else quoted(piece) for number, piece in enumerate(pieces) if number % 2 or piece)
    return "&".join(said)


def number_words(say: Messages, value: str, decimals: str, *, below: float = 1e9) -> str:
    """A number as its language writes it; TEXT would write it as the computer is set.

    ``value`` and ``decimals`` are expressions. ``below`` is what the number stays under: 10^3, 10^6 or 10^9; the less,
    the shorter is the formula.
    """
    comma, point = (quoted(say.number(1234.5)[at]) for at in (1, 5))
    # A half that arithmetic left a hair short of it is a half (`Messages.number`); LibreOffice alone says otherwise.
    whole = f"ROUND(ROUND(ABS({value})*10^({decimals}),10),0)"
    units = f"INT({whole}/10^({decimals}))"
    last = f'RIGHT("00"&MOD({units},1000),3)'
    grouped = units
    if below > _THOUSAND:
        grouped = f"IF({units}>=1000,INT({units}/1000)&{comma}&{last},{units})"
    if below > _MILLION:
        millions = f'INT({units}/10^6)&{comma}&RIGHT("00"&MOD(INT({units}/1000),1000),3)&{comma}&{last}'
        grouped = f"IF({units}>=10^6,{millions},{grouped})"
    zeros = f'REPT("0",{decimals})'
    rest = f'IF(({decimals})=0,"",{point}&RIGHT({zeros}&MOD({whole},10^({decimals})),{decimals}))'
    return f'IF(AND(({value})<0,{whole}>0),"-","")&{grouped}&{rest}'


def share_words(say: Messages, value: str, decimals: str) -> str:
    """A share, or a change to ten thousand times as much, as a percentage; both are expressions."""
    sign = say.percent(0, 0).removeprefix("0")
    return f"{number_words(say, f'100*{value}', decimals, below=_MILLION)}&{quoted(sign)}"


def value_words(book: Book, kind: str, value: str) -> str:
    """A value as `words.value_words` has it: no decimals where they say nothing."""
    style = theme.value_style(kind)
    if style == "percent":
        return share_words(book.say, value, f"IF(ABS(100*{value}-ROUND(100*{value},0))<1E-9,0,2)")
    decimals = f"IF(MOD({value},1)=0,0,1)" if style == "rate" else "0"
    return number_words(book.say, value, decimals)


def telling(gap: str) -> str:
    """How many decimals tell that a difference of shares is not nought, as `Messages.telling`."""
    return f"IF({gap}=0,2,MAX(2,MIN(8,ROUNDUP(-LOG10(200*ABS({gap})),0))))"


def condition(book: Book, target: Target, key: str) -> str:
    """What a target asks for, by the name that its value has in the workbook; ``key`` is the condition's message."""
    name = next(name for known, name in book.targets if known is target)
    said = spliced(book.say, key, {"value": value_words(book, book.model(target.indicator).kind, name)})
    return if_given(name, said, quoted(book.say("workbook.condition.none")))
