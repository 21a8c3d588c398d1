"""The list of counterparties: every row once and in order, what a selection and a search let through, and how many."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.phones import parse_phones
from altius_desktop.domain.search_text import search_text, sort_key
from altius_desktop.services import counterparty_list, counterparty_matching
from altius_desktop.services.counterparty_list import (
    VALUE_FIELDS,
    Count,
    CounterpartyFilter,
    CounterpartyListRow,
    ListOrder,
    PageKey,
    collect_ids,
    count_by_value,
    count_counterparties,
    list_counterparties,
    list_counterparties_of_ids,
    place_counterparties,
    position_among,
)
from altius_desktop.services.counterparty_rows import present_values
from tests.conftest import Office
from tests.db.desks import Desk, as_owner

Desks = Callable[[str], Desk]
NOTHING = CounterpartyFilter()
BY_NAME = ListOrder()


@pytest.fixture
def scherbakova(desk: Desks) -> Desk:
    return desk("scherbakova")


def add_firm(office: Office, name: str, **columns: Any) -> UUID:
    values = {
        "id": new_id(),
        "name": name,
        "search_text": search_text(name),
        "sort_key": sort_key(name),
        **columns,
    }
    as_owner(
        office,
        f"INSERT INTO counterparty ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})",
        *values.values(),
    )
    return values["id"]


def add_person(office: Office, firm: UUID, full_name: str) -> UUID:
    person = new_id()
    as_owner(
        office,
        "INSERT INTO contact_person (id, counterparty_id, full_name) VALUES (%s, %s, %s)",
        *(person, firm, full_name),
    )
    return person


def add_point(
    office: Office, firm: UUID, value: str, person: UUID | None = None, *, is_main: bool = False
) -> UUID:
    point = new_id()
    phone = None if "@" in value else parse_phones(value)[0]
    as_owner(
        office,
        """INSERT INTO contact_point (id, counterparty_id, contact_person_id, kind, value, digits, extension, is_main)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        *(point, firm, person, "phone" if phone else "email", value),
        *(phone.digits if phone else None, phone.extension if phone else None, is_main),
    )
    return point


def rows_of(
    desk: Desk, where: CounterpartyFilter = NOTHING, order: ListOrder = BY_NAME
) -> list[CounterpartyListRow]:
    """All rows, three at a time."""
    found: list[CounterpartyListRow] = []
    after: PageKey | None = None
    while True:
        page = desk.ask(list_counterparties, where=where, order=order, after=after, limit=3)
        assert len(page.rows) <= 3
        found += page.rows
        if page.next is None:
            return found
        after = page.next


def names(desk: Desk, query: str = "", **fields: Any) -> list[str]:
    return [row.name for row in rows_of(desk, CounterpartyFilter(query=query, **fields))]


def ids_in(office: Office, condition: str, *parameters: object) -> set[UUID]:
    """Those not archived that fit a condition of this test's own."""
    found = as_owner(
        office, f"SELECT id::text FROM counterparty AS c WHERE NOT archived AND ({condition})", *parameters
    )
    return {UUID(identity) for (identity,) in found}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "key",
    [
        "name",
        "inn",
        "applied_on",
        "region",
        "category",
        "responsible",
        "last_contact_on",
        "next_due_on",
        "highlight",
    ],
)
def test_pages_hold_every_row_once_and_in_order(
    office: Office, scherbakova: Desk, key: str, descending: bool
) -> None:
    # The same name twice, and values that are missing.
    for _number in range(4):
        add_firm(office, "ООО «Двойник»")
    rows = rows_of(scherbakova, order=ListOrder(key, descending))
    assert {row.id for row in rows} == ids_in(office, "true")
    assert len(rows) == len({row.id for row in rows})
    if key == "name":
        keys = [(sort_key(row.name), row.id) for row in rows]
        assert keys == sorted(keys, reverse=descending)
    else:
        values = [getattr(row, key) or None for row in rows]
        known = [value for value in values if value is not None]
        assert values == known + [None] * (len(values) - len(known)), "rows without a value come last"
        assert known == sorted(known, reverse=descending)
        assert len(set(known)) > 1


