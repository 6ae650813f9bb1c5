"""The sheets that follow a choice: what LibreOffice computes after another choice is what the frames hold."""

import itertools
import math
import shutil

import openpyxl
import pandas as pd
import pytest

from pipeline.catalogue import load_catalogue
from pipeline.messages import Messages
from pipeline.periods import Period

NO_VALUE = "–"
SLOTS = "BCDEF"
pytestmark = pytest.mark.slow
# The sheet of chosen provinces: rows of what is compared.
ROWS = {
    "value": 10, "numerator": 11, "denominator": 12, "low": 13, "high": 14, "target": 16, "gap": 17, "previous": 19,
    "change": 20, "rank": 21,
}  # fmt: skip
SIGN, STATUS, RANKS, NOTE = 15, 18, 22, 23
INDICATOR, PERIOD, WHO = "B6", "B7", 9
FIVE = ("quang-binh", "", "-", "ha-tinh", "thanh-hoa")
# indicator, period, provinces of the five places, the province of the page
CHOICES = {
    "untouched": None,
    "share": ("report_resolution_rate", "2024", FIVE, "ninh-binh"),
    "count": ("gang_cases", "2024", ("nghe-an", "ninh-binh", "", "-", "-"), "nghe-an"),
    "rate": ("crime_rate", "2024", FIVE, "ha-tinh"),
    "change": ("crime_change", 2024, FIVE, "quang-binh"),
    "before": ("clearance_rate", 2023, FIVE, "ninh-binh"),
    "oldest": ("clearance_rate", "2022", FIVE, "ninh-binh"),
    "nobody": ("clearance_rate", "2024", ("-", "-", "-", None, "-"), None),
    "nothing": (None, None, FIVE, None),
}
# In English a few are enough: the formulas differ in words only.
FEW = ("untouched", "share", "before", "nobody")


class Names:
    """How a language calls sheets, indicators and provinces."""

    def __init__(self, lang, catalogue):
        self.say, self.lang, self.catalogue = Messages(lang), lang, catalogue
        self.compare, self.profile = (self.say(f"workbook.sheet.{key}") for key in ("compare", "profile"))

    def province(self, name):
        if name in {"-", None}:
            return name
        return self.catalogue.province_label(name).text(self.lang) if name else self.say("workbook.cluster")

    def indicator(self, name):
        return name and self.catalogue.indicators[name].label.text(self.lang)


class Chosen:
    """Workbooks of one consolidation after choices, computed anew by LibreOffice."""

    def __init__(self, path, names, office, tmp):
        self.path, self.names = path, names
        book = openpyxl.load_workbook(path)
        for key in ("sources", "charts", "reconciliation"):  # nothing rests on them
            del book[names.say(f"workbook.sheet.{key}")]
        wanted = FEW if names.lang == "en" else tuple(CHOICES)
        copies = [self._copy(book, name, tmp) for name in wanted]
        done = [openpyxl.load_workbook(one, data_only=True) for one in office.recalculate_all(copies, tmp)]
        self.books = dict(zip(wanted, done, strict=True))

    def among(self, *names):
        """Those of some choices that were made in this language, with what was chosen."""
        return [(name, CHOICES[name]) for name in names if name in self.books]

    def _copy(self, book, name, tmp):
        copy = tmp / f"{name}.xlsx"
        if CHOICES[name] is None:
            return shutil.copy(self.path, copy)
        indicator, period, provinces, page = CHOICES[name]
        sheet = book[self.names.compare]
        sheet[INDICATOR], sheet[PERIOD] = self.names.indicator(indicator), period
        for letter, province in zip(SLOTS, provinces, strict=True):
            sheet[f"{letter}{WHO}"] = self.names.province(province)
        book[self.names.profile]["B6"] = self.names.province(page)
        book.save(copy)
        return copy

    def compared(self, name):
        """The table as columns of numbers by the place's number."""
        sheet = self.books[name][self.names.compare]
        return [{what: sheet[f"{letter}{row}"].value for what, row in ROWS.items()} for letter in SLOTS]

    def line(self, name, indicator):
        """The page's cells of an indicator."""
        sheet, label = self.books[name][self.names.profile], self.names.indicator(indicator)
        (row,) = [row for row in sheet.iter_rows(max_col=9) if row[0].value == label]
        return [cell.value for cell in row[1:]]


