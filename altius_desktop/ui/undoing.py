"""The way back from an act: the message that offers it, and the word about what was taken back."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.ui.messages import ToastAction, show_error, show_toast
from altius_desktop.ui.workplace import Workplace


class Undoing:
    """Takes back the workplace's last act, done here or elsewhere; `window` is the parent of the messages."""

    def __init__(
        self,
        workplace: Workplace,
        window: QWidget,
        *,
        done: Callable[[], None] = lambda: None,
        failed: Callable[[UserError], None] | None = None,
    ) -> None:
        """`done` hears that an act was taken back; without `failed` an error is shown."""
        self._workplace = workplace
        self._window = window
        self._done = done
        self._failed = failed or self._show_error

    def tell(self, text: str) -> None:
        """Say what was just done, with the way back as long as it is that of the last act."""
        toast = show_toast(self._window, text, action=ToastAction(_("Undo"), self.undo))
        self._workplace.undo_changed.connect(toast.dismiss)

    def undo(self) -> None:
        """Take the last act back, and say which it was."""
        if self._workplace.last_act:
            self._take_back(self._failed)
        else:
            self._say_nothing_to_undo()

    def _take_back(self, failed: Callable[[UserError], None]) -> None:
        def done(act: str) -> None:
            show_toast(self._window, _("Taken back: {act}").format(act=act))
            self._done()

        self._workplace.undo(parent=self._window, done=done, failed=failed)

    def _say_nothing_to_undo(self) -> None:
        show_toast(self._window, _("There is nothing to take back"), kind="info")

    def _show_error(self, error: UserError) -> None:
        show_error(self._window, error)


class UndoingHere(Undoing):
    """Takes back what was done in this window, and nothing older, which the workplace's own list also holds."""

    def __init__(
        self,
        workplace: Workplace,
        window: QWidget,
        *,
        done: Callable[[], None],
        failed: Callable[[UserError], None],
    ) -> None:
        super().__init__(workplace, window, done=done, failed=failed)
        self._labels: list[str] = []

    def note(self, acted: Acted, told: str = "") -> None:
        """An act was done here; what is `told` of it is said, with the way back if there is one."""
        if acted.inverse is not None:
            self._labels.append(acted.inverse.label)
            if told:
                self.tell(told)
        elif told:
            show_toast(self._window, told)

    def undo(self) -> None:
        if not self._labels or self._workplace.last_act != self._labels[-1]:
            self._say_nothing_to_undo()
            return
        label = self._labels.pop()

        def failed(error: UserError) -> None:
            if self._workplace.last_act == label:
                # The server did not hear of it: the act can still be taken back.
                self._labels.append(label)
            self._failed(error)

        self._take_back(failed)
