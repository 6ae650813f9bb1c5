"""SQL over the observations of all consolidated periods."""

import sqlite3
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import store
from pipeline.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

TABLE = "observations"


def engine() -> str:
    """What answers: DuckDB where it is installed, else the SQLite that comes with Python."""
    return "duckdb" if find_spec("duckdb") else "sqlite"


def sql(query: str, outputs: Path) -> "pd.DataFrame":
    """The answer to a query on the table ``observations``. Raises `UsageError` where it cannot be answered."""
    return _duckdb(query, outputs) if engine() == "duckdb" else _sqlite(query, outputs)


def _duckdb(query: str, outputs: Path) -> "pd.DataFrame":
    duckdb = import_module("duckdb")
    with duckdb.connect() as connection:
        if files := [str(file) for file in store.observation_files(outputs)]:
            connection.from_parquet(files, union_by_name=True).create_view(TABLE)
        else:
            connection.register(TABLE, store.history(outputs))
        try:
            answer: pd.DataFrame = connection.execute(query).df()
        except duckdb.Error as error:
            raise UsageError("error.query", detail=str(error)) from error
        return answer


def _sqlite(query: str, outputs: Path) -> "pd.DataFrame":
    import pandas as pd

    with closing(sqlite3.connect(":memory:")) as connection:
        store.history(outputs).to_sql(TABLE, connection, index=False)
        try:
            return pd.read_sql_query(query, connection)
        except pd.errors.DatabaseError as error:
            raise UsageError("error.query", detail=str(error.__cause__)) from error
