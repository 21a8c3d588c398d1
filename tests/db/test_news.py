"""What one workplace commits reaches the others: whom it names, what is ignored, and what a lost line does."""

import json
import os
import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from altius_desktop.database import listener as listeners
from altius_desktop.database.connection import Credentials, ServerAddress
from altius_desktop.database.listener import CHANNEL, Listener, News, parse_news
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.attempts import record_attempt
from altius_desktop.services.demo import DEMO_PASSWORD
from altius_desktop.services.plans import save_plan
from tests.conftest import Office
from tests.db.desks import Desk, as_owner, employee_id

PATIENCE = 10.0


class Ear:
    """A listener whose news and states wait in queues."""

    def __init__(self, address: ServerAddress, login: str) -> None:
        self.news: queue.Queue[News] = queue.Queue()
        self.states: queue.Queue[tuple[bool, UserError | None]] = queue.Queue()
        self.listener = Listener(
            address,
            Credentials(login, DEMO_PASSWORD),
            on_news=self._on_news,
            on_state=lambda connected, error: self.states.put((connected, error)),
        )

    def _on_news(self, news: tuple[News, ...]) -> None:
        for item in news:
            self.news.put(item)

    def hear(self, seconds: float = PATIENCE) -> News:
        return self.news.get(timeout=seconds)

    def state(self, seconds: float = PATIENCE) -> tuple[bool, UserError | None]:
        return self.states.get(timeout=seconds)


@contextmanager
def listening(office: Office, login: str = "petrova") -> Iterator[Ear]:
    ear = Ear(office.address, login)
    ear.listener.start()
    try:
        assert ear.state() == (True, None)
        yield ear
    finally:
        ear.listener.stop()
    assert "listener" not in {thread.name for thread in threading.enumerate()}


def listener_pid(office: Office, login: str = "petrova") -> int:
    ((pid,),) = as_owner(
        office,
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = %s "
        "AND backend_type = 'client backend'",
        f"{office.address.role_prefix}_{login}",
    )
    return int(pid)


@pytest.fixture
def scherbakova(office: Office) -> Iterator[Desk]:
    desk = Desk(office, "scherbakova")
    yield desk
    desk.close()


def test_a_commit_is_heard_within_a_second_with_ids_and_whom_it_concerns(
    office: Office, scherbakova: Desk
) -> None:
    call = scherbakova.plan(assignee_id=scherbakova.me.employee_id)
    with listening(office) as ear:
        scherbakova.sql("UPDATE activity SET topic = 'Новая' WHERE id = %s", call)
        news = ear.hear(1.0)
    assert news == News("activity", frozenset({call}), frozenset({scherbakova.me.employee_id}), frozenset())


def test_nothing_is_heard_before_the_commit_nor_after_a_rollback(office: Office, scherbakova: Desk) -> None:
    call = scherbakova.plan()
    with listening(office) as ear, office.connect("scherbakova") as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute("UPDATE activity SET topic = 'Раз' WHERE id = %s", (str(call),))
            connection.rollback()
            cursor.execute("UPDATE activity SET topic = 'Два' WHERE id = %s", (str(call),))
            assert ear.news.empty()
            connection.commit()
        ear.hear(1.0)
        assert ear.news.empty()


def test_a_reassignment_names_the_people_and_departments_before_and_after(
    office: Office, scherbakova: Desk
) -> None:
    timofeev, department = employee_id(office, "timofeev"), scherbakova.me.department_id
    call = scherbakova.plan(department_id=department)
    with listening(office) as ear:
        scherbakova.sql(
            "UPDATE activity SET assignee_id = %s, department_id = NULL WHERE id = %s", timofeev, call
        )
        news = ear.hear()
    assert news.employees == frozenset({timofeev, scherbakova.me.employee_id})
    assert news.departments == frozenset({department})


