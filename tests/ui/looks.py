"""Measures what stands on the screen: cut and overlapping texts, foreign words, nameless controls, what changed."""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QScrollArea,
    QTableView,
    QWidget,
)

from altius_desktop.ui import theme
from altius_desktop.ui.controls import Chip, ElidedLabel
from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard
from altius_desktop.ui.dialogs.plan.grid import PlanGrid
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.table import DataTable
from altius_desktop.ui.theme import Font

# The least padding of a title on both sides of a header's section.
_HEADER_PADDING = 14
_FIELD_PADDING = 12

Place = tuple[str, str]  # where a text stands, and the text


def shown_widgets(root: QWidget) -> list[QWidget]:
    """The widget and everything in it that can be seen; windows of their own that hang on it are not in it."""
    inside = [child for child in root.findChildren(QWidget) if child.isVisible()]
    return [root, *(child for child in inside if child.window() is root.window())]


def name_of(widget: QWidget) -> str:
    """How a fault names the widget."""
    text = getattr(widget, "text", None)
    told = text() if callable(text) else ""
    return f"{type(widget).__name__} {widget.objectName() or '-'} {str(told)[:60]!r}"


class Strays(QObject):
    """Hears of every part that is shown before it has an owner: it flashes as a window and takes the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.windowType() == Qt.WindowType.Window
            and not isinstance(watched, MainWindow | CounterpartyCard)
        ):
            self.found.append(name_of(watched))
        return False


def cut_texts(root: QWidget) -> list[str]:
    """Every text that has not the room it needs and is not told in a tool tip either."""
    return [fault for widget in shown_widgets(root) for fault in _cut(widget)]


def _cut(widget: QWidget) -> Iterator[str]:
    here, size = name_of(widget), widget.size()
    if isinstance(widget, ElidedLabel):
        wide = widget.fontMetrics().horizontalAdvance(widget.text())
        if wide > size.width() and widget.toolTip() != widget.text():
            yield f"{here}: shortened without a tool tip"
    elif isinstance(widget, QLabel):
        yield from _cut_label(widget)
    elif isinstance(widget, Chip):
        if size.width() < widget.sizeHint().width() and widget.accessibleName() not in widget.toolTip():
            yield f"{here}: {size.width()} of {widget.sizeHint().width()}"
    elif isinstance(widget, QAbstractButton):
        need = _button_need(widget)
        if widget.text() and (size.width() < need[0] or size.height() < need[1]):
            yield f"{here}: {size.width()}x{size.height()} of {need[0]}x{need[1]}"
    elif isinstance(widget, QLineEdit):
        if not widget.text():
            wide = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
            inside = [button for button in widget.findChildren(QAbstractButton) if button.isVisible()]
            room = size.width() - _FIELD_PADDING - sum(button.width() for button in inside)
            if wide > room:
                yield f"{here}: hint {widget.placeholderText()!r} {room} of {wide}"
    elif isinstance(widget, QTableView):
        yield from _cut_titles(widget)
        if isinstance(widget, DataTable | PlanGrid):
            yield from _cut_cells(widget)
    elif isinstance(widget, QMenu) and size.width() < widget.sizeHint().width():
        yield f"{here}: {size.width()} of {widget.sizeHint().width()}"


def _cut_label(widget: QLabel) -> Iterator[str]:
    if not widget.text():
        return
    size, need = widget.size(), widget.sizeHint()
    if widget.wordWrap():
        longest = max(widget.fontMetrics().horizontalAdvance(word) for word in widget.text().split())
        high = widget.heightForWidth(size.width())
        if longest > size.width() or high > size.height():
            yield f"{name_of(widget)}: {size.width()}x{size.height()} of {longest}x{high}, wrapped"
    elif size.width() < need.width() or size.height() < need.height():
        yield f"{name_of(widget)}: {size.width()}x{size.height()} of {need.width()}x{need.height()}"


def _button_need(button: QAbstractButton) -> tuple[int, int]:
    """What the text takes at least; where a button paints itself, by what it paints with."""
    kind = type(button).__name__
    if kind == "_RailButton":
        metrics = theme.metrics(Font.NAV_STRONG)
        return metrics.horizontalAdvance(button.text()), metrics.height() + 34
    hint = button.sizeHint()
    return hint.width(), hint.height()


def _cut_titles(table: QTableView) -> Iterator[str]:
    header = table.horizontalHeader()
    model = table.model()
    for section in range(header.count()):
        title = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        told = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        if header.isSectionHidden(section) or told == title:
            continue
        wide = theme.metrics(Font.HEADER).horizontalAdvance(title)
        room = header.sectionSize(section) - _HEADER_PADDING
        if wide > room:
            yield f"{name_of(table)}: title {title!r} {room} of {wide}"


def _cut_cells(table: Any) -> Iterator[str]:
    """Cells may shorten what they say as long as the tool tip says it whole; numbers, days, times may not."""
    model = table.model()
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            if table.isColumnHidden(column):
                continue
            index = model.index(row, column)
            text = str(index.data() or "")
            wide = theme.metrics(Font.TABLE).horizontalAdvance(text)
            room = table.columnWidth(column) - 18
            if isinstance(table, DataTable):
                exact = model.columns[column].kind in ("date", "counter", "icon")
                tip = table.tip_at(index)
                exact = exact or model.columns[column].key == "kind"
                room = room if model.columns[column].kind not in ("icon", "counter") else wide
            else:
                exact = model.columns[column].look in ("date", "time")
                room -= 16 if model.columns[column].look in ("date", "choice") else 0
                tip = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
            if wide > room and (exact or " ".join(text.split()) not in " ".join(tip.split())):
                yield f"{name_of(table)}: cell {text!r} {room} of {wide}, tip {tip!r}"


def misplaced(root: QWidget) -> list[str]:
    """What reaches beyond its parent, and neighbours of one layout that cover each other."""
    faults = []
    for widget in shown_widgets(root):
        parent = widget.parentWidget()
        bound = widget is not root and parent is not None and not _scrolls(widget)
        if bound and not parent.rect().contains(widget.geometry()):
            faults.append(f"{name_of(widget)}: {_told(widget.geometry())} beyond {_told(parent.rect())}")
        if widget.layout() is not None:
            for one, other in combinations(_laid_out(widget.layout()), 2):
                shared = one.geometry().intersected(other.geometry())
                if not shared.isEmpty():
                    faults.append(f"{name_of(one)} and {name_of(other)} share {_told(shared)}")
    return faults


def _scrolls(widget: QWidget) -> bool:
    """The content of a scroll area may be higher than what is seen of it, but not wider."""
    area = widget.parentWidget().parentWidget() if widget.parentWidget() is not None else None
    if isinstance(area, QScrollArea) and area.widget() is widget:
        return widget.width() <= area.viewport().width()
    # Editors, header sections and scroll bars are the item view's own affair.
    return isinstance(widget.parentWidget(), QAbstractScrollArea | QHeaderView) or isinstance(
        area, QAbstractItemView
    )


def _laid_out(layout: QLayout) -> list[QWidget]:
    found: list[QWidget] = []
    for number in range(layout.count()):
        item = layout.itemAt(number)
        widget, inner = item.widget(), item.layout()
        if widget is not None and widget.isVisible():
            found.append(widget)
        elif inner is not None:
            found += _laid_out(inner)
    return found


def _told(rect: QRect) -> str:
    return f"({rect.x()}, {rect.y()}, {rect.width()}x{rect.height()})"


def texts(root: QWidget) -> Iterator[Place]:
    """Every text that is seen, shows up under the mouse, or is read aloud."""
    yield "title", root.window().windowTitle()
    for widget in shown_widgets(root):
        here = name_of(widget)
        for told in (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()):
            yield here, told
        if isinstance(widget, QLabel | QAbstractButton):
            yield here, widget.text()
        if isinstance(widget, QLineEdit):
            yield here, widget.displayText()
            yield here, widget.placeholderText()
        if isinstance(widget, QMenu):
            for action in widget.actions():
                yield here, action.text()
        if isinstance(widget, QAbstractButton) and (menu := getattr(widget, "menu", lambda: None)()):
            menu.aboutToShow.emit()
            for action in menu.actions():
                yield here, action.text()
        if isinstance(widget, QTableView):
            yield from _table_texts(widget)


def _table_texts(table: QTableView) -> Iterator[Place]:
    here, model = name_of(table), table.model()
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    for column in range(model.columnCount()):
        for role in roles:
            yield here, str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
            for row in range(model.rowCount()):
                yield here, str(model.index(row, column).data(role) or "")


def foreign_words(places: Iterable[Place], *, pattern: str, known: Iterable[str]) -> list[str]:
    """The words that match `pattern` and are not among the `known` ones (in lower case)."""
    allowed = set(known)
    return sorted(
        {
            f"{word} in {here}: {text[:90]!r}"
            for here, text in places
            for word in re.findall(pattern, text)
            if word.lower() not in allowed
        }
    )


def nameless(root: QWidget) -> list[str]:
    """Controls that Tab reaches, tables and fields without an accessible or object name; icons without a tip."""
    faults = []
    for widget in shown_widgets(root):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus and not isinstance(widget, QAbstractButton):
            continue
        # A label is read by its text; the parts of a field answer to its name.
        if widget is root or isinstance(widget, QLabel):
            continue
        if isinstance(widget.parentWidget(), QLineEdit | QComboBox):
            continue
        if not widget.accessibleName():
            faults.append(f"{name_of(widget)}: no accessible name")
        if not widget.objectName() or widget.objectName().startswith("qt_"):
            faults.append(f"{name_of(widget)}: no object name")
        wordless = (
            isinstance(widget, QAbstractButton) and not widget.text() and not widget.findChildren(QLabel)
        )
        if wordless and not widget.toolTip():
            faults.append(f"{name_of(widget)}: an icon without a tool tip")
    return faults


def state() -> tuple[object, ...]:
    """Everything that can be seen of the program, to be compared with itself later."""
    seen: list[object] = [QApplication.clipboard().text(), theme.palette().bg]
    for top in QApplication.topLevelWidgets():
        if not top.isVisible():
            continue
        for widget in shown_widgets(top):
            seen.append(_state_of(widget))
    return tuple(seen)


def _state_of(widget: QWidget) -> tuple[object, ...]:
    parts: list[object] = [type(widget).__name__, widget.objectName(), widget.isEnabled()]
    parts += [widget.accessibleName(), widget.windowTitle()]
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        parts.append(widget.text())
    if isinstance(widget, QLineEdit):
        parts += [widget.echoMode(), widget.hasFocus()]
    if isinstance(widget, QAbstractButton):
        parts.append(widget.isChecked())
    if hasattr(widget, "toPlainText"):
        parts.append(widget.toPlainText())
    if isinstance(widget, QTableView):
        model = widget.model()
        parts.append(widget.currentIndex().row())
        cells = [
            (
                model.index(row, column).data(),
                model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole),
            )
            for row in range(model.rowCount())
            for column in range(model.columnCount())
        ]
        parts.append(tuple(cells))
    return tuple(parts)
