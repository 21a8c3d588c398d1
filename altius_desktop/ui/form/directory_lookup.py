"""The counterparties' directories as lookups: values from the snapshot, a new one by F8, the window by request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.search_text import wrong_layout
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import N_, _
from altius_desktop.services.directories import ValueRow
from altius_desktop.services.directory_rows import may_write
from altius_desktop.services.directory_values import add_value
from altius_desktop.ui.form.dialog import Field, FormDialog
from altius_desktop.ui.form.lookup import Deliver, LookupItem
from altius_desktop.ui.workplace import Workplace

# table: its field in the snapshot, the icon, and what a new value is called
_LOOKUPS = {
    "business_line": ("business_lines", "business_line", N_("New business line")),
    "region": ("regions", "region", N_("New region")),
    "counterparty_group": ("groups", "group", N_("New group")),
    "category": ("categories", "category", N_("New category")),
    "ad_source": ("ad_sources", "source", N_("New ad source")),
}


@dataclass(frozen=True)
class DirectoryRequest:
    """Somebody wants to see a directory; `deliver`, if given, gets what he chooses in it."""

    table: str
    parent: QWidget
    deliver: Deliver | None = None


def why_read_only(table: str, groups: frozenset[str]) -> str:
    """Why an employee of these groups changes nothing in the directory; "" if he may."""
    if may_write(table, groups):
        return ""
    if table == "ad_source":
        return _("Only advertising, the secretary, the director and the administrator change this directory.")
    return _("Only the secretary, the director and the administrator change this directory.")


class DirectoryLookup:
    """Gives a lookup the values of one directory: `Field("region_id", …, "lookup", directory=DirectoryLookup(…))`."""

    def __init__(self, workplace: Workplace, table: str) -> None:
        self._workplace = workplace
        self._table = table
        self._snapshot, self._icon, self._new = _LOOKUPS[table]

    def rows(self) -> tuple[ValueRow, ...]:
        """The values as the office has them now, the archived ones among them."""
        found: tuple[ValueRow, ...] = getattr(self._workplace.directories, self._snapshot)
        return found

    def item(self, value_id: UUID | None) -> LookupItem | None:
        """What a lookup shows for a stored value; an archived one says so."""
        for row in self.rows():
            if row.id == value_id:
                return LookupItem(row.id, row.name, _("in the archive") if row.archived else "")
        return None

    def find(self, text: str, deliver: Callable[[Sequence[LookupItem]], None]) -> None:
        """The values with all words of the text, in the order of the directory; the other layout if there are none."""
        live = [row for row in self.rows() if not row.archived]
        found = _matching(live, text) or _matching(live, wrong_layout(text))
        deliver([LookupItem(row.id, row.name) for row in found])

    def why_not(self) -> str:
        return why_read_only(self._table, self._workplace.identity.groups)

    def ask_new(self, parent: QWidget, text: str, deliver: Deliver) -> None:
        """Ask for a name in a small dialog; a name that is there already is chosen, any other is added."""
        value_id, act_id = new_id(), new_id()

        def save(values: dict) -> None:
            name = clean_line(values["name"])
            same = [row for row in self.rows() if row.name.lower() == name.lower() and not row.archived]
            if same:
                done(LookupItem(same[0].id, same[0].name))
                return
            dialog.set_busy(True)
            self._workplace.act(
                lambda session, act: add_value(
                    session, act_id=act, table=self._table, value_id=value_id, name=name, fields={}
                ),
                parent=dialog,
                act_id=act_id,
                done=lambda _acted: done(LookupItem(value_id, name)),
                failed=failed,
            )

        def done(item: LookupItem) -> None:
            dialog.close_saved()
            deliver(item)

        def failed(error: UserError) -> None:
            dialog.show_error(error)

        dialog = FormDialog(
            parent.window(),
            name="newValueDialog",
            icon=self._icon,
            title=_(self._new),
            fields=(Field("name", _("Name"), required=True, max_length=200),),
            today=date.min,
            on_save=save,
            values={"name": text},
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open(self, parent: QWidget, deliver: Deliver) -> None:
        self._workplace.directory_asked.emit(DirectoryRequest(self._table, parent, deliver))


def _matching(rows: Sequence[ValueRow], text: str) -> list[ValueRow]:
    words = _folded(text).split()
    return [row for row in rows if all(word in _folded(row.name) for word in words)]


def _folded(text: str) -> str:
    return text.lower().replace("ё", "е")
