"""The sheet that explains a blank workbook: how it is filled in, what its colours mean, what it checks by itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from pipeline.catalogue.forms import PROVINCE, Key
from pipeline.report.period_text import period_text
from pipeline.report.templates.entries import message_of, worded
from pipeline.report.templates.formats import COMPUTED, DOUBTFUL, EMPTY, HEAD, WRONG, Formats
from pipeline.report.templates.wording import Wording
from pipeline.stamps import digest_of

_WIDTHS = (16, 46, 62)
_COLOURS = (("empty", EMPTY), ("computed", COMPUTED), ("wrong", WRONG), ("doubtful", DOUBTFUL))


@dataclass
class Guide:
    """The sheet while it is written; it holds texts alone, and in its last cell what they come to."""

    sheet: Worksheet
    words: Wording
    formats: Formats

    def __post_init__(self) -> None:
        """Begin at the first row, with nothing said."""
        self._row = 0
        self._said: list[str] = []

    def write(self, unit: str, forms: Mapping[str, str], choices: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Write all of it; ``forms`` are the sheets by their forms' ids. Returns where each key's choices stand."""
        say, title = self.words.say, self.formats(bold=True, font_size=14)
        self._line([say("templates.guide.title")], title)
        self._line([f"{unit} \u2013 {period_text(self.words.period, say)}"])
        self._contents(forms)
        self._part("steps")
        marks = {"mark": self.words.not_available, "absent": self.words.not_applicable}
        for number, step in enumerate(self._steps(forms), 1):
            self._wide(str(number), say(f"templates.guide.step.{step}", **marks))
        self._part("colours")
        for name, colour in _COLOURS:
            self._wide(say(f"templates.guide.colour.{name}"), say(f"templates.guide.means.{name}"), colour)
        self._rules(forms)
        places = self._choices(choices)
        version = say("templates.guide.version", version=self.words.version, period=self.words.period.id)
        self._line([version])
        self._line([say("templates.guide.digest", digest=digest_of([*self._said]))], self.formats(font_color="#808080"))
        self._page()
        return places

    def _steps(self, forms: Iterable[str]) -> list[str]:
        """What is to be said of how these forms are filled in."""
        models = [self.words.catalogue.forms[name] for name in forms]
        has_open = any(key.listed is None for form in models for key in form.row_keys)
        has_before = any(form.has_previous(measure) for form in models for measure in form.measures)
        steps = {"cells": True, "none": True, "rows": has_open, "before": has_before, "locked": True, "send": True}
        return [step for step, is_needed in steps.items() if is_needed]

    def _contents(self, forms: Mapping[str, str]) -> None:
        self._part("forms")
        for name, sheet in forms.items():
            title = self.words.fill(self.words.catalogue.forms[name].title.text(self.words.lang))
            link = self.formats(border=1, font_color="#1F4E79", underline=1)
            self.sheet.write_url(self._row, 0, f"internal:'{sheet}'!A1", link, sheet)
            self._wide("", title, said=sheet)

    def _rules(self, forms: Mapping[str, str]) -> None:
        """What is checked while typing, then what only all forms together show."""
        catalogue = self.words.catalogue
        models = [(sheet, catalogue.forms[name]) for name, sheet in forms.items()]
        rules = [(sheet, form, rule) for sheet, form in models for rule in form.rules]
        if rules:
            self._part("rules")
        for sheet, form, rule in rules:
            self._three(sheet, worded(rule, form, self.words), message_of(rule, form, self.words))
        checks = [c for c in catalogue.checks if {t.name.partition(".")[0] for t in c.expression.terms} <= set(forms)]
        if checks:
            self._part("checks")
        for check in checks:
            text = self.words.fill(check.message.text(self.words.lang)) if check.message else check.check
            self._wide("", text)

    def _choices(self, choices: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Lists to choose from, each text in a cell of its own; where they stand."""
        places = {}
        for key, names in choices.items():
            self._part("choices")
            first = self._row
            for name in names:
                self._wide("", name)
            area = xl_range_abs(first, 1, self._row - 1, 1)
            places[key] = f"='{self.sheet.get_name()}'!{area}"
        return places

    def _part(self, name: str) -> None:
        self._row += 1
        self._line([self.words.say(f"templates.guide.part.{name}")], self.formats(bold=True, bg_color=HEAD))

    def _line(self, texts: Sequence[str], look: Format | None = None) -> None:
        look = look or self.formats()
        for column in range(len(_WIDTHS)):
            text = texts[column] if column < len(texts) else ""
            self._write(column, text, look)
        self._row += 1

    def _wide(self, name: str, text: str, colour: str = "", said: str = "") -> None:
        """A name, and a text over the other columns."""
        if said:
            self._said.append(said)
        else:
            fill = {"bg_color": colour} if colour else {}
            self._write(0, name, self.formats(border=1, align="center", **fill))
        self._said.append(text)
        look = self.formats(border=1, text_wrap=True)
        self.sheet.merge_range(self._row, 1, self._row, len(_WIDTHS) - 1, "", look)
        self.sheet.write_string(self._row, 1, text, look)
        self._high(len(text), sum(_WIDTHS[1:]))
        self._row += 1

    def _three(self, *texts: str) -> None:
        look = self.formats(border=1, text_wrap=True)
        for column, text in enumerate(texts):
            self._write(column, text, look)
        self._high(max(len(texts[1]) * _WIDTHS[2] // _WIDTHS[1], len(texts[2])), _WIDTHS[2])
        self._row += 1

    def _high(self, letters: int, width: int) -> None:
        self.sheet.set_row(self._row, 17 * max(1, ceil(letters / width)))

    def _write(self, column: int, text: str, look: Format) -> None:
        if text:
            self._said.append(text)
            self.sheet.write_string(self._row, column, text, look)
        else:
            self.sheet.write_blank(self._row, column, None, look)

    def _page(self) -> None:
        for column, width in enumerate(_WIDTHS):
            self.sheet.set_column(column, column, width)
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self.sheet.set_footer("&R&8&P / &N")
        self.sheet.protect("", {"format_columns": True, "format_rows": True})


def choices_of(key: Key, words: Wording) -> list[str]:
    """The names that a key can be: the members that the form lists, or the provinces; none of an open key."""
    if key.listed is not None:
        return [words.fill(member.name.text(words.lang)) for member in key.listed]
    if key.key == PROVINCE:
        ids = words.catalogue.members_on(words.period)
        return [words.catalogue.province_label(i).text(words.lang) for i in ids]
    return []
