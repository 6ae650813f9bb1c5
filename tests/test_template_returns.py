"""Blank workbooks that come back: filled in by a program, pasted over, converted, made from an older version."""

import random
import shutil

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

import pipeline
from pipeline import run
from pipeline.catalogue import load_catalogue
from pipeline.model import Places
from pipeline.periods import Period
from tests.books import Desk, found, only
from tests.fill import Filler

SHIPPED, GERMAN, INSURANCE = (
    "schemas",
    "tests/catalogues/german-police-2013/schemas",
    "tests/catalogues/health-insurance/schemas",
)


class Office:
    """A folder of inputs, a catalogue, and the blank workbooks of a period, filled in by a program."""

    def __init__(self, folder, schemas, period, lang="vi"):
        self.folder, self.period = folder, Period.parse(period)
        shutil.copytree(schemas, folder / "schemas")
        (folder / "inputs").mkdir(exist_ok=True)
        self.places = Places(folder / "inputs", folder / "outputs", folder / "schemas")
        self.catalogue = load_catalogue(folder / "schemas")
        blank, *_ = run.templates(self.period, "", self.places, lang)
        filler = Filler(self.catalogue, self.period, self.places, random.Random(3), lang)  # noqa: S311  no secret
        self.filled = {}
        for path in sorted(blank.glob("*.xlsx")):
            owner = path.stem.removesuffix(f"-{period}")
            owner = owner if owner in self.catalogue.members_on(self.period) else ""
            self.filled[path.name] = filler.fill(path, self.inputs / path.name, owner)

    @property
    def inputs(self):
        return self.folder / "inputs" / self.period.id

    def check(self, **options):
        places = {name: self.folder / name for name in ("inputs", "outputs", "schemas")}
        return pipeline.check(self.period.id, **places, lang="en", **options)

    def alone(self, folder, name="thanh-hoa-2025-H1.xlsx"):
        """A desk with this catalogue and one of the workbooks, to be spoiled."""
        desk = Desk(folder, self.period.id)
        shutil.copytree(self.folder / "schemas", folder / "schemas")
        desk.inputs.mkdir(parents=True)
        shutil.copy(self.inputs / name, desk.inputs / name)
        return desk, desk.inputs / name


@pytest.fixture(scope="module")
def office_of_cluster(repo, tmp_path_factory):
    """The cluster's own catalogue, nothing known of earlier periods."""
    return Office(tmp_path_factory.mktemp("cluster"), repo / SHIPPED, "2025-H1", "vi")


def differing(result, filled):
    """What was typed and is not what was read."""
    at = zip(*(result.observations[name] for name in ("file", "sheet", "cell", "value")), strict=True)
    read = {(file, sheet, cell): value for file, sheet, cell, value in at}
    typed = {(file, *place[1:]): value for file, own in filled.items() for place, value in own.typed.items()}
    assert typed
    return {place: value for place, value in typed.items() if read.get(place) != pytest.approx(value)}


@pytest.mark.parametrize(
    ("schemas", "period", "lang"),
    [
        pytest.param(SHIPPED, "2025-Q1", "en", marks=pytest.mark.slow),
        (GERMAN, "2014", "en"),
        (INSURANCE, "2014-09", "vi"),
    ],
    ids=["cluster", "german", "insurance"],
)
def test_a_template_that_a_program_filled_in_is_accepted_without_a_finding(repo, tmp_path, schemas, period, lang):
    office = Office(tmp_path, repo / schemas, period, lang)
    result = office.check()
    assert found(result, but=()) == []
    assert set(result.submissions["status"]) == {"accepted"}
    assert differing(result, office.filled) == {}


@pytest.mark.slow
def test_with_last_year_s_figures_in_it_too(repo, tmp_path):
    """They are compared with what was reported then, and so is this year; what was doubtful then was told then."""
    shutil.copytree(repo / "inputs", tmp_path / "inputs")
    office = Office(tmp_path, repo / SHIPPED, "2025")
    result = office.check()
    assert found(result, but=()) == []
    assert set(result.submissions["status"]) == {"accepted"}
    assert differing(result, office.filled) == {}


def test_the_cluster_s_own_is_accepted(office_of_cluster):
    result = office_of_cluster.check()
    assert found(result, but=()) == []
    assert differing(result, office_of_cluster.filled) == {}


def broken(rule, table, offset, sheet):
    """Cell -> number, of which one rule does not hold in a line, and every other one does."""
    draw = random.Random(rule.id)  # noqa: S311  no secret
    places = {term: address(table.at(*at)) for term, at in table.places(offset).items()}
    stated = {term: sheet[cell].value for term, cell in places.items()}
    stated = {t: np.array([v if isinstance(v, int | float) else np.nan]) for t, v in stated.items()}
    before = {o.id for o in table.form.rules if not _holds(o, stated)}  # of a list, whose rules share its cells
    for _ in range(5000):
        drawn = {term: np.array([float(draw.randint(0, 1000))]) for term in rule.expression.terms}
        if {o.id for o in table.form.rules if not _holds(o, stated | drawn)} - before == {rule.id}:
            return {places[term]: int(number[0]) for term, number in drawn.items()}
    raise AssertionError(rule.id)


