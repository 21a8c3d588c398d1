"""The list of who changed what: grouped by days, narrowed, read on while scrolling, and a value put back from it."""

from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton

from altius_desktop.domain.ids import new_id
from altius_desktop.services.activities import fields_of, update_activity
from altius_desktop.services.audit import ChangedPlace
from altius_desktop.services.day import list_activities
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.changes import ChangesDialog
from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard
from tests.db.desks import as_owner


@pytest.fixture
def firm(office):
    """A counterparty whose site and note were changed, and its name."""
    ((firm, name),) = office.fetch(
        "lapina", "SELECT id, name FROM counterparty WHERE NOT archived ORDER BY id LIMIT 1"
    )
    for site, note in (("a.ru", "Первая"), ("b.ru", "Первая"), ("c.ru", "Вторая")):
        office.fetch("lapina", "UPDATE counterparty SET site = %s, note = %s WHERE id = %s", site, note, firm)
    return UUID(firm), name


def settle(qtbot, workplace):
    qtbot.waitUntil(lambda: workplace.worker.pending == 0, timeout=10_000)


def opened(qtbot, workplace, place, name="Вектор"):
    dialog = ChangesDialog(workplace, place, name)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    settle(qtbot, workplace)
    return dialog


def changes(dialog):
    return [row.change for row in dialog.part.model.rows()]


def cells(dialog, position):
    return tuple(
        getattr(value := column.value(dialog.part.model.row_at(position)), "text", value)
        for column in dialog.part.model.columns
    )


def choose(dialog, column, old):
    row = next(
        row for row in dialog.part.model.rows() if (row.change.column, row.change.old) == (column, old)
    )
    assert dialog.part.table.select_id(row.id)
    return row


def site_of(office, firm):
    return office.fetch("gromov", "SELECT site FROM counterparty WHERE id = %s", str(firm[0]))[0][0]


def test_a_day_and_an_act_are_named_once(qtbot, office, live_desk, firm):
    as_owner(office, "UPDATE audit SET at = at - interval '1 day' WHERE id = (SELECT min(id) FROM audit)")
    dialog = opened(qtbot, live_desk, ChangedPlace.of_counterparty(firm[0]))
    rows = dialog.part.model.rows()
    assert [row.begins_day for row in rows] == [True, False, False, True, False]
    assert cells(dialog, 0)[2] == "Лапина О."
    assert cells(dialog, 0)[3:] == ("Контрагент", "Сайт", "b.ru", "c.ru")
    assert cells(dialog, 1) == ("", "", "", "Контрагент", "Примечание", "Первая", "Вторая")
    assert cells(dialog, 4)[:3] == ("", "", "")


def test_the_button_and_the_key_put_the_former_value_back_and_it_can_be_undone(
    qtbot, office, live_desk, firm
):
    dialog = opened(qtbot, live_desk, ChangedPlace.of_counterparty(firm[0]))
    choose(dialog, "site", "a.ru")
    dialog.part.restore_button.click()
    qtbot.waitUntil(lambda: changes(dialog)[0].new == "a.ru", timeout=10_000)
    assert site_of(office, firm) == "a.ru"
    with qtbot.waitSignal(dialog.part.restored, timeout=10_000):
        dialog.part.undoing.undo()
    qtbot.waitUntil(lambda: changes(dialog)[0].new == "c.ru", timeout=10_000)
    choose(dialog, "note", "Первая")
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.part.table.setFocus()
    with qtbot.waitSignal(dialog.part.restored, timeout=10_000):
        QTest.keyClick(
            dialog.part.table,
            Qt.Key.Key_Z,
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
        )
    settle(qtbot, live_desk)
    assert office.fetch("gromov", "SELECT note FROM counterparty WHERE id = %s", str(firm[0])) == [
        ("Первая",)
    ]


def test_a_colleagues_change_of_the_same_field_is_told_and_not_overwritten(qtbot, office, live_desk, firm):
    dialog = opened(qtbot, live_desk, ChangedPlace.of_counterparty(firm[0]))
    choose(dialog, "site", "a.ru")
    # Pressed before the news of it are read: the event loop does not run in between.
    office.fetch("lapina", "UPDATE counterparty SET site = 'd.ru' WHERE id = %s", str(firm[0]))
    dialog.part.restore()
    qtbot.waitUntil(lambda: dialog.findChild(QDialog, "errorDialog") is not None, timeout=10_000)
    told = dialog.findChild(QDialog, "errorDialog")
    assert any("Лапина" in label.text() for label in told.findChildren(QLabel))
    told.close()
    settle(qtbot, live_desk)
    assert site_of(office, firm) == "d.ru"
    assert changes(dialog)[0].new == "d.ru"


def test_what_a_colleague_changes_appears_by_itself_and_the_chosen_row_stays(qtbot, office, live_desk, firm):
    dialog = opened(qtbot, live_desk, ChangedPlace.of_counterparty(firm[0]))
    chosen = choose(dialog, "site", "a.ru")
    office.fetch("gromov", "UPDATE counterparty SET site = 'd.ru' WHERE id = %s", str(firm[0]))
    qtbot.waitUntil(lambda: changes(dialog)[0].new == "d.ru", timeout=10_000)
    assert dialog.part.table.current_row().id == chosen.id


