"""Above the sheet of rate and mix effects, in words: who is farthest from the cluster, and how that comes about."""

from collections.abc import Sequence

from pipeline.report.gaps import cluster_of, gaps_of, points, title_of
from pipeline.report.sheets.book import HEAD_ROW, Page
from pipeline.report.sheets.decomposition_cells import COLUMNS, EFFECTS, LETTER, Gap
from pipeline.report.sheets.formulas import quoted
from pipeline.report.sheets.living import number_words, spliced

AT = HEAD_ROW - 1
_HELPERS = ("farthest", "name", *EFFECTS, "total")  # right of the table: where it is, who, the parts and the whole gap
_FIRST = len(COLUMNS) + 1
WIDTHS = (3, *(12,) * len(_HELPERS))
_HELPER = {name: chr(ord("A") + number) for number, name in enumerate(_HELPERS, _FIRST)}
_SHOWN = 4  # as `gaps`


def write(page: Page, indicator: str, gaps: Sequence[Gap]) -> None:
    """Write the sentence, and beside it what it is made of; nothing without gaps. ``gaps`` stand below each other."""
    book = page.book
    found = gaps_of(book.results.consolidation.tables, indicator)
    if not found:
        return
    say, cluster = book.say, cluster_of(len(found), len(book.provinces), book.say)
    page.text(AT - 1, _FIRST, say("workbook.choice.helpers"), "muted")
    _helpers(page, gaps)
    parts = {"rate": EFFECTS[0], "mix": EFFECTS[1], "total": "total"}
    words = {part: _points(page, f"${_HELPER[name]}${AT + 1}") for part, name in parts.items()}
    words |= {"name": f"${_HELPER['name']}${AT + 1}", "label": gaps[0].cell("label")}
    most = spliced(say, "gap.title.most", words, cluster=cluster)
    none = spliced(say, "gap.title.none", {"label": words["label"]}, cluster=cluster)
    formula = f"=IF(ROUND(${_HELPER['total']}${AT + 1},{_SHOWN})=0,{none},{most})"
    said = title_of(found, book.label(indicator), cluster, book.province, say)
    page.prose(AT, len(COLUMNS) - 1, said, "prose", "bold", formula=formula)


def _helpers(page: Page, gaps: Sequence[Gap]) -> None:
    """The line that is farthest from the cluster, the first of several; what it holds."""
    book = page.book
    ends = [at for gap in gaps for at in gap.places.values()]
    first, last = min(ends), max(ends)

    def column(name: str) -> str:
        return f"${LETTER[name]}${first + 1}:${LETTER[name]}${last + 1}"

    wholes = [(gap.places[""] - first + 1, gap.rows[""]) for gap in gaps]
    number, row = max(wholes, key=lambda pair: round(abs(pair[1]["total"]), 9))
    is_whole = f"({column('row')}={quoted(book.say('workbook.decomposition.whole'))})"
    size, count = f"ROUND(ABS({column('total')}),9)", last - first + 1
    # Computed as arrays: of the whole gaps the largest, and the first line that is as large.
    most = f"SUMPRODUCT(MAX({is_whole}*{size}))"
    back = f"SUMPRODUCT(MAX({is_whole}*({size}={most})*({last + 2}-ROW({column('total')}))))"
    where = f"${_HELPER['farthest']}${AT + 1}"
    page.formula(AT, _FIRST, f"={count + 1}-{back}", number, "muted")
    values = {"name": book.province(row["province"] or "")} | {n: row[n] for n in (*EFFECTS, "total")}
    for at, (name, value) in enumerate(values.items(), _FIRST + 1):
        page.formula(AT, at, f"=INDEX({column(name)},{where})", value, "muted", "points")


def _points(page: Page, cell: str) -> str:
    """A difference in percentage points, as `gaps.points` writes it."""
    minus = points(-1.0, page.book.say, 0)[0]
    sign = f'IF(ROUND(100*{cell},2)>0,"+",IF(ROUND(100*{cell},2)<0,{quoted(minus)},""))'
    return f"{sign}&{number_words(page.book.say, f'ABS(100*{cell})', '2')}"
