"""What the server really does for an operation: each of its statements run again under EXPLAIN ANALYZE."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from altius_desktop.database.connection import Database

# Tables that a large company fills; the others are read whole without harm.
BIG = frozenset(
    {
        "activity",
        "attempt",
        "contact_person",
        "contact_point",
        "counterparty",
        "counterparty_role",
        "counterparty_search",
    }
)


@dataclass(frozen=True)
class Explained:
    """`buffers` of all statements together; `scanned` are the big tables that were read from end to end."""

    buffers: int
    scanned: tuple[str, ...]
    statements: tuple[str, ...]


def explain(database: Database, operation: Callable[..., Any], **arguments: Any) -> Explained:
    """Run the operation, then every SELECT that it made once more, to see how it was answered."""
    made: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        made.append((statement, parameters))

    engine = database._engine
    sa.event.listen(engine, "after_cursor_execute", keep)
    try:
        with database.transaction() as session:
            operation(session, **arguments)
    finally:
        sa.event.remove(engine, "after_cursor_execute", keep)
    buffers, scanned, statements = 0, [], []
    with engine.begin() as connection:
        for statement, parameters in made:
            if statement.startswith("EXPLAIN"):
                continue
            if "set_config" in statement:
                connection.exec_driver_sql(statement, parameters)
                continue
            explained = connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters
            ).scalar_one()[0]
            plan = explained["Plan"]
            buffers += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            scanned += [
                node["Relation Name"]
                for node in _nodes(plan)
                if node["Node Type"] == "Seq Scan" and node["Relation Name"] in BIG
            ]
            statements.append(statement)
    return Explained(buffers, tuple(scanned), tuple(statements))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
