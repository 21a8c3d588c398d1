"""What is done to the values of a directory from its window: each act is told, and Ctrl+Z takes it back."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.directory_rows import DirectoryValue
from altius_desktop.services.directory_values import (
    add_value,
    archive_value,
    move_value,
    restore_value,
    update_value,
)
from altius_desktop.ui.directories.base import Directory
from altius_desktop.ui.directories.expenses import ExpensesDialog
from altius_desktop.ui.directories.merging import MergeDialog
from altius_desktop.ui.directories.shared_form import SharedForm
from altius_desktop.ui.form import Field
from altius_desktop.ui.undoing import UndoingHere
from altius_desktop.ui.workplace import Workplace


class Shown(Protocol):
    """What the acts ask of the window that shows the directory."""

    @property
    def values(self) -> tuple[DirectoryValue, ...]: ...

    def current(self) -> DirectoryValue | None: ...

    def shown_ids(self) -> Sequence[UUID | int]: ...

    def typed(self) -> str: ...


class DirectoryActs(QObject):
    """`why` says why this employee may do nothing here ("" if he may): then the acts do nothing."""

    done = Signal(object, bool)  # the id to select or None; whether the uses may have changed
    failed = Signal(object)  # a UserError

    def __init__(
        self, workplace: Workplace, directory: Directory, window: QWidget, shown: Shown, why: str
    ) -> None:
        super().__init__(window)
        self._workplace = workplace
        self._directory = directory
        self._table = directory.table
        self._rules = directory.rules
        self._window = window
        self._shown = shown
        self._why = why
        self.undoing = UndoingHere(
            workplace, window, done=lambda: self.done.emit(None, True), failed=self.failed.emit
        )

    def add(self) -> None:
        """Ask for a new value; it comes last and is selected."""
        if self._why or self._rules.fixed:
            return
        table, value_id = self._table, new_id()

        def send(session: Any, act: UUID, mine: dict, _decided: dict) -> Acted:
            name = mine.pop("name")
            return add_value(session, act_id=act, table=table, value_id=value_id, name=name, fields=mine)

        self._open_form(self._directory.new, None, {"name": self._shown.typed()}, send, value_id)

    def change(self) -> None:
        """Rename the selected value, or change what else it has."""
        value = self._shown.current()
        if self._why or value is None:
            return
        table = self._table
        seen = {key: known for key, known in value.editable().items() if key not in self._directory.once}

        def send(session: Any, act: UUID, mine: dict, decided: dict) -> Acted:
            return update_value(
                session, act_id=act, table=table, value_id=value.id, seen=seen, mine=mine, decided=decided
            )

        self._open_form(self._directory.change, value, seen, send, value.id)

    def _open_form(
        self,
        title: str,
        value: DirectoryValue | None,
        values: dict,
        send: Callable[..., Acted],
        wanted: UUID | int,
    ) -> None:
        def done(acted: Acted) -> None:
            self.undoing.note(acted)
            self.done.emit(wanted, False)

        SharedForm(
            self._workplace,
            self._window,
            name="valueDialog",
            icon=self._directory.icon,
            title=_(title),
            fields=self._fields(value),
            today=date.min,
            values=values,
            send=send,
            done=done,
        ).open()

    def _fields(self, value: DirectoryValue | None) -> tuple[Field, ...]:
        own = tuple(
            field
            for field in self._directory.fields()
            if value is None or field.key not in self._directory.once
        )
        return (Field("name", _("Name"), required=True, max_length=self._rules.name_length), *own)

    def move_up(self) -> None:
        self._move(-1)

    def move_down(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        value = self._shown.current()
        ids = list(self._shown.shown_ids())
        if value is not None and 0 <= ids.index(value.id) + step < len(ids):
            place = ids.index(value.id)
            self.put(value.id, place - 1 if step < 0 else place + 2)

    def put(self, value_id: UUID | int, place: int) -> None:
        """Put a value before the shown row of this number, or behind the last one that is shown."""
        shown = list(self._shown.shown_ids())
        old = shown.index(value_id) if value_id in shown else place
        if self._why or not self._rules.ordered or place in (old, old + 1):
            return
        before: UUID | int | None
        if place < len(shown):
            before = shown[place]
        else:
            # What stands in the archive behind the last shown row stays behind it.
            everything = [one.id for one in self._shown.values]
            after = everything.index(shown[-1]) + 1
            before = everything[after] if after < len(everything) else None
        self._act(
            lambda session, act: move_value(
                session, act_id=act, table=self._table, value_id=value_id, before_id=before
            ),
            value_id,
        )

    def archive(self) -> None:
        """Put the selected value into the archive, or take it out again."""
        value = self._shown.current()
        if self._why or value is None or self._rules.fixed:
            return
        if value.archived:
            self._act(
                lambda session, act: restore_value(session, act_id=act, table=self._table, value_id=value.id),
                value.id,
            )
            return
        self._act(
            lambda session, act: archive_value(session, act_id=act, table=self._table, value_id=value.id),
            None,
            _("“{name}” is in the archive; where it is used it stays.").format(name=value.name),
        )

    def merge(self) -> None:
        """Ask which value takes over all uses of the selected one."""
        value = self._shown.current()
        if self._why or value is None:
            return

        def done(acted: Acted, winner_id: UUID, told: str) -> None:
            self.undoing.note(acted, told)
            self.done.emit(winner_id, True)

        MergeDialog(
            self._workplace, self._directory, value, self._shown.values, self._window, done=done
        ).open()

    def expenses(self) -> None:
        """What the selected source cost."""
        value = self._shown.current()
        if value is not None:
            ExpensesDialog(self._workplace, value, self._window).open()

    def _act(self, op: Callable[[Any, UUID], Acted], wanted: UUID | int | None, told: str = "") -> None:
        def done(acted: Acted) -> None:
            self.undoing.note(acted, told)
            self.done.emit(wanted, False)

        def failed(error: UserError) -> None:
            self.failed.emit(error)

        self._workplace.act(op, parent=self, done=done, failed=failed)