def test_moving_what_follows_a_finished_activity_is_news_of_both(office: Office, scherbakova: Desk) -> None:
    first = scherbakova.plan()
    second = scherbakova.plan()
    as_owner(office, "UPDATE activity SET follows_id = %s WHERE id = %s", str(first), str(second))
    with listening(office) as ear:
        office.fetch("scherbakova", "UPDATE activity SET due_on = due_on + 1 WHERE id = %s", str(second))
        assert ear.hear().ids == {first, second}


def test_an_attempt_is_news_of_its_activity_to_assignee_and_author(office: Office, scherbakova: Desk) -> None:
    fomin = employee_id(office, "fomin")
    call = scherbakova.plan(assignee_id=fomin)
    with listening(office) as ear:
        acted = scherbakova.act(record_attempt, attempt_id=new_id(), activity_id=call, outcome="talked")
        pressed = ear.hear()
        scherbakova.undo(acted.inverse)
        withdrawn = ear.hear()
    people = frozenset({fomin, scherbakova.me.employee_id})
    assert pressed == withdrawn == News("activity", frozenset({call}), people, frozenset())


def test_more_than_a_hundred_rows_are_named_by_nobody(office: Office, scherbakova: Desk) -> None:
    rows = [scherbakova.plan_row() for _ in range(120)]
    scherbakova.act(save_plan, plan_id=new_id(), title="", rows=rows)
    ids = [str(row.activity_id) for row in rows]
    with listening(office) as ear:
        scherbakova.sql("UPDATE activity SET priority = 1 WHERE id = ANY(%s::uuid[])", ids[:100])
        hundred = ear.hear()
        scherbakova.sql("UPDATE activity SET priority = 3 WHERE id = ANY(%s::uuid[])", ids[:101])
        more = ear.hear()
    assert hundred.ids == frozenset(UUID(item) for item in ids[:100])
    assert more.ids is None
    assert more.employees == frozenset({scherbakova.me.employee_id})


def test_a_hundred_rows_of_a_hundred_people_do_not_abort_the_transaction(
    office: Office, scherbakova: Desk
) -> None:
    """8,000 bytes is the limit of NOTIFY: the lists become null instead."""
    as_owner(
        office,
        """INSERT INTO employee (id, full_name, department_id)
           SELECT gen_random_uuid(), 'Сотрудник ' || n, (SELECT id FROM department LIMIT 1)
           FROM generate_series(1, 150) AS n""",
    )
    rows = [scherbakova.plan_row() for _ in range(100)]
    scherbakova.act(save_plan, plan_id=new_id(), title="", rows=rows)
    with listening(office) as ear:
        scherbakova.sql(
            """UPDATE activity SET assignee_id = e.id FROM
               (SELECT id, row_number() OVER () AS n FROM employee) AS e,
               (SELECT id, row_number() OVER () AS n FROM unnest(%s::uuid[]) AS id) AS a
               WHERE activity.id = a.id AND a.n = e.n""",
            [str(row.activity_id) for row in rows],
        )
        assert ear.hear() == News("activity", None, None, None)


def test_a_directory_is_news_to_everybody_and_an_update_of_no_row_to_nobody(office: Office) -> None:
    with listening(office) as ear:
        office.fetch("gromov", "UPDATE legend SET name = name WHERE highlight > 100")
        office.fetch("gromov", "UPDATE activity SET topic = topic WHERE false")
        office.fetch("gromov", "UPDATE legend SET name = 'Срочно' WHERE highlight = 1")
        assert ear.hear() == News("legend", None, None, None)
        assert ear.news.empty()


GARBAGE = [
    "",
    "no json",
    "[]",
    "7",
    "null",
    '"text"',
    "{}",
    '{"table": "activity"}',
    '{"table": 5, "ids": null, "employees": null, "departments": null}',
    '{"table": "activity", "ids": 7, "employees": null, "departments": null}',
    '{"table": "activity", "ids": ["x"], "employees": null, "departments": null}',
    '{"table": "activity", "ids": [7], "employees": null, "departments": null}',
    '{"table": "activity", "ids": [[]], "employees": null, "departments": null}',
    '{"table": "activity", "ids": [null], "employees": null, "departments": null}',
    '{"table": "activity", "ids": null, "employees": "abc", "departments": null}',
    "[" * 7900,
    '{"a":' * 1500,
    "9" * 7900,
    "\\u0000",
]


