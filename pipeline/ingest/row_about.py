"""What the names of a table's row say its cells are about."""

from collections.abc import Mapping

from pipeline.catalogue.forms import PERIOD, PROVINCE
from pipeline.ingest.opened_table import Table
from pipeline.ingest.row_keys import block_of
from pipeline.ingest.rows import Named
from pipeline.ingest.sink import Row
from pipeline.model import MEMBER


def label_of(named: Mapping[str, Named]) -> str:
    """The row's names as the sheet says them."""
    return " ".join(n.text for n in named.values() if n.text)


def period_and_province(table: Table, named: Mapping[str, Named]) -> tuple[str, str]:
    """The period and the province of a row: its own where it has such keys."""
    period = named[PERIOD].id if PERIOD in named else table.sink.reported_in
    province = named[PROVINCE].id if PROVINCE in named else table.sink.province
    return period or table.sink.reported_in, province


def about_member(table: Table, named: Mapping[str, Named], label: str) -> Row:
    """What a member's cells are about."""
    names = [named[key.key] for key in table.form.row_keys]
    return Row(
        MEMBER,
        "/".join(n.id for n in names),
        label,
        *period_and_province(table, named),
        part_of=next((n.part_of for n in names if n.part_of), ""),
        group=next((n.group for n in names if n.group), ""),
        block=block_of(named.items()),
    )
