"""One activity that a dialog shows: read anew whenever somebody commits a change of it."""

from uuid import UUID

from PySide6.QtCore import QObject, Signal

from altius_desktop.database.listener import News
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.day import ActivityRow, list_activities
from altius_desktop.ui.workplace import Workplace


class LiveRow(QObject):
    """Emits the activity's present row when it is read; a lost server only means that nothing comes."""

    read = Signal(object)  # ActivityRow

    def __init__(self, workplace: Workplace, activity_id: UUID, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._id = activity_id
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self.read_now)
        workplace.acted.connect(self._on_acted)

    def read_now(self) -> None:
        self._workplace.read(
            lambda session: list_activities(session, [self._id]),
            parent=self,
            done=self._on_read,
            failed=self._on_failed,
            key="row",
        )

    def _on_news(self, news: tuple[News, ...]) -> None:
        if any(item.table == "activity" and (item.ids is None or self._id in item.ids) for item in news):
            self.read_now()

    def _on_acted(self, ids: frozenset[UUID]) -> None:
        if self._id in ids:
            self.read_now()

    def _on_read(self, rows: tuple[ActivityRow, ...]) -> None:
        for row in rows:
            self.read.emit(row)

    def _on_failed(self, _error: UserError) -> None:
        """The window's banner tells of a lost line; the row is read again at its return."""


def finished_words(row: ActivityRow) -> str:
    """Who finished or cancelled the activity, when and with which result; "" while it is open."""
    name = with_initial(row.finished_by_name or row.changed_by_name) or "—"
    when = row.finished_at or row.changed_at
    if row.status == "planned":
        return ""
    if row.status == "cancelled":
        return _("{name} cancelled this at {time:%H:%M}.").format(name=name, time=row.changed_at)
    if row.result_kind_name:
        return _("{name} already entered a result at {time:%H:%M}: “{result}”.").format(
            name=name, time=when, result=row.result_kind_name
        )
    return _("{name} already marked this done at {time:%H:%M}.").format(name=name, time=when)
