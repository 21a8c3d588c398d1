"""Tells whoever shows a counterparty that a colleague has changed it or something planned or done with it."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from altius_desktop.database.listener import News
from altius_desktop.domain.errors import UserError
from altius_desktop.services.counterparty_card import concerns
from altius_desktop.ui.workplace import Workplace

_MERGED_MS = 120


class CounterpartyNews(QObject):
    """Emits `changed` once for a burst of news, and after the line was lost and came back.

    `shown` gives the ids of the activities on the screen: their news need no question to the server.
    """

    changed = Signal()

    def __init__(
        self,
        workplace: Workplace,
        counterparty_id: UUID,
        parent: QObject,
        *,
        shown: Callable[[], frozenset[UUID]],
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._counterparty_id = counterparty_id
        self._shown = shown
        self._to_check: set[UUID] = set()
        self._merge = QTimer(self, singleShot=True, interval=_MERGED_MS)
        self._merge.timeout.connect(self._check)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self.changed)

    def _on_news(self, news: tuple[News, ...]) -> None:
        mine = self._counterparty_id
        for item in news:
            if item.table == "counterparty" and (item.ids is None or mine in item.ids):
                self.changed.emit()
                return
            if item.table == "activity" and item.ids is None:
                self.changed.emit()
                return
            if item.table == "activity":
                self._to_check |= item.ids or frozenset()
        if self._to_check and not self._merge.isActive():
            self._merge.start()

    def _check(self) -> None:
        asked = frozenset(self._to_check)
        self._to_check.clear()
        if asked & self._shown():
            self.changed.emit()
            return
        mine = self._counterparty_id

        def tell_if_ours(ours: bool) -> None:
            if ours:
                self.changed.emit()

        self._workplace.read(
            lambda session: concerns(session, counterparty_id=mine, activity_ids=asked),
            parent=self,
            done=tell_if_ours,
            failed=self._not_now,
        )

    def _not_now(self, _error: UserError) -> None:
        """The program's window tells of a lost line; everything is read again at its return."""
