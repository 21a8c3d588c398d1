"""Private activities: who reads them, and that nobody else finds a letter of one, however he asks."""

import select
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from psycopg2 import errors

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.activities import (
    fields_of,
    may_change,
    record_result,
    reopen_activity,
    reschedule_activity,
    set_highlight,
    update_activity,
)
from altius_desktop.services.demo import DEMO_LOGINS
from altius_desktop.services.history import list_history, list_last_finished
from altius_desktop.services.plans import save_plan
from altius_desktop.services.search import find_anything
from tests.conftest import Office
from tests.db.desks import CALL, INTERESTED, Desk, as_owner, employee_id

SECRET = "Кукушкина"
OTHERS = tuple(login.login for login in DEMO_LOGINS if login.login != "petrova")
Open = Callable[[str], Desk]


def firm_of(desk: Desk) -> UUID:
    return UUID(desk.sql("SELECT id::text FROM counterparty WHERE NOT archived ORDER BY id LIMIT 1")[0][0])


def secret_call(desk: Desk, **fields: Any) -> UUID:
    """A private call of this employee's, each of its texts with the word that nobody may find."""
    return desk.plan(
        topic=f"Тема {SECRET}",
        description=f"Описание {SECRET}",
        phone=f"8 {SECRET}",
        counterparty_id=firm_of(desk),
        is_private=True,
        priority=1,
        **fields,
    )


def finish(desk: Desk, call: UUID, **fields: Any) -> Any:
    arguments = {"kind_id": INTERESTED, "text": f"Итог {SECRET}", "follow_up_id": new_id(), **fields}
    return desk.act(record_result, activity_id=call, seen_version=desk.row(call).row_version, **arguments)


def edit(desk: Desk, call: UUID, **changes: Any) -> Any:
    seen = fields_of(desk.row(call))
    return desk.act(update_activity, activity_id=call, seen=seen, mine=replace(seen, **changes))


def readable_tables(desk_or_office: Office, login: str) -> list[str]:
    rows = desk_or_office.fetch(
        login,
        """SELECT c.oid::regclass::text FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace
           AND c.relkind IN ('r', 'v', 'm') AND has_any_column_privilege(c.oid, 'SELECT')""",
    )
    return [name for (name,) in rows]


def what_he_reads(office: Office, login: str) -> str:
    """Everything that this login can SELECT, as one text."""
    found = []
    for table in readable_tables(office, login):
        found += office.fetch(login, f"SELECT t::text FROM {table} AS t")
    return "\n".join(text for (text,) in found)


@pytest.fixture
def call(desk: Open) -> tuple[Desk, UUID]:
    petrova = desk("petrova")
    return petrova, secret_call(petrova, due_time=time(15, 0))


def test_its_owner_sees_it_whole(call: tuple[Desk, UUID]) -> None:
    petrova, activity = call
    row = petrova.row(activity)
    assert (row.topic, row.description, row.own_phone) == (
        f"Тема {SECRET}",
        f"Описание {SECRET}",
        f"8 {SECRET}",
    )
    assert (row.counterparty_id, row.priority) == (firm_of(petrova), 1)
    assert (row.is_private, row.concealed) == (True, False)
    assert activity in {one.id for one in petrova.day().rows}


@pytest.mark.parametrize("login", [login for login in OTHERS if login != "admin"])
def test_a_colleague_sees_that_there_is_one_at_that_time_and_nothing_more(
    desk: Open, call: tuple[Desk, UUID], login: str
) -> None:
    petrova, activity = call
    colleague = desk(login)
    (row,) = [one for one in colleague.day(of=petrova.me.employee_id).rows if one.id == activity]
    assert row.is_private and row.concealed
    assert (row.due_time, row.assignee_id, row.status) == (time(15, 0), petrova.me.employee_id, "planned")
    assert (row.topic, row.description, row.phone, row.own_phone, row.result_text) == ("", "", "", None, "")
    assert (row.counterparty_id, row.contact_person_id, row.priority) == (None, None, 2)
    assert not may_change(row, colleague.me)


