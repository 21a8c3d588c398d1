"""A person's data can be erased, the history of changes included; what stays is that it was done, and why."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from psycopg2 import errors

from altius_desktop.database.backups.clients import client_programs
from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.activities import fields_of, update_activity
from altius_desktop.services.card_part_edits import archive_part, save_part
from altius_desktop.services.card_parts import DateFields, FeedbackFields, PersonFields
from altius_desktop.services.counterparty_edits import QuickEntry, create_counterparty
from altius_desktop.services.erasure import erase_person, list_erasures
from tests.conftest import Office
from tests.db.desks import Desk, as_owner
from tests.db.test_rights import LOGINS

NAME = "Перебейносов-Ёлкин Аристарх Поликарпович"
SURNAME = "Перебейносов"
MAIDEN = "Долгопрудный Аристарх Поликарпович"
PHONE, FORMER_PHONE, COLLEAGUES_PHONE = "+7 (916) 745-38-29", "8 916 633-72-18", "+7 (495) 228-31-74"


def dump(office: Office) -> str:
    """Everything that the company's database holds, as text: pg_dump as the server's superuser."""
    programs = client_programs(
        as_owner(office, "SELECT current_setting('server_version_num')::int / 10000")[0][0]
    )
    done = subprocess.run(
        [
            str(programs / "pg_dump"),
            "--inserts",
            "-h",
            office.address.host,
            "-p",
            str(office.address.port),
            "-U",
            office.admin.superuser,
            office.address.database,
        ],
        env={**os.environ, "PGPASSWORD": office.admin.password},
        capture_output=True,
        check=True,
        timeout=120,
    )
    return done.stdout.decode()


def letters(text: str) -> str:
    """Digits and letters alone, so that no way of writing a number hides it."""
    return "".join(char for char in text.lower().replace("ё", "е") if char.isalnum())


class Known:
    """A firm with a person of whom much is known and was changed, a colleague, and contacts with them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.firm, self.person, self.colleague, self.date = new_id(), new_id(), new_id(), new_id()
        desk.act(create_counterparty, counterparty_id=self.firm, quick=QuickEntry("Вектор-Пресс"))
        first = PersonFields(
            full_name=MAIDEN,
            position="Начальник отдела рекламы",
            birthday=date(1931, 3, 14),
            phones=f"{FORMER_PHONE}\n{COLLEAGUES_PHONE}",
            emails="aristarkh@vektor-press.ru",
            note="Любит бадминтон",
        )
        last = replace(first, full_name=NAME, phones=f"{PHONE}\n{COLLEAGUES_PHONE}", note="Любит городки")
        self.save(self.person, None, first)
        self.save(self.person, first, last)
        self.save(self.colleague, None, PersonFields(full_name="Цветкова Майя", phones=COLLEAGUES_PHONE))
        birthday = DateFields("Годовщина свадьбы", date(1999, 8, 21), contact_person_id=self.person)
        self.save(self.date, None, birthday)
        wish = FeedbackFields(text=f"{NAME} просит звонить на 8-916-7453829 после обеда")
        self.save(new_id(), None, wish)
        self.call = desk.plan(
            counterparty_id=self.firm,
            contact_person_id=self.person,
            phone="8(916)7453829",
            topic="Договор",
            description=f"Спросить, подпишет ли {NAME.upper()} договор.",
        )
        seen = fields_of(desk.row(self.call))
        desk.act(
            update_activity,
            activity_id=self.call,
            seen=seen,
            mine=replace(seen, phone=PHONE, due_on=seen.due_on.replace(year=seen.due_on.year + 1)),
        )
        self.other_call = desk.plan(counterparty_id=self.firm, phone=COLLEAGUES_PHONE, topic="Цены")

    def save(self, row: UUID, seen: object, mine: object) -> None:
        self.desk.act(save_part, counterparty_id=self.firm, row_id=row, seen=seen, mine=mine)


@pytest.fixture
def known(desk: Callable[[str], Desk]) -> Known:
    return Known(desk("scherbakova"))


