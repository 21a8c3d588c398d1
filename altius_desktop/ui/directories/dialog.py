"""The window of a directory: its values in their order, and what may be done with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from altius_desktop.database.listener import News
from altius_desktop.i18n import _
from altius_desktop.services.directory_rows import DirectoryValue, count_uses, list_values, may_see_uses
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button, Switch, label
from altius_desktop.ui.directories.acts import DirectoryActs
from altius_desktop.ui.directories.base import Directory
from altius_desktop.ui.directories.reordering import RowDrag
from altius_desktop.ui.form import DialogFrame, LookupItem
from altius_desktop.ui.form.directory_lookup import why_read_only
from altius_desktop.ui.form.lookup import Deliver
from altius_desktop.ui.formats import number
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.table import Column, DataTable, EmptyAction, RowStyle, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace


@dataclass(frozen=True)
class _Shown:
    """A row of the window; `uses` is None until it is known."""

    id: UUID | int
    value: DirectoryValue
    uses: int | None


class DirectoryDialog(DialogFrame):
    """Everybody may look; whoever may not write finds the buttons disabled and the reason in their tool tips.

    With `deliver` a value is chosen here (Enter) and given back.
    """

    def __init__(
        self,
        workplace: Workplace,
        directory: Directory,
        parent: QWidget | None,
        *,
        deliver: Deliver | None = None,
    ) -> None:
        super().__init__(
            parent,
            name="directoryDialog",
            icon=directory.icon,
            title=_(directory.title),
            save_text=_("Choose"),
            scroll=False,
        )
        self._workplace = workplace
        self._directory = directory
        self._rules = directory.rules
        self._deliver = deliver
        self.values: tuple[DirectoryValue, ...] = ()
        self._uses: dict[Any, int] | None = None
        self._wanted: UUID | int | None = None
        self._why = why_read_only(directory.table, workplace.identity.groups)
        self._sees_uses = may_see_uses(workplace.identity.groups) and not self._rules.fixed
        self._buttons: dict[str, Button] = {}
        self.acts = DirectoryActs(workplace, directory, self, self, self._why)
        self.acts.done.connect(self._on_acted)
        self.acts.failed.connect(self.show_error)

        self._model = RowTableModel(self._columns(), style=self._style)
        self.table = DataTable(self._model, name="directoryTable", title=_(directory.title))
        layout = f"directory-{directory.table}"
        self.table.restore_state(workplace.layout(layout))
        self.table.state_changed.connect(lambda: workplace.save_layout(layout, self.table.save_state()))
        self.table.current_row_changed.connect(lambda _row: self._show_state())
        self.table.activated_row.connect(lambda _row: self._on_activated())
        self.search = QLineEdit()
        self.search.setObjectName("directorySearch")
        self.search.setAccessibleName(_("Find in the directory"))
        self.search.setPlaceholderText(_("Find in the directory"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._show_rows())
        self.archive_switch = Switch(_("Show the archive"), name="archiveSwitch")
        self.archive_switch.toggled.connect(lambda _on: self._show_rows())
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.search, 1)
        top.addWidget(self.archive_switch)
        self.body.addLayout(top)
        self.archive_switch.setVisible(not self._rules.fixed)
        self.body.addLayout(self._bar())
        self.body.addWidget(self.table, 1)
        self._reason = label(self._why, role=Font.CAPTION, tone="muted", wrap=True, name="readOnlyReason")
        self.body.addWidget(self._reason)
        self._reason.setVisible(bool(self._why))
        if deliver is None:
            self.save_nothing()
        else:
            self.name_cancel(_("Close"))
        self.drag = RowDrag(self.table, self._may_reorder)
        self.drag.dropped.connect(self.acts.put)
        for keys, action in (
            ("Ctrl+F", self.search.setFocus),
            ("F5", self.reload),
            ("Ctrl+Z", self.acts.undoing.undo),
        ):
            shortcut(self, keys, action)
        if not self._rules.fixed:
            self.table.bind_key("Del", self.acts.archive)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self.reload)
        self.resize(theme.metrics(Font.BASE).averageCharWidth() * 118, 620)
        self.table.setFocus()
        self._show_state()
        self.reload()

    def _columns(self) -> tuple[Column, ...]:
        def name(row: _Shown) -> str:
            return (
                _("{name} · in the archive").format(name=row.value.name)
                if row.value.archived
                else row.value.name
            )

        def of_value(column: Column) -> Column:
            value = column.value
            return replace(column, value=lambda row: value(row.value))

        uses = Column("uses", _("Used"), 10, _uses_text, align="right")
        return (
            *(of_value(column) for column in self._directory.columns() if column.kind == "icon"),
            Column("name", _("Name"), 34, name, stretch=True, strong=True),
            *(of_value(column) for column in self._directory.columns() if column.kind != "icon"),
            *([uses] if self._sees_uses else []),
        )

    def _style(self, row: _Shown) -> RowStyle:
        # A colour is shown as itself.
        highlight = row.id if self._rules.fixed and isinstance(row.id, int) else None
        return RowStyle(highlight=highlight, done=row.value.archived)

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(6)
        rules, acts = self._rules, self.acts
        for name, text, icon, keys, action, wanted in (
            ("addValueButton", _("Add"), "add", "Ins", acts.add, not rules.fixed),
            ("changeValueButton", _("Change"), "edit", "F2", acts.change, True),
            ("upButton", "", "chevron_up", "Alt+Up", acts.move_up, rules.ordered),
            ("downButton", "", "chevron_down", "Alt+Down", acts.move_down, rules.ordered),
            ("mergeButton", _("Merge…"), "", "", acts.merge, not rules.fixed),
            ("archiveButton", _("To the archive"), "archive", "Del", acts.archive, not rules.fixed),
            ("expensesButton", _("Expenses…"), "", "", acts.expenses, self._directory.expenses),
        ):
            if not wanted:
                continue
            tip = {
                "upButton": _("Move up; a row can be dragged too"),
                "downButton": _("Move down; a row can be dragged too"),
            }.get(name, "")
            button = Button(text, icon=icon, hint=keys, name=name, tip=tip, small=True, on_click=action)
            self._buttons[name] = button
            bar.addWidget(button)
            if keys and keys != "Del":
                shortcut(self, keys, button.click)
        bar.addStretch()
        return bar

    def reload(self) -> None:
        """Read the values anew, and then how often each is used."""
        self._read_values()
        if self._sees_uses:
            self._workplace.read(
                lambda session: count_uses(session, table=self._directory.table),
                parent=self,
                done=self._on_uses,
                failed=lambda _error: None,
                key=(id(self), "uses"),
            )

    def _read_values(self) -> None:
        self._workplace.read(
            lambda session: list_values(session, table=self._directory.table),
            parent=self,
            done=self._on_values,
            failed=self.show_error,
            key=(id(self), "values"),
        )

    def _on_values(self, values: tuple[DirectoryValue, ...]) -> None:
        self.values = values
        self._show_rows()
        if self._wanted is not None and self.table.select_id(self._wanted):
            self._wanted = None
        elif self.table.current_row() is None and self._model.rowCount():
            self.table.select_id(self._model.row_at(0).id)
        self._show_state()

    def _on_uses(self, uses: dict[UUID, int]) -> None:
        self._uses = dict(uses)
        self._show_rows()

    def _on_news(self, news: tuple[News, ...]) -> None:
        if any(item.table == self._directory.table for item in news):
            self._read_values()

    def _show_rows(self) -> None:
        words = self.search.text().lower().replace("ё", "е").split()
        shown = [
            value
            for value in self.values
            if (self.archive_switch.isChecked() or not value.archived)
            and all(word in value.name.lower().replace("ё", "е") for word in words)
        ]
        self.table.show_when_empty(
            "nothing_found" if words else self._directory.icon,
            _("Nothing found") if words else _("There are no values yet"),
            "",
            () if words or self._why else (EmptyAction(_("Add"), self.acts.add, "add"),),
        )
        uses = self._uses
        self._model.set_rows(
            [_Shown(value.id, value, None if uses is None else uses.get(value.id, 0)) for value in shown]
        )
        self._show_state()

    def current(self) -> DirectoryValue | None:
        """The selected value."""
        row = self.table.current_row()
        return row.value if row is not None else None

    def shown_ids(self) -> Sequence[UUID | int]:
        """The ids of the rows that can be seen, in their order."""
        return [row.id for row in self._model.rows()]

    def typed(self) -> str:
        """What is searched for: probably the name of a value that is not there yet."""
        return self.search.text()

    def _on_acted(self, wanted: UUID | int | None, uses_too: bool) -> None:
        self.banner.hide()
        if wanted is not None:
            self._wanted = wanted
            if not any(value.id == wanted for value in self.values):
                self.search.clear()
        if uses_too:
            self.reload()
        else:
            self._read_values()

    def _shows_the_order(self) -> bool:
        return not self.search.text().strip() and self._model.sorted_by is None

    def _may_reorder(self) -> bool:
        return self._rules.ordered and not self._why and self._shows_the_order()

    def _show_state(self) -> None:
        value = self.current()
        here = value is not None
        archived = value is not None and value.archived
        rows = self._model.rows()
        place = (self._model.position_of(value.id) or 0) if value is not None else 0
        whole = self._shows_the_order()
        allowed = {
            "addValueButton": True,
            "changeValueButton": here,
            "upButton": here and whole and place > 0,
            "downButton": here and whole and place < len(rows) - 1,
            "mergeButton": here and self._sees_uses,
            "archiveButton": here,
        }
        for name, button in self._buttons.items():
            button.setEnabled(allowed[name] and not self._why if name in allowed else here)
            if self._why and name in allowed:
                button.setToolTip(self._why)
        if "archiveButton" in self._buttons:
            archive = self._buttons["archiveButton"]
            archive.setText(_("Out of the archive") if archived else _("To the archive"))
            archive.setAccessibleName(archive.text())
            archive.set_icon_name("undo" if archived else "archive")
            archive.updateGeometry()
        if self._deliver is not None:
            self.save_button.setEnabled(here and not archived)

    def _on_activated(self) -> None:
        if self._deliver is not None:
            if self.save_button.isEnabled():
                self.save()
        elif not self._why:
            self.acts.change()

    def save(self) -> None:
        value = self.current()
        if self._deliver is not None and value is not None:
            self.close_saved()
            self._deliver(LookupItem(value.id, value.name))

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)


def _uses_text(row: _Shown) -> str:
    return "…" if row.uses is None else number(row.uses) if row.uses else "—"
