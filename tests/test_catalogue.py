"""The catalogue is data: what it may leave out, how a broken one is refused, how a new form costs no Python."""

import datetime as dt
import shutil
import subprocess
import sys
import textwrap

import openpyxl
import pytest
import yaml

import pipeline
from pipeline.catalogue import load_catalogue
from pipeline.errors import CatalogueError
from pipeline.messages import Messages
from pipeline.periods import Period
from pipeline.usage import sentence_of
from tests.books import Desk, copy_samples, found, values, write_catalogue

FILES = {
    "catalogue": """
        name: {vi: Thử, en: Test}
        clusters:
          - {id: one, from: 2023-01-01, to: 2024-12-31, provinces: [north, south], leader: north}
        forms: [crime]
        """,
    "provinces": """
        - {id: north, code: "01", name: {vi: Bắc, en: North}, also: [Northland], to: 2024-12-31}
        - {id: south, code: "02", name: {vi: Nam, en: South}, population: [{value: 1000, at: 2024-04-01}]}
        - {id: north-2025, code: "01", name: {vi: Bắc, en: North}, from: 2025-01-01, formed_from: [north]}
        """,
    "indicators": """
        rate: {kind: percent, numerator: crime.cleared, denominator: crime.cases, rows: [social]}
        rise: {kind: change, numerator: crime.cases + crime.cleared}
        both: {kind: all_met, of: [rate, rise]}
        """,
    "targets": """
        - {indicator: rate, value: 0.8, op: ">=", from: 2024-01-01}
        - {indicator: rise, value: 0, op: "<"}
        """,
    "checks": """
        - {id: same, check: "sum(crime.cases, social) <= sum(crime.cases)", severity: warning}
        """,
}
CRIME = """
    title: Crime
    rows:
      - key: type
        header: Type
        members: [{id: theft, code: 1, label: Theft, group: social}, {id: gang, label: Gangs, part_of: total}]
    groups: {social: {label: Social}}
    columns:
      cases: {header: Cases, previous: {also: [Before]}}
      cleared: {header: Cleared}
      rate: {header: Rate, kind: percent, equals: cleared / cases}
    rules: [{id: within, check: cleared <= cases}]
    """


def catalogue(folder, **files):
    forms = {"crime": files.pop("crime", CRIME), **files.pop("forms", {})}
    return write_catalogue(folder / "schemas", forms, **(FILES | files))


def changed(name, old, new):
    text = CRIME if name == "crime" else FILES[name]
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    return {name: text.replace(old, new)}


def test_the_catalogue_that_the_broken_ones_are_made_from_is_whole(tmp_path):
    loaded = load_catalogue(catalogue(tmp_path))
    assert loaded.members_on(Period.parse("2024")) == ("north", "south")
    assert list(loaded.forms) == ["crime"]


C, P, F = "catalogue.yaml", "provinces.yaml", "forms/crime.yaml"
N, T, X = "indicators.yaml", "targets.yaml", "checks.yaml"


