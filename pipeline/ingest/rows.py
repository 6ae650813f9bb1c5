"""Says of each row of a table what it is: a member, a total, a sub-total, a note, nothing."""

import re
from dataclasses import dataclass, field, replace
from string import ascii_lowercase

from pipeline.catalogue.forms import PERIOD, PROVINCE, Key, Member
from pipeline.ingest.code_labels import CodeLabels
from pipeline.ingest.reader import Sheet, shortest
from pipeline.ingest.vocabulary import Vocabulary
from pipeline.labels import Label
from pipeline.periods import Period
from pipeline.text import fold, label_variants, mask_personal, strip_opening, tidy

_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]](\s*=.*)?")
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
    conflict: tuple[Label, Label] | None = None  # what the text names, and what the code names instead
    differs: Label | None = None  # what the code names, where the text is no spelling of it


@dataclass
class KeyReader:
    """Reads one key of a form's rows."""

    key: Key
    vocabulary: Vocabulary
    groups: dict[str, str] = field(default_factory=dict)  # folded label -> group id

    def __post_init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._codes: dict[str, Member] = {}
        self._coded: dict[tuple[str, str], Named] = {}
        self._known: dict[tuple[str, str], Named] = {}  # in a table of several keys each name stands many times
        self._labels = CodeLabels([member for member in self.key.listed or () if member.code], self.vocabulary)
        for member in self.key.listed or ():
            for name in (*member.name.all, *member.also):
                for variant in label_variants(self.vocabulary.fill(name), self.vocabulary.of_which):
                    self._members.setdefault(variant, member)
            if member.code:
                self._codes[bare_code(member.code)] = member

    def read(self, text: str, code: str) -> Named:
        """What a key's cell (and its code cell) names."""
        if (text, code) not in self._known:
            self._known[text, code] = self._read(text, code)
        return self._known[text, code]

    def _read(self, text: str, code: str) -> Named:
        label = tidy(text)
        if label and self.vocabulary.is_total(label):
            return Named(label, code, kind="total")
        if self.key.key == PROVINCE:
            return self._province(label, code)
        if self.key.key == PERIOD:
            period = _period(label, self.vocabulary)
            return Named(label, code, period.id if period else "", "member" if period else "")
        variants = label_variants(label, self.vocabulary.of_which)
        for variant in variants:
            if variant in self.groups and variant not in self._members:
                return Named(label, code, kind="group", group=self.groups[variant])
        if self.key.listed is None:
            return Named(label, code, mask_personal(code or label), "open" if label or code else "")
        return self._member(label, code, variants)

    def _member(self, label: str, code: str, variants: tuple[str, ...]) -> Named:
        member = next((self._members[v] for v in variants if v in self._members), None)
        coded = self._codes.get(bare_code(code)) if code else None
        if member and coded and member.id != coded.id:
            return Named(label, code, conflict=(member.name, coded.name))
        if member is None and coded is not None:
            return self._by_code(label, code, coded)
        return self._as(member, label, code) if member else Named(label, code)

    def _as(self, member: Member, label: str, code: str) -> Named:
        if self.vocabulary.brackets_another(label, (*member.name.all, *member.also)):
            return Named(label, code)
        return Named(label, code, member.id, "member", member.part_of, member.group)

    def _by_code(self, label: str, code: str, coded: Member) -> Named:
        """The member that a code names beside a label that nobody knows; none where the label names a period."""
        if (label, code) not in self._coded:
            named = self._as(coded, label, code)
            if named.kind and label and self._labels.names_period(label):
                named = Named(label, code, differs=coded.name)
            elif named.kind and not self._labels.may_name(label, coded):
                named = replace(named, differs=coded.name)
            self._coded[label, code] = named
        return self._coded[label, code]

    def _province(self, label: str, code: str) -> Named:
        named = self.vocabulary.provinces
        variants = label_variants(label)
        for word in self.vocabulary.before_province:
            bare = (v.removeprefix(f"{word} ") for v in variants)
            variants = tuple(dict.fromkeys((*variants, *bare)))  # without repeats, or they double at every word
        province = next((named[v] for v in variants if v in named), None)
        coded = self.vocabulary.province_codes.get(bare_code(code)) if code else None
        if province and coded and province.id != coded.id and coded.code != province.code:
            return Named(label, code, conflict=(province.label, coded.label))
        province = province or coded
        return Named(label, code, province.id, "member") if province else Named(label, code)

    def names(self, text: str) -> bool:
        """Whether a label names something that this key knows (an open key knows totals only)."""
        return self.read(text, "").kind in {"member", "total", "group"}


def bare_code(code: str) -> str:
    """A code without what a spreadsheet adds or takes away.

    >>> [bare_code(code) for code in ("01", "1", "1.0", "'01", "01.", "0", "1.10")]
    ['1', '1', '1', '1', '1', '0', '1.10']
    """
    return code_text(code).lstrip("0") or "0"


def code_text(code: str) -> str:
    """A code as it was meant: no apostrophe before it, no decimals of a number that it never was.

    >>> code_text("40.0"), code_text("'007"), code_text("1.20")
    ('40', '007', '1.20')
    """
    return re.sub(r"\.0*$", "", tidy(code).lstrip("'\u2019"))


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


def is_number(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell holds a number, or a text that begins as one."""
    value = sheet.value(row, column)
    return isinstance(value, float) or (isinstance(value, str) and value.strip()[:1].isdigit())


def is_column_numbers(sheet: Sheet, row: int, end: int | None = None) -> bool:
    """Whether a row numbers the columns: ``(A) (B) 1 2 3=2/1``; a single number does so only in brackets.

    ``end`` is the column before which the table ends, where something else may stand beside it.
    """
    typed = [text for text in (tidy(shortest(value)) for value in sheet.rows[row][:end]) if text]
    bracketed = bool(typed) and all(_BRACKETED.fullmatch(text) for text in typed)
    texts = [text.strip("()[]") for text in typed]
    heads = [re.split(r"\s*=", text)[0].strip("() ") for text in texts]
    numbers = [int(head) for head in heads if re.fullmatch(r"\d{1,4}", head)]
    letters = [head.casefold() for head in heads if re.fullmatch(r"[^\W\d_]", head)]
    in_order = letters == list(ascii_lowercase[: len(letters)])
    if (
        len(numbers) < (1 if bracketed and len(heads) > 1 else 2)
        or len(numbers) + len(letters) < len(heads)
        or not in_order
    ):
        return False
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] in {0, 1, len(letters) + 1}


def opens_of_which(label: str, vocabulary: Vocabulary) -> bool:
    """Whether a label says that its row is counted in another one already."""
    said = fold(strip_opening(label))
    if said in vocabulary.of_which or said.startswith(vocabulary.of_which_openings):
        return True
    head, colon, _ = label.partition(":")
    return bool(colon) and fold(strip_opening(head)) in vocabulary.of_which
