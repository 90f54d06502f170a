"""What a person's own SQL may be: one statement that reads published tables and nothing else.

DuckDB itself says what a statement is (`extract_statements`) and what it is made of (`json_serialize_sql`). Both are
asked of a connection that is locked down already: to take `import database 'x'` apart, DuckDB opens files of x.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from pipeline.exceptions import QueryRefused

LONGEST = 20_000
"""Characters of a statement: the longest of ours has two thousand."""

TABLE_FUNCTIONS = frozenset(
    {
        "range",
        "generate_series",
        "unnest",
        "repeat",
        "json_each",
        "json_tree",
        "summary",
        "duckdb_tables",
        "duckdb_views",
        "duckdb_columns",
        "duckdb_constraints",
        "duckdb_functions",
        "duckdb_keywords",
        "duckdb_schemas",
        "duckdb_types",
        "pragma_show",
        "pragma_storage_info",
        "pragma_table_info",
        "pragma_version",
        "pg_timezone_names",
        "icu_calendar_names",
    }
)
"""What may stand in place of a table. Others read files, change the session (`enable_logging`), carry SQL past this
check (`query`, `json_execute_serialized_sql`) or take addresses in memory (`arrow_scan`)."""

REFUSED_FUNCTIONS = frozenset({"current_setting", "write_log", "sleep_ms"})
"""What tells of the machine, or does something else than to compute."""

_SYSTEM_NAME = re.compile(r"(duckdb|pragma|pg|sqlite)_")
_EXPLAIN = re.compile(r"\A\s*explain(\s+analyze)?\s", re.IGNORECASE)
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


def want_one_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.StatementType:
    """Say what kind of statement it is; raise `QueryRefused` unless it is one, and one that reads."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in _READING:
        kinds = [statement.type.name for statement in statements]
        raise QueryRefused(
            "PIVOT has to name its values here: pivot … on software_name in ('mastodon', 'lemmy') using …"
            if kinds == ["CREATE", "SELECT"]
            else "only one statement that reads can be run here: select, from, describe, summarize, explain"
        )
    return statements[0].type


def want_published_only(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise `QueryRefused` for what reaches beyond the published tables, or could."""
    kind = want_one_reading(connection, sql)
    if kind == duckdb.StatementType.EXPLAIN:
        # what is explained is bound, and run where `analyze` is said: it is checked as itself
        sql = _EXPLAIN.sub("", sql, count=1)
        if want_one_reading(connection, sql) != duckdb.StatementType.SELECT:
            raise QueryRefused("explain has to be the first word, and can explain what reads only")
    ((told,),) = connection.execute("select json_serialize_sql($sql)", {"sql": sql}).fetchall()
    try:
        tree = json.loads(told)
    except RecursionError:
        raise QueryRefused("the query is nested too deeply") from None
    if tree["error"] or len(tree["statements"]) != 1:
        raise QueryRefused(
            "pragmas cannot be used here; describe and show tell what tables there are"
        )
    for what in _reaching_out(tree):
        raise QueryRefused(
            f"{what:.60} cannot be used here: a query sees the published tables, and no files, "
            "no network, no settings"
        )


def _reaching_out(tree: Any) -> Iterator[str]:
    """Names of what a statement may not use."""
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, list):
            left.extend(node)
        elif isinstance(node, dict):
            left.extend(node.values())
            kind = node.get("type")
            if kind == "TABLE_FUNCTION":
                name = str(node["function"].get("function_name", "an expression")).lower()
                if name not in TABLE_FUNCTIONS:
                    yield name
            elif kind == "BASE_TABLE":
                name = str(node["table_name"]).lower()
                if _SYSTEM_NAME.match(name) and name not in TABLE_FUNCTIONS:
                    yield name
            elif node.get("class") == "FUNCTION":
                name = str(node["function_name"]).lower()
                if name in REFUSED_FUNCTIONS:
                    yield name