@pytest.mark.parametrize("broken", [
    # Keys
    ("catalogue", "leader: north", "leadr: north", C, "clusters.0.leadr", "not permitted"),
    ("catalogue", "forms: [crime]", "forms: [crime]\n        colour: red", C, "colour", "not permitted"),
    ("catalogue", "name: {vi: Thử, en: Test}", "", C, "name", "required"),
    ("catalogue", "forms: [crime]", "", C, "forms", "required"),
    ("catalogue", "provinces: [north, south], ", "", C, "clusters.0.provinces", "required"),
    ("catalogue", "provinces: [north, south]", "provinces: []", C, "clusters.0.provinces", "1 or more"),
    ("provinces", "id: south, ", "", P, "id", "required"),
    ("provinces", "population: [{value: 1000", "population: [{count: 2, value: 1000", P, "population", "not permitted"),
    ("provinces", "population: [{value: 1000, ", "population: [{", P, "population", "required"),
    ("crime", "title: Crime", "", F, "title", "required"),
    ("crime", "header: Cleared", "heading: Cleared", F, "columns.cleared.heading", "not permitted"),
    ("crime", "{id: theft, ", "{", F, "rows.0.members", "required"),
    ("crime", "id: within, ", "", F, "rules.0.id", "required"),
    ("indicators", "kind: change, ", "", N, "kind", "required"),
    ("indicators", ", numerator: crime.cases + crime.cleared", "", N, "rise.numerator", "kind change needs numerator"),
    ("indicators", ", denominator: crime.cases", "", N, "rate.denominator", "needs denominator"),
    ("indicators", ", of: [rate, rise]", "", N, "both.of", "needs of"),
    ("targets", 'value: 0.8, op: ">="', "value: 0.8", T, "op", "required"),
    ("targets", "value: 0.8, ", "", T, "value", "required"),
    ("checks", 'check: "sum(crime.cases, social) <= sum(crime.cases)", ', "", X, "check", "required"),
    # Types and words
    ("catalogue", "from: 2023-01-01", "from: 2023-02-30", C, "clusters.0.from", "'2023-02-30' is no date"),
    ("catalogue", "from: 2023-01-01", "from: last year", C, "from", "date"),
    ("catalogue", "forms: [crime]", "forms: {crime: 1}", C, "forms", ""),
    ("catalogue", "provinces: [north, south]", "provinces: north, south: 1", C, "", ""),
    ("provinces", "value: 1000", "value: many", P, "population", "number"),
    ("provinces", "value: 1000", "value: 0", P, "population", "greater than 0"),
    ("provinces", "id: south", "id: so/uth", P, "id", "pattern"),
    ("crime", "header: Cleared}", "kind: counts}", F, "columns.cleared.kind", "count"),
    ("crime", "header: Cleared}", "required: maybe}", F, "columns.cleared.required", "boolean"),
    ("crime", "header: Cleared}", "total: mean}", F, "columns.cleared.total", "sum"),
    ("crime", "      cleared: {", "      1st-column: {", F, "columns.1st-column", "pattern"),
    ("crime", "title: Crime", "title: Crime\n    layout: grid", F, "layout", "table"),
    ("crime", "header: Type", "header: Type\n        unlisted: keep", F, "rows.0.unlisted", "ignore"),
    ("crime", "check: cleared <= cases", "check: cleared <= cases, severity: fatal", F, "rules.0.severity", "error"),
    ("indicators", "kind: change", "kind: growth", N, "rise.kind", "change"),
    ("indicators", "kind: change", "kind: change, better: more", N, "better", "higher"),
    ("targets", 'op: "<"', 'op: "=="', T, "op", ">="),
    ("targets", "value: 0,", "value: none,", T, "value", "number"),
    # Ids and names that stand twice
    ("catalogue", "forms: [crime]", "forms: [crime]\n        forms: [crime]", C, "", "'forms' stands twice"),
    ("catalogue", "forms: [crime]", "forms: [crime, crime]", C, "forms", "stands twice"),
    ("catalogue", "provinces: [north, south]", "provinces: [north, south, north]", C, "clusters.one", "stands twice"),
    ("provinces", "id: south", "id: north", P, "north", "stands twice"),
    ("provinces", "vi: Nam, en: South", "vi: Nam, en: NORTHLAND", P, "south", "name of 'north' too"),
    ("crime", "id: gang", "id: theft", F, "theft", "stands twice"),
    ("crime", "label: Gangs", "label: theft", F, "gang", "name of 'theft' too"),
    ("crime", "label: Gangs", "label: Gangs, code: 01", F, "code.1", "twice"),
    ("crime", "label: Social", "label: Theft", F, "social", "theft"),
    ("crime", "header: Cleared", "header: cases", F, "columns.cleared", "cases"),
    ("crime", "header: Cleared", "header: Cleared, also: [BEFORE]", F, "columns.cases.previous", "columns.cleared"),
    ("crime", "header: Cleared", "header: Type", F, "columns.cleared", "type"),
    ("crime", "rules: [", "rules: [{id: within, check: cases >= 0}, ", F, "rules.within", "stands twice"),
    ("checks", "- {id: same", "- {id: same, check: crime.cases > 0}\n        - {id: same", X, "same", "stands twice"),
    ("indicators", "rise: {", "rate: {", N, "", "'rate' stands twice"),
    ("crime", "- key: type", "- {key: type, members: open}\n      - key: type", F, "rows.type", "stands twice"),
    # References
    ("catalogue", "forms: [crime]", "forms: [crime, fire]", C, "forms", "forms/fire.yaml"),
    ("catalogue", "provinces: [north, south]", "provinces: [north, west]", C, "clusters.one", "'west'"),
    ("catalogue", "leader: north", "leader: west", C, "clusters.one", "'west'"),
    ("catalogue", "leader: north", "leader: north-2025", C, "clusters.one", "'north-2025'"),
    ("catalogue", "to: 2024-12-31", "to: 2022-12-31", C, "clusters.one", "later"),
    ("catalogue", "forms: [crime]", "  - {id: two, from: 2024-12-31, provinces: [south]}\n        forms: [crime]",
     C, "clusters.two", "two clusters"),
    ("catalogue", "forms: [crime]", "  - {id: one, from: 2025-01-01, provinces: [south]}\n        forms: [crime]",
     C, "clusters.one", "twice"),
    ("provinces", "formed_from: [north]", "formed_from: [west]", P, "north-2025.formed_from", "'west'"),
    ("provinces", "to: 2024-12-31", "from: 2024-01-01, to: 2023-12-31", P, "north", "later"),
    ("crime", "group: social", "group: economic", F, "theft.group", "'economic'"),
    ("crime", "part_of: total", "part_of: murder", F, "gang.part_of", "'murder'"),
    ("crime", "part_of: total", "part_of: gang", F, "gang.part_of", "itself"),
    ("crime", "    groups:", "    totals: {over: month}\n    groups:", F, "totals.over", "'month'"),
    ("crime", "    columns:", "    layout: list\n    columns:", F, "rows", "list"),
    ("crime", "members: [{id: theft", "member: [{id: theft", F, "rows.0.member", "not permitted"),
    ("crime", "      cleared: {", "      type: {header: Kind}\n      cleared: {", F, "columns.type", "key"),
    ("crime", "equals: cleared / cases", "equals: cleared / crimes", F, "columns.rate.equals", "'crimes'"),
    ("crime", "equals: cleared / cases", "equals: cleared < cases", F, "columns.rate.equals", "formula"),
    ("crime", "equals: cleared / cases", "equals: cleared / (cases", F, "columns.rate.equals", "expression"),
    ("crime", "equals: cleared / cases", "equals: cleared.previous / cases", F, "columns.rate.equals", "previous"),
    ("crime", "equals: cleared / cases", "equals: rate * 2", F, "columns.rate.equals", "itself"),
    ("crime", "check: cleared <= cases", "check: cleared ** cases > 0", F, "rules.within.check", "not allowed"),
    ("crime", "check: cleared <= cases", "check: cleared + cases", F, "rules.within.check", "comparison"),
    ("crime", "check: cleared <= cases", "check: solved <= cases", F, "rules.within.check", "'solved'"),
    ("checks", "sum(crime.cases, social) <= sum(crime.cases)", "2 <= 1", X, "same", "comparison of sums"),
    ("crime", "check: cleared <= cases", "check: 1 <= 2", F, "rules.within.check", "column"),
    ("indicators", "numerator: crime.cleared", "numerator: crimes.cleared", N, "rate.numerator", "'crimes' is no form"),
    ("indicators", "numerator: crime.cleared", "numerator: crime.solved", N, "rate.numerator", "'solved' is no"),
    ("indicators", "numerator: crime.cleared", "numerator: cleared", N, "rate.numerator", "'cleared'"),
    ("indicators", "rows: [social]", "rows: [traffic]", N, "rate.rows", "'traffic'"),
    ("indicators", "of: [rate, rise]", "of: [rate, fall]", N, "both.of", "'fall'"),
    ("indicators", "of: [rate, rise]", "of: [both]", N, "both.of", "'both'"),
    ("targets", "indicator: rise", "indicator: fall", T, "fall", "no indicator"),
    ("targets", 'value: 0, op: "<"', 'value: 0, op: "<", provinces: [west]', T, "rise", "'west'"),
    ("targets", 'value: 0, op: "<"', 'value: 0, op: "<", from: 2024-02-01, to: 2024-01-01', T, "rise", "later"),
    ("targets", "indicator: rise", "indicator: rate, from: 2024-01-01", T, "rate", "two binding targets"),
    ("checks", "sum(crime.cases, social)", "sum(fire.cases)", X, "same", "fire.cases"),
    ("checks", "sum(crime.cases, social)", "sum(crime.solved)", X, "same", "crime.solved"),
    ("checks", "sum(crime.cases, social)", "sum(crime.cases, traffic)", X, "same", "'traffic'"),
    ("checks", "sum(crime.cases, social)", "sum(crime.cleared.previous)", X, "same", "previous"),
    ("checks", "sum(crime.cases, social) <= sum(crime.cases)", "sum(crime.cases)", X, "same", "comparison"),
    ("checks", "sum(crime.cases, social)", "sum(crime.cases", X, "same", "expression"),
    # Numbers that no float can hold
    ("crime", "check: cleared <= cases", f"check: cleared <= {'9' * 401}", F, "rules.within.check", "too large"),
    ("crime", "check: cleared <= cases", "check: cleared <= 1e999", F, "rules.within.check", "too large"),
    ("crime", "check: cleared <= cases", f"check: cleared <= {'9' * 5000}", F, "rules.within.check", "expression"),
    ("crime", "equals: cleared / cases", f"equals: cleared / -{'9' * 401}", F, "columns.rate.equals", "too large"),
    ("checks", "<= sum(crime.cases)", f"<= {'9' * 401}", X, "same", "too large"),
    ("targets", "value: 0,", f"value: {'9' * 401},", T, "value", "valid number"),
    ("provinces", "value: 1000", f"value: {'9' * 401}", P, "population", "valid number"),
    # Ids of indicators
    ("indicators", "rise: {", "ri se: {", N, "'ri se'", "spaces"),
    ("indicators", "rise: {", '"": {', N, "''", "empty"),
    ("indicators", "rise: {", '"rise\\n": {', N, "rise", "spaces"),
    ("indicators", "rise: {", "a/rise: {", N, "a/rise", "slashes"),
    # YAML
    ("catalogue", "name: {", "name: {{", C, "", "closing bracket"),
    ("catalogue", "        forms:", "\tforms:", C, "", "a tab"),
    ("provinces", "- {id: south", "- south\n        - {id: south-2", P, "1", "expected keys and values"),
    ("indicators", "rise: {", "- {", N, "", ""),
], ids=lambda broken: f"{broken[4]}: {broken[5]}")  # fmt: skip
def test_a_broken_catalogue_is_refused_with_file_key_and_reason(tmp_path, broken):
    name, old, new, file, key, reason = broken
    folder = catalogue(tmp_path, **changed(name, old, new))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    error = caught.value
    assert error.file.as_posix() == file
    assert key in error.place
    assert reason.casefold() in str(error).casefold()
    assert "\n" not in str(error)


