"""What the user sets for this PC: the language and the look of the window; and the way to the directories."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from altius_desktop import __version__
from altius_desktop.i18n import _, current_language
from altius_desktop.ui.controls import Button, card, label
from altius_desktop.ui.directories import DIRECTORIES, DirectoryDialog
from altius_desktop.ui.form import DirectoryRequest
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import TickBox
from altius_desktop.ui.workplace import Workplace

_WIDTH = 720


class SettingsPage(QWidget):
    """Choices take effect at once."""

    restyle_asked = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.setObjectName("settingsPage")
        self.setAccessibleName(_("Settings"))
        self._workplace = workplace
        self._settings = workplace.settings
        workplace.directory_asked.connect(self.open_directory)
        self.top = label(_("Settings"), role=Font.TITLE)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 14, 14, 14)
        whole.setSpacing(12)
        whole.addWidget(
            self._block(
                _("Language"),
                "language",
                current_language(),
                (("ru", "Русский"), ("en", "English")),
            )
        )
        whole.addWidget(
            self._block(
                _("Look"),
                "theme",
                self._settings.theme,
                (("light", _("Light")), ("dark", _("Dark")), ("system", _("As the system has it"))),
            )
        )
        self._ticks: dict[str, TickBox] = {}
        if workplace.identity.is_employee:
            whole.addWidget(self._notices())
        whole.addWidget(self._directories())
        whole.addWidget(self._about(workplace))
        whole.addStretch()

    def _block(self, title: str, name: str, present: str, choices: tuple[tuple[str, str], ...]) -> QFrame:
        frame = card()
        frame.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(9)
        column.addWidget(label(title, role=Font.SECTION))
        group = QButtonGroup(frame)
        row = QHBoxLayout()
        row.setSpacing(22)
        for key, text in choices:
            button = QRadioButton(text)
            button.setObjectName(f"{name}-{key}")
            button.setAccessibleName(f"{title}: {text}")
            button.setChecked(key == present)
            button.clicked.connect(lambda _on=False, key=key: self._choose(name, key))
            group.addButton(button)
            row.addWidget(button)
        row.addStretch()
        column.addLayout(row)
        return frame

    def _notices(self) -> QFrame:
        frame = card()
        frame.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(9)
        column.addWidget(label(_("Notices"), role=Font.SECTION))
        row = QHBoxLayout()
        row.setSpacing(22)
        for name, text in (
            ("do_not_disturb", _("Do not disturb")),
            ("notice_sound", _("Let a notice be heard when it comes")),
        ):
            box = TickBox(text)
            box.setObjectName(name)
            box.setChecked(getattr(self._settings, name))
            box.toggled.connect(partial(self._set, name))
            row.addWidget(box)
            self._ticks[name] = box
        row.addStretch()
        column.addLayout(row)
        self._ticks["do_not_disturb"].setToolTip(
            _("Notices come without a message on the screen and without sound")
        )
        return frame

    def _set(self, name: str, on: bool) -> None:
        if getattr(self._settings, name) != on:
            setattr(self._settings, name, on)
            self._settings.save()

    def showEvent(self, event: QShowEvent) -> None:
        """The notices' own switch may have been turned meanwhile."""
        for name, box in self._ticks.items():
            box.setChecked(getattr(self._settings, name))
        super().showEvent(event)

    def _directories(self) -> QFrame:
        frame = card()
        frame.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(9)
        column.addWidget(label(_("Directories"), role=Font.SECTION))
        grid = QGridLayout()
        grid.setSpacing(6)
        for number, directory in enumerate(DIRECTORIES):
            button = Button(
                _(directory.title),
                icon=directory.icon,
                name=f"{directory.table}DirectoryButton",
                on_click=partial(self.open_directory, DirectoryRequest(directory.table, self)),
            )
            grid.addWidget(button, number // 3, number % 3)
        column.addLayout(grid)
        return frame

    def open_directory(self, request: DirectoryRequest) -> None:
        """Show a directory over the window that asks for it."""
        directory = next(one for one in DIRECTORIES if one.table == request.table)
        dialog = DirectoryDialog(self._workplace, directory, request.parent.window(), deliver=request.deliver)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _about(self, workplace: Workplace) -> QFrame:
        frame = card()
        frame.setMaximumWidth(_WIDTH)
        grid = QGridLayout(frame)
        grid.setContentsMargins(16, 12, 16, 14)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(5)
        grid.addWidget(label(_("This workplace"), role=Font.SECTION), 0, 0, 1, 2)
        identity, address = workplace.identity, workplace.database.address
        for number, (title, text) in enumerate(
            (
                (_("Employee"), f"{identity.full_name}, {identity.position}"),
                (_("Company"), identity.company_name),
                (_("Server"), f"{address.title} · {address.database}"),
                (_("Office time zone"), identity.zone),
                (_("Program"), f"Altius Desktop {__version__}"),
            ),
            1,
        ):
            grid.addWidget(label(title, tone="muted"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(text, wrap=True), number, 1)
        grid.setColumnStretch(1, 1)
        return frame

    def _choose(self, name: str, key: str) -> None:
        if getattr(self._settings, name) != key:
            setattr(self._settings, name, key)
            self._settings.save()
            self.restyle_asked.emit()
