"""Ctrl+Z of a window over the workplace: it takes back what was done in this window, and nothing older."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.ui.messages import show_toast
from altius_desktop.ui.workplace import Workplace


class UndoHere:
    """Knows the acts of one window; the workplace's own list also holds what other windows did."""

    def __init__(
        self,
        workplace: Workplace,
        window: QWidget,
        done: Callable[[], None],
        failed: Callable[[UserError], None],
    ) -> None:
        self._workplace = workplace
        self._window = window
        self._done = done
        self._failed = failed
        self._labels: list[str] = []

    def note(self, acted: Acted) -> None:
        """An act was done here."""
        if acted.inverse is not None:
            self._labels.append(acted.inverse.label)

    def undo(self) -> None:
        """Take the last act back, and tell which it was."""
        if not self._labels or self._workplace.last_act != self._labels[-1]:
            show_toast(self._window, _("There is nothing to take back"), kind="info")
            return
        label = self._labels.pop()

        def done(act: str) -> None:
            show_toast(self._window, _("Taken back: {act}").format(act=act))
            self._done()

        def failed(error: UserError) -> None:
            if self._workplace.last_act == label:
                # The server did not hear of it: the act can still be taken back.
                self._labels.append(label)
            self._failed(error)

        self._workplace.undo(parent=self._window, done=done, failed=failed)
