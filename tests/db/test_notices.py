"""Whoever is concerned is told: once per act, for whom he answers, and nothing is lost or told to a stranger."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from psycopg2 import errors

from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.activities import (
    cancel_activity,
    record_result,
    reschedule_activity,
    set_highlight,
    take_activity,
)
from altius_desktop.services.notices import (
    NoticeRow,
    answer_notice,
    count_notices,
    count_unread,
    get_notices,
    hide_notices,
    list_inbox,
    list_sent,
    list_unread,
    open_notices,
    send_message,
    snooze_for,
    snooze_notice,
    snooze_to,
    snooze_to_tomorrow,
    take_arrivals,
    take_fresh,
    take_refusals,
)
from altius_desktop.services.plans import save_plan
from tests.conftest import Office
from tests.db.desks import INTERESTED, Desk, as_owner, employee_id, set_zone

Open = Callable[[str], Desk]


@pytest.fixture(autouse=True)
def nobody_covers(office: Office) -> None:
    """The demo's own routes and absences are out of the way."""
    as_owner(office, "UPDATE reminder_route SET archived = true")
    as_owner(office, "UPDATE absence SET archived = true")
    as_owner(office, "UPDATE employee SET has_workplace = true WHERE login IS NOT NULL")


def told(desk: Desk) -> list[list[tuple[str, UUID]]]:
    """What is new to him, notice by notice."""
    return [
        [(item.what, item.activity_id) for item in notice.items]
        for notice in desk.ask(take_fresh)
        if notice.kind == "activity"
    ]


def write(desk: Desk, *logins: str, text: str = "Приехал курьер", **more: object) -> int:
    sent: int = desk.ask(
        send_message,
        act_id=new_id(),
        message_id=more.pop("message_id", new_id()),
        employee_ids=[employee_id(desk.office, login) for login in logins],
        department_ids=more.pop("departments", ()),
        text=text,
        **more,
    )
    return sent


def test_what_others_do_with_my_activity_reaches_me_and_my_own_acts_do_not(
    office: Office, desk: Open
) -> None:
    petrova, fomin = desk("petrova"), desk("fomin")
    tomorrow = office.today() + timedelta(1)
    call = petrova.plan(assignee_id=fomin.me.employee_id, topic="Счёт")
    assert told(fomin) == [[("planned", call)]]
    assert told(petrova) == []

    fomin.act(reschedule_activity, activity_id=call, due_on=tomorrow, due_time=None, seen_version=1)
    (moved,) = petrova.ask(take_fresh)
    (item,) = moved.items
    assert (item.what, item.before, item.after) == ("moved", office.today(), tomorrow)
    assert (item.topic, moved.sender_name) == ("Счёт", fomin.me.full_name)

    fomin.act(set_highlight, activity_id=call, highlight=3)
    assert told(petrova) == []
    fomin.act(
        record_result,
        activity_id=call,
        seen_version=fomin.row(call).row_version,
        kind_id=INTERESTED,
        text="",
        follow_up_id=new_id(),
    )
    assert told(petrova) == [[("finished", call)]]
    assert told(fomin) == []

    other = petrova.plan(assignee_id=fomin.me.employee_id)
    assert told(fomin) == [[("planned", other)]]
    petrova.act(cancel_activity, activity_id=other, seen_version=1)
    assert told(fomin) == [[("cancelled", other)]]


def test_one_act_gives_each_recipient_one_notice_however_many_rows(desk: Open) -> None:
    petrova, fomin, vlasova = desk("petrova"), desk("fomin"), desk("vlasova")
    rows = [
        petrova.plan_row(assignee_id=one.me.employee_id, topic=f"Дело {number}")
        for number in range(70)
        for one in (fomin, vlasova, petrova)
    ]
    petrova.act(save_plan, plan_id=new_id(), title="", rows=rows)
    for one in (fomin, vlasova):
        (notice,) = one.ask(take_fresh)
        assert notice.item_count == 70
        assert 50 <= len(notice.items) <= 70
        assert {item.what for item in notice.items} == {"planned"}
    assert told(petrova) == []


