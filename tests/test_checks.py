"""What is doubtful between numbers that are each readable: rules, sums across forms, last year's figures."""

import pytest

import pipeline
from tests.books import Desk, Formatted, found, only, states, values

FORM = """
    title: F
    rows: [{key: type, header: Type, members: [{id: a, group: g}, {id: b, group: g}, {id: c}]}]
    groups: {g: {label: Group}}
    columns:
      n: {header: Cases, previous: {also: [Before]}}
      m: {header: Cleared, required: false}
    rules: [{id: within, check: m <= n, severity: SEVERITY, message: {vi: Nhiều hơn, en: More cleared than cases}}]
"""
OTHER = "{title: G, rows: [{key: d, header: D, members: open}], columns: {n: {header: Cases}}}"


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def table(*rows):
    return [["Type", "Cases", "Cleared"], *rows]


def test_a_rule_that_warns_leaves_the_values_and_speaks_its_own_message(desk):
    result = (
        desk.catalogue(FORM.replace("SEVERITY", "warning")).send(table(["a", 5, 6], ["b", 5, 5], ["c", 0, 0])).check()
    )
    assert found(result) == [("warning", "within", "C2")]
    assert only(result, "within")["message"].endswith(
        ': Cleared 6 (C2) > Cases 5 (B2), row "a". More cleared than cases'
    )
    assert only(result, "within")["expected"] == "Cleared ≤ Cases"
    assert values(result, "m")["a"] == 6


@pytest.mark.parametrize(("check", "figures"), [
    ("m == n", "Cleared 1.000 (C2) ≠ Cases 900 (B2)"),
    ("n.previous > m", "Cases (cùng kỳ) 7 (D2) ≤ Cleared 1.000 (C2)"),
    ("n - m >= 0", "Cases 900 (B2) − Cleared 1.000 (C2) < 0"),
    ("n > 0 and m <= n", "Cases 900 (B2), Cleared 1.000 (C2)"),
    ("0 < m < n", "Cleared 1.000 (C2), Cases 900 (B2)"),
])  # fmt: skip
def test_whatever_a_rule_says_the_figures_that_break_it_are_shown_with_their_cells(desk, check, figures):
    form = FORM.replace("SEVERITY", "warning").replace("m <= n", check)
    rows = [["Type", "Cases", "Cleared", "Before"], ["a", 900, 1000, 7], *([name, 1, 1, 2] for name in "bc")]
    desk.catalogue(form).send(rows)
    findings = pipeline.check("2024", **desk._places(), lang="vi").findings
    message = findings.set_index(["rule", "cell"]).loc["within", "message"].iloc[0]
    assert message.endswith(f': {figures}, dòng "a". Nhiều hơn')


def test_a_rule_without_words_of_its_own_shows_its_figures_too(desk):
    form = FORM.replace("SEVERITY", "warning").replace(", message: {vi: Nhiều hơn, en: More cleared than cases}", "")
    result = desk.catalogue(form).send(table(["a", 5, 6], ["b", 5, 5], ["c", 0, 0])).check()
    assert 'Cleared 6 (C2) > Cases 5 (B2), row "a".' in only(result, "within")["message"]


def test_a_rule_of_a_list_names_the_cell_of_each_figure(desk):
    form = """
        title: F
        layout: list
        columns: {n: {header: Fires}, m: {header: Serious fires}}
        rules: [{id: within, check: m <= n, message: {en: More serious fires than fires.}}]
    """
    result = desk.catalogue(form).send([["Item", "2024"], ["Fires", 3], ["Serious fires", 4]]).check()
    said = "Serious fires 4 (B3) > Fires 3 (B2). More serious fires than fires."
    assert only(result, "within")["message"].endswith(f": {said}")


def test_a_rule_across_forms_shows_both_sums_and_the_cells_that_they_add_up(desk):
    result = across(desk, "sum(f.n, g) == sum(g.n)", F_ROWS, [["X", 4], ["Y", 5]])
    said = only(result, "agree")["message"]
    assert said.endswith(": Cases [F: Group] 3 (F!B2:B3) ≠ Cases [G] 9 (G!B2:B3). They differ")


def test_a_rule_that_is_an_error_keeps_every_number_it_names_out(desk):
    result = (
        desk.catalogue(FORM.replace("SEVERITY", "error")).send(table(["a", 5, 6], ["b", 5, 5], ["c", 0, 0])).check()
    )
    assert found(result) == [("error", "within", "C2")]
    assert (states(result)["a"], states(result, "m")["a"]) == ("rejected", "rejected")
    assert (states(result)["b"], states(result, "m")["b"]) == ("number", "number")


def test_a_rule_without_all_its_numbers_says_nothing(desk):
    rows = table(["a", "...", 6], ["b", 5, "x"], ["c", "?", 1])
    result = desk.catalogue(FORM.replace("SEVERITY", "error")).send(rows).check()
    assert [rule for _, rule, _ in found(result)] == ["not_a_number"]