def test_the_list_is_narrowed_to_one_field_and_shown_whole_again(qtbot, live_desk, firm):
    dialog = opened(qtbot, live_desk, ChangedPlace.of_counterparty(firm[0]))
    part = dialog.part

    def narrow(text):
        next(action for action in part.filter_menu.actions() if action.text() == text).trigger()
        settle(qtbot, live_desk)

    narrow("Примечание")
    assert {change.column for change in changes(dialog)} == {"note"}
    assert part.filter_button.text() == "Примечание"
    narrow("Адрес")
    assert changes(dialog) == []
    assert not part.restore_button.isEnabled()
    dialog.findChild(QPushButton, "allChangesButton").click()
    settle(qtbot, live_desk)
    assert len(changes(dialog)) == 5


def test_scrolling_down_reads_on_to_the_first_change(qtbot, office, live_desk, firm):
    as_owner(
        office,
        """INSERT INTO audit (login, table_name, row_id, counterparty_id, action, old, new)
           SELECT 'lapina', 'counterparty', %s, %s, 'update', jsonb_build_object('site', g::text),
                  jsonb_build_object('site', (g + 1)::text) FROM generate_series(1, 450) AS g""",
        firm[0],
        firm[0],
    )
    dialog = opened(qtbot, live_desk, ChangedPlace.of_counterparty(firm[0]))
    assert len(changes(dialog)) == 200
    bar = dialog.part.table.verticalScrollBar()

    def at_the_end():
        bar.setValue(bar.maximum())
        return len(changes(dialog)) == 455

    qtbot.waitUntil(at_the_end, timeout=15_000)
    numbers = [change.change_id for change in changes(dialog)]
    assert numbers == sorted(numbers, reverse=True)


def test_an_entered_record_cannot_be_put_back(qtbot, office, live_desk):
    activity = office.fetch("scherbakova", "SELECT id FROM activity WHERE status = 'planned' LIMIT 1")[0][0]
    attempt = str(new_id())
    office.fetch(
        "scherbakova",
        "INSERT INTO attempt (id, activity_id, outcome) VALUES (%s, %s, 'talked')",
        attempt,
        activity,
    )
    dialog = opened(qtbot, live_desk, ChangedPlace.of_activity(UUID(activity)))
    assert [column.key for column in dialog.part.model.columns] == [
        "day",
        "time",
        "who",
        "record",
        "field",
        "old",
        "new",
    ]
    assert cells(dialog, 0)[3:] == ("Попытка: Поговорил", "внесено", "", "")
    dialog.part.table.select_id(dialog.part.model.row_at(0).id)
    assert not dialog.part.restore_button.isEnabled()
    dialog.part.restore()
    assert live_desk.worker.pending == 0


def test_an_activitys_former_topic_comes_back(qtbot, office, live_desk):
    activity = UUID(
        office.fetch(
            "scherbakova",
            "SELECT id FROM activity WHERE status = 'planned' AND author_id = current_employee_id() LIMIT 1",
        )[0][0]
    )
    with live_desk.database.transaction() as session:
        (row,) = list_activities(session, [activity])
        seen = fields_of(row)
        update_activity(
            session, act_id=new_id(), activity_id=activity, seen=seen, mine=replace(seen, topic="Другая")
        )
    dialog = opened(qtbot, live_desk, ChangedPlace.of_activity(activity))
    choose(dialog, "topic", seen.topic)
    dialog.part.restore()
    qtbot.waitUntil(lambda: changes(dialog)[0].new == seen.topic, timeout=10_000)


def test_a_row_is_copied_whole(qtbot, live_desk, firm):
    dialog = opened(qtbot, live_desk, ChangedPlace.of_counterparty(firm[0]))
    choose(dialog, "site", "b.ru")
    dialog.part._copy_row()
    text = QGuiApplication.clipboard().text()
    assert text.split("\t")[1:] == ["Лапина Ольга Сергеевна", "Контрагент", "Сайт", "b.ru", "c.ru"]


def test_an_untouched_card_says_so(qtbot, office, live_desk):
    ((firm,),) = office.fetch("lapina", "SELECT id FROM counterparty ORDER BY id DESC LIMIT 1")
    dialog = opened(qtbot, live_desk, ChangedPlace.of_counterparty(UUID(firm)))
    assert changes(dialog) == []
    assert not dialog.part.restore_button.isEnabled()


def test_the_card_and_the_activity_open_it_by_a_button_and_a_key(qtbot, office, live_desk, firm):
    card = CounterpartyCard(live_desk, firm[0])
    qtbot.addWidget(card)
    card.show()
    qtbot.waitUntil(lambda: card.card is not None, timeout=10_000)
    card.changes_button.click()
    activity = UUID(
        office.fetch("scherbakova", "SELECT id FROM activity WHERE status = 'planned' LIMIT 1")[0][0]
    )
    with live_desk.database.transaction() as session:
        (row,) = list_activities(session, [activity])
    dialog = ActivityDialog(live_desk, row)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.findChild(QPushButton, "changesButton").click()
    dialog.close_saved()
    for owner, count in ((card, 5), (dialog, 0)):
        shown = owner.findChild(ChangesDialog)
        qtbot.waitUntil(lambda shown=shown, count=count: len(changes(shown)) == count, timeout=10_000)
        settle(qtbot, live_desk)
        shown.close()
    qtbot.waitUntil(lambda: card.findChild(ChangesDialog) is None)
    card.activateWindow()
    qtbot.waitUntil(card.isActiveWindow)
    QTest.keyClick(
        card, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert card.findChild(ChangesDialog) is not None
    settle(qtbot, live_desk)
    card.close_saved()
