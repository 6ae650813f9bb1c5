"""In which of our languages a workbook is written: that of most titles, headers and row labels that it uses."""

from collections import Counter
from collections.abc import Iterator, Mapping

from pipeline.catalogue.forms import Form
from pipeline.ingest.reader import Sheet
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.model import LANGS
from pipeline.text import fold_variants

_MOST_ROWS = 100  # more rows of a form say no more of its language


def language_of(sheets: Mapping[str, Sheet], vocabulary: Vocabulary) -> str:
    """The language of the forms that sheets hold, form id -> sheet; empty where none of ours is among their texts."""
    counts: Counter[str] = Counter()
    for name, sheet in sheets.items():
        known: dict[str, set[str]] = {}
        for lang, text in _texts(vocabulary.catalogue.forms[name]):
            for variant in fold_variants(vocabulary.fill(text)):
                known.setdefault(variant, set()).add(lang)
        said = {v for row in sheet.rows[:_MOST_ROWS] for t in row if isinstance(t, str) and t for v in fold_variants(t)}
        # A text that both languages write alike tells nothing.
        counts.update(next(iter(langs)) for text, langs in known.items() if text in said and len(langs) == 1)
    return max(counts, key=lambda lang: counts[lang], default="")


def _texts(form: Form) -> Iterator[tuple[str, str]]:
    """(language, text) of everything that a form names in several languages."""
    found = [*(key.header for key in form.rows), *(column.header for column in form.columns.values())]
    headers = [header for header in found if header is not None]
    labels = [form.title, *(member.label for member in form.members.values() if member.label is not None)]
    for lang in LANGS:
        yield from ((lang, label.root[lang]) for label in labels if lang in label.root)
        yield from ((lang, part) for header in headers for part in header.root.get(lang, ()))
