"""Employees at work without a window: a session for each act, as the window's worker does it."""

import threading
from collections.abc import Callable
from datetime import date, time
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from altius_desktop.database.connection import Database
from altius_desktop.domain.ids import new_id
from altius_desktop.models import Activity
from altius_desktop.services.activities import due_instant
from altius_desktop.services.acts import Acted, Inverse, undo_act
from altius_desktop.services.day import ActivityRow, Day, get_day, list_activities
from altius_desktop.services.identity import Identity, get_cover, get_identity
from altius_desktop.services.plans import PlanRow, save_plan
from tests.conftest import Office

CALL = UUID("01900000-0000-7000-8001-000000000001")
MEETING = UUID("01900000-0000-7000-8001-000000000002")
INTERESTED = UUID("01900000-0000-7000-8002-000000000002")
POSTPONED = UUID("01900000-0000-7000-8002-000000000004")
REFUSED = UUID("01900000-0000-7000-8002-000000000007")

T = TypeVar("T")


class Desk:
    """One employee logged in; `act` gives each call an act id of its own unless it gets one."""

    def __init__(self, office: Office, login: str) -> None:
        self.office = office
        self.login = login
        self.database: Database = office.database(login)
        self.me: Identity = self.ask(get_identity)

    def ask(self, operation: Callable[..., T], **arguments: Any) -> T:
        with self.database.transaction() as session:
            return operation(session, **arguments)

    def act(self, operation: Callable[..., Acted], **arguments: Any) -> Acted:
        arguments.setdefault("act_id", new_id())
        return self.ask(operation, **arguments)

    def undo(self, inverse: Inverse | None) -> Acted:
        assert inverse is not None
        return self.act(undo_act, inverse=inverse)

    def row(self, activity_id: UUID) -> ActivityRow:
        (row,) = self.ask(list_activities, ids=[activity_id])
        return row

    def day(self, day: date | None = None, *, overdue: bool = False, of: UUID | None = None) -> Day:
        with self.database.transaction() as session:
            cover = get_cover(session, of or self.me.employee_id)
            return get_day(session, cover=cover, day=day, overdue=overdue)

    def plan(self, **fields: Any) -> UUID:
        """Plan one activity for today, oneself and one's department, unless the fields say otherwise; its id.

        The department's colleagues may change it; with an assignee and no department only they two may.
        """
        row = self.plan_row(**fields)
        self.act(save_plan, plan_id=new_id(), title="", rows=[row])
        return row.activity_id

    def plan_row(self, **fields: Any) -> PlanRow:
        section = fields.get("section", "call")
        values: dict[str, Any] = {
            "activity_id": new_id(),
            "section": section,
            "kind_id": {"call": CALL, "event": MEETING, "daily": None}[section],
            "counterparty_id": None,
            "contact_person_id": None,
            "phone": None,
            "assignee_id": None if fields.get("department_id") else self.me.employee_id,
            "department_id": None if "assignee_id" in fields else self.me.department_id,
            "due_on": fields.get("due_on") or self.office.today(),
            "due_time": None,
            "deadline_on": None,
            "topic": "Тема",
            "description": "",
            "priority": 2,
        }
        return PlanRow(**{**values, **fields})

    def sql(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """A statement of this employee's through a bare connection; ids as texts."""
        plain = [str(item) if isinstance(item, UUID) else item for item in parameters]
        return self.office.fetch(self.login, query, *plain)

    def close(self) -> None:
        self.database.close()


def as_owner(office: Office, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """A statement of the administrator's in the company's database: to set a stage, never to act as somebody."""
    plain = [str(item) if isinstance(item, UUID) else item for item in parameters]
    with office.admin.connect(office.address.database) as connection, connection.cursor() as cursor:
        cursor.execute(query, plain)
        return cursor.fetchall() if cursor.description else []


def employee_id(office: Office, login: str) -> UUID:
    return UUID(as_owner(office, "SELECT id::text FROM employee WHERE login = %s", login)[0][0])


def set_zone(office: Office, zone: str) -> None:
    as_owner(office, "UPDATE company SET time_zone = %s", zone)


def set_due(desk: Desk, activity_id: UUID, due_on: date, due_time: time | None) -> None:
    """Move an activity by a bare UPDATE, as another program might."""
    with desk.database.transaction() as session:
        session.execute(
            sa.update(Activity)
            .where(Activity.id == activity_id)
            .values(due_on=due_on, due_at=due_instant(due_on, due_time))
        )


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each job returned or raised; all start at the same moment, each on a thread of its own."""
    gate = threading.Barrier(len(jobs))
    outcomes: list[Any] = [None] * len(jobs)

    def run(number: int, job: Callable[[], Any]) -> None:
        gate.wait(10)
        try:
            outcomes[number] = job()
        except Exception as error:
            outcomes[number] = error

    threads = [threading.Thread(target=run, args=item, daemon=True) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a job hangs"
    return outcomes
