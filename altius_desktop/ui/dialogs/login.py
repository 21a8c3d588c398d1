"""Who works here: server, login and password before there is a workplace; a demo offers its employees."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from altius_desktop.database.connection import Credentials, ServerAddress
from altius_desktop.domain.errors import ConnectionLost, FieldError, UserError
from altius_desktop.domain.names import initials, split_full_name
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _, current_language
from altius_desktop.settings import Settings
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Avatar, Button, IconLabel, card, label, rule, set_tone
from altius_desktop.ui.theme import Font
from altius_desktop.ui.worker import Worker

DEFAULT_PORT = 5432
DEFAULT_DATABASE = "altius"
_SERVER = re.compile(r"^(\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+)(?::(\d{1,5}))?(?:/([^\s/]+))?$")


@dataclass(frozen=True)
class OfferedLogin:
    """A demo's employee, whose password is known to everybody."""

    login: str
    full_name: str
    position: str
    password: str = field(default="", repr=False)


def parse_server(text: str) -> ServerAddress:
    """The address typed as host[:port][/database]; FieldError "server" if it is none."""
    found = _SERVER.match(clean_line(text))
    port = int(found[2]) if found is not None and found[2] else DEFAULT_PORT
    if found is None or not 0 < port < 65536:
        raise FieldError(
            "server", _("The server's address cannot be read."), _("Write it as: server:port/database")
        )
    return ServerAddress(found[1].strip("[]"), port, found[3] or DEFAULT_DATABASE)


def server_text(host: str, port: int, database: str) -> str:
    """An address as it is typed: without what goes without saying."""
    text = f"[{host}]" if ":" in host else host
    text += f":{port}" if port != DEFAULT_PORT else ""
    return text + (f"/{database}" if database != DEFAULT_DATABASE else "")