@pytest.mark.parametrize("broken", [
    ("indicators", "numerator: crime.cleared", "numerater: crime.cleared", 2,
     'không có khóa "numerater" ở đây. Có phải là "numerator"?', 'Did you mean "numerator"?'),
    ("indicators", "numerator: crime.cleared", "numerator: crime.claered", 2,
     'Có phải là "cleared"?', "'claered' is no measure of crime; it has: cases, cleared, rate."),
    ("catalogue", "name: {", "names: {", 2, 'Có phải là "name"?', "the key 'names' is not permitted here"),
    ("catalogue", "forms: [crime]", "forms: [crimes]", 5, "không có tệp forms/crimes.yaml", "forms/crimes.yaml"),
    ("crime", "check: cleared <= cases", "check: cleared =< cases", 12, "không phải là công thức", "not an expression"),
    ("targets", "indicator: rise", "indicator: raise", 3, 'Có phải là "rise"?', "no indicator of indicators.yaml"),
    ("targets", "value: 0.8", "value: 80", 2, "80 nghĩa là 8000 %", "shares are fractions of 1: 80% is 0.8"),
    ("indicators", "numerator: crime.cleared", "numerator: crime.rate", 2, "không cộng được", "cannot be added up"),
    ("provinces", 'code: "02"', 'code: "01"', 3, 'mã số "1" cũng là của "north"', "the code of 'north' too"),
])  # fmt: skip
def test_what_is_broken_is_told_with_its_line_in_the_users_language_and_with_what_was_meant(tmp_path, broken):
    name, old, new, line, vi, en = broken
    folder = catalogue(tmp_path, **changed(name, old, new))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    told = {lang: sentence_of(caught.value, Messages(lang)) for lang in ("vi", "en")}
    assert f"{caught.value.file.as_posix()}, dòng {line}: " in told["vi"]
    assert f"{caught.value.file.as_posix()}, line {line}: " in told["en"]
    assert (vi in told["vi"], en in told["en"]) == (True, True), told
    assert str(caught.value) == f"{told['vi']} | {told['en']}"


