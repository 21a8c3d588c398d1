"""The frame of the workplace: rail, top bar, pages, status. No business of its own."""

from datetime import date
from functools import partial

from PySide6.QtCore import QByteArray, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from altius_desktop.database.connection import Credentials
from altius_desktop.domain import rights
from altius_desktop.domain.names import initials, split_full_name
from altius_desktop.i18n import _
from altius_desktop.services.covers import AbsenceRow, list_absences
from altius_desktop.services.identity import get_today
from altius_desktop.services.notices import NoticeCounts
from altius_desktop.ui import icons
from altius_desktop.ui.controls import Button
from altius_desktop.ui.dialogs.counterparty_card import close_cards, make_card_ahead
from altius_desktop.ui.dialogs.find_anything import FindAnythingDialog
from altius_desktop.ui.dialogs.message import MessageSeed, tell_colleagues
from altius_desktop.ui.dialogs.open_dialogs import close_dialogs
from altius_desktop.ui.dialogs.password import PasswordDialog
from altius_desktop.ui.directories import DirectoriesButton
from altius_desktop.ui.inbox import inbox_of
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.main_window.rail import Rail
from altius_desktop.ui.main_window.status import StatusLine, ThinProgress
from altius_desktop.ui.main_window.tray import Tray
from altius_desktop.ui.main_window.user_button import TOP_HEIGHT, UserButton
from altius_desktop.ui.messages import show_toast
from altius_desktop.ui.pages.administration import AdministrationPage
from altius_desktop.ui.pages.company import AbsenceDialog, CompanyPage
from altius_desktop.ui.pages.contacts import ContactsPage
from altius_desktop.ui.pages.counterparties import CounterpartiesPage
from altius_desktop.ui.pages.notices import NoticesPage, NoticeToasts
from altius_desktop.ui.pages.settings import SettingsPage
from altius_desktop.ui.reminders import ReminderFollower
from altius_desktop.ui.undoing import Undoing
from altius_desktop.ui.workplace import Workplace