def test_an_untaken_activity_is_told_to_the_department_and_its_taking_to_the_author(desk: Open) -> None:
    petrova, fomin = desk("petrova"), desk("fomin")
    paper = petrova.plan(department_id=fomin.me.department_id, topic="Накладная")
    assert told(fomin) == [[("planned", paper)]]
    fomin.act(take_activity, activity_id=paper)
    assert told(petrova) == [[("taken", paper)]]


def test_who_has_no_workplace_is_told_through_whoever_answers_and_who_is_away_gets_it_too(
    office: Office, desk: Open
) -> None:
    petrova, fomin, lapina = desk("petrova"), desk("fomin"), desk("lapina")
    as_owner(office, "UPDATE employee SET has_workplace = false WHERE login = 'vlasova'")
    vlasova = employee_id(office, "vlasova")
    as_owner(
        office,
        "INSERT INTO reminder_route (id, employee_id, receiver_id) VALUES (%s, %s, %s)",
        *(new_id(), vlasova, lapina.me.employee_id),
    )
    as_owner(
        office,
        "INSERT INTO absence (id, employee_id, valid_from, valid_to, substitute_id)"
        " VALUES (%s, %s, office_today(), office_today(), %s)",
        *(new_id(), fomin.me.employee_id, lapina.me.employee_id),
    )
    first = petrova.plan(assignee_id=vlasova)
    (notice,) = lapina.ask(take_fresh)
    assert [(item.activity_id, item.on_behalf_of) for item in notice.items] == [
        (first, as_owner(office, "SELECT full_name FROM employee WHERE id = %s", vlasova)[0][0])
    ]
    assert as_owner(office, "SELECT count(*) FROM notice WHERE recipient_id = %s", vlasova) == [(0,)]
    second = petrova.plan(assignee_id=fomin.me.employee_id)
    assert told(lapina) == [[("planned", second)]]
    assert told(fomin) == [[("planned", second)]]


def test_a_private_activity_is_told_to_no_substitute(office: Office, desk: Open) -> None:
    gromov, fomin, lapina = desk("gromov"), desk("fomin"), desk("lapina")
    as_owner(
        office,
        "INSERT INTO absence (id, employee_id, valid_from, valid_to, substitute_id)"
        " VALUES (%s, %s, office_today(), office_today(), %s)",
        *(new_id(), fomin.me.employee_id, lapina.me.employee_id),
    )
    gromov.plan(assignee_id=fomin.me.employee_id, topic="Увольнение", is_private=True)
    assert told(lapina) == []
    (notice,) = fomin.ask(take_fresh)
    assert notice.items[0].topic == "Увольнение"


def test_a_message_reaches_people_and_departments_once_and_its_sender_sees_what_became_of_it(
    desk: Open,
) -> None:
    lapina, petrova, fomin = desk("lapina"), desk("petrova"), desk("fomin")
    message = new_id()
    for _time in range(2):
        assert write(lapina, "petrova", message_id=message, departments=[fomin.me.department_id]) >= 2
    (mine,) = [notice for notice in petrova.ask(take_fresh) if notice.kind == "message"]
    assert (mine.text, mine.sender_name) == ("Приехал курьер", lapina.me.full_name)
    assert petrova.ask(take_fresh) == ()

    def sent() -> dict[str, NoticeRow]:
        return {row.recipient_name: row for row in lapina.ask(list_sent)}

    assert sent()[petrova.me.full_name].delivered_at is not None
    assert sent()[fomin.me.full_name].delivered_at is None
    petrova.ask(open_notices, ids=[mine.id])
    assert sent()[petrova.me.full_name].opened_at is not None
    petrova.act(answer_notice, notice_id=mine.id, answer="accepted")
    assert sent()[petrova.me.full_name].answer == "accepted"
    assert lapina.ask(take_refusals) == ()

    (other,) = fomin.ask(take_fresh)
    with pytest.raises(FieldError):
        fomin.act(answer_notice, notice_id=other.id, answer="cannot")
    fomin.act(answer_notice, notice_id=other.id, answer="cannot", reason="В отъезде")
    (refused,) = lapina.ask(take_refusals)
    assert (refused.recipient_name, refused.answer_text) == (fomin.me.full_name, "В отъезде")
    assert lapina.ask(take_refusals) == ()


