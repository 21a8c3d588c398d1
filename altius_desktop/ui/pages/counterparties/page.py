"""The Counterparties page: composes search, selection panel, table and bars, and turns keys into acts."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _
from altius_desktop.services.counterparty_list import (
    CounterpartyFilter,
    ListOrder,
)
from altius_desktop.services.views import SavedViewRow
from altius_desktop.ui import messages
from altius_desktop.ui.controls import label, rule
from altius_desktop.ui.dialogs.day_edits import likely_today
from altius_desktop.ui.icons import icon
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.pages.counterparties.acts import CounterpartyActs
from altius_desktop.ui.pages.counterparties.bars import SelectionBar, ToolBar
from altius_desktop.ui.pages.counterparties.columns import list_columns, style
from altius_desktop.ui.pages.counterparties.filter_panel import FilterPanel
from altius_desktop.ui.pages.counterparties.filters import by_value, chips_of, filter_of, state_of, without
from altius_desktop.ui.pages.counterparties.listing import Listing
from altius_desktop.ui.pages.counterparties.menus import fill_columns_menu, make_row_menu
from altius_desktop.ui.pages.counterparties.news import ListingNews
from altius_desktop.ui.pages.counterparties.output import Output
from altius_desktop.ui.pages.counterparties.telling import Telling
from altius_desktop.ui.pages.counterparties.ticking import Ticking
from altius_desktop.ui.pages.counterparties.ticks import Ticks
from altius_desktop.ui.pages.counterparties.views_bar import ViewsBar
from altius_desktop.ui.picker.popup import matched_spans
from altius_desktop.ui.table import DataTable, PagedTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

TABLE = "counterpartiesTable"
_LAYOUT = "counterpartiesPage"
_SEARCH_AFTER_MS = 120
_MORE_BEFORE_ROWS = 120


class CounterpartiesPage(QWidget):
    """`top` goes into the window's top bar, `counts_changed` into its status bar; it reads when first shown."""

    counts_changed = Signal(str, str)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.setObjectName("counterpartiesPage")
        self.setAccessibleName(_("Counterparties"))
        self.workplace = workplace
        self.ticks = Ticks(self)
        self.model = PagedTableModel(list_columns(self.ticks, self._key_category), style=style, parent=self)
        self.listing = Listing(workplace, self.model, self)
        self.table = DataTable(self.model, name=TABLE, title=_("Counterparties"))
        listing, table, ticks = self.listing, self.table, self.ticks
        self.news = ListingNews(workplace, listing, self, current=table.current_row)
        self.telling = Telling(workplace, self, listing=listing, table=table, ticks=ticks)
        self.ticking = Ticking(workplace, self, listing=listing, table=table, ticks=ticks)
        self.output = Output(workplace, self, listing=listing, table=table, ticks=ticks)
        self.acts = CounterpartyActs(
            workplace,
            self,
            ticked=lambda: tuple(self.ticks),
            current=self.table.current_row,
            position=self.model.position_of,
            created=self._on_created,
            leaving=self.news.let_go,
        )
        self._wanted: UUID | None = None
        self._restored_view: UUID | None = None
        self._build()
        self._restore()
        self._wire()
        self._bind_keys()
        self._show_selection()
        self._on_directories()

    def _build(self) -> None:
        self.search = QLineEdit()
        self.search.setObjectName("counterpartySearchEdit")
        self.search.setAccessibleName(_("Find a counterparty"))
        self.search.setPlaceholderText(_("Name, phone, INN, e-mail  Ctrl+F"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setMaxLength(200)
        self.search.setMinimumWidth(160)
        self.search.setMaximumWidth(380)
        self.top = QWidget()
        top = QHBoxLayout(self.top)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(14)
        top.addWidget(label(_("Counterparties"), role=Font.TITLE))
        top.addStretch(1)
        top.addWidget(self.search, 3)

        self.views = ViewsBar(self.workplace)
        self.panel = FilterPanel(
            self.workplace.directories, self.views, today=likely_today(self.workplace.identity)
        )
        self.columns_menu = QMenu(self)
        self.columns_menu.setObjectName("columnsMenu")
        self.columns_menu.aboutToShow.connect(lambda: fill_columns_menu(self.columns_menu, self.table))
        acts = self.acts
        self.tools = ToolBar(
            add=acts.create,
            card=acts.open_card,
            export_menu=self.output.make_menu(),
            print_rows=self.output.print_rows,
            congratulate=acts.congratulate,
            columns_menu=self.columns_menu,
        )
        self.selection_bar = SelectionBar(
            plan=acts.plan,
            highlight_menu=acts.highlight_menu,
            manager_menu=acts.manager_menu,
            attribute=acts.choose_attribute,
            export=lambda: self.output.export("xlsx"),
            clear=self.ticks.clear,
        )
        right = QVBoxLayout()
        right.setContentsMargins(14, 10, 12, 8)
        right.setSpacing(8)
        for widget in (
            self.tools,
            self.telling.found_line,
            self.telling.banner,
            self.telling.slow_banner,
            self.output.bar,
            self.selection_bar,
        ):
            right.addWidget(widget)
        right.addWidget(self.table, 1)
        right.addLayout(self.telling.foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.panel)
        whole.addWidget(rule(vertical=True, strong=True))
        whole.addLayout(right, 1)
        self._search_timer = QTimer(self, singleShot=True, interval=_SEARCH_AFTER_MS)

    def _restore(self) -> None:
        """The columns, the order and the view with which the employee left the page, on whatever PC."""
        self.table.restore_state(self.workplace.layout(TABLE))
        if self.model.sorted_by is None:
            self.model.show_order("name", descending=False)
        kept = self.workplace.layout(_LAYOUT)
        if isinstance(kept, dict):
            self.panel.set_value(replace(filter_of(kept.get("filter")), query=""))
            try:
                self._restored_view = UUID(kept.get("view") or "")
            except (ValueError, AttributeError, TypeError):
                self._restored_view = None

    def _wire(self) -> None:
        workplace, table, listing = self.workplace, self.table, self.listing
        self._search_timer.timeout.connect(self.ask)
        self.search.textChanged.connect(lambda _text: self._search_timer.start())
        self.search.returnPressed.connect(self._go_to_rows)
        self.panel.changed.connect(self.ask)
        self.panel.reset_asked.connect(self.reset)
        self.views.chosen.connect(self.show_view)
        self.views.listed.connect(self._show_selection)
        self.telling.found_line.chip_removed.connect(self.remove_part)
        self.model.order_asked.connect(self._on_order)
        self.ticks.changed.connect(self._on_ticks)
        listing.loaded.connect(self._on_loaded)
        listing.extended.connect(self._on_extended)
        listing.values_counted.connect(self.panel.show_counts)
        self.ticking.failed.connect(self.telling.tell_failure)
        self.telling.counts_changed.connect(lambda told: self.counts_changed.emit(told, ""))
        self.telling.reload_asked.connect(self.reload)
        self.telling.refused.connect(self._on_refused)
        table.activated_row.connect(lambda _row: self.acts.open_card())
        table.current_row_changed.connect(lambda row: self.tools.card.setEnabled(row is not None))
        table.current_row_changed.connect(self.news.on_current_changed)
        table.state_changed.connect(lambda: workplace.save_layout(TABLE, table.save_state()))
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(
            lambda place: self._make_row_menu().popup(table.viewport().mapToGlobal(place))
        )
        scroll = table.verticalScrollBar()
        scroll.valueChanged.connect(self._on_scrolled)
        scroll.rangeChanged.connect(lambda _low, _high: self._on_scrolled())
        workplace.directories_changed.connect(self._on_directories)
        self.tools.card.setEnabled(False)

    def _bind_keys(self) -> None:
        acts, table = self.acts, self.table
        for keys, action in (
            ("Ins", acts.create),
            ("F2", acts.open_card),
            ("F5", self.reload),
            ("Ctrl+F", self._focus_search),
            ("Ctrl+G", acts.congratulate),
            ("Ctrl+H", acts.show_history),
            ("Ctrl+L", acts.plan),
            ("Ctrl+Z", acts.undoing.undo),
            ("Ctrl+E", lambda: self.output.export("xlsx")),
            ("Ctrl+P", self.output.print_rows),
            ("Alt+F", self.select_by_value),
            ("Esc", self.clear_step),
        ):
            shortcut(self, keys, action)
        table.bind_key("Del", acts.archive)
        for digit in range(7):
            table.bind_key(f"Alt+{digit}", partial(acts.highlight, digit or None))

    # What is selected

    def where(self) -> CounterpartyFilter:
        """The selection as it stands in the panel and the search field."""
        return replace(self.panel.value(), query=clean_line(self.search.text()))

    def order(self) -> ListOrder:
        key, descending = self.model.sorted_by or ("name", False)
        return ListOrder(key, descending)

    def ask(self) -> None:
        """Ask for what is selected now."""
        self._search_timer.stop()
        where = self.where()
        self._show_selection()
        kept = state_of(replace(where, query=""))
        view = str(self.views.current) if self.views.current else None
        self.workplace.save_layout(_LAYOUT, {"filter": kept, "view": view})
        self.listing.ask(where, self.order())

    def reload(self) -> None:
        """Read what is shown and the views anew."""
        self.listing.reload()
        self.views.reload()

    def set_where(self, where: CounterpartyFilter) -> None:
        """Show this selection and ask for it."""
        self.panel.set_value(replace(where, query=""))
        blocked = self.search.blockSignals(True)
        self.search.setText(where.query)
        self.search.blockSignals(blocked)
        self.ask()

    def reset(self) -> None:
        """Select everybody."""
        self.views.current = None
        self.set_where(CounterpartyFilter())

    def remove_part(self, field: str) -> None:
        """Take one chip away."""
        self.set_where(without(self.where(), field))

    def remove_last_part(self) -> None:
        """Take away the search, or the last chip."""
        where = self.where()
        chips = chips_of(where, self.workplace.directories)
        field = "query" if where.query or not chips else chips[-1].field
        self.remove_part(field)

    def select_by_value(self) -> None:
        """Select those that have the same value in the current cell's column."""
        index = self.table.currentIndex()
        row = self.table.current_row()
        if row is None:
            return
        column = self.model.columns[index.column()]
        chosen = by_value(self.where(), row, column.key, self.workplace.directories)
        if chosen is None:
            messages.show_toast(
                self,
                _("There is nothing to select by in “{column}”").format(column=column.title),
                kind="info",
            )
        else:
            self.set_where(chosen)

    def show_view(self, view: SavedViewRow) -> None:
        """Show a saved view: its selection and, if it has one, its order."""
        match view.state.get("sort"):
            case [str(key), bool(descending)] if key in {column.key for column in self.model.columns}:
                self.model.show_order(key, descending=descending)
        self.views.current = view.id
        self.set_where(filter_of(view.state.get("filter")))

    def _show_selection(self) -> None:
        where = self.where()
        if self._restored_view is not None and self.views.view(self._restored_view) is not None:
            self.views.current, self._restored_view = self._restored_view, None
        state = {"filter": state_of(where), "sort": list(self.model.sorted_by or ("name", False))}
        self.views.show_state(state, current=self.views.current)
        self.telling.found_line.show_chips(chips_of(where, self.workplace.directories))
        query = where.query
        self.table.marked = (lambda text: matched_spans(text, query)) if query else None

    # What is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.news.watch(True)
        if not self.listing.asked:
            self.views.reload()
            self.ask()
            self.table.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.news.watch(False)

    def _on_loaded(self) -> None:
        self.telling.tell_loaded()
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.acts.say_created(wanted, shown=self.table.select_id(wanted))
        self.telling.tell_why_empty(
            self.where(), create=self.acts.create, take_last_away=self.remove_last_part, reset=self.reset
        )
        self._on_extended()
        self._on_scrolled()

    def _on_extended(self) -> None:
        self.ticking.show_head()
        self.telling.tell_rows()

    def _on_order(self) -> None:
        if self.listing.asked:
            self.ask()

    def _on_scrolled(self) -> None:
        scroll = self.table.verticalScrollBar()
        if scroll.maximum() - scroll.value() < _MORE_BEFORE_ROWS * self.table.row_height:
            self.listing.more()
        self.telling.tell_rows()

    # Ticks

    def _on_ticks(self, _ids: tuple[UUID, ...]) -> None:
        self.selection_bar.show_count(len(self.ticks))
        self.telling.tell_counts()

    def clear_step(self) -> None:
        """Esc: the ticks go first, then the search."""
        if len(self.ticks):
            self.ticks.clear()
        elif self.search.text():
            self.search.clear()
            self.ask()
        else:
            self._focus_table()

    # Acts of the page

    def _on_created(self, counterparty_id: UUID) -> None:
        self._wanted = counterparty_id
        self.listing.reload()

    def _make_row_menu(self) -> QMenu:
        return make_row_menu(self, self.acts, self.table.current_row(), select_by_value=self.select_by_value)

    # The surroundings

    def _key_category(self) -> str:
        values = self.workplace.directories.categories
        return values[0].name if values else ""

    def _on_directories(self) -> None:
        directories = self.workplace.directories
        self.model.set_legend(dict(directories.legend))
        self.panel.show_directories(directories)
        self.telling.found_line.show_chips(chips_of(self.where(), directories))

    def _focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go_to_rows(self) -> None:
        """Enter in the search field: down to the first row."""
        if self._search_timer.isActive():
            self.ask()
        self._focus_table()

    def _on_refused(self) -> None:
        if self.order().key != "name":
            # So many rows are sorted by their name only.
            self.model.show_order("name", descending=False)
            self.table.horizontalHeader().viewport().update()
            self.ask()
