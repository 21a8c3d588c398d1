"""The rows that a selection finds: asked for page by page, counted later, kept up with what others change."""

from collections.abc import Collection
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from altius_desktop.database.listener import News
from altius_desktop.domain.errors import UserError
from altius_desktop.services.counterparty_list import (
    Count,
    CounterpartyFilter,
    CounterpartyListRow,
    CounterpartyPage,
    ListOrder,
    PageKey,
    count_by_value,
    count_counterparties,
    list_counterparties,
    list_counterparties_of_ids,
)
from altius_desktop.services.day import list_activities
from altius_desktop.ui.table import PagedTableModel
from altius_desktop.ui.workplace import Workplace

PAGE_ROWS = 500
ROWS_AT_MOST = 10_000
_COUNT_AFTER_MS = 200
_NEWS_MERGED_MS = 150
_SLOW_MS = 10_000


class Listing(QObject):
    """Asks for what `model` shows. Answers to an earlier question are dropped; the rows stay until the new ones come."""

    loaded = Signal()  # the first page of a question is shown
    extended = Signal()  # one more page is shown, or rows changed or went
    counted = Signal()  # found and total may have changed
    values_counted = Signal(object)  # {category id: Count}
    failed = Signal(object)  # UserError: what was asked could not be read
    slow = Signal()  # the answer takes longer than ten seconds

    def __init__(self, workplace: Workplace, model: PagedTableModel, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self.model = model
        self.where = CounterpartyFilter()
        self.order = ListOrder()
        self.asked = False
        self.found: Count | None = None
        self.total: Count | None = None
        self._next: PageKey | None = None
        self._question = 0
        self._extending = False
        self._stale: set[UUID] = set()
        self._stale_activities: set[UUID] = set()
        self._watched = False
        self._count_timer = QTimer(self, singleShot=True, interval=_COUNT_AFTER_MS)
        self._count_timer.timeout.connect(self._count)
        self._news_timer = QTimer(self, singleShot=True, interval=_NEWS_MERGED_MS)
        self._news_timer.timeout.connect(self._read_stale)
        self._slow_timer = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow_timer.timeout.connect(self.slow)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self._on_returned)

    @property
    def shown(self) -> int:
        return self.model.rowCount()

    @property
    def capped(self) -> bool:
        """More is found than is ever shown: the selection should be narrowed."""
        return self._next is not None and self.shown >= ROWS_AT_MOST

    def ask(self, where: CounterpartyFilter, order: ListOrder) -> None:
        """Show what this selection finds, from its start."""
        self.where, self.order = where, order
        # A short first page is there at once; the second is asked for behind it.
        self._read_first(None, self._show_first)

    def reload(self) -> None:
        """Read what is shown anew; selection and scroll stay."""
        self._read_first(min(max(PAGE_ROWS, self.shown), ROWS_AT_MOST), self._show_again)

    def cancel(self) -> None:
        """Wait no longer for the answer; the rows of the question before stay."""
        self._question += 1
        self._slow_timer.stop()

    def more(self) -> None:
        """Ask for the next page, if there is one and it is not on its way."""
        if self._next is None or self._extending or self.shown >= ROWS_AT_MOST:
            return
        self._extending = True
        question, where, order, after = self._question, self.where, self.order, self._next
        limit = min(PAGE_ROWS, ROWS_AT_MOST - self.shown)

        def done(page: CounterpartyPage) -> None:
            if question == self._question:
                self._extending = False
                self._next = page.next
                self.model.append_rows(page.rows)
                self.extended.emit()

        def failed(error: UserError) -> None:
            if question == self._question:
                self._extending = False
                self.failed.emit(error)

        self._workplace.read(
            lambda session: list_counterparties(session, where=where, order=order, after=after, limit=limit),
            parent=self,
            done=done,
            failed=failed,
        )

    def watch(self, watched: bool) -> None:
        """Follow the news only while somebody looks; what came meanwhile is read at the return."""
        self._watched = watched
        if watched and (self._stale or self._stale_activities):
            self._news_timer.start()

    def _read_first(self, limit: int | None, show: Any) -> None:
        self.asked = True
        self._question += 1
        self._extending = False
        question, where, order = self._question, self.where, self.order
        self._slow_timer.start()

        def done(page: CounterpartyPage) -> None:
            if question == self._question:
                self._slow_timer.stop()
                self._next = page.next
                show(page)

        def failed(error: UserError) -> None:
            if question == self._question:
                self._slow_timer.stop()
                self.failed.emit(error)

        self._workplace.read(
            lambda session: list_counterparties(session, where=where, order=order, limit=limit),
            parent=self,
            done=done,
            failed=failed,
            key="page",
        )

    def _show_first(self, page: CounterpartyPage) -> None:
        self.model.show_others(page.rows)
        self._shown(page)

    def _show_again(self, page: CounterpartyPage) -> None:
        self.model.set_rows(page.rows)
        self._shown(page)

    def _shown(self, page: CounterpartyPage) -> None:
        self.found = Count(len(page.rows), True) if page.next is None else None
        self.loaded.emit()
        self.counted.emit()
        # Who types on needs no count of what he typed before.
        self._count_timer.start()

    def _count(self) -> None:
        where, whole = self.where, CounterpartyFilter(archived=self.where.archived)
        known = self.found

        def read(session: Any) -> tuple[Count, Count]:
            found = known or count_counterparties(session, where=where)
            return found, count_counterparties(session, where=whole)

        def done(counts: tuple[Count, Count]) -> None:
            if where == self.where:
                self.found, self.total = counts
                self.counted.emit()
                self._count_values()

        self._workplace.read(read, parent=self, done=done, failed=self._not_now, key="count")

    def _count_values(self) -> None:
        where = self.where

        def done(counts: dict[UUID, Count]) -> None:
            if where == self.where:
                self.values_counted.emit(counts)

        self._workplace.read(
            lambda session: count_by_value(session, where=where, field="category_id"),
            parent=self,
            done=done,
            failed=self._not_now,
            key="values",
        )

    def _not_now(self, _error: UserError) -> None:
        """A number that is missing is shown as missing; the banner tells of a lost line."""

    # News

    def _on_returned(self) -> None:
        if self.asked:
            self.reload()

    def _on_news(self, news: tuple[News, ...]) -> None:
        if not self.asked:
            return
        for item in news:
            if item.table not in ("counterparty", "activity"):
                continue
            if item.ids is None:
                self._stale.update(row.id for row in self.model.rows())
            elif item.table == "activity":
                self._stale_activities |= item.ids
            else:
                self._stale |= item.ids
        if (self._stale or self._stale_activities) and self._watched and not self._news_timer.isActive():
            self._news_timer.start()

    def refresh(self, ids: Collection[UUID]) -> None:
        """Read these rows again: what no longer fits goes."""
        self._stale |= set(ids)
        self._news_timer.start()

    def _read_stale(self) -> None:
        shown = {row.id for row in self.model.rows()}
        others = bool(self._stale - shown)
        ids = frozenset(self._stale & shown)
        activities = tuple(self._stale_activities)
        self._stale, self._stale_activities = set(), set()
        if others:
            self._count_timer.start()
            # A new one may belong to what is found.
            self.found = None
        if not ids and not activities:
            return
        question, where = self._question, self.where

        def read(session: Any) -> tuple[frozenset[UUID], tuple[CounterpartyListRow, ...]]:
            concerned = ids
            if activities:
                # Last and next contact are theirs.
                touched = {row.counterparty_id for row in list_activities(session, activities)}
                concerned = ids | frozenset(
                    row_id for row_id in touched if row_id is not None and row_id in shown
                )
            if not concerned:
                return frozenset(), ()
            return concerned, list_counterparties_of_ids(session, where=where, ids=concerned)

        self._workplace.read(read, parent=self, done=partial(self._put, question), failed=self.failed.emit)

    def _put(self, question: int, answer: tuple[frozenset[UUID], tuple[CounterpartyListRow, ...]]) -> None:
        asked, rows = answer
        if question != self._question or not asked:
            return
        gone = asked - {row.id for row in rows}
        self.model.put_rows(rows, gone)
        if gone:
            self.found = None
            self._count_timer.start()
        self.extended.emit()
