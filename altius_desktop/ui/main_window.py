"""The frame of the workplace: rail, top bar, pages, status. No business of its own."""

from functools import partial

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from altius_desktop.database.connection import Credentials
from altius_desktop.domain import rights
from altius_desktop.domain.names import initials, split_full_name
from altius_desktop.i18n import _
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import Avatar, Button, ElidedLabel, IconLabel, label, shortcut, style_label
from altius_desktop.ui.dialogs.counterparty_card import close_cards, make_card_ahead
from altius_desktop.ui.dialogs.find_anything import FindAnythingDialog
from altius_desktop.ui.dialogs.open_dialogs import close_dialogs
from altius_desktop.ui.dialogs.password import PasswordDialog
from altius_desktop.ui.directories import DirectoriesButton
from altius_desktop.ui.messages import show_toast
from altius_desktop.ui.pages.administration import AdministrationPage
from altius_desktop.ui.pages.contacts import ContactsPage
from altius_desktop.ui.pages.counterparties import CounterpartiesPage
from altius_desktop.ui.pages.settings import SettingsPage
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

RAIL_WIDTH = 84
TOP_HEIGHT = 56
STATUS_HEIGHT = 28


class MainWindow(QMainWindow):
    """The window of one logged-in employee: his rights say which pages it has.

    `contacts` and `counterparties` are there for employees alone, `administration` for whoever sees accounts.
    """

    contacts: ContactsPage
    counterparties: CounterpartiesPage
    administration: AdministrationPage

    switch_asked = Signal()  # somebody else wants to work here
    password_changed = Signal(object)  # his new Credentials
    restyle_asked = Signal()  # language or theme was changed in the settings
    closed = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.setObjectName("mainWindow")
        self.setAccessibleName(_("Workplace"))
        self.setMinimumSize(1100, 640)
        self.keeps_dialogs = False  # whoever closes it makes it anew at once
        self.pages = QStackedWidget()
        self._tops = QStackedWidget()
        self._rail = _Rail()
        self._told: dict[QWidget, tuple[str, str]] = {}
        groups = workplace.identity.groups
        works = rights.has_workplace(groups)
        if works:
            self.contacts = ContactsPage(workplace)
            self.counterparties = CounterpartiesPage(workplace)
            self._add_page(self.contacts, "contacts", _("Contacts"))
            self._add_page(self.counterparties, "counterparties", _("Counterparties"))
        if rights.sees_accounts(groups):
            self.administration = AdministrationPage(workplace)
            self._add_page(self.administration, "administration", _("Access"))
        self.settings_page = SettingsPage(workplace)
        self.settings_page.restyle_asked.connect(self.restyle_asked)
        self._add_page(self.settings_page, "settings", _("Settings"))
        self._rail.finish(bottom_from=2 if works else 1)

        top = QFrame()
        top.setProperty("surface", "panel")
        top.setFixedHeight(TOP_HEIGHT)
        row = QHBoxLayout(top)
        row.setContentsMargins(16, 0, 14, 0)
        row.setSpacing(12)
        row.addWidget(self._tops, 1)
        if works:
            row.addWidget(
                Button(
                    icon="search",
                    kind="flat",
                    name="findAnythingButton",
                    tip=_("Find anything"),
                    hint="Ctrl+K",
                    on_click=self.find_anything,
                )
            )
            shortcut(self, "Ctrl+K", self.find_anything)
        row.addWidget(DirectoriesButton(workplace))
        row.addWidget(self._user_button())
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(top)
        middle.addWidget(_line())
        self._progress = _ThinProgress()
        middle.addWidget(self._progress)
        middle.addWidget(self.pages, 1)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self._rail)
        body.addLayout(middle, 1)
        self._status = _StatusLine(workplace)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(body, 1)
        layout.addWidget(_line())
        layout.addWidget(self._status)
        self.setCentralWidget(whole)

        workplace.live.connection_changed.connect(lambda on, _error: self._status.show_connected(on))
        workplace.worker.busy_changed.connect(self._progress.show_busy)
        for number in range(self.pages.count()):
            QShortcut(
                QKeySequence(f"Ctrl+{number + 1}"), self, lambda number=number: self._show_number(number)
            )
        self._show_number(0)
        self._restore_size()

    def _add_page(
        self,
        page: ContactsPage | CounterpartiesPage | AdministrationPage | SettingsPage,
        name: str,
        text: str,
    ) -> None:
        self.pages.addWidget(page)
        self._tops.addWidget(page.top)
        self._rail.add(name, name, text, lambda _on=False: self.show_page(page))
        if not isinstance(page, SettingsPage):
            page.counts_changed.connect(partial(self._on_counts, page))

    def start(self) -> None:
        """Read what the first page shows and open the window."""
        if rights.has_workplace(self.workplace.identity.groups):
            self.contacts.reload()
        self.show()

    def show_page(self, page: QWidget) -> None:
        number = self.pages.indexOf(page)
        self.pages.setCurrentIndex(number)
        self._tops.setCurrentIndex(number)
        self._rail.choose(number)
        if isinstance(page, CounterpartiesPage):
            make_card_ahead(self.workplace, self)
        self._status.show_counts(*self._told.get(page, ("", "")))
        self.setWindowTitle(f"{page.accessibleName()} — {self.workplace.identity.full_name} — Altius")

    def _on_counts(self, page: QWidget, told: str, read_at: str) -> None:
        self._told[page] = (told, read_at)
        if self.pages.currentWidget() is page:
            self._status.show_counts(told, read_at)

    def find_anything(self) -> None:
        """Open the line that finds firms, persons, phones and results."""
        FindAnythingDialog(self.workplace, self).open_over(self)

    def _show_number(self, number: int) -> None:
        page = self.pages.widget(number)
        if page is not None:
            self.show_page(page)

    def _user_button(self) -> QWidget:
        identity = self.workplace.identity
        name = split_full_name(identity.full_name)
        button = _UserButton(
            initials(identity.full_name),
            f"{name.surname} {name.given}".strip(),
            ", ".join(filter(None, (identity.position, identity.department_name))),
        )
        menu = QMenu(button)
        menu.setObjectName("userMenu")
        menu.addAction(icons.icon("contact"), _("Switch the employee…"), self.switch_asked.emit)
        password = menu.addAction(icons.icon("key"), _("Change the password…"), self.change_password)
        password.setObjectName("changePasswordAction")
        menu.addAction(icons.icon("settings"), _("Settings"), lambda: self.show_page(self.settings_page))
        menu.addSeparator()
        menu.addAction(icons.icon("logout"), _("Quit"), self.close)
        button.pressed.connect(lambda: menu.popup(button.mapToGlobal(QPoint(0, button.height()))))
        return button

    def change_password(self) -> None:
        """Ask for one's own old and new password."""
        dialog = PasswordDialog(self.workplace, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.changed.connect(self._on_password_changed)
        dialog.open()

    def _on_password_changed(self, credentials: Credentials) -> None:
        show_toast(self, _("The password is changed; the work goes on with it"))
        self.password_changed.emit(credentials)

    def let_go(self) -> bool:
        """Ask about everything that is typed and not saved; False if somebody wants to go on with it."""
        return (self.keeps_dialogs or close_dialogs(self)) and close_cards(self.workplace)

    def _restore_size(self) -> None:
        saved = self.workplace.layout("mainWindow")
        if isinstance(saved, str) and self.restoreGeometry(QByteArray.fromBase64(saved.encode())):
            return
        self.resize(1440, 900)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.let_go():
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.workplace.save_layout("mainWindow", geometry)
        super().closeEvent(event)
        self.closed.emit()


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("rule", "strong")
    line.setFixedHeight(1)
    return line


class _Rail(QFrame):
    """The sections of the program down the left side."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("navigation")
        self.setAccessibleName(_("Sections"))
        self.setProperty("surface", "rail")
        self.setFixedWidth(RAIL_WIDTH)
        self._buttons: list[_RailButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 12, 1, 12)
        self._column.setSpacing(6)
        logo = _Logo()
        self._column.addWidget(logo, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(12)

    def add(self, name: str, icon: str, text: str, action: object) -> None:
        button = _RailButton(icon, text)
        button.setObjectName(f"{name}NavigationButton")
        button.clicked.connect(action)
        self._buttons.append(button)

    def finish(self, *, bottom_from: int) -> None:
        """Lay the buttons out; from `bottom_from` on they stand at the lower end."""
        for number, button in enumerate(self._buttons):
            if number == bottom_from:
                self._column.addStretch()
            self._column.addWidget(button)

    def choose(self, number: int) -> None:
        for position, button in enumerate(self._buttons):
            button.setChecked(position == number)


class _RailButton(QToolButton):
    """An icon over a word; the chosen one has a bar at its left."""

    def __init__(self, icon: str, text: str) -> None:
        super().__init__()
        self._icon_name = icon
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFixedSize(RAIL_WIDTH - 1, theme.metrics(Font.NAV).height() + 42)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        ground = self.rect().adjusted(5, 1, -5, -1)
        if chosen or self.underMouse() or self.hasFocus():
            painter.setPen(QPen(colors.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("soft" if chosen else "hover"))
            painter.drawRoundedRect(ground, 7, 7)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent"))
            painter.drawRect(0, ground.center().y() - 10, 3, 20)
        role = "on_soft" if chosen else "text2"
        icons.draw(painter, self._icon_name, (self.width() - 20) / 2, ground.y() + 9, role=role, size=20)
        painter.setPen(colors.color(role))
        font = Font.NAV_STRONG if chosen else Font.NAV
        painter.setFont(theme.font(font))
        line = theme.metrics(font).height()
        painter.drawText(
            0, ground.bottom() - line - 5, self.width(), line, Qt.AlignmentFlag.AlignHCenter, self.text()
        )


class _Logo(QWidget):
    """The program's mark."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(32, 32)
        self.setAccessibleName("Altius")

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_logo(QPainter(self), 32)


def draw_logo(painter: QPainter, side: int) -> None:
    """A white A, its bar rising, on a blue tile."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.palette().color("accent"))
    painter.drawRoundedRect(0, 0, side, side, side * 0.22, side * 0.22)
    pen = QPen(theme.palette().color("on_accent"), side * 0.1)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline(
        [QPoint(int(side * x), int(side * y)) for x, y in ((0.27, 0.74), (0.5, 0.25), (0.73, 0.74))]
    )
    painter.drawLine(QPoint(int(side * 0.38), int(side * 0.62)), QPoint(int(side * 0.62), int(side * 0.54)))


def window_icon() -> QIcon:
    """The program's mark for title bar and task list."""
    from PySide6.QtGui import QPixmap

    pixmap = QPixmap(64, 64)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_logo(painter, 64)
    painter.end()
    return QIcon(pixmap)


class _UserButton(QToolButton):
    """Who works here; a press opens the menu."""

    def __init__(self, letters: str, name: str, position: str) -> None:
        super().__init__()
        self.setObjectName("userButton")
        self.setAccessibleName(f"{name}, {position}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("kind", "flat")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(9)
        row.addWidget(Avatar(letters, size=34))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch()
        texts.addWidget(label(name, role=Font.TABLE))
        told = style_label(ElidedLabel(position), role=Font.SMALL, tone="muted")
        # The first to give way in a narrow window.
        told.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        told.setMaximumWidth(theme.metrics(Font.SMALL).averageCharWidth() * 40)
        texts.addWidget(told)
        texts.addStretch()
        row.addLayout(texts)
        row.addWidget(IconLabel("chevron_down", role="muted"))
        self._row = row
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return QSize(self._row.sizeHint().width() + 4, TOP_HEIGHT - 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._row.minimumSize().width(), TOP_HEIGHT - 8)


class _ThinProgress(QWidget):
    """A line of two pixels that runs while the server is asked for longer than a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(2)
        self._step = 0
        self._timer = QTimer(self, interval=40)
        self._timer.timeout.connect(self._advance)

    def show_busy(self, busy: bool) -> None:
        if busy:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def _advance(self) -> None:
        self._step = (self._step + 1) % 50
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._timer.isActive():
            return
        painter = QPainter(self)
        width = self.width() // 4
        x = int(self._step / 50 * (self.width() + width)) - width
        painter.fillRect(x, 0, width, 2, theme.palette().color("accent"))


class _StatusLine(QFrame):
    """Connected or not, where, who, how fresh, how much."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self.setObjectName("statusLine")
        self.setFixedHeight(STATUS_HEIGHT)
        self._dot = _Dot()
        self._state = label(role=Font.SMALL, tone="text2", name="connectionState")
        address = workplace.database.address
        where = label(
            _("Server: {server} · database {database}").format(
                server=address.title, database=address.database
            ),
            role=Font.SMALL,
            tone="muted",
        )
        who = label(_("User: {login}").format(login=workplace.identity.login), role=Font.SMALL, tone="muted")
        self._read_at = label(role=Font.SMALL, tone="muted", name="readAt")
        self._counts = label(role=Font.SMALL, tone="text2", name="dayCounts")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(6)
        row.addWidget(self._dot)
        row.addWidget(self._state)
        for widget in (where, who, self._read_at):
            row.addSpacing(10)
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self._counts)
        self._connected = True
        self.show_connected(True)

    def show_connected(self, connected: bool) -> None:
        self._connected = connected
        self._dot.show_role("ok" if connected else "danger")
        self._state.setText(_("Connected") if connected else _("No connection"))

    def show_counts(self, told: str, read_at: str) -> None:
        self._counts.setText(told)
        if read_at:
            self._read_at.setText(_("As of {time}").format(time=read_at))


class _Dot(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._role = "ok"
        self.setFixedSize(8, 8)

    def show_role(self, role: str) -> None:
        self._role = role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.palette().color(self._role))
        painter.drawEllipse(0, 0, 8, 8)