@pytest.mark.parametrize(("path", "meant"), [
    ("indicator.yaml", "indicators.yaml"),
    ("targets.yml", "targets.yaml"),
    ("forms/fire.yml", "forms/fire.yaml"),
    ("form/fire.yaml", "forms/fire.yaml"),
])  # fmt: skip
def test_a_file_that_would_not_be_read_for_its_name_is_refused(tmp_path, path, meant):
    folder = catalogue(tmp_path)
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text("{}", encoding="utf-8")
    with pytest.raises(CatalogueError, match=f"call it {meant}") as caught:
        load_catalogue(folder)
    assert caught.value.file.as_posix() == path


def test_other_yaml_files_beside_a_catalogue_are_nobodys_business(tmp_path):
    folder = catalogue(tmp_path)
    for path in ("mkdocs.yml", "notes/sources.yaml", ".indicator.yaml"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text("{}", encoding="utf-8")
    load_catalogue(folder)


SCORING = """
        - id: t
          from: 2024-01-01
          to: 2024-12-31
          groups: [{id: order, label: Order, max: 10}, {id: rest, label: Rest, max: 5.5}]
          criteria:
            - {id: clear, label: Clear, group: order, points: 4, indicator: rate, rule: linear, floor: 0.7, full: 0.9}
            - id: fall
              group: order
              points: 6
              indicator: rise
              rule: threshold
              reached: below
              steps: [{at: 0, points: 2}, {at: -0.05, points: 6}]
            - {id: gangs, group: rest, points: 5.3, indicator: rise, rule: deduction, lose: 2}
            - {id: tasks, group: rest, points: 0.2}
          bonus: [{id: praised, points: 1}]
          penalty: [{id: blamed, points: 1}]
          veto: [{id: bad, indicator: rate, op: "<", value: 0.5}]
        - {id: u, from: 2025-01-01, groups: [{id: g, max: 1}], criteria: [{id: one, group: g, points: 1}]}
        """
POINTS = """
    title: Points
    rows: [{key: province}, {key: criterion}]
    columns: {verified: {kind: amount, required: false}, note: {kind: text}}
    """
S, W = "scoring.yaml", "forms/points.yaml"


def test_the_scoring_tables_that_the_broken_ones_are_made_from_are_whole(tmp_path):
    loaded = load_catalogue(catalogue(tmp_path, scoring=SCORING, forms={"points": POINTS}))
    assert [loaded.scoring_on(Period.parse(text)).id for text in ("2024", "2025")] == ["t", "u"]
    assert loaded.scoring_on(Period.parse("2023")) is None
    assert loaded.points_form == "points"
    criteria = {"one", "clear", "fall", "gangs", "tasks", "praised", "blamed"}
    assert set(loaded.forms["points"].members) == criteria
    assert load_catalogue(catalogue(tmp_path / "other")).hash != loaded.hash


@pytest.mark.parametrize("broken", [
    ("floor: 0.7", "flor: 0.7", S, "t.criteria.0.flor", "not permitted"),
    ("points: 4, ", "points: -4, ", S, "t.criteria.0.points", "greater than 0"),
    ("points: 4, ", "points: .nan, ", S, "t.criteria.0.points", ""),
    ("rule: linear", "rule: curved", S, "t.criteria.0.rule", "linear"),
    ("to: 2024-12-31", "to: 2023-12-31", S, "t", "later"),
    ("- {id: u, from: 2025-01-01", "- {id: u, from: 2024-12-31", S, "u", "two scoring tables"),
    ("- {id: u,", "- {id: t,", S, "t", "twice"),
    ("{id: rest, label: Rest,", "{id: order, label: Rest,", S, "t.groups.order", "twice"),
    ("- id: fall", "- id: clear", S, "t.criteria.clear", "twice"),
    ("bonus: [{id: praised", "bonus: [{id: blamed", S, "t.criteria.blamed", "twice"),
    ("veto: [{id: bad, ", 'veto: [{id: bad, indicator: rate, op: ">", value: 2}, {id: bad, ', S, "t.veto.bad", "twice"),
    ("{id: rest, label: Rest,", "{id: bonus, label: Rest,", S, "t.groups.bonus", "after the total"),
    ("id: tasks, group: rest", "id: tasks, group: others", S, "t.tasks.group", "none of `groups`"),
    ("max: 10", "max: 11", S, "t.groups.order.max", "add up to 10, not to 11"),
    ("id: tasks, group: rest, ", "id: tasks, label: Order, group: rest, ", S, "t.order.label", "too"),
    ("indicator: rate, rule: linear", "rule: linear", S, "t.clear.indicator", "needs one"),
    ("rule: linear, floor: 0.7, full: 0.9", "floor: 0.7", S, "t.clear.rule", "by a rule"),
    ("floor: 0.7, full: 0.9", "floor: 0.7", S, "t.clear.full", "needs it"),
    ("lose: 2", "per: 2", S, "t.gangs.lose", "needs it"),
    ("full: 0.9", "full: 0.9, lose: 1", S, "t.clear.lose", "belongs to"),
    ("full: 0.9", "full: 0.7", S, "t.clear.full", "the same"),
    ("indicator: rate, rule", "indicator: rote, rule", S, "t.clear.indicator", "no indicator"),
    ("veto: [{id: bad, indicator: rate", "veto: [{id: bad, indicator: rote", S, "t.bad.indicator", "no indicator"),
    ("{at: -0.05, points: 6}", "{at: 0.05, points: 6}", S, "t.fall.steps", "more points"),
    ("{at: -0.05, points: 6}", "{at: -0.05, points: 5}", S, "t.fall.steps", "furthest"),
    ("steps: [{at: 0, points: 2}, {at: -0.05, points: 6}]", "steps: []", S, "t.fall.steps", "needs it"),
    ("{key: province}, ", "", W, "rows", "keys"),
    ("verified: {kind: amount, required: false}", "seen: {kind: amount}", W, "columns", "verified"),
], ids=lambda broken: f"{broken[3]}: {broken[4]}")  # fmt: skip
def test_a_broken_scoring_table_is_refused_with_file_key_and_reason(tmp_path, broken):
    old, new, file, key, reason = broken
    scoring, points = (text.replace(old, new, 1) for text in (SCORING, POINTS))
    assert (scoring, points) != (SCORING, POINTS)
    folder = catalogue(tmp_path, scoring=scoring, forms={"points": points})
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    assert (caught.value.file.as_posix(), caught.value.place) == (file, key)
    assert reason in str(caught.value)


def test_a_form_of_points_needs_scoring_tables_and_stands_alone(tmp_path):
    with pytest.raises(CatalogueError, match=r"criteria in scoring\.yaml"):
        load_catalogue(catalogue(tmp_path / "none", forms={"points": POINTS}))
    with pytest.raises(CatalogueError, match="points come in one form"):
        load_catalogue(catalogue(tmp_path / "two", scoring=SCORING, forms={"points": POINTS, "more": POINTS}))


def test_a_form_may_call_its_own_rows_criteria(tmp_path):
    own = "{title: Own, rows: [{key: criterion, members: open}], columns: {n: {}}}"
    loaded = load_catalogue(catalogue(tmp_path, forms={"own": own}))
    assert loaded.points_form == ""


def test_members_of_a_key_that_need_not_be_complete_may_lack(tmp_path):
    form = "{{title: F, rows: [{{key: d, {}members: [{{id: a}}, {{id: b}}]}}], columns: {{n: {{}}}}}}"
    rows = [["d", "n"], ["a", 4]]
    for number, (words, wanted) in enumerate((("", ["missing_row"]), ("complete: false, ", []))):
        result = Desk(tmp_path / str(number)).catalogue(form.format(words)).send(rows).check()
        assert [rule for _, rule, _ in found(result)] == wanted


@pytest.mark.parametrize(("path", "content", "reason"), [
    ("catalogue.yaml", b"", "expected"),
    ("catalogue.yaml", b"# only a comment\n", "expected"),
    ("catalogue.yaml", b"- a\n- b\n", "expected"),
    ("catalogue.yaml", b"just words", "expected"),
    ("provinces.yaml", b"", "expected"),
    ("provinces.yaml", b"north: {}", "expected a list"),
    ("forms/crime.yaml", b"", "expected"),
    ("forms/crime.yaml", "title: Tội phạm".encode("utf-16"), "UTF-8"),
    ("forms/crime.yaml", b"title: T\xf4i", "UTF-8"),
    ("forms/crime.yaml", b"a: &a [*a]", ""),
    ("forms/crime.yaml", b"title: !!python/object/apply:os.system [ls]", "! at the beginning"),
    ("indicators.yaml", b"[1, 2]", "expected"),
    ("targets.yaml", b"rate: 1", "expected a list"),
    ("targets.yaml", b"- 5", "expected keys and values"),
    ("checks.yaml", b"text", "expected a list"),
    ("forms/crime.yaml", b"[" * 5000, ""),
    ("forms/crime.yaml", b"\x00", ""),
], ids=repr)  # fmt: skip
def test_a_file_that_is_no_catalogue_file_is_refused_by_its_name(tmp_path, path, content, reason):
    folder = catalogue(tmp_path)
    (folder / path).write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    assert caught.value.file.as_posix() == path
    assert reason.casefold() in str(caught.value).casefold()


@pytest.mark.parametrize("path", ["catalogue.yaml", "provinces.yaml"])
def test_a_file_that_a_catalogue_must_have_is_asked_for(tmp_path, path):
    folder = catalogue(tmp_path)
    (folder / path).unlink()
    with pytest.raises(CatalogueError, match="missing"):
        load_catalogue(folder)


@pytest.mark.parametrize("path", ["indicators.yaml", "targets.yaml", "checks.yaml", "scoring.yaml"])
def test_an_empty_optional_file_is_as_good_as_none(tmp_path, path):
    folder = catalogue(tmp_path, targets="", checks="", **({"indicators": ""} if path == "indicators.yaml" else {}))
    (folder / path).write_bytes(b"# nothing yet\n")
    load_catalogue(folder)


@pytest.mark.parametrize("form", ["my form", "1st", "crime-2", "a.b", "tội", " crime", "crime\n", "crime (copy)"])
def test_a_form_whose_file_name_is_no_id_is_refused_by_its_name(tmp_path, form):
    folder = catalogue(tmp_path)
    shutil.copy(folder / "forms" / "crime.yaml", folder / "forms" / f"{form}.yaml")
    with pytest.raises(CatalogueError, match="its id") as caught:
        load_catalogue(folder)
    assert caught.value.file.as_posix() == f"forms/{form}.yaml"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_finding_names_a_column_with_the_year_that_its_header_stands_for(tmp_path, lang):
    columns = "{n: {header: [Cases, 'Year {year}'], previous: {header: [Cases, 'Year {previous_year}']}}}"
    form = f"{{title: F, rows: [{{key: d, header: D, members: open}}], columns: {columns}}}"
    rows = [["D", "Cases", "Cases"], [None, "Year 2024", "Year 2023"], ["A", "many", "few"], ["B", None, None]]
    Desk(tmp_path).catalogue(form).send(rows)
    places = {name: tmp_path / name for name in ("inputs", "outputs", "schemas")}
    told = " ".join(pipeline.check("2024", **places, lang=lang).findings[["expected", "message"]].to_numpy().ravel())
    assert "Cases: Year 2024" in told
    assert "{" not in told


def test_yaml_reads_codes_and_words_as_they_are_written(tmp_path):
    members = "[{id: 1, code: 02, label: on}, {id: yes, label: off}]"
    form = f"{{number: 01, title: no, rows: [{{key: d, members: {members}}}], columns: {{n: {{header: y}}}}}}"
    loaded = load_catalogue(catalogue(tmp_path, forms={"other": form}))
    other = loaded.forms["other"]
    assert (other.number, other.title.text("vi")) == ("01", "no")
    assert [(m.id, m.code, m.name.text("en")) for m in other.members.values()] == [
        ("1", "02", "on"),
        ("yes", "", "off"),
    ]
    assert other.label_of("n").text("en") == "y"


def test_a_byte_order_mark_does_no_harm(tmp_path):
    folder = catalogue(tmp_path)
    path = folder / "provinces.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(load_catalogue(folder).provinces) == 3


def test_the_command_line_refuses_a_broken_catalogue_with_one_line_and_status_two(tmp_path):
    folder = catalogue(tmp_path, **changed("crime", "header: Cleared", "heading: Cleared"))
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "consolidate",
        "2024",
        "--schemas",
        folder,
        "--lang",
        "en",
        "--outputs",
        tmp_path / "o",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "forms/crime.yaml" in done.stderr
    assert "columns.cleared.heading" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "o").exists()


