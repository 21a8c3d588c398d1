"""Rows of a table as a Qt model: declared columns, frozen rows with an `id`, and changes as small as they are."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from altius_desktop.i18n import _
from altius_desktop.ui import theme

Kind = Literal["text", "date", "counter", "icon", "check", "tick", "badge"]
Align = Literal["left", "right", "center"]
Index = QModelIndex | QPersistentModelIndex

RowRole = Qt.ItemDataRole.UserRole + 1

# Above this many single moves one relayout costs less; the selection follows in both.
_MOVES_AT_MOST = 64


@dataclass(frozen=True)
class Mark:
    """An icon with a text: beside it in a text column, as its name in an icon column."""

    icon: str
    text: str = ""
    role: str = "text2"


@dataclass(frozen=True)
class Check:
    """A check box; `text` stands to its right (when it was ticked)."""

    checked: bool
    text: str = ""
    enabled: bool = True


@dataclass(frozen=True)
class RowStyle:
    """How a whole row looks: highlight key 1 to 6, done rows muted, overdue dates red; `muted` as if done."""

    highlight: int | None = None
    done: bool = False
    overdue: bool = False
    muted: bool = False


@dataclass(frozen=True)
class Column:
    """One column. `value` gives a str or Mark (text, date), an int (counter), a Mark (icon), a bool or Check (check).

    "tick" is the narrow column of boxes that choose rows (a bool), "badge" a Mark's text on a rounded ground.
    `sort` makes the header clickable and gives the key to sort by (None sorts last). `strong` is weight 500;
    in a narrow window a column shrinks down to the share `yields` of its width, one that stretches takes the rest;
    `tone="plain"` keeps a counter from turning amber; `divider=False` joins it to its right neighbour.
    `keeps_chars` is the least that a stretching column shrinks to (0: the table's own least);
    `optional` lets the user hide it, `hidden` does so at first; `finds` makes what was searched for bold in it.
    """

    key: str
    title: str
    width_chars: int
    value: Callable[[Any], Any]
    kind: Kind = "text"
    stretch: bool = False
    yields: float = 1.0
    align: Align = "left"
    strong: bool = False
    icon: str = ""
    tone: Literal["warn", "plain"] = "warn"
    tooltip: Callable[[Any], str] | None = None
    sort: Callable[[Any], Any] | None = None
    divider: bool = True
    optional: bool = True
    hidden: bool = False
    keeps_chars: int = 0
    finds: bool = False


_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "right": Qt.AlignmentFlag.AlignRight,
    "center": Qt.AlignmentFlag.AlignHCenter,
}


class RowTableModel(QAbstractTableModel):
    """A table over frozen rows; `order` keeps it sorted, `style` says how a row looks."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        order: Callable[[Any], Any] | None = None,
        style: Callable[[Any], RowStyle] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.loaded = False
        self._order = order
        self._style = style
        self._user_order: tuple[Column, bool] | None = None
        self._legend: Mapping[int, str] = {}
        self._rows: list[Any] = []
        self._styles: list[RowStyle] = []
        self._positions: dict[Hashable, int] | None = {}

    def rows(self) -> tuple[Any, ...]:
        return tuple(self._rows)

    def row_at(self, position: int) -> Any:
        return self._rows[position]

    def style_at(self, position: int) -> RowStyle:
        return self._styles[position]

    def position_of(self, row_id: Hashable) -> int | None:
        if self._positions is None:
            self._positions = {row.id: position for position, row in enumerate(self._rows)}
        return self._positions.get(row_id)

    def index_of(self, row_id: Hashable, column: int = 0) -> QModelIndex:
        """The index of the row with this id; invalid if it is not here."""
        position = self.position_of(row_id)
        return QModelIndex() if position is None else self.index(position, column)

    def column_of(self, key: str) -> int:
        """The logical number of a column; ValueError if there is none of that key."""
        return [column.key for column in self.columns].index(key)

    def legend_name(self, highlight: int | None) -> str:
        """What the colour means in this office, else the colour's own name; "" for none."""
        if highlight is None:
            return ""
        return self._legend.get(highlight) or theme.highlight_name(highlight)

    def set_legend(self, legend: Mapping[int, str]) -> None:
        """The office's meaning of the six colours."""
        self._legend = dict(legend)

    def set_rows(self, rows: Iterable[Any]) -> None:
        """Show exactly these rows: what stays keeps its place, selection and scroll; never a model reset."""
        first = not self.loaded
        self.loaded = True
        self._become(self._sorted(list(rows)))
        if first and not self._rows:
            # Nothing changed for Qt, but now it is known that there is nothing.
            self.layoutChanged.emit()

    def upsert(self, rows: Iterable[Any], removed_ids: Iterable[Hashable] = ()) -> None:
        """Put these rows in place of those with the same id, add new ones, take the removed ones out."""
        self.loaded = True
        fresh = {row.id: row for row in rows}
        gone = set(removed_ids)
        target = [fresh.pop(row.id, row) for row in self._rows if row.id not in gone]
        target.extend(row for row in fresh.values() if row.id not in gone)
        self._become(self._sorted(target))

    def sort_by(self, key: str | None, *, descending: bool = False) -> None:
        """Sort by a column that has `sort`, or None for the page's own order."""
        column = next((c for c in self.columns if c.key == key and c.sort is not None), None)
        self._user_order = (column, descending) if column is not None else None
        if self._user_order is not None or self._order is not None:
            self._become(self._sorted(list(self._rows)))

    @property
    def sorted_by(self) -> tuple[str, bool] | None:
        """The key of the column the user sorted by, and whether descending."""
        return (self._user_order[0].key, self._user_order[1]) if self._user_order is not None else None

    def _sorted(self, rows: list[Any]) -> list[Any]:
        if self._order is not None:
            rows.sort(key=self._order)
        if self._user_order is not None:
            column, descending = self._user_order
            sort = column.sort
            assert sort is not None
            known = [row for row in rows if sort(row) is not None]
            unknown = [row for row in rows if sort(row) is None]
            rows = [*sorted(known, key=sort, reverse=descending), *unknown]
        return rows

    def _become(self, target: list[Any]) -> None:
        wanted = {row.id: row for row in target}
        if len(wanted) != len(target):
            raise ValueError("two rows with one id")
        self._remove_absent(wanted)
        self._replace_changed(wanted)
        here = {row.id for row in self._rows}
        self._reorder([row.id for row in target if row.id in here])
        self._insert_new(target, here)

    def _remove_absent(self, wanted: Mapping[Hashable, Any]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._rows[last].id in wanted:
                last -= 1
                continue
            first = last
            while first > 0 and self._rows[first - 1].id not in wanted:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1], self._styles[first : last + 1]
            self._positions = None
            self.endRemoveRows()
            last = first - 1

    def _replace_changed(self, wanted: Mapping[Hashable, Any]) -> None:
        for position, row in enumerate(self._rows):
            new = wanted[row.id]
            if new != row:
                self._rows[position] = new
                self._styles[position] = self._style_of(new)
                self.dataChanged.emit(self.index(position, 0), self.index(position, len(self.columns) - 1))

    def _reorder(self, target: list[Hashable]) -> None:
        present = [row.id for row in self._rows]
        if present == target:
            return
        staying = _longest_run(present, target)
        if len(target) - len(staying) > _MOVES_AT_MOST:
            self._relayout(target)
            return
        before: Hashable = None
        for position, row_id in enumerate(target):
            if row_id not in staying:
                now = present.index(row_id)
                to = present.index(before) + 1 if position else 0
                if now != to:
                    self.beginMoveRows(QModelIndex(), now, now, QModelIndex(), to)
                    landed = to - 1 if now < to else to
                    for rows in (present, self._rows, self._styles):
                        rows.insert(landed, rows.pop(now))
                    self._positions = None
                    self.endMoveRows()
            before = row_id

    def _relayout(self, target: list[Hashable]) -> None:
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        ids = [self._rows[index.row()].id for index in old]
        both = {row.id: (row, style) for row, style in zip(self._rows, self._styles, strict=True)}
        self._rows = [both[row_id][0] for row_id in target]
        self._styles = [both[row_id][1] for row_id in target]
        self._positions = None
        new = [self.index_of(row_id, index.column()) for row_id, index in zip(ids, old, strict=True)]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _insert_new(self, target: list[Any], here: set[Hashable]) -> None:
        position = 0
        while position < len(target):
            if target[position].id in here:
                position += 1
                continue
            end = position
            while end + 1 < len(target) and target[end + 1].id not in here:
                end += 1
            fresh = target[position : end + 1]
            self.beginInsertRows(QModelIndex(), position, end)
            self._rows[position:position] = fresh
            self._styles[position:position] = [self._style_of(row) for row in fresh]
            self._positions = None
            self.endInsertRows()
            position = end + 1

    def _style_of(self, row: Any) -> RowStyle:
        return self._style(row) if self._style is not None else RowStyle()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default, never changed
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 as above
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(column, row)
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN[column.align] | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index, column, row) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index, column, row)
        if role == Qt.ItemDataRole.CheckStateRole and column.kind in ("check", "tick"):
            value = column.value(row)
            checked = value.checked if isinstance(value, Check) else bool(value)
            return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked
        return None

    def _tip(self, index: Index, column: Column, row: Any) -> str:
        parts = []
        if column.tooltip is not None:
            parts.append(column.tooltip(row))
        elif column.kind == "icon":
            parts.append(_text(column, row))
        if index.column() == 0:
            legend = self.legend_name(self._styles[index.row()].highlight)
            if legend:
                parts.append(_("Colour: {name}").format(name=legend))
        return "\n".join(part for part in parts if part)

    def _spoken(self, index: Index, column: Column, row: Any) -> str:
        text = _text(column, row)
        if column.kind == "counter":
            text = f"{column.title}: {text}"
        if index.column() != 0:
            return text
        style = self._styles[index.row()]
        extra = [self.legend_name(style.highlight)]
        if style.overdue:
            extra.append(_("overdue"))
        if style.done:
            extra.append(_("done"))
        return ", ".join(part for part in (text, *extra) if part)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole and column.icon:
            return column.title
        return None


def _text(column: Column, row: Any) -> str:
    value = column.value(row)
    if isinstance(value, Mark | Check):
        return value.text
    if isinstance(value, bool):
        return ""
    return "" if value is None else str(value)


def _longest_run(present: list[Hashable], target: list[Hashable]) -> set[Hashable]:
    """The most ids that may stay where they are: the longest rising run of their new places."""
    place = {row_id: position for position, row_id in enumerate(target)}
    tails: list[int] = []
    tail_ids: list[Hashable] = []
    previous: dict[Hashable, Hashable] = {}
    for row_id in present:
        at = bisect_left(tails, place[row_id])
        if at:
            previous[row_id] = tail_ids[at - 1]
        tails[at : at + 1] = [place[row_id]]
        tail_ids[at : at + 1] = [row_id]
    staying: set[Hashable] = set()
    current = tail_ids[-1] if tail_ids else None
    while current is not None:
        staying.add(current)
        current = previous.get(current)
    return staying
