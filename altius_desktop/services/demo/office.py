"""The people of the demo, and whom each of them works with."""

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from altius_desktop.services.demo.rows import Rows, demo_id
from altius_desktop.services.demo.words import words

DEMO_PASSWORD = "demo"


@dataclass(frozen=True)
class DemoLogin:
    """Somebody who can log in to the demo; the password is DEMO_PASSWORD."""

    login: str
    full_name: str
    position: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Colleague:
    """One of the demo's employees; `receiver_id` is who sees to his entries, himself if he has a workplace."""

    number: int
    key: str
    id: str
    full_name: str
    department_id: str
    has_workplace: bool
    receiver_id: str
    share: int
    work: dict[str, Any] = field(repr=False, hash=False, compare=False)


@dataclass(frozen=True)
class Partner:
    """A counterparty as the planning needs it."""

    id: str
    roles: frozenset[str]
    responsible_id: str | None
    persons: tuple[str, ...]


def _demo_logins() -> tuple[DemoLogin, ...]:
    company = words("company")
    people = [
        DemoLogin(person["key"], person["full_name"], person["position"], tuple(person["groups"]))
        for person in company["employees"]
        if person["groups"]
    ]
    admin = company["administrator"]
    return (*people, DemoLogin(admin["login"], admin["full_name"], admin["position"], ("administrator",)))


DEMO_LOGINS = _demo_logins()


def department_id(name: str) -> str:
    return demo_id("department", 1 + words("company")["departments"].index(name))


def colleagues() -> tuple[Colleague, ...]:
    """The thirteen employees, in the company card's order."""
    people = words("company")["employees"]
    ids = {person["key"]: demo_id("employee", number) for number, person in enumerate(people, 1)}
    return tuple(
        Colleague(
            number=number,
            key=person["key"],
            id=ids[person["key"]],
            full_name=person["full_name"],
            department_id=department_id(person["department"]),
            has_workplace=bool(person["groups"]),
            receiver_id=ids[person.get("receiver", person["key"])],
            share=person["a_year"],
            work=words("work")[person["work"]],
        )
        for number, person in enumerate(people, 1)
    )


def add_company(rows: Rows) -> None:
    """The company card, its departments, its employees, and the values of the directories."""
    company = words("company")
    rows.add("company", id=1, time_zone="Europe/Moscow", is_demo=True, **company["company"])
    for name in company["departments"]:
        rows.add("department", id=rows.new_id("department"), name=name)
    for person in company["employees"]:
        login = person["key"] if person["groups"] else None
        rows.add(
            "employee",
            id=rows.new_id("employee"),
            full_name=person["full_name"],
            position=person["position"],
            department_id=department_id(person["department"]),
            birthday=date.fromisoformat(person["birthday"]),
            phone=f"+7 495 555-30-10, доб. {person['extension']}" if login else None,
            email=f"{login}@teplodom.example" if login else None,
            login=login,
            has_workplace=login is not None,
        )
    for colleague in colleagues():
        if colleague.receiver_id != colleague.id:
            rows.add(
                "reminder_route",
                id=rows.new_id("reminder_route"),
                employee_id=colleague.id,
                receiver_id=colleague.receiver_id,
            )
    regions = list(dict.fromkeys(town["region"] for town in words("towns")))
    for table, names in {**words("directories"), "region": regions}.items():
        for position, name in enumerate(names, 1):
            rows.add(table, id=rows.new_id(table), name=name, position=position)


class Office:
    """The colleagues with the kinds and counterparties that the database holds; chooses by the given Random."""

    def __init__(self, cursor: Any) -> None:
        self.colleagues = colleagues()
        self.by_id = {colleague.id: colleague for colleague in self.colleagues}
        self.by_key = {colleague.key: colleague for colleague in self.colleagues}
        cursor.execute("SELECT name, id::text, section FROM activity_kind ORDER BY position")
        kinds = cursor.fetchall()
        self._kinds: dict[str, str] = {name: kind for name, kind, _section in kinds}
        self._kind_names: dict[str, str] = {kind: name for name, kind, _section in kinds}
        self._spare_kinds: dict[str, str] = {section: kind for _name, kind, section in reversed(kinds)}
        cursor.execute("SELECT name, id::text FROM result_kind ORDER BY position")
        self.result_kinds: dict[str, str] = dict(cursor.fetchall())
        cursor.execute("""
            SELECT c.id::text, c.responsible_id::text,
                   array(SELECT r.role FROM counterparty_role AS r
                         WHERE r.counterparty_id = c.id AND NOT r.archived ORDER BY r.role),
                   array(SELECT p.id::text FROM contact_person AS p
                         WHERE p.counterparty_id = c.id AND NOT p.archived ORDER BY p.is_main DESC, p.id)
            FROM counterparty AS c WHERE NOT c.archived ORDER BY c.id LIMIT 5000""")
        partners = [Partner(row[0], frozenset(row[2]), row[1], tuple(row[3])) for row in cursor.fetchall()]
        self._circles = {colleague.key: _circle(colleague, partners) for colleague in self.colleagues}

    def kind_id(self, name: str) -> str:
        """The kind of this name, or another of its section where people have renamed it."""
        section = "call" if name == "Звонок" else "event"
        return self._kinds.get(name) or self._spare_kinds[section]

    def kind_name(self, kind_id: str) -> str:
        return self._kind_names[kind_id]

    def partner(self, rng: Random, colleague: Colleague) -> Partner:
        """Somebody this colleague deals with; some more often than others."""
        circle = self._circles[colleague.key]
        return circle[int(len(circle) * rng.random() ** 1.5)]

    def author(self, rng: Random, colleague: Colleague) -> Colleague:
        """Who plans for this colleague: mostly himself, often the secretary, sometimes anybody."""
        chance = rng.random()
        if colleague.has_workplace and chance < 0.75:
            return colleague
        if chance < 0.87:
            return self.by_key["lapina"]
        return rng.choice([other for other in self.colleagues if other.has_workplace])


def _circle(colleague: Colleague, partners: list[Partner]) -> list[Partner]:
    roles = set(colleague.work["roles"])
    known = [partner for partner in partners if partner.roles & roles]
    own = [partner for partner in known if partner.responsible_id == colleague.id]
    # Clients have a manager of their own; the other services deal with everybody in their roles.
    return (own or known or partners) if roles == {"client"} else (known or partners)