@pytest.mark.parametrize("login", OTHERS)
def test_nobody_else_finds_a_letter_of_it_in_anything_he_may_read(
    office: Office, call: tuple[Desk, UUID], login: str
) -> None:
    petrova, activity = call
    finish(petrova, activity, postponed_to=(office.today(), None))
    edit(petrova, secret_call(petrova), topic=f"Иначе {SECRET}")
    as_owner(office, "ANALYZE")
    assert SECRET in what_he_reads(office, "petrova")
    assert SECRET not in what_he_reads(office, login)
    assert office.fetch(login, "SELECT s::text FROM pg_stats AS s WHERE tablename = 'activity_private'") == []
    if login != "admin":
        (count,) = office.fetch(login, "SELECT count(*) FROM activity_private")
        assert count == (0,)


@pytest.mark.parametrize("login", OTHERS)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT topic::integer FROM activity_private",
        "SELECT 1 / (length(topic) - length(topic)) FROM activity_private",
        "SELECT * FROM activity_private WHERE topic::date IS NOT NULL AND activity_id = %(id)s",
        "SELECT folded(topic) FROM activity_private WHERE (topic || '')::uuid IS NOT NULL",
        "SELECT p.topic FROM activity AS a JOIN activity_private AS p ON p.activity_id = a.id",
        "UPDATE activity_private SET topic = topic RETURNING topic",
        "SELECT topic FROM activity_private FOR UPDATE",
        "SELECT row_to_json(p)::text FROM activity_private AS p",
    ],
)
def test_a_query_that_fails_on_a_value_does_not_tell_it(
    office: Office, call: tuple[Desk, UUID], login: str, query: str
) -> None:
    _petrova, activity = call
    with office.connect(login) as connection, connection.cursor() as cursor:
        try:
            cursor.execute(query, {"id": str(activity)})
            assert cursor.fetchall() == []
        except errors.InsufficientPrivilege as refused:
            assert SECRET not in str(refused)


@pytest.mark.parametrize("login", OTHERS)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE activity SET is_private = false WHERE id = %(id)s",
        "UPDATE activity SET assignee_id = current_employee_id() WHERE id = %(id)s",
        "UPDATE activity SET status = 'cancelled' WHERE id = %(id)s",
        "UPDATE activity SET topic = 'x' WHERE id = %(id)s",
        "INSERT INTO activity_private (activity_id, topic) VALUES (%(id)s, 'x')",
        "DELETE FROM activity_private",
        "UPDATE activity_private SET activity_id = activity_id",
        "ALTER TABLE activity_private DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON activity_private USING (true)",
        "CREATE VIEW public.seen AS SELECT * FROM activity_private",
        "CREATE TEMP VIEW seen AS SELECT * FROM activity_private",
        "SET row_security = off; SELECT topic FROM activity_private",
        "UPDATE company SET referent_id = current_employee_id(), referent_of_id = current_employee_id()",
    ],
)
def test_nobody_else_opens_or_takes_it(
    office: Office, call: tuple[Desk, UUID], login: str, change: str
) -> None:
    petrova, activity = call
    with office.connect(login) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.Error) as refused:
            cursor.execute(change, {"id": str(activity)})
        assert isinstance(refused.value, errors.InsufficientPrivilege)
        assert SECRET not in str(refused.value)
    assert petrova.row(activity).topic == f"Тема {SECRET}"
    assert petrova.row(activity).assignee_id == petrova.me.employee_id


def test_an_insert_under_its_id_changes_nothing_of_it(desk: Open, call: tuple[Desk, UUID]) -> None:
    petrova, private = call
    public = petrova.plan(topic="Обычное")
    kryukov = desk("kryukov")
    for activity in (private, public):
        kryukov.sql(
            "INSERT INTO activity (id, section, assignee_id, due_on, topic, is_private)"
            " VALUES (%s, 'daily', current_employee_id(), office_today(), 'чужое', true) ON CONFLICT DO NOTHING",
            activity,
        )
    assert petrova.row(private).topic == f"Тема {SECRET}"
    assert petrova.row(public).topic == "Обычное"
    edit(petrova, public, is_private=True)
    assert petrova.row(public).topic == "Обычное"


