"""Editors that only the card has: several contact points in one field, and the roles."""

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent, QTextOption
from PySide6.QtWidgets import QGridLayout, QMenu, QPlainTextEdit, QWidget

from altius_desktop.domain.errors import FieldError
from altius_desktop.domain.phones import Phone, format_phone
from altius_desktop.domain.texts import clean_line, clean_text
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.contact_points import points_of_cell
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button
from altius_desktop.ui.form import Editor
from altius_desktop.ui.messages import show_toast
from altius_desktop.ui.theme import Font

_ROWS_AT_MOST = 4
_ICONS = {"phones": "phone", "faxes": "fax", "emails": "mail"}


def role_names() -> dict[str, str]:
    return {
        "client": _("Client"),
        "supplier": _("Supplier"),
        "publisher": _("Publisher"),
        "agency": _("Agency"),
        "partner": _("Partner"),
    }


class PointsEdit(Editor):
    """Phones, faxes or e-mails, one on a line or parted as people part them; the button calls or writes.

    It grows with its lines. What is no number is told in `notice`, and kept.
    """

    def __init__(self, field: str) -> None:
        self.text = _Lines()
        super().__init__(self.text)
        self._field = field
        self.text.textChanged.connect(self._on_changed)
        self._button = Button(
            icon=_ICONS[field],
            kind="flat",
            small=True,
            name=f"{field}Button",
            tip=_("Write a letter") if field == "emails" else _("Call"),
            on_click=self._act,
        )
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        # Once it has an owner: shown before, it would be a window of its own and take the keyboard.
        self._button.setVisible(field != "faxes")

    def value(self) -> str:
        """The filled lines, each cleaned."""
        lines = map(clean_line, clean_text(self.text.toPlainText()).split("\n"))
        return "\n".join(line for line in lines if line)

    def set_value(self, value: str | None) -> None:
        self.text.setPlainText(value or "")

    def problem(self) -> str:
        try:
            points_of_cell(self._field, self.value())
        except FieldError as error:
            return str(error)
        return ""

    def notice(self) -> str:
        """What is worth a look though it is saved as it stands; "" if nothing is."""
        return notice_of(self._field, self.value())

    def _on_changed(self) -> None:
        self.text.updateGeometry()
        self.changed.emit()

    def _act(self) -> None:
        if self.problem():
            return
        choices = links_of(self._field, points_of_cell(self._field, self.value()))
        if choices:
            open_one_of(self, choices)
        else:
            told = _("No e-mail is entered") if self._field == "emails" else _("There is no number to call")
            show_toast(self, told, kind="info")


def notice_of(field: str, text: str) -> str:
    """What is worth a look in a field of phones, faxes or e-mails; "" also where it cannot be saved at all."""
    try:
        points = points_of_cell(field, text)
    except FieldError:
        return ""
    if field == "emails":
        odd = [point for point in points if not 0 < point.value.find("@") < len(point.value) - 1]
        return _("This does not look like an e-mail address") if odd else ""
    count = sum(point.e164 is None for point in points)
    if not count:
        return ""
    return ngettext(
        "{count} number was not understood and is kept as typed",
        "{count} numbers were not understood and are kept as typed",
        count,
    ).format(count=count)


def links_of(field: str, points: tuple[Phone, ...]) -> list[tuple[str, str]]:
    """What can be called or written to: the words for a menu, and the address to open."""
    if field == "emails":
        return [(point.value, f"mailto:{point.value}") for point in points if "@" in point.value]
    return [
        (format_phone(point), f"tel:{point.e164}" + (f";ext={point.extension}" if point.extension else ""))
        for point in points
        if point.e164 is not None
    ]


def open_one_of(widget: QWidget, choices: list[tuple[str, str]]) -> None:
    """Open the one address by the system's program for it, or ask which in a menu under the widget."""
    if len(choices) == 1:
        _open_address(widget, choices[0][1])
    elif choices:
        menu = QMenu(widget)
        menu.setObjectName("addressMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, address in choices:
            menu.addAction(text.replace("&", "&&"), partial(_open_address, widget, address))
        menu.popup(widget.mapToGlobal(QPoint(0, widget.height())))


def _open_address(widget: QWidget, address: str) -> None:
    if QDesktopServices.openUrl(QUrl(address)):
        return
    if address.startswith("tel:"):
        show_toast(widget, _("This computer has no program to call with"), kind="warn")
    else:
        show_toast(widget, _("This computer has no program for letters"), kind="warn")


class _Lines(QPlainTextEdit):
    """As high as its lines, four at most; a line that is too long goes on below, more is in the tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Its text begins where that of a line edit does.
        self.document().setDocumentMargin(4)
        self.textChanged.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        # The size of a plain text's document is counted in lines, those included that go on below.
        lines = max(1, round(self.document().size().height()))
        rows = min(_ROWS_AT_MOST, lines)
        whole = self.toPlainText()
        self.setToolTip(whole if lines > min(rows, whole.count("\n") + 1) else "")
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if lines > rows else policy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(theme.metrics(Font.BASE).lineSpacing() * rows + 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(100, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.height())


class RolesEdit(Editor):
    """The counterparty's roles as buttons that stay pressed; several may be."""

    def __init__(self) -> None:
        box = QWidget()
        super().__init__(box)
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        self._buttons: dict[str, Button] = {}
        for number, (role, name) in enumerate(role_names().items()):
            button = Button(name, small=True, name=f"{role}Role")
            button.setCheckable(True)
            button.toggled.connect(self.changed)
            grid.addWidget(button, number // 3, number % 3)
            self._buttons[role] = button
        self.setFocusProxy(self._buttons["client"])

    def value(self) -> frozenset[str]:
        return frozenset(role for role, button in self._buttons.items() if button.isChecked())

    def set_value(self, value: Any) -> None:
        for role, button in self._buttons.items():
            button.setChecked(role in value)

    def mark(self, wrong: bool) -> None:
        """Any choice can be saved."""
