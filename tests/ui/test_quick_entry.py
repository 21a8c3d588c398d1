"""Quick entry: only the name is needed, and whoever is there already is pointed out while typing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard
from altius_desktop.ui.dialogs.quick_entry import QuickEntryDialog
from tests.ui.cards import enter, part, stored
from tests.ui.workplaces import working_as


def opened(qtbot, workplace, name=""):
    dialog = QuickEntryDialog(workplace, name=name)
    qtbot.addWidget(dialog, before_close_func=QuickEntryDialog.close_saved)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def save(qtbot, dialog):
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        part(dialog, "saveButton", QPushButton).click()


def test_the_name_alone_is_enough(qtbot, office, desk):
    dialog = opened(qtbot, desk, name="ООО «Ромашка»")
    save(qtbot, dialog)
    card = stored(desk, dialog.created_id)
    assert (card.fields.name, card.fields.roles, card.fields.applied_on) == (
        "ООО «Ромашка»",
        {"client"},
        office.today(),
    )


def test_everything_known_is_kept(qtbot, desk):
    dialog = opened(qtbot, desk)
    for key, text in (
        ("name", "ООО «Ромашка»"),
        ("person", "Зайцева Елена"),
        ("phones", "8 495 333-41-52 доб. 12; 333-41-53"),
        ("faxes", "8 495 333-41-54"),
        ("emails", "info@romashka.example"),
    ):
        part(dialog, f"{key}Edit", QLineEdit).setText(text)
    save(qtbot, dialog)
    fields = stored(desk, dialog.created_id).fields
    assert len(fields.phones.split("\n")) == 2
    assert (fields.faxes, fields.emails) == ("8 495 333-41-54", "info@romashka.example")
    assert stored(desk, dialog.created_id).persons[0].fields.full_name == "Зайцева Елена"


def test_without_a_name_nothing_is_saved(qtbot, desk):
    dialog = opened(qtbot, desk)
    part(dialog, "phonesEdit", QLineEdit).setText("8 495 333-41-52")
    part(dialog, "saveButton", QPushButton).click()
    assert part(dialog, "nameError", QLabel).isVisible()
    assert dialog.created_id is None


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("phones", "+7 (495) 333-41-52"),
        ("emails", "INFO@romashka.example"),
        ("inn", "7707083893"),
        ("name", "ромашка-сервис"),
        ("name", "Ромашко сервис"),
    ],
)
def test_a_double_is_pointed_out_opened_and_never_blocks(qtbot, desk, field, typed):
    there = enter(
        desk,
        "АО «Ромашка Сервис»",
        phones="333-41-52",
        emails="info@romashka.example",
        inn="7707083893",
    )
    dialog = opened(qtbot, desk)
    part(dialog, f"{field}Edit", QLineEdit).setText(typed)
    box = part(dialog, "duplicatesList")
    qtbot.waitUntil(box.isVisible, timeout=15_000)
    assert "Ромашка Сервис" in part(dialog, "duplicate0", QLabel).text()
    part(dialog, "openDuplicate0", QPushButton).click()
    (card,) = [widget for widget in _cards() if widget.counterparty_id == there]
    qtbot.waitUntil(lambda: card.card is not None, timeout=15_000)
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    card.close()
    part(dialog, "nameEdit", QLineEdit).setText("Совсем другая")
    save(qtbot, dialog)
    assert dialog.created_id not in (None, there)


def test_a_double_goes_when_what_was_typed_is_taken_away(qtbot, desk):
    enter(desk, "АО «Ромашка»", phones="333-41-52")
    dialog = opened(qtbot, desk)
    phones = part(dialog, "phonesEdit", QLineEdit)
    phones.setText("3334152")
    box = part(dialog, "duplicatesList")
    qtbot.waitUntil(box.isVisible, timeout=15_000)
    phones.clear()
    qtbot.waitUntil(lambda: not box.isVisible(), timeout=15_000)


def test_a_wrong_inn_is_told_and_saved(qtbot, desk):
    dialog = opened(qtbot, desk, name="«»")
    part(dialog, "innEdit", QLineEdit).setText("7707083890")
    qtbot.waitUntil(part(dialog, "quickEntryHint").isVisible)
    save(qtbot, dialog)
    assert stored(desk, dialog.created_id).fields.inn == "7707083890"


@pytest.mark.parametrize(
    ("field", "typed"), [("faxes", "Пёстрая Алёна"), ("phones", "спросить"), ("emails", "romashka.example")]
)
def test_what_is_no_number_or_address_is_told_and_saved(qtbot, desk, field, typed):
    dialog = opened(qtbot, desk, name="«»")
    part(dialog, f"{field}Edit", QLineEdit).setText(typed)
    hint = part(dialog, "quickEntryHint", QLabel)
    qtbot.waitUntil(hint.isVisible)
    assert part(dialog, f"{field}Edit").accessibleName() in hint.text()
    save(qtbot, dialog)
    assert getattr(stored(desk, dialog.created_id).fields, field) == typed


def test_enter_goes_from_field_to_field_and_on_the_last_one_saves(qtbot, desk):
    dialog = opened(qtbot, desk, name="ООО «Ромашка»")
    fields = [dialog.editor(key).inner for key in dialog.values()]
    fields[0].setFocus()
    for after in fields[1:]:
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
        assert dialog.focusWidget() is after
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert dialog.created_id is not None


def test_a_manager_answers_for_whom_he_enters_unless_he_takes_it_back(qtbot, office):
    with working_as(office, "scherbakova", live=False) as workplace:
        assert "manager" in workplace.identity.groups
        mine = opened(qtbot, workplace, name="ООО «Моя»")
        assert mine.editor("responsible_id").inner.text() == workplace.identity.full_name
        save(qtbot, mine)
        nobodys = opened(qtbot, workplace, name="ООО «Ничья»")
        QTest.keyClick(
            nobodys.editor("responsible_id").inner, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier
        )
        save(qtbot, nobodys)
        assert stored(workplace, mine.created_id).fields.responsible_id == workplace.identity.employee_id
        assert stored(workplace, nobodys.created_id).fields.responsible_id is None
        qtbot.waitUntil(lambda: workplace.worker.pending == 0)


def test_whom_somebody_else_enters_is_nobodys_until_a_manager_is_chosen(qtbot, office):
    with working_as(office, "petrova", live=False) as workplace:
        assert "manager" not in workplace.identity.groups
        assert opened(qtbot, workplace).editor("responsible_id").value() is None


def test_closing_asks_when_something_was_typed(qtbot, desk):
    assert not opened(qtbot, desk).has_changes()
    dialog = opened(qtbot, desk, name="Ромашка")
    assert dialog.has_changes()


def test_a_supplier_is_no_client_since_today(qtbot, desk):
    dialog = opened(qtbot, desk, name="Ромашка")
    dialog.editor("role").set_value("supplier")
    save(qtbot, dialog)
    fields = stored(desk, dialog.created_id).fields
    assert (fields.roles, fields.applied_on) == ({"supplier"}, None)


def _cards():
    tops = QApplication.topLevelWidgets()
    # One that stands for nobody was made ahead.
    return [top for top in tops if isinstance(top, CounterpartyCard) and top.counterparty_id.int]
