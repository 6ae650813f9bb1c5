"""Totals and sub-totals against what they add up, and blank cells that a total proves to be zero."""

import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.checks.frames import absent_members, as_typed, based_on, corrections_in, finding_at, same
from pipeline.coded import texts
from pipeline.labels import Label
from pipeline.model import GROUP, MEMBER, TOTAL, Finding, Said
from pipeline.once import once
from pipeline.periods import Period
from pipeline.states import BLANK, LACKING, NIL, NUMBER

_TABLE = ["file", "form", "measure", "previous"]
_CLOSE = 1e-6  # by how much a sum of figures may differ from the total that it is
_Row = tuple[str, str, int]  # file, form, line
_Cell = Mapping[str, Any]  # a row of the frame of cells


class _Table:
    """The rows of one measure of one form in one file, found by what they have in common with a total."""

    def __init__(self, rows: pd.DataFrame, form: Form) -> None:
        self._form = form
        self._positions: list[int] = rows.index.tolist()
        self._names, self._periods, self._blocks, parts = (
            rows[name].tolist() for name in ("row", "period", "block", "part_of")
        )
        self._whole = [at for at, part in enumerate(parts) if part == ""]
        self._by_keys: dict[tuple[str, ...], dict[str, list[int]]] = {}
        self._absent = absent_members(form, self._names)

    def lacks_a_row(self, total: _Cell) -> bool:
        """Whether a listed member that a total adds up did not come: that is told, and its sum says nothing."""
        if not self._absent:
            return False
        added = self._form.group_members(total["group"]) if total["role"] == GROUP else self._form.members
        return any(member in self._absent for member in added)

    def added_up(self, total: _Cell) -> list[int]:
        """Positions of the rows that a total or sub-total says it adds up."""
        if total["role"] == GROUP:
            added, is_within = set(self._form.group_members(total["group"])), _is_within(total["block"])
            many = len(self._form.row_keys) > 1
            return [
                position
                for position, row, period, block in zip(
                    self._positions, self._names, self._periods, self._blocks, strict=True
                )
                if not added.isdisjoint(row.split("/") if many else (row,))
                and period == total["period"]
                and is_within(block)
            ]
        stated = _parts(total["block"])
        keys = tuple(part.partition("=")[0] for part in stated)
        if keys not in self._by_keys:
            self._by_keys[keys] = self._index(frozenset(keys))
        return self._by_keys[keys].get("\n".join(stated), [])

    def _index(self, keys: frozenset[str]) -> dict[str, list[int]]:
        """What a row says of these keys -> the rows that say so; one pass, however many totals there are."""
        found: dict[str, list[int]] = {}
        for at in self._whole:
            own = "\n".join(part for part in _parts(self._blocks[at]) if part.partition("=")[0] in keys)
            found.setdefault(own, []).append(self._positions[at])
        return found


def _parts(block: str) -> list[str]:
    return [part for part in block.split("\n") if part]


def check_totals(cells: pd.DataFrame, catalogue: Catalogue) -> tuple[list[Finding], dict[int, Sequence[int]]]:
    """Compare each total with its rows' sum; ``of which`` rows do not count. Proven blanks become nil in ``cells``.

    Returns the findings, and by the position of each total in a column of sums those of the rows that it adds up.
    """
    findings: list[Finding] = []
    added: dict[int, Sequence[int]] = {}
    members = cells.loc[cells["role"] == MEMBER, [*_TABLE, "row", "period", "block", "part_of"]]
    totals = cells[cells["role"].isin([TOTAL, GROUP]) & cells["state"].isin([NUMBER, NIL])]
    tables = {}
    if len(totals):
        stated = set(totals[_TABLE].itertuples(index=False, name=None))
        texts = {n: pd.Series(once(members[n]), members.index, object) for n in ("row", "period", "block", "part_of")}
        groups = members.assign(**texts).groupby(_TABLE, sort=False)
        tables = {k: _Table(rows, catalogue.forms[k[1]]) for k, rows in groups if k in stated}
    summed = [catalogue.forms[f].columns[m].sums for f, m in zip(totals["form"], totals["measure"], strict=True)]
    blocks = _block_totals(cells, totals[np.array(summed, dtype=bool)])
    numbers = _Numbers(cells)
    for position, total in zip(totals.index.tolist(), totals.to_dict("records"), strict=True):
        column = catalogue.forms[total["form"]].columns[total["measure"]]
        table = tables.get(tuple(total[name] for name in _TABLE))
        adds = table is not None and column.sums and not table.lacks_a_row(total)
        rows = table.added_up(total) if table is not None and adds else []
        block = blocks.get((total["file"], total["form"], total["line"]))
        rows = rows if block is None else [row for row in rows if block[0] < numbers.lines[row] < block[1]]
        rows = _of_cluster(cells, total, rows, catalogue)
        if column.sums:
            added[position] = array("q", rows)  # a list takes five times as much
        if rows and not numbers.agree(position, rows):
            label = catalogue.forms[total["form"]].label_of(total["measure"])
            findings.extend(_compare(cells, position, rows, label, signed=column.signed))
    return [*findings, *_blanks(cells, catalogue)], added


