"""The rows of the large company, written as SQL: invented firms, persons and phones, made inside PostgreSQL.

Everything about firm number g comes from hashes of g, so that the company is the same each time and each table can
be written alone. The words come from resources/demo/ as parameters.
"""

from typing import Any

from altius_desktop.services.demo.office import department_id
from altius_desktop.services.demo.rows import demo_id
from altius_desktop.services.demo.words import feminine, words

EMPLOYEES = 300
FIRST_FIRM, LAST_FIRM = "01940000-0000-7000-8009-000000000000", "01940000-0000-7000-8009-ffffffffffff"

_SYLLABLES = "ве ла ро ми на ту ли ке са до ре ви но па ра ти ме ко лу за"
_ONSETS = "Бел Вет Гор Дуб Зар Кал Лаз Мор Нев Ост Пол Руд Сав Тих Ус Фил Хар Черн Шев Ял Кост Март Род Степ"
_MIDDLES = "ан ен ин он ик ок ух ил ол ит ар ур ын ец аш ов ер ад"
_ENDS = (("ов", "ова"), ("ин", "ина"), ("енко", "енко"), ("ский", "ская"), ("ук", "ук"), ("ев", "ева"))


def parameters() -> dict[str, Any]:
    """The lists of words; short ones, for an element of an array is found by counting from its start."""
    firms, names, towns = words("firms"), words("names"), words("towns")
    regions = list(dict.fromkeys(town["region"] for town in towns))
    spread = [town for town in towns for _number in range(town["weight"])]
    forms = [form for form, weight in firms["forms"] if form != "ИП" for _number in range(weight)]
    return {
        "heads": firms["heads"],
        "tails": firms["tails"],
        "joined": firms["joined"],
        "syllables": _SYLLABLES.split(),
        "forms": forms,
        "long_forms": [firms["long_forms"][form] for form in forms],
        "men": names["surnames"],
        "women": [feminine(surname) for surname in names["surnames"]],
        "onsets": _ONSETS.split(),
        "middles": _MIDDLES.split(),
        "ends_of_men": [man for man, _woman in _ENDS],
        "ends_of_women": [woman for _man, woman in _ENDS],
        "names_of_men": names["men"],
        "names_of_women": names["women"],
        "patronymics_of_men": [man for man, _woman in names["patronymics"]],
        "patronymics_of_women": [woman for _man, woman in names["patronymics"]],
        "town_names": [town["town"] for town in spread],
        "town_codes": [town["code"] for town in spread],
        "town_inns": [town["inn"] for town in spread],
        "town_indexes": [town["index"] for town in spread],
        "town_regions": [demo_id("region", 1 + regions.index(town["region"])) for town in spread],
        "streets": firms["streets"],
        "positions": firms["positions"]["client"],
        "notes": firms["notes"],
        "roles": ["client"] * 18 + ["supplier"] * 3 + ["publisher", "agency"] + ["partner"] * 2,
        "lines": len(words("directories")["business_line"]),
        "groups": len(words("directories")["counterparty_group"]),
        "categories": len(words("directories")["category"]),
        "sources": len(words("directories")["ad_source"]),
        "departments": [department_id(name) for name in words("company")["departments"]],
        "employees": EMPLOYEES,
    }


def _hash(number: str, stream: int) -> str:
    """A number from 0 on that depends on `number`; each stream is independent of the others."""
    return f"(hashint8extended({number}, {stream}) & 9007199254740991)"


def _one_of(array: str, number: str, stream: int) -> str:
    return f"(%({array})s::text[])[1 + {_hash(number, stream)} %% cardinality(%({array})s::text[])]"


def _place(array: str, number: str, stream: int) -> str:
    return f"(1 + {_hash(number, stream)} %% cardinality(%({array})s::text[]))"


def _id(table: int, number: str) -> str:
    return f"('01940000-0000-7000-8{table:03x}-' || lpad(to_hex({number}), 12, '0'))::uuid"


def _directory(table: str, count: str, stream: int) -> str:
    start = demo_id(table, 0)[:-12]
    return f"('{start}' || lpad(to_hex(1 + {_hash('g', stream)} %% %({count})s), 12, '0'))::uuid"


def _person(number: str) -> str:
    """Surname, name and patronymic of person `number`; half of all have one of the usual surnames."""
    usual, man = f"{_hash(number, 11)} %% 2 = 0", f"{_hash(number, 12)} %% 2 = 0"
    begin = f"{_one_of('onsets', number, 14)} || {_one_of('middles', number, 16)}"

    def name(sex: str) -> str:
        return (
            f"CASE WHEN {usual} THEN {_one_of(sex, number, 13)}"
            f" ELSE {begin} || {_one_of(f'ends_of_{sex}', number, 17)} END"
            f" || ' ' || {_one_of(f'names_of_{sex}', number, 15)}"
            f" || ' ' || {_one_of(f'patronymics_of_{sex}', number, 18)}"
        )

    return f"CASE WHEN {man} THEN {name('men')} ELSE {name('women')} END"


