"""Who may do what with every table and function of a company: read by people, compared with the database by a test.

Each cell holds the first letters of SELECT, INSERT, UPDATE; in small letters where only some columns are meant
(COLUMNS names them). Nobody has DELETE, TRUNCATE, REFERENCES or TRIGGER on anything. The groups that are not
named have what `employee` has, since they are its members; the administrator is apart. Not here: the group
`backup`, which reads everything and does nothing, and the role `accounts`, which ACCOUNTS_ROLE describes.
"""

GROUPS = (
    "employee",
    "manager",
    "advertising",
    "supply",
    "secretary",
    "accountant",
    "director",
    "administrator",
)

# table: what an employee of any group may; what secretary and director may beside; the administrator.
_WORK = {
    "activity": ("SIU", "", ""),
    "activity_private": ("Su", "", ""),
    "attempt": ("SIu", "", ""),
    "plan": ("Siu", "", ""),
    "daily_showing": ("SI", "", ""),
    "counterparty": ("SIU", "", ""),
    "counterparty_role": ("SIU", "", ""),
    "counterparty_search": ("S", "", ""),
    "contact_person": ("SIU", "", ""),
    "contact_point": ("SIU", "", ""),
    "agreed_term": ("SIU", "", ""),
    "employee_layout": ("Siu", "", ""),
    "feedback": ("Siu", "", ""),
    "important_date": ("SIU", "", ""),
    "saved_view": ("Siu", "", ""),
    "import_batch": ("Si", "", ""),
    "import_row": ("SI", "", ""),
    "act": ("Si", "", "Si"),
    "notice": ("Su", "", ""),
    "reminder_shown": ("Si", "", ""),
    "alembic_version": ("S", "", "S"),
}
_COMPANY = {
    "company": ("S", "u", "Su"),
    "department": ("S", "IU", "SIU"),
    "employee": ("S", "iu", "Siu"),
    "absence": ("Siu", "", "Siu"),
    "reminder_route": ("S", "iu", "Siu"),
    "legend": ("S", "U", "SU"),
    "ad_expense": ("S", "IU", "SIU"),
    "ad_source": ("S", "IU", "SIU"),
    "activity_kind": ("S", "IU", "SIU"),
    "business_line": ("S", "IU", "SIU"),
    "category": ("S", "IU", "SIU"),
    "counterparty_group": ("S", "IU", "SIU"),
    "region": ("S", "IU", "SIU"),
    "result_kind": ("S", "IU", "SIU"),
}


def _cell(table: str, group: str, everybody: str, writers: str, administrator: str) -> str:
    if group == "administrator":
        return administrator
    if group in ("secretary", "director") or (
        group == "advertising" and table in ("ad_source", "ad_expense")
    ):
        return everybody + writers
    return everybody


TABLES: dict[str, dict[str, str]] = {
    table: {group: _cell(table, group, *cells) for group in GROUPS}
    for table, cells in {**_WORK, **_COMPANY}.items()
}
# Tables that are read by these groups and written by functions and triggers alone.
_TRACES = {
    "audit": ("director",),
    "erasure": ("director",),
    "account_event": ("director", "administrator"),
    "backup": ("director", "administrator"),
    "presence": (),
}
TABLES |= {
    table: {group: "S" if group in readers else "" for group in GROUPS} for table, readers in _TRACES.items()
}

_EMPLOYEE = frozenset(
    [
        "full_name",
        "position",
        "department_id",
        "birthday",
        "phone",
        "email",
        "has_workplace",
        "daily_norm",
    ]
)
_ABSENCE = frozenset({"employee_id", "valid_from", "valid_to", "substitute_id", "reason", "archived"})
_ROUTE = frozenset({"employee_id", "receiver_id", "valid_from", "valid_to", "reason", "archived"})
# (table, privilege): the columns that a small letter means.
COLUMNS: dict[tuple[str, str], frozenset[str]] = {
    ("act", "INSERT"): frozenset({"id"}),
    ("activity_private", "UPDATE"): frozenset(
        {
            "topic",
            "description",
            "result_text",
            "result_kind_id",
            "counterparty_id",
            "contact_person_id",
            "phone",
            "priority",
        }
    ),
    ("company", "UPDATE"): frozenset(
        {
            "name",
            "business",
            "inn",
            "kpp",
            "ogrn",
            "address",
            "phone",
            "email",
            "time_zone",
            "is_demo",
            "remind_days",
            "remind_minutes",
        }
    ),
    ("absence", "INSERT"): _ABSENCE | {"id"},
    ("absence", "UPDATE"): _ABSENCE,
    ("reminder_route", "INSERT"): _ROUTE | {"id"},
    ("reminder_route", "UPDATE"): _ROUTE,
    ("notice", "UPDATE"): frozenset(
        {
            "delivered_at",
            "opened_at",
            "answer",
            "answer_text",
            "snoozed_until",
            "hidden_at",
            "answer_seen_at",
        }
    ),
    ("reminder_shown", "INSERT"): frozenset({"employee_id", "occasion"}),
    ("attempt", "UPDATE"): frozenset({"withdrawn_at", "withdrawn_by"}),
    ("plan", "INSERT"): frozenset({"id", "title"}),
    ("plan", "UPDATE"): frozenset({"title"}),
    ("import_batch", "INSERT"): frozenset({"id", "file_name", "kind"}),
    ("feedback", "INSERT"): frozenset(
        {"id", "counterparty_id", "kind", "said_on", "text", "answer", "closed_on"}
    ),
    ("feedback", "UPDATE"): frozenset({"kind", "said_on", "text", "answer", "closed_on", "archived"}),
    ("saved_view", "INSERT"): frozenset({"id", "page", "name", "shared", "state"}),
    ("saved_view", "UPDATE"): frozenset({"name", "shared", "archived", "state"}),
    ("employee_layout", "INSERT"): frozenset({"name", "state"}),
    ("employee_layout", "UPDATE"): frozenset({"state"}),
    ("employee", "INSERT"): _EMPLOYEE | {"id"},
    ("employee", "UPDATE"): _EMPLOYEE,
}

