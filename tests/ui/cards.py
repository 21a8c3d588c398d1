"""Cards in tests: firms made without a window, the card opened on one, and what stands in its fields and tables."""

from dataclasses import replace

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from altius_desktop.domain.ids import new_id
from altius_desktop.services.card_part_edits import save_part
from altius_desktop.services.counterparty_card import get_card
from altius_desktop.services.counterparty_edits import QuickEntry, create_counterparty
from altius_desktop.services.counterparty_edits import update_counterparty as update
from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard
from altius_desktop.ui.table import DataTable


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
