"""Keeps the shown counterparties up with what others commit: rows change, come where they belong, and go."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from altius_desktop.database.listener import News
from altius_desktop.services.counterparty_list import (
    CounterpartyFilter,
    CounterpartyListRow,
    CounterpartyPage,
    list_counterparties_of_ids,
    place_counterparties,
)
from altius_desktop.services.day import list_activities
from altius_desktop.ui.pages.counterparties.listing import Listing
from altius_desktop.ui.workplace import Workplace

_NEWS_MERGED_MS = 150
# More than these are not looked for one by one: what is shown is read anew.
_SOUGHT_AT_MOST = 500


class ListingNews(QObject):
    """Follows the news for a listing; `current` gives the selected row.

    The selected row is somebody's work: where it no longer fits it stays, with what it has become, until another
    row is selected. What the user himself takes away (`let_go`) goes at once.
    """

    def __init__(
        self,
        workplace: Workplace,
        listing: Listing,
        parent: QObject,
        *,
        current: Callable[[], CounterpartyListRow | None],
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._listing = listing
        self._current = current
        self._stale: set[UUID] = set()
        self._stale_activities: set[UUID] = set()
        self._all_stale = False
        self._missed: set[UUID] = set()
        self._let_go: set[UUID] = set()
        self._kept: UUID | None = None
        self._watched = False
        self._timer = QTimer(self, singleShot=True, interval=_NEWS_MERGED_MS)
        self._timer.timeout.connect(self._read)
        listing.loaded.connect(self._on_loaded)
        listing.extended.connect(self._on_extended)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self._on_returned)

    @property
    def waiting(self) -> bool:
        """News have come that are read in a moment."""
        return self._timer.isActive()

    def watch(self, watched: bool) -> None:
        """Follow the news only while somebody looks; what came meanwhile is read at the return."""
        self._watched = watched
        if watched:
            self._start()

    def let_go(self, ids: Collection[UUID]) -> None:
        """These may leave the list though one of them is selected, for the user wants it so; the last call counts."""
        self._let_go = set(ids)

    def on_current_changed(self, row: CounterpartyListRow | None) -> None:
        """The row that stayed for being selected goes when another one is."""
        if self._kept is not None and (row is None or row.id != self._kept):
            # Within the change of the selection no row may go.
            QTimer.singleShot(0, self, self._drop_kept)

    def _drop_kept(self) -> None:
        row = self._current()
        if self._kept is not None and (row is None or row.id != self._kept):
            gone, self._kept = self._kept, None
            self._listing.put((), {gone})

    def _on_loaded(self) -> None:
        self._kept = None
        if self._listing.kept is not None:
            # It stayed unread.
            self._stale.add(self._listing.kept)
        self._start()

    def _on_extended(self) -> None:
        # What belonged behind the rows may belong among them now, read before it was committed.
        if self._missed and not self._listing.extending:
            self._stale |= self._missed
            self._missed = set()
            self._start()

    def _on_returned(self) -> None:
        if self._listing.asked:
            self._read_all()

    def _read_all(self) -> None:
        row = self._current()
        self._listing.reload(keep=row.id if row is not None else None)

    def _on_news(self, news: tuple[News, ...]) -> None:
        if not self._listing.asked:
            return
        for item in news:
            if item.table not in ("counterparty", "activity"):
                continue
            if item.ids is None:
                self._all_stale = True
            elif item.table == "activity":
                self._stale_activities |= item.ids
            else:
                self._stale |= item.ids
        self._start()

    def _start(self) -> None:
        stale = self._all_stale or self._stale or self._stale_activities
        if stale and self._watched and not self._timer.isActive():
            self._timer.start()

    def _read(self) -> None:
        listing = self._listing
        if not listing.settled:
            # Other rows come: what has to be read is known when they are here.
            return
        ids, activities = frozenset(self._stale), tuple(self._stale_activities)
        many = self._all_stale or len(ids) + len(activities) > _SOUGHT_AT_MOST
        self._stale, self._stale_activities, self._all_stale = set(), set(), False
        if many:
            self._read_all()
            return
        question, where, order = listing.question, listing.where, listing.order
        shown = listing.ids()
        row = self._current()
        current = row.id if row is not None else None

        def read(session: Any) -> tuple[frozenset[UUID], CounterpartyPage, tuple[CounterpartyListRow, ...]]:
            concerned = ids
            if activities:
                # Last and next contact are theirs; whether a firm fits may be.
                rows = list_activities(session, activities)
                touched = {row.counterparty_id for row in rows if row.counterparty_id is not None}
                concerned |= frozenset(touched if _is_by_activities(where) else touched & shown)
            page = place_counterparties(session, where=where, order=order, ids=concerned)
            kept: tuple[CounterpartyListRow, ...] = ()
            if current in concerned and current not in {row.id for row in page.rows}:
                kept = tuple(
                    row
                    for archived in (False, True)
                    for row in list_counterparties_of_ids(
                        session, where=CounterpartyFilter(archived=archived), ids={current}
                    )
                )
            return concerned, page, kept

        self._workplace.read(
            read, parent=self, done=partial(self._put, question, ids), failed=self._listing.failed.emit
        )

    def _put(
        self,
        question: int,
        ids: frozenset[UUID],
        answer: tuple[frozenset[UUID], CounterpartyPage, tuple[CounterpartyListRow, ...]],
    ) -> None:
        listing = self._listing
        asked, page, kept = answer
        if question != listing.question:
            # The answer to the new question was read after these news.
            return
        fitting = {row.id for row in page.rows}
        row = self._current()
        stays = {row.id} - self._let_go if row is not None else set()
        self._let_go -= asked
        gone = asked - fitting
        if stays & gone:
            (self._kept,) = stays
        elif self._kept in fitting:
            self._kept = None
        shown = listing.ids()
        listing.put([*page.rows, *(row for row in kept if row.id in stays)], gone - stays)
        beyond = listing.insert(page)
        if listing.extending:
            self._missed |= beyond
        if ids - shown or gone & shown or fitting - shown:
            listing.count_anew()


def _is_by_activities(where: CounterpartyFilter) -> bool:
    return bool(where.overdue or where.without_plan or where.last_contact_before or where.last_contact_after)
