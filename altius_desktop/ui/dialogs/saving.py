"""Saving what a form holds against what it was opened with: merged field by field, asked about where both changed it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import Conflict, ConnectionLost, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.acts import Acted
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.workplace import Workplace


class Edited(Protocol):
    """A form: what its fields were when they were read (None: a new row), and what a conflict needs of it."""

    seen: Any

    def labels(self) -> Mapping[str, str]:
        """The fields' names for people."""

    def text_of(self, name: str, value: Any) -> str:
        """A value of a field as people read it."""

    def take_theirs(self, values: Mapping[str, Any]) -> None:
        """Put the colleague's values into these fields."""


class MergedSave:
    """Sends a form's fields; a press whose answer was lost is repeated as the same act.

    `write(session, act_id=, seen=, mine=, decided=)` saves; `done(mine)` hears that it is saved, `failed` of
    every failure, after which a conflict is asked about here. What was sent counts as unanswered until
    `finish`.
    """

    def __init__(
        self,
        workplace: Workplace,
        window: QWidget,
        *,
        edited: Callable[[], Edited],
        write: Callable[..., Acted],
        title: Callable[[Any], str],
        busy: Callable[[bool], None],
        done: Callable[[Any], None],
        failed: Callable[[UserError], None],
    ) -> None:
        self._workplace = workplace
        self._window = window
        self._edited = edited
        self._write = write
        self._title = title
        self._busy = busy
        self._done = done
        self._failed = failed
        self._decided: dict[str, Any] = {}
        self._sent: Any = None
        self._act_id = new_id()

    @property
    def unanswered(self) -> bool:
        """Whether something was sent of which it is not known, or not shown yet, that it is saved."""
        return self._sent is not None

    def forget_choices(self) -> None:
        """Something else was typed: what was decided about conflicts no longer holds."""
        self._decided = {}

    def finish(self) -> None:
        """What was sent is saved and shown; what comes is another act."""
        self._sent, self._act_id, self._decided = None, new_id(), {}

    def send(self, mine: Any) -> None:
        """Save these fields."""
        seen, decided = self._edited().seen, dict(self._decided)
        if self._sent is None:
            self._sent = mine
        self._busy(True)
        self._workplace.act(
            lambda session, act: self._write(session, act_id=act, seen=seen, mine=mine, decided=decided),
            parent=self._window,
            act_id=self._act_id,
            done=lambda acted: self._on_saved(acted, mine),
            failed=lambda error: self._on_failed(error, mine),
        )

    def _on_saved(self, acted: Acted, mine: Any) -> None:
        if acted.inverse is None and self._sent is not None and self._sent != mine:
            # The press whose answer was lost had got through; what was changed since is saved on top of it.
            self._edited().seen, self._act_id, self._sent = self._sent, new_id(), None
            self.send(mine)
            return
        self._done(mine)

    def _on_failed(self, error: UserError, mine: Any) -> None:
        self._busy(False)
        if not isinstance(error, ConnectionLost):
            self._sent = None
        self._failed(error)
        if isinstance(error, Conflict):
            self._ask(error, mine)

    def _ask(self, conflict: Conflict, mine: Any) -> None:
        edited = self._edited()
        dialog = ConflictDialog(
            self._window,
            conflict,
            labels=edited.labels(),
            text_of=edited.text_of,
            subtitle=self._title(mine),
        )

        def decide() -> None:
            theirs = {field.field: field.theirs for field in conflict.fields}
            keeps = dialog.keeps_mine
            taken = {name: value for name, value in theirs.items() if not keeps[name]}
            self._edited().take_theirs(taken)
            self._decided = {name: value for name, value in theirs.items() if keeps[name]}
            self.send(replace(mine, **taken))

        dialog.accepted.connect(decide)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