class LoginDialog(QDialog):
    """Logs in on the worker's write lane; accepted with what `connect` returned in `result_value`.

    `connect` runs on the lane's thread and raises UserError if nobody gets in: the window stays as it is
    and says why. A `fixed_address` is not asked for. The language chosen here is kept in the settings.
    """

    language_changed = Signal()

    def __init__(
        self,
        settings: Settings,
        *,
        offered: tuple[OfferedLogin, ...] = (),
        connect: Callable[[ServerAddress, Credentials], Any],
        worker: Worker,
        fixed_address: ServerAddress | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.result_value: Any = None
        self._settings = settings
        self._connect = connect
        self._worker = worker
        self._fixed = fixed_address
        self._busy = False
        self.setObjectName("loginDialog")
        self.setAccessibleName(_("Log in"))
        self.setWindowTitle(f"{_('Log in')} — Altius")
        self._errors: dict[str, QLabel] = {}
        self._people: list[_Person] = []
        self._make_fields()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._form(), 1)
        if offered:
            whole.addWidget(rule(vertical=True, strong=True))
            whole.addWidget(self._offer(offered))
        self._fill(offered)

    def _make_fields(self) -> None:
        wide = theme.metrics(Font.BASE).averageCharWidth() * 46
        self._server = QLineEdit()
        self._login = QLineEdit()
        self._password = QLineEdit()
        for edit, name, title in (
            (self._server, "serverEdit", _("Server")),
            (self._login, "loginEdit", _("Login")),
            (self._password, "passwordEdit", _("Password")),
        ):
            edit.setObjectName(name)
            edit.setAccessibleName(title)
            edit.setMinimumWidth(wide if edit is not self._password else 0)
            edit.textEdited.connect(partial(self._clear_error, edit))
            edit.returnPressed.connect(self.log_in)
        self._server.setPlaceholderText("crm-srv01")
        self._server.setToolTip(_("Server, server:port or server/database"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.installEventFilter(self)
        self._show = Button(_("Show"), small=True, kind="flat", name="showPasswordButton")
        self._show.setCheckable(True)
        self._show.setToolTip(_("Show the password"))
        self._show.toggled.connect(self._show_password)
        self._hint = label(role=Font.CAPTION, tone="warn", name="keyboardHint")
        self._told = label(wrap=True, name="loginFailure")
        self._told_frame = card("danger")
        inside = QHBoxLayout(self._told_frame)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.setSpacing(10)
        inside.addWidget(IconLabel("danger", role="danger"), 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(self._told, 1)
        self._told_frame.hide()
        self._enter = Button(
            _("Log in"), kind="primary", name="loginButton", hint="Enter", on_click=self.log_in
        )
        self._enter.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cancel = Button(_("Cancel"), hint="Esc", name="cancelButton", on_click=self.reject)

    def _form(self) -> QWidget:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(28, 24, 28, 20)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Avatar("A", size=40, fill="accent", role="on_accent"))
        titles = QVBoxLayout()
        titles.setSpacing(1)
        titles.addWidget(label("Altius", role=Font.TITLE))
        where = _("The company on this computer") if self._fixed is not None else _("Contacts of the office")
        titles.addWidget(label(where, role=Font.TABLE, tone="text2", name="companyLabel"))
        head.addLayout(titles, 1)
        column.addLayout(head)
        column.addSpacing(14)
        column.addWidget(self._told_frame)
        self._add_field(column, _("Server"), self._server, "server", shown=self._fixed is None)
        self._add_field(column, _("Login"), self._login, "login")
        self._add_field(column, _("Password"), self._password, "password", beside=self._show)
        column.addWidget(self._hint)
        column.addStretch(1)
        column.addSpacing(10)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for code, text in (("ru", "Русский"), ("en", "English")):
            button = Button(text, small=True, name=f"{code}Button")
            button.setCheckable(True)
            button.setChecked(code == current_language())
            button.clicked.connect(partial(self._choose_language, code))
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addSpacing(16)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._enter)
        column.addLayout(buttons)
        return form

    def _add_field(
        self,
        column: QVBoxLayout,
        text: str,
        edit: QLineEdit,
        name: str,
        *,
        beside: QWidget | None = None,
        shown: bool = True,
    ) -> None:
        words = label(text, role=Font.TABLE, tone="text2")
        words.setBuddy(edit)
        error = label(role=Font.CAPTION, tone="danger", wrap=True, name=f"{name}Error")
        error.hide()
        self._errors[edit.objectName()] = error
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(edit, 1)
        if beside is not None:
            line.addWidget(beside)
        column.addWidget(words)
        column.addLayout(line)
        column.addWidget(error)
        column.addSpacing(6)
        words.setVisible(shown)
        edit.setVisible(shown)

    def _offer(self, offered: tuple[OfferedLogin, ...]) -> QWidget:
        inside = QFrame()
        inside.setProperty("surface", "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 20, 14, 14)
        column.setSpacing(2)
        column.addWidget(label(_("Employees of the demo"), role=Font.SECTION))
        column.addWidget(label(_("Choose whose day to open"), role=Font.CAPTION, tone="muted"))
        column.addSpacing(8)
        for person in offered:
            row = _Person(person)
            row.clicked.connect(partial(self._choose_person, person))
            row.entered.connect(self.log_in)
            self._people.append(row)
            column.addWidget(row)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("offeredLogins")
        area.setAccessibleName(_("Employees of the demo"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(inside.sizeHint().width() + 12)
        area.setMinimumHeight(min(inside.sizeHint().height(), 640))
        return area

    def _fill(self, offered: tuple[OfferedLogin, ...]) -> None:
        settings = self._settings
        if settings.host:
            self._server.setText(server_text(settings.host, settings.port, settings.database))
        self._login.setText(settings.login)
        known = next((person for person in offered if person.login == settings.login), None)
        if offered:
            self._choose_person(known or offered[0])
        elif self._fixed is None and not settings.host:
            self._server.setFocus()
        elif not settings.login:
            self._login.setFocus()
        else:
            self._password.setFocus()

    def _choose_person(self, person: OfferedLogin) -> None:
        for row in self._people:
            row.setChecked(row.person == person)
        self._login.setText(person.login)
        self._password.setText(person.password)
        self._told_frame.hide()
        self._enter.setFocus()

    def _choose_language(self, code: str) -> None:
        self._remember_typed()
        self._settings.language = code
        self._settings.save()
        self.language_changed.emit()

    def _remember_typed(self) -> None:
        self._settings.login = clean_line(self._login.text())
        if self._fixed is None:
            try:
                address = parse_server(self._server.text())
            except FieldError:
                return
            settings = self._settings
            settings.host, settings.port, settings.database = address.host, address.port, address.database

    def log_in(self) -> None:
        """Try what is entered; what is missing is told in place."""
        if self._busy:
            return
        self._told_frame.hide()
        try:
            address = self._fixed or parse_server(self._wanted(self._server, _("Enter the server")))
            login = self._wanted(self._login, _("Enter the login"))
        except FieldError as error:
            edit = self._server if error.field == "server" else self._login
            self._tell(edit, str(error))
            return
        credentials = Credentials(login, self._password.text())
        self._set_busy(True)
        self._worker.run(
            lambda: self._connect(address, credentials),
            parent=self,
            done=self._on_connected,
            failed=self._on_failed,
            lane="write",
        )

    def _wanted(self, edit: QLineEdit, told: str) -> str:
        text = clean_line(edit.text())
        if not text:
            raise FieldError("server" if edit is self._server else "login", told)
        return text

    def _tell(self, edit: QLineEdit, text: str) -> None:
        error = self._errors[edit.objectName()]
        error.setText(text)
        error.show()
        set_tone(edit, "wrong", True)
        edit.setFocus()
        edit.selectAll()

    def _clear_error(self, edit: QLineEdit, _text: str) -> None:
        self._errors[edit.objectName()].hide()
        set_tone(edit, "wrong", False)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for widget in (self._server, self._login, self._password, self._enter, *self._people):
            widget.setEnabled(not busy)
        self._enter.setText(_("Connecting…") if busy else _("Log in"))

    def _on_connected(self, value: Any) -> None:
        self._remember_typed()
        self._settings.save()
        self.result_value = value
        self.accept()

    def _on_failed(self, error: UserError) -> None:
        self._set_busy(False)
        self._told.setText(str(error))
        self._told_frame.show()
        layout = self.layout()
        if layout is not None:
            # A text that wraps needs height that the minimum of the layout does not know.
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalMinimumHeightForWidth(self.width())))
        if isinstance(error, ConnectionLost) and self._fixed is None:
            self._server.setFocus()
        else:
            self._password.setFocus()
            self._password.selectAll()

    def _show_password(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self._password.setEchoMode(mode)
        self._show.setText(_("Hide") if shown else _("Show"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._hint.setText(_keyboard_hint(event) or "")
        elif event.type() == QEvent.Type.FocusOut:
            self._hint.setText("")
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.focusWidget() is self._enter:
                self.log_in()
            return
        super().keyPressEvent(event)


def _keyboard_hint(event: QKeyEvent) -> str:
    """What is odd about a typed letter; no platform tells of Caps Lock in another way."""
    text = event.text()
    if len(text) != 1 or not text.isalpha():
        return ""
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if text.isupper() != shift:
        return _("Caps Lock is on")
    return _("The Russian keyboard layout is on") if "\u0400" <= text <= "\u04ff" else ""


class _Person(QAbstractButton):
    """An employee to click: avatar, name, position. A double click enters."""

    entered = Signal()

    def __init__(self, person: OfferedLogin) -> None:
        super().__init__()
        self.person = person
        name = split_full_name(person.full_name)
        self._name = f"{name.surname} {name.given}".strip()
        self._initials = initials(person.full_name)
        self.setObjectName(f"{person.login}Offer")
        self.setCheckable(True)
        self.setText(self._name)
        self.setAccessibleName(f"{self._name}, {person.position}")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def nextCheckState(self) -> None:
        """The dialog says who is chosen."""

    def sizeHint(self) -> QSize:
        wide = max(
            theme.metrics(Font.STRONG).horizontalAdvance(self._name),
            theme.metrics(Font.CAPTION).horizontalAdvance(self.person.position),
        )
        high = theme.metrics(Font.STRONG).height() + theme.metrics(Font.CAPTION).height() + 14
        return QSize(wide + 64, high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.click()
        self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        elif event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = "sel" if self.isChecked() else "hover" if self.underMouse() else "surface"
        painter.setBrush(colors.color(ground))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("soft"))
        middle = self.height() / 2
        painter.drawEllipse(QPointF(25, middle), 15, 15)
        painter.setPen(colors.color("on_soft"))
        painter.setFont(theme.font(Font.CAPTION_STRONG))
        painter.drawText(QRect(10, round(middle) - 15, 30, 30), Qt.AlignmentFlag.AlignCenter, self._initials)
        strong = theme.metrics(Font.STRONG).height()
        top = (self.height() - strong - theme.metrics(Font.CAPTION).height()) // 2
        painter.setPen(colors.color("text" if self.isEnabled() else "disabled"))
        painter.setFont(theme.font(Font.STRONG))
        painter.drawText(QRect(50, top, self.width() - 56, strong), Qt.AlignmentFlag.AlignVCenter, self._name)
        painter.setPen(colors.color("text2" if self.isEnabled() else "disabled"))
        painter.setFont(theme.font(Font.CAPTION))
        below = QRect(50, top + strong, self.width() - 56, theme.metrics(Font.CAPTION).height())
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, self.person.position)