# What may be left out


def test_everything_optional_may_be_left_out(tmp_path):
    form = "{title: F, rows: [{key: district, members: open}], columns: {n: {}}}"
    desk = Desk(tmp_path).catalogue(form, provinces="[{id: north}]")
    result = desk.send([["north", None], ["district", "n"], ["A", 1], ["B", 2]]).consolidate()
    assert values(result) == {"A": 1, "B": 2}
    assert len(result.indicators) == 0
    assert result.complete
    assert result.submissions["province"].tolist() == ["north"]
    assert (tmp_path / "outputs" / "2024" / "consolidated.xlsx").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("form", [
    "{title: {en: F}, rows: [{key: d, members: [{id: a}, {id: b}]}], columns: {n: {header: {en: Cases}}}}",
    ("{title: {vi: F}, rows: [{key: d, header: {vi: D}, members: [{id: a, label: {vi: A}}, {id: b, also: [BB]}]}], "
     "columns: {n: {also: [Cases]}}}"),
    ("{title: {fr: F}, rows: [{key: d, header: D, members: open}], "
     "columns: {n: {header: {fr: Cases}, kind: amount, unit: kg}}}"),
    ("{title: F, layout: table, number: 7, rows: [{key: d, header: D, members: open}], "
     "columns: {n: {header: [Cases]}}, groups: {}, rules: []}"),
], ids=["ids for labels", "labels in one language", "another language", "empty lists"])  # fmt: skip
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_labels_in_one_language_or_none_do(tmp_path, form, lang):
    rows = [["D", "Cases"], ["a", 1], ["b", 2]]
    result = Desk(tmp_path).catalogue(form).send(rows)
    import pipeline

    places = {name: tmp_path / name for name in ("inputs", "outputs", "schemas")}
    result = pipeline.consolidate("2024", **places, lang=lang)
    assert list(values(result).values()) == [1, 2]
    assert result.complete, found(result)