def test_a_first_page_is_short_and_the_next_ones_long(office: Office, scherbakova: Desk) -> None:
    as_owner(
        office,
        """INSERT INTO counterparty (id, name, search_text, sort_key)
           SELECT gen_random_uuid(), 'Я' || n, 'я' || n, 'я' || n FROM generate_series(1, 700) AS n""",
    )
    first = scherbakova.ask(list_counterparties, where=NOTHING)
    assert len(first.rows) == counterparty_list.FIRST_PAGE
    second = scherbakova.ask(list_counterparties, where=NOTHING, after=first.next)
    assert len(second.rows) == counterparty_list.PAGE


def test_a_row_tells_what_the_list_shows(office: Office, scherbakova: Desk) -> None:
    today = office.today()
    firm = add_firm(office, "ООО «Вывеска»", inn="7701234567", applied_on=today, highlight=3)
    person = add_person(office, firm, "Мельник Анна Петровна")
    add_point(office, firm, "8 (916) 000-00-01", person, is_main=True)
    add_point(office, firm, "8 (495) 000-00-02")
    add_point(office, firm, "8 (495) 000-00-03", is_main=True)
    add_point(office, firm, "anna@x.example", person, is_main=True)
    as_owner(office, "INSERT INTO counterparty_role VALUES (%s, 'supplier'), (%s, 'client')", firm, firm)
    as_owner(office, "INSERT INTO counterparty_role VALUES (%s, 'agency', true)", firm)
    as_owner(
        office,
        """UPDATE counterparty SET region_id = (SELECT id FROM region WHERE name = 'Москва'),
           responsible_id = (SELECT id FROM employee WHERE login = 'gromov') WHERE id = %s""",
        firm,
    )
    soon = scherbakova.plan(counterparty_id=firm, due_on=today + timedelta(5))
    scherbakova.plan(counterparty_id=firm, due_on=today + timedelta(9))
    done = scherbakova.plan(counterparty_id=firm, due_on=today)
    as_owner(
        office,
        "UPDATE activity SET status = 'done', finished_at = now() - interval '3 days' WHERE id = %s",
        done,
    )
    (row,) = rows_of(scherbakova, CounterpartyFilter(query="вывеска"))
    assert (row.id, row.name, row.inn, row.phone, row.email) == (
        firm,
        "ООО «Вывеска»",
        "7701234567",
        "8 (495) 000-00-03",
        "anna@x.example",
    )
    assert (row.contact_person, row.roles, row.region) == (
        "Мельник Анна Петровна",
        ("client", "supplier"),
        "Москва",
    )
    assert row.responsible.startswith("Громов")
    assert row.category == ""
    assert (row.applied_on, row.last_contact_on, row.next_due_on) == (
        today,
        today - timedelta(3),
        today + timedelta(5),
    )
    assert (row.highlight, row.archived) == (3, False)
    as_owner(office, "UPDATE activity SET status = 'cancelled' WHERE id = %s", soon)
    (row,) = scherbakova.ask(list_counterparties_of_ids, where=NOTHING, ids=[firm])
    assert row.next_due_on == today + timedelta(9)


# Selections

LATE = """EXISTS (SELECT FROM activity AS a WHERE a.counterparty_id = c.id AND a.status = 'planned'
          AND (a.due_on < office_today() AND a.section <> 'daily' OR a.deadline_on < office_today()))"""
COMING = """EXISTS (SELECT FROM activity AS a WHERE a.counterparty_id = c.id AND a.status = 'planned'
            AND (a.due_on >= office_today() OR a.section = 'daily'
                 AND coalesce(a.deadline_on, 'infinity') >= office_today()))"""
SINCE = """EXISTS (SELECT FROM activity AS a WHERE a.counterparty_id = c.id AND a.status = 'done'
           AND (a.finished_at AT TIME ZONE 'Europe/Moscow')::date >= %s)"""


