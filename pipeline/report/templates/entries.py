"""What may be typed into a blank form: by each column's kind and by the form's own rules, said when it is typed.

Each condition is written twice from one text: for the validation of what is typed, and for the look of a cell of which
the condition does not hold, for what is pasted is validated by nobody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pipeline.catalogue.forms import Column as Measure
from pipeline.catalogue.forms import Form, Rule
from pipeline.expressions import PREVIOUS, Term
from pipeline.report.templates.cells import Cell, Table, runs
from pipeline.report.templates.wording import Wording

_LONGEST = 255  # of a formula that validates, and of what is said where it does not hold
_TITLE = 32


@dataclass(frozen=True)
class Condition:
    """A rule over the cells of one line, or of a list's column: its formula, which is true where it holds."""

    rule: Rule
    formula: str
    cells: tuple[Cell, ...]


@dataclass
class _Entry:
    """Cells below each other in which the same may be typed; formulas are those of the first."""

    cells: list[Cell] = field(default_factory=list)
    measure: Measure = field(default_factory=Measure)
    conditions: list[Condition] = field(default_factory=list)


@dataclass(frozen=True)
class Looks:
    """How a cell looks that is still empty, that holds what no such cell may hold, of which a rule does not hold."""

    empty: Format
    wrong: Format
    doubtful: Format


def conditions_of(table: Table, offset: int) -> list[Condition]:
    """The form's rules over the cells of a line; a list has each of them once, at its first line."""
    places = table.places(offset)
    found = []
    for rule in table.form.rules:
        cells = {term: table.at(*places[term]) for term in rule.expression.terms}
        names = {term: _fixed(cell, row=table.form.layout == "list") for term, cell in cells.items()}
        formula = rule.expression.formula(names, exact=_is_whole(table, cells))
        found.append(Condition(rule, formula, tuple(dict.fromkeys(cells.values()))))
    return found


def _is_whole(table: Table, terms: Iterable[Term]) -> bool:
    return all(table.form.columns[term.name.partition(".")[0]].kind == "count" for term in terms)


def _fixed(cell: Cell, *, row: bool = False) -> str:
    """An address of which the column stays, and perhaps the row, where the formula is taken to other cells."""
    return str(xl_rowcol_to_cell(*cell, row_abs=row, col_abs=True))


def write_entries(sheet: Worksheet, table: Table, words: Wording, looks: Looks) -> None:
    """Write what is allowed in the cells of figures, and how they look where it is not so."""
    for entry in _entries(table):
        kind = _kind(entry.measure, _fixed(entry.cells[0]), words)
        _validate(sheet, table, entry, words)
        name = _fixed((entry.cells[0][0], table.label))
        _look(sheet, entry.cells, f'AND({name}<>"",ISBLANK({_fixed(entry.cells[0])}))', looks.empty)
        _look(sheet, entry.cells, f"NOT(OR(ISBLANK({_fixed(entry.cells[0])}),{kind}))", looks.wrong)
    for conditions in _by_rule(table):
        cells = [cell for condition in conditions for cell in condition.cells]
        _look(sheet, cells, f"NOT({conditions[0].formula})", looks.doubtful)


def _by_rule(table: Table) -> list[list[Condition]]:
    """Each rule's conditions, from the first line down; a list has one of each."""
    lines = table.members[:1] if table.form.layout == "list" else table.members
    return [list(same) for same in zip(*(conditions_of(table, offset) for offset in lines), strict=True)]


def _entries(table: Table) -> Iterator[_Entry]:
    """The cells that are typed in, those together that are of one column of a table."""
    first = table.members[:1]
    of_list = conditions_of(table, 0) if table.form.layout == "list" and first else []
    for index in table.measured:
        entries: dict[object, _Entry] = {}
        for offset in table.members:
            if not table.is_entry(offset, index) or not table.measure(offset, index).is_number:
                continue
            entry = entries.setdefault(table.name(offset, index), _Entry(measure=table.measure(offset, index)))
            if not entry.cells:
                conditions = of_list or conditions_of(table, offset)
                entry.conditions = [c for c in conditions if table.at(offset, index) in c.cells]
            entry.cells.append(table.at(offset, index))
        yield from entries.values()


