"""Who works here, at the end of the top bar."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from altius_desktop.ui import theme
from altius_desktop.ui.controls import Avatar, ElidedLabel, IconLabel, label, style_label
from altius_desktop.ui.theme import Font

TOP_HEIGHT = 56


class UserButton(QToolButton):
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
