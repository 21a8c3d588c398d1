"""How an employee has arranged his tables: kept on the server, so that it follows him to every PC."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from altius_desktop.models import EmployeeLayout


def get_layouts(session: Session) -> dict[str, Any]:
    """Widths, orders and sorts of the logged-in employee's tables, by the table's name."""
    rows = session.execute(sa.select(EmployeeLayout.name, EmployeeLayout.state))
    return {row.name: row.state for row in rows}


def save_layouts(session: Session, *, states: dict[str, dict[str, Any]]) -> None:
    """Keep these tables' states in place of the earlier ones; the other tables stay as they are."""
    if not states:
        return
    fresh = insert(EmployeeLayout).values([{"name": name, "state": state} for name, state in states.items()])
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["employee_id", "name"], set_={"state": fresh.excluded.state}
        )
    )