class _Numbers:
    """The numbers of all cells in lists, for the many totals of which there is nothing to be said."""

    def __init__(self, cells: pd.DataFrame) -> None:
        self.lines = array("q", cells["line"].to_numpy().tobytes())
        self._values, self._decimals = (array("d", cells[n].to_numpy(float).tobytes()) for n in ("value", "decimals"))
        self._plain: list[bool] = (cells["state"].isin([NUMBER, NIL]) & (cells["factor"] == 1)).tolist()

    def agree(self, position: int, rows: Sequence[int]) -> bool:
        """Whether a total is the sum of these rows, which all hold a number in the form's own unit."""
        if not all(self._plain[row] for row in rows):
            return False
        stated, found = (np.array([n]) for n in (self._values[position], sum(self._values[row] for row in rows)))
        return bool(same(stated, found, np.array([min(float(self._decimals[position]), 15.0)]))[0])


def _of_cluster(cells: pd.DataFrame, total: _Cell, rows: list[int], catalogue: Catalogue) -> list[int]:
    """Without provinces outside of the cluster where the total is the sum of the others: it may leave them out."""
    period = Period.parse(total["reported_in"])
    if not catalogue.forms[total["form"]].covers_cluster or period is None:
        return rows
    own = [row for row in rows if cells.at[row, "province"] in catalogue.members_on(period)]
    return own if abs(cells.loc[own, "value"].sum(skipna=False) - total["value"]) < _CLOSE else rows


def _block_totals(cells: pd.DataFrame, totals: pd.DataFrame) -> dict[_Row, tuple[float, float]]:
    """Totals of a table that has several, which add up the rows next to them and not all -> between which lines."""
    found: dict[_Row, tuple[float, float]] = {}
    own = totals[totals["role"] == TOTAL]
    for (file, form, _), several in own.groupby(["file", "form", "block"], sort=False):
        lines = sorted(set(several["line"]))
        if len(lines) < 2:
            continue
        members = cells[(cells["file"] == file) & (cells["form"] == form) & (cells["role"] == MEMBER)]
        members = members[
            (members["part_of"] == "") & members["block"].map(_is_within(several["block"].iloc[0])).astype(bool)
        ]
        for before, line, after in zip([-1, *lines], lines, [*lines[1:], math.inf], strict=False):
            figures = several[several["line"] == line]
            if not _adds_up(figures, members):
                spans = ((before, line), (line, after), (-1, line))
                fitting = (s for s in spans if _adds_up(figures, members[members["line"].between(*s, "neither")]))
                span = next(fitting, None)
                if span:
                    found[str(file), str(form), line] = span
    return found


def _is_within(block: str) -> Callable[[str], bool]:
    stated = set(_parts(block))
    return lambda other: stated <= set(_parts(other))


