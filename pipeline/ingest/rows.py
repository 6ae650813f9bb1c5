"""Says of each row of a table what it is: a member, a total, a sub-total, a note, nothing."""

import re
from dataclasses import dataclass, field
from string import ascii_lowercase

from pipeline.catalogue.forms import PERIOD, PROVINCE, Key, Member
from pipeline.ingest.reader import Sheet, shortest
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.periods import Period
from pipeline.text import fold, label_variants, mask_personal, strip_opening, tidy

_PART_OF_YEAR = re.compile(r"(?P<word>\D*?)\s*(?P<number>\d{1,2})(?:\D+(?P<year>\d{4}))?")


@dataclass(frozen=True)
class Named:
    """What one key of a row says: its text, and the member, group, total, province or period that it names."""

    text: str
    code: str = ""
    id: str = ""
    kind: str = ""  # member, total, group, open; empty: not known
    part_of: str = ""
    group: str = ""


@dataclass
class KeyReader:
    """Reads one key of a form's rows."""

    key: Key
    vocabulary: Vocabulary
    groups: dict[str, str] = field(default_factory=dict)  # folded label -> group id

    def __post_init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._codes: dict[str, Member] = {}
        for member in self.key.listed or ():
            for name in (*member.name.all, *member.also):
                for variant in label_variants(self.vocabulary.fill(name), self.vocabulary.of_which):
                    self._members.setdefault(variant, member)
            if member.code:
                self._codes[_bare(member.code)] = member

    def read(self, text: str, code: str) -> Named:
        """What a key's cell (and its code cell) names."""
        label = tidy(text)
        if label and self.vocabulary.is_total(label):
            return Named(label, code, kind="total")
        if self.key.key == PROVINCE:
            return self._province(label, code)
        if self.key.key == PERIOD:
            period = _period(label, self.vocabulary)
            return Named(label, code, period.id if period else "", "member" if period else "")
        if self.key.listed is None:
            return Named(label, code, code or mask_personal(label), "open" if label or code else "")
        return self._member(label, code)

    def _member(self, label: str, code: str) -> Named:
        variants = label_variants(label, self.vocabulary.of_which)
        for variant in variants:
            if variant in self.groups and variant not in self._members:
                return Named(label, code, kind="group", group=self.groups[variant])
        member = next((self._members[v] for v in variants if v in self._members), None)
        if member is None and code:
            member = self._codes.get(_bare(code))
        if member is None:
            return Named(label, code)
        return Named(label, code, member.id, "member", member.part_of, member.group)

    def _province(self, label: str, code: str) -> Named:
        named = self.vocabulary.provinces
        variants = label_variants(label)
        for word in sorted(
            self.vocabulary.folded(self.vocabulary.catalogue.words.reporting_unit), key=len, reverse=True
        ):
            variants += tuple(v.removeprefix(f"{word} ") for v in variants)
        province = next((named[v] for v in variants if v in named), None)
        if province is None and code:
            province = self.vocabulary.province_codes.get(_bare(code))
        return Named(label, code, province.id, "member") if province else Named(label, code)

    def names(self, text: str) -> bool:
        """Whether a label names something that this key knows (an open key knows totals only)."""
        return self.read(text, "").kind in {"member", "total", "group"}


def _bare(code: str) -> str:
    return code.strip().lstrip("0") or "0"


def _period(text: str, vocabulary: Vocabulary) -> Period | None:
    """A row's own period: a period's id, a year, or the number of a month or quarter with or without its word."""
    period = Period.parse(text)
    match = _PART_OF_YEAR.fullmatch(fold(text)) if period is None else None
    if match is None:
        return period
    year, word, number = match["year"] or vocabulary.period.year, (match["word"] or "").strip(), int(match["number"])
    if word in vocabulary.folded(vocabulary.catalogue.words.quarter):
        return Period.parse(f"{year}-Q{number}")
    if not word or word in vocabulary.folded(vocabulary.catalogue.words.month):
        return Period.parse(f"{year}-{number:02d}")
    return None


def is_column_numbers(sheet: Sheet, row: int) -> bool:
    """Whether a row numbers the columns: ``(A) (B) 1 2 3=2/1``."""
    texts = [tidy(shortest(value)).strip("()[]") for value in sheet.rows[row]]
    texts = [text for text in texts if text]
    heads = [re.split(r"\s*=", text)[0].strip("() ") for text in texts]
    numbers = [int(head) for head in heads if head.isdigit()]
    letters = [head.casefold() for head in heads if re.fullmatch(r"[^\W\d_]", head)]
    in_order = letters == list(ascii_lowercase[: len(letters)])
    if len(numbers) < 2 or len(numbers) + len(letters) < len(heads) or not in_order:
        return False
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] in {0, 1, len(letters) + 1}


def opens_of_which(label: str, vocabulary: Vocabulary) -> bool:
    """Whether a label says that its row is counted in another one already."""
    head = label.partition(":")[0]
    return any(fold(strip_opening(part)) in vocabulary.of_which for part in (head, label)) or any(
        fold(strip_opening(label)).startswith(f"{word} ") for word in vocabulary.of_which
    )
