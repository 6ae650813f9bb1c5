"""The generated parts of docs/ are what messages and catalogue say now; the dictionary knows every rule there is."""

import ast
import itertools
import re

import pytest

from pipeline.catalogue import load_catalogue
from tools.documents import LANGUAGES, PARTS, page, rules_of_messages, severities, written

SEVERITIES = {"error", "warning", "info"}
RULE = re.compile(r"(?!error$|warning$|info$)[a-z_]+")


def headings(name, lang):
    return {line[4:] for line in page(name, lang).read_text(encoding="utf-8").splitlines() if line.startswith("### ")}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PARTS)
def test_what_is_kept_is_what_messages_and_catalogue_give(name, lang):
    assert page(name, lang).read_text(encoding="utf-8") == written(name, lang), "run: make documents"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_dictionary_has_every_rule_that_there_is_a_sentence_for_and_no_other(lang):
    assert headings("findings", lang) == rules_of_messages()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_dictionary_has_every_rule_of_the_shipped_catalogue(repo, lang):
    catalogue = load_catalogue(repo / "schemas")
    rules = [rule.id for form in catalogue.forms.values() for rule in form.rules]
    text = page("findings", lang).read_text(encoding="utf-8")
    assert [rule for rule in [*rules, *(check.id for check in catalogue.checks)] if f"| `{rule}` |" not in text] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_indicator_is_defined(repo, lang):
    assert headings("indicators", lang) == set(load_catalogue(repo / "schemas").indicators)


def said_in_the_program(repo):
    """Each pair of a text and a severity that stand side by side in a call: a rule and how severe it is."""
    for path in sorted((repo / "pipeline").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            words = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
            said = [word.value if isinstance(word, ast.Constant) else None for word in words]
            for rule, severity in itertools.pairwise(said):
                if severity in SEVERITIES and isinstance(rule, str) and RULE.fullmatch(rule):
                    yield rule, severity


def test_the_dictionary_gives_a_rule_the_severities_that_the_program_gives_it(repo):
    pairs = list(said_in_the_program(repo))
    assert len(pairs) > 100
    assert [(rule, severity) for rule, severity in pairs if severity not in severities().get(rule, set())] == []


def test_what_a_run_finds_has_the_severity_that_the_dictionary_says(repo, consolidated):
    catalogue = load_catalogue(repo / "schemas")
    known = severities() | {check.id: {check.severity} for check in catalogue.checks}
    known |= {rule.id: {rule.severity} for form in catalogue.forms.values() for rule in form.rules}
    found = consolidated.consolidation.findings[["rule", "severity"]].itertuples(index=False, name=None)
    assert [(rule, severity) for rule, severity in found if severity not in known[rule]] == []
