"""What a table says when it has no rows: an icon, what is missing, what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from altius_desktop.ui.controls import Button, IconLabel, label
from altius_desktop.ui.theme import Font


@dataclass(frozen=True)
class EmptyAction:
    """A button of an empty table."""

    text: str
    run: Callable[[], object]
    icon: str = ""
    name: str = ""


class EmptyState(QWidget):
    """Icon, title, text and buttons in the middle of an empty table; also for an empty panel."""

    def __init__(
        self,
        icon: str,
        title: str,
        text: str = "",
        actions: tuple[EmptyAction, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"{title}. {text}" if text else title)
        self._icon = IconLabel(icon, role="muted", size=28)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 4, 12, 4)
        whole.setSpacing(4)
        whole.addStretch()
        whole.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for words in (
            label(title, role=Font.STRONG, tone="text2"),
            label(text, role=Font.TABLE, tone="muted"),
        ):
            if words.text():
                words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                whole.addWidget(words)
        if actions:
            row = QHBoxLayout()
            row.setSpacing(6)
            row.setContentsMargins(0, 6, 0, 0)
            row.addStretch()
            for action in actions:
                row.addWidget(
                    Button(action.text, icon=action.icon, small=True, name=action.name, on_click=action.run)
                )
            row.addStretch()
            whole.addLayout(row)
        whole.addStretch()
        self._tall = self.sizeHint().height()

    def fit(self, height: int) -> None:
        """Leave the icon out where it would push the words out of a low table."""
        self._icon.setVisible(height >= self._tall)
