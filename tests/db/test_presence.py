"""Who has a record open is told to colleagues, and forgotten when his window is gone."""

from collections.abc import Callable

import pytest
from psycopg2 import errors

from altius_desktop.domain.ids import new_id
from altius_desktop.services.presence import list_presence, note_presence
from tests.conftest import Office
from tests.db.desks import Desk, as_owner

Open = Callable[[str], Desk]


def names(desk: Desk, row: object, window: object) -> list[str]:
    return [one.full_name for one in desk.ask(list_presence, window_id=window, table="activity", row_id=row)]


def test_a_colleague_is_seen_while_his_window_tells_of_itself(office: Office, desk: Open) -> None:
    petrova, fomin = desk("petrova"), desk("fomin")
    row, hers, his = new_id(), new_id(), new_id()
    petrova.ask(note_presence, window_id=hers, table="activity", row_id=row, is_open=True)
    assert names(fomin, row, his) == [petrova.me.full_name]
    assert names(petrova, row, hers) == names(petrova, row, new_id()) == []
    assert names(fomin, new_id(), his) == []
    as_owner(office, "UPDATE presence SET seen_at = now() - interval '3 minutes'")
    assert names(fomin, row, his) == []
    petrova.ask(note_presence, window_id=hers, table="activity", row_id=row, is_open=True)
    assert names(fomin, row, his) == [petrova.me.full_name]
    petrova.ask(note_presence, window_id=hers, table="activity", row_id=row, is_open=False)
    assert names(fomin, row, his) == []
    assert as_owner(office, "SELECT count(*) FROM presence") == [(0,)]


def test_what_a_dead_window_left_goes_with_the_next_word_of_its_employee(office: Office, desk: Open) -> None:
    petrova = desk("petrova")
    for _number in range(3):
        petrova.ask(note_presence, window_id=new_id(), table="counterparty", row_id=new_id(), is_open=True)
    as_owner(office, "UPDATE presence SET seen_at = now() - interval '3 minutes'")
    petrova.ask(note_presence, window_id=new_id(), table="counterparty", row_id=new_id(), is_open=True)
    assert as_owner(office, "SELECT count(*) FROM presence") == [(1,)]


def test_nobody_closes_what_anothers_window_has_open_or_writes_the_table(desk: Open) -> None:
    petrova, fomin = desk("petrova"), desk("fomin")
    row, hers = new_id(), new_id()
    petrova.ask(note_presence, window_id=hers, table="activity", row_id=row, is_open=True)
    for is_open in (True, False):
        fomin.ask(note_presence, window_id=hers, table="activity", row_id=row, is_open=is_open)
    assert names(fomin, row, new_id()) == [petrova.me.full_name]
    for statement in (
        "SELECT * FROM presence",
        "DELETE FROM presence",
        "UPDATE presence SET seen_at = now()",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            fomin.sql(statement)