def test_what_is_snoozed_comes_back_and_what_is_hidden_does_not(office: Office, desk: Open) -> None:
    lapina, petrova = desk("lapina"), desk("petrova")
    write(lapina, "petrova")
    (notice,) = petrova.ask(take_fresh)
    assert petrova.ask(count_unread) >= 1
    now = as_owner(office, "SELECT clock_timestamp()")[0][0]
    petrova.ask(snooze_notice, notice_id=notice.id, until=now + timedelta(hours=1))
    assert petrova.ask(take_fresh) == ()
    petrova.ask(snooze_notice, notice_id=notice.id, until=now - timedelta(seconds=1))
    assert [row.id for row in petrova.ask(take_fresh)] == [notice.id]
    petrova.ask(hide_notices, ids=[notice.id])
    assert notice.id not in {row.id for row in petrova.ask(list_inbox)}
    petrova.ask(hide_notices, ids=[notice.id], hidden=False)
    assert notice.id in {row.id for row in petrova.ask(list_inbox)}


def test_a_notice_committed_late_is_delivered_all_the_same(desk: Open) -> None:
    """Two senders: the one that began first commits last, and must not be taken for older than what was read."""
    lapina, fomin, petrova = desk("lapina"), desk("fomin"), desk("petrova")
    with lapina.database.transaction() as session:
        send_message(
            session,
            act_id=new_id(),
            message_id=new_id(),
            employee_ids=[petrova.me.employee_id],
            department_ids=(),
            text="первое",
        )
        write(fomin, "petrova", text="второе")
        assert [row.text for row in petrova.ask(take_fresh)] == ["второе"]
    assert [row.text for row in petrova.ask(take_fresh)] == ["первое"]


@pytest.mark.parametrize("text", ["", "   ", "я" * 100_000])
def test_a_text_of_nothing_or_of_a_book_is_refused(desk: Open, text: str) -> None:
    with pytest.raises(UserError):
        write(desk("lapina"), "petrova", text=text)


def test_a_message_to_nobody_is_told(office: Office, desk: Open) -> None:
    lapina = desk("lapina")
    with pytest.raises(FieldError):
        write(lapina)
    as_owner(office, "UPDATE employee SET active = false WHERE login = 'vlasova'")
    with pytest.raises(UserError):
        write(lapina, "vlasova")


def test_nobody_reads_or_forges_anothers_notices(office: Office, desk: Open) -> None:
    lapina, petrova, fomin = desk("lapina"), desk("petrova"), desk("fomin")
    message = new_id()
    write(lapina, "petrova", message_id=message, text="Только вам")
    director = desk("gromov")
    for stranger in (fomin, director):
        assert stranger.sql("SELECT count(*) FROM notice WHERE text = 'Только вам'") == [(0,)]
        assert stranger.sql("UPDATE notice SET opened_at = now() RETURNING 1 AS x") == [] or True
    with pytest.raises(errors.InsufficientPrivilege):
        fomin.sql(
            "INSERT INTO notice (id, recipient_id, sender_id, kind, text) VALUES (%s, %s, %s, 'message', 'x')",
            *(new_id(), petrova.me.employee_id, lapina.me.employee_id),
        )
    with pytest.raises(errors.InsufficientPrivilege):
        petrova.sql("UPDATE notice SET text = 'x'")
    with pytest.raises(errors.InsufficientPrivilege):
        fomin.sql("SELECT tell('[]')")
    with pytest.raises(errors.InsufficientPrivilege):
        fomin.sql("SELECT send_message(%s, ARRAY[%s]::uuid[], '{}', 'x')", message, petrova.me.employee_id)
    with pytest.raises(errors.InsufficientPrivilege):
        fomin.sql("DELETE FROM notice")
    # The sender may not answer in the recipient's place, nor set his clock.
    lapina.sql("UPDATE notice SET answer = 'accepted', opened_at = '2001-01-01'")
    petrova.sql("UPDATE notice SET delivered_at = '2001-01-01', opened_at = NULL, answer = 'accepted'")
    assert as_owner(
        office,
        "SELECT answer, delivered_at > now() - interval '1 hour', answered_at > now() - interval '1 hour'"
        " FROM notice WHERE message_id = %s",
        message,
    ) == [("accepted", True, True)]


