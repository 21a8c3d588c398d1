"""The program as its command line starts it, watched from inside: tells what its widgets show, never acts.

`python -m tests.e2e.workplace QUESTIONS ANSWERS [the program's own arguments …]`, the first two being
numbers of inherited pipe ends. Each line of questions gets one line of JSON, made in the GUI thread:
`look` or `cell TABLE ROW COLUMN`.
"""

import json
import os
import sys
import traceback
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, QSocketNotifier
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from altius_desktop import __main__, app


class Observer(QObject):
    """Answers questions about what is on the screen."""

    def __init__(self, questions: int, answers: int) -> None:
        super().__init__()
        self._questions, self._answers = questions, answers
        self._rest = b""
        self._notifier = QSocketNotifier(questions, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)

    def _on_readable(self) -> None:
        data = os.read(self._questions, 65536)
        if not data:
            self._notifier.setEnabled(False)
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            try:
                told = self._answer(line.decode().split("\t"))
            except Exception:
                told = {"failed": traceback.format_exc()}
            answer = json.dumps(told).encode() + b"\n"
            while answer:
                answer = answer[os.write(self._answers, answer) :]

    def _answer(self, words: list[str]) -> Any:
        match words:
            case ["look"]:
                return look()
            case ["cell", table, row, column]:
                return place_of_cell(table, int(row), column)
        return None


def look() -> dict[str, Any]:
    """Every visible named widget by window, what has the focus, and which window is active."""
    windows = {}
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and (window.objectName() or isinstance(window, QMenu)):
            widgets = {
                widget.objectName(): _shown(widget)
                for widget in (window, *window.findChildren(QWidget))
                if widget.objectName() and widget.isVisible() and widget.window() is window
            }
            windows[window.objectName() or "menu"] = {"title": window.windowTitle(), "widgets": widgets}
    focus, active = QApplication.focusWidget(), QApplication.activeWindow()
    return {
        "windows": windows,
        "focus": focus.objectName() if focus is not None else "",
        "active": active.objectName() if active is not None else "",
    }


def _shown(widget: QWidget) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "place": _on_screen(widget, widget.rect()),
        "enabled": widget.isEnabled(),
        "texts": [label.text() for label in widget.findChildren(QLabel) if label.isVisible()],
    }
    if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
        shown["text"] = widget.text()
    elif isinstance(widget, QPlainTextEdit):
        shown["text"] = widget.toPlainText()
    elif isinstance(widget, QMenu):
        shown["lines"] = [
            {"text": action.text(), "place": _on_screen(widget, widget.actionGeometry(action))}
            for action in widget.actions()
        ]
    elif isinstance(widget, QAbstractItemView):
        shown |= _view(widget)
    return shown


def _view(view: QAbstractItemView) -> dict[str, Any]:
    model, current = view.model(), view.currentIndex()
    columns = _columns(view)
    shown: dict[str, Any] = {
        "rows": [
            {_key(view, number): str(model.index(row, number).data() or "") for number in columns}
            for row in range(model.rowCount())
        ],
        "current": current.row() if current.isValid() else None,
        "column": _key(view, current.column()) if current.isValid() else None,
    }
    if hasattr(model, "style_at"):
        shown["highlights"] = [model.style_at(row).highlight for row in range(model.rowCount())]
        shown["done"] = [model.style_at(row).done for row in range(model.rowCount())]
    return shown


def _columns(view: QAbstractItemView) -> list[int]:
    if not isinstance(view, QTableView):
        return [0]
    return [number for number in range(view.model().columnCount()) if not view.isColumnHidden(number)]


def _key(view: QAbstractItemView, column: int) -> str:
    columns = getattr(view.model(), "columns", None)
    if columns is None:
        return str(column)
    return str(getattr(columns[column], "key", None) or columns[column].field)


def place_of_cell(table: str, row: int, key: str) -> list[int] | None:
    """Where a cell of a table lies on the screen, scrolled to by the caller if it is not seen."""
    for view in QApplication.allWidgets():
        if isinstance(view, QAbstractItemView) and view.objectName() == table and view.isVisible():
            for column in _columns(view):
                if _key(view, column) == key:
                    rect = view.visualRect(view.model().index(row, column))
                    seen = rect.intersected(view.viewport().rect())
                    return _on_screen(view.viewport(), seen) if not seen.isEmpty() else None
    return None


def _on_screen(widget: QWidget, rect: QRect) -> list[int]:
    corner: QPoint = widget.mapToGlobal(rect.topLeft())
    return [corner.x(), corner.y(), rect.width(), rect.height()]


def main() -> int:
    questions, answers = int(sys.argv[1]), int(sys.argv[2])
    make_application = app.make_application
    observers = []

    def make_watched(**how: Any) -> QApplication:
        qapp = make_application(**how)
        observers.append(Observer(questions, answers))
        return qapp

    app.make_application = make_watched
    return __main__.main(sys.argv[3:])


if __name__ == "__main__":
    sys.exit(main())
