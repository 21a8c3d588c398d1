"""The card in the window: two of them on one firm, news, conflicts, closing, and what belongs to the firm."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import QStringListModel, Qt, QTimer
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from altius_desktop.domain.ids import new_id
from altius_desktop.services.card_part_edits import archive_part, save_part
from altius_desktop.services.card_parts import DateFields, FeedbackFields, PersonFields, TermFields
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard, open_card
from altius_desktop.ui.dialogs.plan import PlanDialog
from altius_desktop.ui.form import LookupEdit
from altius_desktop.ui.table import DataTable
from tests.db.desks import as_owner
from tests.ui.cards import add, change, enter, opened, part, rows_of, save, stored, text_in, type_in
from tests.ui.workplaces import working_as

INN = "7707083893"


@pytest.fixture
def answers(qapp):
    """Presses these buttons, one after another, in the questions that come; the second list has what was asked."""
    given: list[str] = []
    asked: list[str] = []

    def look():
        question = qapp.activeModalWidget()
        if question is not None and question.objectName() == "choiceDialog" and given:
            asked.append(question.windowTitle())
            part(question, f"{given.pop(0)}Button", QPushButton).click()

    timer = QTimer(interval=10)
    timer.timeout.connect(look)
    timer.start()
    yield given, asked
    timer.stop()


def test_the_card_shows_what_is_known_and_has_no_changes(qtbot, office, desk):
    firm = UUID(
        as_owner(
            office,
            "SELECT counterparty_id::text FROM activity WHERE counterparty_id IS NOT NULL"
            " AND status = 'planned' ORDER BY id LIMIT 1",
        )[0][0]
    )
    known = stored(desk, firm)
    card = opened(qtbot, desk, firm)
    assert text_in(card, "name") == known.fields.name
    assert text_in(card, "phones") == known.fields.phones
    assert not card.has_changes()
    assert not part(card, "saveButton").isEnabled()
    assert [row.id for row in rows_of(card, "personsTable")] == [row.id for row in known.persons]
    assert {row.id for row in rows_of(card, "planTable")} == {row.id for row in known.plan}
    assert card.windowTitle().startswith(known.fields.name)


def test_two_windows_with_different_fields_keep_both(qtbot, office, desk):
    firm = enter(desk)
    mine = opened(qtbot, desk, firm)
    type_in(mine, "address", "Москва, Складочная, 6")
    part(mine, "supplierRole", QPushButton).click()
    with working_as(office, "petrova", live=False) as other:
        theirs = opened(qtbot, other, firm)
        type_in(theirs, "phones", "8 495 333-41-52 доб. 7")
        save(qtbot, theirs)
        qtbot.waitUntil(lambda: other.worker.pending == 0)
        theirs.close_saved()
    save(qtbot, mine)
    fields = stored(desk, firm).fields
    assert (fields.address, fields.phones) == ("Москва, Складочная, 6", "8 495 333-41-52 доб. 7")
    assert fields.roles == {"client", "supplier"}
    assert text_in(mine, "phones") == "8 495 333-41-52 доб. 7"
    assert not mine.has_changes()


@pytest.mark.parametrize(("choice", "kept"), [("Mine", "Моё"), ("Theirs", "Чужое")])
def test_the_same_field_is_asked_about_with_its_three_values(qtbot, office, desk, choice, kept):
    firm = enter(desk)
    change(desk, firm, address="Было")
    card = opened(qtbot, desk, firm)
    type_in(card, "address", "Моё")
    type_in(card, "note", "Моё примечание")
    with working_as(office, "petrova", live=False) as other:
        change(other, firm, address="Чужое")
    card.save()
    qtbot.waitUntil(lambda: card.findChild(ConflictDialog) is not None)
    question = card.findChild(ConflictDialog)
    shown = [part(question, f"address{whose}Text", QLabel).text() for whose in ("Original", "Mine", "Theirs")]
    assert shown == ["Было", "Моё", "Чужое"]
    part(question, f"address{choice}Button", QPushButton).click()
    with qtbot.waitSignal(card.saved, timeout=15_000):
        part(question, "saveButton", QPushButton).click()
    fields = stored(desk, firm).fields
    assert (fields.address, fields.note) == (kept, "Моё примечание")
    assert text_in(card, "address") == kept


def test_a_colleagues_change_comes_by_itself_and_what_is_being_edited_stays(qtbot, office):
    with working_as(office, "scherbakova") as workplace:
        firm = enter(workplace)
        card = opened(qtbot, workplace, firm)
        banner = part(card, "cardBanner")
        with working_as(office, "petrova", live=False) as other:
            change(other, firm, address="Новый адрес")
            qtbot.waitUntil(lambda: text_in(card, "address") == "Новый адрес", timeout=15_000)
            assert not banner.isVisible()
            assert not card.has_changes()
            type_in(card, "note", "Пишу")
            change(other, firm, site="example.org", note="Чужое")
            add(other, firm, PersonFields("Симонова Анна"))
            qtbot.waitUntil(lambda: text_in(card, "site") == "example.org", timeout=15_000)
            qtbot.waitUntil(lambda: len(rows_of(card, "personsTable")) == 1, timeout=15_000)
        assert text_in(card, "note") == "Пишу"
        assert banner.isVisible()
        assert "Петрова" in banner.accessibleName()
        assert "Петрова" in part(card, "changedLabel", QLabel).text()
        qtbot.waitUntil(lambda: workplace.worker.pending == 0)
        card.close_saved()


def test_a_plan_of_a_colleague_for_the_firm_appears(qtbot, office):
    with working_as(office, "scherbakova") as workplace:
        firm = enter(workplace)
        card = opened(qtbot, workplace, firm)
        with qtbot.waitSignal(card.loaded, timeout=15_000):
            as_owner(
                office,
                "INSERT INTO activity (id, section, kind_id, counterparty_id, assignee_id, author_id, due_on)"
                " SELECT %s, 'call', (SELECT id FROM activity_kind WHERE section = 'call' LIMIT 1), %s, e.id, e.id,"
                " office_today() FROM employee AS e WHERE e.login = 'fomin'",
                new_id(),
                firm,
            )
        assert len(rows_of(card, "planTable")) == 1
        qtbot.waitUntil(lambda: workplace.worker.pending == 0)
        card.close_saved()


def test_a_client_is_reminded_of_what_is_missing_and_saved_all_the_same(qtbot, desk):
    card = opened(qtbot, desk, enter(desk))
    told = part(card, "missingLabel", QLabel)
    assert "регион" in told.text() or "region" in told.text()
    part(card, "clientRole", QPushButton).click()
    qtbot.waitUntil(lambda: told.text() == "")
    part(card, "clientRole", QPushButton).click()
    type_in(card, "address", "Адрес")
    save(qtbot, card)


def test_a_wrong_inn_is_told_and_saved_and_one_that_somebody_has_leads_there(qtbot, desk):
    other = enter(desk, "АО «Другая»", inn=INN)
    firm = enter(desk)
    card = opened(qtbot, desk, firm)
    type_in(card, "inn", "7707083890")
    qtbot.waitUntil(part(card, "innHint").isVisible)
    save(qtbot, card)
    assert stored(desk, firm).fields.inn == "7707083890"
    type_in(card, "inn", "77 07 083893")
    banner = part(card, "duplicateBanner")
    qtbot.waitUntil(banner.isVisible, timeout=15_000)
    assert "Другая" in banner.accessibleName()
    assert not part(card, "innHint").isVisible()
    with qtbot.waitSignal(card.card_asked) as asked:
        part(card, "openDuplicateButton", QPushButton).click()
    assert asked.args == [other]


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", ""), ("name", "я" * 10_000), ("applied_on", "32.13.2026"), ("region_id", "такого нет")],
)
def test_what_cannot_be_saved_is_told_in_place(qtbot, desk, field, typed):
    firm = enter(desk)
    card = opened(qtbot, desk, firm)
    version = stored(desk, firm).row_version
    type_in(card, field, typed)
    card.save()
    assert part(card, f"{field}Error", QLabel).isVisible()
    assert card.has_changes()
    assert stored(desk, firm).row_version == version


def test_an_archived_value_is_shown_as_one_and_kept(qtbot, office, desk):
    firm = enter(desk)
    region = UUID(as_owner(office, "SELECT id::text FROM region ORDER BY name LIMIT 1")[0][0])
    change(desk, firm, region_id=region)
    as_owner(office, "UPDATE region SET archived = true WHERE id = %s", region)
    with working_as(office, "fomin", live=False) as workplace:
        card = opened(qtbot, workplace, firm)
        assert "(" in text_in(card, "region_id")
        type_in(card, "address", "Адрес")
        save(qtbot, card)
        qtbot.waitUntil(lambda: workplace.worker.pending == 0)
    fields = stored(desk, firm).fields
    assert (fields.region_id, fields.address) == (region, "Адрес")


def test_control_characters_and_blanks_that_are_there_already_are_no_change(qtbot, office, desk):
    firm = enter(desk)
    as_owner(
        office, "UPDATE counterparty SET address = %s, note = %s WHERE id = %s", "а  б ", "в\r\nг ", firm
    )
    card = opened(qtbot, desk, firm)
    assert not card.has_changes()


def test_closing_with_changes_asks_and_cancel_keeps_the_card(qtbot, desk, answers):
    given, asked = answers
    card = opened(qtbot, desk, enter(desk))
    type_in(card, "address", "Адрес")
    given.append("cancel")
    QTest.keyClick(card, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert card.isVisible()
    given.append("drop")
    card.close()
    assert not card.isVisible()


def test_closing_may_save_first(qtbot, desk, answers):
    given, _asked = answers
    firm = enter(desk)
    card = opened(qtbot, desk, firm)
    type_in(card, "address", "Адрес")
    given.append("save")
    card.close()
    qtbot.waitUntil(lambda: not card.isVisible(), timeout=15_000)
    assert stored(desk, firm).fields.address == "Адрес"


def test_closing_without_changes_asks_nothing(qtbot, desk, answers):
    _given, asked = answers
    card = opened(qtbot, desk, enter(desk))
    QTest.keyClick(card, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not card.isVisible())
    assert asked == []


def test_a_person_is_added_in_a_form_with_several_phones_and_taken_off_and_back(qtbot, desk):
    firm = enter(desk)
    card = opened(qtbot, desk, firm)
    part(card, "addPersonButton", QPushButton).click()
    dialog = part(card, "personDialog", QDialog)
    part(dialog, "full_nameEdit", QLineEdit).setText("Симонова Анна")
    part(dialog, "phonesEdit", QPlainTextEdit).setPlainText("8 495 333-41-52, 333-41-53 доб. 2")
    part(dialog, "birthdayEdit", QLineEdit).setText("29.02.1984")
    with qtbot.waitSignals([dialog.accepted, card.loaded], timeout=15_000):
        part(dialog, "saveButton", QPushButton).click()
    (person,) = stored(desk, firm).persons
    assert [point.extension for point in person.points] == [None, "2"]
    assert person.fields.birthday.day == 29
    table = part(card, "personsTable", DataTable)
    table.select_id(person.id)
    table.setFocus()
    with qtbot.waitSignal(card.loaded, timeout=15_000):
        QTest.keyClick(table, Qt.Key.Key_Delete)
    assert rows_of(card, "personsTable") == ()
    with qtbot.waitSignal(card.loaded, timeout=15_000):
        card.parts.undoing.undo()
    assert [row.fields for row in rows_of(card, "personsTable")] == [person.fields]


def test_two_people_in_one_persons_form_are_merged_or_asked(qtbot, office, desk):
    firm = enter(desk, person="Зайцева Елена")
    card = opened(qtbot, desk, firm)
    (row,) = rows_of(card, "personsTable")
    card.parts.persons.activated_row.emit(row)
    dialog = part(card, "personDialog", QDialog)
    part(dialog, "positionEdit", QLineEdit).setText("директор")
    with working_as(office, "petrova", live=False) as other, other.database.transaction() as session:
        mine = replace(row.fields, position="бухгалтер", note="Заметка")
        save_part(session, act_id=new_id(), counterparty_id=firm, row_id=row.id, seen=row.fields, mine=mine)
    part(dialog, "saveButton", QPushButton).click()
    qtbot.waitUntil(lambda: dialog.findChild(ConflictDialog) is not None, timeout=15_000)
    question = dialog.findChild(ConflictDialog)
    assert part(question, "positionTheirsText", QLabel).text() == "бухгалтер"
    assert question.findChild(QWidget, "noteConflict") is None
    part(question, "positionMineButton", QPushButton).click()
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        part(question, "saveButton", QPushButton).click()
    fields = stored(desk, firm).persons[0].fields
    assert (fields.position, fields.note) == ("директор", "Заметка")
    qtbot.waitUntil(lambda: desk.worker.pending == 0)


def test_a_wish_is_archived_by_del_and_taken_back(qtbot, desk):
    firm = enter(desk)
    add(desk, firm, FeedbackFields("complaint", text="Опоздала поставка"))
    card = opened(qtbot, desk, firm)
    card.parts.show_tab("feedback")
    table = part(card, "feedbackTable", DataTable)
    (row,) = rows_of(card, "feedbackTable")
    table.select_id(row.id)
    table.setFocus()
    with qtbot.waitSignal(card.loaded, timeout=15_000):
        QTest.keyClick(table, Qt.Key.Key_Delete)
    assert rows_of(card, "feedbackTable") == ()
    (toast,) = card.findChildren(messages.Toast)
    assert toast.isVisible()
    assert toast.findChild(QPushButton, "toastAction") is not None
    with qtbot.waitSignal(card.loaded, timeout=15_000):
        QTest.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        # A press of it would take the act before back.
        assert not toast.isVisible()
    assert [row.fields.text for row in rows_of(card, "feedbackTable")] == ["Опоздала поставка"]


def test_a_date_keeps_its_person_who_was_taken_off_the_card(qtbot, desk):
    firm = enter(desk, person="Зайцева Елена")
    person = stored(desk, firm).persons[0].id
    add(desk, firm, DateFields("Юбилей", date(1990, 12, 12), True, None, person))
    with desk.database.transaction() as session:
        archive_part(session, act_id=new_id(), counterparty_id=firm, row_id=person, kind=PersonFields)
    card = opened(qtbot, desk, firm)
    card.parts.dates.activated_row.emit(rows_of(card, "datesTable")[0])
    dialog = part(card, "importantDateDialog", QDialog)
    part(dialog, "titleEdit", QLineEdit).setText("Круглая дата")
    with qtbot.waitSignals([dialog.accepted, card.loaded], timeout=15_000):
        part(dialog, "saveButton", QPushButton).click()
    fields = stored(desk, firm).dates[0].fields
    assert (fields.title, fields.contact_person_id) == ("Круглая дата", person)


def test_a_birthday_that_its_year_does_not_have_is_told_in_place(qtbot, desk):
    firm = enter(desk)
    card = opened(qtbot, desk, firm)
    part(card, "addPersonButton", QPushButton).click()
    dialog = part(card, "personDialog", QDialog)
    part(dialog, "full_nameEdit", QLineEdit).setText("Симонова Анна")
    part(dialog, "birthdayEdit", QLineEdit).setText("29.02.1985")
    part(dialog, "saveButton", QPushButton).click()
    assert part(dialog, "birthdayError", QLabel).isVisible()
    assert stored(desk, firm).persons == ()
    part(dialog, "birthdayEdit", QLineEdit).setText("29.02.1984")
    with qtbot.waitSignals([dialog.accepted, card.loaded], timeout=15_000):
        part(dialog, "saveButton", QPushButton).click()
    (row,) = rows_of(card, "personsTable")
    model = part(card, "personsTable", DataTable).rows_model
    cell = model.columns[model.column_of("birthday")].value(row)
    assert getattr(cell, "text", cell) == "29.02.1984"


def test_a_nul_that_is_pasted_is_left_out(qtbot, desk):
    firm = enter(desk)
    card = opened(qtbot, desk, firm)
    for name, text in (("name", "Рога\x00 и копыта"), ("note", "Первая\x00\nвторая")):
        QGuiApplication.clipboard().setText(text)
        editor = part(card, f"{name}Edit")
        editor.selectAll()
        editor.paste()
    QGuiApplication.clipboard().clear()
    save(qtbot, card)
    fields = stored(desk, firm).fields
    assert (fields.name, fields.note) == ("Рога и копыта", "Первая\nвторая")


def test_a_name_of_quotes_alone_is_saved_and_shown(qtbot, desk):
    firm = enter(desk)
    card = opened(qtbot, desk, firm)
    type_in(card, "name", "«»")
    save(qtbot, card)
    assert stored(desk, firm).fields.name == "«»"
    assert card.windowTitle().startswith("«»")


def offered(card):
    """What the list of the lookup in the region's field offers."""
    line = part(card, "region_idEdit", QLineEdit)
    lookup = next(edit for edit in card.findChildren(LookupEdit) if edit.line is line)
    return lookup.findChild(QStringListModel).stringList()


