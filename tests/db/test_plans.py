"""A plan is saved whole or not at all, and says which cell stands in the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from altius_desktop.domain.errors import AlreadyFinished, PlanRejected
from altius_desktop.domain.ids import new_id
from altius_desktop.services import plans
from altius_desktop.services.activities import finish_daily_task
from altius_desktop.services.plans import PlanRow, save_plan
from tests.conftest import Office
from tests.db.desks import Desk, as_owner, employee_id

Desks = Callable[[str], Desk]


def saved(office: Office, rows: list[PlanRow]) -> list[tuple[Any, ...]]:
    return as_owner(
        office,
        "SELECT id::text, status FROM activity WHERE id = ANY(%s::uuid[]) ORDER BY step",
        [str(row.activity_id) for row in rows],
    )


def test_rows_for_several_people_are_saved_as_one_act_by_their_author(office: Office, desk: Desks) -> None:
    lapina = desk("lapina")
    fomin = employee_id(office, "fomin")
    day = office.today() + timedelta(4)
    rows = [
        lapina.plan_row(topic="Себе", due_on=day),
        lapina.plan_row(
            topic="  Коллеге \n", section="event", assignee_id=fomin, due_on=day, due_time=time(15, 5)
        ),
        lapina.plan_row(topic="Отделу", section="daily", department_id=lapina.me.department_id, due_on=day),
    ]
    plan = new_id()
    acted = lapina.act(save_plan, plan_id=plan, title="Курьер", rows=rows)
    assert acted.activity_ids == {row.activity_id for row in rows}
    assert saved(office, rows) == [(str(row.activity_id), "planned") for row in rows]
    second = lapina.row(rows[1].activity_id)
    assert (second.topic, second.due_time, second.assignee_id) == ("Коллеге", time(15, 5), fomin)
    assert {lapina.row(row.activity_id).author_id for row in rows} == {lapina.me.employee_id}
    assert as_owner(office, "SELECT title, author_id::text FROM plan WHERE id = %s", plan) == [
        ("Курьер", str(lapina.me.employee_id))
    ]
    lapina.undo(acted.inverse)
    assert [status for _id, status in saved(office, rows)] == ["cancelled"] * 3


def test_a_plan_of_which_something_is_done_already_is_not_taken_back(office: Office, desk: Desks) -> None:
    lapina, fomin = desk("lapina"), desk("fomin")
    rows = [lapina.plan_row(section="daily", assignee_id=fomin.me.employee_id) for _ in range(2)]
    acted = lapina.act(save_plan, plan_id=new_id(), title="", rows=rows)
    fomin.act(finish_daily_task, activity_id=rows[1].activity_id, seen_version=1)
    with pytest.raises(AlreadyFinished, match=fomin.me.full_name):
        lapina.undo(acted.inverse)
    assert [status for _id, status in saved(office, rows)] == ["planned", "done"]


def test_the_same_plan_sent_twice_is_saved_once(office: Office, desk: Desks) -> None:
    lapina = desk("lapina")
    rows, act, plan = [lapina.plan_row()], new_id(), new_id()
    for _turn in range(2):
        acted = lapina.act(save_plan, act_id=act, plan_id=plan, title="", rows=rows)
    assert acted.activity_ids == {rows[0].activity_id}
    assert acted.inverse is None
    assert len(saved(office, rows)) == 1


# What the client knows, and what only the database does.
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"kind_id": None}, "kind_id"),
    ({"assignee_id": None}, "assignee"),
    ({"due_on": date(999, 1, 1)}, "due_on"),
    ({"due_on": date(2300, 1, 1)}, "due_on"),
    ({"due_on": date(2300, 1, 1), "due_time": time(9)}, "due_on"),
    ({"deadline_on": date(1999, 1, 1)}, "deadline_on"),
    ({"deadline_on": date(2999, 1, 1)}, "deadline_on"),
    ({"topic": ""}, "topic"),
    ({"topic": "ж" * 201}, "topic"),
    ({"description": "ж" * 5001}, "description"),
    ({"phone": "1" * 101}, "phone"),
    ({"priority": 0}, "priority"),
    ({"contact_person_id": new_id()}, "contact_person_id"),
    ({"counterparty_id": new_id()}, "counterparty_id"),
    ({"kind_id": new_id()}, "kind_id"),
    ({"assignee_id": new_id()}, "assignee"),
    ({"department_id": new_id()}, "assignee"),
    ({"topic": "нуль\x00"}, ""),
    ({"topic": "половина \ud83d"}, ""),
]


@pytest.mark.parametrize("trusting", [False, True], ids=["as it is", "without the client's checks"])
@pytest.mark.parametrize(("change", "field"), WRONG)
def test_one_wrong_row_keeps_all_out_and_names_its_cell(
    office: Office,
    desk: Desks,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
    field: str,
    trusting: bool,
) -> None:
    if trusting:
        monkeypatch.setattr(plans, "check_plan_row", lambda _number, _row: [])
    lapina = desk("lapina")
    rows = [lapina.plan_row(assignee_id=lapina.me.employee_id) for _ in range(4)]
    rows[2] = replace(rows[2], **change)
    act, plan = new_id(), new_id()
    with pytest.raises(PlanRejected) as rejected:
        lapina.act(save_plan, act_id=act, plan_id=plan, title="", rows=rows)
    (cell,) = rejected.value.cells
    assert (cell.row, cell.field) == (2, field)
    assert cell.text
    assert saved(office, rows) == []
    assert as_owner(office, "SELECT count(*) FROM plan WHERE id = %s", plan) == [(0,)]
    mended = [*rows[:2], lapina.plan_row(), rows[3]]
    lapina.act(save_plan, act_id=act, plan_id=plan, title="", rows=mended)
    assert len(saved(office, mended)) == 4


def test_all_wrong_cells_are_named_at_once(desk: Desks) -> None:
    lapina = desk("lapina")
    bad = replace(lapina.plan_row(), due_on=None, kind_id=None)
    with pytest.raises(PlanRejected) as rejected:
        lapina.act(save_plan, plan_id=new_id(), title="", rows=[bad, lapina.plan_row(), bad])
    cells = {(cell.row, cell.field) for cell in rejected.value.cells}
    assert cells == {(0, "due_on"), (0, "kind_id"), (2, "due_on"), (2, "kind_id")}


def test_a_plan_made_at_a_result_follows_from_it(office: Office, desk: Desks) -> None:
    lapina = desk("lapina")
    before, row = lapina.plan(), lapina.plan_row()
    lapina.act(save_plan, plan_id=new_id(), title="", rows=[row], follows_id=before)
    assert as_owner(office, "SELECT follows_id::text FROM activity WHERE id = %s", row.activity_id) == [
        (str(before),)
    ]