def _kind(measure: Measure, cell: str, words: Wording) -> str:
    """What a cell of a kind may hold: such a number, or a mark that there is none."""
    limits = [] if measure.signed else [f"{cell}>=0"]
    limits += [f"{cell}=INT({cell})"] if measure.kind == "count" else []
    number = f"IF(ISNUMBER({cell}),{_all(limits)},FALSE)" if limits else f"ISNUMBER({cell})"
    marks = "|".join(["", "", *words.no_figure, ""])  # nothing at all is one of them
    return f'OR({number},ISNUMBER(FIND("|"&{cell}&"|","{marks}")))'


def _all(conditions: Sequence[str]) -> str:
    return conditions[0] if len(conditions) == 1 else f"AND({','.join(conditions)})"


def _validate(sheet: Worksheet, table: Table, entry: _Entry, words: Wording) -> None:
    kind = _kind(entry.measure, _fixed(entry.cells[0]), words)
    held: list[Condition] = []
    for condition in sorted(entry.conditions, key=lambda c: c.rule.severity):  # errors first
        # What does not fit in is shown by the cell's look alone.
        if len(_all([kind, *(c.formula for c in (*held, condition))])) <= _LONGEST:
            held.append(condition)
    kept = [condition.rule for condition in held]
    name = "signed" if entry.measure.signed else "unsigned"
    said = [
        words.say(f"templates.entry.{entry.measure.kind}.{name}"),
        *(message_of(rule, table.form, words) for rule in kept),
    ]
    may_be_right = any(rule.severity == "warning" for rule in kept)
    options = {
        "validate": "custom",
        "value": f"={_all([kind, *(c.formula for c in held)])}",
        "ignore_blank": False,  # else Excel takes anything as long as some cell that the formula names is blank
        "error_type": "warning" if may_be_right else "stop",
        "error_title": words.say("templates.entry.title")[:_TITLE],
        "error_message": _cut(" ".join(said)),
    }
    _for_cells(sheet, entry.cells, options)


def message_of(rule: Rule, form: Form, words: Wording) -> str:
    """What a rule says where it does not hold; without a message what it asks for."""
    if rule.message is not None:
        return words.fill(rule.message.text(words.lang))
    return words.say("templates.entry.rule", rule=worded(rule, form, words))


def worded(rule: Rule, form: Form, words: Wording) -> str:
    """A rule as people read it."""
    names = {}
    for term in rule.expression.terms:
        label = words.fill(form.label_of(term.name.removesuffix(PREVIOUS)).text(words.lang))
        names[term] = words.say("number.last_year", name=label) if term.name.endswith(PREVIOUS) else label
    return rule.expression.worded(names)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\u2026"


def _for_cells(sheet: Worksheet, cells: Sequence[Cell], options: Mapping[str, object]) -> None:
    areas = _areas(cells)
    sheet.data_validation(*areas[0], {**options, "other_cells": [list(area) for area in areas[1:]]})


def _areas(cells: Sequence[Cell]) -> list[tuple[int, int, int, int]]:
    """Cells as few areas, column by column from the top."""
    columns = dict.fromkeys(sorted(column for _, column in cells))
    return [
        (first, column, last, column)
        for column in columns
        for first, last in runs(row for row, own in set(cells) if own == column)
    ]


def _look(sheet: Worksheet, cells: Sequence[Cell], formula: str, look: Format) -> None:
    areas = _areas(cells)
    ranges = " ".join(xl_range(*area) for area in areas)
    options = {"type": "formula", "criteria": f"={formula}", "format": look, "multi_range": ranges}
    sheet.conditional_format(*areas[0], options)


def write_choice(sheet: Worksheet, cells: Sequence[Cell], source: str, words: Wording) -> None:
    """Let a row's name be chosen from the names that the form lists."""
    options = {
        "validate": "list",
        "source": source,
        "error_type": "stop",
        "error_title": words.say("templates.entry.title")[:_TITLE],
        "error_message": _cut(words.say("templates.entry.choice")),
    }
    _for_cells(sheet, cells, options)