def across(desk, check, f, g, severity="warning"):
    forms = {"f": FORM.replace("SEVERITY", "warning"), "g": OTHER}
    checks = f'[{{id: agree, check: "{check}", severity: {severity}, message: {{en: They differ}}}}]'
    return desk.catalogue(forms, checks=checks).send({"F": table(*f), "G": [["D", "Cases"], *g]}).check()


F_ROWS = (["a", 1, 0], ["b", 2, 0], ["c", 4, 0])


@pytest.mark.parametrize(("check", "holds"), [
    ("sum(f.n) == sum(g.n)", True), ("sum(f.n, g) == 3", True), ("sum(f.n, a) + sum(f.n, [b, c]) == sum(g.n)", True),
    ("f.n == g.n", True), ("sum(f.n, g) == sum(g.n)", False), ("sum(f.n, g) <= sum(g.n) and sum(g.n) > 100", False),
    ("abs(sum(f.n) - sum(g.n)) < 1", True), ("sum(f.n) / sum(g.n) >= 1", True),
])  # fmt: skip
def test_sums_of_one_form_are_compared_with_sums_of_another(desk, check, holds):
    result = across(desk, check, F_ROWS, [["X", 3], ["Y", 4]])
    assert [f[1] for f in found(result)] == ([] if holds else ["agree"])


def test_a_rule_across_forms_points_at_the_total_that_states_the_sum(desk):
    result = across(desk, "sum(f.n) == sum(g.n)", [*F_ROWS, ["Total", 7, 0]], [["X", 9]])
    assert found(result) == [("warning", "agree", "B5")]
    result = across(desk, "sum(f.n, g) == sum(g.n)", [["Group", 3, 0], *F_ROWS], [["X", 9]])
    assert found(result) == [("warning", "agree", "B2")]


def test_a_rule_across_forms_with_a_lacking_number_is_not_evaluated(desk):
    assert "agree" not in {rule for _, rule, _ in found(across(desk, "sum(f.n) == sum(g.n)", F_ROWS, [["X", "..."]]))}


def test_a_rule_across_forms_that_is_an_error_keeps_the_sums_out(desk):
    result = across(desk, "sum(f.n, g) == sum(g.n)", F_ROWS, [["X", 9]], severity="error")
    assert found(result) == [("error", "agree", "B2")]
    own = result.observations[result.observations["measure"] == "n"]
    assert dict(zip(own["form"] + "." + own["row"], own["state"], strict=True)) == {
        "f.a": "rejected", "f.b": "rejected", "f.c": "number", "g.X": "rejected",
    }  # fmt: skip


def test_an_of_which_row_is_in_no_sum_across_forms(desk):
    form = "{title: F, rows: [{key: t, members: [{id: a}, {id: b, part_of: a}]}], columns: {n: {}}}"
    desk.catalogue({"f": form, "g": OTHER}, checks='[{id: agree, check: "sum(f.n) == sum(g.n)"}]')
    assert found(desk.send({"F": [["t", "n"], ["a", 5], ["b", 2]], "G": [["D", "Cases"], ["X", 5]]}).check()) == []


def test_last_years_figure_that_reads_otherwise_now_is_restated(desk):
    desk.catalogue(FORM.replace("SEVERITY", "warning"))
    desk.send(table(["a", 10, 0], ["b", 20, 0], ["c", 30, 0]), period="2023")
    result = desk.send([["Type", "Cases", "Before"], ["a", 1, 10], ["b", 2, 21], ["c", 3, "-"]]).check()
    assert found(result) == [("warning", "restated", "C3"), ("warning", "restated", "C4")]
    message = result.findings[result.findings["cell"] == "C3"]["message"].iloc[0]
    assert "21" in message
    assert "20" in message
    assert "F!B3" in message


RESTATED = [["Type", "Cases", "Before"], ["a", 1, 10], ["b", 2, 21], ["c", 3, 30]]


def test_a_restated_figure_is_right_once_last_years_report_is_sent_corrected(desk):
    desk.catalogue(FORM.replace("SEVERITY", "warning")).send(RESTATED)
    desk.send(table(["a", 10, 0], ["b", 20, 0], ["c", 30, 0]), period="2023")
    assert (
        'the folder inputs/2023 has the province\'s corrected report ("lần 2"'
        in only(desk.check(), "restated")["message"]
    )
    desk.send(table(["a", 10, 0], ["b", 21, 0], ["c", 30, 0]), name="north lần 2.xlsx", period="2023")
    assert found(desk.check()) == []


def test_a_restated_figure_is_right_once_last_years_cell_is_corrected_by_us(desk):
    desk.catalogue(FORM.replace("SEVERITY", "warning")).send(RESTATED)
    desk.send(table(["a", 10, 0], ["b", 20, 0], ["c", 30, 0]), period="2023")
    lines = ["province,file,sheet,cell,reads,should_read,reason,by,date", "north,north.xlsx,F,B3,20,21,r,Ms Lan,d"]
    (desk.folder / "inputs" / "2023" / "corrections.csv").write_text("\n".join(lines), encoding="utf-8")
    assert found(desk.check()) == []


