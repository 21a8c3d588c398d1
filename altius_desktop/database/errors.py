"""From what the driver raises to what the user is told: one table of constraint names, one of conditions."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
import sqlalchemy.exc
from psycopg2 import errorcodes

from altius_desktop.domain.errors import ConnectionLost, FieldError, LoginRefused, UserError
from altius_desktop.i18n import N_, _

# constraint name -> (field of the form, text)
CONSTRAINTS: dict[str, tuple[str, str]] = {
    "ck_activity_topic_length": ("topic", N_("The topic is longer than 200 characters.")),
    "ck_activity_topic_filled": ("topic", N_("Enter a topic or choose a counterparty.")),
    "ck_activity_description_length": ("description", N_("The description is longer than 5,000 characters.")),
    "ck_activity_phone_length": ("phone", N_("The phone is longer than 100 characters.")),
    "ck_activity_result_text_length": ("result_text", N_("The text is longer than 5,000 characters.")),
    "ck_activity_due_on_range": ("due_on", N_("The date must lie between 1900 and 2200.")),
    "ck_activity_deadline_on_range": ("deadline_on", N_("The date must lie between 1900 and 2200.")),
    "ck_activity_deadline_order": ("deadline_on", N_("The deadline lies before the first day.")),
    "ck_activity_assignee_given": ("assignee", N_("Choose who will do it.")),
    "ck_activity_kind_given": ("kind_id", N_("Choose the kind of contact.")),
    "ck_activity_private_assigned": (
        "assignee",
        N_("A private activity needs an employee to do it, not a department."),
    ),
    "ck_activity_private_topic_length": ("topic", N_("The topic is longer than 200 characters.")),
    "ck_activity_private_description_length": (
        "description",
        N_("The description is longer than 5,000 characters."),
    ),
    "ck_activity_private_phone_length": ("phone", N_("The phone is longer than 100 characters.")),
    "ck_activity_private_result_text_length": (
        "result_text",
        N_("The text is longer than 5,000 characters."),
    ),
    "fk_activity_private_contact_person_id": (
        "contact_person_id",
        N_("This contact person is no longer there."),
    ),
    "fk_activity_private_counterparty_id": ("counterparty_id", N_("This counterparty is no longer there.")),
    "fk_activity_private_result_kind_id": (
        "result_kind_id",
        N_("This kind of result is no longer there."),
    ),
    "ck_activity_priority_range": ("priority", N_("Choose the priority.")),
    "fk_activity_assignee_id": ("assignee", N_("This employee is no longer there.")),
    "fk_activity_department_id": ("assignee", N_("This department is no longer there.")),
    "fk_activity_contact_person_id": ("contact_person_id", N_("This contact person is no longer there.")),
    "fk_activity_counterparty_id": ("counterparty_id", N_("This counterparty is no longer there.")),
    "fk_activity_kind_id": ("kind_id", N_("This kind of contact is no longer there.")),
    "fk_activity_result_kind_id": ("result_kind_id", N_("This kind of result is no longer there.")),
    "ck_counterparty_name_length": ("name", N_("The name is longer than 300 characters.")),
    "ck_counterparty_name_filled": ("name", N_("Enter the name.")),
    "ck_ad_expense_period_order": ("ends_on", N_("The period ends before it begins.")),
    "ck_ad_expense_starts_on_range": ("starts_on", N_("The date must lie between 1900 and 2200.")),
    "ck_ad_expense_ends_on_range": ("ends_on", N_("The date must lie between 1900 and 2200.")),
    "ck_absence_valid_order": ("valid_to", N_("The last day lies before the first.")),
    "ck_absence_another": ("substitute_id", N_("Nobody stands in for himself.")),
    "ck_reminder_route_valid_order": ("valid_to", N_("The last day lies before the first.")),
    "ck_reminder_route_another": ("receiver_id", N_("Nobody stands in for himself.")),
    "ck_notice_text_length": ("text", N_("The text is longer than 5,000 characters.")),
    "ck_notice_text_filled": ("text", N_("Enter what you want to say.")),
    "ck_notice_answer_text_length": ("reason", N_("The text is longer than 1,000 characters.")),
    "ck_notice_reason_filled": ("reason", N_("Enter why you cannot.")),
    "fk_notice_counterparty_id": ("counterparty_id", N_("This counterparty is no longer there.")),
}

# The same for what triggers and functions refuse under a name of their own.
REFUSALS: dict[str, tuple[str, str]] = {
    "guard_activity_assignee_left": ("assignee", N_("This employee has left the company.")),
    "account_known": ("login", N_("There is no such login in the company.")),
    "account_login_form": ("login", N_("This cannot be a login.")),
    "account_new": ("login", N_("This login exists already.")),
    "account_verifier": ("password", N_("The password cannot be used.")),
    "account_groups_known": ("groups", N_("Choose what this person does in the company.")),
    "account_groups_apart": (
        "groups",
        N_(
            "The administrator's login and that of the backup belong to no employee and have no other rights."
        ),
    ),
    "account_groups_foreign": (
        "groups",
        N_("The server's administrator gave this login rights that cannot be changed here."),
    ),
    "account_employee_given": ("employee_id", N_("Choose whose login this is.")),
    "account_employee_free": (
        "employee_id",
        N_("This employee has a login already or has left the company."),
    ),
    "account_employee_left": ("employee_id", N_("This employee has left the company.")),
    "account_last_administrator": (
        "login",
        N_("This is the only administrator who can log in; make another one first."),
    ),
    "account_own": ("login", N_("Nobody can lock himself out.")),
    "send_message_reaches_somebody": (
        "recipients",
        N_("None of these people can be reached: they have no workplace, or have left."),
    ),
    "account_successor": ("successor_id", N_("Choose a colleague who takes the work over.")),
}

# constraint name -> text: what a guard keeps for those it belongs to.
GUARDED: dict[str, str] = {
    "guard_absence_own": N_("Only he himself, the secretary and the director enter when somebody is away."),
    "guard_activity_private": N_(
        "This is a private activity of {name}: only its assignee and whoever planned it may change it."
    ),
    "guard_activity_of_assignee": N_(
        "This activity is one of {name}: only its assignee, whoever planned it and the director may change it."
    ),
    "guard_activity_of_department": N_(
        "This activity is one of the department “{name}”: only somebody of the department, whoever planned it "
        "and the director may change it."
    ),
}

_UNREACHABLE = (
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
)


def connection_lost() -> ConnectionLost:
    return ConnectionLost(
        _("There is no connection to the server."),
        _("What you entered is kept; try again when the connection is back."),
    )


# A failed connect has no SQLSTATE, and before the login a server speaks its own language: in our
# country often Russian.
_WRONG_PASSWORD = ("password authentication failed", "no password supplied", "проверку подлинности")
_LOCKED = ("is not permitted to log in", "вход запрещ")
_NO_ACCESS = (
    "permission denied for database",
    "no pg_hba.conf entry",
    "привилегии CONNECT",
    "нет доступа к базе",
    "в pg_hba.conf нет",
)
_NO_DATABASE = re.compile(r'database ".*" does not exist|база данных ".*" не существует')
_FULL = ("too many", "remaining connection slots", "слишком много", "слоты подключений")
_NOT_READY = ("starting up", "shutting down", "in recovery mode", "система баз данных")
# These are libpq's own, which speaks English with us.
_NO_TLS = ("does not support SSL",)
_OTHER_NAME = ("does not match host name",)
_NOT_TRUSTED = ("certificate verify failed", "certificate is not valid", "self-signed certificate")
_NO_CERTIFICATE_FILE = ("root certificate file",)


def login_error(message: str, server: str) -> UserError:
    """Why nobody got in, told from the message of a failed connect."""

    def says(phrases: tuple[str, ...]) -> bool:
        return any(phrase in message for phrase in phrases)

    if says(_WRONG_PASSWORD):
        return LoginRefused(
            _("The login or the password is wrong."), _("Check the keyboard layout and Caps Lock.")
        )
    if says(_LOCKED):
        return UserError(_("This login is locked."), _("Ask your administrator."))
    if says(_NO_ACCESS):
        return UserError(
            _("This login has no access to the company on {server}.").format(server=server),
            _("Ask your administrator."),
        )
    if _NO_DATABASE.search(message):
        return UserError(
            _("There is no such company on {server}.").format(server=server),
            _("Check the name of the database."),
        )
    if says(_FULL):
        return ConnectionLost(
            _("The server {server} has no free connection.").format(server=server),
            _("Try again in a minute; tell your administrator if it happens again."),
        )
    if says(_NOT_READY):
        return ConnectionLost(
            _("The server {server} is just starting or stopping.").format(server=server),
            _("Try again in a minute."),
        )
    return _certificate_error(says, server) or ConnectionLost(
        _("The server {server} does not answer.").format(server=server),
        _("Check the address and the network."),
    )


def _certificate_error(says: Callable[[tuple[str, ...]], bool], server: str) -> UserError | None:
    """Why a server that answered is not trusted. No password has been sent."""
    if says(_OTHER_NAME):
        return UserError(
            _("The certificate of the server {server} is made out to another name.").format(server=server),
            _("Write the server's name as it stands in the certificate, or ask your administrator."),
        )
    if says(_NOT_TRUSTED):
        return UserError(
            _("The server {server} cannot prove that it is the company's server.").format(server=server),
            _("Your password was not sent. Ask your administrator for the certificate file."),
        )
    if says(_NO_CERTIFICATE_FILE):
        return UserError(
            _("The certificate file for the server {server} cannot be read.").format(server=server),
            _("Choose the file that your administrator gave you."),
        )
    if says(_NO_TLS):
        return UserError(
            _("The server {server} does not encrypt the connection.").format(server=server),
            _("Ask your administrator, or choose another protection of the connection."),
        )
    return None


def translate(error: BaseException) -> BaseException:
    """The UserError behind a database error, or the error itself where the fault is ours."""
    cause: BaseException
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        lost = error.connection_invalidated
        cause = error.orig if error.orig is not None else error
    else:
        lost, cause = False, error
    if isinstance(cause, psycopg2.Error):
        return _translate_driver(cause, lost) or error
    if isinstance(cause, ValueError) and "NUL" in str(cause):
        return UserError(_("The text contains characters that cannot be stored."), _("Type it again."))
    if isinstance(cause, UnicodeEncodeError):
        return UserError(_("The text contains characters that cannot be stored."), _("Type it again."))
    if isinstance(cause, sqlalchemy.exc.TimeoutError):
        return connection_lost()
    return error


@contextmanager
def plain_words() -> Iterator[None]:
    """What the driver raises inside comes out as a UserError, where the fault is not ours."""
    try:
        yield
    except psycopg2.Error as error:
        translated = translate(error)
        if translated is error:
            raise
        raise translated from error


def _translate_driver(cause: psycopg2.Error, lost: bool) -> UserError | None:
    code = cause.pgcode or ""
    if code.startswith("23") or code == errorcodes.NOT_NULL_VIOLATION:
        constraint = (cause.diag.constraint_name or "") if cause.diag else ""
        if constraint in CONSTRAINTS:
            field, text = CONSTRAINTS[constraint]
            return FieldError(field, _(text))
        if constraint in REFUSALS:
            field, text = REFUSALS[constraint]
            return FieldError(field, _(text))
        return None
    if code == errorcodes.INSUFFICIENT_PRIVILEGE:
        guarded = GUARDED.get(cause.diag.constraint_name or "")
        if guarded is not None:
            return UserError(_(guarded).format(name=cause.diag.message_detail or "—"))
        return UserError(_("You have no right to do this."), _("Ask your director or administrator."))
    if code in (
        errorcodes.LOCK_NOT_AVAILABLE,
        errorcodes.DEADLOCK_DETECTED,
        errorcodes.SERIALIZATION_FAILURE,
    ):
        return UserError(_("A colleague is saving the same row right now."), _("Try again."))
    if code in (errorcodes.DATETIME_FIELD_OVERFLOW, errorcodes.INVALID_DATETIME_FORMAT):
        return UserError(_("The date must lie between 1900 and 2200."))
    if code == errorcodes.QUERY_CANCELED:
        return UserError(_("The server needed too long and the request was stopped."), _("Try again."))
    if code.startswith("53"):
        return UserError(_("The server is out of space or memory."), _("Tell your administrator."))
    if lost or code.startswith(("08", "57P")) or (isinstance(cause, _UNREACHABLE) and not code):
        return connection_lost()
    return None
