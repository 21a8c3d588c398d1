"""The roles of an employee as check boxes, and the dialog that changes them."""

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from altius_desktop.domain.logins import STAFF_GROUPS
from altius_desktop.i18n import _
from altius_desktop.services.accounts import AccountRow, set_account_groups
from altius_desktop.ui import theme
from altius_desktop.ui.controls import label
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.pages.administration.columns import role_names
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import TickBox
from altius_desktop.ui.workplace import Workplace


def role_tips() -> dict[str, str]:
    return {
        "manager": _("Sells: counterparties, contacts, own imports"),
        "advertising": _("Besides: advertising sources and their expenses"),
        "supply": _("Buys and delivers"),
        "secretary": _("Besides: directories, the company card, all imports and exports"),
        "accountant": _("Counterparties, contacts, own imports"),
        "director": _("Everything that employees may, all activities, and what was changed by whom"),
    }


class RoleBoxes(QWidget):
    """One box per role that an employee may have; with none ticked he is an employee and no more."""

    changed = Signal()

    def __init__(self, groups: Collection[str] = ()) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(2)
        self.boxes: dict[str, TickBox] = {}
        names, tips = role_names(), role_tips()
        for number, group in enumerate(group for group in names if group in STAFF_GROUPS):
            box = TickBox(names[group])
            box.setObjectName(f"{group}RoleBox")
            box.setAccessibleDescription(tips[group])
            box.setToolTip(tips[group])
            box.setChecked(group in groups)
            box.toggled.connect(lambda _on: self.changed.emit())
            self.boxes[group] = box
            grid.addWidget(box, number, 0)
            grid.addWidget(label(tips[group], role=Font.CAPTION, tone="muted"), number, 1)
        grid.setColumnStretch(1, 1)

    def groups(self) -> frozenset[str]:
        """The ticked roles, and `employee`, which they all are."""
        return frozenset({"employee", *(group for group, box in self.boxes.items() if box.isChecked())})


class RolesDialog(DialogFrame):
    """Accepted once the account has the ticked roles."""

    def __init__(self, workplace: Workplace, account: AccountRow, parent: QWidget | None) -> None:
        super().__init__(
            parent,
            name="rolesDialog",
            icon="key",
            title=_("Roles of the login"),
            subtitle=account.login,
            details=account.full_name,
        )
        self._workplace = workplace
        self._account = account
        self.roles = RoleBoxes(account.groups)
        self.body.addWidget(self.roles)
        self.body.addWidget(
            label(
                _("The rights change at once; an open window shows other pages only after a new login."),
                role=Font.CAPTION,
                tone="muted",
                wrap=True,
            )
        )
        self.body.addStretch()
        self.setMinimumWidth(theme.metrics(Font.BASE).averageCharWidth() * 90)
        next(iter(self.roles.boxes.values())).setFocus()

    def has_changes(self) -> bool:
        return self.roles.groups() != frozenset({"employee", *self._account.groups})

    def save(self) -> None:
        if not self.has_changes():
            self.close_saved()
            return
        login, groups, database = self._account.login, self.roles.groups(), self._workplace.database

        def write() -> None:
            with database.transaction() as session:
                set_account_groups(session, login=login, groups=groups)

        self.set_busy(True)
        self._workplace.worker.run(
            write,
            parent=self,
            done=lambda _none: self.close_saved(),
            failed=self.show_error,
            lane="write",
        )