def _adds_up(figures: pd.DataFrame, members: pd.DataFrame) -> bool:
    """Whether a total's row is the sum of some rows, in all that it states and not only in zeros."""
    sums = texts(members[["measure", "previous", "value"]]).groupby(["measure", "previous"])["value"].sum()
    names = zip(figures["measure"], figures["previous"], strict=True)
    pairs = [(v, sums[n]) for v, n in zip(figures["value"], names, strict=True) if n in sums.index]
    return any(v for v, _ in pairs) and all(abs(v - added) < _CLOSE for v, added in pairs)


def _compare(cells: pd.DataFrame, position: int, rows: list[int], column: Label, *, signed: bool) -> list[Finding]:
    total = cells.loc[position]
    states = cells.loc[rows, "state"]
    if states.isin([s for s in LACKING if s != BLANK]).any():
        return []
    found, stated = float(cells.loc[rows, "value"].sum()), float(total["value"])
    decimals = decimals_of(cells, total, rows)
    blank = states.index[states == BLANK]
    agrees = bool(same(np.array([stated]), np.array([found]), np.array([decimals]))[0])
    if len(blank):
        # A formula adds up whatever is there: only a total that somebody typed proves that a blank is 0.
        if agrees and not total["computed"] and (not signed or len(blank) == 1):
            cells.loc[blank, "state"] = NIL
            cells.loc[blank, "value"] = 0.0
            return [finding_at(cells, p, "blank_is_zero", "info", total=str(total["cell"])) for p in blank]
        return []
    if agrees:
        return []
    params: dict[str, object] = {"column": column, "sum": found, "difference": stated - found, "rows": len(rows)}
    corrected = corrections_in(cells, [*rows, position])
    if corrected:
        own = as_typed(cells.loc[[*rows, position]])["value"]
        own_total, own_sum = own.iloc[-1:].to_numpy(), own.iloc[:-1].sum(skipna=False)
        if np.isnan(own_total - own_sum).any() or same(own_total, np.array([own_sum]), np.array([decimals]))[0]:
            params |= {"now": stated, "corrected": corrected}
            return [finding_at(cells, position, "corrected_total_mismatch", "warning", str(total["raw"]), **params)]
        params["difference"] = Said("number.difference", {"difference": stated - found, "corrected": corrected})
    params["advice"] = _advice(cells, rows, total, found - stated, decimals)
    told = finding_at(cells, position, "total_mismatch", "warning", None, **params)
    return [based_on(told, cells, rows, stated - found)]


def _advice(cells: pd.DataFrame, rows: list[int], total: "pd.Series", lacks: float, decimals: float) -> Said:
    """What to look at: the cells that the total's own formula leaves out, if the total lacks just these."""
    names = set(str(total["left_out"]).split())
    left = cells.loc[[row for row in rows if cells.at[row, "cell"] in names], ["cell", "value"]]
    explain = len(left) > 0 and same(np.array([left["value"].sum()]), np.array([lacks]), np.array([decimals]))[0]
    return Said("total.left_out", {"cells": left["cell"].tolist()}) if explain else Said("total.check")


def decimals_of(cells: pd.DataFrame, total: "pd.Series", rows: list[int]) -> float:
    """To how many decimals a total and its rows' sum must agree: rows in coarser units were rounded before it was."""
    if (cells.loc[rows, "factor"] == 1).all():
        return min(float(total["decimals"]), 15.0)
    added = cells.loc[rows]
    converted = added[(added["factor"] != 1) & (added["state"] == NUMBER)]
    rounded = 10.0 ** -min(float(total["decimals"]), 15.0)
    coarser = 10.0 ** -converted["decimals"].astype(float).clip(upper=15.0)
    return -float(np.log10(rounded + coarser[coarser > rounded].sum()))


def _blanks(cells: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Blank cells that nothing proves to be zero; a stated figure that cannot be computed is rightly blank."""
    blank = cells[(cells["role"] == MEMBER) & (cells["state"] == BLANK)]
    findings = []
    for position, cell in blank.iterrows():
        form = catalogue.forms[cell["form"]]
        column = form.columns[cell["measure"]]
        if column.equals or column.may_be_blank:
            continue
        label, advice = form.label_of(cell["measure"]), Said("blank.number")
        findings.append(finding_at(cells, position, "blank_cell", "warning", column=label, advice=advice))
    return findings
