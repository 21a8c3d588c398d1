"""Working a colleague's day: his activities stand in one's own, marked, and history keeps who did them for whom."""

from datetime import date, timedelta

import pytest
from pytestqt.qtbot import QtBot

from altius_desktop.domain.dates import Period
from altius_desktop.domain.ids import new_id
from altius_desktop.services.activities import finish_daily_task, record_result
from altius_desktop.services.covers import end_absence, save_absence
from altius_desktop.services.day import ActivityRow
from altius_desktop.services.history import list_history
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.history_rows import who_did_it, whole_text
from altius_desktop.ui.formats import for_whom
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.table import Mark
from altius_desktop.ui.workplace import Workplace
from tests.conftest import Office
from tests.db.desks import Desk, as_owner, employee_id
from tests.ui.conftest import OpenWindow
from tests.ui.workplaces import opened, part, read_row


@pytest.fixture(autouse=True)
def nobody_covers(office: Office) -> None:
    as_owner(office, "UPDATE reminder_route SET archived = true")
    as_owner(office, "UPDATE absence SET archived = true")


@pytest.fixture
def petrova(office: Office):
    desk = Desk(office, "petrova")
    yield desk
    desk.close()


def leave(petrova: Desk, substitute: str = "scherbakova", days: int = 3):
    absence, today = new_id(), petrova.office.today()
    petrova.act(
        save_absence,
        absence_id=absence,
        employee_id=petrova.me.employee_id,
        valid_from=today,
        valid_to=today + timedelta(days=days),
        substitute_id=employee_id(petrova.office, substitute),
        reason="отпуск",
    )
    return absence


def stands_there(window: MainWindow, activity_id: object) -> ActivityRow | None:
    rows = [row for section in window.contacts.sections for row in section.rows()]
    return next((row for row in rows if row.id == activity_id), None)


def description_cell(window: MainWindow, row: ActivityRow) -> tuple[object, str]:
    (column,) = [column for column in window.contacts.columns.calls() if column.key == "description"]
    return column.value(row), column.tooltip(row) if column.tooltip else ""


def test_an_absence_brings_the_colleagues_day_at_once_and_its_end_takes_it_away(
    open_window: OpenWindow, qtbot: QtBot, petrova: Desk
) -> None:
    call = petrova.plan(topic="Сверка", description="Акт", assignee_id=petrova.me.employee_id)
    mine = petrova.plan(topic="Моё", assignee_id=employee_id(petrova.office, "scherbakova"))
    window = open_window("scherbakova")
    assert stands_there(window, call) is None
    absence = leave(petrova)
    qtbot.waitUntil(lambda: stands_there(window, call) is not None, timeout=10_000)
    row = stands_there(window, call)
    assert row is not None
    last = petrova.office.today() + timedelta(days=3)
    cell, tip = description_cell(window, row)
    assert isinstance(cell, Mark)
    assert cell.text.endswith(" · Акт")
    assert "Петров" in cell.text
    assert last.strftime("%d.%m.%Y") in tip
    assert "отпуск" in tip
    own = stands_there(window, mine)
    assert own is not None
    assert description_cell(window, own) == ("", "")
    assert window.workplace.why_not_change(row) == ""
    petrova.act(end_absence, absence_id=absence)
    qtbot.waitUntil(lambda: stands_there(window, call) is None, timeout=10_000)
    assert window.workplace.why_not_change(row) != ""


def test_what_the_substitute_finishes_is_kept_as_done_for_the_colleague(
    qtbot: QtBot, desk: Workplace, petrova: Desk
) -> None:
    firm = as_owner(petrova.office, "SELECT id::text FROM counterparty WHERE NOT archived LIMIT 1")[0][0]
    call = petrova.plan(topic="Сверка", assignee_id=petrova.me.employee_id, counterparty_id=firm)
    own = petrova.plan(topic="Своё", assignee_id=petrova.me.employee_id, counterparty_id=firm)
    leave(petrova)
    with desk.database.transaction() as session:
        record_result(
            session,
            act_id=new_id(),
            activity_id=call,
            seen_version=petrova.row(call).row_version,
            kind_id=None,
            text="Сверено",
            follow_up_id=new_id(),
        )
    petrova.act(
        record_result,
        activity_id=own,
        seen_version=petrova.row(own).row_version,
        kind_id=None,
        text="",
        follow_up_id=new_id(),
    )
    today = petrova.office.today()
    with desk.database.transaction() as session:
        rows = {
            row.id: row for row in list_history(session, counterparty_id=firm, period=Period(today, today))
        }
    told = who_did_it(rows[call])
    assert told == f"Щербакова Ю. {for_whom(petrova.me.full_name)}"
    assert told.endswith("Петрову А.")
    assert for_whom(petrova.me.full_name) in whole_text(rows[call])
    assert "Щербаков" not in who_did_it(rows[own])
    dialog = opened(qtbot, desk, ActivityDialog(desk, read_row(desk, call)))
    assert told in part(dialog, "dialogDetails").text()


def test_a_daily_task_tells_in_its_dialog_and_in_history_on_which_days_it_was_not_done(
    qtbot: QtBot, desk: Workplace, office: Office
) -> None:
    me = Desk(office, "scherbakova")
    firm = as_owner(office, "SELECT id::text FROM counterparty WHERE NOT archived LIMIT 1")[0][0]
    today = office.today()
    task = me.plan(section="daily", topic="Каждый день", counterparty_id=firm, due_on=today - timedelta(20))
    days = [today - timedelta(days=number) for number in range(12, 0, -1)]
    for day in days:
        as_owner(
            office,
            "INSERT INTO daily_showing (activity_id, employee_id, shown_on) VALUES (%s, %s, %s)",
            task,
            me.me.employee_id,
            day,
        )
    dialog = opened(qtbot, desk, ActivityDialog(desk, read_row(desk, task)))
    told = part(dialog, "shownDays").text()
    assert "12" in told
    assert days[-1].strftime("%d.%m.%Y") in told
    assert days[0].strftime("%d.%m.%Y") not in told
    me.act(finish_daily_task, activity_id=task, seen_version=me.row(task).row_version)
    me.close()
    with desk.database.transaction() as session:
        (row,) = [
            row
            for row in list_history(session, counterparty_id=firm, period=Period(today, today))
            if row.id == task
        ]
    assert row.shown_on == tuple(days)
    assert told in whole_text(row)
    assert isinstance(row.shown_on[0], date)
