"""Which columns a table shows, how wide and in which order: at first, as the user arranges them, and in little room."""

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHeaderView, QTableView

from altius_desktop.ui import theme
from altius_desktop.ui.table.delegate import COUNTER_WIDTH, FIRST_PADDING, PADDING
from altius_desktop.ui.table.model import Column, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import CHECK

# What the stretching column keeps in a narrow window, where others give way.
_STRETCH_KEEPS = 90


class ColumnLayout(QObject):
    """The columns of one table; `first` and `last` are the outer ones that can be seen."""

    changed = Signal()  # the user changed something: save_state() gives another answer

    def __init__(self, table: QTableView, model: RowTableModel) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self.first = 0
        self.last = len(model.columns) - 1
        self._restoring = True
        self._widths_are_own = False
        self._default_widths = [self._width_of(column) for column in model.columns]
        self._lay_out()
        header = table.horizontalHeader()
        header.sectionResized.connect(self._on_section_resized)
        header.sectionMoved.connect(self._on_section_moved)
        self._restoring = False

    def save_state(self) -> dict[str, Any]:
        """Widths, order and sort by column keys, fit for JSON."""
        header = self._table.horizontalHeader()
        columns = self._model.columns
        sorted_by = self._model.sorted_by
        return {
            "widths": {
                column.key: header.sectionSize(number)
                for number, column in enumerate(columns)
                if self._widths_are_own and not self._is_bound(number)
            },
            "order": [columns[header.logicalIndex(visual)].key for visual in range(header.count())],
            "sort": list(sorted_by) if sorted_by is not None else None,
            "hidden": [
                column.key for number, column in enumerate(columns) if self._table.isColumnHidden(number)
            ],
        }

    def restore_state(self, state: Any) -> None:
        """Take up what save_state() gave, by an earlier version of the columns too; nonsense is left out."""
        if not isinstance(state, dict):
            return
        self._restoring = True
        header = self._table.horizontalHeader()
        keys = [column.key for column in self._model.columns]
        widths = state.get("widths")
        if isinstance(widths, dict):
            for key, width in widths.items():
                if key in keys and isinstance(width, int) and 20 <= width <= 2000:
                    header.resizeSection(keys.index(key), width)
                    self._widths_are_own = True
        order = state.get("order")
        if isinstance(order, list):
            known = [key for key in order if key in keys]
            for visual, key in enumerate(dict.fromkeys(known)):
                header.moveSection(header.visualIndex(keys.index(key)), visual)
        hidden = state.get("hidden")
        if isinstance(hidden, list):
            for number, column in enumerate(self._model.columns):
                self._table.setColumnHidden(number, column.optional and column.key in hidden)
        match state.get("sort"):
            case [str(key), bool(descending)]:
                self._model.sort_by(key, descending=descending)
        self._find_ends()
        self._restoring = False

    def show_column(self, key: str, shown: bool) -> None:
        """Show or hide a column at the user's wish."""
        # Hiding a column tells of a width of 0, which is not the user's.
        self._restoring = True
        self._table.setColumnHidden(self._model.column_of(key), not shown)
        self._restoring = False
        self._find_ends()
        self.fit()
        self.changed.emit()

    def shown_columns(self) -> tuple[Column, ...]:
        """The columns that can be seen, in the order in which they stand."""
        header = self._table.horizontalHeader()
        order = [header.logicalIndex(visual) for visual in range(header.count())]
        return tuple(
            self._model.columns[number] for number in order if not self._table.isColumnHidden(number)
        )

    def _find_ends(self) -> None:
        """The first cell has the bar of the selection, the last header no divider."""
        header = self._table.horizontalHeader()
        order = [header.logicalIndex(visual) for visual in range(header.count())]
        shown = [number for number in order if not self._table.isColumnHidden(number)] or order
        self.first, self.last = shown[0], shown[-1]
        self._table.viewport().update()
        header.viewport().update()

    def _width_of(self, column: Column) -> int:
        if column.kind == "counter":
            return COUNTER_WIDTH
        if column.kind == "icon":
            return 36
        if column.kind == "tick":
            return FIRST_PADDING + CHECK + PADDING
        chars = theme.metrics(Font.TABLE).averageCharWidth() * column.width_chars
        return max(chars + FIRST_PADDING + PADDING, _title_width(column))

    def _lay_out(self) -> None:
        """Give every column the width it has before anybody changes it."""
        header = self._table.horizontalHeader()
        for number, column in enumerate(self._model.columns):
            header.resizeSection(number, self._default_widths[number])
            if column.stretch:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
            elif column.kind in ("counter", "icon", "tick"):
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
            self._table.setColumnHidden(number, column.hidden)
        self._find_ends()

    def _on_section_resized(self, section: int, _old: int, _new: int) -> None:
        if not self._restoring and not self._is_bound(section):
            self._widths_are_own = True
            self.changed.emit()

    def _is_bound(self, section: int) -> bool:
        """A column whose width the user does not choose."""
        return self._model.columns[section].stretch or self._table.isColumnHidden(section)

    def fit(self) -> None:
        """Narrow the yielding columns where the table is narrow, and give the room back; not what the user set."""
        columns = self._model.columns
        if self._widths_are_own or not any(column.stretch for column in columns):
            return
        widths = [
            0 if self._table.isColumnHidden(number) else _least_width(column) if column.stretch else width
            for number, (column, width) in enumerate(zip(columns, self._default_widths, strict=True))
        ]
        give = [
            max(0.0, min(width * (1 - column.yields), width - _title_width(column)))
            for column, width in zip(columns, widths, strict=True)
        ]
        missing = sum(widths) - self._table.viewport().width()
        share = min(1.0, max(0.0, missing / sum(give))) if sum(give) else 0.0
        self._restoring = True
        for number, column in enumerate(columns):
            if column.yields < 1 and not self._table.isColumnHidden(number):
                self._table.horizontalHeader().resizeSection(
                    number, int(widths[number] - share * give[number])
                )
        self._restoring = False

    def _on_section_moved(self, _section: int, _old: int, _new: int) -> None:
        self._find_ends()
        if not self._restoring:
            self.changed.emit()


def _title_width(column: Column) -> int:
    # Any column may be moved to the first place, which has the wider padding.
    return theme.metrics(Font.HEADER).horizontalAdvance(column.title) + FIRST_PADDING + PADDING


def _least_width(column: Column) -> int:
    chars = theme.metrics(Font.TABLE).averageCharWidth() * column.keeps_chars
    return chars + FIRST_PADDING + PADDING if chars else _STRETCH_KEEPS
