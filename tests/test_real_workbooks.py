"""Workbooks that were made for other eyes, consolidated by a catalogue folder alone: the published rates come out."""

import random
from pathlib import Path

import openpyxl
import pytest
import yaml
from python_calamine import CalamineWorkbook

import pipeline

ROOT = Path(__file__).resolve().parent.parent

GERMAN, INSURANCE = "german-police-2013", "health-insurance"
WHOLE = "Bund echte Zählung der Tatverdächtigen"


@pytest.fixture(scope="module")
def german(repo, tmp_path_factory):
    """The consolidation of the German table, and its rows as published."""
    folder = repo / "tests" / "catalogues" / GERMAN
    outputs = tmp_path_factory.mktemp("german")
    places = {"inputs": folder / "inputs", "schemas": folder / "schemas", "outputs": outputs}
    [file] = (folder / "inputs" / "2013").iterdir()
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_name("Tab01-2013_LÜ").to_python()
    return pipeline.check("2013", **places, lang="en"), rows


def columns_of(rows):
    """The columns of the published table by what they are."""
    names = {"key": "Schl", "offence": "Straftat", "state": "Bundesland", "cases": "erfasste", "rate": "AQ"}
    header = [" ".join(str(text).split()) for text in rows[0]]
    return {name: next(i for i, text in enumerate(header) if word in text) for name, word in names.items()}


@pytest.mark.slow
def test_the_17_published_clearance_rates_of_all_offences_are_reproduced(german):
    result, rows = german
    at = columns_of(rows)
    published = {row[at["state"]]: row[at["rate"]] for row in rows[1:] if row[at["key"]] == "------"}
    names = {p["name"]["de"]: p["id"] for p in _yaml(GERMAN, "provinces")} | {WHOLE: ""}
    assert len(published) == len(names) == 17
    found = result.indicators[result.indicators["indicator"] == "clearance_rate"].set_index("province")["value"]
    assert {name: round(100 * found[province], 1) for name, province in names.items()} == published


@pytest.mark.slow
def test_every_number_of_the_german_table_is_observed_and_no_total_is(german):
    result, rows = german
    at = columns_of(rows)
    offences = [row for row in rows[1:] if row[at["state"]]]
    states = [row for row in offences if row[at["state"]] != WHOLE]
    seen = result.observations
    assert len(states) < len(offences)
    assert len(seen) == 4 * len(states)
    assert seen["province"].ne("").all()
    cases = seen[seen["measure"] == "cases"]["value"].sum()
    assert cases == sum(row[at["cases"]] for row in states)


@pytest.mark.slow
def test_what_is_found_about_the_german_table_is_true(german):
    result, rows = german
    told = result.findings[["severity", "rule", "cell", "value"]].to_records(index=False).tolist()
    header = rows[0]
    for severity, rule, cell, value in told:
        if rule == "unknown_column":  # columns that the catalogue leaves out
            assert " ".join(str(header[ord(cell[0]) - ord("A")]).split()) == value
        else:
            assert (severity, rule, cell) == ("info", "sheet_without_form", "")  # the hidden macro sheet
    assert [rule for _, rule, _, _ in told].count("unknown_column") == 5
    assert result.complete


def _yaml(name, file):
    return yaml.safe_load((ROOT / "tests" / "catalogues" / name / "schemas" / f"{file}.yaml").read_text("utf-8"))


def drawn(seed=1):
    """The look-alike's figures: name, code, fund, left, fund to date, spent; amounts of twelve digits and more."""
    draw = random.Random(seed)  # noqa: S311  the same choices each time
    rows = []
    for province in _yaml(INSURANCE, "provinces"):
        fund = draw.randint(300_000_000_000, 999_999_999_999)
        to_date = round(fund * draw.uniform(0.88, 0.94), 2)
        spent = round(to_date * draw.uniform(0.85, 1.12), 2)
        name = province.get("also", [province["name"]["vi"]])[0]
        code = province["code"] if province["code"].startswith("0") else int(province["code"])
        rows.append([code, name, fund, round(to_date - spent, 2), to_date, spent])
    return rows


def write_look_alike(path, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Worksheet"
    sums = [round(sum(row[i] for row in rows), 2) for i in (2, 3, 4, 5)]
    sheet["A1"] = "B01. Sử dụng dự toán chi KCB tại các tỉnh, TP"
    for row in (
        ["ma_tinh", "tu_thang", "den_thang", "nam"],
        ["00", 1, 11, 2023],
        [],
        ["Mã tỉnh", "Tên tỉnh", "Mã vùng", "Sử dụng dự toán tại CSYT", *[None] * 4, "Đã giảm trừ*", None, "ARV *"],
        [
            *([None] * 3),
            "Nguồn trong năm",
            "____ Còn lại *",
            "Nguồn (đến tháng TK)",
            "Chi KCB",
            "TL sử dụng (đến tháng TK)",
            "Tiền (tỷ)",
            "Tỉ lệ (%)",
        ],
        *(
            [code, name, 1, *figures, rate_of(figures), 0.5, 0.2, 7]
            for code, name, *figures in [["00", "Toàn quốc", *sums], *rows]
        ),
    ):
        sheet.append(row)
    for area in ("A1:K1", "A5:A6", "C5:C6", "D5:H5", "I5:J5", "K5:K6"):
        sheet.merge_cells(area)
    book.create_sheet("Worksheet 1")
    path.parent.mkdir(parents=True)
    book.save(path)


def rate_of(figures):
    """The published rate: 100 x spent / fund to date, at two decimals."""
    return round(100 * figures[3] / figures[2], 2)


@pytest.fixture(scope="module")
def insurance(repo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("insurance")
    rows = drawn()
    write_look_alike(folder / "inputs" / "2023-11M" / "b01-2023.xlsx", rows)
    schemas = repo / "tests" / "catalogues" / INSURANCE / "schemas"
    result = pipeline.check(
        "2023-11M", inputs=folder / "inputs", schemas=schemas, outputs=folder / "outputs", lang="en"
    )
    return result, rows


def test_the_64_rates_of_a_table_of_provinces_are_reproduced(insurance):
    result, rows = insurance
    found = result.indicators.set_index("province")["value"]
    provinces = [province["id"] for province in _yaml(INSURANCE, "provinces")]
    sums = [round(sum(row[i] for row in rows), 2) for i in (2, 3, 4, 5)]
    published = [rate_of(row[2:]) for row in rows] + [rate_of(sums)]
    assert len(published) == 64
    assert [round(100 * found[province], 2) for province in [*provinces, ""]] == published


def test_amounts_of_twelve_digits_are_no_personal_data_and_the_total_is_not_stored(insurance):
    result, rows = insurance
    assert "personal_data" not in set(result.findings["rule"])
    assert result.observations["province"].nunique() == len(result.observations) / 5 == 63
    amounts = result.observations[result.observations["measure"] == "spent"]["value"]
    assert amounts.tolist() == [row[5] for row in rows]


def test_only_the_columns_that_the_catalogue_leaves_out_are_told(insurance):
    result, _ = insurance
    told = set(zip(result.findings["severity"], result.findings["rule"], result.findings["cell"], strict=True))
    assert told == {("warning", "unknown_column", cell) for cell in ("C5", "I6", "J6", "K5")}
    assert result.complete