def recalculated(path, office, tmp):
    return openpyxl.load_workbook(office.recalculate(path, tmp), data_only=True)


@pytest.fixture(scope="module")
def catalogue(repo):
    return load_catalogue(repo / "schemas")


@pytest.fixture(scope="module", params=["vi", "en"])
def chosen(request, catalogue, office, tmp_path_factory):
    made = request.getfixturevalue("consolidated" if request.param == "vi" else "consolidated_en")
    names = Names(request.param, catalogue)
    return Chosen(made.folder / "consolidated.xlsx", names, office, tmp_path_factory.mktemp(f"chosen-{request.param}"))


@pytest.fixture(scope="module")
def frame(consolidated, catalogue):
    """What the sheets are to show: of a change no further change, which would be read as the change itself.

    By how much a count changed is a number: from 0 there is no share, and one of two less is no "-50 %".
    """
    shown = consolidated.consolidation.indicators.set_index(["indicator", "province"])
    kinds = shown.index.get_level_values("indicator").map(lambda indicator: catalogue.indicators[indicator].kind)
    change = shown["change"].mask(kinds == "change").mask(kinds == "total", shown["value"] - shown["previous"])
    return shown.assign(change=change)


def marked(value):
    return NO_VALUE if pd.isna(value) else pytest.approx(value)


def differences(path, new, sheets):
    """Formulas of some sheets whose cached value is not what was computed anew; and how many formulas there are."""
    old, written = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    cells = [c for name in sheets for row in written[name].iter_rows() for c in row if c.data_type == "f"]
    pairs = {(c.parent.title, c.coordinate): (old[c.parent.title][c.coordinate].value, c) for c in cells}
    found = {at: (value, new[at[0]][at[1]].value, cell.value) for at, (value, cell) in pairs.items()}
    return {at: all_ for at, all_ in found.items() if not same(*all_[:2])}, len(found)


def same(one, other):
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) if numbers else (one or "") == (other or "")


def faults(book, names):
    """Cells of the two sheets that show an error."""
    sheets = (book[names.compare], book[names.profile])
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    return [(cell.coordinate, cell.value) for cell in cells if cell.data_type == "e" or str(cell.value).startswith("#")]


def test_what_is_cached_is_what_a_recalculation_gives(chosen):
    sheets = (chosen.names.compare, chosen.names.profile)
    different, count = differences(chosen.path, chosen.books["untouched"], sheets)
    assert different == {}
    assert count > 250


def places(chosen, *wanted):
    """Choice, indicator, period, letter of the column, province and its numbers: one for each place that is taken."""
    for name, (indicator, period, provinces, _) in chosen.among(*wanted):
        for letter, province, shown in zip(SLOTS, provinces, chosen.compared(name), strict=True):
            if province not in {"-", None}:
                yield name, indicator, period, letter, province, shown


def between(compared, indicator, province):
    """The range of ranks that the intervals allow; empty where there are none."""
    best, worst = compared.loc[(indicator, province), ["rank_best", "rank_worst"]]
    return "" if math.isnan(best) else f"{best:g}" if best == worst else f"{best:g}\u2013{worst:g}"


def test_the_table_shows_what_the_frame_has_of_the_chosen(chosen, frame, catalogue, consolidated):
    say = chosen.names.say
    compared = consolidated.consolidation.tables["comparison"].set_index(["indicator", "province"])
    for name, indicator, _, letter, province, shown in places(chosen, "share", "count", "rate", "change"):
        sheet = chosen.books[name][chosen.names.compare]
        row = frame.loc[(indicator, province)]
        assert shown == {what: marked(row[what]) for what in ROWS}, province
        assert sheet[f"{letter}{STATUS}"].value == say(f"workbook.status.{row.status}")
        assert sheet[f"{letter}{RANKS}"].value == (between(compared, indicator, province) or NO_VALUE)
        target = catalogue.targets_of(indicator, Period.parse("2024"), province)[0]
        assert sheet[f"{letter}{SIGN}"].value == ({">=": "≥", "<=": "≤"}[target.op] if target else NO_VALUE)