def test_nothing_of_the_person_is_left_in_the_whole_dump(
    office: Office, desk: Callable[[str], Desk], known: Known
) -> None:
    before = letters(dump(office))
    gone = (
        "перебейносовелкин",
        "долгопрудныйаристарх",
        "79167453829",
        "9167453829",
        "9166337218",
        "aristarkh",
        "бадминтон",
        "городки",
        "годовщинасвадьбы",
    )
    assert all(word in before for word in gone)
    desk("gromov").act(erase_person, person_id=known.person, reason="Заявление № 17")
    after = letters(dump(office))
    assert [word for word in gone if word in after] == []
    assert "19310314" not in after


def test_what_is_not_his_alone_stays(office: Office, desk: Callable[[str], Desk], known: Known) -> None:
    desk("gromov").act(erase_person, person_id=known.person, reason="Заявление № 17")
    assert as_owner(
        office,
        "SELECT full_name, archived FROM contact_person WHERE counterparty_id = %s ORDER BY archived",
        known.firm,
    ) == [("Цветкова Майя", False), ("—", True)]
    assert as_owner(
        office, "SELECT value FROM contact_point WHERE counterparty_id = %s AND NOT archived", known.firm
    ) == [(COLLEAGUES_PHONE,)]
    assert known.desk.row(known.other_call).own_phone == COLLEAGUES_PHONE
    row = known.desk.row(known.call)
    assert (row.own_phone, row.topic, row.description) == (
        None,
        "Договор",
        "Спросить, подпишет ли — договор.",
    )
    assert as_owner(office, "SELECT text FROM feedback WHERE counterparty_id = %s", known.firm) == [
        ("— просит звонить на — после обеда",)
    ]


def test_the_search_follows(desk: Callable[[str], Desk], known: Known) -> None:
    find = "SELECT words FROM counterparty_search WHERE counterparty_id = %s"
    ((words,),) = known.desk.sql(find, known.firm)
    assert SURNAME.lower() in words and "9167453829" in words
    desk("gromov").act(erase_person, person_id=known.person, reason="Заявление № 17")
    ((words,),) = known.desk.sql(find, known.firm)
    assert SURNAME.lower() not in words and "9167453829" not in words
    assert "цветкова" in words and "4952283174" in words


def test_the_history_says_that_it_was_erased_and_when_it_was_asked_for_when_stays(
    office: Office, desk: Callable[[str], Desk], known: Known
) -> None:
    desk("gromov").act(erase_person, person_id=known.person, reason="Заявление № 17")
    changes = as_owner(
        office, "SELECT erased, old, new FROM audit WHERE row_id = %s AND action = 'update'", known.person
    )
    assert len(changes) >= 2
    assert all(change == (True, {}, {}) for change in changes)
    assert as_owner(
        office,
        "SELECT login, erased, old ? 'due_on', old ? 'phone' FROM audit WHERE row_id = %s AND new ? 'due_on'",
        known.call,
    ) == [("scherbakova", True, True, False)]
    assert as_owner(
        office,
        "SELECT count(*) FROM audit WHERE login = 'gromov' AND NOT erased AND action = 'update'"
        " AND table_name <> 'activity' AND table_name <> 'feedback'",
    ) == [(0,)]


def test_the_note_of_the_erasure_tells_what_when_by_whom_and_why(
    desk: Callable[[str], Desk], known: Known
) -> None:
    gromov = desk("gromov")
    gromov.act(erase_person, person_id=known.person, reason="  Заявление № 17 ")
    (row,) = gromov.ask(list_erasures)
    assert (row.counterparty_id, row.counterparty_name) == (known.firm, "Вектор-Пресс")
    assert row.erased_by_name == gromov.me.full_name
    assert row.reason == "Заявление № 17"
    assert len(row.kinds) == 8
    assert row.erased_at.date() == gromov.office.today()


def test_asked_twice_it_is_done_once(desk: Callable[[str], Desk], known: Known) -> None:
    gromov, act = desk("gromov"), new_id()
    for _time in range(2):
        acted = gromov.act(erase_person, act_id=act, person_id=known.person, reason="Заявление № 17")
        assert acted.inverse is None
        assert acted.counterparty_ids == {known.firm}
    assert len(gromov.ask(list_erasures)) == 1