def _holds(rule, numbers):
    result = rule.expression.evaluate(numbers)
    return not result.known[0] or bool(result.values[0])


def address(cell):
    return f"{get_column_letter(cell[1] + 1)}{cell[0] + 1}"


def test_with_each_rule_broken_once_the_finding_names_that_cell(office_of_cluster, tmp_path):
    """Each in a line, or a list's cells, of its own."""
    desk, path = office_of_cluster.alone(tmp_path)
    book = openpyxl.load_workbook(path)
    wanted, touched = {}, set()
    for name, (sheet, table) in office_of_cluster.filled[path.name].tables.items():
        for number, rule in enumerate(table.form.rules):
            offset = table.members[0 if table.form.layout == "list" else number]
            cells = broken(rule, table, offset, book[sheet])
            assert not touched & {(sheet, cell) for cell in cells}
            touched |= {(sheet, cell) for cell in cells}
            for cell, value in cells.items():
                book[sheet][cell].value = value
            wanted[name, rule.id] = address(table.at(*table.places(offset)[rule.expression.terms[0]]))
    book.save(path)
    result = desk.check()
    own = {rule for _, rule in wanted}
    told = [((f.form, f.rule), f.cell) for f in result.findings.itertuples() if f.rule in own]
    assert dict(told) == wanted
    assert len(told) == len(wanted) == sum(len(form.rules) for form in office_of_cluster.catalogue.forms.values())


@pytest.mark.parametrize(
    ("sheet", "change", "rule", "cell"),
    [
        ("Biểu 01", {"D11": lambda v: v + 1}, "social_order_cases_agree", "D10"),
        ("Biểu 02", {"D9": lambda v: v - 1}, "social_order_cleared_agree", "F10"),
        ("Biểu 01", {"D21": lambda v: v + 5000}, "corruption_within_economic", "D21"),
        ("Biểu 03", {"D10": lambda _: -4}, "negative_count", "D10"),
        ("Biểu 03", {"F11": lambda _: 2.5}, "fractional_count", "F11"),
        ("Biểu 04", {"D14": lambda _: "nhiều"}, "not_a_number", "D14"),
        ("Biểu 04", {"D14": lambda _: None}, "blank_cell", "D14"),
        ("Biểu 03", {"D9": lambda _: 3}, "total_mismatch", "D9"),
    ],
)
def test_what_no_form_alone_shows_and_what_its_kinds_refuse_is_told_at_its_cell(
    office_of_cluster, tmp_path, sheet, change, rule, cell
):
    desk, path = office_of_cluster.alone(tmp_path)
    book = openpyxl.load_workbook(path)
    for place, new in change.items():
        book[sheet][place].value = new(book[sheet][place].value)
    book.save(path)
    assert only(desk.check([path]), rule)["cell"] == cell


# What becomes of the file


def same_as_sent(desk, path, filled, *, but=()):
    """Whatever became of the file, every number is read; what was found but for what is expected."""
    result = desk.check([path])
    numbers = sorted(value for value in result.observations["value"] if value == value)  # noqa: PLR0124  NaN
    assert [n for n in numbers if n >= 20] == pytest.approx(sorted(v for v in filled.typed.values() if v >= 20))
    return found(result, but=but)


def test_one_that_is_pasted_over_is_still_read(office_of_cluster, tmp_path):
    """Values alone, in another place of sheets of other names, with nothing that the template had beside them."""
    desk, path = office_of_cluster.alone(tmp_path)
    book, plain = openpyxl.load_workbook(path), openpyxl.Workbook()
    plain.remove(plain.active)
    for sheet in book.worksheets[1:]:
        copy = plain.create_sheet(f"Số liệu {sheet.title[-2:]}")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and cell.data_type != "f":
                    copy.cell(cell.row + 2, cell.column + 1, cell.value)
    plain.save(path)
    own = office_of_cluster.filled[path.name]
    told = same_as_sent(desk, path, own, but={"blank_cell", "period_assumed"})
    assert [severity for severity, _, _ in told if severity == "error"] == []


def test_one_whose_guide_stamp_and_locks_are_gone_is_still_read(office_of_cluster, tmp_path):
    desk, path = office_of_cluster.alone(tmp_path)
    book = openpyxl.load_workbook(path)
    book.remove(book.worksheets[0])
    for sheet in book:
        sheet.protection.disable()
        sheet.data_validations.dataValidation.clear()
        sheet.defined_names.clear()
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.value = None
    book.save(path)
    told = same_as_sent(desk, path, office_of_cluster.filled[path.name])
    assert {rule for _, rule, _ in told} <= {"blank_cell", "key_column_guessed"}  # totals without a number


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_one_that_another_program_saved_is_accepted_without_a_finding(office_of_cluster, tmp_path, office, suffix):
    desk, path = office_of_cluster.alone(tmp_path / "desk")
    saved = office.convert(path, tmp_path, suffix)
    path.unlink()
    shutil.copy(saved, desk.inputs / saved.name)
    told = same_as_sent(desk, desk.inputs / saved.name, office_of_cluster.filled[path.name])
    assert told == ([] if suffix != "xls" else told)
    assert [severity for severity, _, _ in told if severity != "info"] == []