def test_of_an_earlier_period_the_table_shows_the_value_alone(chosen, consolidated):
    trends = consolidated.consolidation.tables["trends"].set_index(["indicator", "province", "period"])["value"]
    for _, indicator, period, _, province, shown in places(chosen, "before", "oldest"):
        value = pytest.approx(trends[(indicator, province, str(period))])
        assert shown == dict.fromkeys(ROWS, NO_VALUE) | {"value": value}


def test_nobody_chosen_leaves_blanks_and_nothing_chosen_says_so(chosen):
    assert all(not value for shown in chosen.compared("nobody") for value in shown.values())
    assert not chosen.compared("share")[2]["value"]
    for name, _ in chosen.among("nothing"):
        assert chosen.compared(name)[0] == dict.fromkeys(ROWS, NO_VALUE)


def test_no_choice_leads_to_an_error(chosen):
    assert {name: faults(book, chosen.names) for name, book in chosen.books.items()} == {
        name: [] for name in chosen.books
    }


def test_the_page_shows_what_the_frames_have_of_the_chosen_province(chosen, frame, consolidated):
    attained = consolidated.consolidation.tables["attainment"]
    binding = attained[attained.role == "binding"].set_index(["indicator", "province"])
    compared = consolidated.consolidation.tables["comparison"].set_index(["indicator", "province"])
    indicators = list(dict.fromkeys(binding.index.get_level_values(0)))
    assert len(indicators) == 18
    choices = chosen.among("share", "count", "rate", "change")
    for (name, (*_, province)), indicator in itertools.product(choices, indicators):
        row, say = frame.loc[(indicator, province)], chosen.names.say
        value, _, target, gap, status, change, rank, needed = chosen.line(name, indicator)
        wanted = [marked(row[what]) for what in ("value", "target", "gap", "change")]
        assert [value, target, gap, change] == wanted, indicator
        assert needed == marked(binding.loc[(indicator, province)].needed)
        doubt = say("workbook.overview.doubtful_mark") if row.reason else ""
        assert status == say(f"workbook.status.{row.status}") + doubt
        ranks = frame.loc[indicator]["rank"]
        allowed = compared.loc[(indicator, province)] if (indicator, province) in compared.index else {}
        best, worst = (allowed.get(name, math.nan) for name in ("rank_best", "rank_worst"))
        between = "" if math.isnan(best) else f" ({best:g})" if best == worst else f" ({best:g}\u2013{worst:g})"
        assert rank == f"{ranks[province]:g} / {ranks.notna().sum()}{between}"


def test_the_page_says_what_came_and_how_many_targets_are_met(chosen, frame, consolidated):
    for name, (*_, province) in chosen.among("share", "count", "rate", "change"):
        sent = consolidated.consolidation.submissions.set_index("province").loc[province]
        sheet = chosen.books[name][chosen.names.profile]
        assert sheet["B7"].value == chosen.names.say(f"workbook.submission.{sent.status}")
        assert sheet["B8"].value == f"{sent.forms_accepted} / {sent.forms_expected}"
        assert (sheet["G7"].value, sheet["G8"].value) == (sent.errors, sent.warnings)
        statuses = frame.xs(province, level="province")["status"].tolist()
        assert sheet["B9"].value == f"{statuses.count('met')} / {statuses.count('met') + statuses.count('missed')}"


def test_the_trend_on_the_page_is_the_chosen_provinces(chosen, consolidated):
    sheet = chosen.books["share"][chosen.names.profile]
    trends = consolidated.consolidation.tables["trends"].set_index(["indicator", "province"])
    own = trends.loc[("clearance_rate", "ninh-binh")]["value"].tolist()
    columns = [[cell.value for cell in column] for column in sheet.iter_cols(min_col=12)]
    held = columns[1]
    at = held.index(chosen.names.province("ninh-binh"))
    assert held[at + 2 : at + 5] == pytest.approx(own)


