"""The frame that every dialog of the house shares: header, body that scrolls, footer with Cancel and Save."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.ui.controls import Avatar, Button, ElidedLabel, label, rule, style_label
from altius_desktop.ui.dialog import Dialog
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.messages import Banner, confirm
from altius_desktop.ui.theme import Font

MARGIN = 20


class DialogFrame(Dialog):
    """Header with icon, title and subtitle; `body` and `footer` to fill; Ctrl+Enter saves, Esc closes.

    A child overrides `save` and `has_changes`. While `set_busy(True)` the dialog can be neither saved nor
    closed: what was sent may still fail, and then its text must still be here.
    """

    def __init__(
        self,
        parent: QWidget | None,
        *,
        name: str,
        icon: str,
        title: str,
        subtitle: str = "",
        details: str = "",
        save_text: str = "",
        scroll: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setWindowTitle(title)
        self._busy = False
        self._sure = False

        self._avatar = Avatar(icon=icon, size=40)
        self._title = label(title, role=Font.TITLE, name="dialogTitle")
        self._subtitle = label(subtitle, role=Font.STRONG, name="dialogSubtitle")
        self._details = ElidedLabel(details)
        style_label(self._details, role=Font.TABLE, tone="text2", name="dialogDetails")
        self._head = self._build_head()

        self.banner = Banner("danger", name="dialogBanner")
        self._banner_place = QVBoxLayout()
        self._banner_place.setContentsMargins(MARGIN, 0, MARGIN, 0)
        self._banner_place.addWidget(self.banner)
        self.banner.installEventFilter(self)
        inside = self._inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(MARGIN, 14, MARGIN, 14)
        self.body.setSpacing(10)

        self.cancel_button = Button(_("Cancel"), hint="Esc", name="cancelButton", on_click=self.reject)
        self.save_button = Button(
            save_text or _("Save"),
            icon="check",
            hint="Ctrl+Enter",
            kind="primary",
            name="saveButton",
            on_click=self._on_save,
        )
        self.footer = QHBoxLayout()
        self.footer.setContentsMargins(MARGIN, 11, MARGIN, 11)
        self.footer.setSpacing(8)
        self.footer.addWidget(self.cancel_button)
        self.footer.addStretch()
        self.footer.addWidget(self.save_button)
        self._foot = QWidget()
        self._foot.setProperty("surface", "head")
        self._foot.setLayout(self.footer)

        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head)
        whole.addWidget(rule(strong=True))
        whole.addLayout(self._banner_place)
        if scroll:
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.viewport().setAutoFillBackground(False)
            inside.setAutoFillBackground(False)
            area.setWidget(inside)
            self.scroll_area: QScrollArea | None = area
            whole.addWidget(area, 1)
        else:
            self.scroll_area = None
            whole.addWidget(inside, 1)
        whole.addWidget(rule(strong=True))
        whole.addWidget(self._foot)

        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut(self, keys, self._on_save)

    def _build_head(self) -> QWidget:
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self._title)
        # A widget, not a layout alone: an empty layout would keep the title from taking the width.
        self._under = QWidget()
        under = QHBoxLayout(self._under)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(10)
        under.addWidget(self._subtitle)
        under.addWidget(self._details, 1)
        lines.addWidget(self._under)
        head = QWidget()
        head.setProperty("surface", "head")
        row = QHBoxLayout(head)
        row.setContentsMargins(MARGIN, 12, MARGIN, 12)
        row.setSpacing(14)
        row.addWidget(self._avatar)
        row.addLayout(lines, 1)
        self._head_row = row
        self._show_lines()
        return head

    def add_to_head(self, widget: QWidget) -> None:
        """Put something at the right of the titles."""
        self._head_row.addWidget(widget)

    def _show_lines(self) -> None:
        self._subtitle.setVisible(bool(self._subtitle.text()))
        self._details.setVisible(bool(self._details.text()))
        self._under.setVisible(bool(self._subtitle.text() or self._details.text()))

    def set_header(
        self,
        *,
        icon: str | None = None,
        title: str | None = None,
        subtitle: str | None = None,
        details: str | None = None,
    ) -> None:
        """Change what the header says; None leaves a part as it is."""
        if icon is not None:
            self._avatar.show_icon(icon)
        if title is not None:
            self.setWindowTitle(title)
            self.setAccessibleName(title)
        parts: tuple[tuple[QLabel, str | None], ...] = (
            (self._title, title),
            (self._subtitle, subtitle),
            (self._details, details),
        )
        for widget, text in parts:
            if text is not None:
                widget.setText(text)
        self._show_lines()

    def add_footer_button(self, button: Button) -> Button:
        """Put a button to the left of Save."""
        self.footer.insertWidget(self.footer.count() - 1, button)
        return button

    def save_nothing(self) -> None:
        """This dialog is for looking: Cancel, which loses nothing, is called Close and stands in Save's place."""
        self.save_button.hide()
        self.save_button.setEnabled(False)
        self.footer.removeWidget(self.cancel_button)
        self.footer.addWidget(self.cancel_button)
        self.name_cancel(_("Close"))

    def name_cancel(self, text: str) -> None:
        """Call what closes the dialog without saving by this name."""
        self.cancel_button.setText(text)
        self.cancel_button.setAccessibleName(text)

    @property
    def busy(self) -> bool:
        return self._busy

    def set_busy(self, busy: bool) -> None:
        """While the answer is awaited nothing can be pressed; afterwards the dialog is as it was."""
        self._busy = busy
        self._foot.setEnabled(not busy)

    def show_error(self, error: UserError) -> None:
        """Say above the body why it was not saved; the dialog stays open with everything in it."""
        self.set_busy(False)
        self.banner.show_text(error.text, error.hint)

    def save(self) -> None:
        """What Save and Ctrl+Enter do."""
        self.close_saved()

    def has_changes(self) -> bool:
        """Whether closing now would lose something that was typed."""
        return False

    def close_saved(self) -> None:
        """Close without a question: all is saved."""
        self._sure = True
        self.set_busy(False)
        self.accept()

    def close_dropped(self) -> None:
        """Close without a question: what was entered is kept elsewhere, or of no use any more."""
        self._sure = True
        self.reject()

    def _on_save(self) -> None:
        if not self._busy and self.save_button.isEnabled():
            self.banner.hide()
            self.save()

    def reject(self) -> None:
        if self._busy:
            return
        if not self._sure and self.has_changes():
            leave = confirm(
                self,
                _("Close without saving?"),
                _("What you entered here will be lost."),
                _("Close without saving"),
                _("Go on editing"),
                danger=True,
            )
            if not leave:
                return
        super().reject()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.banner and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            top = 14 if event.type() == QEvent.Type.Show else 0
            self._banner_place.setContentsMargins(MARGIN, top, MARGIN, 0)
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        if self.scroll_area is not None and not self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            # A scroll area asks for little: open as high as the body, if the screen has the room.
            inside = self._inside.sizeHint()
            missing = max(0, inside.height() - self.scroll_area.sizeHint().height())
            room = self.screen().availableGeometry().height() - 60
            width = max(self.sizeHint().width(), inside.width(), self.minimumWidth())
            self.resize(width, min(self.sizeHint().height() + missing, room))
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Enter alone never sends a form: Ctrl+Enter does. A focused button is pressed by it.
            focused = self.focusWidget()
            if isinstance(focused, Button) and not event.modifiers():
                focused.click()
            return
        super().keyPressEvent(event)
