"""Saved views: choosing one, keeping the present selection as one, and what can be done with one's own."""

from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.views import (
    NAME_LIMIT,
    SavedViewRow,
    archive_view,
    list_views,
    rename_view,
    save_view,
)
from altius_desktop.ui import messages
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.form.editors import TextEdit
from altius_desktop.ui.icons import icon
from altius_desktop.ui.multi_choice import FieldButton
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import TickBox
from altius_desktop.ui.workplace import Workplace

PAGE = "counterparties"


class ViewsBar(QWidget):
    """`chosen` brings a view to show; `state_of_page` is set by the page and gives what would be saved."""

    chosen = Signal(object)  # SavedViewRow
    listed = Signal()  # the views are known, or changed

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self._workplace = workplace
        self.views: tuple[SavedViewRow, ...] = ()
        self.current: UUID | None = None
        self._state: dict[str, Any] = {}
        self.button = FieldButton(title=_("My selections"), blank=_("No saved selection"), name="viewsButton")
        self.button.clicked.connect(self.open_menu)
        self.save_button = Button(
            icon="save", name="saveViewButton", tip=_("Save the selection…"), on_click=self.save_as
        )
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.button, 1)
        row.addWidget(self.save_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(label(_("My selections"), role=Font.CAPTION, tone="text2"))
        whole.addLayout(row)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self.reload)
        self._tell()

    def reload(self) -> None:
        self._workplace.read(
            lambda session: list_views(session, page=PAGE),
            parent=self,
            done=self._on_views,
            failed=self._not_now,
            key="views",
        )

    def view(self, view_id: UUID | None) -> SavedViewRow | None:
        return next((view for view in self.views if view.id == view_id), None)

    def show_state(self, state: dict[str, Any], *, current: UUID | None) -> None:
        """What saving would keep now, and which view the page shows (it may have been changed since)."""
        self._state, self.current = state, current
        self._tell()

    def _tell(self) -> None:
        view = self.view(self.current)
        changed = view is not None and view.state != self._state
        name = view.name if view is not None else ""
        self.button.show_value(_("{name} (changed)").format(name=name) if changed else name)

    def _on_views(self, views: tuple[SavedViewRow, ...]) -> None:
        self.views = views
        self._tell()
        self.listed.emit()

    def _not_now(self, _error: UserError) -> None:
        """The views come at the server's return."""

    def _on_news(self, news: Any) -> None:
        if any(item.table == "saved_view" for item in news):
            self.reload()

    def open_menu(self) -> None:
        """Drop down the views, and what can be done with the chosen one."""
        menu = self.make_menu()
        menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height() + 3)))

    def make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("viewsMenu")
        menu.aboutToHide.connect(menu.deleteLater)
        for mine in (True, False):
            views = [view for view in self.views if view.mine is mine]
            if views and not mine:
                menu.addSeparator()
            for view in views:
                name = view.name if mine else f"{view.name}  ·  {with_initial(view.owner_name)}"
                action = menu.addAction(name.replace("&", "&&"), partial(self.chosen.emit, view))
                action.setIcon(icon("counterparties" if view.shared else "contact"))
                action.setCheckable(True)
                action.setChecked(view.id == self.current)
        if self.views:
            menu.addSeparator()
        menu.addAction(icon("save"), _("Save the selection…"), self.save_as)
        current = self.view(self.current)
        if current is not None and current.mine:
            if current.state != self._state:
                text = _("Save the changes of “{name}”").format(name=current.name)
                menu.addAction(icon("check"), text.replace("&", "&&"), partial(self._save_again, current))
            menu.addAction(icon("edit"), _("Rename or share…"), partial(self._rename, current))
            menu.addAction(icon("delete"), _("Delete the selection"), partial(self._archive, current))
        elif current is not None:
            menu.addAction(icon("copy"), _("Copy for myself…"), partial(self.save_as, current))
        return menu

    def save_as(self, view: SavedViewRow | None = None) -> None:
        """Ask for a name and keep the present selection (or a colleague's view) as one's own."""
        state = view.state if view is not None else self._state
        dialog = ViewDialog(self, title=_("Save the selection"), name=view.name if view else "")
        view_id = new_id()

        def saved() -> None:
            self.current = view_id
            self.reload()

        dialog.on_save = lambda name, shared: self._write(
            dialog,
            lambda session: save_view(
                session, view_id=view_id, page=PAGE, name=name, shared=shared, state=state
            ),
            saved,
        )
        dialog.open()

    def _save_again(self, view: SavedViewRow) -> None:
        state = self._state
        self._write(
            None,
            lambda session: save_view(
                session, view_id=view.id, page=PAGE, name=view.name, shared=view.shared, state=state
            ),
            self.reload,
        )

    def _rename(self, view: SavedViewRow) -> None:
        dialog = ViewDialog(self, title=_("Rename or share"), name=view.name, shared=view.shared)
        dialog.on_save = lambda name, shared: self._write(
            dialog,
            lambda session: rename_view(session, view_id=view.id, name=name, shared=shared),
            self.reload,
        )
        dialog.open()

    def _archive(self, view: SavedViewRow) -> None:
        sure = messages.confirm(
            self,
            _("Delete the selection “{name}”?").format(name=view.name),
            _("Your colleagues will no longer see it either.") if view.shared else "",
            _("Delete"),
            _("Cancel"),
            danger=True,
        )
        if sure:
            self._write(None, lambda session: archive_view(session, view_id=view.id), self.reload)

    def _write(self, dialog: "ViewDialog | None", op: Any, done: Any) -> None:
        workplace = self._workplace

        def write() -> None:
            with workplace.database.transaction() as session:
                op(session)

        def finish(_none: None) -> None:
            if dialog is not None:
                dialog.close_saved()
            done()

        def fail(error: UserError) -> None:
            if dialog is not None:
                dialog.show_error(error)
            else:
                messages.show_error(self, error)

        workplace.worker.run(write, parent=self, done=finish, failed=fail, lane="write")


class ViewDialog(DialogFrame):
    """A name for a view, and whether the colleagues see it."""

    def __init__(self, parent: QWidget, *, title: str, name: str = "", shared: bool = False) -> None:
        super().__init__(parent, name="viewDialog", icon="filter", title=title)
        self.on_save: Any = None
        self.name_edit = TextEdit(max_length=NAME_LIMIT, placeholder=_("Key clients without a contact"))
        self.name_edit.line.setObjectName("viewNameEdit")
        self.name_edit.line.setAccessibleName(_("Name of the selection"))
        self.name_edit.set_value(name)
        self.shared_box = TickBox(_("Show it to all colleagues"))
        self.shared_box.setObjectName("sharedBox")
        self.shared_box.setChecked(shared)
        self._wrong = label(role=Font.CAPTION, tone="danger", name="viewNameError")
        self.body.addWidget(label(_("Name of the selection"), role=Font.CAPTION, tone="text2"))
        self.body.addWidget(self.name_edit)
        self.body.addWidget(self._wrong)
        self.body.addWidget(self.shared_box)
        self.body.addStretch()
        self.setMinimumWidth(460)
        self.name_edit.changed.connect(self._check)
        self._check()
        self.name_edit.line.setFocus()

    def _check(self) -> None:
        self._wrong.setText(self.name_edit.problem())
        self._wrong.setVisible(bool(self._wrong.text()))
        self.save_button.setEnabled(not self.name_edit.is_blank() and not self.name_edit.problem())

    def save(self) -> None:
        self.set_busy(True)
        self.on_save(self.name_edit.value(), self.shared_box.isChecked())
