"""A card's window is made ahead: the next opening only fills it, and nobody sees one that is empty or out of date."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from altius_desktop.i18n import set_language
from altius_desktop.services.card_parts import PersonFields
from altius_desktop.ui.dialogs.counterparty_card import (
    CounterpartyCard,
    make_card_ahead,
    open_card,
    opening,
    rebuild_cards,
)
from tests.ui.cards import add, enter, part, rows_of, save, stored, text_in, type_in


def spares():
    return [
        top
        for top in QApplication.topLevelWidgets()
        if isinstance(top, CounterpartyCard) and top.counterparty_id.int == 0
    ]


def made_ahead(qtbot, window):
    """The spare card once it is ready, which is painted unseen at the end."""
    make_card_ahead(window.workplace, window)
    qtbot.waitUntil(lambda: bool(spares()), timeout=15_000)
    (spare,) = spares()
    assert not spare.isVisible()
    return spare


def shown(qtbot, window, firm):
    card = open_card(window.workplace, firm, window)
    qtbot.waitUntil(lambda: card.isVisible() and card.card is not None, timeout=15_000)
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0, timeout=15_000)
    return card


def test_the_window_made_ahead_becomes_the_card_and_another_is_made(qtbot, open_window):
    window = open_window("scherbakova")
    firm = enter(window.workplace, phones="8 495 333-41-52")
    add(window.workplace, firm, PersonFields("Симонова Анна"))
    spare = made_ahead(qtbot, window)
    card = shown(qtbot, window, firm)
    assert card is spare
    assert text_in(card, "phones") == "8 495 333-41-52"
    assert [row.fields.full_name for row in rows_of(card, "personsTable")] == ["Симонова Анна"]
    type_in(card, "address", "Москва, Складочная, 6")
    save(qtbot, card)
    assert stored(window.workplace, firm).fields.address == "Москва, Складочная, 6"
    qtbot.waitUntil(lambda: len(spares()) == 1, timeout=15_000)
    assert spares() != [card]
    card.close_saved()


def test_making_a_card_takes_no_keyboard_from_the_window_at_work(qtbot, open_window):
    window = open_window("scherbakova")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    lost = []
    QApplication.instance().focusWindowChanged.connect(lost.append)
    try:
        made_ahead(qtbot, window)
    finally:
        QApplication.instance().focusWindowChanged.disconnect(lost.append)
    assert lost == []


def test_a_new_card_comes_to_the_screen_with_what_it_shows(qtbot, open_window, monkeypatch):
    monkeypatch.setattr(opening, "_SHOWN_AFTER_MS", 10_000)  # however slow the machine is
    window = open_window("scherbakova")
    firm = enter(window.workplace)
    made_ahead(qtbot, window)
    card = open_card(window.workplace, firm, window)
    seen: list[bool] = []

    class Watch(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show:
                seen.append(text_in(card, "name") != "")
            return False

    watch = Watch()
    card.installEventFilter(watch)
    qtbot.waitUntil(lambda: bool(seen), timeout=15_000)
    assert seen == [True]
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    card.close_saved()


def test_what_was_made_in_a_former_language_is_not_used(qtbot, open_window):
    window = open_window("scherbakova")
    firm = enter(window.workplace)
    spare = made_ahead(qtbot, window)
    set_language("en")
    card = shown(qtbot, window, firm)
    assert card is not spare
    assert part(card, "planTab", QPushButton).text().startswith("Plan")
    card.close_saved()
    qtbot.waitUntil(lambda: len(spares()) == 1, timeout=15_000)
    set_language("ru")
    rebuild_cards(window.workplace)
    qtbot.waitUntil(
        lambda: [part(top, "planTab", QPushButton).text() for top in spares()] == ["План"], timeout=15_000
    )


def test_columns_that_were_arranged_since_stand_so_in_it(qtbot, open_window):
    window = open_window("scherbakova")
    workplace = window.workplace
    firm = enter(workplace)
    spare = made_ahead(qtbot, window)
    table = spare.parts.terms
    before = table.save_state()
    key = table.shown_columns()[-1].key
    table.blockSignals(True)
    table.show_column(key, False)
    other = table.save_state()
    table.restore_state(before)
    table.blockSignals(False)
    assert key in [column.key for column in table.shown_columns()]
    workplace.save_layout("counterpartyCard.termsTable", other)
    card = shown(qtbot, window, firm)
    assert card is spare
    assert key not in [column.key for column in card.parts.terms.shown_columns()]
    card.close_saved()


def test_it_goes_with_the_programs_window(qtbot, open_window):
    window = open_window("scherbakova")
    gone: list[bool] = []
    spare = made_ahead(qtbot, window)
    spare.destroyed.connect(lambda: gone.append(True))
    window.close()
    qtbot.waitUntil(lambda: bool(gone), timeout=15_000)
    assert spares() == []


def test_the_former_window_takes_nothing_from_the_one_that_follows(qtbot, open_window):
    window = open_window("scherbakova")
    former = QWidget()
    make_card_ahead(window.workplace, former)
    spare = made_ahead(qtbot, window)
    with qtbot.waitSignal(former.destroyed):
        former.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert spares() == [spare]


def test_nobody_is_chosen_in_a_new_card_for_a_plan_or_a_letter(qtbot, open_window, monkeypatch):
    monkeypatch.setattr(opening, "_SHOWN_AFTER_MS", 10_000)
    window = open_window("scherbakova")
    firm = enter(window.workplace)
    add(window.workplace, firm, PersonFields("Симонова Анна"))
    made_ahead(qtbot, window)
    card = shown(qtbot, window, firm)
    qtbot.waitUntil(card.parts.persons.hasFocus, timeout=15_000)
    assert len(rows_of(card, "personsTable")) == 1
    assert card.parts.chosen_person() is None
    card.close_saved()
