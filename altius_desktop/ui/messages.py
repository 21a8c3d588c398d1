"""Every word to the user that is not part of a page: error, confirmation, choice, banner, toast."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Avatar, Button, IconLabel, label, rule, set_tone
from altius_desktop.ui.dialog import Dialog
from altius_desktop.ui.theme import Font

_TOAST_SECONDS = 5.0
TOASTS_AT_ONCE = 3
_TOAST_MARGIN = 16

_LOOK = {
    "danger": ("danger", "danger_soft", "danger"),
    "warn": ("warn", "warn_soft", "warn"),
    "info": ("info", "soft", "on_soft"),
    "ok": ("done", "ok_soft", "ok"),
}

_log_path: Path | None = None


def set_log_path(path: Path) -> None:
    """Name the file that the crash dialog points to."""
    global _log_path
    _log_path = path


class MessageDialog(Dialog):
    """A short text with an icon and buttons, in the house look; `answer` is the key of the pressed one."""

    def __init__(self, parent: QWidget | None, *, kind: str, title: str, text: str, name: str) -> None:
        super().__init__(parent)
        self.answer: str | None = None
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme.metrics(Font.BASE).averageCharWidth() * 62)
        mark, fill, role = _LOOK[kind]
        self._body = QVBoxLayout()
        self._body.setSpacing(6)
        heading = label(title, role=Font.SECTION, wrap=True)
        self._body.addWidget(heading)
        if text:
            words = label(text, tone="text2", wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setMinimumWidth(self.minimumWidth() - 100)
            self._body.addWidget(words)
        self._body.addStretch()
        head = QWidget()
        head.setProperty("surface", "head")
        row = QHBoxLayout(head)
        row.setContentsMargins(20, 18, 20, 18)
        row.setSpacing(14)
        row.addWidget(Avatar(icon=mark, size=40, fill=fill, role=role), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._body, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(20, 11, 20, 11)
        self._buttons.setSpacing(8)
        self._buttons.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head, 1)
        whole.addWidget(rule(strong=True))
        whole.addLayout(self._buttons)

    def add_body(self, widget: QWidget) -> None:
        self._body.insertWidget(self._body.count() - 1, widget)

    def add_button(
        self, key: str, text: str, *, kind: str = "secondary", icon: str = "", default: bool = False
    ) -> Button:
        """A button that closes the dialog with `key` as its answer; Enter presses the default one."""
        button = Button(text, kind=kind, icon=icon, name=f"{key}Button")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self._choose(key))
        self._buttons.addWidget(button)
        if default:
            button.setDefault(True)
            button.setFocus()
        return button

    def _choose(self, key: str) -> None:
        self.answer = key
        self.accept()


def show_error(parent: QWidget | None, error: UserError) -> QDialog:
    """Tell what happened and what to do; does not wait for the answer."""
    dialog = MessageDialog(
        _window_of(parent), kind="warn", title=error.text, text=error.hint, name="errorDialog"
    )
    dialog.setWindowTitle(_("Attention"))
    dialog.add_button("ok", _("Close"), kind="primary", default=True)
    return _open(dialog)


def show_crash(parent: QWidget | None, exc_info: tuple) -> QDialog:
    """Own up to a bug of ours: a short text, the log file's place, a Copy button; does not wait."""
    open_already = QApplication.activeModalWidget()
    if open_already is not None and open_already.objectName() == "crashDialog":
        # One fault often brings others behind it; the log has them all.
        return open_already  # type: ignore[return-value] # the name is set on a QDialog alone
    details = "".join(traceback.format_exception(*exc_info))
    text = _("What you were doing may not have been saved. Your other work is not affected.")
    if _log_path is not None:
        text += "\n" + _("Details were written to {path}").format(path=_log_path)
    dialog = MessageDialog(
        _window_of(parent), kind="danger", title=_("Something went wrong"), text=text, name="crashDialog"
    )
    shown = QPlainTextEdit(details)
    shown.setReadOnly(True)
    shown.setObjectName("crashDetails")
    shown.setAccessibleName(_("Details"))
    shown.setFont(theme.font(Font.CAPTION))
    shown.setFixedHeight(theme.metrics(Font.CAPTION).lineSpacing() * 7)
    dialog.add_body(shown)
    copy = dialog.add_button("copy", _("Copy details"), icon="copy")
    copy.clicked.disconnect()
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
    dialog.add_button("ok", _("Close"), kind="primary", default=True)
    return _open(dialog)


def confirm(
    parent: QWidget | None, title: str, text: str, yes: str, no: str, *, danger: bool = False
) -> bool:
    """Ask a question with two named answers; closing the dialog is the no, and so is Enter where it is dangerous."""
    dialog = MessageDialog(
        _window_of(parent), kind="warn" if danger else "info", title=title, text=text, name="confirmDialog"
    )
    dialog.add_button("no", no, default=danger)
    dialog.add_button("yes", yes, kind="danger" if danger else "primary", default=not danger)
    dialog.exec()
    answer = dialog.answer
    dialog.deleteLater()
    return answer == "yes"


def ask_choice(
    parent: QWidget | None, title: str, text: str, choices: Sequence[tuple[str, str]], *, kind: str = "info"
) -> str | None:
    """Ask for one of `choices` (key, label), the first being the default; None if the dialog was closed."""
    dialog = MessageDialog(_window_of(parent), kind=kind, title=title, text=text, name="choiceDialog")
    dialog.add_button("cancel", _("Cancel"))
    for number, (key, words) in reversed(list(enumerate(choices))):
        dialog.add_button(key, words, kind="secondary" if number else "primary", default=not number)
    dialog.exec()
    answer = dialog.answer
    dialog.deleteLater()
    return answer if answer in dict(choices) else None