def test_a_value_is_added_cleared_and_offered_by_the_keyboard(qtbot, office):
    query = "UPDATE region SET archived = true WHERE name = (SELECT min(name) FROM region) RETURNING name"
    ((archived,),) = as_owner(office, query)
    with working_as(office, "lapina", live=False) as workplace:
        firm = enter(workplace)
        card = opened(qtbot, workplace, firm)
        card.activateWindow()
        line = part(card, "region_idEdit", QLineEdit)
        line.setFocus()
        QTest.keyClick(line, Qt.Key.Key_F8)
        dialog = part(card, "newValueDialog", QDialog)
        part(dialog, "nameEdit", QLineEdit).setText("Чукотка")
        with qtbot.waitSignal(dialog.accepted, timeout=15_000):
            part(dialog, "saveButton", QPushButton).click()
        qtbot.waitUntil(lambda: line.text() == "Чукотка")
        save(qtbot, card)
        region = stored(workplace, firm).fields.region_id
        assert as_owner(office, "SELECT name FROM region WHERE id = %s", region) == [("Чукотка",)]
        QTest.keyClick(line, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
        assert line.text() == ""
        card.activateWindow()
        line.setFocus()
        qtbot.waitUntil(line.hasFocus)
        QTest.keyClick(line, Qt.Key.Key_F4)
        qtbot.waitUntil(lambda: len(offered(card)) > 2)
        assert archived not in offered(card)
        save(qtbot, card)
        assert stored(workplace, firm).fields.region_id is None
        qtbot.waitUntil(lambda: workplace.worker.pending == 0)


@pytest.mark.parametrize(
    ("tab", "dialog_name", "fields"),
    [
        ("dates", "importantDateDialog", {"titleEdit": "Юбилей", "falls_onEdit": "12.12.1990"}),
        ("feedback", "feedbackDialog", {"textEdit": "Опоздала поставка"}),
        ("terms", "termDialog", {"textEdit": "Скидка 7 %", "valid_toEdit": "01.01.2030"}),
    ],
)
def test_dates_wishes_and_terms_are_added_in_their_tabs(qtbot, desk, tab, dialog_name, fields):
    card = opened(qtbot, desk, enter(desk))
    part(card, f"{tab}Tab", QPushButton).click()
    part(card, "addPartButton", QPushButton).click()
    dialog = part(card, dialog_name, QDialog)
    for name, text in fields.items():
        editor = part(dialog, name)
        (editor.setPlainText if isinstance(editor, QPlainTextEdit) else editor.setText)(text)
    with qtbot.waitSignals([dialog.accepted, card.loaded], timeout=15_000):
        part(dialog, "saveButton", QPushButton).click()
    assert len(rows_of(card, f"{tab}Table")) == 1


def test_terms_that_have_run_out_are_muted(qtbot, office, desk):
    firm, today = enter(desk), office.today()
    add(desk, firm, TermFields("Старая скидка", None, today - timedelta(days=1)))
    add(desk, firm, TermFields("Новая скидка", today, None))
    card = opened(qtbot, desk, firm)
    model = part(card, "termsTable", DataTable).rows_model
    assert [model.style_at(place).done for place in range(2)] == [False, True]


def test_the_plan_begins_with_the_counterparty(qtbot, desk):
    firm = enter(desk)
    card = opened(qtbot, desk, firm)
    part(card, "planButton", QPushButton).click()
    dialog = card.findChild(PlanDialog)
    assert dialog.model.lines[0].counterparty_id == firm
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    dialog.close_saved()


def test_a_colour_is_given_and_taken_back(qtbot, desk):
    firm = enter(desk)
    card = opened(qtbot, desk, firm)
    with qtbot.waitSignal(card.loaded, timeout=15_000):
        card.acts.set_colour(3)
    assert stored(desk, firm).highlight == 3
    with qtbot.waitSignal(card.loaded, timeout=15_000):
        card.parts.undoing.undo()
    assert stored(desk, firm).highlight is None


def test_a_card_is_open_once_and_a_changed_one_keeps_the_window_open(qtbot, desk, answers):
    given, asked = answers
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    firm, other = enter(desk), enter(desk, "АО «Другая»")
    cards = [open_card(desk, firm, window), open_card(desk, other, window), open_card(desk, firm, window)]
    assert cards[0] is cards[2]
    assert cards[0] is not cards[1]
    qtbot.waitUntil(lambda: all(card.card is not None for card in cards))
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    type_in(cards[0], "address", "Адрес")
    given.append("cancel")
    assert not window.close()
    assert window.isVisible()
    assert asked
    given.append("drop")
    assert window.close()
    qtbot.waitUntil(lambda: desk.findChildren(CounterpartyCard) == [])


def test_a_card_asked_for_at_the_screens_edge_stands_whole_on_the_screen(qtbot, desk):
    window = QWidget()
    qtbot.addWidget(window)
    room = window.screen().availableGeometry()
    window.setGeometry(room.right() - 200, room.bottom() - 200, 300, 300)
    window.show()
    card = open_card(desk, enter(desk), window)
    # The screen of the tests may be narrower than a card can be: then its left side is what is seen.
    frame = card.frameGeometry()
    assert (frame.top() >= room.top(), frame.bottom() <= room.bottom()) == (True, True)
    assert frame.left() == max(room.left(), room.right() + 1 - frame.width())
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    card.close_saved()


def test_a_card_opens_in_its_table_of_persons_and_is_closed_by_ctrl_w(qtbot, desk, answers):
    given, asked = answers
    card = opened(qtbot, desk, enter(desk))
    assert card.focusWidget() is part(card, "personsTable")
    type_in(card, "address", "Адрес")
    given.append("drop")
    QTest.keyClick(card, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert not card.isVisible()
    assert len(asked) == 1


def test_a_long_phone_is_seen_whole_in_its_field_or_told_in_the_tool_tip(qtbot, desk):
    long = "8 (495) 333-41-53 доб. 123, отдел рекламы и выставок, спросить Анну"
    card = opened(qtbot, desk, enter(desk))
    phones = part(card, "phonesEdit", QPlainTextEdit)
    low = phones.height()
    assert phones.toolTip() == ""
    type_in(card, "phones", f"8 (495) 333-41-52\n{long}")
    assert phones.height() >= low + 2 * phones.fontMetrics().lineSpacing()
    assert phones.document().idealWidth() <= phones.viewport().width()
    assert long in phones.toolTip()


def test_a_counterparty_that_is_not_there_is_told(qtbot, desk):
    card = CounterpartyCard(desk, new_id())
    qtbot.addWidget(card)
    card.show()
    qtbot.waitUntil(part(card, "cardBanner").isVisible, timeout=15_000)
    assert not part(card, "planButton").isEnabled()


@pytest.mark.parametrize(
    ("points", "address"),
    [("8 495 333-41-52 доб. 12", "tel:+74953334152;ext=12"), ("спросить у вахтёра", None)],
)
def test_a_phone_is_called_by_the_systems_program(qtbot, desk, monkeypatch, points, address):
    opened_addresses = []

    def note(url):
        opened_addresses.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    card = opened(qtbot, desk, enter(desk, phones=points))
    part(card, "phonesButton", QPushButton).click()
    assert opened_addresses == ([address] if address else [])
    assert (card.findChild(messages.Toast) is not None) == (address is None)


def test_a_letter_goes_to_the_chosen_person(qtbot, desk, monkeypatch):
    opened_addresses = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened_addresses.append(url.toString()) or True
    )
    firm = enter(desk, emails="info@romashka.example")
    add(desk, firm, PersonFields("Симонова Анна", emails="anna@romashka.example"))
    card = opened(qtbot, desk, firm)
    (anna,) = rows_of(card, "personsTable")
    part(card, "personsTable", DataTable).select_id(anna.id)
    part(card, "letterButton", QPushButton).click()
    assert opened_addresses == ["mailto:anna@romashka.example"]