def test_a_colleague_may_colour_it_and_is_told_whose_it_is_when_he_would_change_it(
    desk: Open, call: tuple[Desk, UUID]
) -> None:
    _petrova, activity = call
    gromov = desk("gromov")
    gromov.act(set_highlight, activity_id=activity, highlight=3)
    assert gromov.row(activity).highlight == 3
    with pytest.raises(UserError) as told:
        edit(gromov, activity, topic="Моё")
    assert SECRET not in told.value.text


def test_the_director_names_his_referent_who_then_keeps_his_private_ones(desk: Open) -> None:
    gromov, lapina, kryukov = desk("gromov"), desk("lapina"), desk("kryukov")
    own, of_lapina = secret_call(gromov), secret_call(desk("petrova"))
    assert lapina.row(own).concealed
    gromov.sql("SELECT set_referent(%s)", lapina.me.employee_id)
    assert lapina.row(own).topic == f"Тема {SECRET}"
    edit(lapina, own, topic=f"Перенос {SECRET}")
    assert gromov.row(own).topic == f"Перенос {SECRET}"
    assert lapina.row(of_lapina).concealed
    assert kryukov.row(own).concealed
    gromov.sql("SELECT set_referent(NULL)")
    assert lapina.row(own).concealed


@pytest.mark.parametrize("login", [login for login in ("petrova", *OTHERS) if login != "gromov"])
def test_nobody_but_the_director_names_a_referent(office: Office, login: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        office.fetch(login, "SELECT set_referent(%s)", str(employee_id(office, "petrova")))


def test_a_referent_of_one_who_is_director_no_more_reads_nothing(desk: Open, office: Office) -> None:
    gromov, lapina = desk("gromov"), desk("lapina")
    own = secret_call(gromov)
    gromov.sql("SELECT set_referent(%s)", lapina.me.employee_id)
    groups = "SELECT set_account_groups('gromov', %s)"
    try:
        office.fetch("admin", groups, ["employee"])
        assert lapina.row(own).concealed
    finally:
        office.fetch("admin", groups, ["director"])
    assert not lapina.row(own).concealed


def test_made_private_and_public_again_its_texts_move_and_undo_moves_them_back(desk: Open) -> None:
    petrova, kryukov = desk("petrova"), desk("kryukov")
    activity = petrova.plan(topic=f"Тема {SECRET}", description="Текст", counterparty_id=firm_of(petrova))
    before = fields_of(petrova.row(activity))
    hidden = edit(petrova, activity, is_private=True, topic=f"Новая {SECRET}")
    stored = "SELECT topic, description, counterparty_id FROM activity WHERE id = %s"
    assert kryukov.sql(stored, activity) == [("", "", None)]
    assert petrova.row(activity).topic == f"Новая {SECRET}"
    petrova.undo(hidden.inverse)
    assert fields_of(petrova.row(activity)) == before
    edit(petrova, activity, is_private=True)
    shown = edit(petrova, activity, is_private=False, description="")
    assert (kryukov.row(activity).topic, kryukov.row(activity).description) == (f"Тема {SECRET}", "")
    assert petrova.sql("SELECT count(*) FROM activity_private") == [(0,)]
    petrova.undo(shown.inverse)
    assert kryukov.row(activity).concealed
    assert fields_of(petrova.row(activity)) == replace(before, is_private=True)


def test_what_was_noted_of_it_while_it_was_public_goes_with_its_texts(desk: Open, office: Office) -> None:
    petrova = desk("petrova")
    row = petrova.plan_row(topic=f"Первая {SECRET}", counterparty_id=firm_of(petrova))
    plan = new_id()
    petrova.act(save_plan, plan_id=plan, title=f"План {SECRET}", rows=[row])
    petrova.sql("UPDATE plan SET title = %s WHERE id = %s", f"Ещё {SECRET}", plan)
    edit(petrova, row.activity_id, topic=f"Вторая {SECRET}")
    edit(petrova, row.activity_id, due_time=time(9, 0))
    assert SECRET in what_he_reads(office, "gromov")
    edit(petrova, row.activity_id, is_private=True)
    for login in ("gromov", "kryukov"):
        assert SECRET not in what_he_reads(office, login)
    traces = as_owner(
        office, "SELECT counterparty_id, old, new FROM audit WHERE activity_id = %s", row.activity_id
    )
    assert all(firm is None for firm, _old, _new in traces)
    # Who moved it and when stays told: nobody wipes his traces by making something private.
    assert any(new and "due_at" in new for _firm, _old, new in traces)


@pytest.mark.parametrize("login", [login for login in OTHERS if login != "admin"])
def test_its_history_is_its_readers_and_the_audit_notes_only_that_it_changed(
    office: Office, call: tuple[Desk, UUID], login: str
) -> None:
    petrova, activity = call
    edit(petrova, activity, topic=f"Иначе {SECRET}")
    petrova.act(
        reschedule_activity,
        activity_id=activity,
        seen_version=petrova.row(activity).row_version,
        due_on=office.today(),
        due_time=time(16, 0),
    )
    query = "SELECT old::text, new::text FROM history_of('activity', %s) WHERE action = 'update'"
    assert petrova.sql(query, activity) == [("{}", "{}"), ("{}", "{}")]
    assert office.fetch(login, query, str(activity)) == []


def test_result_reopening_moving_and_their_undo_work_as_for_any_other(
    office: Office, call: tuple[Desk, UUID]
) -> None:
    petrova, activity = call
    before = petrova.row(activity)
    follow_up = new_id()
    done = finish(petrova, activity, follow_up_id=follow_up, postponed_to=(office.today(), None))
    row = petrova.row(activity)
    assert (row.status, row.result_text, row.result_kind_id) == ("done", f"Итог {SECRET}", INTERESTED)
    assert row.postponed_to == office.today()
    after = petrova.row(follow_up)
    assert (after.is_private, after.topic, after.own_phone) == (True, before.topic, before.own_phone)
    petrova.undo(done.inverse)
    assert fields_of(petrova.row(activity)) == fields_of(before)
    assert (petrova.row(activity).status, petrova.row(activity).result_text) == ("planned", "")
    assert petrova.row(follow_up).status == "cancelled"
    finish(petrova, activity)
    reopened = petrova.act(
        reopen_activity, activity_id=activity, seen_version=petrova.row(activity).row_version
    )
    assert petrova.row(activity).result_text == ""
    petrova.undo(reopened.inverse)
    assert petrova.row(activity).result_text == f"Итог {SECRET}"


def test_a_conflict_over_a_private_one_shows_both_texts_to_its_readers(desk: Open) -> None:
    petrova, gromov = desk("petrova"), desk("gromov")
    activity = petrova.plan(topic="Общее", assignee_id=gromov.me.employee_id, is_private=True)
    seen = fields_of(petrova.row(activity))
    edit(gromov, activity, topic="Его")
    with pytest.raises(UserError) as told:
        petrova.act(update_activity, activity_id=activity, seen=seen, mine=replace(seen, topic="Её"))
    (conflict,) = told.value.fields  # type: ignore[attr-defined]  # a Conflict
    assert (conflict.field, conflict.theirs) == ("topic", "Его")


def test_history_of_the_card_and_search_show_it_to_its_readers_alone(
    desk: Open, call: tuple[Desk, UUID]
) -> None:
    petrova, activity = call
    firm = firm_of(petrova)
    finish(petrova, activity)
    for login, sees in (("petrova", True), ("gromov", False), ("kryukov", False)):
        one = desk(login)
        history = one.ask(list_history, counterparty_id=firm, period=None)
        last = one.ask(list_last_finished, counterparty_id=firm, limit=1)
        hits = one.ask(find_anything, query=SECRET).hits
        assert (activity in {row.id for row in history}) == sees
        assert (activity in {row.id for row in last}) == sees
        assert [(hit.kind, hit.id) for hit in hits] == ([("result", activity)] if sees else [])
    days = [row.day for row in petrova.ask(list_history, counterparty_id=firm, period=None)]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("reader", ["kryukov", "petrova"])
def test_a_query_asks_once_who_reads_whatever_many_private_ones_there_are(
    office: Office, desk: Open, reader: str
) -> None:
    firm = firm_of(desk("petrova"))
    as_owner(
        office,
        """INSERT INTO activity (id, section, kind_id, counterparty_id, assignee_id, author_id, due_on, topic, is_private)
           SELECT gen_random_uuid(), 'call', %s, %s, e.id, e.id, office_today(), 'Тема ' || n, true
           FROM employee AS e, generate_series(1, 2000) AS n WHERE e.login = 'petrova'""",
        CALL,
        firm,
    )
    as_owner(office, "ANALYZE")
    for query in (
        "SELECT a.id FROM activity_private AS own JOIN activity AS a ON a.id = own.activity_id"
        " WHERE own.counterparty_id = %s",
        "SELECT own.topic FROM activity AS a LEFT JOIN activity_private AS own"
        " ON a.is_private AND own.activity_id = a.id WHERE a.due_on = office_today() AND %s::uuid IS NOT NULL",
    ):
        (plan,) = desk(reader).sql(f"EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) {query}", firm)[0]
        nodes = [plan[0]["Plan"]]
        asking = 0
        while nodes:
            node = nodes.pop()
            nodes += node.pop("Plans", [])
            if any(
                name in str(node) for name in ("may_read_private", "current_employee_id", "whose_referent")
            ):
                assert (node["Parent Relationship"], node["Actual Loops"] <= 1) == ("InitPlan", True), node
                asking += 1
        assert asking >= 2


def test_the_news_of_it_are_ids(office: Office, desk: Open) -> None:
    petrova = desk("petrova")
    with office.connect("kryukov") as connection:
        with connection.cursor() as cursor:
            cursor.execute("LISTEN altius_news")
        activity = secret_call(petrova)
        edit(petrova, activity, topic=f"Иначе {SECRET}")
        heard: list[str] = []
        while sum(str(activity) in payload for payload in heard) < 2:
            assert select.select([connection], [], [], 20)[0], heard
            connection.poll()
            heard += [notify.payload for notify in connection.notifies]
            connection.notifies.clear()
    assert not any(SECRET in payload or str(firm_of(petrova)) in payload for payload in heard)


def test_nobody_inherits_a_private_one_of_whoever_leaves(office: Office, desk: Open) -> None:
    kryukov, gromov = desk("kryukov"), desk("gromov")
    activity = secret_call(kryukov)
    gromov.sql("SELECT set_referent(%s)", kryukov.me.employee_id)
    as_owner(
        office,
        "UPDATE employee SET login = NULL WHERE login = 'kryukov'",
    )
    gromov.sql("SELECT dismiss_employee(%s, %s)", kryukov.me.employee_id, employee_id(office, "fomin"))
    assert as_owner(office, "SELECT status, assignee_id::text FROM activity WHERE id = %s", activity) == [
        ("cancelled", str(kryukov.me.employee_id))
    ]
    assert as_owner(office, "SELECT referent_id, referent_of_id FROM company") == [(None, None)]
    assert SECRET not in what_he_reads(office, "fomin")


def test_a_private_one_needs_a_topic_and_an_assignee(desk: Open) -> None:
    petrova = desk("petrova")
    with pytest.raises(UserError):
        petrova.plan(topic="", is_private=True)
    with pytest.raises(UserError):
        petrova.plan(assignee_id=None, department_id=petrova.me.department_id, is_private=True)
    with pytest.raises(UserError):
        edit(petrova, petrova.plan(is_private=True), topic="")
