"""What a user reads of the history of changes, and a former value put back as a change of its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from altius_desktop.domain.errors import Conflict, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import set_language
from altius_desktop.services.activities import (
    fields_of,
    record_result,
    reschedule_activity,
    set_highlight,
    update_activity,
)
from altius_desktop.services.attempts import record_attempt, withdraw_last_attempt
from altius_desktop.services.audit import ChangedPlace, ChangeRow, filter_choices, list_changes
from altius_desktop.services.card_part_edits import archive_part, save_part
from altius_desktop.services.card_parts import PersonFields
from altius_desktop.services.counterparty_card import CardFields, get_card
from altius_desktop.services.counterparty_edits import (
    QuickEntry,
    change_many,
    create_counterparty,
    update_counterparty,
)
from altius_desktop.services.erasure import erase_person
from altius_desktop.services.restoring import restore_value
from tests.conftest import Office
from tests.db.desks import INTERESTED, Desk, as_owner


class Firm:
    """A new counterparty with one person, changed by whoever is asked to."""

    def __init__(self, desk: Desk) -> None:
        self.id, self.person = new_id(), new_id()
        self.place = ChangedPlace.of_counterparty(self.id)
        desk.act(create_counterparty, counterparty_id=self.id, quick=QuickEntry("Вектор-Пресс"))
        self.save_person(desk, None, PersonFields(full_name="Петров Пётр", phones="+7 495 228-31-74"))

    def fields(self, desk: Desk) -> CardFields:
        return desk.ask(get_card, counterparty_id=self.id).fields

    def change(self, desk: Desk, **changed: Any) -> None:
        seen = self.fields(desk)
        desk.act(update_counterparty, counterparty_id=self.id, seen=seen, mine=replace(seen, **changed))

    def save_person(self, desk: Desk, seen: PersonFields | None, mine: PersonFields) -> None:
        desk.act(save_part, counterparty_id=self.id, row_id=self.person, seen=seen, mine=mine)

    def change_person(self, desk: Desk, **changed: Any) -> None:
        (seen,) = (person.fields for person in desk.ask(get_card, counterparty_id=self.id).persons)
        self.save_person(desk, seen, replace(seen, **changed))

    def restore(self, desk: Desk, row: ChangeRow, **more: Any) -> Any:
        newest = changes(desk, self.place)[0].change_id
        arguments = {"seen_change_id": newest, **more}
        return desk.act(
            restore_value, place=self.place, change_id=row.change_id, column=row.column, **arguments
        )


def changes(desk: Desk, place: ChangedPlace, **arguments: Any) -> tuple[ChangeRow, ...]:
    return desk.ask(list_changes, place=place, **arguments).rows


def told(row: ChangeRow) -> tuple[str, ...]:
    return row.record, row.field, row.old, row.new


@pytest.fixture
def scherbakova(desk: Callable[[str], Desk]) -> Desk:
    return desk("scherbakova")


@pytest.fixture
def firm(scherbakova: Desk) -> Firm:
    return Firm(scherbakova)


def name_of(desk: Desk, table: str, position: int = 0) -> tuple[UUID, str]:
    ((row_id, name),) = desk.sql(
        f"SELECT id::text, name FROM {table} ORDER BY position LIMIT 1 OFFSET {position}"
    )
    return UUID(row_id), name


def test_a_card_tells_who_changed_which_field_of_which_record_from_what_to_what(
    office: Office, scherbakova: Desk, desk: Callable[[str], Desk], firm: Firm
) -> None:
    lapina = desk("lapina")
    (first, first_name), (second, second_name) = name_of(lapina, "region"), name_of(lapina, "region", 1)
    firm.change(scherbakova, region_id=first)
    firm.change(lapina, region_id=second, applied_on=date(2026, 3, 9), site="vektor.ru")
    firm.change_person(lapina, birthday=date(1980, 5, 4), is_main=True)
    lapina.act(change_many, ids=(firm.id,), field="highlight", value=3)
    blue = lapina.sql("SELECT name FROM legend WHERE highlight = 3")[0][0]
    rows = [row for row in changes(scherbakova, firm.place) if row.kind == "changed"]
    person = "Контактное лицо Петров Пётр"
    assert [(row.who, told(row)[1:]) for row in rows if row.table == "counterparty"] == [
        (lapina.me.full_name, ("Цвет", "", blue)),
        (lapina.me.full_name, ("Сайт", "", "vektor.ru")),
        (lapina.me.full_name, ("Регион", first_name, second_name)),
        (lapina.me.full_name, ("Первый контакт", f"{office.today():%d.%m.%Y}", "09.03.2026")),
        (scherbakova.me.full_name, ("Регион", "", first_name)),
    ]
    assert [told(row) for row in rows if row.table == "contact_person"] == [
        (person, "День рождения", "", "04.05.1980"),
        (person, "Основное контактное лицо", "нет", "да"),
    ]


def test_what_was_entered_or_taken_off_is_told_by_its_value(scherbakova: Desk, firm: Firm) -> None:
    firm.change_person(scherbakova, phones="")
    scherbakova.act(archive_part, counterparty_id=firm.id, row_id=firm.person, kind=PersonFields)
    rows = changes(scherbakova, firm.place)
    assert [(row.kind, *told(row)) for row in rows if row.table in ("contact_point", "contact_person")] == [
        ("removed", "Контактное лицо Петров Пётр", "", "", ""),
        ("removed", "Телефон +7 495 228-31-74, Петров Пётр", "", "", ""),
        ("added", "Телефон +7 495 228-31-74, Петров Пётр", "", "", ""),
        ("added", "Контактное лицо Петров Пётр", "", "", ""),
    ]


def test_roles_are_told_by_their_names(scherbakova: Desk, firm: Firm) -> None:
    firm.change(scherbakova, roles=frozenset({"supplier"}))
    firm.change(scherbakova, roles=frozenset({"supplier", "client"}))
    rows = [row for row in changes(scherbakova, firm.place) if row.table == "counterparty_role"]
    assert [told(row) for row in rows if row.kind == "changed"] == [
        ("Роль: Клиент", "Роль", "", "Клиент"),
        ("Роль: Клиент", "Роль", "Клиент", ""),
    ]


def test_an_activity_tells_its_way(scherbakova: Desk, desk: Callable[[str], Desk], office: Office) -> None:
    gromov, tomorrow = desk("gromov"), office.today() + timedelta(days=1)
    call = scherbakova.plan()
    place = ChangedPlace.of_activity(call)
    version = scherbakova.row(call).row_version
    scherbakova.act(
        reschedule_activity, activity_id=call, seen_version=version, due_on=tomorrow, due_time=time(10, 30)
    )
    seen = fields_of(gromov.row(call))
    gromov.act(update_activity, activity_id=call, seen=seen, mine=replace(seen, priority=1, topic="Цены"))
    scherbakova.act(record_attempt, attempt_id=new_id(), activity_id=call, outcome="no_answer")
    scherbakova.act(withdraw_last_attempt, activity_id=call, outcome="no_answer")
    scherbakova.act(
        record_result,
        activity_id=call,
        seen_version=scherbakova.row(call).row_version,
        kind_id=INTERESTED,
        text="Ждёт счёт",
        follow_up_id=new_id(),
    )
    result = scherbakova.sql("SELECT name FROM result_kind WHERE id = %s", INTERESTED)[0][0]
    rows = changes(scherbakova, place)
    assert [(row.who == gromov.me.full_name, row.kind, *told(row)[1:]) for row in rows] == [
        (False, "changed", "Состояние", "в плане", "выполнено"),
        (False, "changed", "Результат", "", result),
        (False, "changed", "Что решили", "", "Ждёт счёт"),
        (False, "changed", "Попытка", "засчитана", "отозвана"),
        (False, "added", "", "", ""),
        (True, "changed", "Тема", "Тема", "Цены"),
        (True, "changed", "Приоритет", "Средний приоритет", "Высокий приоритет"),
        (False, "changed", "Дата", f"{office.today():%d.%m.%Y}", f"{tomorrow:%d.%m.%Y}"),
        (False, "changed", "Время", "", "10:30"),
        (False, "added", "", "", ""),
    ]


def test_whoever_has_no_employee_is_told_by_his_login(scherbakova: Desk, office: Office, firm: Firm) -> None:
    as_owner(office, "UPDATE counterparty SET site = 'x.ru' WHERE id = %s", firm.id)
    assert changes(scherbakova, firm.place)[0].who == office.admin.superuser


def test_times_are_the_offices(scherbakova: Desk, office: Office, firm: Firm) -> None:
    before = changes(scherbakova, firm.place)[0].at
    as_owner(office, "UPDATE company SET time_zone = 'Asia/Vladivostok'")
    assert changes(scherbakova, firm.place)[0].at - before == timedelta(hours=7)


def test_in_the_english_program_the_words_are_english(scherbakova: Desk, firm: Firm) -> None:
    set_language("en")
    firm.change(scherbakova, delivery_days=3)
    assert told(changes(scherbakova, firm.place)[0]) == ("Counterparty", "Delivery, days", "", "3")


def test_pages_join_without_a_gap_or_a_row_twice(scherbakova: Desk, firm: Firm) -> None:
    for number in range(7):
        firm.change(scherbakova, site=f"{number}.ru")
    whole = changes(scherbakova, firm.place)
    found: list[ChangeRow] = []
    before, pages = None, 0
    while True:
        page = scherbakova.ask(list_changes, place=firm.place, before=before, limit=3)
        found.extend(page.rows)
        pages += 1
        before = page.next_before
        if before is None:
            break
        scherbakova.act(change_many, ids=(firm.id,), field="highlight", value=pages)
    assert tuple(found) == whole
    assert pages >= 3


def test_the_list_is_narrowed_to_a_field_or_to_a_kind_of_record(scherbakova: Desk, firm: Firm) -> None:
    firm.change(scherbakova, site="a.ru", note="Заметка")
    firm.change_person(scherbakova, position="Директор")
    choices = dict(filter_choices(firm.place))
    assert [told(row) for row in changes(scherbakova, firm.place, only=choices["Сайт"])] == [
        ("Контрагент", "Сайт", "", "a.ru")
    ]
    persons = changes(scherbakova, firm.place, only=choices["Контактные лица"])
    assert {row.table for row in persons} == {"contact_person"}
    assert [row.kind for row in persons] == ["changed", "added"]


def test_a_former_value_is_put_back_as_a_change_that_can_be_taken_back(
    scherbakova: Desk, desk: Callable[[str], Desk], firm: Firm
) -> None:
    lapina = desk("lapina")
    firm.change(scherbakova, name="Вектор", site="vektor.ru")
    row = next(row for row in changes(lapina, firm.place) if row.column == "name")
    acted = firm.restore(lapina, row)
    assert firm.fields(lapina).name == "Вектор-Пресс"
    assert firm.fields(lapina).site == "vektor.ru"
    newest = changes(lapina, firm.place)[0]
    assert (newest.who, newest.old, newest.new) == (lapina.me.full_name, "Вектор", "Вектор-Пресс")
    assert "вектор пресс" in lapina.sql("SELECT search_text FROM counterparty WHERE id = %s", firm.id)[0][0]
    lapina.undo(acted.inverse)
    assert firm.fields(lapina).name == "Вектор"


def test_every_field_of_the_card_that_says_so_can_be_put_back(scherbakova: Desk, firm: Firm) -> None:
    region, line = name_of(scherbakova, "region")[0], name_of(scherbakova, "business_line")[0]
    before = replace(
        firm.fields(scherbakova),
        full_name="ООО «Вектор»",
        inn="7704123457",
        kpp="770401001",
        address="Москва",
        site="a.ru",
        responsible_id=scherbakova.me.employee_id,
        business_line_id=line,
        region_id=region,
        group_id=None,
        category_id=None,
        ad_source_id=None,
        applied_on=date(2020, 1, 2),
        delivery_days=4,
        note="Да",
        roles=frozenset({"client", "agency"}),
    )
    scherbakova.act(update_counterparty, counterparty_id=firm.id, seen=firm.fields(scherbakova), mine=before)
    emptied = replace(
        before,
        full_name="",
        inn="",
        kpp="",
        address="",
        site="",
        responsible_id=None,
        business_line_id=None,
        region_id=None,
        applied_on=None,
        delivery_days=None,
        note="",
        roles=frozenset(),
        group_id=name_of(scherbakova, "counterparty_group")[0],
        category_id=name_of(scherbakova, "category")[0],
        ad_source_id=name_of(scherbakova, "ad_source")[0],
        name="Другое",
    )
    scherbakova.act(update_counterparty, counterparty_id=firm.id, seen=before, mine=emptied)
    scherbakova.act(change_many, ids=(firm.id,), field="highlight", value=2)
    scherbakova.act(change_many, ids=(firm.id,), field="archived", value=True)
    rows = changes(scherbakova, firm.place)
    newest: dict[tuple[str, str, str], ChangeRow] = {}
    for row in rows:
        if row.restorable and row.table in ("counterparty", "counterparty_role"):
            newest.setdefault((row.table, row.column, row.old), row)
    done = {}
    for row in sorted(newest.values(), key=lambda row: row.change_id, reverse=True):
        if (row.table, row.column, row.old if row.table == "counterparty_role" else "") not in done:
            done[row.table, row.column, row.old if row.table == "counterparty_role" else ""] = row
            firm.restore(scherbakova, row)
    assert firm.fields(scherbakova) == before
    card = scherbakova.ask(get_card, counterparty_id=firm.id)
    assert (card.highlight, card.archived) == (None, False)


def test_a_person_and_a_phone_come_back_onto_the_card(scherbakova: Desk, firm: Firm) -> None:
    scherbakova.act(archive_part, counterparty_id=firm.id, row_id=firm.person, kind=PersonFields)
    rows = [row for row in changes(scherbakova, firm.place) if row.column == "archived"]
    assert {row.table for row in rows} == {"contact_person", "contact_point"}
    inverses = [firm.restore(scherbakova, row).inverse for row in rows]
    (person,) = scherbakova.ask(get_card, counterparty_id=firm.id).persons
    assert (person.fields.full_name, person.fields.phones) == ("Петров Пётр", "+7 495 228-31-74")
    for inverse in inverses:
        scherbakova.undo(inverse)
    assert scherbakova.ask(get_card, counterparty_id=firm.id).persons == ()


def test_a_field_of_a_record_that_is_off_the_card_waits_for_the_record(scherbakova: Desk, firm: Firm) -> None:
    firm.change_person(scherbakova, position="Директор")
    scherbakova.act(archive_part, counterparty_id=firm.id, row_id=firm.person, kind=PersonFields)
    row = next(row for row in changes(scherbakova, firm.place) if row.column == "position")
    with pytest.raises(UserError):
        firm.restore(scherbakova, row)


def test_the_day_of_an_activity_comes_back_with_its_time(scherbakova: Desk, office: Office) -> None:
    today = office.today()
    call = scherbakova.plan(due_on=today, due_time=time(9, 15))
    place = ChangedPlace.of_activity(call)
    version = scherbakova.row(call).row_version
    scherbakova.act(
        reschedule_activity,
        activity_id=call,
        seen_version=version,
        due_on=today + timedelta(days=2),
        due_time=None,
    )
    scherbakova.act(set_highlight, activity_id=call, highlight=5)
    rows = changes(scherbakova, place)
    for column in ("due_on", "highlight"):
        row = next(row for row in rows if row.column == column)
        scherbakova.act(
            restore_value,
            place=place,
            change_id=row.change_id,
            column=column,
            seen_change_id=changes(scherbakova, place)[0].change_id,
        )
    now = scherbakova.row(call)
    assert (now.due_on, now.due_time, now.highlight) == (today, time(9, 15), None)


def test_a_colleagues_newer_change_of_the_field_is_a_conflict_and_of_another_field_is_none(
    scherbakova: Desk, desk: Callable[[str], Desk], firm: Firm
) -> None:
    lapina = desk("lapina")
    firm.change(scherbakova, site="a.ru", note="Первая")
    rows = changes(scherbakova, firm.place)
    seen = rows[0].change_id
    firm.change(lapina, site="b.ru")
    site, note = (next(row for row in rows if row.column == name) for name in ("site", "note"))
    firm.restore(scherbakova, note, seen_change_id=seen)
    assert firm.fields(scherbakova).note == ""
    with pytest.raises(Conflict, match=lapina.me.full_name.split()[0]) as refused:
        firm.restore(scherbakova, site, seen_change_id=seen)
    (field,) = refused.value.fields
    assert (field.original, field.mine, field.theirs) == ("a.ru", "", "b.ru")
    assert firm.fields(scherbakova).site == "b.ru"


def test_asked_twice_with_one_act_it_is_put_back_once(scherbakova: Desk, firm: Firm) -> None:
    firm.change(scherbakova, site="a.ru")
    row, act = changes(scherbakova, firm.place)[0], new_id()
    assert firm.restore(scherbakova, row, act_id=act, seen_change_id=row.change_id).inverse is not None
    again = firm.restore(scherbakova, row, act_id=act, seen_change_id=row.change_id)
    assert again.inverse is None and again.counterparty_ids == {firm.id}


def test_somebody_elses_activity_is_not_put_back(scherbakova: Desk, desk: Callable[[str], Desk]) -> None:
    fomin = desk("fomin")
    call = scherbakova.plan()
    seen = fields_of(scherbakova.row(call))
    scherbakova.act(update_activity, activity_id=call, seen=seen, mine=replace(seen, topic="Другая"))
    place = ChangedPlace.of_activity(call)
    row = changes(fomin, place)[0]
    with pytest.raises(UserError):
        fomin.act(
            restore_value, place=place, change_id=row.change_id, column="topic", seen_change_id=row.change_id
        )
    assert scherbakova.row(call).topic == "Другая"


@pytest.mark.parametrize(
    ("column", "of"), [("status", "activity"), ("search_text", "counterparty"), ("name", "")]
)
def test_what_is_no_field_of_the_history_is_refused(
    scherbakova: Desk, firm: Firm, column: str, of: str
) -> None:
    firm.change(scherbakova, site="a.ru")
    row = changes(scherbakova, firm.place)[0]
    place = ChangedPlace.of_activity(scherbakova.plan()) if of == "activity" else firm.place
    with pytest.raises(UserError):
        scherbakova.act(
            restore_value, place=place, change_id=row.change_id, column=column, seen_change_id=row.change_id
        )


def test_what_was_erased_is_told_and_cannot_be_put_back(
    scherbakova: Desk, desk: Callable[[str], Desk], firm: Firm
) -> None:
    firm.change_person(scherbakova, position="Директор")
    (before,) = (row for row in changes(scherbakova, firm.place) if row.column == "position")
    desk("gromov").act(erase_person, person_id=firm.person, reason="Заявление № 17")
    rows = [row for row in changes(scherbakova, firm.place) if row.row_id == firm.person]
    assert {row.kind for row in rows} == {"erased", "added"}
    assert not any("Петров" in text or "Директор" in text for row in rows for text in told(row))
    with pytest.raises(UserError):
        firm.restore(scherbakova, before)
