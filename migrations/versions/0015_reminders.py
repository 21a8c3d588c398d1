"""What reminders look for: yearly days by month and day, dates that come once, deadlines of what is open."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MONTH_DAY = """
CREATE FUNCTION month_day(day date) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog, pg_temp AS $$
    SELECT (extract(month FROM day) * 100 + extract(day FROM day))::integer
$$
"""


def upgrade() -> None:
    op.execute(MONTH_DAY)
    op.execute("REVOKE EXECUTE ON FUNCTION month_day(date) FROM PUBLIC")
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    op.execute(
        f'GRANT EXECUTE ON FUNCTION month_day(date) TO "{prefix}__employee", "{prefix}__administrator"'
    )
    op.create_index(
        "ix_contact_person_birthday",
        "contact_person",
        [sa.text("month_day(birthday)")],
        postgresql_where=sa.text("birthday IS NOT NULL AND NOT archived"),
    )
    op.create_index(
        "ix_important_date_yearly",
        "important_date",
        [sa.text("month_day(falls_on)")],
        postgresql_where=sa.text("yearly AND NOT archived"),
    )
    op.create_index(
        "ix_important_date_once",
        "important_date",
        ["falls_on"],
        postgresql_where=sa.text("NOT yearly AND NOT archived"),
    )
    op.create_index(
        "ix_important_date_remind_days",
        "important_date",
        ["remind_days"],
        postgresql_where=sa.text("remind_days IS NOT NULL AND NOT archived"),
    )
    op.create_index(
        "ix_activity_deadline",
        "activity",
        ["assignee_id", "deadline_on"],
        postgresql_where=sa.text("status = 'planned' AND deadline_on IS NOT NULL"),
    )
    op.create_index(
        "ix_activity_person_open",
        "activity",
        ["contact_person_id", "due_on"],
        postgresql_where=sa.text("status = 'planned' AND contact_person_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_activity_person_open", "activity")
    op.drop_index("ix_activity_deadline", "activity")
    for name in ("remind_days", "once", "yearly"):
        op.drop_index(f"ix_important_date_{name}", "important_date")
    op.drop_index("ix_contact_person_birthday", "contact_person")
    op.execute("DROP FUNCTION month_day(date)")
