"""Rows that come page by page in the server's order: the table shows what is here and asks for more in time."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Signal

from altius_desktop.ui.table.model import Column, RowTableModel


class PagedTableModel(RowTableModel):
    """A RowTableModel that never sorts: the server does, so a click on a header only asks for another order."""

    order_asked = Signal()  # sorted_by says which

    def __init__(
        self, columns: Sequence[Column], *, style: Any = None, parent: QObject | None = None
    ) -> None:
        super().__init__(columns, style=style, parent=parent)

    def sort_by(self, key: str | None, *, descending: bool = False) -> None:
        """Ask for the rows in another order; the arrow moves at once."""
        column = next((c for c in self.columns if c.key == key and c.sort is not None), None)
        self._user_order = (column, descending) if column is not None else None
        self.order_asked.emit()

    def show_order(self, key: str, *, descending: bool) -> None:
        """Put the arrow where the rows are sorted, without asking for them."""
        column = self.columns[self.column_of(key)]
        self._user_order = (column, descending)

    def _sorted(self, rows: list[Any]) -> list[Any]:
        """As they came: what is read anew must not be put in another order than its first page was."""
        return rows

    def show_others(self, rows: Iterable[Any]) -> None:
        """Show the first page of another question: no row stays, so nothing is compared or moved."""
        fresh = list(rows)
        self.loaded = True
        if self._rows:
            self.beginRemoveRows(QModelIndex(), 0, len(self._rows) - 1)
            self._rows, self._styles, self._positions = [], [], None
            self.endRemoveRows()
        if fresh:
            self.append_rows(fresh)
        else:
            self.layoutChanged.emit()

    def append_rows(self, rows: Iterable[Any]) -> None:
        """Put the next page behind the last row; a row that is here already is not shown twice."""
        fresh = [row for row in rows if self.position_of(row.id) is None]
        if not fresh:
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
        self._rows.extend(fresh)
        self._styles.extend(self._style_of(row) for row in fresh)
        assert self._positions is not None  # position_of() made it
        self._positions.update((row.id, first + number) for number, row in enumerate(fresh))
        self.endInsertRows()

    def put_rows(self, rows: Iterable[Any], removed_ids: Iterable[Hashable] = ()) -> None:
        """Show these rows in the places of those with their ids; what is not here is not added."""
        for row in rows:
            position = self.position_of(row.id)
            if position is not None and self._rows[position] != row:
                self._rows[position] = row
                self._styles[position] = self._style_of(row)
                self.dataChanged.emit(self.index(position, 0), self.index(position, len(self.columns) - 1))
        gone = {row_id for row_id in removed_ids if self.position_of(row_id) is not None}
        if gone:
            self._remove_absent({row.id: row for row in self._rows if row.id not in gone})

    def tell_column(self, key: str, ids: Iterable[Hashable] | None = None) -> None:
        """What a column says about these rows (None: all) has changed, though the rows have not."""
        if not self._rows:
            return
        column = self.column_of(key)
        if ids is None:
            self.dataChanged.emit(self.index(0, column), self.index(len(self._rows) - 1, column))
            return
        for row_id in ids:
            position = self.position_of(row_id)
            if position is not None:
                self.dataChanged.emit(self.index(position, column), self.index(position, column))