def _window_of(parent: QWidget | None) -> QWidget | None:
    widget = parent if isinstance(parent, QWidget) else QApplication.activeWindow()
    return widget.window() if widget is not None else None


def _open(dialog: QDialog) -> QDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


class Banner(QFrame):
    """A coloured strip above a page's content: icon, bold text, detail, buttons. Hidden until shown."""

    def __init__(
        self, kind: str = "warn", *, icon: str = "", name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        mark, _fill, role = _LOOK[kind]
        self.setProperty("surface", kind)
        self._icon = IconLabel(icon or mark, role=role)
        self._title = label(role=Font.STRONG)
        self._detail = label(tone="text2", wrap=True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 8, 6)
        self._row.setSpacing(10)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._title)
        self._row.addWidget(self._detail, 1)
        self.setMinimumHeight(theme.metrics(Font.BASE).height() + 24)
        if name:
            self.setObjectName(name)
        self.hide()

    def show_text(self, title: str, detail: str = "") -> None:
        """Show the banner with these words."""
        self._title.setText(title)
        self._detail.setText(detail)
        self.setAccessibleName(f"{title}. {detail}" if detail else title)
        self.show()

    def show_kind(self, kind: str, icon: str = "") -> None:
        mark, _fill, role = _LOOK[kind]
        set_tone(self, "surface", kind)
        self._icon.show_icon(icon or mark, role)

    def add_button(
        self,
        text: str,
        on_click: Callable[[], object],
        *,
        icon: str = "",
        kind: str = "secondary",
        name: str = "",
    ) -> Button:
        button = Button(text, icon=icon, kind=kind, small=True, name=name, on_click=on_click)
        self._row.addWidget(button)
        return button


@dataclass(frozen=True)
class ToastAction:
    """The button of a toast, such as Undo."""

    text: str
    run: Callable[[], object]


class ToastFrame(QFrame):
    """A frame at the bottom right of a window that takes no focus; it goes by itself, but stays under the mouse.

    Without `seconds` it stays until it is closed.
    """

    dismissed = Signal()

    def __init__(self, window: QWidget, *, name: str, seconds: float | None) -> None:
        super().__init__(window)
        self.setObjectName(name)
        self.setProperty("surface", "card")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stays = seconds is None
        self._timer = QTimer(self, singleShot=True, interval=int((seconds or 0) * 1000))
        self._timer.timeout.connect(self.dismiss)
        if not self.stays:
            self._timer.start()
        self._gone = False

    def _button(
        self, text: str, on_click: Callable[[], object], *, kind: str = "flat", **look: Any
    ) -> Button:
        button = Button(text, kind=kind, small=True, on_click=on_click, **look)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _close_button(self) -> Button:
        return self._button("", self.dismiss, icon="close", tip=_("Close"), name="toastClose")

    def dismiss(self) -> None:
        if self._gone:
            return
        self._gone = True
        self._timer.stop()
        self.hide()
        self.dismissed.emit()
        self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self._gone and not self.stays:
            self._timer.start()
        super().leaveEvent(event)


class Toast(ToastFrame):
    """A short message with at most one button."""

    def __init__(
        self, window: QWidget, text: str, *, kind: str = "ok", action: ToastAction | None = None
    ) -> None:
        super().__init__(window, name="toast", seconds=_TOAST_SECONDS)
        mark, _fill, role = _LOOK[kind]
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(IconLabel(mark, role=role, size=20))
        words = label(text, wrap=len(text) > 60)
        if len(text) > 60:
            words.setMinimumWidth(theme.metrics(Font.BASE).averageCharWidth() * 60)
        row.addWidget(words, 1)
        if action is not None:
            act = self._button(action.text, action.run, name="toastAction")
            act.clicked.connect(self.dismiss)
            row.addWidget(act)
        row.addWidget(self._close_button())


class _ToastStack(QObject):
    """Keeps the toasts of one window in its corner, the newest lowest, three at most."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._toasts: list[ToastFrame] = []
        window.installEventFilter(self)

    @property
    def toasts(self) -> tuple[ToastFrame, ...]:
        return tuple(self._toasts)

    def add(self, toast: ToastFrame) -> None:
        while len(self._toasts) >= TOASTS_AT_ONCE:
            # What goes by itself goes first.
            next((one for one in self._toasts if not one.stays), self._toasts[0]).dismiss()
        self._toasts.append(toast)
        toast.dismissed.connect(lambda: self._forget(toast))
        self._place()
        toast.show()
        toast.raise_()

    def _forget(self, toast: ToastFrame) -> None:
        self._toasts.remove(toast)
        self._place()

    def _place(self) -> None:
        bottom = self._window.height() - _TOAST_MARGIN - 28
        for toast in reversed(self._toasts):
            toast.adjustSize()
            bottom -= toast.height()
            toast.move(self._window.width() - toast.width() - _TOAST_MARGIN, bottom)
            bottom -= 8

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return False


def show_toast(parent: QWidget, text: str, *, kind: str = "ok", action: ToastAction | None = None) -> Toast:
    """Show a toast in the window of `parent`; `kind` is ok, info, warn or danger."""
    toast = Toast(parent.window(), text, kind=kind, action=action)
    put_toast(toast)
    return toast


def put_toast(toast: ToastFrame) -> None:
    """Show a toast in the corner of the window that it was made for."""
    window = toast.parentWidget()
    assert window is not None
    (_stack_of(window) or _ToastStack(window)).add(toast)


def standing_toasts(window: QWidget) -> tuple[ToastFrame, ...]:
    """The toasts that stand in the window's corner now, the oldest first."""
    stack = _stack_of(window)
    return stack.toasts if stack is not None else ()


def _stack_of(window: QWidget) -> _ToastStack | None:
    return next((child for child in window.children() if isinstance(child, _ToastStack)), None)
