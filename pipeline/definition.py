"""What an indicator is made of, in the words of the forms' headers, and what a target asks for."""

from pipeline.catalogue import Catalogue
from pipeline.catalogue.models import Indicator
from pipeline.messages import Messages

# A target's comparison as a sign, and the message that says it in words.
SIGNS = {">=": "\u2265", "<=": "\u2264", ">": ">", "<": "<"}
CONDITIONS = {">=": "at_least", "<=": "at_most", ">": "above", "<": "below"}


def name_of(catalogue: Catalogue, indicator: str, say: Messages) -> str:
    """What an indicator is called; its id where the catalogue gives no name."""
    label = catalogue.indicators[indicator].label
    return say.label(label) if label else indicator


def formula_of(catalogue: Catalogue, model: Indicator, say: Messages) -> str:
    """How it is computed: measures with their forms, or the indicators that it joins."""
    if model.kind == "all_met":
        return "; ".join(name_of(catalogue, name, say) for name in model.of)
    top, bottom = (_operands(catalogue, side, say) for side in (model.numerator, model.denominator))
    return say(f"workbook.formula.{model.kind}", top=top, bottom=bottom)


def form_name(catalogue: Catalogue, form: str, say: Messages) -> str:
    """How a form is called: its number, else its title; the id of one that the catalogue does not know."""
    model = catalogue.forms.get(form)
    if model is None:
        return form
    return say("workbook.form", number=model.number) if model.number else say.label(model.title)


def _operands(catalogue: Catalogue, side: str, say: Messages) -> str:
    parts = [
        f"{say.label(catalogue.forms[form].label_of(measure))} [{form_name(catalogue, form, say)}]"
        for form, measure in Indicator.operands(side)
    ]
    return " + ".join(parts) if len(parts) < 2 else f"({' + '.join(parts)})"


def rows_of(catalogue: Catalogue, model: Indicator, say: Messages) -> str:
    """The rows that it sums over."""
    if not model.rows:
        return "" if model.kind == "all_met" else say("workbook.notes.all_rows")
    known = catalogue.forms[Indicator.operands(model.numerator)[0][0]]
    labels = []
    for name in model.rows:
        group = known.groups.get(name)
        member = next((m for m in known.members.values() if name in {m.id, m.code}), None)
        label = group.label if group else member.name if member else None
        labels.append(say.label(label) if label else name)
    return ", ".join(labels)