@pytest.mark.parametrize("payload", GARBAGE, ids=lambda payload: payload[:40])
def test_a_payload_that_is_no_news_is_nothing(payload: str) -> None:
    assert parse_news(payload) is None


def test_what_anybody_shouts_into_the_channel_harms_no_listener(office: Office, scherbakova: Desk) -> None:
    call = scherbakova.plan()
    with listening(office) as ear, office.connect("kryukov") as connection:
        with connection.cursor() as cursor:
            for payload in GARBAGE:
                cursor.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
            cursor.execute("SELECT pg_notify('another_channel', %s)", (json.dumps({"table": "activity"}),))
        scherbakova.sql("UPDATE activity SET topic = 'Слышно' WHERE id = %s", call)
        assert ear.hear().ids == frozenset({call})
        assert ear.news.empty()
        assert ear.states.empty()


def test_an_ended_session_is_told_and_heals_by_itself(office: Office, scherbakova: Desk) -> None:
    call = scherbakova.plan()
    with listening(office) as ear:
        as_owner(office, "SELECT pg_terminate_backend(%s)", listener_pid(office))
        assert ear.state() == (False, None)
        assert ear.state() == (True, None)
        scherbakova.sql("UPDATE activity SET topic = 'Снова' WHERE id = %s", call)
        assert ear.hear().ids == frozenset({call})


def test_a_locked_login_is_told_why_and_comes_back_when_asked(office: Office) -> None:
    role = f"{office.address.role_prefix}_vlasova"
    with listening(office, "vlasova") as ear:
        as_owner(office, f"ALTER ROLE {role} NOLOGIN")
        try:
            as_owner(office, "SELECT pg_terminate_backend(%s)", listener_pid(office, "vlasova"))
            assert ear.state() == (False, None)
            connected, error = ear.state()
            assert not connected
            assert isinstance(error, UserError)
        finally:
            as_owner(office, f"ALTER ROLE {role} LOGIN")
        ear.listener.retry_now()
        while not ear.state()[0]:
            pass


def test_without_a_server_the_listener_says_so_and_stops_at_once(office: Office) -> None:
    ear = Ear(ServerAddress(office.address.host, 1, office.address.database, "altius"), "petrova")
    ear.listener.start()
    connected, error = ear.state()
    assert not connected
    assert isinstance(error, UserError)
    ear.listener.stop()
    assert "listener" not in {thread.name for thread in threading.enumerate()}


def test_a_listener_that_was_never_started_can_be_stopped(office: Office) -> None:
    Ear(office.address, "petrova").listener.stop()


def test_a_server_that_refuses_to_listen_is_not_hammered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a standby does: it lets people in, and LISTEN fails."""
    monkeypatch.setattr(listeners, "CHANNEL", "no channel at all")
    ear = Ear(office.address, "petrova")
    ear.listener.start()
    assert ear.state() == (False, None)
    with pytest.raises(queue.Empty):
        ear.state(listeners.RETRY_SECONDS[0] / 2)
    ear.listener.stop()


def _can_stop_backends() -> bool:
    return hasattr(signal, "SIGSTOP") and Path("/proc/self").exists()


@pytest.mark.long
@pytest.mark.skipif(not _can_stop_backends(), reason="needs SIGSTOP and /proc")
def test_a_server_that_falls_silent_on_a_living_line_is_noticed(office: Office, scherbakova: Desk) -> None:
    call = scherbakova.plan()
    with listening(office) as ear:
        pid = listener_pid(office)
        os.kill(pid, signal.SIGSTOP)
        try:
            assert ear.state(4 * listeners.HEARTBEAT_SECONDS) == (False, None)
            assert ear.state() == (True, None)
        finally:
            os.kill(pid, signal.SIGCONT)
        scherbakova.sql("UPDATE activity SET topic = 'Снова' WHERE id = %s", call)
        assert ear.hear().ids == frozenset({call})
