"""Who may do what with every table and function of a company: read by people, compared with the database by a test.

Each cell holds the first letters of SELECT, INSERT, UPDATE; in small letters where only some columns are meant
(COLUMNS names them). Nobody has DELETE, TRUNCATE, REFERENCES or TRIGGER on anything. The groups that are not
named have what `employee` has, since they are its members; the administrator is apart.
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
    "alembic_version": ("S", "", "S"),
}
_COMPANY = {
    "company": ("S", "U", "SU"),
    "department": ("S", "IU", "SIU"),
    "employee": ("S", "iu", "Siu"),
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

_EMPLOYEE = frozenset(
    [
        "full_name",
        "position",
        "department_id",
        "birthday",
        "phone",
        "email",
        "has_workplace",
        "active",
        "daily_norm",
    ]
)
# (table, privilege): the columns that a small letter means.
COLUMNS: dict[tuple[str, str], frozenset[str]] = {
    ("act", "INSERT"): frozenset({"id"}),
    ("attempt", "UPDATE"): frozenset({"withdrawn_at", "withdrawn_by"}),
    ("plan", "INSERT"): frozenset({"id", "title"}),
    ("plan", "UPDATE"): frozenset({"title"}),
    ("import_batch", "INSERT"): frozenset({"id", "file_name", "kind"}),
    ("feedback", "INSERT"): frozenset(
        {"id", "counterparty_id", "kind", "said_on", "text", "answer", "closed_on"}
    ),
    ("feedback", "UPDATE"): frozenset({"kind", "said_on", "text", "answer", "closed_on"}),
    ("saved_view", "INSERT"): frozenset({"id", "page", "name", "shared", "state"}),
    ("saved_view", "UPDATE"): frozenset({"name", "shared", "archived", "state"}),
    ("employee_layout", "INSERT"): frozenset({"name", "state"}),
    ("employee_layout", "UPDATE"): frozenset({"state"}),
    ("employee", "INSERT"): _EMPLOYEE | {"id"},
    ("employee", "UPDATE"): _EMPLOYEE,
}

# Functions that a session calls by itself; triggers' functions are nobody's to call.
CALLABLE = frozenset(
    {
        "role_prefix()",
        "current_login()",
        "current_employee_id()",
        "office_zone()",
        "office_today()",
        "folded(text)",
        "send_news(text,uuid[],uuid[],uuid[])",
    }
)
OF_TRIGGERS = frozenset(
    {
        "stamp_row()",
        "stamp_activity()",
        "stamp_attempt()",
        "news_of_activities()",
        "news_of_attempts()",
        "news_of_counterparties()",
        "news_of_directories()",
        "search_of_counterparties()",
        "refresh_counterparty_search(uuid[])",
    }
)