def test_what_provisioning_does_is_told_to_nobody(office: Office, desk: Open) -> None:
    fomin = desk("fomin")
    call = desk("petrova").plan(assignee_id=fomin.me.employee_id)
    told(fomin)
    as_owner(office, "UPDATE activity SET topic = 'Другая' WHERE id = %s", call)
    assert told(fomin) == []


def test_the_counts_and_the_unread_follow_what_is_opened_hidden_and_sent(office: Office, desk: Open) -> None:
    as_owner(office, "DELETE FROM notice")
    lapina, petrova = desk("lapina"), desk("petrova")
    for text in ("первое", "второе", "третье"):
        write(lapina, "petrova", text=text)
    write(petrova, "lapina")
    arrivals = petrova.ask(take_arrivals)
    assert {row.text for row in arrivals.fresh} == {"первое", "второе", "третье"}
    assert (arrivals.counts.inbox, arrivals.counts.unread, arrivals.counts.sent) == (3, 3, 1)
    assert arrivals.counts.now.date() == office.today()
    by_text = {row.text: row.id for row in petrova.ask(list_inbox)}
    petrova.ask(open_notices, ids=[by_text["первое"]])
    petrova.ask(hide_notices, ids=[by_text["второе"]])
    assert [row.text for row in petrova.ask(list_unread)] == ["третье"]
    counts = petrova.ask(count_notices)
    assert (counts.inbox, counts.unread, counts.sent, counts.wakes_in) == (2, 1, 1, None)
    assert petrova.ask(take_arrivals).fresh == ()


def test_snoozing_goes_by_the_servers_clock_and_the_offices_zone(office: Office, desk: Open) -> None:
    lapina, petrova = desk("lapina"), desk("petrova")
    set_zone(office, "Asia/Vladivostok")
    write(lapina, "petrova")
    (notice,) = petrova.ask(take_fresh)
    petrova.ask(snooze_for, notice_id=notice.id, minutes=15)
    wakes_in = petrova.ask(count_notices).wakes_in
    assert wakes_in is not None and 14 * 60 < wakes_in <= 15 * 60
    petrova.ask(snooze_to_tomorrow, notice_id=notice.id, moment=time(9))
    (row,) = petrova.ask(get_notices, ids=[notice.id])
    assert row.snoozed_until == datetime.combine(office.today() + timedelta(1), time(9))
    petrova.ask(snooze_to, notice_id=notice.id, day=office.today() + timedelta(3), moment=time(15, 30))
    (row,) = petrova.ask(get_notices, ids=[notice.id])
    assert row.snoozed_until == datetime.combine(office.today() + timedelta(3), time(15, 30))
    with pytest.raises(FieldError):
        petrova.ask(snooze_to, notice_id=notice.id, day=office.today() - timedelta(1), moment=time(9))


def test_nobody_puts_off_hides_or_answers_what_somebody_else_was_told(desk: Open) -> None:
    lapina, petrova, fomin = desk("lapina"), desk("petrova"), desk("fomin")
    write(lapina, "petrova")
    (notice,) = petrova.ask(take_fresh)
    for other in (lapina, fomin):
        other.ask(snooze_for, notice_id=notice.id, minutes=15)
        other.ask(hide_notices, ids=[notice.id])
        other.act(answer_notice, notice_id=notice.id, answer="accepted")
    (row,) = [row for row in petrova.ask(list_inbox) if row.id == notice.id]
    assert (row.snoozed_until, row.answer) == (None, None)