def test_a_person_taken_off_the_card_is_erased_with_the_phones_that_he_had(
    office: Office, desk: Callable[[str], Desk], known: Known
) -> None:
    known.desk.act(archive_part, counterparty_id=known.firm, row_id=known.person, kind=PersonFields)
    desk("gromov").act(erase_person, person_id=known.person, reason="Заявление № 17")
    after = letters(dump(office))
    assert "перебейносов" not in after and "9167453829" not in after and "9166337218" not in after


def test_what_came_with_him_from_another_firm_is_erased_there(
    office: Office, desk: Callable[[str], Desk], known: Known
) -> None:
    firm = new_id()
    known.desk.act(create_counterparty, counterparty_id=firm, quick=QuickEntry("Полиграфия Плюс"))
    for table, column in (
        ("contact_person", "id"),
        ("contact_point", "contact_person_id"),
        ("important_date", "contact_person_id"),
    ):
        known.desk.sql(f"UPDATE {table} SET counterparty_id = %s WHERE {column} = %s", firm, known.person)
    desk("gromov").act(erase_person, person_id=known.person, reason="Заявление № 17")
    assert as_owner(
        office,
        "SELECT count(*) FROM audit WHERE counterparty_id = %s AND (old::text ~ %s OR new::text ~ %s)",
        known.firm,
        SURNAME,
        SURNAME,
    ) == [(0,)]


@pytest.mark.parametrize(
    "reason", ["", "   ", "Просьба Перебейносова-Ёлкина", "Аристарх попросил", "я" * 501]
)
def test_a_reason_is_needed_and_does_not_name_him(
    desk: Callable[[str], Desk], known: Known, reason: str
) -> None:
    if "Перебейносова" in reason:
        reason = f"Просьба: {NAME}"
    with pytest.raises(FieldError) as refused:
        desk("gromov").act(erase_person, person_id=known.person, reason=reason)
    assert refused.value.field == "reason"


def test_not_even_past_the_program_does_the_reason_name_him(office: Office, known: Known) -> None:
    for reason in (f"Письмо: {NAME}", "звонил с 8 916 745 38 29"):
        with pytest.raises(errors.CheckViolation):
            office.fetch("gromov", "SELECT erase_person(%s, %s)", str(known.person), reason)


@pytest.mark.parametrize("login", LOGINS)
def test_nobody_but_the_director_erases(office: Office, desk: Callable[[str], Desk], login: str) -> None:
    ((person,),) = as_owner(office, "SELECT id::text FROM contact_person ORDER BY id LIMIT 1")
    if login == "gromov":
        office.fetch(login, "SELECT erase_person(%s, 'Заявление')", person)
        return
    with pytest.raises(errors.InsufficientPrivilege):
        office.fetch(login, "SELECT erase_person(%s, 'Заявление')", person)
    if login != "admin":
        with pytest.raises(UserError):
            desk(login).act(erase_person, person_id=UUID(person), reason="Заявление")


def test_somebody_who_is_not_there_is_told(desk: Callable[[str], Desk]) -> None:
    with pytest.raises(UserError):
        desk("gromov").act(erase_person, person_id=new_id(), reason="Заявление")


@pytest.mark.parametrize(
    "name", ["Иван", "О'Нил (младший) [тест] a.b*c?", "100% Скидка\\д", "A", "Пётр Пётр"]
)
def test_a_name_with_signs_in_it_spoils_no_other_text(
    office: Office, desk: Callable[[str], Desk], name: str
) -> None:
    scherbakova = desk("scherbakova")
    firm, person = new_id(), new_id()
    scherbakova.act(create_counterparty, counterparty_id=firm, quick=QuickEntry("Вектор"))
    scherbakova.act(
        save_part, counterparty_id=firm, row_id=person, seen=None, mine=PersonFields(full_name=name)
    )
    call = scherbakova.plan(counterparty_id=firm, topic="Иванов, Петрова и Аист", description="100 штук")
    desk("gromov").act(erase_person, person_id=person, reason="Заявление")
    row = scherbakova.row(call)
    assert (row.topic, row.description) == ("Иванов, Петрова и Аист", "100 штук")
    assert as_owner(office, "SELECT full_name FROM contact_person WHERE id = %s", person) == [("—",)]
