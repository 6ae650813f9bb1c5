"""Writes the parts of ``docs/`` that messages and catalogue know: the findings dictionary, the indicators' definitions.

``python -m tools.documents`` fills, in ``docs/NAME.md`` and ``docs/NAME.vi.md``, what stands between the two marks;
around them the pages are written by hand. What neither messages nor catalogue say is in ``tools/documents.yaml``.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.catalogue import Catalogue, load_catalogue
from pipeline.catalogue.models import Indicator, Target
from pipeline.definition import SIGNS, form_name, formula_of, name_of, rows_of
from pipeline.messages import Messages, sentences
from pipeline.model import Lang
from pipeline.voice import Voice

REPO = Path(__file__).resolve().parent.parent
FOLDER = REPO / "docs"
BEGIN = "<!-- The rest is written by `make documents`. -->"
LANGUAGES: tuple[Lang, ...] = ("en", "vi")
_TEMPLATE = "rule"  # the sentence that every rule of the catalogue is told in
_BLANK = re.compile(r"\{\w+\}")


@cache
def _own() -> dict[str, Any]:
    return dict(yaml.safe_load((REPO / "tools" / "documents.yaml").read_text(encoding="utf-8")))


def severities() -> dict[str, set[str]]:
    """The rules of the dictionary, each with the severities that it is said to have."""
    rules = [item for chapter in _own()["findings"] for item in chapter["rules"].items()]
    return {rule: {said} if isinstance(said, str) else set(said) for rule, said in rules}


def rules_of_messages() -> set[str]:
    """Every rule that there is a sentence for, but for the one that the catalogue's own rules are told in."""
    return {key.removeprefix("finding.") for key in sentences() if key.startswith("finding.")} - {_TEMPLATE}


def page(name: str, lang: Lang) -> Path:
    """Where a page stands in one language."""
    return FOLDER / (f"{name}.md" if lang == "en" else f"{name}.{lang}.md")


def written(name: str, lang: Lang) -> str:
    """The page as it should stand: by hand up to the mark, then what is made."""
    by_hand, mark, _ = page(name, lang).read_text(encoding="utf-8").partition(BEGIN)
    return f"{by_hand}{mark}\n\n" + "\n\n".join(PARTS[name](lang)) + "\n"


def _word(key: str, lang: Lang, **blanks: object) -> str:
    return str(_own()["words"][key][lang]).format(**blanks)


def _plain(text: str) -> str:
    """A sentence with its blanks open, and nothing in it that Markdown would take for its own."""
    parts = _BLANK.sub("\u2026", text).split("`")
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"([*_|<])", r"\\\1", parts[i])
    return "`".join(parts)


def _findings(lang: Lang) -> Iterator[str]:
    """A chapter for each kind of rule, then the rules of the shipped catalogue."""
    for chapter in _own()["findings"]:
        yield f"## {chapter['title'][lang]}"
        for rule, said in chapter["rules"].items():
            kinds = ", ".join(Messages(lang)(f"severity.{s}") for s in ([said] if isinstance(said, str) else said))
            yield f"### {rule}"
            yield f"**{kinds}** \u00b7 {_plain(sentences()[f'finding.{rule}'][lang])}"
            prefix = chapter.get("parts", {}).get(rule)
            cases = [_plain(texts[lang]) for key, texts in sentences().items() if prefix and key.startswith(prefix)]
            if cases:
                yield _list(_word("one_of", lang), cases)
    yield from _catalogue_rules(load_catalogue(REPO / "schemas"), lang)


def _list(head: str, lines: list[str]) -> str:
    return "\n".join([head, "", *(f"- {line}" for line in lines)])


def _catalogue_rules(catalogue: Catalogue, lang: Lang) -> Iterator[str]:
    say = Messages(lang)
    yield f"## {_word('catalogue', lang)}"
    for name, form in ((name, form) for name, form in catalogue.forms.items() if form.rules):
        yield f"**{say.label(form.title)}** ({form_name(catalogue, name, say)})"
        yield _rules_table([(r.id, r.severity, r.check, r.message) for r in form.rules], say)
    yield f"**{_word('across', lang)}**"
    yield _rules_table([(c.id, c.severity, c.check, c.message) for c in catalogue.checks], say)


