"""The demo's counterparties: invented firms of real towns, with numbers that no subscriber has."""

import re
from datetime import date, timedelta
from random import Random
from typing import Any

from altius_desktop.domain.inn import is_valid_inn
from altius_desktop.domain.names import short_name, split_full_name
from altius_desktop.domain.search_text import search_text, sort_key
from altius_desktop.services.demo.office import Colleague
from altius_desktop.services.demo.rows import Rows, demo_id
from altius_desktop.services.demo.words import feminine, latin, words

# Of 25 firms: whom an office of this trade works with.
_ROLES = ("client",) * 18 + ("supplier",) * 3 + ("publisher", "agency") + ("partner",) * 2
_GROUPS = {
    "client": (0, 8),
    "supplier": (8, 11),
    "publisher": (11, 12),
    "agency": (12, 13),
    "partner": (2, 7),
}
_LINES = {
    "client": (0, 13),
    "supplier": (6, 8),
    "publisher": (13, 14),
    "agency": (14, 15),
    "partner": (0, 5),
}
_MOBILE_CODES = ("903", "916", "925", "926", "985")


def add_counterparties(
    rows: Rows, rng: Random, *, colleagues: tuple[Colleague, ...], count: int, today: date
) -> None:
    """The firms of the show-case, then invented ones up to `count`."""
    writer = _Writer(rows, rng, {colleague.key: colleague.id for colleague in colleagues}, today)
    shown = words("showcase")["counterparties"]
    for firm in shown:
        writer.add_shown(firm)
    for number in range(count - len(shown)):
        writer.add_invented(_ROLES[number % len(_ROLES)])


def shown_counterparty_id(key: str) -> str:
    """The id of a firm of the show-case."""
    keys = [firm["key"] for firm in words("showcase")["counterparties"]]
    return demo_id("counterparty", 1 + keys.index(key))


def shown_person_id(key: str, person: int) -> str:
    """The id of the show-case firm's contact person, counted from 0."""
    before = 0
    for firm in words("showcase")["counterparties"]:
        if firm["key"] == key:
            return demo_id("contact_person", 1 + before + person)
        before += len(firm["persons"])
    raise KeyError(key)


