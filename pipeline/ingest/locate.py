"""Which sheet of a workbook holds which form: by the sheet's name, the form's number or its title, and its columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.ingest.contents import Contents
from pipeline.ingest.parts import address
from pipeline.ingest.reader import Sheet
from pipeline.ingest.regions import cut
from pipeline.ingest.titles import NUMBER, TITLE, TITLE_WITHIN, Mark, Titles, title_lines
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import Finding, Place, Said, Severity
from pipeline.text import tidy


@dataclass
class Located:
    """Form id -> sheet, and what was doubtful about it."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def locate(file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> Located:
    """Find each form's sheet. Two sheets that could be the same form are an error, and neither is read."""
    filled = [sheet for sheet in sheets if any(cell != "" for row in sheet.rows for cell in row)]
    search = _Search(file, filled, vocabulary)
    search.look(deep=False)
    search.settle()
    if search.unsettled and search.look(deep=True):
        search.settle()
    search.report(sheets)
    return search.located


class _Search:
    """The search for the forms of one workbook."""

    def __init__(self, file: str, sheets: list[Sheet], vocabulary: Vocabulary) -> None:
        self._file, self._sheets, self._vocabulary = file, {sheet.name: sheet for sheet in sheets}, vocabulary
        self._titles, self._contents = Titles(vocabulary), Contents(vocabulary)
        self._marks: dict[str, dict[str, list[Mark]]] = {name: {} for name in self._sheets}
        self._named = {
            sheet.name: {form: names.of_sheet(sheet.called) for form, names in self._titles.forms.items()}
            for sheet in sheets
        }
        self._views: dict[tuple[str, str], Sheet] = {}  # of sheets with several forms: (sheet, form) -> its part
        self._split: set[str] = set()
        self.located = Located()
        self._taken: set[str] = set()
        self._doubtful: set[str] = set()

    @property
    def unsettled(self) -> set[str]:
        """Forms that no sheet is known to hold."""
        return set(self._titles.forms) - set(self.located.sheets) - self._doubtful

    def look(self, *, deep: bool) -> bool:
        """Note which cells name which form; returns whether any does."""
        found = False
        for name, sheet in self._sheets.items():
            lines = title_lines(sheet, deep=deep)
            for form in self.unsettled if deep else self._titles.forms:
                marks = list(self._titles.forms[form].marks(lines))
                found = found or bool(marks)
                if marks:
                    self._marks[name].setdefault(form, []).extend(marks)
            self._cut(name)
        return found

    def _cut(self, name: str) -> None:
        """Give a sheet that names several forms, each above its own columns, a view for each of them."""
        strong = {form: [m for m in marks if m.score >= NUMBER] for form, marks in self._marks[name].items()}
        firsts = {form: min(marks) for form, marks in strong.items() if marks}
        # A sheet that is named after a form may hold another one too, which alone has its title above it.
        named = [form for form, score in self._named[name].items() if score >= NUMBER and form not in firsts]
        if firsts and len(named) == 1:
            firsts[named[0]] = Mark(0, 0, NUMBER, name)
        if len({mark[:2] for mark in firsts.values()}) < max(len(firsts), 2):
            return
        views = cut(self._sheets[name], firsts)
        holding = {form: view for form, view in views.items() if self._contents.has_header(form, view)}
        # A further look that finds nothing more leaves the forms that were found on the sheet where they are.
        if len(holding) > 1 and holding.keys() != {form for sheet, form in self._views if sheet == name}:
            self._views.update({(name, form): view for form, view in holding.items()})
            self._split.add(name)
            if self.located.sheets:  # one of its forms was found before the other's title was
                again = {f for f, s in self.located.sheets.items() if s.name == name}
                self.located.sheets = {f: s for f, s in self.located.sheets.items() if f not in again}
                self._taken.discard(name)

    def settle(self) -> None:
        """Give every form that is not settled its sheet."""
        scores = {form: self._scores(form) for form in self.unsettled}
        order = [form for form in self._titles.forms if form in scores]
        for form in sorted(order, key=lambda f: -max(scores[f].values(), default=0)):
            own = {
                name: score
                for name, score in scores[form].items()
                if ((name, form) in self._views or name not in self._taken | self._split)
                and not self._is_better_for_another(name, form, score)
            }
            best = self._best(form, own)
            if len(best) > 1:
                self._tell_doubt(form, best)
            elif best:
                self.located.sheets[form] = self._view(best[0], form)
                self._taken.add(best[0])

    def _scores(self, form: str) -> dict[str, int]:
        """Sheet -> how surely it is said to hold a form; sheets of which nothing says so are left out."""
        found = {}
        for name in self._sheets:
            marks = self._marks[name].get(form, ())
            score = max([self._named[name][form], *(m.score for m in marks)])
            if score:
                found[name] = score
        return found

    def _is_better_for_another(self, name: str, form: str, score: int) -> bool:
        if (name, form) in self._views:
            return False
        others = (named for other, named in self._named[name].items() if other != form)
        marked = (m.score for other, marks in self._marks[name].items() if other != form for m in marks)
        return max([*others, *marked], default=0) > score

    def _view(self, name: str, form: str) -> Sheet:
        return self._views.get((name, form), self._sheets[name])

    def _best(self, form: str, scores: Mapping[str, int]) -> list[str]:
        """The sheet that holds a form; several where more than one could; none where none does.

        A sheet that only names the form, or holds none of its columns or no number, stands back behind one that does.
        """
        sole = next(iter(scores)) if len(scores) == 1 else None
        if sole is not None and scores[sole] >= TITLE and len(self._marks[sole]) <= 1:
            return [sole]
        quality = {name: self._contents.quality(form, self._view(name, form)) for name in scores}
        scores = {n: s for n, s in scores.items() if quality[n] or (s >= NUMBER and len(self._marks[n]) <= 1)}
        best = max((quality[name] for name in scores), default=0)
        among = [name for name in scores if quality[name] == best]
        most = max((scores[name] for name in among), default=0)
        # What a number, a title or a sheet's name says is equally strong where the columns are the form's.
        return [n for n in among if scores[n] == most or (best and scores[n] > TITLE_WITHIN)]

    def _tell_doubt(self, form: str, names: list[str]) -> None:
        """Several sheets could be the form, or each holds a part of it."""
        parts = self._contents.are_parts(form, [self._view(name, form) for name in names])
        title = self._vocabulary.catalogue.forms[form].title
        hidden = [name for name in names if self._sheets[name].hidden]
        said = Said("locate.hidden", {"sheets": hidden}) if hidden else ""
        params = {"form": title, "sheets": names, "hidden": said}
        self._find("split_form" if parts else "ambiguous_form", "error", names[0], params, form)
        self._taken.update(names)
        self._doubtful.add(form)

    def report(self, sheets: Iterable[Sheet]) -> None:
        """Say which sheets hold no form, and which of those look like one."""
        for form, sheet in self.located.sheets.items():
            self._tell_weak_title(form, sheet)
        for sheet in sheets:
            if sheet.name in self._sheets and sheet.name not in self._taken:
                alike = [f for f in self._titles.forms if self._contents.is_filled(f, sheet)]
                if alike:
                    titles = [self._vocabulary.catalogue.forms[form].title for form in alike]
                    self._find("sheet_like_form", "warning", sheet.name, {"forms": titles})
                else:
                    self._find("sheet_without_form", "info", sheet.name)

    def _tell_weak_title(self, form: str, sheet: Sheet) -> None:
        """A title with other words around it may be that of another table."""
        marks = self._marks[sheet.name].get(form, [])
        if self._scores(form).get(sheet.name) != TITLE_WITHIN or not marks:
            return
        mark = marks[0]
        words = [w for w in self._titles.forms[form].without_titles(mark.text) if not any(map(str.isdigit, w))]
        if any(word not in self._titles.usual for word in words):
            title = self._vocabulary.catalogue.forms[form].title
            cell, text = address(mark.row, mark.column), tidy(sheet.text(mark.row, mark.column))
            place = Place(self._file, sheet.name, cell)
            finding = Finding("form_guessed", "warning", place, form=form, value=text, params={"form": title})
            self.located.findings.append(finding)

    def _find(
        self, rule: str, severity: Severity, sheet: str, params: Mapping[str, object] = {}, form: str = ""
    ) -> None:
        self.located.findings.append(Finding(rule, severity, Place(self._file, sheet), form=form, params=params))
