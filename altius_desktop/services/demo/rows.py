"""Rows on their way into tables: ids made from numbers, and COPY, because 60,000 INSERTs would take a minute."""

from io import StringIO
from typing import Any

# Columns that are not named here keep the table's own default.
_COLUMNS = {
    "company": "id name business inn kpp ogrn address phone email time_zone is_demo",
    "department": "id name",
    "employee": "id full_name position department_id birthday phone email login has_workplace",
    "business_line": "id name position",
    "region": "id name position",
    "counterparty_group": "id name position",
    "category": "id name position",
    "ad_source": "id name position",
    "counterparty": (
        "id name full_name inn kpp address site business_line_id region_id group_id category_id ad_source_id "
        "responsible_id applied_on highlight note search_text sort_key archived"
    ),
    "counterparty_role": "counterparty_id role",
    "contact_person": "id counterparty_id full_name position birthday is_main",
    "contact_point": "id counterparty_id contact_person_id kind value e164 digits extension is_main",
    "activity": (
        "id section kind_id counterparty_id contact_person_id phone assignee_id department_id author_id "
        "planned_at due_on due_at deadline_on topic description priority highlight status result_kind_id "
        "result_text finished_at finished_by follows_id"
    ),
    "attempt": "id activity_id outcome attempted_at attempted_by",
    "daily_showing": "activity_id employee_id shown_on",
    "act": "id acted_at",
    "reminder_route": "id employee_id receiver_id",
}
TABLES = tuple(_COLUMNS)
COLUMNS = {table: tuple(columns.split()) for table, columns in _COLUMNS.items()}
_NUMBERS = {table: number for number, table in enumerate(TABLES, 1)}
_DEFAULTS: dict[str, Any] = {
    "topic": "",
    "description": "",
    "priority": 2,
    "status": "planned",
    "result_text": "",
    "is_main": False,
    "archived": False,
}
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

FIRST_ID = "01910000-0000-7000-8000-000000000000"
LAST_ID = "01910000-0000-7000-8fff-ffffffffffff"


def demo_id(table: str, number: int) -> str:
    """The id of the demo's row `number` of `table`: a UUIDv7 in form, the same whenever the demo is made."""
    return f"01910000-0000-7000-8{_NUMBERS[table]:03x}-{number:012x}"


class Rows:
    """Rows of several tables, collected and then copied in the order in which they refer to each other."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {table: [] for table in TABLES}
        self._numbers = dict.fromkeys(TABLES, 0)

    def new_id(self, table: str) -> str:
        """The next id in this table's line."""
        self._numbers[table] += 1
        return demo_id(table, self._numbers[table])

    def add(self, table: str, **values: Any) -> None:
        """Keep a row; a column left out is empty, or what a new row has there."""
        columns = COLUMNS[table]
        if unknown := values.keys() - set(columns):
            raise ValueError(f"no such columns in {table}: {unknown}")
        self._lines[table].append(
            "\t".join([_field(values.get(column, _DEFAULTS.get(column))) for column in columns])
        )

    def copy(self, cursor: Any) -> None:
        """Write everything kept so far through `cursor`, and keep it no longer."""
        for table, lines in self._lines.items():
            if lines:
                text = StringIO("\n".join(lines) + "\n")
                cursor.copy_expert(f"COPY {table} ({', '.join(COLUMNS[table])}) FROM STDIN", text)
                lines.clear()


def _field(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    return str(value)
