"""The window of a directory: its values in their order, and what may be done with them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from altius_desktop.database.listener import News
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.directory_values import (
    DirectoryValue,
    add_value,
    archive_value,
    count_uses,
    list_values,
    may_see_uses,
    move_value,
    restore_value,
    update_value,
)
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button, Switch, label, shortcut
from altius_desktop.ui.directories.base import Directory
from altius_desktop.ui.directories.expenses import ExpensesDialog
from altius_desktop.ui.directories.merging import MergeDialog
from altius_desktop.ui.directories.shared_form import SharedForm
from altius_desktop.ui.form import DialogFrame, Field, LookupItem
from altius_desktop.ui.form.directory_lookup import why_read_only
from altius_desktop.ui.form.lookup import Deliver
from altius_desktop.ui.formats import number
from altius_desktop.ui.messages import ToastAction, show_toast
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
        self._values: tuple[DirectoryValue, ...] = ()
        self._uses: dict[Any, int] | None = None
        self._wanted: UUID | int | None = None
        self._why = why_read_only(directory.table, workplace.identity.groups)
        self._sees_uses = may_see_uses(workplace.identity.groups) and not self._rules.fixed
        self._buttons: dict[str, Button] = {}

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
        self.archive_switch.setVisible(not self._rules.fixed)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.search, 1)
        top.addWidget(self.archive_switch)
        self.body.addLayout(top)
        self.body.addLayout(self._bar())
        self.body.addWidget(self.table, 1)
        self._reason = label(self._why, role=Font.CAPTION, tone="muted", wrap=True, name="readOnlyReason")
        self._reason.setVisible(bool(self._why))
        self.body.addWidget(self._reason)
        self.cancel_button.setText(_("Close"))
        self.cancel_button.setAccessibleName(_("Close"))
        if deliver is None:
            self.save_button.hide()
            self.save_button.setEnabled(False)
        for keys, action in (("Ctrl+F", self.search.setFocus), ("F5", self.reload)):
            shortcut(self, keys, action)
        if not self._rules.fixed:
            self.table.bind_key("Del", self.archive)
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
        rules = self._rules
        for name, text, icon, keys, action, wanted in (
            ("addValueButton", _("Add"), "add", "Ins", self.add, not rules.fixed),
            ("changeValueButton", _("Change"), "edit", "F2", self.change, True),
            ("upButton", "", "chevron_up", "Ctrl+Up", self.move_up, rules.ordered),
            ("downButton", "", "chevron_down", "Ctrl+Down", self.move_down, rules.ordered),
            ("mergeButton", _("Merge…"), "", "", self.merge, not rules.fixed),
            ("archiveButton", _("To the archive"), "archive", "Del", self.archive, not rules.fixed),
            ("expensesButton", _("Expenses…"), "", "", self.expenses, self._directory.expenses),
        ):
            if not wanted:
                continue
            tip = {"upButton": _("Move up"), "downButton": _("Move down")}.get(name, "")
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
        self._values = values
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
            for value in self._values
            if (self.archive_switch.isChecked() or not value.archived)
            and all(word in value.name.lower().replace("ё", "е") for word in words)
        ]
        self.table.show_when_empty(
            "nothing_found" if words else self._directory.icon,
            _("Nothing found") if words else _("There are no values yet"),
            "",
            () if words or self._why else (EmptyAction(_("Add"), self.add, "add"),),
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

    def _show_state(self) -> None:
        value = self.current()
        here = value is not None
        archived = value is not None and value.archived
        rows = self._model.rows()
        place = (self._model.position_of(value.id) or 0) if value is not None else 0
        whole = not self.search.text().strip() and self._model.sorted_by is None
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
            self.change()

    def save(self) -> None:
        value = self.current()
        if self._deliver is not None and value is not None:
            self.close_saved()
            self._deliver(LookupItem(value.id, value.name))

    def _fields(self, value: DirectoryValue | None) -> tuple[Field, ...]:
        own = tuple(
            field
            for field in self._directory.fields()
            if value is None or field.key not in self._directory.once
        )
        return (Field("name", _("Name"), required=True, max_length=self._rules.name_length), *own)

    def add(self) -> None:
        """Ask for a new value; it comes last and is selected."""
        if self._why or self._rules.fixed:
            return
        table, value_id = self._directory.table, new_id()

        def send(session: Any, act: UUID, mine: dict, _decided: dict) -> Acted:
            name = mine.pop("name")
            return add_value(session, act_id=act, table=table, value_id=value_id, name=name, fields=mine)

        self._open_form(self._directory.new, None, {"name": self.search.text()}, send, value_id)

    def change(self) -> None:
        """Rename the selected value, or change what else it has."""
        value = self.current()
        if self._why or value is None:
            return
        table = self._directory.table
        seen = {key: known for key, known in value.editable().items() if key not in self._directory.once}

        def send(session: Any, act: UUID, mine: dict, decided: dict) -> Acted:
            return update_value(
                session, act_id=act, table=table, value_id=value.id, seen=seen, mine=mine, decided=decided
            )

        self._open_form(self._directory.change, value, seen, send, value.id)

    def _open_form(
        self,
        title: str,
        value: DirectoryValue | None,
        values: dict,
        send: Callable[..., Acted],
        wanted: UUID | int,
    ) -> None:
        def done() -> None:
            self._wanted = wanted
            self.search.clear()
            self._read_values()

        form = SharedForm(
            self._workplace,
            self,
            name="valueDialog",
            icon=self._directory.icon,
            title=_(title),
            fields=self._fields(value),
            today=date.min,
            values=values,
            send=send,
            done=done,
        )
        form.open()

    def move_up(self) -> None:
        self._move(-1)

    def move_down(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        value = self.current()
        ids = [row.id for row in self._model.rows()]
        if self._why or value is None or not 0 <= ids.index(value.id) + step < len(ids):
            return
        other = ids[ids.index(value.id) + step]
        if step > 0:
            # Before the one after that, whether it is shown or in the archive.
            everything = [one.id for one in self._values]
            after = everything.index(other) + 1
            before = everything[after] if after < len(everything) else None
        else:
            before = other
        self._act(
            lambda session, act: move_value(
                session, act_id=act, table=self._directory.table, value_id=value.id, before_id=before
            )
        )

    def archive(self) -> None:
        """Put the selected value into the archive, or take it out again."""
        value = self.current()
        if self._why or value is None:
            return
        if value.archived:
            self._restore(value)
            return

        def told() -> None:
            show_toast(
                self,
                _("“{name}” is in the archive; where it is used it stays.").format(name=value.name),
                action=ToastAction(_("Take back"), lambda: self._restore(value)),
            )

        self._act(
            lambda session, act: archive_value(
                session, act_id=act, table=self._directory.table, value_id=value.id
            ),
            told,
        )

    def _restore(self, value: DirectoryValue) -> None:
        self._wanted = value.id
        self._act(
            lambda session, act: restore_value(
                session, act_id=act, table=self._directory.table, value_id=value.id
            )
        )

    def merge(self) -> None:
        """Ask which value takes over all uses of the selected one."""
        value = self.current()
        if self._why or value is None:
            return

        def done(winner_id: UUID, told: str) -> None:
            self._wanted = winner_id
            show_toast(self, told)
            self.reload()

        MergeDialog(self._workplace, self._directory, value, self._values, self, done=done).open()

    def expenses(self) -> None:
        """What the selected source cost."""
        value = self.current()
        if value is not None:
            ExpensesDialog(self._workplace, value, self).open()

    def _act(self, op: Callable[[Any, UUID], Acted], told: Callable[[], None] | None = None) -> None:
        def done(_acted: Acted) -> None:
            self.banner.hide()
            self._read_values()
            if told is not None:
                told()

        def failed(error: UserError) -> None:
            self.show_error(error)

        self._workplace.act(op, parent=self, done=done, failed=failed)

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)


def _uses_text(row: _Shown) -> str:
    return "…" if row.uses is None else number(row.uses) if row.uses else "—"