class MainWindow(QMainWindow):
    """The window of one logged-in employee: his rights say which pages it has.

    `contacts`, `counterparties` and `notices` are there for employees alone, `administration` for whoever sees accounts.
    """

    contacts: ContactsPage
    counterparties: CounterpartiesPage
    administration: AdministrationPage
    notices: NoticesPage
    reminders: ReminderFollower

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
        self._panel: NoticesPage | None = None
        self._tray: Tray | None = None
        self.keeps_dialogs = False  # whoever closes it makes it anew at once
        self.pages = QStackedWidget()
        self._tops = QStackedWidget()
        self._rail = Rail()
        self._told: dict[QWidget, tuple[str, str]] = {}
        groups = workplace.identity.groups
        works = rights.has_workplace(groups)
        self.company = CompanyPage(workplace)
        if works:
            self.contacts = ContactsPage(workplace)
            self.counterparties = CounterpartiesPage(workplace)
            self._add_page(self.contacts, "contacts", _("Contacts"))
            self._add_page(self.counterparties, "counterparties", _("Counterparties"))
            self._add_page(self.company, "company", _("Company"))
            self._bell = self._rail.add_panel(
                "notices", "bell", _("Notices"), lambda _on=False: self.notices.toggle()
            )
        if rights.sees_accounts(groups):
            self.administration = AdministrationPage(workplace)
            self._add_page(self.administration, "administration", _("Access"))
        if not works:
            self._add_page(self.company, "company", _("Company"))
        self.settings_page = SettingsPage(workplace)
        self.settings_page.restyle_asked.connect(self.restyle_asked)
        self._add_page(self.settings_page, "settings", _("Settings"))
        self._rail.finish(bottom_from=4 if works else 2)

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
            shortcut(self, "Ctrl+M", self.write_message)
        row.addWidget(DirectoriesButton(workplace))
        row.addWidget(self._user_button())
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(top)
        middle.addWidget(_line())
        self._progress = ThinProgress()
        middle.addWidget(self._progress)
        middle.addWidget(self.pages, 1)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self._rail)
        body.addLayout(middle, 1)
        self._status = StatusLine(workplace)
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
        # Ctrl+5 is the notices', whatever other sections there are.
        for number in range(min(self.pages.count(), 4)):
            QShortcut(
                QKeySequence(f"Ctrl+{number + 1}"), self, lambda number=number: self._show_number(number)
            )
        if works:
            self._add_notices()
            self.reminders = ReminderFollower(workplace, self, show_overdue=self._show_overdue)
        self._show_number(0)
        self._restore_size()

    def _add_page(
        self,
        page: ContactsPage | CounterpartiesPage | CompanyPage | AdministrationPage | SettingsPage,
        name: str,
        text: str,
    ) -> None:
        self.pages.addWidget(page)
        self._tops.addWidget(page.top)
        self._rail.add(name, name, text, lambda _on=False: self.show_page(page))
        if not isinstance(page, SettingsPage):
            page.counts_changed.connect(partial(self._on_counts, page))

    def _add_notices(self) -> None:
        self.notices = self._panel = NoticesPage(self.workplace, self.pages)
        self.notices.message_asked.connect(self._open_message)
        self.notices.shown.connect(self._on_notices_shown)
        shortcut(self, "Ctrl+5", self.notices.toggle)
        self.toasts = NoticeToasts(self.workplace, self, self.notices.acts, show_all=self.notices.open_panel)
        self._tray = Tray(self)
        inbox = inbox_of(self.workplace)
        inbox.arrived.connect(self.toasts.show_arrivals)
        inbox.counted.connect(self._on_notices_counted)
        if inbox.counts is not None:
            self._on_notices_counted(inbox.counts)

    def _on_notices_shown(self, shown: bool) -> None:
        # The panel slides out from behind the rail.
        self._rail.raise_()
        self._bell.setChecked(shown)

    def _on_notices_counted(self, counts: NoticeCounts) -> None:
        self._bell.show_badge(counts.unread)
        if self._tray is not None:
            self._tray.show_unread(counts.unread)

    def write_message(self) -> None:
        """Tell colleagues something, beginning with what is chosen on the page."""
        page = self.pages.currentWidget()
        if page is self.contacts:
            self.contacts.acts.tell_colleagues()
        elif page is self.counterparties and (row := self.counterparties.table.current_row()) is not None:
            self._open_message(MessageSeed(counterparty_id=row.id, counterparty_name=row.name))
        else:
            self._open_message(MessageSeed())

    def _open_message(self, seed: MessageSeed) -> None:
        tell_colleagues(self.workplace, seed, self)

    def start(self) -> None:
        """Read what the first page shows and open the window."""
        if rights.has_workplace(self.workplace.identity.groups):
            inbox_of(self.workplace).follow()
            self.contacts.reload()
            self.reminders.start()
        self.show()

    def _show_overdue(self) -> None:
        """Show one's own today with what is overdue."""
        self.show_page(self.contacts)
        self.contacts.show_overdue_today()

    def show_page(self, page: QWidget) -> None:
        if self._panel is not None:
            self._panel.close_panel()
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
        button = UserButton(
            initials(identity.full_name),
            f"{name.surname} {name.given}".strip(),
            ", ".join(filter(None, (identity.position, identity.department_name))),
        )
        menu = QMenu(button)
        menu.setObjectName("userMenu")
        menu.addAction(icons.icon("contact"), _("Switch the employee…"), self.switch_asked.emit)
        if identity.is_employee:
            absence = menu.addAction(icons.icon("absence"), _("Absence…"), self.enter_absence)
            absence.setObjectName("absenceAction")
        password = menu.addAction(icons.icon("key"), _("Change the password…"), self.change_password)
        password.setObjectName("changePasswordAction")
        menu.addAction(icons.icon("settings"), _("Settings"), lambda: self.show_page(self.settings_page))
        menu.addSeparator()
        menu.addAction(icons.icon("logout"), _("Quit"), self.close)
        button.pressed.connect(lambda: menu.popup(button.mapToGlobal(QPoint(0, button.height()))))
        return button

    def enter_absence(self) -> None:
        """Ask when whoever works here is away, and who stands in for him."""
        me = self.workplace.identity.employee_id
        self.workplace.read(
            lambda session: (get_today(session), list_absences(session, me)),
            parent=self,
            done=lambda found: self._open_absence(*found),
        )

    def _open_absence(self, today: date, absences: tuple[AbsenceRow, ...]) -> None:
        me = self.workplace.identity
        dialog = AbsenceDialog(
            self.workplace,
            self,
            employee_id=me.employee_id,
            full_name=me.full_name,
            today=today,
            absences=absences,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: Undoing(self.workplace, self).tell(_("The absence is entered")))
        dialog.open()

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
        if self._tray is not None:
            self._tray.close()
        self.closed.emit()


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("rule", "strong")
    line.setFixedHeight(1)
    return line