def _check_digit(body: str, weights: tuple[int, ...]) -> str:
    total = " + ".join(
        f"{weight} * substr({body}, {place}, 1)::int" for place, weight in enumerate(weights, 1)
    )
    return f"(({total}) %% 11 %% 10)"


# Four numbers in a row are the persons that firm g may have.
_OWNER = "g * 4"
_HAS_PERSON = f"(k = 0 OR (NOT {_hash('g', 21)} %% 100 < 18 AND {_hash('g', 22)} %% 100 < CASE k WHEN 1 THEN 55 ELSE 20 END))"
_IS_OWN = f"{_hash('g', 21)} %% 100 < 18"

EMPLOYEE_ROWS = f"""
INSERT INTO employee (id, full_name, position, department_id)
SELECT {_id(3, "g")}, {_person("g + 900000000")}, 'специалист',
       ((%(departments)s::text[])[1 + g %% cardinality(%(departments)s::text[])])::uuid
FROM generate_series(1, %(employees)s) AS g
"""

FIRM_ROWS = f"""
WITH firm AS (
    SELECT g, {_IS_OWN} AS is_own, {_person(_OWNER)} AS owner, {_place("town_names", "g", 23)} AS town,
           {_place("forms", "g", 24)} AS form,
           CASE WHEN {_hash("g", 25)} %% 100 < 30 THEN {_one_of("heads", "g", 26)} || {_one_of("tails", "g", 27)}
                WHEN {_hash("g", 25)} %% 100 < 55 THEN {_one_of("heads", "g", 26)} || '-' || {_one_of("joined", "g", 28)}
                WHEN {_hash("g", 25)} %% 100 < 70
                THEN {_one_of("heads", "g", 26)} || ' ' || {_one_of("joined", "g", 28)} || ' ' || {_hash("g", 29)} %% 999 + 1
                ELSE initcap({_one_of("syllables", "g", 30)} || {_one_of("syllables", "g", 31)}
                             || {_one_of("syllables", "g", 32)}) || {_one_of("tails", "g", 27)} END AS word
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS g),
named AS (
    SELECT f.*, split_part(owner, ' ', 1) || ' ' || left(split_part(owner, ' ', 2), 1) || '. '
                || left(split_part(owner, ' ', 3), 1) || '.' AS short_owner,
           (%(town_inns)s::text[])[town] || lpad(({_hash("g", 33)} %% 10000000)::text, 7, '0') AS body,
           (%(town_inns)s::text[])[town] || lpad(({_hash("g", 33)} %% 100000000)::text, 8, '0') AS long_body
    FROM firm AS f),
eleven AS (SELECT n.*, long_body || {_check_digit("long_body", (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))} AS eleven FROM named AS n),
numbered AS (
    SELECT e.*, CASE WHEN is_own THEN eleven || {_check_digit("eleven", (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))}
                     ELSE body || {_check_digit("body", (2, 4, 10, 3, 5, 9, 4, 6, 8))} END AS inn,
           replace(lower(CASE WHEN is_own THEN translate(short_owner, '.', '') ELSE translate(word, '-', ' ') END),
                   'ё', 'е') AS key,
           replace(lower(CASE WHEN is_own THEN owner ELSE translate(word, '-', ' ') END), 'ё', 'е') AS long_key
    FROM eleven AS e)
INSERT INTO counterparty (id, name, full_name, inn, kpp, address, business_line_id, region_id, group_id, category_id,
                          ad_source_id, responsible_id, applied_on, highlight, note, search_text, sort_key)
SELECT {_id(9, "g")},
       CASE WHEN is_own THEN 'ИП ' || short_owner ELSE (%(forms)s::text[])[form] || ' «' || word || '»' END,
       CASE WHEN is_own THEN 'Индивидуальный предприниматель ' || owner
            ELSE (%(long_forms)s::text[])[form] || ' «' || word || '»' END,
       inn, CASE WHEN NOT is_own THEN left(inn, 4) || '01001' END,
       rpad((%(town_indexes)s::text[])[town] || {_hash("g", 34)}, 6, '0')
       || ', ' || (%(town_names)s::text[])[town] || ', ' || {_one_of("streets", "g", 35)} || ', ' || {_hash("g", 36)} %% 90 + 1,
       CASE WHEN {_hash("g", 37)} %% 100 >= 6 THEN {_directory("business_line", "lines", 38)} END,
       CASE WHEN {_hash("g", 39)} %% 100 >= 6 THEN ((%(town_regions)s::text[])[town])::uuid END,
       CASE WHEN {_hash("g", 40)} %% 100 >= 6 THEN {_directory("counterparty_group", "groups", 41)} END,
       CASE WHEN {_hash("g", 42)} %% 100 >= 6 THEN {_directory("category", "categories", 43)} END,
       CASE WHEN {_hash("g", 44)} %% 100 >= 6 THEN {_directory("ad_source", "sources", 45)} END,
       {_id(3, f"(1 + {_hash('g', 46)} %% %(employees)s)")},
       %(today)s::date - ({_hash("g", 47)} %% 3650)::int,
       CASE WHEN {_hash("g", 48)} %% 100 < 6 THEN 1 + ({_hash("g", 49)} %% 6)::int END,
       CASE WHEN {_hash("g", 50)} %% 100 < 15 THEN {_one_of("notes", "g", 51)} END,
       key || ' ' || long_key || ' ' || inn, key
FROM numbered
"""

