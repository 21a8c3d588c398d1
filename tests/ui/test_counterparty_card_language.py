"""An open card follows a switch of language and theme with all that was typed in it."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QRadioButton

from altius_desktop.i18n import set_language
from altius_desktop.services.card_parts import DateFields, PersonFields
from altius_desktop.ui import messages, theme
from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard, open_card
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.table import DataTable
from tests.ui.cards import add, enter, opened, part, save, stored, text_in, type_in


def rebuilt(qtbot, workplace, card, language="en"):
    set_language(language)
    card.rebuild()
    qtbot.waitUntil(lambda: workplace.worker.pending == 0)


def test_what_is_typed_right_or_wrong_stays_and_the_words_change(qtbot, desk):
    firm = enter(desk, phones="8 495 555-70-20")
    card = opened(qtbot, desk, firm)
    type_in(card, "address", "Москва, Складочная, 6")
    type_in(card, "applied_on", "32.13.2026")
    type_in(card, "region_id", "такого нет")
    part(card, "supplierRole", QPushButton).click()
    card.save()
    assert part(card, "applied_onError", QLabel).isVisible()
    part(card, "addressEdit").setFocus()
    rebuilt(qtbot, desk, card)
    assert part(card, "saveButton", QPushButton).accessibleName().startswith("Save")
    assert part(card, "planTab", QPushButton).text().startswith("Plan")
    assert text_in(card, "address") == "Москва, Складочная, 6"
    assert text_in(card, "applied_on") == "32.13.2026"
    assert text_in(card, "region_id") == "такого нет"
    assert part(card, "supplierRole", QPushButton).isChecked()
    assert part(card, "applied_onError", QLabel).text().startswith("Type a day")
    assert card.focusWidget().objectName() == "addressEdit"
    type_in(card, "applied_on", "")
    type_in(card, "region_id", "")
    save(qtbot, card)
    fields = stored(desk, firm).fields
    assert (fields.address, fields.roles) == ("Москва, Складочная, 6", {"client", "supplier"})
    assert not card.has_changes()


def test_the_tab_the_chosen_person_and_the_period_stay(qtbot, desk):
    firm = enter(desk)
    for name in ("Баранов Олег", "Зайцева Елена"):
        add(desk, firm, PersonFields(name))
    card = opened(qtbot, desk, firm)
    chosen = stored(desk, firm).persons[1]
    card.parts.persons.select_id(chosen.id)
    card.parts.show_tab("terms")
    part(card, "fromDay", QLineEdit).setText("01.02.2026")
    part(card, "toDay", QLineEdit).setText("03.02.2026")
    rebuilt(qtbot, desk, card)
    assert card.parts.chosen_person() == chosen
    assert part(card, "termsTable", DataTable).isVisible()
    assert (text_of(card, "fromDay"), text_of(card, "toDay")) == ("01.02.2026", "03.02.2026")


def text_of(card, name):
    return part(card, name, QLineEdit).text()


def test_an_open_form_of_a_part_is_waited_for(qtbot, desk):
    firm = enter(desk)
    add(desk, firm, DateFields("Юбилей", stored(desk, firm).today))
    card = opened(qtbot, desk, firm)
    part(card, "addPersonButton", QPushButton).click()
    dialog = part(card, "personDialog", QDialog)
    part(dialog, "full_nameEdit", QLineEdit).setText("Симонова Анна")
    rebuilt(qtbot, desk, card)
    assert part(card, "planTab", QPushButton).text().startswith("План")
    part(dialog, "saveButton", QPushButton).click()
    qtbot.waitUntil(lambda: part(card, "planTab", QPushButton).text().startswith("Plan"), timeout=15_000)
    qtbot.waitUntil(
        lambda: [row.fields.full_name for row in card.parts.persons.rows_model.rows()] == ["Симонова Анна"]
    )


def picture(card):
    """All tables of the card; the focus is elsewhere."""
    part(card, "nameEdit").setFocus()
    return card.parts.grab().toImage()


def test_the_theme_is_followed_to_the_last_pixel(qtbot, qapp, desk):
    firm = enter(desk, person="Зайцева Елена", phones="8 495 555-70-20")
    theme.apply_theme(qapp, "light")
    card = opened(qtbot, desk, firm)
    theme.apply_theme(qapp, "dark")
    fresh = opened(qtbot, desk, firm)
    qtbot.waitUntil(lambda: picture(card) == picture(fresh))
    theme.apply_theme(qapp, "light")


def test_the_settings_change_the_language_of_open_cards_and_ask_nothing(qtbot, open_window):
    window = open_window("scherbakova")
    workplace = window.workplace
    firm = enter(workplace)
    card = open_card(workplace, firm, window)
    qtbot.waitUntil(lambda: card.card is not None)
    type_in(card, "address", "Москва")
    window.show_page(window.settings_page)
    button = part(window, "language-en", QRadioButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))
    qtbot.waitUntil(lambda: workplace.worker.pending == 0)
    tops = QApplication.topLevelWidgets()
    assert [top for top in tops if isinstance(top, CounterpartyCard) and top.isVisible()] == [card]
    assert part(card, "planTab", QPushButton).text().startswith("Plan")
    assert text_in(card, "address") == "Москва"
    (english,) = [
        top for top in QApplication.topLevelWidgets() if isinstance(top, MainWindow) and top.isVisible()
    ]
    assert english is not window
    card.close_saved()


def test_a_toast_of_the_former_language_offers_nothing_any_more(qtbot, desk):
    firm = enter(desk, person="Зайцева Елена")
    card = opened(qtbot, desk, firm)
    table = part(card, "personsTable", DataTable)
    table.select_id(stored(desk, firm).persons[0].id)
    table.setFocus()
    with qtbot.waitSignal(card.loaded, timeout=15_000):
        QTest.keyClick(table, Qt.Key.Key_Delete)
    assert len(messages.standing_toasts(card)) == 1
    rebuilt(qtbot, desk, card)
    assert messages.standing_toasts(card) == ()
    with qtbot.waitSignal(card.loaded, timeout=15_000):
        card.parts.undoing.undo()
    assert len(stored(desk, firm).persons) == 1
