"""What a blank workbook lets be typed: one definition of each rule, checked by Excel while typing and by us later."""

import random
import re

import numpy as np
import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from pipeline import run
from pipeline.catalogue import load_catalogue
from pipeline.expressions import Expression, Term
from pipeline.model import Known, Places
from pipeline.periods import Period
from pipeline.report.templates import write_templates
from pipeline.report.templates.cells import Table
from pipeline.report.templates.entries import conditions_of
from pipeline.report.templates.lines import columns_of, lines_of
from pipeline.report.templates.wording import Wording
from tests.books import write_catalogue

PERIOD = Period.parse("2025-H1")
CATALOGUES = ["schemas", "tests/catalogues/german-police-2013/schemas", "tests/catalogues/health-insurance/schemas"]
# What no cell of a form can be judged by alone: what two forms must say alike, or rows of one column.
ACROSS = {"social_order_cases_agree", "social_order_cleared_agree", "corruption_within_economic"}

RULES = """
    title: Rules of all kinds
    rows: [{key: place, members: [{id: a}, {id: b}]}]
    columns:
      n: {kind: count, previous: {}}
      m: {kind: count}
      debt: {kind: amount, signed: true}
      part: {kind: percent}
      rate: {kind: rate, equals: n / m}
      note: {kind: text}
    rules:
      - {id: chained, check: 0 < n <= m <= 1234567, severity: error}
      - {id: either, check: n > 0 or m + 2 == 2 and debt < 0.5}
      - {id: share, check: debt / n >= part}
      - {id: turned, check: "abs(-debt) != n - (m - 1) * 2", message: "={year} is wrong"}
      - {id: last_year, check: n.previous <= n}
"""


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """A catalogue with rules of all kinds over one form, and its blank workbook."""
    folder = tmp_path_factory.mktemp("rules")
    catalogue = load_catalogue(write_catalogue(folder / "schemas", {"f": RULES}))
    [path] = write_templates(catalogue, PERIOD, folder, "en", ["north"], {})
    return catalogue, path


def tables(catalogue, forms, lang="vi"):
    """Each form's table as a blank workbook has it that knows nothing of earlier periods."""
    words = Wording(catalogue, PERIOD, lang)
    for name in forms:
        form = catalogue.forms[name]
        columns = columns_of(form, words)
        top = 5 + max(len(column.path) for column in columns) + 1
        yield name, Table(form, columns, lines_of(form, words, ()), top, Known())


def address(cell):
    return f"{get_column_letter(cell[1] + 1)}{cell[0] + 1}"


def validations(sheet):
    """Cell -> the formula that validates it, as it reads there."""
    found = {}
    for validation in sheet.data_validations.dataValidation:
        cells = list(cells_of(validation.sqref))
        for cell in cells:
            assert cell not in found, "a cell has one validation"
            if validation.type == "custom":
                found[cell] = Translator(f"={validation.formula1}", cells[0]).translate_formula(cell)[1:]
    return found


def cells_of(areas):
    for area in areas.ranges:
        yield from (f"{get_column_letter(column)}{row}" for row, column in area.cells)


def looks(sheet):
    """(Formula, cells) of each look that depends on what is typed."""
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            yield rule.formula[0], list(cells_of(area.sqref))


@pytest.mark.parametrize("where", CATALOGUES)
def test_each_rule_is_in_the_validation_of_each_cell_that_it_is_about(repo, tmp_path, where):
    catalogue = load_catalogue(repo / where)
    members = catalogue.members_on(PERIOD)
    written = write_templates(catalogue, PERIOD, tmp_path, "vi", members, {})
    path, forms = (written[0], catalogue.expected_forms) if catalogue.expected_forms else (
        written[-1], catalogue.cluster_forms
    )  # fmt: skip
    assert _one_to_one(path, tables(catalogue, forms)) == sum(len(catalogue.forms[f].rules) for f in forms)
    assert {check.id for check in catalogue.checks} == (ACROSS if where == "schemas" else set())


def test_rules_of_all_kinds_are_in_validations(forms):
    catalogue, path = forms
    assert _one_to_one(path, tables(catalogue, ["f"], "en"), may_lack=True) == 5