def test_indicators_need_no_label_and_no_target(tmp_path):
    form = "{title: F, rows: [{key: d, members: open}], columns: {n: {}, m: {}}}"
    indicators = """
        a: {kind: total, numerator: f.n}
        b: {kind: percent, numerator: f.m, denominator: f.n}
        c: {kind: per_100k, numerator: f.n}
    """
    result = Desk(tmp_path).catalogue(form, indicators=indicators).send([["d", "n", "m"], ["A", 4, 1]]).consolidate()
    own = result.indicators[result.indicators["province"] == "north"].set_index("indicator")
    assert own["status"].to_dict() == {"a": "no_target", "b": "no_target", "c": "incomplete"}
    assert own.loc["b", "value"] == 0.25


def test_a_form_that_is_not_expected_is_read_when_it_comes_and_never_missing(tmp_path):
    form = "{title: T, rows: [{key: d, members: open}], columns: {n: {}}}"
    forms = {"f": form.replace("T", "First"), "scoring": form.replace("T", "Scoring")}
    catalogue_text = "{name: T, clusters: [{id: c, provinces: [north]}], forms: [f]}"
    desk = Desk(tmp_path).catalogue(forms, catalogue=catalogue_text)
    rows = [["d", "n"], ["A", 1]]
    assert found(desk.send({"First": rows}).check(), severities=("error",)) == []
    result = desk.send({"First": rows, "Scoring": rows}).check()
    assert set(result.observations["form"]) == {"f", "scoring"}
    assert found(result, severities=("error",)) == []


