"""Two people on one row: who was first wins, the other is told; other fields merge; every act has its way back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from altius_desktop.domain.errors import AlreadyFinished, Conflict, FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.activities import (
    ActivityFields,
    cancel_activity,
    fields_of,
    finish_daily_task,
    may_change,
    record_result,
    reopen_activity,
    reschedule_activity,
    set_highlight,
    take_activity,
    update_activity,
)
from altius_desktop.services.acts import Acted, undo_act
from altius_desktop.services.attempts import OUTCOMES, record_attempt, withdraw_last_attempt
from altius_desktop.services.day import ActivityRow
from tests.conftest import Office
from tests.db.desks import CALL, INTERESTED, MEETING, POSTPONED, REFUSED, Desk, as_owner, at_once, employee_id

Desks = Callable[[str], Desk]


def finish(desk: Desk, activity_id: UUID, seen_version: int, **more: Any) -> Acted:
    arguments: dict[str, Any] = {"kind_id": INTERESTED, "text": "Итог", "follow_up_id": new_id(), **more}
    return desk.act(record_result, activity_id=activity_id, seen_version=seen_version, **arguments)


def without_stamps(row: ActivityRow) -> ActivityRow:
    """The row as people see it: versions count on, and who touched it last is another matter."""
    return replace(row, row_version=0, changed_at=row.finished_at, changed_by_name="")  # type: ignore[arg-type]


def someones_firm(office: Office) -> tuple[UUID, UUID]:
    ((firm, person),) = as_owner(
        office, "SELECT counterparty_id::text, id::text FROM contact_person ORDER BY id LIMIT 1"
    )
    return UUID(firm), UUID(person)


# Results


def test_a_result_is_kept_with_its_kind_text_time_and_author(desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    acted = finish(scherbakova, call, 1)
    row = scherbakova.row(call)
    assert acted.activity_ids == {call}
    assert (row.status, row.result_kind_id, row.result_text) == ("done", INTERESTED, "Итог")
    assert row.finished_by_name == scherbakova.me.full_name
    assert row.finished_at is not None


def test_of_two_results_at_once_one_wins_and_the_other_learns_whose_it_was(desk: Desks) -> None:
    one, other = desk("scherbakova"), desk("timofeev")
    for _turn in range(4):
        call = one.plan()
        outcomes = at_once(partial(finish, one, call, 1), partial(finish, other, call, 1, kind_id=REFUSED))
        winners = [
            desk for desk, outcome in zip((one, other), outcomes, strict=True) if isinstance(outcome, Acted)
        ]
        (told,) = [outcome for outcome in outcomes if not isinstance(outcome, Acted)]
        (winner,) = winners
        assert isinstance(told, AlreadyFinished)
        assert winner.me.full_name in told.text
        assert told.theirs.id == call
        assert told.theirs.status == "done"
        assert told.theirs.result_kind_name in told.text
        assert one.row(call).finished_by_name == winner.me.full_name


def test_a_result_is_taken_although_a_colleague_has_changed_other_fields_since(desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    seen = scherbakova.row(call).row_version
    timofeev.act(set_highlight, activity_id=call, highlight=3)
    timofeev.sql("UPDATE activity SET description = 'Уточнено' WHERE id = %s", call)
    finish(scherbakova, call, seen)
    row = scherbakova.row(call)
    assert (row.status, row.highlight, row.description) == ("done", 3, "Уточнено")


def test_a_result_is_refused_if_the_row_was_finished_and_opened_again_meanwhile(desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    seen = scherbakova.row(call).row_version
    acted = finish(timofeev, call, seen)
    timofeev.undo(acted.inverse)
    with pytest.raises(AlreadyFinished, match=timofeev.me.full_name):
        finish(scherbakova, call, seen)
    finish(scherbakova, call, scherbakova.row(call).row_version)


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        (cancel_activity, {}),
        (reschedule_activity, {"due_on": date(2030, 1, 1), "due_time": None}),
        (record_result, {"kind_id": None, "text": "", "follow_up_id": new_id()}),
    ],
    ids=["cancel", "move", "result"],
)
def test_a_finished_row_is_neither_moved_nor_cancelled_nor_finished_again(
    desk: Desks, operation: Callable[..., Acted], more: dict[str, Any]
) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    finish(timofeev, call, 1)
    for seen in (1, 99):
        with pytest.raises(AlreadyFinished, match=timofeev.me.full_name):
            scherbakova.act(operation, activity_id=call, seen_version=seen, **more)


def test_the_same_result_sent_again_after_a_lost_answer_changes_nothing_and_tells_of_the_follow_up(
    office: Office, desk: Desks
) -> None:
    scherbakova = desk("scherbakova")
    call, follow_up, act = scherbakova.plan(), new_id(), new_id()
    again = {
        "act_id": act,
        "kind_id": POSTPONED,
        "follow_up_id": follow_up,
        "postponed_to": (office.today() + timedelta(3), None),
    }
    first = finish(scherbakova, call, 1, **again)
    before = scherbakova.row(call)
    second = finish(scherbakova, call, 1, **again)
    assert second.activity_ids == first.activity_ids == {call, follow_up}
    assert second.inverse is None
    assert scherbakova.row(call) == before
    assert scherbakova.sql("SELECT count(*) FROM activity WHERE follows_id = %s", call) == [(1,)]


def test_a_refused_act_may_be_tried_again_under_its_id(desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    call, act = scherbakova.plan(), new_id()
    with pytest.raises(FieldError) as refused:
        finish(scherbakova, call, 1, act_id=act, text="ж" * 5001)
    assert refused.value.field == "result_text"
    finish(scherbakova, call, 1, act_id=act, text="ж" * 5000)
    assert scherbakova.row(call).status == "done"


def test_postponing_plans_the_same_contact_anew_and_undo_takes_both_back(office: Office, desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    firm, person = someones_firm(office)
    fields = {
        "counterparty_id": firm,
        "contact_person_id": person,
        "phone": "+7 495 555-11-22",
        "topic": "Договор",
        "description": "Обсудить сроки",
        "priority": 1,
    }
    call, follow_up = scherbakova.plan(**fields), new_id()
    scherbakova.act(set_highlight, activity_id=call, highlight=2)
    day = office.today() + timedelta(7)
    acted = finish(
        scherbakova, call, 2, kind_id=POSTPONED, follow_up_id=follow_up, postponed_to=(day, time(11, 30))
    )
    copy = scherbakova.row(follow_up)
    seen = {name: getattr(copy, "own_phone" if name == "phone" else name) for name in fields}
    assert seen == fields
    assert (copy.section, copy.kind_id, copy.highlight) == ("call", CALL, 2)
    assert (copy.due_on, copy.due_time, copy.status) == (day, time(11, 30), "planned")
    assert copy.assignee_id == copy.author_id == scherbakova.me.employee_id
    assert scherbakova.row(call).postponed_to == day
    scherbakova.undo(acted.inverse)
    original = scherbakova.row(call)
    assert (original.status, original.result_kind_id, original.result_text) == ("planned", None, "")
    assert (original.finished_at, original.finished_by_name) == (None, "")
    assert scherbakova.row(follow_up).status == "cancelled"


def test_a_postponed_result_stays_if_a_colleague_has_already_finished_the_follow_up(
    office: Office, desk: Desks
) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call, follow_up = scherbakova.plan(), new_id()
    acted = finish(
        scherbakova, call, 1, kind_id=POSTPONED, follow_up_id=follow_up, postponed_to=(office.today(), None)
    )
    finish(timofeev, follow_up, 1)
    with pytest.raises(AlreadyFinished, match=timofeev.me.full_name):
        scherbakova.undo(acted.inverse)
    assert scherbakova.row(call).status == "done"
    assert scherbakova.row(follow_up).status == "done"


@pytest.mark.parametrize("day", [date(999, 1, 1), date(1899, 12, 31), date(2201, 1, 1), date(9999, 12, 31)])
def test_a_day_that_the_office_cannot_store_is_refused_in_words(desk: Desks, day: date) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    for due_time in (None, time(12, 0)):
        with pytest.raises(FieldError) as refused:
            finish(scherbakova, call, 1, kind_id=POSTPONED, postponed_to=(day, due_time))
        assert refused.value.field == "due_on"
        with pytest.raises(FieldError):
            scherbakova.act(
                reschedule_activity, activity_id=call, seen_version=1, due_on=day, due_time=due_time
            )
    assert scherbakova.row(call).status == "planned"


# Undo


def test_undo_is_refused_after_a_colleague_changed_the_same_field(desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    acted = scherbakova.act(set_highlight, activity_id=call, highlight=2)
    timofeev.act(set_highlight, activity_id=call, highlight=5)
    with pytest.raises(AlreadyFinished, match=timofeev.me.full_name):
        scherbakova.undo(acted.inverse)
    assert scherbakova.row(call).highlight == 5


def test_undo_works_after_a_colleague_changed_another_field(desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    acted = finish(scherbakova, call, 1)
    timofeev.act(set_highlight, activity_id=call, highlight=5)
    scherbakova.undo(acted.inverse)
    row = scherbakova.row(call)
    assert (row.status, row.highlight) == ("planned", 5)


def test_undo_of_a_result_does_not_take_a_row_away_from_whom_it_was_given_since(
    office: Office, desk: Desks
) -> None:
    scherbakova, gromov = desk("scherbakova"), desk("gromov")
    call = scherbakova.plan()
    acted = finish(scherbakova, call, 1)
    fomin = employee_id(office, "fomin")
    gromov.sql("UPDATE activity SET assignee_id = %s WHERE id = %s", fomin, call)
    scherbakova.undo(acted.inverse)
    row = scherbakova.row(call)
    assert (row.status, row.assignee_id) == ("planned", fomin)


def test_undo_does_not_reopen_what_a_colleague_finished_anew_in_the_same_words(desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    task = scherbakova.plan(section="daily")
    acted = scherbakova.act(finish_daily_task, activity_id=task, seen_version=1)
    timofeev.act(reopen_activity, activity_id=task, seen_version=2)
    timofeev.act(finish_daily_task, activity_id=task, seen_version=3)
    with pytest.raises(AlreadyFinished, match=timofeev.me.full_name):
        scherbakova.undo(acted.inverse)
    assert scherbakova.row(task).finished_by_name == timofeev.me.full_name


def test_undo_sent_twice_takes_back_once(desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    acted = scherbakova.act(set_highlight, activity_id=call, highlight=2)
    assert acted.inverse is not None
    act = new_id()
    for _turn in range(2):
        undone = scherbakova.act(undo_act, act_id=act, inverse=acted.inverse)
        assert undone.activity_ids == {call}
    assert scherbakova.row(call).row_version == 3


def test_reopening_keeps_the_way_back_to_the_colleagues_result(desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    finish(timofeev, call, 1)
    finished = scherbakova.row(call)
    acted = scherbakova.act(reopen_activity, activity_id=call, seen_version=finished.row_version)
    assert scherbakova.row(call).status == "planned"
    scherbakova.undo(acted.inverse)
    assert without_stamps(scherbakova.row(call)) == without_stamps(finished)


def test_only_a_finished_row_is_reopened(desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    with pytest.raises(AlreadyFinished):
        scherbakova.act(reopen_activity, activity_id=call, seen_version=1)


Step = tuple[str, int]
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["result", "postpone", "reopen", "move", "colour", "cancel", "attempt", "minus"]),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=7,
)


def _do(desk: Desk, call: UUID, step: Step, today: date) -> Acted | None:
    name, number = step
    row = desk.row(call)
    seen = {"activity_id": call, "seen_version": row.row_version}
    try:
        match name:
            case "result":
                return finish(desk, call, row.row_version, text=f"Итог {number}")
            case "postpone":
                return finish(desk, call, row.row_version, postponed_to=(today + timedelta(number), None))
            case "reopen":
                return desk.act(reopen_activity, **seen)
            case "move":
                due_time = time(9 + number, 15) if number % 2 else None
                return desk.act(
                    reschedule_activity, **seen, due_on=today + timedelta(number - 2), due_time=due_time
                )
            case "colour":
                return desk.act(set_highlight, activity_id=call, highlight=number or None)
            case "cancel":
                return desk.act(cancel_activity, **seen)
            case "attempt":
                return desk.act(
                    record_attempt, attempt_id=new_id(), activity_id=call, outcome=OUTCOMES[number % 3]
                )
            case _:
                return desk.act(withdraw_last_attempt, activity_id=call, outcome=OUTCOMES[number % 3])
    except UserError:
        return None


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(steps=_STEPS)
def test_whatever_was_done_undo_in_reverse_leaves_the_row_as_it_was(
    office: Office, desk: Desks, steps: list[Step]
) -> None:
    scherbakova = desk("scherbakova")
    try:
        today = office.today()
        call = scherbakova.plan(deadline_on=today + timedelta(1))
        seen = [without_stamps(scherbakova.row(call))]
        ways_back = []
        for step in steps:
            acted = _do(scherbakova, call, step, today)
            if acted is not None and acted.inverse is not None:
                ways_back.append(acted.inverse)
                seen.append(without_stamps(scherbakova.row(call)))
        for inverse in reversed(ways_back):
            assert without_stamps(scherbakova.row(call)) == seen.pop()
            scherbakova.undo(inverse)
        assert without_stamps(scherbakova.row(call)) == seen.pop()
        open_ones = "SELECT count(*) FROM activity WHERE follows_id = %s AND status <> 'cancelled'"
        assert scherbakova.sql(open_ones, call) == [(0,)]
    finally:
        scherbakova.close()


# Taking, moving, daily tasks


def test_of_two_who_take_a_departments_row_one_gets_it_and_the_other_is_told(desk: Desks) -> None:
    one, other = desk("scherbakova"), desk("timofeev")
    for _turn in range(4):
        call = one.plan(department_id=one.me.department_id)
        outcomes = at_once(*(partial(d.act, take_activity, activity_id=call) for d in (one, other)))
        (winner,) = [d for d, got in zip((one, other), outcomes, strict=True) if isinstance(got, Acted)]
        (told,) = [got for got in outcomes if not isinstance(got, Acted)]
        assert isinstance(told, AlreadyFinished)
        assert winner.me.full_name in told.text
        assert one.row(call).assignee_id == winner.me.employee_id


def test_a_taken_row_goes_back_to_the_department_by_undo(desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan(department_id=scherbakova.me.department_id)
    acted = scherbakova.act(take_activity, activity_id=call)
    scherbakova.undo(acted.inverse)
    row = scherbakova.row(call)
    assert (row.assignee_id, row.department_id) == (None, scherbakova.me.department_id)


def test_whoever_finishes_a_departments_row_has_done_it_and_undo_gives_it_back(desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan(department_id=scherbakova.me.department_id)
    acted = finish(scherbakova, call, 1)
    assert scherbakova.row(call).assignee_id == scherbakova.me.employee_id
    scherbakova.undo(acted.inverse)
    assert scherbakova.row(call).assignee_id is None


def test_a_finished_row_of_the_department_is_not_taken(desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan(department_id=scherbakova.me.department_id)
    cancelled = scherbakova.act(cancel_activity, activity_id=call, seen_version=1)
    with pytest.raises(AlreadyFinished, match=scherbakova.me.full_name):
        timofeev.act(take_activity, activity_id=call)
    scherbakova.undo(cancelled.inverse)
    timofeev.act(take_activity, activity_id=call)


def test_a_row_that_does_not_exist_is_told_of_in_words(desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    for operation, more in (
        (set_highlight, {"highlight": 1}),
        (take_activity, {}),
        (cancel_activity, {"seen_version": 1}),
        (finish_daily_task, {"seen_version": 1}),
    ):
        with pytest.raises(UserError):
            scherbakova.act(operation, activity_id=new_id(), **more)


def test_a_move_takes_a_deadline_that_would_lie_before_it_along(office: Office, desk: Desks) -> None:
    scherbakova, today = desk("scherbakova"), office.today()
    task = scherbakova.plan(section="daily", deadline_on=today + timedelta(2))
    for days, deadline in ((1, 2), (5, 5), (0, 5)):
        acted = scherbakova.act(
            reschedule_activity,
            activity_id=task,
            seen_version=scherbakova.row(task).row_version,
            due_on=today + timedelta(days),
            due_time=None,
        )
        assert scherbakova.row(task).deadline_on == today + timedelta(deadline)
    scherbakova.undo(acted.inverse)
    assert scherbakova.row(task).due_on == today + timedelta(5)


def test_a_move_does_not_silently_undo_the_move_of_a_colleague(office: Office, desk: Desks) -> None:
    scherbakova, timofeev, today = desk("scherbakova"), desk("timofeev"), office.today()
    call = scherbakova.plan()
    move = {"activity_id": call, "seen_version": 1, "due_time": None, "seen_due": (today, None)}
    timofeev.act(reschedule_activity, **{**move, "due_on": today + timedelta(1)})
    with pytest.raises(AlreadyFinished, match=timofeev.me.full_name):
        scherbakova.act(reschedule_activity, **move, due_on=today + timedelta(5))
    assert scherbakova.row(call).due_on == today + timedelta(1)
    scherbakova.act(reschedule_activity, **move, due_on=today + timedelta(1))  # the same wish is no quarrel


def test_a_daily_task_done_by_two_is_done_by_the_first(desk: Desks) -> None:
    one, other = desk("scherbakova"), desk("timofeev")
    task = one.plan(section="daily")
    outcomes = at_once(
        *(partial(d.act, finish_daily_task, activity_id=task, seen_version=1) for d in (one, other))
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Acted", "AlreadyFinished"]


def test_who_may_change_a_row(desk: Desks) -> None:
    scherbakova, timofeev, petrova, gromov = map(desk, ("scherbakova", "timofeev", "petrova", "gromov"))
    own = scherbakova.row(scherbakova.plan(assignee_id=scherbakova.me.employee_id))
    for_petrova = scherbakova.row(scherbakova.plan(assignee_id=petrova.me.employee_id))
    for_all = petrova.row(petrova.plan(department_id=scherbakova.me.department_id))
    may = {
        d.login: [may_change(row, d.me) for row in (own, for_petrova, for_all)]
        for d in (scherbakova, timofeev, petrova, gromov)
    }
    assert may == {
        "scherbakova": [True, True, True],
        "timofeev": [False, False, True],
        "petrova": [False, True, True],
        "gromov": [True, True, True],
    }


# Forms


def edit(desk: Desk, call: UUID, seen: ActivityFields, *, decided: Any = None, **mine: Any) -> Acted:
    return desk.act(update_activity, activity_id=call, seen=seen, mine=replace(seen, **mine), decided=decided)


def test_different_fields_changed_by_two_are_both_kept(office: Office, desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    seen = fields_of(scherbakova.row(call))
    edit(timofeev, call, seen, topic="Тема Тимофеева", due_on=office.today() + timedelta(2))
    edit(scherbakova, call, seen, description="Моё", due_time=time(10, 45), priority=1)
    row = scherbakova.row(call)
    assert (row.topic, row.description, row.priority) == ("Тема Тимофеева", "Моё", 1)
    assert (row.due_on, row.due_time) == (office.today() + timedelta(2), time(10, 45))


def test_the_same_field_changed_by_two_is_asked_about_with_three_values(desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan(topic="Было")
    seen = fields_of(scherbakova.row(call))
    edit(timofeev, call, seen, topic="Его", description="Его")
    with pytest.raises(Conflict, match=timofeev.me.full_name) as conflict:
        edit(scherbakova, call, seen, topic="Моё", description="Его", priority=3)
    (field,) = conflict.value.fields
    assert (field.field, field.original, field.mine, field.theirs) == ("topic", "Было", "Моё", "Его")
    assert conflict.value.theirs.topic == "Его"
    assert scherbakova.row(call).priority == 2  # nothing of mine was saved
    edit(scherbakova, call, seen, topic="Моё", priority=3, decided={"topic": "Его"})
    row = scherbakova.row(call)
    assert (row.topic, row.description, row.priority) == ("Моё", "Его", 3)


def test_a_decision_holds_only_for_the_value_it_was_made_about(desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan(topic="Было")
    seen = fields_of(scherbakova.row(call))
    edit(timofeev, call, seen, topic="Его")
    edit(timofeev, call, replace(seen, topic="Его"), topic="Ещё раз")
    with pytest.raises(Conflict) as conflict:
        edit(scherbakova, call, seen, topic="Моё", decided={"topic": "Его"})
    assert conflict.value.fields[0].theirs == "Ещё раз"


def test_both_wrote_the_same_is_no_conflict_and_no_change_no_act(desk: Desks) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    seen = fields_of(scherbakova.row(call))
    edit(timofeev, call, seen, topic="Одно")
    acted = edit(scherbakova, call, seen, topic="Одно")
    assert acted == Acted(frozenset({call}), None)


def test_a_person_chosen_here_and_another_firm_chosen_there_are_asked_about(
    office: Office, desk: Desks
) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    firm, person = someones_firm(office)
    ((other,),) = as_owner(office, "SELECT id::text FROM counterparty WHERE id <> %s LIMIT 1", firm)
    call = scherbakova.plan(counterparty_id=firm)
    seen = fields_of(scherbakova.row(call))
    edit(timofeev, call, seen, counterparty_id=UUID(other))
    with pytest.raises(Conflict) as conflict:
        edit(scherbakova, call, seen, contact_person_id=person)
    assert {field.field for field in conflict.value.fields} == {"counterparty_id", "contact_person_id"}
    decided = {field.field: field.theirs for field in conflict.value.fields}
    edit(scherbakova, call, seen, contact_person_id=person, decided=decided)
    row = scherbakova.row(call)
    assert (row.counterparty_id, row.contact_person_id) == (firm, person)


def test_another_kind_moves_the_row_to_the_table_of_that_kind(desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    acted = edit(scherbakova, call, fields_of(scherbakova.row(call)), kind_id=MEETING)
    assert scherbakova.row(call).section == "event"
    scherbakova.undo(acted.inverse)
    assert scherbakova.row(call).section == "call"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"topic": "ж" * 201}, "topic"),
        ({"topic": "  "}, "topic"),
        ({"description": "ж" * 5001}, "description"),
        ({"phone": "1" * 101}, "phone"),
        ({"due_on": date(1899, 1, 1)}, "due_on"),
        ({"deadline_on": date(2300, 1, 1)}, "deadline_on"),
        ({"deadline_on": date(1950, 1, 1)}, "deadline_on"),
        ({"assignee_id": None}, "assignee"),
        ({"assignee_id": UUID(int=7)}, "assignee"),
        ({"department_id": UUID(int=7)}, "assignee"),
        ({"kind_id": UUID(int=7)}, "kind_id"),
        ({"kind_id": None}, "kind_id"),
        ({"counterparty_id": UUID(int=7)}, "counterparty_id"),
        ({"contact_person_id": UUID(int=7)}, "contact_person_id"),
        ({"priority": 9}, "priority"),
    ],
)
def test_what_cannot_be_saved_names_its_field(desk: Desks, change: dict[str, Any], field: str) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan(assignee_id=scherbakova.me.employee_id)
    with pytest.raises(FieldError) as refused:
        edit(scherbakova, call, fields_of(scherbakova.row(call)), **change)
    assert refused.value.field == field
    assert scherbakova.row(call).row_version == 1
