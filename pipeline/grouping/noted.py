"""Findings as plain rows, with what their places and sentences have in common taken apart."""

import re
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.columns import FINDINGS
from pipeline.model import Bases, Basis

if TYPE_CHECKING:
    import pandas as pd

_CELL = re.compile(r"([A-Z]+)([0-9]+)")
# What differs between two findings of one kind: quoted texts, texts in brackets, numbers.
_PARTICULARS = re.compile(r"\"[^\"]*\"|\([^()]*\)|[0-9][0-9.,]*")


class Noted:
    """One finding, by its place in the frame."""

    def __init__(self, position: int, texts: dict[str, str], bases: Bases) -> None:
        self.position = position
        self.severity, self.rule, self.province, self.form = (texts[n] for n in FINDINGS[:4])
        self.file, self.sheet, self.cell, self.value, self.expected, self.message = (texts[n] for n in FINDINGS[4:])
        self.basis = bases.get((self.rule, self.file, self.sheet, self.cell), Basis())
        match = _CELL.fullmatch(self.cell)
        self.column, self.row = (match[1], int(match[2])) if match else ("", 0)

    @cached_property
    def where(self) -> str:
        """The place as sentences begin with it."""
        place = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        return f"{place} ({self.file})" if place else self.file

    @cached_property
    def said(self) -> str:
        """The sentence without its place."""
        return self.message.removeprefix(f"{self.where}: ") if self.where else self.message

    @cached_property
    def pattern(self) -> str:
        """What the sentence has in common with others of its kind."""
        return _PARTICULARS.sub("*", self.said)


def noted(findings: "pd.DataFrame", bases: Bases) -> list[Noted]:
    """The rows of a frame with the columns `FINDINGS`; nulls are empty."""
    columns = {name: findings[name].fillna("").astype(str).tolist() for name in FINDINGS}
    rows = zip(*columns.values(), strict=True)
    return [Noted(i, dict(zip(columns, row, strict=True)), bases) for i, row in enumerate(rows)]