def test_the_cluster_of_a_period_is_that_of_its_last_day(tmp_path):
    clusters = "[{id: a, to: 2024-06-29, provinces: [north]}, {id: b, from: 2024-06-30, provinces: [south]}]"
    loaded = load_catalogue(
        catalogue(
            tmp_path,
            catalogue=f"{{name: T, clusters: {clusters}, forms: [crime]}}",
            targets="",
            checks="",
            indicators="",
        )
    )
    assert loaded.members_on(Period.parse("2024-H1")) == ("south",)
    assert loaded.members_on(Period.parse("2024-05")) == ("north",)
    assert loaded.members_on(Period.parse("2023")) == ("north",)


def test_the_narrowest_then_the_latest_binding_target_wins_and_context_stands_beside(tmp_path):
    targets = """
        - {indicator: rate, value: 0.1, op: ">=", from: 2020-01-01}
        - {indicator: rate, value: 0.2, op: ">=", from: 2021-01-01}
        - {indicator: rate, value: 0.3, op: ">=", from: 2020-01-01, provinces: [north, south]}
        - {indicator: rate, value: 0.4, op: ">=", from: 2019-01-01, provinces: [south]}
        - {indicator: rate, value: 0.5, op: ">=", from: 2025-01-01, provinces: [south]}
        - {indicator: rate, value: 0.9, op: ">=", role: context}
    """
    loaded = load_catalogue(catalogue(tmp_path, targets=targets))
    for province, value in {"north": 0.3, "south": 0.4, "": 0.2}.items():
        binding, context = loaded.targets_of("rate", Period.parse("2024"), province)
        assert (binding.value, [t.value for t in context]) == (value, [0.9]), province


def test_other_issuers_stand_beside_the_one_that_binds_each_with_its_own_newest_target(tmp_path):
    targets = """
        - {indicator: rate, value: 0.75, op: ">=", issuer: Ministry}
        - {indicator: rate, value: 0.7, op: ">=", issuer: Ministry, from: 2023-01-01}
        - {indicator: rate, value: 0.8, op: ">=", issuer: Cluster, provinces: [north, south]}
        - {indicator: rate, value: 0.78, op: ">=", issuer: Cluster, from: 2020-01-01}
    """
    loaded = load_catalogue(catalogue(tmp_path, targets=targets))
    binding, others = loaded.targets_of("rate", Period.parse("2024"), "north")
    assert (binding.value, [t.value for t in others]) == (0.8, [0.7])
    binding, others = loaded.targets_of("rate", Period.parse("2024"), "")
    assert (binding.value, [t.value for t in others]) == (0.7, [0.78])


@pytest.mark.parametrize(
    ("start", "end", "applies"),
    [
        ("2024-11-14", "", True),
        ("2024-11-15", "", False),
        ("2020-01-01", "2024-11-14", True),
        ("2020-01-01", "2024-11-13", False),
    ],
)
def test_a_target_applies_to_a_period_by_the_last_day_of_its_window(tmp_path, start, end, applies):
    until = f", to: {end}" if end else ""
    made = catalogue(tmp_path, targets=f"[{{indicator: rate, value: 0.5, op: '>=', from: {start}{until}}}]")
    settings = made / "catalogue.yaml"
    settings.write_text(settings.read_text("utf-8") + "\nwindows: {year: {day: 15, months_earlier: 2}}\n", "utf-8")
    binding, _ = load_catalogue(made).targets_of("rate", Period.parse("2024"), "north")
    assert (binding is not None) == applies


# The catalogue as shipped


