"""Which counterparties are ticked: they stay so while the selection changes and the table shows others."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from PySide6.QtCore import QObject, Signal


class Ticks(QObject):
    """A set of ids that says which of them changed."""

    changed = Signal(object)  # the ids that were ticked or are no longer

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # In the order of ticking.
        self._ids: dict[UUID, None] = {}

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._ids)

    def toggle(self, row_id: UUID) -> None:
        if row_id in self._ids:
            del self._ids[row_id]
        else:
            self._ids[row_id] = None
        self.changed.emit((row_id,))

    def add(self, ids: Iterable[UUID]) -> None:
        fresh = tuple(row_id for row_id in ids if row_id not in self._ids)
        self._ids.update(dict.fromkeys(fresh))
        if fresh:
            self.changed.emit(fresh)

    def clear(self) -> None:
        gone = tuple(self._ids)
        self._ids.clear()
        if gone:
            self.changed.emit(gone)
