"""The rows that a selection finds: asked for page by page and counted later; news.py keeps them up with what others change."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

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
    position_among,
)
from altius_desktop.ui.table import PagedTableModel
from altius_desktop.ui.workplace import Workplace

PAGE_ROWS = 500
ROWS_AT_MOST = 10_000
_COUNT_AFTER_MS = 200
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
        self._answered = 0
        self._keep: UUID | None = None
        self._places: dict[UUID, PageKey] = {}
        self._count_timer = QTimer(self, singleShot=True, interval=_COUNT_AFTER_MS)
        self._count_timer.timeout.connect(self._count)
        self._slow_timer = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow_timer.timeout.connect(self.slow)

    @property
    def question(self) -> int:
        """The number of what was asked last."""
        return self._question

    @property
    def settled(self) -> bool:
        """The rows are those of the last question."""
        return self._answered == self._question

    @property
    def kept(self) -> UUID | None:
        """The row that stayed when all were read anew and that was not among them."""
        return self._keep

    @property
    def extending(self) -> bool:
        """The next page is on its way."""
        return self._extending

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
        self._keep = None
        # A short first page is there at once; the second is asked for behind it.
        self._read_first(None, self._show_first)

    def reload(self, *, keep: UUID | None = None) -> None:
        """Read what is shown anew; selection and scroll stay, and the row to `keep` even if it is found no longer."""
        self._keep = keep
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
                self._places.update((place.id, place) for place in page.places)
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
                self._answered = question
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
        self._places = {place.id: place for place in page.places}
        self.model.show_others(page.rows)
        self._shown(page)

    def _show_again(self, page: CounterpartyPage) -> None:
        rows, before = list(page.rows), self._places
        self._places = {place.id: place for place in page.places}
        position = self.model.position_of(self._keep) if self._keep is not None else None
        if self._keep is None or position is None or self._keep in self._places:
            self._keep = None
        else:
            place = before[self._keep]
            rows.insert(position_among(page.places, place, self.order), self.model.row_at(position))
            self._places[self._keep] = place
        self.model.set_rows(rows)
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

    # Rows that others change

    def ids(self) -> frozenset[UUID]:
        """Whose rows are shown."""
        return frozenset(row.id for row in self.model.rows())

    def put(self, rows: Iterable[CounterpartyListRow], gone: Collection[UUID]) -> None:
        """Show these in the places where their rows are already, and take the others away."""
        self.model.put_rows(rows, gone)
        self.extended.emit()

    def insert(self, page: CounterpartyPage) -> frozenset[UUID]:
        """Show rows that are new where they belong; the ids of those that belong behind the last are given back."""
        shown = self.ids()
        places = {place.id: place for place in page.places}
        rows = list(self.model.rows())
        # A row that was renamed keeps the place where it was read until the list is read anew.
        present = [self._places[row.id] for row in rows]
        beyond = set()
        inserted = False
        for row in page.rows:
            place = places[row.id]
            if row.id in shown:
                continue
            position = position_among(present, place, self.order)
            if position == len(present) and self._next is not None:
                beyond.add(row.id)
                continue
            present.insert(position, place)
            rows.insert(position, row)
            self._places[row.id] = place
            inserted = True
        if inserted:
            self.model.set_rows(rows)
            self.extended.emit()
        return frozenset(beyond)

    def count_anew(self) -> None:
        """Some are found that were not, or no longer."""
        self.found = None
        self._count_timer.start()
