"""The counterparty's card: fields of two people merge, doubles are found, and every change has its way back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from altius_desktop.domain.errors import Conflict, FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.acts import Acted
from altius_desktop.services.card_part_edits import archive_part, save_part
from altius_desktop.services.card_parts import DateFields, FeedbackFields, PersonFields, TermFields
from altius_desktop.services.counterparty_card import Card, get_card
from altius_desktop.services.counterparty_edits import (
    QuickEntry,
    change_many,
    create_counterparty,
    update_counterparty,
)
from altius_desktop.services.duplicates import find_duplicates
from tests.conftest import Office
from tests.db.desks import Desk, as_owner, at_once, employee_id

Desks = Callable[[str], Desk]
INN = "7707083893"


def enter(desk: Desk, name: str = "ООО «Ромашка»", **known: Any) -> UUID:
    """A counterparty entered by quick entry; its id."""
    firm = new_id()
    desk.act(create_counterparty, counterparty_id=firm, quick=QuickEntry(name, **known))
    return firm


def card_of(desk: Desk, firm: UUID) -> Card:
    return desk.ask(get_card, counterparty_id=firm)


def change(desk: Desk, firm: UUID, seen: Card, decided: Any = None, **fields: Any) -> Acted:
    return desk.act(
        update_counterparty,
        counterparty_id=firm,
        seen=seen.fields,
        mine=replace(seen.fields, **fields),
        decided=decided,
    )


def directory_value(office: Office, table: str) -> UUID:
    return UUID(as_owner(office, f"SELECT id::text FROM {table} ORDER BY position, name LIMIT 1")[0][0])


# The form of the firm


def test_a_quick_entry_keeps_what_is_known_and_makes_a_client_of_today(desk: Desks, office: Office) -> None:
    one = desk("fomin")
    firm = enter(one, person="Зайцева Елена", phones="8 (495) 555-70-20 доб. 12", emails="a@b.example")
    card = card_of(one, firm)
    assert card.fields.roles == {"client"}
    assert card.fields.applied_on == office.today()
    assert (card.fields.phones, card.fields.emails) == ("8 (495) 555-70-20 доб. 12", "a@b.example")
    (point,) = [point for point in card.points if point.kind == "phone"]
    assert (point.e164, point.extension) == ("+74955557020", "12")
    (person,) = card.persons
    assert (person.fields.full_name, person.fields.is_main) == ("Зайцева Елена", True)
    assert card.changed_by_name == one.me.full_name
    assert card.fields.missing() == ("region_id", "group_id", "category_id", "ad_source_id")


def test_only_a_client_is_one_since_today_and_misses_attributes(desk: Desks) -> None:
    one = desk("scherbakova")
    card = card_of(one, enter(one, role="supplier"))
    assert (card.fields.applied_on, card.fields.missing()) == (None, ())


def test_two_people_changing_different_fields_both_keep_theirs(desk: Desks, office: Office) -> None:
    one, other = desk("scherbakova"), desk("petrova")
    firm = enter(one)
    seen = card_of(one, firm)
    change(one, firm, seen, address="Москва, Складочная, 6", roles=frozenset({"client", "supplier"}))
    change(other, firm, seen, phones="+7 495 555-70-20", region_id=directory_value(office, "region"))
    card = card_of(one, firm)
    assert card.fields == replace(
        seen.fields,
        address="Москва, Складочная, 6",
        roles=frozenset({"client", "supplier"}),
        phones="+7 495 555-70-20",
        region_id=directory_value(office, "region"),
    )
    assert card.changed_by_name == other.me.full_name


def test_the_same_field_changed_by_both_is_a_conflict_with_the_three_values(desk: Desks) -> None:
    one, other = desk("scherbakova"), desk("petrova")
    firm = enter(one, phones="+7 495 555-70-20")
    seen = card_of(one, firm)
    change(other, firm, seen, phones="+7 495 555-70-21", note="Чужое")
    with pytest.raises(Conflict) as caught:
        change(one, firm, seen, phones="+7 495 555-70-22", address="Моё")
    (field,) = caught.value.fields
    assert (field.field, field.original, field.mine, field.theirs) == (
        "phones",
        "+7 495 555-70-20",
        "+7 495 555-70-22",
        "+7 495 555-70-21",
    )
    assert caught.value.theirs.changed_by_name == other.me.full_name
    assert card_of(one, firm).fields.address == ""
    change(one, firm, seen, phones="+7 495 555-70-22", address="Моё", decided={"phones": "+7 495 555-70-21"})
    fields = card_of(one, firm).fields
    assert (fields.phones, fields.address, fields.note) == ("+7 495 555-70-22", "Моё", "Чужое")


def test_the_same_change_by_both_is_no_conflict(desk: Desks) -> None:
    one, other = desk("scherbakova"), desk("petrova")
    firm = enter(one)
    seen = card_of(one, firm)
    change(other, firm, seen, inn=INN)
    acted = change(one, firm, seen, inn=INN)
    assert acted.inverse is None


def test_a_change_repeated_with_the_same_act_is_done_once(desk: Desks) -> None:
    one = desk("scherbakova")
    firm, act = enter(one), new_id()
    seen = card_of(one, firm)
    mine = replace(seen.fields, phones="+7 495 555-70-20")
    for _turn in range(2):
        one.act(update_counterparty, act_id=act, counterparty_id=firm, seen=seen.fields, mine=mine)
    assert card_of(one, firm).fields.phones == "+7 495 555-70-20"


def test_a_change_is_taken_back_as_a_whole_and_nothing_is_deleted(desk: Desks, office: Office) -> None:
    one = desk("scherbakova")
    firm = enter(one, phones="+7 495 555-70-20\n+7 495 555-70-21")
    seen = card_of(one, firm)
    acted = change(
        one,
        firm,
        seen,
        name="АО «Новое имя»",
        phones="+7 495 555-70-21\n8 812 000-00-01",
        roles=frozenset({"partner"}),
    )
    assert one.undo(acted.inverse).counterparty_ids == {firm}
    assert card_of(one, firm).fields == seen.fields
    ((count,),) = as_owner(office, "SELECT count(*) FROM contact_point WHERE counterparty_id = %s", firm)
    assert count == 3
    ((words, key),) = as_owner(office, "SELECT search_text, sort_key FROM counterparty WHERE id = %s", firm)
    assert (words, key) == ("ромашка", "ромашка")


def test_what_a_colleague_changed_since_is_not_taken_back(desk: Desks) -> None:
    one, other = desk("scherbakova"), desk("petrova")
    firm = enter(one)
    acted = change(one, firm, card_of(one, firm), address="Моё", note="Моё")
    change(other, firm, card_of(other, firm), address="Чужое")
    with pytest.raises(UserError):
        one.undo(acted.inverse)
    fields = card_of(one, firm).fields
    assert (fields.address, fields.note) == ("Чужое", "Моё")


def test_a_new_counterparty_taken_back_is_archived(desk: Desks) -> None:
    one = desk("scherbakova")
    firm = new_id()
    acted = one.act(create_counterparty, counterparty_id=firm, quick=QuickEntry("ООО «Ромашка»"))
    one.undo(acted.inverse)
    assert card_of(one, firm).archived


def test_a_phone_line_left_alone_stays_the_same_row_and_the_new_one_is_understood(desk: Desks) -> None:
    one = desk("scherbakova")
    firm = enter(one, phones="(3012) 28-71-00\nспросить у вахтёра")
    seen = card_of(one, firm)
    before = {point.value: point.id for point in seen.points}
    change(one, firm, seen, phones=f"{seen.fields.phones}\n(495)7395555(Д.2221,2217)")
    card = card_of(one, firm)
    after = {point.value: point.id for point in card.points}
    assert before.items() <= after.items()
    assert [p.extension for p in card.points if p.e164 == "+74957395555"] == ["2221", "2217"]


def test_one_number_in_two_forms_is_kept_once(desk: Desks) -> None:
    one = desk("scherbakova")
    firm = enter(one, phones="8 495 555-70-20")
    seen = card_of(one, firm)
    change(one, firm, seen, phones="+7 (495) 5557020\n8 495 555-70-20")
    assert card_of(one, firm).fields.phones == "8 495 555-70-20"


# Bad input


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "я" * 10_000}, "name"),
        ({"name": " \x00 "}, "name"),
        ({"inn": "1234567890123"}, "inn"),
        ({"applied_on": date(1899, 12, 31)}, "applied_on"),
        ({"delivery_days": 5000}, "delivery_days"),
        ({"phones": "9" * 400}, "phones"),
        ({"note": "я" * 20_001}, "note"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field_and_nothing_is_saved(
    desk: Desks, fields: dict[str, Any], field: str
) -> None:
    one = desk("scherbakova")
    firm = enter(one)
    seen = card_of(one, firm)
    with pytest.raises(FieldError) as caught:
        change(one, firm, seen, **{"address": "Не сохранится", **fields})
    assert caught.value.field == field
    assert card_of(one, firm).fields == seen.fields


def test_an_inn_with_wrong_check_digits_and_a_name_of_quotes_are_kept(desk: Desks, office: Office) -> None:
    one = desk("scherbakova")
    firm = enter(one, "«»", inn="77 07-083890")
    card = card_of(one, firm)
    assert (card.fields.name, card.fields.inn) == ("«»", "7707083890")
    ((key,),) = as_owner(office, "SELECT sort_key FROM counterparty WHERE id = %s", firm)
    assert key != ""
    change(one, firm, card, note="Текст\x00 с нулём")
    assert card_of(one, firm).fields.note == "Текст с нулём"


def test_an_archived_value_of_a_directory_stays_in_the_card(desk: Desks, office: Office) -> None:
    one = desk("scherbakova")
    firm, region = enter(one), directory_value(office, "region")
    change(one, firm, card_of(one, firm), region_id=region)
    as_owner(office, "UPDATE region SET archived = true WHERE id = %s", region)
    change(one, firm, card_of(one, firm), address="Новый")
    assert card_of(one, firm).fields.region_id == region


def test_a_card_that_is_not_there_is_told(desk: Desks) -> None:
    with pytest.raises(UserError):
        card_of(desk("scherbakova"), new_id())


# Doubles


@pytest.mark.parametrize(
    "typed", ["+74953334152", "8(495)333-41-52", "495 333 41 52", "333-41-52", "тел. 3334152, доб. 4"]
)
def test_a_double_is_found_by_its_phone_in_any_form(desk: Desks, typed: str) -> None:
    one = desk("fomin")
    firm = enter(one, "ООО «Ромашка Плюс»", phones="(495) 333-41-52")
    (double, *_others) = one.ask(find_duplicates, phones=typed)
    assert (double.id, double.reason, double.found) == (firm, "phone", "(495) 333-41-52")


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"phones": "8 916 700-11-23"}, "8 (916) 700-11-23"),
        ({"phones": "700-11-23, 8 916 700-11-22"}, "(916) 700-11-22"),
        ({"emails": "sales@vektor.example"}, "sales@vektor.example"),
    ],
)
def test_of_several_values_the_one_that_was_typed_is_told(
    desk: Desks, known: dict[str, str], found: str
) -> None:
    one = desk("scherbakova")
    firm = enter(
        one,
        "ООО «Вектор»",
        phones="(916) 700-11-22\n8 (916) 700-11-23\n700-11-23\n7001122",
        emails="sales@vektor.example.net\nsales@vektor.example",
    )
    told = {double.id: double.found for double in one.ask(find_duplicates, **known)}
    assert told[firm] == found


def test_a_quick_entry_of_a_name_alone_asks_the_database_little(desk: Desks) -> None:
    one = desk("scherbakova")
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        enter(one)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert not [statement for statement in asked if "contact_point" in statement]


def test_a_double_entered_without_its_code_is_found_by_the_whole_number(desk: Desks) -> None:
    one = desk("scherbakova")
    firm = enter(one, "ООО «Ромашка Плюс»", phones="333-41-52")
    assert firm in [double.id for double in one.ask(find_duplicates, phones="+7 495 333-41-52")]


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"inn": f" {INN} "}, "inn"),
        ({"emails": "INFO@romashka.example"}, "email"),
        ({"emails": "x@y.example; info@romashka"}, "email"),
        ({"name": "романтика плюс (ао)"}, "name"),
        ({"name": "Романтико плюс"}, "near_name"),
    ],
)
def test_a_double_is_found_by_inn_e_mail_and_name(desk: Desks, known: dict[str, str], reason: str) -> None:
    one = desk("scherbakova")
    firm = enter(one, "АО «Романтика Плюс»", inn=INN, emails="info@romashka.example")
    found = {double.id: double.reason for double in one.ask(find_duplicates, **known)}
    assert found[firm] == reason


def test_nothing_typed_or_too_little_finds_no_double_and_one_is_not_ones_own(desk: Desks) -> None:
    one = desk("scherbakova")
    firm = enter(one, phones="333-41-52", inn=INN, emails="info@romashka.example")
    for known in ({}, {"name": "«»%_"}, {"phones": "333"}, {"emails": "info@"}, {"inn": "770"}):
        assert one.ask(find_duplicates, **known) == ()
    assert firm not in [double.id for double in one.ask(find_duplicates, inn=INN, but=firm)]


def test_signs_of_a_pattern_in_what_is_typed_are_only_signs(desk: Desks) -> None:
    one = desk("scherbakova")
    enter(one, emails="info@romashka.example")
    for typed in ("%@romashka", "in_o@romashka.example", "\\@romashka.example"):
        assert one.ask(find_duplicates, emails=typed) == ()


# Many at once


def test_a_group_change_is_one_act_with_one_way_back(desk: Desks) -> None:
    one = desk("scherbakova")
    firms = [enter(one, f"ООО «Ромашка {number}»") for number in range(4)]
    one.act(change_many, ids=firms[:1], field="highlight", value=2)
    one.act(change_many, ids=firms[1:2], field="highlight", value=3)
    acted = one.act(change_many, ids=firms, field="highlight", value=3)
    assert acted.counterparty_ids == {firms[0], firms[2], firms[3]}
    assert {card_of(one, firm).highlight for firm in firms} == {3}
    one.undo(acted.inverse)
    assert [card_of(one, firm).highlight for firm in firms] == [2, 3, None, None]


def test_a_group_change_is_taken_back_for_all_or_for_none(desk: Desks, office: Office) -> None:
    one, other = desk("scherbakova"), desk("petrova")
    firms = [enter(one, f"ООО «Ромашка {number}»") for number in range(3)]
    manager = employee_id(office, "fomin")
    acted = one.act(change_many, ids=firms, field="responsible_id", value=manager)
    other.act(change_many, ids=firms[:1], field="responsible_id", value=other.me.employee_id)
    with pytest.raises(UserError):
        one.undo(acted.inverse)
    assert [card_of(one, firm).fields.responsible_id for firm in firms] == [
        other.me.employee_id,
        manager,
        manager,
    ]


# What belongs to the firm


def add(desk: Desk, firm: UUID, mine: Any) -> tuple[UUID, Acted]:
    row_id = new_id()
    return row_id, desk.act(save_part, counterparty_id=firm, row_id=row_id, seen=None, mine=mine)


def test_a_person_is_added_changed_and_archived_and_each_is_taken_back(desk: Desks) -> None:
    one = desk("fomin")
    firm = enter(one)
    anna = PersonFields(
        "Симонова Анна", "бухгалтер", date(1984, 2, 29), phones="8 495 555-70-24", emails="a@b.c"
    )
    row_id, added = add(one, firm, anna)
    (person,) = card_of(one, firm).persons
    assert (person.fields, person.changed_by_name) == (anna, one.me.full_name)
    changed = one.act(
        save_part,
        counterparty_id=firm,
        row_id=row_id,
        seen=anna,
        mine=replace(anna, position="главный бухгалтер", phones=""),
    )
    assert card_of(one, firm).persons[0].fields.phones == ""
    one.undo(changed.inverse)
    assert card_of(one, firm).persons[0].fields == anna
    gone = one.act(archive_part, counterparty_id=firm, row_id=row_id, kind=PersonFields)
    card = card_of(one, firm)
    assert (card.persons, card.points) == ((), ())
    one.undo(gone.inverse)
    assert card_of(one, firm).persons[0].fields == anna
    one.undo(added.inverse)
    assert card_of(one, firm).persons == ()


@pytest.mark.parametrize("unwanted", ["\x00", "\ud800", "\udfff"])
def test_what_no_database_takes_is_left_out_of_every_text(desk: Desks, unwanted: str) -> None:
    one = desk("scherbakova")
    firm = enter(one, f"Рога{unwanted} и копыта", person=f"Зай{unwanted}цева")
    change(one, firm, card_of(one, firm), phones=f"8 495 555-70-20{unwanted}", note=f"Да{unwanted}\nнет")
    add(one, firm, FeedbackFields(text=f"Позвонить{unwanted}", answer=unwanted))
    add(one, firm, TermFields(f"Скидка{unwanted} 7 %"))
    card = card_of(one, firm)
    assert (card.fields.name, card.fields.note) == ("Рога и копыта", "Да\nнет")
    assert card.fields.phones == "8 495 555-70-20"
    assert card.persons[0].fields.full_name == "Зайцева"
    assert (card.feedback[0].fields.text, card.feedback[0].fields.answer) == ("Позвонить", "")
    assert card.terms[0].fields.text == "Скидка 7 %"


def test_two_people_close_and_answer_one_complaint(desk: Desks, office: Office) -> None:
    one, other = desk("scherbakova"), desk("petrova")
    firm = enter(one)
    row_id, _ = add(one, firm, FeedbackFields("complaint", text="Опоздала поставка"))
    seen = card_of(one, firm).feedback[0].fields
    other.act(
        save_part,
        counterparty_id=firm,
        row_id=row_id,
        seen=seen,
        mine=replace(seen, closed_on=office.today()),
    )
    one.act(
        save_part, counterparty_id=firm, row_id=row_id, seen=seen, mine=replace(seen, answer="Извинились")
    )
    fields = card_of(one, firm).feedback[0].fields
    assert (fields.answer, fields.closed_on) == ("Извинились", office.today())


def test_two_people_change_one_person_field_by_field(desk: Desks) -> None:
    one, other = desk("scherbakova"), desk("petrova")
    firm = enter(one)
    anna = PersonFields("Симонова Анна")
    row_id, _added = add(one, firm, anna)
    save = partial(save_part, counterparty_id=firm, row_id=row_id, seen=anna)
    one.act(save, mine=replace(anna, position="бухгалтер"))
    other.act(save, mine=replace(anna, phones="8 495 555-70-24"))
    fields = card_of(one, firm).persons[0].fields
    assert (fields.position, fields.phones) == ("бухгалтер", "8 495 555-70-24")
    with pytest.raises(Conflict) as caught:
        other.act(save, mine=replace(anna, position="директор"))
    (field,) = caught.value.fields
    assert (field.mine, field.theirs) == ("директор", "бухгалтер")
    assert caught.value.theirs.changed_by_name == other.me.full_name


def test_one_person_alone_is_the_main_one_even_of_two_made_so_at_once(desk: Desks) -> None:
    one, other = desk("scherbakova"), desk("petrova")
    firm = enter(one, person="Зайцева Елена")
    outcomes = at_once(
        lambda: add(one, firm, PersonFields("Баранов Олег", is_main=True)),
        lambda: add(other, firm, PersonFields("Симонова Анна", is_main=True)),
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert sum(person.fields.is_main for person in card_of(one, firm).persons) == 1


def test_dates_wishes_and_terms_are_kept_and_changed(desk: Desks, office: Office) -> None:
    one, today = desk("scherbakova"), office.today()
    firm = enter(one, person="Зайцева Елена")
    person = card_of(one, firm).persons[0]
    jubilee = DateFields("Юбилей", date(1950, 12, 12), True, 14, person.id)
    add(one, firm, jubilee)
    wish_id, _ = add(one, firm, FeedbackFields("complaint", None, "Опоздала поставка"))
    add(one, firm, TermFields("Скидка 7 %", today - timedelta(days=30), today - timedelta(days=1)))
    add(one, firm, TermFields("Отсрочка 14 дней", today))
    card = card_of(one, firm)
    (important,) = card.dates
    assert (important.fields, important.person_name) == (jubilee, "Зайцева Елена")
    (wish,) = card.feedback
    assert (wish.author_name, wish.fields.said_on) == (one.me.full_name, today)
    assert [(term.fields.text, term.is_expired(today)) for term in card.terms] == [
        ("Отсрочка 14 дней", False),
        ("Скидка 7 %", True),
    ]
    one.act(
        save_part,
        counterparty_id=firm,
        row_id=wish_id,
        seen=wish.fields,
        mine=replace(wish.fields, answer="Извинились", closed_on=today),
    )
    assert card_of(one, firm).feedback[0].fields.closed_on == today


@pytest.mark.parametrize(
    ("mine", "field"),
    [
        (PersonFields(" "), "full_name"),
        (PersonFields("Анна", birthday=date(9999, 1, 1)), "birthday"),
        (DateFields("Юбилей"), "falls_on"),
        (DateFields("Юбилей", date(2000, 1, 1), remind_days=400), "remind_days"),
        (FeedbackFields(text="\x00"), "text"),
        (FeedbackFields(said_on=date(2026, 2, 2), text="Да", closed_on=date(2026, 2, 1)), "closed_on"),
        (TermFields("я" * 2001), "text"),
        (TermFields("Скидка", date(2026, 2, 2), date(2026, 2, 1)), "valid_to"),
    ],
)
def test_a_row_that_does_not_fit_is_told_at_its_field(desk: Desks, mine: Any, field: str) -> None:
    one = desk("scherbakova")
    firm = enter(one)
    with pytest.raises(FieldError) as caught:
        add(one, firm, mine)
    assert caught.value.field == field
    card = card_of(one, firm)
    assert (card.persons, card.dates, card.feedback, card.terms) == ((), (), (), ())


def test_a_wish_taken_back_is_archived(desk: Desks, office: Office) -> None:
    one = desk("scherbakova")
    firm = enter(one)
    row_id, acted = add(one, firm, FeedbackFields(text="Позвонить летом"))
    one.undo(acted.inverse)
    assert card_of(one, firm).feedback == ()
    assert as_owner(office, f"SELECT archived, closed_on FROM feedback WHERE id = '{row_id}'") == [
        (True, None)
    ]


def test_a_wish_of_a_colleague_is_archived_and_comes_back_as_it_was(desk: Desks) -> None:
    one, other = desk("scherbakova"), desk("petrova")
    firm = enter(one)
    row_id, _ = add(one, firm, FeedbackFields("complaint", text="Опоздала поставка"))
    before = card_of(one, firm).feedback[0]
    archived = other.act(archive_part, counterparty_id=firm, row_id=row_id, kind=FeedbackFields)
    assert card_of(one, firm).feedback == ()
    other.undo(archived.inverse)
    (back,) = card_of(one, firm).feedback
    assert (back.fields, back.author_name) == (before.fields, one.me.full_name)


def test_a_row_that_a_colleague_archived_is_told(desk: Desks) -> None:
    one, other = desk("scherbakova"), desk("petrova")
    firm = enter(one)
    term = TermFields("Скидка")
    row_id, _ = add(one, firm, term)
    other.act(archive_part, counterparty_id=firm, row_id=row_id, kind=TermFields)
    for operation in (
        partial(save_part, seen=term, mine=replace(term, text="Скидка 5 %")),
        partial(archive_part, kind=TermFields),
    ):
        with pytest.raises(UserError):
            one.act(operation, counterparty_id=firm, row_id=row_id)
