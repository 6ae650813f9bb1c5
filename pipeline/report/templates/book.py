"""One blank workbook for each province, and one for the forms that cover the whole cluster."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from pipeline.catalogue.forms import Form
from pipeline.model import Known, Lang
from pipeline.platforms import safe_name
from pipeline.progress import SILENT, Progress
from pipeline.report.period_text import period_text
from pipeline.report.templates.formats import Formats
from pipeline.report.templates.guide import Guide, choices_of
from pipeline.report.templates.lines import lines_of
from pipeline.report.templates.sheet import FormSheet
from pipeline.report.templates.wording import Wording
from pipeline.stamps import NAME

if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue
    from pipeline.periods import Period

_TIME = datetime(2000, 1, 1)  # noqa: DTZ001  no clock: the same catalogue gives the same bytes
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NOTHING = Known()

# By province (empty: the whole cluster) and form.
Knowledge = Mapping[tuple[str, str], Known]


def write_templates(  # noqa: PLR0913  what is written, where, from what, and who watches
    catalogue: "Catalogue",
    period: "Period",
    folder: Path,
    lang: Lang,
    provinces: Sequence[str],
    known: Knowledge,
    *,
    progress: Progress = SILENT,
) -> list[Path]:
    """Write one workbook for each province, and one for the whole cluster when all its members are asked for.

    What is ``known`` of a form is filled in: the rows of its open key, last year's figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = Wording(catalogue, period, lang)
    cluster = catalogue.cluster_on(period)
    name = (cluster.name.text(lang) or cluster.id) if cluster else ""
    written = []
    for province in provinces if catalogue.expected_forms else ():
        own = {form: known.get((province, form), _NOTHING) for form in catalogue.expected_forms}
        path = folder / f"{safe_name(province)}-{period.id}.xlsx"
        progress.begun(path.name)
        _Book(path, words, catalogue.province_label(province).text(lang)).write(own, name)
        written.append(path)
        progress.done(path.name)
    if cluster and catalogue.cluster_forms and set(cluster.provinces) <= set(provinces):
        own = {form: known.get(("", form), _NOTHING) for form in catalogue.cluster_forms}
        path = folder / f"cluster-{period.id}.xlsx"
        _Book(path, words, name).write(own, "")
        written.append(path)
    return written


class _Book:
    """A workbook of some forms for one reporting unit."""

    def __init__(self, path: Path, words: Wording, unit: str) -> None:
        self._book = Workbook(path, _OPTIONS)
        self._words, self._unit = words, unit
        self._formats = Formats(self._book)

    def write(self, known: Mapping[str, Known], recipient: str) -> None:
        """Write the sheet that explains, then each form's, with what is known of it and the version that it is."""
        words, book = self._words, self._book
        book.set_properties({"created": _TIME, "title": f"{self._unit}, {period_text(words.period, words.say)}"})
        guide = book.add_worksheet(words.say("templates.guide.sheet"))
        names: dict[str, str] = {}
        for name in known:
            names[name] = _sheet_name(words.catalogue.forms[name], words, [guide.get_name(), *names.values()])
        choices = {
            key: options
            for name, own in known.items()
            for key, options in _open_choices(words.catalogue.forms[name], own, words).items()
        }
        sheets = {name: book.add_worksheet(sheet) for name, sheet in names.items()}
        places = Guide(guide, words, self._formats).write(self._unit, names, choices)
        for name, own in known.items():
            form = words.catalogue.forms[name]
            FormSheet(sheets[name], name, form, words, self._formats).write(self._unit, recipient, own, places)
            book.define_name(f"'{names[name]}'!{NAME}", f'="{words.stamp(name).text}"')
        book.close()


def _open_choices(form: Form, known: Known, words: Wording) -> dict[str, list[str]]:
    """By key the names of those that are listed and still to be chosen in some line."""
    if form.layout == "list":
        return {}
    lines = [line for line in lines_of(form, words, known.rows) if line.is_member]
    return {
        key.key: options
        for place, key in enumerate(form.rows)
        if (options := choices_of(key, words)) and any(not line.ids[place] for line in lines)
    }


def _sheet_name(form: Form, words: Wording, taken: Iterable[str]) -> str:
    text = words.say("templates.sheet", number=form.number) if form.number else form.title.text(words.lang)
    name = base = _FORBIDDEN.sub(" ", words.fill(text)).strip(" '")[:31] or "1"
    used = [other.casefold() for other in taken]
    while name.casefold() in used:
        name = f"{base[:27]} {len(used) + 1}"
    return name
