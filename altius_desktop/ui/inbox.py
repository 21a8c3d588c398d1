"""Follows one's notices: asks for what is new at the start, on news, after a return and once a minute."""

from PySide6.QtCore import QObject, QTimer, Signal

from altius_desktop.database.listener import News
from altius_desktop.domain.errors import UserError
from altius_desktop.services.notices import Arrivals, NoticeCounts, take_arrivals
from altius_desktop.ui.workplace import Workplace

_EVERY_MS = 60_000
_ONCE_MORE_MS = 200


class Inbox(QObject):
    """One per workplace, whatever becomes of its windows: what is asked for here is asked for once."""

    arrived = Signal(object)  # Arrivals with something to show
    counted = Signal(object)  # NoticeCounts
    changed = Signal()  # a notice of mine, received or sent, is another now

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._workplace = workplace
        self.counts: NoticeCounts | None = None
        self._asking = self._again = False
        self._timer = QTimer(self, singleShot=True, interval=_EVERY_MS)
        self._timer.timeout.connect(self._on_minute)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self.follow)

    def follow(self) -> None:
        """Ask for what is new; while the answer is awaited the wish is kept."""
        if self._asking:
            self._again = True
            return
        self._asking, self._again = True, False
        self._timer.start(_EVERY_MS)
        # Without a key: the answer of a run that was overtaken holds notices that nobody would show again.
        self._workplace.read(take_arrivals, parent=self, done=self._on_read, failed=self._on_failed)

    def _on_minute(self) -> None:
        # A question that is older than a minute is given up: its answer never came.
        self._asking = False
        self.follow()

    def _on_news(self, news: tuple[News, ...]) -> None:
        me = self._workplace.identity.employee_id
        if any(item.table == "notice" and (item.employees is None or me in item.employees) for item in news):
            self.follow()
            self.changed.emit()

    def _on_read(self, arrivals: Arrivals) -> None:
        self._asking = False
        counts = self.counts = arrivals.counts
        self.counted.emit(counts)
        if arrivals.fresh or arrivals.refused:
            self.arrived.emit(arrivals)
        if self._again or arrivals.fresh:
            # There may be more than one question brings.
            self.follow()
        elif counts.wakes_in is not None:
            wait = max(0.0, counts.wakes_in) * 1000 + _ONCE_MORE_MS
            self._timer.start(int(min(wait, _EVERY_MS)))

    def _on_failed(self, _error: UserError) -> None:
        """The window's banner tells of a lost line; at its return everything is asked for again."""
        self._asking = False


def inbox_of(workplace: Workplace) -> Inbox:
    """The inbox of whoever works here."""
    return workplace.findChild(Inbox) or Inbox(workplace)