def _one_to_one(path, all_tables, *, may_lack=False):
    """Compare the validations with the rules; how many rules there are."""
    book = openpyxl.load_workbook(path)
    rules = set()
    for (name, table), sheet in zip(all_tables, book.worksheets[1:], strict=True):
        typed = {(o, i) for o in table.members for i in table.measured if table.is_entry(o, i)}
        numbers = {address(table.at(*at)): at for at in typed if table.measure(*at).is_number}
        found = validations(sheet)
        assert found.keys() == numbers.keys()
        wanted = {cell: set() for cell in found}
        for offset in table.members[: 1 if table.form.layout == "list" else None]:
            for condition in conditions_of(table, offset):
                for cell in map(address, condition.cells):
                    wanted.get(cell, set()).add(condition.formula)
                rules.add((name, condition.rule.id))
        for cell, formula in found.items():
            assert len(formula) <= 255
            held = {part for part in wanted[cell] if part in formula}
            assert formula.count("COUNT(") == len(held), (name, cell)
            for part in wanted[cell] - held:  # Excel takes no longer formula there; the cell's look has it all the same
                assert may_lack, (name, cell)
                assert len(formula) + len(part) > 250
        shown = [(formula, set(cells)) for formula, cells in looks(sheet)]
        first = conditions_of(table, table.members[0])
        for condition in first:
            cells = next(cells for formula, cells in shown if formula == f"NOT({condition.formula})")
            assert set(map(address, condition.cells)) <= cells
    return len(rules)


def test_what_is_a_doubt_may_be_kept_and_what_is_an_error_may_not(forms):
    sheet = openpyxl.load_workbook(forms[1]).worksheets[1]
    styles = {}
    for validation in sheet.data_validations.dataValidation:
        header = sheet.cell(6, sheet[str(validation.sqref).split(":")[0]].column).value
        styles[header] = validation.errorStyle or "stop", validation.error
    assert {name: style for name, (style, _) in styles.items()} == {
        "n": "warning", None: "warning", "m": "stop", "debt": "warning", "part": "warning",
    }  # fmt: skip
    assert styles["m"][1].startswith("This cell takes a whole number, not negative. It must be so that: 0 < n ≤ m")
    assert styles["part"][1].endswith("It must be so that: debt ÷ n ≥ part.")


def test_a_cell_of_no_rule_refuses_what_its_kind_cannot_be(tmp_path):
    form = """
        title: Kinds
        rows: [{key: place, members: [{id: a}]}]
        columns: {n: {}, debt: {kind: amount, signed: true}, part: {kind: percent}, pace: {kind: rate}}
        rules: [{id: debt_below, check: debt < 5, severity: error}]
    """
    catalogue = load_catalogue(write_catalogue(tmp_path / "schemas", {"f": form}))
    [path] = write_templates(catalogue, PERIOD, tmp_path, "vi", ["north"], {})
    [*found] = openpyxl.load_workbook(path).worksheets[1].data_validations.dataValidation
    assert [v.errorStyle or "stop" for v in found] == ["stop"] * 4
    assert all(len(v.error) <= 255 and len(v.errorTitle) <= 32 for v in found)
    assert not any(v.allowBlank for v in found), "with it Excel takes anything beside a cell that is still blank"
    assert "INT(" in found[0].formula1
    assert "INT(" not in found[1].formula1
    assert ">=0" not in found[1].formula1


NUMBERS = [0.0, 1.0, 2.0, 3.0, 0.5, 0.1 + 0.2, 0.3, -2.0, 1234567.0, 1234568.0, None, "..."]


def test_libreoffice_and_we_judge_alike_whatever_is_typed(office, tmp_path):
    """Each rule's formula over numbers, blanks and marks says what the rule says of the same figures."""
    catalogue = load_catalogue(write_catalogue(tmp_path / "schemas", {"f": RULES}))
    rules = [rule.expression for rule in catalogue.forms["f"].rules] + [
        Expression("n / m == debt / part"),
        Expression("(n > 1) == (m > 1)"),
    ]
    names = sorted({term.name for rule in rules for term in rule.terms})
    draw = random.Random(7)  # noqa: S311  no secret
    rows = [[draw.choice(NUMBERS) for _ in names] for _ in range(400)]
    book = openpyxl.Workbook()
    for row, values in enumerate(rows, 1):
        cells = {Term(name): f"{get_column_letter(i)}{row}" for i, name in enumerate(names, 1)}
        for column, value in enumerate(values, 1):
            book.active.cell(row, column, value)
        for at, rule in enumerate(rules, len(names) + 1):
            book.active.cell(row, at, f"={rule.formula(cells)}")
    book.save(tmp_path / "rules.xlsx")
    done = openpyxl.load_workbook(office.recalculate(tmp_path / "rules.xlsx", tmp_path), data_only=True).active
    columns = {
        Term(name): np.array([v if isinstance(v, float) else np.nan for v in own])
        for name, own in zip(names, zip(*rows, strict=True), strict=True)
    }
    for at, rule in enumerate(rules, len(names) + 1):
        result = rule.evaluate(columns)
        wanted = np.where(result.known, result.values, True).astype(bool).tolist()
        assert [bool(done.cell(row, at).value) for row in range(1, len(rows) + 1)] == wanted, rule.text
        assert len(set(wanted)) == 2