# Which version it is


def older(office, folder, form, change):
    """What is found of versions where a form's file reads otherwise by now."""
    desk, path = office.alone(folder)
    file = folder / "schemas" / "forms" / f"{form}.yaml"
    text = file.read_text("utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change), "utf-8")
    result = desk.check([path])
    rows = result.findings[result.findings["rule"] == "older_template"]
    return rows[["severity", "province", "form", "sheet"]].to_numpy().tolist(), rows


def test_a_form_that_changed_since_is_said_to_be_an_older_one(office_of_cluster, tmp_path):
    told, rows = older(office_of_cluster, tmp_path, "fire", ("Số vụ cháy, en: Fires", "Tổng số vụ cháy, en: Fires"))
    assert told == [["info", "thanh-hoa", "fire", "Biểu 04"]]
    assert "filled into an older blank form (version " in rows["message"].iloc[0]


def test_a_further_name_of_a_column_makes_no_form_an_older_one(office_of_cluster, tmp_path):
    told, _ = older(office_of_cluster, tmp_path, "fire", ("[Vụ cháy, Cháy,", "[Vụ cháy, Đám cháy, Cháy,"))
    assert told == []


def test_the_template_of_another_period_is_said_to_be_an_older_one(office_of_cluster, tmp_path):
    desk, path = office_of_cluster.alone(tmp_path)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:]:
        sheet["A4"].value = "Kỳ báo cáo: 6 tháng đầu năm 2026"
    desk = Desk(tmp_path, "2026-H1")
    desk.inputs.mkdir(parents=True)
    book.save(desk.inputs / path.name)
    result = desk.check([desk.inputs / path.name])
    rows = result.findings[result.findings["rule"] == "older_template"]
    [told] = rows.itertuples()
    assert (told.severity, told.sheet) == ("info", "")
    assert "the blank forms of 2025-H1, not of 2026-H1 (Biểu 01, Biểu 02, " in told.message


@pytest.mark.parametrize(
    "text",
    [
        '"fire 2025-H1"',
        '"fire 2025-H1 abcdefghijklmnop 0912345678123456"',
        '"sea 2024 abcdefghijklmnop abcdefghijklmnop"',
        "#REF!",
        f'"{"x" * 5000}"',
        "'Biểu 04'!$A$1",
    ],
)
def test_a_name_of_ours_that_says_something_else_says_nothing(office_of_cluster, tmp_path, text):
    desk, path = office_of_cluster.alone(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Biểu 04"].defined_names["pipeline_template"].attr_text = text
    book.save(path)
    assert "older_template" not in set(desk.check([path]).findings["rule"])


def test_the_marked_copy_of_one_has_all_that_it_had_and_is_read_again(office_of_cluster, tmp_path):
    desk, path = office_of_cluster.alone(tmp_path)
    book = openpyxl.load_workbook(path)
    right = book["Biểu 03"]["D10"].value
    book["Biểu 03"]["D10"].value = -3
    book.save(path)
    desk.check()
    [returned] = (tmp_path / "outputs" / "2025-H1" / "check" / "returns").iterdir()
    marked = openpyxl.load_workbook(returned)
    assert marked["Biểu 03"].protection.sheet
    assert len(marked["Biểu 03"].data_validations.dataValidation) == 6
    marked["Biểu 03"]["D10"].value = right
    marked.save(path)
    assert found(desk.check([path]), but=()) == [("info", "returned_list", "")]


# The sheet that explains


def guide_findings(office, folder, change):
    desk, path = office.alone(folder)
    book = openpyxl.load_workbook(path)
    change(book["Hướng dẫn"])
    book.save(path)
    return found(desk.check([path]), but=())


def test_what_is_written_into_the_guide_is_said_to_be_read_by_nobody(office_of_cluster, tmp_path):
    def note(sheet):
        sheet["A80"].value = "Đề nghị sửa ô D9 biểu 03 thành 12, số liệu tạm tính"

    assert guide_findings(office_of_cluster, tmp_path, note) == [("info", "sheet_without_form", "")]


def test_a_form_that_was_pasted_over_the_guide_is_a_form(office_of_cluster, tmp_path):
    desk, path = office_of_cluster.alone(tmp_path)
    book = openpyxl.load_workbook(path)
    form = book["Biểu 07"]
    guide = book["Hướng dẫn"]
    guide.delete_rows(1, guide.max_row)
    for merged in list(guide.merged_cells.ranges):
        guide.merged_cells.remove(merged)
    for row in form.iter_rows():
        for cell in row:
            if cell.value is not None:
                guide.cell(cell.row, cell.column).value = cell.value
    book.remove(form)
    book.save(path)
    result = desk.check([path])
    assert not (result.findings["rule"] == "missing_form").any()
    assert set(result.observations["sheet"]) >= {"Hướng dẫn"}