def test_each_field_of_a_selection_lets_through_what_it_says(office: Office, scherbakova: Desk) -> None:
    today = office.today()
    add_firm(office, "Никогда")
    forgotten = add_firm(office, "Без плана")
    scherbakova.plan(counterparty_id=forgotten, due_on=today - timedelta(1))
    daily = add_firm(office, "Ежедневно")
    scherbakova.plan(section="daily", counterparty_id=daily, due_on=today - timedelta(9), deadline_on=today)
    cases: list[tuple[dict[str, Any], str, tuple[object, ...]]] = [
        ({"roles": frozenset({"supplier"})}, "id IN (SELECT counterparty_id FROM counterparty_role WHERE role = 'supplier')", ()),
        ({"roles": frozenset({"supplier", "agency"})}, "id IN (SELECT counterparty_id FROM counterparty_role WHERE role IN ('supplier', 'agency'))", ()),
        ({"highlights": frozenset({1, 2, 3})}, "highlight IN (1, 2, 3)", ()),
        ({"overdue": True}, LATE, ()),
        ({"without_plan": True}, f"NOT {COMING}", ()),
        ({"last_contact_after": today - timedelta(30)}, SINCE, (today - timedelta(30),)),
        ({"last_contact_before": today - timedelta(30)}, f"NOT {SINCE}", (today - timedelta(30),)),
        ({"incomplete": True}, "(region_id IS NULL OR group_id IS NULL OR category_id IS NULL OR ad_source_id IS NULL) AND id IN (SELECT counterparty_id FROM counterparty_role WHERE role = 'client')", ()),
    ]  # fmt: skip
    everybody = ids_in(office, "true")
    for fields, condition, parameters in cases:
        found = {row.id for row in rows_of(scherbakova, CounterpartyFilter(**fields))}
        assert found == ids_in(office, condition, *parameters), fields
        assert found and found != everybody, fields
    assert {"Никогда", "Без плана"} <= set(names(scherbakova, without_plan=True))
    assert "Ежедневно" not in names(scherbakova, without_plan=True)
    assert "Ежедневно" not in names(scherbakova, overdue=True)
    assert "Никогда" in names(scherbakova, last_contact_before=date(1990, 1, 1))


@pytest.mark.parametrize("field", VALUE_FIELDS)
def test_values_of_one_field_are_alternatives_and_fields_narrow_each_other(
    office: Office, scherbakova: Desk, field: str
) -> None:
    found = as_owner(
        office, f"SELECT DISTINCT {field}::text FROM counterparty WHERE {field} IS NOT NULL LIMIT 2"
    )
    values = [UUID(value) for (value,) in found]
    other = "group_id" if field != "group_id" else "region_id"
    ((another,),) = as_owner(
        office,
        f"SELECT {other}::text FROM counterparty WHERE {field} = %s AND {other} IS NOT NULL LIMIT 1",
        values[0],
    )
    both = CounterpartyFilter(**{f"{field}s": frozenset(values)})
    assert {row.id for row in rows_of(scherbakova, both)} == ids_in(
        office, f"{field} IN (%s, %s)", *[str(value) for value in (values * 2)[:2]]
    )
    narrowed = replace(both, **{f"{other}s": frozenset({UUID(another)})})
    assert {row.id for row in rows_of(scherbakova, narrowed)} == ids_in(
        office, f"{field} IN (%s, %s) AND {other} = %s", *(values * 2)[:2], another
    )


def test_a_selection_narrows_a_search(office: Office, scherbakova: Desk) -> None:
    for number in range(8):
        add_firm(office, f"ООО «Искомое {number}»", highlight=1 + number % 2)
    assert len(names(scherbakova, "искомое")) == 8
    assert names(scherbakova, "искомое", highlights=frozenset({1})) == [
        f"ООО «Искомое {n}»" for n in (0, 2, 4, 6)
    ]


