"""The way back from an act as it is offered in the corner of a window."""

from typing import Any
from uuid import UUID

import pytest
from PySide6.QtWidgets import QWidget

from altius_desktop.domain.ids import new_id
from altius_desktop.services.acts import Acted
from altius_desktop.services.directory_values import add_value
from altius_desktop.ui import messages
from altius_desktop.ui.undoing import Undoing, UndoingHere
from tests.ui.workplaces import working_as


@pytest.fixture
def secretary(office, qtbot):
    with working_as(office, "lapina", live=False) as workplace:
        yield workplace
        qtbot.waitUntil(lambda: workplace.worker.pending == 0)


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 300)
    window.show()
    return window


def act(qtbot, workplace, name, done=None):
    def add(session: Any, act_id: UUID) -> Acted:
        return add_value(session, act_id=act_id, table="region", value_id=new_id(), name=name, fields={})

    workplace.act(add, parent=workplace, done=done)
    qtbot.waitUntil(lambda: workplace.worker.pending == 0)


def offers(window):
    """The messages in sight that offer the way back."""
    return [
        toast.accessibleName()
        for toast in window.findChildren(messages.Toast)
        if toast.isVisible() and toast.findChild(QWidget, "toastAction")
    ]


@pytest.mark.parametrize("of", [Undoing, UndoingHere])
def test_the_way_back_is_offered_until_the_act_is_taken_back_by_key(qtbot, secretary, window, of):
    undone, failures = [], []
    undoing = of(secretary, window, done=lambda: undone.append(1), failed=failures.append)

    def told(acted: Acted) -> None:
        if isinstance(undoing, UndoingHere):
            undoing.note(acted, "Added")
        else:
            undoing.tell("Added")

    act(qtbot, secretary, "Камчатка", told)
    assert offers(window) == ["Added"]
    undoing.undo()
    assert offers(window) == []
    qtbot.waitUntil(lambda: undone == [1])
    assert failures == []
    assert not secretary.last_act


def test_the_way_back_is_offered_no_more_once_something_else_was_done(qtbot, secretary, window):
    undoing = Undoing(secretary, window)
    act(qtbot, secretary, "Камчатка", lambda _acted: undoing.tell("Added"))
    act(qtbot, secretary, "Чукотка")
    assert offers(window) == []


def test_an_act_that_left_no_way_back_is_told_without_one(qtbot, secretary, window):
    failures = []
    undoing = UndoingHere(secretary, window, done=lambda: None, failed=failures.append)
    act(qtbot, secretary, "Камчатка")
    undoing.note(Acted(frozenset(), None), "It was so already")
    (toast,) = window.findChildren(messages.Toast)
    assert toast.isVisible()
    assert offers(window) == []
    undoing.undo()
    qtbot.waitUntil(lambda: secretary.worker.pending == 0)
    assert secretary.last_act
    assert failures == []