def test_the_shipped_catalogue_loads_and_its_dates_meet(repo):
    loaded = load_catalogue(repo / "schemas")
    days = {p.end + dt.timedelta(days=1) for p in loaded.provinces.values() if p.end < dt.date.max}
    assert days == {dt.date(2025, 7, 1)}
    for province in loaded.provinces.values():
        for old in province.formed_from:
            assert loaded.provinces[old].end + dt.timedelta(days=1) == province.start, province.id
    on_day = [
        sum(p.exists_on(dt.date(*day)) for p in loaded.provinces.values()) for day in ((2025, 6, 30), (2025, 7, 1))
    ]
    assert on_day == [63, 34]


def test_every_target_of_the_shipped_catalogue_says_where_it_comes_from(repo):
    loaded = load_catalogue(repo / "schemas")
    sources = {target.source.partition(":")[0] for target in loaded.targets}
    assert sources <= {"http", "https", "illustrative"}


@pytest.mark.slow
def test_a_form_an_indicator_and_a_province_are_added_without_python(repo, tmp_path):
    """Data alone: a form of their own, an indicator over it with a target, a sixth province that sends a workbook."""
    desk = copy_samples(repo, tmp_path)
    schemas = tmp_path / "schemas"
    add_to(schemas / "provinces.yaml", "- {id: atlantis, code: 99, name: {vi: Át Lan, en: Atlantis}, to: 2025-06-30}")
    add_to(
        schemas / "indicators.yaml",
        "boat_share: {label: {vi: Tỷ lệ tàu, en: Boats checked}, kind: percent, numerator: boats.checked, "
        "denominator: boats.all, proportion: true}",
    )
    add_to(schemas / "targets.yaml", '- {indicator: boat_share, value: 0.5, op: ">=", source: illustrative}')
    (schemas / "forms" / "boats.yaml").write_text(textwrap.dedent("""
        number: "09"
        title: {vi: Tàu thuyền, en: Boats}
        rows: [{key: harbour, header: {vi: Cảng, en: Harbour}, members: open}]
        columns:
          all: {header: {vi: Tổng số tàu, en: Boats}}
          checked: {header: {vi: Số tàu đã kiểm tra, en: Boats checked}}
        rules: [{id: checked_within_all, check: checked <= all}]
    """), encoding="utf-8")  # fmt: skip
    edit(schemas / "catalogue.yaml", "force, targets]", "force, boats, targets]")
    edit(
        schemas / "catalogue.yaml",
        "    provinces: [thanh-hoa, ninh-binh, nghe-an, ha-tinh, quang-binh]\n    leader",
        "    provinces: [thanh-hoa, ninh-binh, nghe-an, ha-tinh, quang-binh, atlantis]\n    leader",
    )
    for path in sorted(desk.inputs.glob("*.xlsx")):
        if path.name == "ninh-binh-2024.xlsx":
            add_boats(path, desk.inputs / "atlantis.xlsx", 90, rename=("NINH BÌNH", "ÁT LAN"))
        if path.name != "targets.xlsx":
            add_boats(path, path, 60)
    result = desk.consolidate()
    figures = result.indicators.set_index(["indicator", "province"])
    assert figures.loc[("boat_share", "atlantis"), ["numerator", "denominator", "value", "status"]].tolist() == [
        100,
        200,
        0.5,
        "met",
    ]
    assert figures.loc[("boat_share", "thanh-hoa"), "status"] == "missed"
    assert figures.loc[("boat_share", ""), ["numerator", "denominator", "used", "expected"]].tolist() == [
        100 + 5 * 70,
        6 * 200,
        6,
        6,
    ]
    assert figures.loc[("clearance_rate", ""), "expected"] == 6
    assert figures.loc[("clearance_rate", "atlantis"), "value"] == figures.loc[("clearance_rate", "ninh-binh"), "value"]
    accepted = result.submissions.set_index("province")["forms_accepted"]
    assert accepted["atlantis"] == 9
    boats = result.observations[
        (result.observations["form"] == "boats") & (result.observations["province"] == "atlantis")
    ]
    assert dict(zip(boats["row"] + "." + boats["measure"], boats["cell"], strict=True)) == {
        "East.all": "B2",
        "East.checked": "C2",
        "West.all": "B3",
        "West.checked": "C3",
    }
    book = openpyxl.load_workbook(desk.folder / "outputs" / "2024" / "consolidated.xlsx", read_only=True)
    texts = {
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    }
    assert {"Boats", "Boats checked", "Atlantis", "East"} <= texts


def add_to(path, line):
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + line + "\n", encoding="utf-8")
    yaml.safe_load(path.read_text(encoding="utf-8"))


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def add_boats(source, path, checked, rename=None):
    """Add the new form's sheet to a sample, with its cached values kept."""
    shutil.copy(source, path) if source != path else None
    formulas, results = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = results[sheet.title][cell.coordinate].value
                elif rename and isinstance(cell.value, str):
                    cell.value = cell.value.replace(*rename).replace(rename[0].title(), rename[1].title())
    sheet = formulas.create_sheet("Tàu thuyền")
    for values_of_row in (
        ["Cảng", "Tổng số tàu", "Số tàu đã kiểm tra"],
        ["East", 150, checked],
        ["West", 50, 10],
        ["Tổng số", 200, checked + 10],
    ):
        sheet.append(values_of_row)
    formulas.save(path)
