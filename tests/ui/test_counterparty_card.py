"""The card in the window: two of them on one firm, news, conflicts, closing, and what belongs to the firm."""

import time
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from altius_desktop.domain.ids import new_id
from altius_desktop.services.card_parts import PersonFields, TermFields, save_part
from altius_desktop.services.counterparty_card import QuickEntry, create_counterparty, get_card
from altius_desktop.services.counterparty_card import update_counterparty as update
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard, open_card
from altius_desktop.ui.dialogs.plan import PlanDialog
from altius_desktop.ui.table import DataTable
from tests.db.desks import as_owner
from tests.ui.workplaces import working_as

INN = "7707083893"


@pytest.fixture
def desk(office, qtbot):
    with working_as(office, "scherbakova", live=False) as workplace:
        yield workplace
        qtbot.waitUntil(lambda: workplace.worker.pending == 0)


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


def enter(workplace, name="ООО «Ромашка»", **known):
    firm = new_id()
    quick = QuickEntry(name, **known)
    with workplace.database.transaction() as session:
        create_counterparty(session, act_id=new_id(), counterparty_id=firm, quick=quick)
    return firm


def stored(workplace, firm):
    with workplace.database.transaction() as session:
        return get_card(session, firm)


def change(workplace, firm, **fields):
    """Somebody changes the firm without a window."""
    with workplace.database.transaction() as session:
        seen = get_card(session, firm).fields
        mine = replace(seen, **fields)
        update(session, act_id=new_id(), counterparty_id=firm, seen=seen, mine=mine)


def add(workplace, firm, mine):
    with workplace.database.transaction() as session:
        save_part(session, act_id=new_id(), counterparty_id=firm, row_id=new_id(), seen=None, mine=mine)


def opened(qtbot, workplace, firm):
    card = CounterpartyCard(workplace, firm)
    qtbot.addWidget(card, before_close_func=CounterpartyCard.close_saved)
    with qtbot.waitSignal(card.loaded, timeout=15_000):
        card.show()
    qtbot.waitUntil(lambda: workplace.worker.pending == 0)
    return card


def part(widget, name, kind=QWidget):
    found = widget.findChild(kind, name)
    assert found is not None, name
    return found


def type_in(card, name, text):
    editor = part(card, f"{name}Edit")
    if isinstance(editor, QPlainTextEdit):
        editor.setPlainText(text)
    else:
        editor.setText(text)


def text_in(card, name):
    editor = part(card, f"{name}Edit")
    return editor.toPlainText() if isinstance(editor, QPlainTextEdit) else editor.text()


def save(qtbot, card):
    with qtbot.waitSignal(card.saved, timeout=15_000):
        card.save()


def rows_of(card, name):
    return part(card, name, DataTable).rows_model.rows()


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
        card.parts.undo()
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
        card.parts.undo()
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


def test_a_counterparty_that_is_not_there_is_told(qtbot, desk):
    card = CounterpartyCard(desk, new_id())
    qtbot.addWidget(card)
    card.show()
    qtbot.waitUntil(part(card, "cardBanner").isVisible, timeout=15_000)
    assert not part(card, "planButton").isEnabled()


def test_five_openings_stay_within_the_time_of_a_glance(qtbot, office, desk):
    firm = UUID(
        as_owner(
            office,
            "SELECT counterparty_id::text FROM activity WHERE counterparty_id IS NOT NULL"
            " GROUP BY counterparty_id ORDER BY count(*) DESC LIMIT 1",
        )[0][0]
    )
    taken = []
    for _turn in range(5):
        start = time.perf_counter()
        card = CounterpartyCard(desk, firm)
        with qtbot.waitSignal(card.loaded, timeout=15_000):
            card.show()
        taken.append(time.perf_counter() - start)
        qtbot.waitUntil(lambda: desk.worker.pending == 0)
        card.close()
    # `make bench` measures the 60 ms on a quiet machine; here other tests run beside it.
    assert sorted(taken)[2] < 0.5


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