TYPED = [0, 7, 2.5, -1, -2.5, "...", "x", "nhiều", "-", "12", "|", ""]
HELD = {
    "n": [0, 7, "...", "x", ""],
    "debt": [0, 7, 2.5, -1, -2.5, "...", "x", ""],
    "part": [0, 7, 2.5, "...", "x", ""],
}


def test_what_a_kind_takes_is_what_it_can_be(office, tmp_path):
    form = """
        title: Kinds
        rows: [{key: place, members: [{id: a}]}]
        columns: {n: {}, debt: {kind: amount, signed: true}, part: {kind: percent}}
    """
    catalogue = load_catalogue(write_catalogue(tmp_path / "schemas", {"f": form}))
    [path] = write_templates(catalogue, PERIOD, tmp_path, "vi", ["north"], {})
    sheet = openpyxl.load_workbook(path).worksheets[1]
    book = openpyxl.Workbook()
    for column, (cell, formula) in enumerate(validations(sheet).items(), 2):
        for row, value in enumerate(TYPED, 1):
            book.active.cell(row, 1, None if value == "" else value)
            book.active.cell(row, column, "=" + formula.replace(f"${cell}", f"$A{row}"))
    book.save(tmp_path / "kinds.xlsx")
    done = openpyxl.load_workbook(office.recalculate(tmp_path / "kinds.xlsx", tmp_path), data_only=True).active
    for column, held in enumerate(HELD.values(), 2):
        assert [value for row, value in enumerate(TYPED, 1) if done.cell(row, column).value] == held


def test_names_are_chosen_from_a_list_where_a_row_is_to_be_named(repo, tmp_path):
    catalogue = load_catalogue(repo / CATALOGUES[1])
    [path] = write_templates(catalogue, PERIOD, tmp_path, "en", catalogue.members_on(PERIOD), {})
    book = openpyxl.load_workbook(path)
    [choice] = [v for v in book.worksheets[1].data_validations.dataValidation if v.type == "list"]
    sheet, area = re.fullmatch(r"'(.+)'!(.+)", choice.formula1).groups()
    names = [cell.value for row in book[sheet][area.replace("$", "")] for cell in row]
    assert names == [catalogue.provinces[p].label.text("en") for p in catalogue.members_on(PERIOD)]
    first = book.worksheets[1][str(choice.sqref).split(":")[0]]
    assert (first.value, first.protection.locked) == (None, False)


def test_labels_and_formulas_are_locked_without_a_password_and_entries_are_not(repo, tmp_path):
    catalogue = load_catalogue(repo / "schemas")
    known = {("ha-tinh", "traffic"): Known(before={("", "road", "accidents"): 41.0})}
    [path] = write_templates(catalogue, PERIOD, tmp_path, "vi", ["ha-tinh"], known)
    book = openpyxl.load_workbook(path)
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book)
    assert not any(sheet.protection.formatColumns for sheet in book), "columns may be made wider"
    sheet = book["Biểu 03"]
    [before] = [c for row in sheet.iter_rows() for c in row if c.value == 41]
    typed = sheet.cell(before.row, before.column - 1)
    below = sheet.cell(before.row + 1, before.column)
    assert (before.protection.locked, typed.protection.locked, below.protection.locked) == (True, False, False)
    formulas = [c for own in book for row in own.iter_rows() for c in row if c.data_type == "f"]
    assert formulas
    assert all(cell.protection.locked for cell in formulas)


@pytest.mark.slow
def test_run_templates_takes_last_year_s_figures_and_the_newest_rows(repo, tmp_path):
    places = Places(repo / "inputs", tmp_path / "outputs", repo / "schemas")
    folder, count, _ = run.templates(Period.parse("2025"), "nghe-an", places, "vi")
    assert count == 1
    book = openpyxl.load_workbook(folder / "nghe-an-2025.xlsx")
    [source] = (repo / "inputs" / "2024").glob("*Nghệ An*")
    figures = {c.value for s in openpyxl.load_workbook(source, data_only=True) for r in s.iter_rows() for c in r}
    before = [c.value for c in book["Biểu 01"]["E"][10:] if isinstance(c.value, int | float)]
    assert len(before) == 19
    assert set(before) - {0} <= figures
    assert "Thành phố Vinh" in {cell.value for cell in book["Biểu 02"]["B"]}