ROLE_ROWS = f"""
INSERT INTO counterparty_role (counterparty_id, role)
SELECT {_id(9, "g")}, {_one_of("roles", "g", 52)} FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS g
"""

PERSON_ROWS = f"""
INSERT INTO contact_person (id, counterparty_id, full_name, position, birthday, is_main)
SELECT {_id(11, "g * 4 + k")}, {_id(9, "g")}, {_person("g * 4 + k")},
       CASE WHEN {_IS_OWN} THEN 'предприниматель' ELSE {_one_of("positions", "g * 4 + k", 53)} END,
       CASE WHEN {_hash("g * 4 + k", 54)} %% 100 < 60
            THEN DATE '1955-01-01' + ({_hash("g * 4 + k", 55)} %% 16500)::int END,
       k = 0
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS g CROSS JOIN generate_series(0, 2) AS k
WHERE {_HAS_PERSON}
"""

# The subscriber's number begins with 55, as in the small demo: invented, and for everybody to see.
_POINTS = f"""
    SELECT g, k, (%(town_codes)s::text[])[{_place("town_names", "g", 23)}] AS code,
           lpad(({_hash("g * 4 + k", 56)} %% 100000)::text, 5, '0') AS rest,
           CASE WHEN {_hash("g * 4 + k", 57)} %% 100 < 25 THEN (101 + {_hash("g * 4 + k", 58)} %% 299)::text END AS ext
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS g CROSS JOIN generate_series(0, 3) AS k
    WHERE k = 3 OR {_HAS_PERSON}
"""

# k = 3 stands for the firm's own phone.
PHONE_ROWS = f"""
WITH point AS ({_POINTS}),
number AS (
    SELECT g, k, CASE WHEN k < 3 THEN ext END AS ext, code,
           left('55' || rest, 10 - length(code)) AS local FROM point)
INSERT INTO contact_point (id, counterparty_id, contact_person_id, kind, value, e164, digits, extension, is_main)
SELECT {_id(12, "g * 8 + k")}, {_id(9, "g")}, CASE WHEN k < 3 THEN {_id(11, "g * 4 + k")} END, 'phone',
       '(' || code || ') ' || left(local, -4) || '-' || substr(right(local, 4), 1, 2) || '-' || right(local, 2)
       || coalesce(' доб. ' || ext, ''),
       '+7' || code || local, code || local, ext, true
FROM number
"""

MAIL_ROWS = f"""
INSERT INTO contact_point (id, counterparty_id, contact_person_id, kind, value, is_main)
SELECT {_id(12, "g * 8 + 4 + k")}, {_id(9, "g")}, CASE WHEN k < 3 THEN {_id(11, "g * 4 + k")} END, 'email',
       CASE WHEN k = 3 THEN 'info' ELSE 'p' || k END || '@firm' || g || '.example', true
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS g CROSS JOIN generate_series(0, 3) AS k
WHERE k = 3 OR ({_HAS_PERSON} AND {_hash("g * 4 + k", 59)} %% 100 < 40)
"""

# Attempts before a finished call: as many in the whole as are asked for, at most three each.
ATTEMPT_ROWS = """
INSERT INTO attempt (id, activity_id, outcome, attempted_at, attempted_by)
SELECT ('0195' || lpad(to_hex(k), 4, '0') || substr(a.id::text, 9))::uuid, a.id,
       CASE WHEN k = 1 THEN 'talked' WHEN get_byte(uuid_send(a.id), 15) %% 2 = 0 THEN 'no_answer' ELSE 'not_reached' END,
       a.finished_at - k * interval '11 minutes', a.author_id
FROM generate_series(1, 3) AS k CROSS JOIN activity AS a
WHERE a.section = 'call' AND a.status = 'done' AND a.id BETWEEN '01920000-0000-7000-8000-000000000000'
      AND '01920000-0000-7000-8000-ffffffffffff'
LIMIT %(attempts)s
"""