# What the keeper of accounts may, (table, privilege): columns, all where none is named. UPDATE of account_event
# is for LOCK TABLE.
ACCOUNTS_ROLE: dict[tuple[str, str], frozenset[str]] = {
    ("account_event", "INSERT"): frozenset(),
    ("account_event", "UPDATE"): frozenset(),
    ("employee", "SELECT"): frozenset({"id", "login", "full_name", "active"}),
    ("employee", "UPDATE"): frozenset({"login"}),
    ("act", "SELECT"): frozenset({"login", "acted_at"}),
}

# Functions that everybody's session calls by itself; triggers' functions are nobody's to call.
CALLABLE = frozenset(
    {
        "role_prefix()",
        "current_login()",
        "current_employee_id()",
        "office_zone()",
        "office_today()",
        "folded(text)",
        "month_day(date)",
        "send_news(text,uuid[],uuid[],uuid[])",
        "session_has_group(text[])",
        "covers(date)",
        "answers_for(uuid)",
    }
)
# Functions that only these groups may call (a member of theirs is one of employee's members too).
CALLABLE_BY: dict[str, frozenset[str]] = {
    "was_finished_so(uuid,timestamp with time zone,uuid)": frozenset(GROUPS) - {"administrator"},
    "history_of(text,uuid,bigint,integer,text,text[])": frozenset(GROUPS) - {"administrator"},
    "erase_person(uuid,text)": frozenset({"director"}),
    "may_change_activity(uuid,uuid,uuid)": frozenset(GROUPS) - {"administrator"},
    "may_read_private(uuid,uuid)": frozenset(GROUPS) - {"administrator"},
    "whose_referent()": frozenset(GROUPS) - {"administrator"},
    "set_referent(uuid)": frozenset({"director"}),
    "send_message(uuid,uuid[],uuid[],text,uuid,uuid)": frozenset(GROUPS) - {"administrator"},
    "is_still_here(uuid)": frozenset(GROUPS) - {"administrator"},
    "create_account(text,text,text[],uuid)": frozenset({"administrator"}),
    "set_account_groups(text,text[])": frozenset({"administrator"}),
    "set_account_password(text,text)": frozenset({"administrator"}),
    "lock_account(text)": frozenset({"administrator", "director"}),
    "unlock_account(text)": frozenset({"administrator"}),
    "list_accounts()": frozenset({"administrator", "director"}),
    "dismiss_employee(uuid,uuid)": frozenset({"administrator", "director"}),
    "reinstate_employee(uuid)": frozenset({"administrator", "director"}),
    "note_presence(uuid,text,uuid,boolean)": frozenset(GROUPS) - {"administrator"},
    "who_has_open(text,uuid,uuid)": frozenset(GROUPS) - {"administrator"},
    "note_backup(timestamp with time zone,text,bigint,boolean)": frozenset({"backup"}),
}
# Of <prefix>__accounts, with those of CALLABLE_BY that are about accounts; all others are the owner's.
PARTS_OF_ACCOUNTS = frozenset(
    {
        "begin_account_change(text[])",
        "account_role(text)",
        "note_account_event(text,text,text)",
        "check_account_verifier(text)",
        "check_account_groups(text[],boolean)",
        "check_other_administrator(text)",
        "grant_account_groups(text,text[])",
        "end_account_sessions(text)",
    }
)
OWNED_BY_ACCOUNTS = PARTS_OF_ACCOUNTS | {name for name in CALLABLE_BY if "account" in name}
OF_TRIGGERS = frozenset(
    {
        "guard_absence()",
        "guard_activity()",
        "guard_notice()",
        "guard_daily_showing()",
        "guard_import_row()",
        "keep_private()",
        "private_changed()",
        "record_changes()",
        "stamp_row()",
        "stamp_activity()",
        "stamp_attempt()",
        "news_of_activities()",
        "news_of_attempts()",
        "news_of_counterparties()",
        "news_of_directories()",
        "news_of_notices()",
        "notices_of_activities()",
        "tell(jsonb)",
        "search_of_counterparties()",
        "refresh_counterparty_search(uuid[])",
    }
)
