"""What the user sets for this PC: the language and the look of the window."""

from PySide6.QtCore import Qt, Signal
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
from altius_desktop.ui.controls import card, label
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace


class SettingsPage(QWidget):
    """Choices take effect at once."""

    restyle_asked = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.setObjectName("settingsPage")
        self.setAccessibleName(_("Settings"))
        self._settings = workplace.settings
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
        whole.addWidget(self._about(workplace))
        whole.addStretch()

    def _block(self, title: str, name: str, present: str, choices: tuple[tuple[str, str], ...]) -> QFrame:
        frame = card()
        frame.setMaximumWidth(620)
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

    def _about(self, workplace: Workplace) -> QFrame:
        frame = card()
        frame.setMaximumWidth(620)
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