def _rules_table(rules: list[tuple[str, str, str, Any]], say: Messages) -> str:
    head = _word("head_rules", say.lang)
    lines = [f"| {head} |", "|" + " --- |" * (head.count("|") + 1)]
    for rule, severity, check, message in rules:
        meaning = say.label(message) if message else ""
        lines.append(f"| `{rule}` | {say(f'severity.{severity}')} | `{check}` | {_plain(meaning)} |")
    return "\n".join(lines)


def _indicators(lang: Lang) -> Iterator[str]:
    """A heading for each group and each of its indicators, with what the catalogue says of it."""
    catalogue, say = load_catalogue(REPO / "schemas"), Messages(lang)
    for group, label in catalogue.settings.groups.items():
        yield f"## {say.label(label)}"
        for name, model in catalogue.indicators.items():
            if model.group == group:
                yield f"### {name}"
                yield f"**{name_of(catalogue, name, say)}**"
                yield "\n".join(f"- {line}" for line in _indicator(catalogue, name, model, say))


def _indicator(catalogue: Catalogue, name: str, model: Indicator, say: Messages) -> Iterator[str]:
    lang = say.lang
    yield f"{_word('formula', lang)}: {_plain(formula_of(catalogue, model, say))}"
    if rows := rows_of(catalogue, model, say):
        members = _in_groups(catalogue, model, say)
        yield f"{_word('rows', lang)}: {rows}" + (f" ({members})" if members else "")
    if parts := _left_out(catalogue, model, say):
        yield f"{_word('left_out', lang)}: {parts}"
    if model.better:
        yield f"{_word('better', lang)}: {say(f'workbook.better.{model.better}').lower()}"
    if model.proportion:
        yield f"{_word('interval', lang)}: {_word('has_interval', lang)}"
    targets = [_target(catalogue, model, t, say) for t in catalogue.targets if t.indicator == name]
    yield "\n  - ".join([f"{_word('targets', lang)}:", *targets]) if targets else _word("no_target", lang)
    if model.source:
        yield f"{_word('definition', lang)}: <{model.source}>"
    if model.note:
        yield f"{_word('note', lang)}: {_plain(say.label(model.note))}"


def _in_groups(catalogue: Catalogue, model: Indicator, say: Messages) -> str:
    """The rows that the groups among an indicator's rows add up."""
    form = catalogue.forms[Indicator.operands(model.numerator)[0][0]] if model.rows else None
    names = [name for group in model.rows if form and group in form.groups for name in form.group_members(group)]
    return "; ".join(say.label(form.members[name].name) for name in names) if form else ""


def _left_out(catalogue: Catalogue, model: Indicator, say: Messages) -> str:
    """The rows of the form that are a part of others, where an indicator sums over all rows."""
    if model.rows or model.kind == "all_met":
        return ""
    form = catalogue.forms[Indicator.operands(model.numerator)[0][0]]
    return "; ".join(say.label(member.name) for member in form.members.values() if member.part_of)


def _target(catalogue: Catalogue, model: Indicator, target: Target, say: Messages) -> str:
    """What is to be reached, how binding it is, since when, who set it and where that stands."""
    said = f"{SIGNS[target.op]} {Voice.of(model, catalogue, say).shown(target.value)}"
    days = [("from", target.start), ("to", target.end)]
    when = [_word(key, say.lang, day=f"{day:%d/%m/%Y}") for key, day in days if day not in {date.min, date.max}]
    is_public = str(target.source).startswith("http")
    where = f"[{_word('source', say.lang)}]({target.source})" if is_public else _word("illustrative", say.lang)
    who = [say.label(target.issuer)] if target.issuer else []
    return f"{said} ({', '.join([_word(target.role, say.lang), *when, *who, where])})"


PARTS: dict[str, Callable[[Lang], Iterator[str]]] = {"findings": _findings, "indicators": _indicators}


def main() -> None:
    """Write the made parts of all pages."""
    for name in PARTS:
        for lang in LANGUAGES:
            page(name, lang).write_text(written(name, lang), encoding="utf-8")


if __name__ == "__main__":
    main()
