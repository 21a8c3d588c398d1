"""The values every company starts with: kinds of contact, kinds of result, names of the colours."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Fixed ids: a value keeps its id in every company, whatever it is renamed to.
ACTIVITY_KINDS = (
    ("call", "Звонок", "phone"),
    ("event", "Встреча", "meeting"),
    ("event", "E-mail", "mail"),
    ("event", "Факс", "fax"),
    ("event", "Документы", "document"),
    ("event", "Поставка", "truck"),
    ("event", "Письмо", "letter"),
    ("event", "Другое", "calendar"),
)
# name, icon, successful, interested, postpones
RESULT_KINDS = (
    ("Заключен договор", "result_contract", True, True, False),
    ("Заинтересованы в товаре", "result_interested", True, True, False),
    ("Просят коммерческое предложение", "result_offer", True, True, False),
    ("Отложено", "result_postponed", False, False, True),
    ("Просят выставить счёт", "result_invoice", True, True, False),
    ("Перезвонят сами", "result_call_back", False, False, False),
    ("Отказ", "result_refused", False, False, False),
    ("Выполнено", "done", True, False, False),
    ("Не состоялось", "day_empty", False, False, False),
)
COLORS = ("Жёлтый", "Зелёный", "Голубой", "Сиреневый", "Розовый", "Персиковый")


def _id(table: int, number: int) -> str:
    return f"01900000-0000-7000-8{table:03x}-{number:012x}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def upgrade() -> None:
    for number, (section, name, icon) in enumerate(ACTIVITY_KINDS, 1):
        op.execute(
            "INSERT INTO activity_kind (id, section, name, icon, position) "
            f"VALUES ('{_id(1, number)}', '{section}', {_quoted(name)}, '{icon}', {number})"
        )
    for number, (name, icon, successful, interested, postpones) in enumerate(RESULT_KINDS, 1):
        op.execute(
            "INSERT INTO result_kind (id, name, icon, successful, interested, postpones, position) "
            f"VALUES ('{_id(2, number)}', {_quoted(name)}, '{icon}', {successful}, {interested}, "
            f"{postpones}, {number})"
        )
    for number, name in enumerate(COLORS, 1):
        op.execute(f"INSERT INTO legend (highlight, name) VALUES ({number}, {_quoted(name)})")


def downgrade() -> None:
    for table in ("activity_kind", "result_kind", "legend"):
        op.execute(f"DELETE FROM {table}")