def test_a_selection_that_leaves_nobody_makes_no_bolder_search(office: Office, scherbakova: Desk) -> None:
    add_firm(office, "Искомое", highlight=1)
    add_firm(office, "Искомое иначе, или Искомоо", highlight=2)
    add_firm(office, "Искомао", highlight=3)
    assert names(scherbakova, "искомое", highlights=frozenset({3})) == []
    assert scherbakova.ask(
        count_counterparties, where=CounterpartyFilter("искомое", highlights=frozenset({3}))
    ) == Count(0, True)


def test_archived_ones_stand_in_a_list_of_their_own(office: Office, scherbakova: Desk) -> None:
    firm = add_firm(office, "Бывшие", archived=True)
    assert names(scherbakova, "бывшие") == []
    (row,) = rows_of(scherbakova, CounterpartyFilter("бывшие", archived=True))
    assert (row.id, row.archived) == (firm, True)
    as_owner(office, "UPDATE counterparty SET archived = false WHERE id = %s", firm)
    assert names(scherbakova, "бывшие") == ["Бывшие"]


def test_an_import_shows_what_it_made_and_added_to(office: Office, scherbakova: Desk) -> None:
    batch = new_id()
    made, touched, known = (add_firm(office, f"Из файла {n}") for n in range(3))
    as_owner(
        office, "INSERT INTO import_batch (id, file_name, kind) VALUES (%s, 'x', 'counterparties')", batch
    )
    for line, (firm, outcome) in enumerate([(made, "new"), (touched, "updated"), (known, "duplicate")]):
        as_owner(office, "INSERT INTO import_row VALUES (%s, %s, %s, %s)", batch, line, firm, outcome)
    assert names(scherbakova, import_batch_id=batch) == ["Из файла 0", "Из файла 1"]


# Searches

FIRM = "ООО «Ёлочный Дворик»"


@pytest.fixture
def firm(office: Office) -> Iterator[UUID]:
    firm = add_firm(office, FIRM, inn="5044354239", full_name="Общество «Ёлочный Дворик»")
    person = add_person(office, firm, "Мельник Пётр Ёжикович")
    add_point(office, firm, "(3012) 28-71-10")
    add_point(office, firm, "8(495)739-41-52 доб. 222", person)
    add_point(office, firm, "P.Melnik@dvorik.example", person)
    yield firm


@pytest.mark.parametrize(
    "query",
    [
        "елочный", "дворик ёлочный", "ООО дворик", "дво", "ёл дв", "мельник", "петр ежикович", "мельник дворик",
        "287110", "+7 (3012) 28-71-10", "7394152 222", "739-41-52 доб.222", "7394152", "5044354239", "504435",
        "p.melnik@dvorik.example", "MELNIK@", "dvorik.example", "ldjhbr", "vtkmybr", "двориком", "мельника",
        "дворки", "двориг", "еолчный", "елочннй дворик", "дворик 9415",
    ],
)  # fmt: skip
def test_a_firm_is_found_by_whatever_is_known_of_it(firm: UUID, scherbakova: Desk, query: str) -> None:
    assert FIRM in names(scherbakova, query)
    assert scherbakova.ask(count_counterparties, where=CounterpartyFilter(query)).value >= 1
    assert firm in scherbakova.ask(collect_ids, where=CounterpartyFilter(query), limit=100)


@pytest.mark.parametrize(
    "query",
    [
        "дворик ъъъ",
        "7394152 333",
        "мельник 5555555",
        "двор%к",
        "дво_ик",
        "q@dvorik",
        "я" * 10_000,
        "'" * 500 + "щщщ",
    ],
)
@pytest.mark.usefixtures("firm")
def test_what_does_not_fit_does_not_come(scherbakova: Desk, query: str) -> None:
    assert FIRM not in names(scherbakova, query)


@pytest.mark.parametrize("query", ["", "ооо", "ООО «»", "\"\"''", "%", "_", "\\", "ип", "   "])
def test_a_search_for_nothing_lists_from_the_start(scherbakova: Desk, query: str) -> None:
    assert names(scherbakova, query) == names(scherbakova)