def test_what_was_not_reported_then_or_is_not_stated_now_is_not_restated(desk):
    desk.catalogue(FORM.replace("SEVERITY", "warning"))
    desk.send(table(["a", "?", 0], ["b", "...", 0], ["c", 30, 0]), period="2023")
    result = desk.send([["Type", "Cases", "Before"], ["a", 1, 10], ["b", 2, 21], ["c", 3, "..."]]).check()
    assert [rule for _, rule, _ in found(result)] == ["base_period_errors"]


def test_a_total_over_a_number_that_lacks_is_not_compared(desk):
    for lacking in ("...", "?"):
        result = desk.catalogue(OTHER).send({"G": [["D", "Cases"], ["X", lacking], ["Y", 2], ["Total", 9]]}).check()
        assert "total_mismatch" not in {rule for _, rule, _ in found(result)}


def test_totals_of_last_years_column_are_checked_too(desk):
    form = "{title: G, rows: [{key: d, header: D, members: open}], columns: {n: {header: N, previous: {also: [B]}}}}"
    rows = [["D", "N", "B"], ["X", 1, 2], ["Y", 3, 4], ["Total", 4, 7]]
    assert found(desk.catalogue(form).send({"G": rows}).check()) == [("warning", "total_mismatch", "C4")]


BOTH_YEARS = """
    title: F
    rows: [{key: d, header: D, members: open}]
    columns: {n: {header: N, previous: {also: [N before]}}, m: {header: M, previous: {also: [M before]}}}
    rules:
      - {id: within, check: m <= n}
      - {id: within_before, check: m.previous <= n.previous}
"""


@pytest.mark.parametrize(
    ("rule", "before", "told"),
    [
        ("within_before, check: m.previous <= n.previous", 31, []),  # told of last year's report
        ("within_before, check: m.previous <= n.previous", 32, ["within_before"]),  # another figure now
        ("within_before, check: m.previous < n.previous", 31, ["within_before"]),  # nothing told it then
        ("within_before, severity: error, check: m.previous <= n.previous", 31, ["within_before"]),
    ],
)
def test_a_doubt_about_last_years_figures_is_told_once(desk, rule, before, told):
    form = BOTH_YEARS.replace("within_before, check: m.previous <= n.previous", rule)
    head = ["D", "N", "M", "N before", "M before"]
    desk.catalogue(form).send([head, ["X", 29, 31, 20, 20], ["Y", 51, 48, 50, 47]], period="2023")
    result = desk.send([head, ["X", 30, 28, 29, before], ["Y", 53, 49, 51, 48]]).check()
    assert [rule for _, rule, _ in found(result) if rule.startswith("within")] == told


def test_every_finding_has_its_sentence_in_both_languages():
    from pipeline.messages import sentences

    for key, texts in sentences().items():
        if key.startswith("finding."):
            assert {"vi", "en", "vi_expected", "en_expected"} <= set(texts), key
        else:
            assert {"vi", "en"} <= set(texts), key


def test_a_stated_rate_that_recomputes_otherwise_names_the_cells_that_it_is_computed_from(desk):
    form = """
        title: F
        rows: [{key: d, header: D, members: open}]
        columns: {n: {header: Cases}, m: {header: Cleared}, r: {header: Rate, kind: percent, equals: m / n}}
    """
    result = desk.catalogue(form).send([["D", "Cases", "Cleared", "Rate"], ["X", 8, 7, "90%"]]).check()
    assert "recomputes to 87.50% from Cleared 7 (C2), Cases 8 (B2)." in only(result, "stated_mismatch")["message"]


@pytest.mark.parametrize(("typed", "said"), [
    (90.5, "It says 90.50% but recomputes to 87.50%"),
    ("90,5", "It says 90.50% but recomputes to 87.50%"),
    ("87,5001", "It says 87.5001% but recomputes to 87.5000%"),
    (Formatted(0.905, "0.00%"), "It says 90.50% but recomputes to 87.50%"),
    (Formatted(0.875123456, "0.00%"), "It says 87.51% but recomputes to 87.50%"),
])  # fmt: skip
def test_a_stated_share_and_the_recomputed_one_are_written_alike_and_as_finely_as_they_differ(desk, typed, said):
    form = """
        title: F
        rows: [{key: d, header: D, members: open}]
        columns:
          cases: {header: Cases}
          cleared: {header: Cleared}
          rate: {header: Rate, kind: percent, equals: cleared / cases}
    """
    result = desk.catalogue(form).send([["D", "Cases", "Cleared", "Rate"], ["A", 8, 7, typed]]).check()
    assert said in only(result, "stated_mismatch")["message"]


def test_a_negative_share_is_told_as_the_sheet_shows_it(desk):
    form = "{title: F, rows: [{key: d, header: D, members: open}], columns: {r: {header: Rate, kind: percent}}}"
    result = (
        desk.catalogue(form).send([["D", "Rate"], ["X", Formatted(-1, "0.00%")], ["Y", Formatted(0.5, "0%")]]).check()
    )
    assert "-100.00% is negative" in only(result, "negative_value")["message"]