class _Writer:
    def __init__(self, rows: Rows, rng: Random, employees: dict[str, str], today: date) -> None:
        self._rows = rows
        self._rng = rng
        self._employees = employees
        self._today = today
        self._towns = {town["town"]: town for town in words("towns")}
        self._town_names = list(self._towns)
        self._town_weights = [town["weight"] for town in self._towns.values()]
        self._directories = {**words("directories"), "region": self._regions()}
        self._taken_names: set[str] = set()
        self._taken_sites = {firm["mail"] for firm in words("showcase")["counterparties"]}
        self._taken_numbers = {
            _national(point)
            for firm in words("showcase")["counterparties"]
            for point in (firm["main_phone"], firm.get("fax", ""), *(p["phone"] for p in firm["persons"]))
        }
        self._next_number: dict[str, int] = {}

    def _regions(self) -> list[str]:
        return list(dict.fromkeys(town["region"] for town in self._towns.values()))

    def _value(self, directory: str, name: str | None) -> str | None:
        return None if name is None else demo_id(directory, 1 + self._directories[directory].index(name))

    def add_shown(self, firm: dict[str, Any]) -> None:
        self._taken_names.add(firm["name"].lower())
        counterparty = self._rows.new_id("counterparty")
        applied = firm.get("applied_on")
        self._add_firm(
            counterparty,
            roles=(firm.get("role", "client"),),
            name=firm["name"],
            full_name=firm.get("full_name"),
            inn=firm["inn"],
            kpp=firm["kpp"],
            address=firm["address"],
            site=firm.get("site"),
            business_line_id=self._value("business_line", firm["business_line"]),
            region_id=self._value("region", self._towns[firm["town"]]["region"]),
            group_id=self._value("counterparty_group", firm["group"]),
            category_id=self._value("category", firm["category"]),
            ad_source_id=self._value("ad_source", firm["ad_source"]),
            responsible_id=self._employees[firm.get("responsible", "scherbakova")],
            applied_on=applied or self._today - timedelta(days=self._rng.randint(200, 900)),
            note=firm.get("note"),
        )
        self._add_point(counterparty, None, "phone", firm["main_phone"], is_main=True)
        if firm.get("fax"):
            self._add_point(counterparty, None, "fax", firm["fax"], is_main=True)
        self._add_mail(counterparty, None, f"info@{firm['mail']}.example")
        for number, person in enumerate(firm["persons"]):
            person_id = self._add_person(
                counterparty,
                full_name=person["full_name"],
                position=person["position"],
                birthday=self._birthday(person["birthday"]),
                is_main=number == 0,
            )
            self._add_point(counterparty, person_id, "phone", person["phone"], is_main=True)
            self._add_mail(counterparty, person_id, f"{person['mail']}@{firm['mail']}.example")

    def _birthday(self, text: str | None) -> date | None:
        """A date, or "1984+5": born that year, with the birthday in so many days."""
        if text is None or "+" not in text:
            return date.fromisoformat(text) if text else None
        year, days = text.split("+")
        return (self._today + timedelta(days=int(days))).replace(year=int(year))

    def add_invented(self, role: str) -> None:
        rng = self._rng
        town = self._towns[rng.choices(self._town_names, self._town_weights)[0]]
        form, name, owner = self._firm_name(role, town["town"])
        site = self._site(owner if form == "ИП" else name)
        counterparty = self._rows.new_id("counterparty")
        roles = (role, "client") if role in ("partner", "supplier") and rng.random() < 0.2 else (role,)
        is_client = "client" in roles
        group, line = rng.randrange(*_GROUPS[role]), rng.randrange(*_LINES[role])
        inn = self._inn(town["inn"], 12 if form == "ИП" else 10)
        category = self._category(role)
        source = rng.randint(1, len(self._directories["ad_source"])) if is_client else None

        # Some were taken down in a hurry: what is missing, the card asks for later.
        def known(value: str | None) -> str | None:
            return value if rng.random() > 0.06 else None

        self._add_firm(
            counterparty,
            roles=roles,
            name=name,
            full_name=f"{words('firms')['long_forms'][form]} {owner if form == 'ИП' else name[len(form) + 1 :]}",
            inn=known(inn),
            kpp=None if form == "ИП" else f"{inn[:4]}01001",
            address=f"{self._index(town)}, {town['town']}, {rng.choice(words('firms')['streets'])}, {rng.randint(1, 90)}",
            site=f"{site}.example" if rng.random() < 0.7 else None,
            business_line_id=known(demo_id("business_line", 1 + line)),
            region_id=known(self._value("region", town["region"])),
            group_id=known(demo_id("counterparty_group", 1 + group)),
            category_id=known(demo_id("category", category)),
            ad_source_id=known(demo_id("ad_source", source)) if source else None,
            responsible_id=self._employees[self._responsible(role)],
            applied_on=self._today - timedelta(days=rng.randint(0, 1100)) if is_client else None,
            highlight=rng.randint(1, 6) if rng.random() < 0.06 else None,
            note=rng.choice(words("firms")["notes"]) if rng.random() < 0.15 else None,
            archived=rng.random() < 0.01,
        )
        phone = self._number(town["code"])
        self._add_point(counterparty, None, "phone", phone, is_main=True)
        if rng.random() < 0.35:
            self._add_point(counterparty, None, "fax", self._number(town["code"]), is_main=True)
        self._add_mail(counterparty, None, f"info@{site}.example")
        self._add_persons(counterparty, role, owner, form, town["code"], phone, site)

    def _add_persons(
        self, counterparty: str, role: str, owner: str, form: str, code: str, phone: str, site: str
    ) -> None:
        rng = self._rng
        mails: set[str] = set()
        for number in range(1 if form == "ИП" else rng.choices((1, 2, 3), (45, 35, 20))[0]):
            name = owner if number == 0 else self._person_name()
            born = date(1955, 1, 1) + timedelta(days=rng.randrange(16500))
            person = self._add_person(
                counterparty,
                full_name=name,
                position="предприниматель" if form == "ИП" else rng.choice(words("firms")["positions"][role]),
                birthday=born if rng.random() < 0.6 else None,
                is_main=number == 0,
            )
            chance = rng.random()
            if chance < 0.45:
                value = self._number(code)
            elif chance < 0.75:
                value = f"{phone} доб. {rng.randint(101, 399)}"
            else:
                value = self._number(rng.choice(_MOBILE_CODES))
            self._add_point(counterparty, person, "phone", value, is_main=True)
            mail = latin(split_full_name(name).surname)
            if mail not in mails and rng.random() < 0.8:
                mails.add(mail)
                self._add_mail(counterparty, person, f"{mail}@{site}.example")

    def _add_firm(self, counterparty: str, *, roles: tuple[str, ...], name: str, **values: Any) -> None:
        self._rows.add(
            "counterparty",
            id=counterparty,
            name=name,
            search_text=search_text(name, values["full_name"], values["inn"]),
            sort_key=sort_key(name),
            **values,
        )
        for role in roles:
            self._rows.add("counterparty_role", counterparty_id=counterparty, role=role)

    def _add_person(self, counterparty: str, **values: Any) -> str:
        person = self._rows.new_id("contact_person")
        self._rows.add("contact_person", id=person, counterparty_id=counterparty, **values)
        return person

    def _add_point(
        self, counterparty: str, person: str | None, kind: str, value: str, *, is_main: bool
    ) -> None:
        digits = _national(value)
        self._rows.add(
            "contact_point",
            id=self._rows.new_id("contact_point"),
            counterparty_id=counterparty,
            contact_person_id=person,
            kind=kind,
            value=value,
            e164=f"+7{digits}",
            digits=digits,
            extension=value.partition("доб. ")[2] or None,
            is_main=is_main,
        )

    def _add_mail(self, counterparty: str, person: str | None, value: str) -> None:
        self._rows.add(
            "contact_point",
            id=self._rows.new_id("contact_point"),
            counterparty_id=counterparty,
            contact_person_id=person,
            kind="email",
            value=value,
            is_main=True,
        )

    def _person_name(self) -> str:
        rng, names = self._rng, words("names")
        surname = rng.choice(names["surnames"])
        man, woman = rng.choice(names["patronymics"])
        if rng.random() < 0.5:
            return f"{surname} {rng.choice(names['men'])} {man}"
        return f"{feminine(surname)} {rng.choice(names['women'])} {woman}"

    def _firm_name(self, role: str, town: str) -> tuple[str, str, str]:
        """The legal form, the name with it and whose firm it is; no two firms have the same name."""
        rng, firms = self._rng, words("firms")
        forms, weights = zip(*firms["forms"], strict=True)
        while True:
            owner = self._person_name()
            form = rng.choices(forms, weights)[0] if role != "publisher" else "ООО"
            if form == "ИП":
                name = f"ИП {short_name(owner)}"
            elif role == "publisher":
                name = f"{form} «{rng.choice(firms['publisher_names'])} — {town}»"
            elif role == "agency":
                name = f"{form} «РА {rng.choice(firms['agency_names'])} — {town}»"
            else:
                name = f"{form} «{self._invented_word()}»"
            if name.lower() not in self._taken_names:
                self._taken_names.add(name.lower())
                return form, name, owner
            town = rng.choice(self._town_names)

    def _invented_word(self) -> str:
        rng, firms = self._rng, words("firms")
        head, tail = rng.choice(firms["heads"]), rng.choice(firms["tails"])
        joined, kind = rng.choice(firms["joined"]), rng.random()
        word = f"{head}{tail.capitalize()}"
        if head.lower() == tail or kind < 0.3:
            return f"{head}{'-' if kind < 0.12 else ' '}{joined}"
        return word if kind < 0.75 else f"{word}-{joined}"

    def _site(self, name: str) -> str:
        quoted = re.search(r"«(?:РА )?(.+)»", name)
        base = latin(quoted[1] if quoted else " ".join(split_full_name(name).surname.split()))
        site, number = base, 1
        while site in self._taken_sites:
            number += 1
            site = f"{base}{number}"
        self._taken_sites.add(site)
        return site

    def _number(self, code: str) -> str:
        """A number that nobody has: 555 stands at its beginning, 55 where the code has four digits."""
        while True:
            turn = self._next_number[code] = self._next_number.get(code, 0) + 1
            last = turn * 7919 % 10000
            value = f"({code}) {'555' if len(code) == 3 else '55'}-{last // 100:02}-{last % 100:02}"
            if _national(value) not in self._taken_numbers:
                return value

    def _inn(self, region: str, length: int) -> str:
        """A tax number with right check digits."""
        free = length - 3 if length == 10 else length - 4
        body = f"{region}{self._rng.randrange(10**free):0{free}}"
        ends = (f"{body}{end:0{length - len(body)}}" for end in range(10 ** (length - len(body))))
        return next(number for number in ends if is_valid_inn(number))

    def _index(self, town: dict[str, Any]) -> str:
        start: str = town["index"]
        return f"{start}{self._rng.randrange(10 ** (6 - len(start))):0{6 - len(start)}}"

    def _category(self, role: str) -> int:
        if role == "client":
            return self._rng.choices((1, 2, 3, 4, 5, 6), (8, 30, 30, 15, 12, 5))[0]
        return 8 if role == "partner" else 7

    def _responsible(self, role: str) -> str:
        if role == "supplier":
            return "fomin"
        if role in ("publisher", "agency"):
            return "vlasova"
        if role == "partner":
            return self._rng.choice(("gromov", "egorov"))
        return self._rng.choices(("scherbakova", "timofeev", "egorov"), (40, 38, 22))[0]


def _national(value: str) -> str:
    """The ten digits of a number of the demo, without the country and the extension."""
    return re.sub(r"\D", "", value.partition("доб")[0])[-10:]
