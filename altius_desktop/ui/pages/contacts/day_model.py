"""The day as it stands here: read as a whole, then kept up row by row by what others and we commit."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from altius_desktop.database.listener import News
from altius_desktop.domain.errors import UserError
from altius_desktop.services.day import ActivityRow, Day, get_day, get_day_of_ids
from altius_desktop.services.identity import Cover, get_cover
from altius_desktop.services.standing_in import StandIn, list_stand_ins
from altius_desktop.ui.workplace import Workplace


class DayModel(QObject):
    """Whose day, which day, and its rows. Only news that concern the day make it ask the server.

    The first news are read at once; what comes while that answer is under way is read together after it.
    """

    loaded = Signal()  # the whole day has been read
    rows_changed = Signal(object, object)  # rows to put in, ids to take out
    failed = Signal(object)  # UserError: the day could not be read

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self._workplace = workplace
        self.person = workplace.identity.employee_id
        self.wanted: date | None = None
        self.day = date.min
        self.today = date.min
        self.read_at: datetime | None = None
        self.overdue_count = 0
        self.show_overdue = workplace.settings.show_overdue
        self.rows: dict[UUID, ActivityRow] = {}
        self.cover = Cover(frozenset(), frozenset())
        self.stand_ins: dict[UUID, StandIn] = {}
        self._asked: set[UUID] = set()
        self._asking = False
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self.reload)
        workplace.acted.connect(self.refresh)
        workplace.directories_changed.connect(self._on_directories)

    @property
    def is_mine(self) -> bool:
        return self.person == self._workplace.identity.employee_id

    def show(self, *, day: date | None, person: UUID | None = None) -> None:
        """Show another day (None: the office's today), or another person's."""
        self.wanted = day
        if person is not None:
            self.person = person
        self.reload()

    def set_overdue(self, shown: bool) -> None:
        self.show_overdue = shown
        self.reload()

    def reload(self) -> None:
        """Read the whole day; the rows stay until the answer is there."""
        person, wanted, overdue = self.person, self.wanted, self.show_overdue

        def read(session: Any) -> tuple[Cover, dict[UUID, StandIn], Day]:
            cover = get_cover(session, person)
            others = list_stand_ins(session, person) if len(cover.employees) > 1 else {}
            return cover, others, get_day(session, cover=cover, day=wanted, overdue=overdue)

        self._asked.clear()
        self._workplace.read(read, parent=self, done=self._on_day, failed=self.failed.emit, key="day")

    def refresh(self, ids: Collection[UUID]) -> None:
        """Read these activities again: those that belong to the day come in, the others go out."""
        self._asked.update(ids)
        if self._asked and not self._asking and self.day != date.min:
            self._ask()

    def _ask(self) -> None:
        ids, self._asked = frozenset(self._asked), set()
        self._asking = True
        shown = (self.day, self.person)
        cover, day, overdue = self.cover, self.day, self.show_overdue

        def done(answer: Day) -> None:
            self._asking = False
            if shown == (self.day, self.person):
                self._on_rows(ids, answer)
            if self._asked:
                self._ask()

        def lost(error: UserError) -> None:
            self._asking = False
            self.failed.emit(error)

        self._workplace.read(
            lambda session: get_day_of_ids(session, cover=cover, day=day, overdue=overdue, ids=ids),
            parent=self,
            done=done,
            failed=lost,
        )

    def _on_day(self, answer: tuple[Cover, dict[UUID, StandIn], Day]) -> None:
        self.cover, self.stand_ins, day = answer
        self.day, self.today = day.day, day.today
        self.read_at = day.read_at
        self.overdue_count = day.overdue_count
        self.rows = {row.id: row for row in day.rows}
        self.loaded.emit()

    def _on_rows(self, ids: Iterable[UUID], answer: Day) -> None:
        if answer.today != self.today:
            self.reload()
            return
        self.read_at = answer.read_at
        self.overdue_count = answer.overdue_count
        fresh = {row.id: row for row in answer.rows}
        gone = [row_id for row_id in ids if row_id in self.rows and row_id not in fresh]
        for row_id in gone:
            del self.rows[row_id]
        self.rows.update(fresh)
        self.rows_changed.emit(tuple(answer.rows), tuple(gone))

    def _on_news(self, news: tuple[News, ...]) -> None:
        ids: set[UUID] = set()
        for item in news:
            if item.table == "activity":
                if item.ids is None:
                    self.reload()
                    return
                if self._concerns(item):
                    ids |= item.ids
            elif item.table == "counterparty":
                ids |= {
                    row.id
                    for row in self.rows.values()
                    if row.counterparty_id is not None
                    and (item.ids is None or row.counterparty_id in item.ids)
                }
        if ids:
            self.refresh(ids)

    def _on_directories(self) -> None:
        """Whoever stands in for somebody from now on sees his day, and no longer does when that ends."""
        if self.is_mine and self.cover.employees != {self.person, *self._workplace.directories.answers_for}:
            self.reload()

    def _concerns(self, item: News) -> bool:
        assert item.ids is not None
        return (
            item.employees is None
            or bool(item.employees & self.cover.employees)
            or item.departments is None
            or bool(item.departments & self.cover.departments)
            or not item.ids.isdisjoint(self.rows)
        )
