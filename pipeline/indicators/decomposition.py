"""How much of a gap between two rates is how cases are dealt with, and how much is which cases there are."""

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.columns import TABLES
from pipeline.indicators.figures import Source
from pipeline.indicators.strata import Rows, Strata, rows_of, strata_before, strata_of, summed
from pipeline.messages import Messages
from pipeline.model import Lang
from pipeline.statistics.effects import decomposed, whole

if TYPE_CHECKING:
    import pandas as pd

_Own = dict[str, Strata]  # by province
_CLUSTER = ""
CLUSTER, LAST_YEAR = "cluster", "last_year"
_NUMBERS = (
    "numerator", "denominator", "base_numerator", "base_denominator", "rate", "base_rate", "rate_effect", "mix_effect",
    "total",
)  # fmt: skip


def decomposition(source: Source, lang: Lang) -> "pd.DataFrame":
    """Gaps to the cluster and to last year by row, with the columns `TABLES["decomposition"]`.

    A province's rows end with one without ``row``: the whole gap, which the parts add up to. There is none where a
    number of a row lacks on either side, where the two sides have not the same rows, or where a row has cleared cases
    and no cases.
    """
    import pandas as pd

    say, rows = Messages(lang), list[tuple[object, ...]]()
    catalogue = source.catalogue
    made_of = {name: made for name, one in catalogue.indicators.items() if (made := rows_of(one, catalogue))}
    found: dict[str, tuple[_Own, _Own]] = {name: ({}, {}) for name in made_of}
    # One province after the other: its numbers are let go after it.
    for province, (name, made) in product(catalogue.members_on(source.period), made_of.items()):
        now, before = found[name]
        if own := strata_of(catalogue.indicators[name], made, province, source.now):
            now[province] = own
            if base := strata_before(catalogue.indicators[name], made, province, source):
                before[province] = base
    for name, made in made_of.items():
        rows.extend(_of_indicator(name, made, found[name], catalogue, say))
    return pd.DataFrame(rows, columns=list(TABLES["decomposition"])).astype(dict.fromkeys(_NUMBERS, "float64"))


def _of_indicator(
    name: str, rows: Rows, found: tuple[_Own, _Own], catalogue: Catalogue, say: Messages
) -> Iterator[tuple[object, ...]]:
    now, before = found
    cluster = dict.fromkeys(now, summed(now)) if len(now) > 1 else {}
    for against, bases in ((CLUSTER, cluster), (LAST_YEAR, before)):
        for province, base in bases.items():
            yield from _rows((name, against, province), now[province], base, rows, catalogue, say)
    if now and before.keys() == now.keys():
        own, base = summed(now), summed(before)
        yield from _rows((name, LAST_YEAR, _CLUSTER), own, base, rows, catalogue, say)


def _rows(
    about: tuple[str, str, str], own: Strata, base: Strata, rows: Rows, catalogue: Catalogue, say: Messages
) -> Iterator[tuple[object, ...]]:
    name, against, province = about
    effects = decomposed(own, base)
    if effects is None:
        return
    indicator, form = catalogue.indicators[name], catalogue.forms[rows.form]
    label = indicator.label.text(say.lang) if indicator.label else name
    shown = catalogue.province_label(province).text(say.lang) if province else say("cli.cluster")
    head = (name, label, against, province, shown)
    for member, effect in effects.items():
        parts = (*own[member], *base[member])
        rates = (parts[0] / parts[1] if parts[1] else None, parts[2] / parts[3] if parts[3] else None)
        text = form.members[member].name.text(say.lang)
        yield (*head, member, text, *map(_float, (*parts, *rates, effect.rate, effect.mix, effect.total)))
    (top, bottom), (base_top, base_bottom) = whole(own), whole(base)
    rate, mix = (sum((getattr(e, side) for e in effects.values()), start=top * 0) for side in ("rate", "mix"))
    parts = (top, bottom, base_top, base_bottom)
    yield (*head, "", "", *map(_float, (*parts, top / bottom, base_top / base_bottom, rate, mix, rate + mix)))


def _float(value: object) -> float:
    return float("nan") if value is None else float(value)  # type: ignore[arg-type]
