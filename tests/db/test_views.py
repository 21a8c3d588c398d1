"""Saved views and layouts: one's own, shared ones, and nobody else's business."""

from collections.abc import Callable
from uuid import UUID

import pytest

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.layouts import get_layouts, save_layouts
from altius_desktop.services.views import archive_view, list_views, rename_view, save_view
from tests.db.desks import Desk

PAGE = "counterparties"
OpenDesk = Callable[[str], Desk]


def keep(desk: Desk, name: str, *, shared: bool = False) -> UUID:
    view_id = new_id()
    desk.ask(
        save_view, view_id=view_id, page=PAGE, name=name, shared=shared, state={"filter": {"overdue": True}}
    )
    return view_id


def seen_by(desk: Desk) -> list[str]:
    return [view.name for view in desk.ask(list_views, page=PAGE)]


def test_own_views_come_first_and_of_colleagues_only_shared_ones(desk: OpenDesk) -> None:
    mine, theirs = desk("scherbakova"), desk("petrova")
    keep(mine, "Ярославль")
    keep(mine, "адреса")
    keep(theirs, "Общий", shared=True)
    keep(theirs, "Личный")
    assert seen_by(mine) == ["адреса", "Ярославль", "Общий"]
    views = mine.ask(list_views, page=PAGE)
    assert [view.mine for view in views] == [True, True, False]
    assert views[2].owner_name.startswith("Петрова")
    assert views[0].state == {"filter": {"overdue": True}}
    assert mine.ask(list_views, page="reports") == ()


def test_a_view_saved_again_is_changed_and_not_doubled(desk: OpenDesk) -> None:
    mine = desk("scherbakova")
    view_id = keep(mine, "Без плана")
    mine.ask(save_view, view_id=view_id, page=PAGE, name="Без плана", shared=True, state={"filter": {}})
    (view,) = mine.ask(list_views, page=PAGE)
    assert (view.shared, view.state) == (True, {"filter": {}})


def test_a_view_is_renamed_shared_and_archived_by_its_owner_alone(desk: OpenDesk) -> None:
    mine, theirs = desk("scherbakova"), desk("petrova")
    view_id = keep(mine, "Черновик", shared=True)
    for change in (
        lambda desk: desk.ask(rename_view, view_id=view_id, name="Чужое", shared=False),
        lambda desk: desk.ask(archive_view, view_id=view_id),
    ):
        with pytest.raises(UserError):
            change(theirs)
    assert seen_by(theirs) == ["Черновик"]
    mine.ask(rename_view, view_id=view_id, name="  Ключевые   клиенты ", shared=True)
    assert seen_by(theirs) == ["Ключевые клиенты"]
    mine.ask(archive_view, view_id=view_id)
    assert seen_by(mine) == seen_by(theirs) == []


@pytest.mark.parametrize("name", ["", "  \u200e ", "я" * 101])
def test_a_view_without_a_name_or_with_an_endless_one_is_refused(desk: OpenDesk, name: str) -> None:
    with pytest.raises(UserError):
        keep(desk("scherbakova"), name)


def test_layouts_are_ones_own_and_each_table_is_kept_apart(desk: OpenDesk) -> None:
    mine, theirs = desk("scherbakova"), desk("petrova")
    mine.ask(save_layouts, states={"callsTable": {"order": ["a"]}, "eventsTable": {"order": ["b"]}})
    mine.ask(save_layouts, states={"callsTable": {"order": ["c"]}})
    mine.ask(save_layouts, states={})
    assert mine.ask(get_layouts) == {"callsTable": {"order": ["c"]}, "eventsTable": {"order": ["b"]}}
    assert theirs.ask(get_layouts) == {}
