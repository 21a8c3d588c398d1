"""What goes wrong between the program and the server is told in the user's words, in both languages."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from altius_desktop.database.connection import Credentials, open_connection
from altius_desktop.database.errors import CONSTRAINTS, login_error
from altius_desktop.domain.errors import ConnectionLost, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _, set_language
from altius_desktop.services.activities import record_result, set_highlight
from altius_desktop.services.demo import DEMO_PASSWORD
from tests.conftest import PREFIX, Office
from tests.db.desks import Desk, as_owner
from tests.db.refusals import refusal

Desks = Callable[[str], Desk]
DRIVERS_WORDS = re.compile(
    r"psycopg|sqlalchemy|Traceback|FATAL|ERROR|DETAIL|relation|constraint|violat|authentication|socket|libpq|\w+_\w+_\w+"
)


@pytest.fixture(params=["ru", "en"])
def language(request: pytest.FixtureRequest) -> str:
    set_language(request.param)
    return str(request.param)


def is_told(error: UserError, language: str, *, names: tuple[str, ...] = ()) -> None:
    """In the user's language, with no word of the driver's."""
    text = str(error)
    for name in names:
        text = text.replace(name, "")
    assert error.text
    assert not DRIVERS_WORDS.search(text), text
    foreign = r"[A-Za-z]{3,}" if language == "ru" else r"[А-Яа-яЁё]{3,}"
    allowed = re.sub(r"Caps Lock|Altius", "", text)
    assert not re.search(foreign, allowed), text
    assert re.search(r"[А-Яа-я]" if language == "ru" else r"[A-Za-z]", text), text


@contextmanager
def altered(office: Office, there: str, back: str) -> Iterator[None]:
    as_owner(office, there)
    try:
        yield
    finally:
        as_owner(office, back)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("scherbakova", "wrong"),
        ("scherbakova", ""),
        ("nobody", DEMO_PASSWORD),
        ("", DEMO_PASSWORD),
        ("Щербакова", DEMO_PASSWORD),
        ("scherbakova\x00", DEMO_PASSWORD),
        ("scherbakova", "nul\x00"),
        ("scherbakova", "\ud83d"),
        ("\ud83d", "x"),
        ("x" * 5000, "x"),
        ("scherbakova' dbname=postgres", "x"),
    ],
)
def test_a_wrong_login_or_password_is_told_without_saying_which(
    office: Office, language: str, login: str, password: str
) -> None:
    error = refusal(office.address, login, password)
    is_told(error, language)
    assert error.text == refusal(office.address, "scherbakova", "wrong").text
    assert not isinstance(error, ConnectionLost)


def test_no_server_is_a_lost_connection(office: Office, language: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = replace(office.address, port=free.getsockname()[1])
    error = refusal(closed, "scherbakova", DEMO_PASSWORD)
    assert isinstance(error, ConnectionLost)
    is_told(error, language)


def test_a_server_that_is_no_postgresql_is_told_of_in_words(office: Office, language: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer() -> None:
            peer, _address = other.accept()
            peer.recv(1000)
            peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            peer.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        error = refusal(replace(office.address, port=other.getsockname()[1], sslmode="disable"), "x", "x")
        thread.join(10)
    is_told(error, language)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "host name", "а" * 300])
def test_an_impossible_address_is_told_of_in_words(office: Office, language: str, host: str) -> None:
    is_told(refusal(replace(office.address, host=host), "x", "x"), language, names=(host,))


def test_a_database_that_is_not_there_and_one_that_is_closed_to_us(office: Office, language: str) -> None:
    names = ("127.0.0.1", "template1", office.address.database)
    missing = refusal(
        replace(office.address, database="nowhere", prefix=PREFIX), "scherbakova", DEMO_PASSWORD
    )
    is_told(missing, language, names=names)
    admin = f"REVOKE CONNECT ON DATABASE {office.address.database} FROM {PREFIX}__employee"
    as_owner(office, admin)
    closed = refusal(office.address, "scherbakova", DEMO_PASSWORD)
    is_told(closed, language, names=names)
    assert len({missing.text, closed.text}) == 2
    assert not isinstance(closed, ConnectionLost)


def test_a_locked_login_and_an_expired_one(office: Office, language: str) -> None:
    role = f"{PREFIX}_vlasova"
    with altered(office, f"ALTER ROLE {role} NOLOGIN", f"ALTER ROLE {role} LOGIN"):
        locked = refusal(office.address, "vlasova", DEMO_PASSWORD)
    with altered(
        office, f"ALTER ROLE {role} VALID UNTIL '2001-01-01'", f"ALTER ROLE {role} VALID UNTIL 'infinity'"
    ):
        expired = refusal(office.address, "vlasova", DEMO_PASSWORD)
    is_told(locked, language)
    is_told(expired, language)
    assert locked.text != expired.text


def test_a_full_server_is_told_of_in_words(office: Office, language: str) -> None:
    role = f"{PREFIX}_vlasova"
    with altered(office, f"ALTER ROLE {role} CONNECTION LIMIT 0", f"ALTER ROLE {role} CONNECTION LIMIT -1"):
        error = refusal(office.address, "vlasova", DEMO_PASSWORD)
    assert isinstance(error, ConnectionLost)
    is_told(error, language, names=("127.0.0.1",))


# Before the login a server speaks its own language: these are PostgreSQL's Russian texts.
RUSSIAN_SERVER = {
    'ВАЖНО:  пользователь "altius_x" не прошёл проверку подлинности (по паролю)': "password authentication failed",
    'ВАЖНО:  для роли "altius_x" вход запрещён': 'role "altius_x" is not permitted to log in',
    'ВАЖНО:  база данных "altius" не существует': 'database "altius" does not exist',
    'ВАЖНО:  нет доступа к базе данных "altius"\nDETAIL:  Пользователь не имеет привилегии CONNECT.': 'permission denied for database "altius"',
    'ВАЖНО:  в pg_hba.conf нет записи для компьютера "1.2.3.4"': "no pg_hba.conf entry for host",
    "ВАЖНО:  извините, уже слишком много клиентов": "sorry, too many clients already",
    "ВАЖНО:  оставшиеся слоты подключений зарезервированы": "remaining connection slots are reserved",
    "ВАЖНО:  система баз данных запускается": "the database system is starting up",
    "ВАЖНО:  система баз данных останавливается": "the database system is shutting down",
}


@pytest.mark.parametrize(("russian", "english"), RUSSIAN_SERVER.items())
def test_a_russian_server_is_understood_like_an_english_one(russian: str, english: str) -> None:
    told, expected = login_error(russian, "server"), login_error(english, "server")
    assert (type(told), told.text) == (type(expected), expected.text)
    assert told.text != login_error("anything else", "server").text


def test_what_a_russian_windows_server_says_in_its_own_code_page_is_understood(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(**_options: Any) -> None:
        said = 'FATAL:  пользователь "x" не прошёл проверку подлинности (по паролю)'.encode("cp1251")
        said.decode("utf-8")

    monkeypatch.setattr("altius_desktop.database.connection.psycopg2.connect", connect)
    with pytest.raises(UserError) as told:
        open_connection(office.address, Credentials("x", "y"))
    assert told.value.text == login_error("password authentication failed", "x").text


@pytest.mark.parametrize("text", ["нуль\x00байт", "\ud83d", "до \udfff после"])
def test_characters_that_cannot_be_stored_are_told_of_and_nothing_is_saved(
    desk: Desks, language: str, text: str
) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    with pytest.raises(UserError) as told:
        scherbakova.act(
            record_result, activity_id=call, seen_version=1, kind_id=None, text=text, follow_up_id=new_id()
        )
    is_told(told.value, language)
    assert scherbakova.row(call).status == "planned"


def test_a_row_that_a_colleague_holds_is_told_of_after_three_seconds(desk: Desks, language: str) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    with scherbakova.office.connect("timofeev") as theirs:
        theirs.autocommit = False
        with theirs.cursor() as cursor:
            cursor.execute("UPDATE activity SET priority = 1 WHERE id = %s", (str(call),))
        with pytest.raises(UserError) as told:
            scherbakova.act(set_highlight, activity_id=call, highlight=1)
        theirs.rollback()
    is_told(told.value, language)
    scherbakova.act(set_highlight, activity_id=call, highlight=1)


def test_of_two_that_wait_for_each_other_one_is_told_and_the_other_saved(
    office: Office, desk: Desks, language: str
) -> None:
    as_owner(office, f"ALTER DATABASE {office.address.database} SET deadlock_timeout = '50ms'")
    one, other = desk("scherbakova"), desk("timofeev")
    rows = [one.plan(), one.plan()]
    both_hold = threading.Barrier(2)
    outcomes: list[BaseException | None] = [None, None]

    def change(number: int, who: Desk) -> None:
        update = sa.text("UPDATE activity SET priority = 3 WHERE id = :id")
        try:
            with who.database.transaction() as session:
                session.execute(update, {"id": rows[number]})
                both_hold.wait(10)
                session.execute(update, {"id": rows[1 - number]})
        except UserError as error:
            outcomes[number] = error

    threads = [threading.Thread(target=change, args=item, daemon=True) for item in enumerate((one, other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    (told,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(told, UserError)
    is_told(told, language)


def test_a_session_ended_between_two_acts_is_not_noticed_and_one_ended_within_is_told(
    office: Office, desk: Desks, language: str
) -> None:
    scherbakova = desk("scherbakova")
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'altius_scherbakova' AND datname = current_database()"
    call = scherbakova.plan()
    as_owner(office, end)
    scherbakova.row(call)
    with pytest.raises(ConnectionLost) as told, scherbakova.database.transaction() as session:
        session.execute(sa.text("SELECT 1"))
        as_owner(office, end)
        session.execute(sa.text("SELECT 1"))
    is_told(told.value, language)
    scherbakova.row(call)


def test_a_session_ended_at_the_commit_is_told_and_the_act_can_be_repeated(
    office: Office, desk: Desks
) -> None:
    scherbakova = desk("scherbakova")
    call, act = scherbakova.plan(), new_id()
    arguments: dict[str, Any] = {"act_id": act, "activity_id": call, "highlight": 4}
    with pytest.raises(ConnectionLost), scherbakova.database.transaction() as session:
        set_highlight(session, **arguments)
        as_owner(
            office,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'altius_scherbakova' AND datname = current_database()",
        )
    assert scherbakova.row(call).highlight is None
    scherbakova.act(set_highlight, **arguments)
    assert scherbakova.row(call).highlight == 4


def test_a_statement_that_takes_too_long_and_one_without_the_right_are_told_of(
    office: Office, language: str
) -> None:
    database = office.database("kryukov")
    for statement in (
        "SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)",
        "DELETE FROM activity",
        "UPDATE legend SET name = 'Моё'",
        "SELECT DATE '2026-13-45'",
        "SELECT CAST(:text AS date)",
    ):
        with pytest.raises(UserError) as told, database.transaction() as session:
            session.execute(sa.text(statement), {"text": "99999999-01-01"} if ":text" in statement else {})
        is_told(told.value, language)
    database.close()


def test_a_fault_of_ours_stays_a_fault(office: Office) -> None:
    database = office.database("kryukov")
    with pytest.raises(sa.exc.ProgrammingError), database.transaction() as session:
        session.execute(sa.text("SELECT no_such_column"))
    with pytest.raises(ZeroDivisionError), database.transaction():
        raise ZeroDivisionError
    database.close()


def test_every_constraint_that_has_a_text_exists_and_each_of_an_activitys_fields_has_one(
    office: Office,
) -> None:
    rows = as_owner(office, "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace")
    names = {name for (name,) in rows}
    assert set(CONSTRAINTS) <= names
    # The program fills these itself; a person never types them.
    own = r"section|status|finished|highlight|author|changed|(private_)?(follows|plan_id)|private_(hidden|activity|priority)"
    of_a_form = {
        name for name in names if re.match(rf"(ck|fk)_activity_(?!kind_name|kind_section|{own})", name)
    }
    assert {name for name in of_a_form if not name.startswith("fk_activity_kind_changed")} <= set(CONSTRAINTS)


def test_every_text_of_a_constraint_is_translated() -> None:
    set_language("ru")
    assert [text for _field, text in CONSTRAINTS.values() if not re.search("[А-Яа-я]", _(text))] == []
