"""The search field of the Contacts document: which rows of the day fit what is typed."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from altius_desktop.domain.search_text import query_words, search_text
from altius_desktop.i18n import _
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui import theme
from altius_desktop.ui.icons import icon
from altius_desktop.ui.theme import Font

_WIDTH = 280
_BESIDE_THE_WORDS = 58  # the icons and the frame


class DaySearch(QLineEdit):
    """Words in any order, each a part of something that the row says; `changed` when they are others."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words: tuple[str, ...] = ()
        self.setObjectName("searchEdit")
        self.setAccessibleName(_("Find in the day"))
        self.setPlaceholderText(_("Find in the day"))
        self.setToolTip("Ctrl+F")
        self.setClearButtonEnabled(True)
        magnifier = self.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        magnifier.triggered.connect(self.take_focus)
        self.setMaximumWidth(_WIDTH)
        words = theme.metrics(Font.BASE).horizontalAdvance(self.placeholderText())
        self.setMinimumWidth(min(_WIDTH, words + _BESIDE_THE_WORDS))
        self.setMaxLength(200)
        self.textChanged.connect(self._on_text)

    def take_focus(self) -> None:
        """As at Ctrl+F: what is typed next replaces what stands here."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def fitting(self, rows: Iterable[ActivityRow]) -> list[ActivityRow]:
        """The rows that hold every word."""
        if not self.words:
            return list(rows)
        return [row for row in rows if all(word in _searchable(row) for word in self.words)]

    def _on_text(self, text: str) -> None:
        self.words = query_words(text)
        self.changed.emit()


def _searchable(row: ActivityRow) -> str:
    return search_text(
        row.counterparty_name,
        row.contact_person_name,
        row.phone,
        row.topic,
        row.description,
        row.kind_name,
        row.author_name,
        row.result_kind_name,
        row.result_text,
    )
