"""The director erases a person's data in the card, nobody else is offered it, and the journal keeps that it was done."""

import pytest
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QMenu, QPushButton

from altius_desktop.services.card_parts import PersonFields
from altius_desktop.services.erasure import ERASED
from altius_desktop.ui.pages.administration.journal import JournalDialog
from altius_desktop.ui.table import DataTable
from tests.conftest import Office
from tests.db.desks import as_owner
from tests.ui.cards import add, enter, opened, part, rows_of
from tests.ui.workplaces import working_as

NAME = "Перебейносов Аристарх Поликарпович"
OFFER = "Стереть личные данные…"


@pytest.fixture
def firm(office: Office):
    with working_as(office, "scherbakova", live=False) as workplace:
        firm = enter(workplace, "Вектор-Пресс")
        add(workplace, firm, PersonFields(full_name=NAME, phones="+7 916 745-38-29", note="Городки"))
    return firm


def offered(card) -> QMenu:
    table = part(card, "personsTable", DataTable)
    table.select_id(rows_of(card, "personsTable")[0].id)
    table.customContextMenuRequested.emit(QPoint(5, 5))
    menus = table.findChildren(QMenu, "partMenu")
    assert len(menus) == 1
    return menus[0]


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


def answer(qapp, key: str) -> list[str]:
    """Press this button of the next question; what it asked is in the list afterwards."""
    asked: list[str] = []

    def press() -> None:
        question = qapp.activeModalWidget()
        if question is None or question.objectName() != "confirmDialog":
            QTimer.singleShot(20, press)
            return
        asked.append(question.accessibleName())
        part(question, f"{key}Button", QPushButton).click()

    QTimer.singleShot(0, press)
    return asked


def test_a_manager_is_not_offered_what_is_the_directors(qtbot, office, firm):
    with working_as(office, "scherbakova", live=False) as workplace:
        menu = offered(opened(qtbot, workplace, firm))
        assert len(texts(menu)) > 2 and OFFER not in texts(menu)
        menu.close()


def test_the_director_erases_a_person_and_finds_it_in_the_journal(qtbot, qapp, office, firm):
    with working_as(office, "gromov", live=False) as workplace:
        card = opened(qtbot, workplace, firm)
        menu = offered(card)
        next(action for action in menu.actions() if action.text() == OFFER).trigger()
        menu.close()
        dialog = part(card, "erasingDialog", QDialog)
        save = part(dialog, "saveButton", QPushButton)

        save.click()
        assert part(dialog, "reasonError", QLabel).text()
        part(dialog, "reasonEdit", QLineEdit).setText("Просил Перебейносов")
        assert answer(qapp, "yes") == []
        save.click()
        qtbot.waitUntil(lambda: "не должно" in part(dialog, "reasonError", QLabel).text(), timeout=15_000)

        part(dialog, "reasonEdit", QLineEdit).setText("Заявление № 12")
        asked = answer(qapp, "no")
        save.click()
        assert len(asked) == 1 and NAME in asked[0]
        assert as_owner(office, "SELECT count(*) FROM erasure") == [(0,)]
        answer(qapp, "yes")
        with qtbot.waitSignals([dialog.accepted, card.loaded], timeout=15_000):
            save.click()
        assert [row.fields.full_name for row in rows_of(card, "personsTable")] in ([], [ERASED])
        assert as_owner(office, "SELECT count(*) FROM contact_person WHERE full_name = %s", NAME) == [(0,)]

        journal = JournalDialog(workplace)
        qtbot.addWidget(journal)
        journal.show()
        qtbot.waitUntil(lambda: journal.model.rowCount() > 0, timeout=15_000)
        first = journal.model.row_at(0)
        assert (first.whom, first.what) == ("Вектор-Пресс", "личные данные стёрты")
        assert "Заявление № 12" in first.detail and NAME not in first.detail
        assert first.who.startswith("Громов")


def test_the_administrator_reads_of_accounts_alone(qtbot, office):
    as_owner(
        office,
        "INSERT INTO account_event (login, what, whom, detail) VALUES"
        " ('admin', 'groups', 'petrova', 'employee, accountant'), ('admin', 'locked', 'fomin', '')",
    )
    with working_as(office, "admin", live=False) as workplace:
        journal = JournalDialog(workplace)
        qtbot.addWidget(journal)
        journal.show()
        qtbot.waitUntil(lambda: journal.model.rowCount() >= 2, timeout=15_000)
        rows = {(row.whom, row.what, row.detail) for row in journal.model.rows()}
        assert {("petrova", "изменены роли", "бухгалтер"), ("fomin", "логин заблокирован", "")} <= rows
