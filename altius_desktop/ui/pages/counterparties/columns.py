"""What the table of counterparties shows."""

from collections.abc import Callable, Collection
from datetime import date
from uuid import UUID

from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.counterparty_list import CounterpartyListRow
from altius_desktop.ui.formats import full_day
from altius_desktop.ui.pages.counterparties.filters import role_names
from altius_desktop.ui.table import Column, Mark, RowStyle

TICK = "tick"

# Several of a firm's share the column: the server has no order for them.
_UNSORTED = ("phone", "email", "contact_person")


def style(row: CounterpartyListRow) -> RowStyle:
    return RowStyle(highlight=row.highlight, done=row.archived)


def list_columns(ticks: Collection[UUID], key_category: Callable[[], str]) -> tuple[Column, ...]:
    """The columns; `ticks` are the ids of the ticked rows, `key_category` the name that stands out."""

    def category(row: CounterpartyListRow) -> Mark | None:
        if not row.category:
            return None
        return Mark("", row.category, "on_soft" if row.category == key_category() else "text2")

    def plain(
        key: str, title: str, width: int, *, yields: float = 1.0, hidden: bool = False, finds: bool = False
    ) -> Column:
        return Column(
            key,
            title,
            width,
            lambda row: getattr(row, key),
            sort=None if key in _UNSORTED else _by(key),
            yields=yields,
            hidden=hidden,
            finds=finds,
        )

    return (
        Column(TICK, _("Ticked"), 0, lambda row: row.id in ticks, kind="tick", icon="check", optional=False),
        Column(
            "name",
            _("Name"),
            26,
            lambda row: row.name,
            stretch=True,
            keeps_chars=27,
            strong=True,
            optional=False,
            finds=True,
            sort=_by("name"),
        ),
        plain("inn", _("INN"), 11, finds=True),
        plain("business_line", _("Business line"), 17, yields=0.5),
        plain("region", _("Region"), 15, yields=0.6),
        plain("group", _("Group"), 13, hidden=True),
        Column("category", _("Category"), 17, category, kind="badge", yields=0.85, sort=_by("category")),
        plain("ad_source", _("Ad source"), 15, hidden=True),
        plain("phone", _("Phone"), 15, yields=0.85, finds=True),
        plain("email", _("E-mail"), 20, hidden=True, finds=True),
        plain("contact_person", _("Contact person"), 18, hidden=True, finds=True),
        Column(
            "roles",
            _("Roles"),
            14,
            lambda row: ", ".join(role_names().get(role, role) for role in row.roles),
            hidden=True,
        ),
        _day("last_contact_on", _("Last contact")),
        _day("next_due_on", _("Next contact"), hidden=True),
        _day("applied_on", _("Applied"), hidden=True),
        Column(
            "responsible",
            _("Manager"),
            12,
            lambda row: with_initial(row.responsible),
            tooltip=lambda row: row.responsible,
            sort=_by("responsible"),
        ),
    )


def _by(key: str) -> Callable[[CounterpartyListRow], object]:
    # The server sorts: here it only says that the head may be clicked.
    return lambda row: getattr(row, key)


def _day(key: str, title: str, *, hidden: bool = False) -> Column:
    def text(row: CounterpartyListRow) -> str:
        day: date | None = getattr(row, key)
        return f"{day:%d.%m.%y}" if day is not None else ""

    def whole(row: CounterpartyListRow) -> str:
        return full_day(getattr(row, key))

    return Column(key, title, 9, text, tooltip=whole, hidden=hidden, sort=_by(key))