def test_each_sheet_is_one_page_and_lists_what_can_be_chosen(chosen, catalogue):
    book, names = openpyxl.load_workbook(chosen.path), chosen.names
    page, compare = book[names.profile], book[names.compare]
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("portrait", 9)
    for sheet in (page, compare):
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # Nothing said of a page's height or width is 1.
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, None)
    offered = {}
    for sheet in (page, compare):
        for rule in sheet.data_validations.dataValidation:
            assert (rule.type, rule.showErrorMessage) == ("list", True)
            cells = [cell.value for row in sheet[rule.formula1.replace("$", "")] for cell in row]
            offered |= {(sheet.title, str(rule.sqref).split()[0]): cells}
    members = [names.province(p) for p in catalogue.members_on(Period.parse("2024"))]
    assert offered[(names.profile, "B6")] == members
    assert offered[(names.compare, f"D{WHO}")] == ["-", *members, names.province("")]
    assert offered[(names.compare, PERIOD)] == ["2024", "2023", "2022"]
    assert offered[(names.compare, INDICATOR)] == [names.indicator(name) for name in catalogue.indicators]
    assert [compare[f"{letter}{WHO}"].value for letter in SLOTS] == [*members[:2], "-", "-", "-"]


def small(repo, tmp, *, without=(), **changes):
    """Consolidate 2024 alone with other schemas: texts of files replaced; some inputs left out."""
    import pipeline

    shutil.copytree(repo / "schemas", tmp / "schemas")
    shutil.copytree(repo / "inputs" / "2024", tmp / "inputs" / "2024")
    for name in without:
        (tmp / "inputs" / "2024" / name).unlink()
    for name, (old, new) in changes.items():
        path = tmp / "schemas" / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    pipeline.consolidate("2024", inputs=tmp / "inputs", outputs=tmp / "out", schemas=tmp / "schemas")
    return tmp / "out" / "2024" / "consolidated.xlsx"


def test_a_province_that_sent_nothing_has_marks_and_no_errors(repo, office, catalogue, tmp_path):
    names = Names("vi", catalogue)
    path = small(repo, tmp_path, without=["ninh-binh-2024.xlsx"])
    book = openpyxl.load_workbook(path)
    assert book[names.compare][f"C{WHO}"].value == "Ninh Bình"
    book[names.profile]["B6"] = "Ninh Bình"
    book.save(tmp_path / "ninh-binh.xlsx")
    done = office.recalculate_all([path, tmp_path / "ninh-binh.xlsx"], tmp_path)
    untouched, new = (openpyxl.load_workbook(one, data_only=True) for one in done)
    assert differences(path, untouched, (names.compare, names.profile))[0] == {}
    assert faults(new, names) == []
    assert [new[names.compare][f"C{row}"].value for what, row in ROWS.items() if what != "target"] == [NO_VALUE] * 9
    assert new[names.profile]["B7"].value == Messages("vi")("workbook.submission.missing")
    assert new[names.profile]["B9"].value == "0 / 0"


def test_one_province_alone_without_a_trend_and_with_a_label_twice(repo, office, catalogue, tmp_path):
    names = Names("vi", catalogue)
    five = "provinces: [thanh-hoa, ninh-binh, nghe-an, ha-tinh, quang-binh]\n    leader"
    twice = [catalogue.indicators[name].label.text("vi") for name in ("death_change", "accident_change")]
    alone, labels = (five, "provinces: [thanh-hoa]\n    leader"), tuple(f"vi: {label}" for label in twice)
    path = small(repo, tmp_path, catalogue=alone, indicators=labels)
    new = recalculated(path, office, tmp_path)
    different, count = differences(path, new, (names.compare, names.profile))
    assert (different, faults(new, names)) == ({}, [])
    assert count > 200
    assert [new[names.compare][f"{letter}{WHO}"].value for letter in SLOTS] == ["Thanh Hóa", *["-"] * 4]
    frame = pd.read_parquet(path.parent / "indicators.parquet").set_index(["indicator", "province"])["value"]
    shown = [row[1].value for row in new[names.profile].iter_rows(max_col=2) if row[0].value == twice[1]]
    assert shown == pytest.approx([frame[(name, "thanh-hoa")] for name in ("accident_change", "death_change")])
    offered = [row[0].value for row in new[names.compare].iter_rows(min_col=14, max_col=14)]
    assert twice[1] not in offered
    assert names.indicator("injury_change") in offered