def test_a_mistyped_search_goes_on_from_page_to_page_as_it_began(office: Office, scherbakova: Desk) -> None:
    for number in range(10):
        add_firm(office, f"Синеград {chr(1072 + number)}")
    for query in ("cbytuhfl", "синеградом", "сниеград", "синегрод"):
        assert names(scherbakova, query) == [f"Синеград {chr(1072 + number)}" for number in range(10)], query


def test_a_walk_along_the_names_and_a_look_by_trigrams_find_the_same(
    office: Office, scherbakova: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which way is taken depends on how common a word is; a short walk that ends too early must not matter."""
    for number in range(40):
        add_firm(office, f"Общий {number:02}", highlight=1 if number % 5 == 0 else None)
    long_named = add_firm(office, "Общий 195")
    for number in range(80):
        add_person(office, long_named, f"Долгопят Длинноимённый Номер {number}")
    # The last words of a text that no index holds, which others have among their first.
    add_person(office, long_named, "Хвостатый Конец")
    for number in range(20):
        add_firm(office, f"Хвостатый {number:02}")
    selections = [
        CounterpartyFilter("общий"),
        CounterpartyFilter("общий", highlights=frozenset({1})),
        CounterpartyFilter("общий", highlights=frozenset({1, 2})),
        CounterpartyFilter(without_plan=True),
        CounterpartyFilter("долгопят"),
        CounterpartyFilter("хвостатый"),
    ]
    expected = [rows_of(scherbakova, where) for where in selections]
    assert [len(rows) for rows in expected] == [41, 8, 8, len(expected[3]), 1, 21]
    for rare, walk in ((-1, 20_000), (-1, 2), (10**9, 20_000)):
        monkeypatch.setattr(counterparty_matching, "_RARE", rare)
        monkeypatch.setattr(counterparty_matching, "_WALK", walk)
        monkeypatch.setattr(counterparty_matching, "_LONGEST_WALK", 1 if walk == 2 else 60)
        monkeypatch.setattr(counterparty_matching, "_WALK_OF_ROWS", 2 if walk == 2 else 4_000)
        for where, rows in zip(selections, expected, strict=True):
            assert rows_of(scherbakova, where) == rows, (rare, walk, where)


# The texts behind the search


def text_of(office: Office, firm: UUID) -> str:
    ((words, more),) = as_owner(
        office, "SELECT words, more FROM counterparty_search WHERE counterparty_id = %s", firm
    )
    return more or words


def test_an_employees_changes_are_found_at_once(office: Office, firm: UUID, scherbakova: Desk) -> None:
    person = scherbakova.sql("SELECT id::text FROM contact_person WHERE counterparty_id = %s", firm)[0][0]
    other = add_firm(office, "Другие")
    scherbakova.sql("UPDATE contact_person SET full_name = 'Кузнец Яков' WHERE id = %s", person)
    assert (names(scherbakova, "кузнец яков"), names(scherbakova, "ежикович")) == ([FIRM], [])
    scherbakova.sql("UPDATE contact_person SET counterparty_id = %s WHERE id = %s", other, person)
    assert names(scherbakova, "кузнец яков") == ["Другие"]
    scherbakova.sql("UPDATE contact_person SET archived = true WHERE id = %s", person)
    assert names(scherbakova, "кузнец яков") == []
    scherbakova.sql("UPDATE contact_point SET archived = true WHERE digits = '3012287110'")
    assert names(scherbakova, "287110") == []
    scherbakova.sql(
        "UPDATE counterparty SET name = 'Новое Имя', search_text = 'новое имя', sort_key = 'новое имя' WHERE id = %s",
        firm,
    )
    assert names(scherbakova, "новое имя") == ["Новое Имя"]
    assert "дворик" not in text_of(office, firm).replace("dvorik", "")


def test_two_colleagues_adding_persons_at_once_are_both_found(office: Office, firm: UUID) -> None:
    insert = "INSERT INTO contact_person (id, counterparty_id, full_name) VALUES (%s, %s, %s)"
    with office.connect("egorov") as first, first.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(insert, (str(new_id()), str(firm), "Одновременный Первый"))
        second = threading.Thread(
            target=office.fetch, args=("petrova", insert, str(new_id()), str(firm), "Одновременный Второй")
        )
        second.start()
        deadline = monotonic() + 10
        while not as_owner(
            office,
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        ):
            assert monotonic() < deadline, "the second does not wait for the first"
        cursor.execute("COMMIT")
    second.join(10)
    assert not second.is_alive()
    for name in ("первый", "второй"):
        assert f" одновременный {name}" in text_of(office, firm)


def test_nobody_writes_the_texts_himself(scherbakova: Desk) -> None:
    for statement in ("UPDATE counterparty_search SET words = ''", "DELETE FROM counterparty_search"):
        with pytest.raises(Exception, match="permission denied"):
            scherbakova.sql(statement)


def test_a_text_that_no_index_can_hold_is_kept_whole_elsewhere(office: Office, scherbakova: Desk) -> None:
    for letter in ("я", "𐐷"):
        firm = add_firm(office, f"Длинные {letter * 280}", full_name=letter * 500)
        for number in range(30):
            add_person(office, firm, f"{letter * 150} Последний{number}")
        ((length, kept),) = as_owner(
            office,
            "SELECT octet_length(words), more IS NOT NULL FROM counterparty_search WHERE counterparty_id = %s",
            firm,
        )
        assert length <= 1600 and kept
    assert len(names(scherbakova, "длинные последний29")) == 2


# How many


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("761-22-33", "(495) 761-22-33"),
        ("8 (495) 761-22-33", "(495) 761-22-33"),
        ("495", "(495) 111-00-01"),
        ("Второй телефон", "(495) 111-00-01"),
        ("555-66", "(495) 555-66-77"),
    ],
)
def test_the_phone_by_which_a_firm_was_found_is_the_one_shown(
    office: Office, scherbakova: Desk, query: str, shown: str
) -> None:
    firm = add_firm(office, "Второй телефон")
    add_point(office, firm, "(495) 111-00-01", is_main=True)
    add_point(office, firm, "(495) 761-22-33")
    add_point(office, firm, "(495) 555-66-77", add_person(office, firm, "Второва Инна"))
    where = CounterpartyFilter(query=query)
    page = scherbakova.ask(list_counterparties, where=where)
    placed = scherbakova.ask(place_counterparties, where=where, order=BY_NAME, ids=[firm])
    changed = scherbakova.ask(list_counterparties_of_ids, where=where, ids=[firm])
    rows = [row for row in (*page.rows, *placed.rows, *changed) if row.id == firm]
    assert [row.phone for row in rows] == [shown] * 3


def test_counts_are_exact_up_to_a_limit_and_estimates_above(
    office: Office, scherbakova: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = len(ids_in(office, "true"))
    assert scherbakova.ask(count_counterparties, where=NOTHING) == Count(everybody, True)
    monkeypatch.setattr(counterparty_list._counted, "__defaults__", (10,))
    as_owner(office, "ANALYZE counterparty")
    count = scherbakova.ask(count_counterparties, where=NOTHING)
    assert not count.exact
    assert everybody * 0.8 <= count.value <= everybody * 1.2


def test_values_are_counted_as_if_each_were_chosen_alone(
    scherbakova: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = CounterpartyFilter(roles=frozenset({"client"}))
    counts = scherbakova.ask(count_by_value, where=where, field="region_id")
    assert len(counts) > 3
    for value, count in counts.items():
        narrowed = replace(where, region_ids=frozenset({value}))
        assert count == Count(len(rows_of(scherbakova, narrowed)), True)
    # What is chosen in the field itself does not count.
    chosen = replace(where, region_ids=frozenset({next(iter(counts))}))
    assert scherbakova.ask(count_by_value, where=chosen, field="region_id") == counts
    monkeypatch.setattr(counterparty_list._counted, "__defaults__", (10,))
    sampled = scherbakova.ask(count_by_value, where=where, field="region_id")
    assert {value: count.value for value, count in sampled.items()} == {
        value: count.value for value, count in counts.items()
    }
    assert not any(count.exact for count in sampled.values())
    with pytest.raises(ValueError, match="name"):
        scherbakova.ask(count_by_value, where=where, field="name")


def test_a_large_list_is_sorted_by_few_columns_and_says_so(
    scherbakova: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counterparty_list, "SORTABLE", 5)
    with pytest.raises(UserError) as refused:
        rows_of(scherbakova, order=ListOrder("region"))
    assert refused.value.hint
    assert len(rows_of(scherbakova, order=ListOrder("inn"))) > 20
    with pytest.raises(UserError):
        rows_of(scherbakova, order=ListOrder("phone"))


def test_of_changed_rows_those_come_that_still_fit(firm: UUID, scherbakova: Desk) -> None:
    others = scherbakova.ask(collect_ids, where=NOTHING, limit=3)
    where = CounterpartyFilter("ldjhbr")
    rows = scherbakova.ask(list_counterparties_of_ids, where=where, ids={firm, *others, new_id()})
    assert [row.id for row in rows] == [firm]
    assert scherbakova.ask(list_counterparties_of_ids, where=where, ids=[]) == ()


@pytest.mark.parametrize("query", ["", "строй", "cnhjq"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("key", ["name", "inn", "applied_on", "region", "last_contact_on"])
def test_a_rows_place_is_where_the_list_has_it(
    office: Office, scherbakova: Desk, key: str, descending: bool, query: str
) -> None:
    for _number in range(3):
        add_firm(office, "ООО «Стройдвойник»")
    where, order = CounterpartyFilter(query), ListOrder(key, descending)
    page = scherbakova.ask(list_counterparties, where=where, order=order, limit=10_000)
    assert len(page.rows) == len(page.places) > 5
    ids = [place.id for place in page.places]
    assert ids == [row.id for row in page.rows]
    others = [add_firm(office, "Ъъъъ"), new_id()] if query else [new_id()]
    placed = scherbakova.ask(place_counterparties, where=where, order=order, ids=[*ids, *others])
    assert {row.id for row in placed.rows} == set(ids)
    for place in placed.places:
        at = ids.index(place.id)
        rest = [*page.places[:at], *page.places[at + 1 :]]
        assert position_among(rest, place, order) == at
    assert scherbakova.ask(place_counterparties, where=where, order=order, ids=[]).rows == ()


def test_all_ids_come_in_the_lists_order_and_no_more_than_asked_for(scherbakova: Desk) -> None:
    rows = rows_of(scherbakova)
    assert scherbakova.ask(collect_ids, where=NOTHING, limit=10_000) == tuple(row.id for row in rows)
    assert scherbakova.ask(collect_ids, where=NOTHING, limit=7) == tuple(row.id for row in rows[:7])


@pytest.mark.parametrize("field", ["region", "responsible", "highlight"])
def test_what_a_selection_has_is_counted_whole(office: Office, scherbakova: Desk, field: str) -> None:
    column = {
        "region": "(SELECT name FROM region WHERE id = region_id)",
        "responsible": "(SELECT full_name FROM employee WHERE id = responsible_id)",
        "highlight": "highlight",
    }[field]
    ids = [UUID(row[0]) for row in as_owner(office, "SELECT id::text FROM counterparty ORDER BY id")]
    counted = as_owner(
        office,
        f"SELECT {column}, count(*) FROM counterparty WHERE id = ANY(%s::uuid[]) GROUP BY 1",
        [str(one) for one in ids],
    )
    assert len(ids) > 50
    assert scherbakova.ask(present_values, ids=ids, field=field) == dict(counted)
