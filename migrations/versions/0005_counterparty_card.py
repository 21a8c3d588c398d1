"""The counterparty's card: dates, wishes, agreed terms, delivery; costs of ads; views and layouts of an employee."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

VERSIONED = ("ad_expense", "agreed_term", "feedback", "important_date", "saved_view")
OF_A_COUNTERPARTY = ("agreed_term", "feedback", "important_date")
DIRECTORIES = (
    "ad_source",
    "ad_expense",
    "business_line",
    "category",
    "counterparty_group",
    "region",
    "saved_view",
)

EXPENSE_WRITERS = ("advertising", "secretary", "director", "administrator")

GRANTS: dict[str, dict[str, tuple[str, ...]]] = {
    "agreed_term": {"SELECT, INSERT, UPDATE": ("employee",)},
    "feedback": {
        # The author is whoever wrote it down: the column's default, which nobody sets.
        "SELECT, INSERT (id, counterparty_id, kind, said_on, text, answer, closed_on),"
        " UPDATE (kind, said_on, text, answer, closed_on)": ("employee",)
    },
    "important_date": {"SELECT, INSERT, UPDATE": ("employee",)},
    "ad_expense": {"SELECT": ("employee", "administrator"), "INSERT, UPDATE": EXPENSE_WRITERS},
    "saved_view": {
        "SELECT, INSERT (id, page, name, shared, state), UPDATE (name, shared, archived, state)": (
            "employee",
        )
    },
    "employee_layout": {"SELECT, INSERT (name, state), UPDATE (state)": ("employee",)},
}

# Own views and layouts are nobody else's; small tables, so the rows may be checked one by one.
POLICIES = """
ALTER TABLE saved_view ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON saved_view FOR SELECT USING (shared OR owner_id = current_employee_id());
CREATE POLICY made ON saved_view FOR INSERT WITH CHECK (owner_id = current_employee_id());
CREATE POLICY changed ON saved_view FOR UPDATE
    USING (owner_id = current_employee_id()) WITH CHECK (owner_id = current_employee_id());
ALTER TABLE employee_layout ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON employee_layout
    USING (employee_id = current_employee_id()) WITH CHECK (employee_id = current_employee_id());
"""


def upgrade() -> None:
    op.create_table(
        "ad_expense",
        sa.Column("ad_source_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "ends_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_ad_expense_ends_on_range"),
        ),
        sa.CheckConstraint(
            "starts_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_ad_expense_starts_on_range"),
        ),
        sa.CheckConstraint("amount BETWEEN 0 AND 999999999999.99", name=op.f("ck_ad_expense_amount_range")),
        sa.CheckConstraint("char_length(note) <= 500", name=op.f("ck_ad_expense_note_length")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_ad_expense_period_order")),
        sa.ForeignKeyConstraint(["ad_source_id"], ["ad_source.id"], name=op.f("fk_ad_expense_ad_source_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["employee.id"], name=op.f("fk_ad_expense_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ad_expense")),
    )
    op.create_index(
        op.f("ix_ad_expense_ad_source_id_starts_on"),
        "ad_expense",
        ["ad_source_id", "starts_on"],
        unique=False,
    )
    op.create_table(
        "employee_layout",
        sa.Column("employee_id", sa.Uuid(), server_default=sa.text("current_employee_id()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("char_length(name) <= 60", name=op.f("ck_employee_layout_name_length")),
        sa.CheckConstraint("pg_column_size(state) <= 20000", name=op.f("ck_employee_layout_state_size")),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_employee_layout_employee_id")
        ),
        sa.PrimaryKeyConstraint("employee_id", "name", name=op.f("pk_employee_layout")),
    )
    op.create_table(
        "saved_view",
        sa.Column("owner_id", sa.Uuid(), server_default=sa.text("current_employee_id()"), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_saved_view_name_filled")),
        sa.CheckConstraint("char_length(name) <= 100", name=op.f("ck_saved_view_name_length")),
        sa.CheckConstraint("char_length(page) <= 60", name=op.f("ck_saved_view_page_length")),
        sa.CheckConstraint("pg_column_size(state) <= 20000", name=op.f("ck_saved_view_state_size")),
        sa.ForeignKeyConstraint(["changed_by"], ["employee.id"], name=op.f("fk_saved_view_changed_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["employee.id"], name=op.f("fk_saved_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index(op.f("ix_saved_view_page"), "saved_view", ["page"], unique=False)
    op.create_table(
        "agreed_term",
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_agreed_term_text_filled")),
        sa.CheckConstraint(
            "valid_from BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_agreed_term_valid_from_range"),
        ),
        sa.CheckConstraint(
            "valid_to BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_agreed_term_valid_to_range"),
        ),
        sa.CheckConstraint("char_length(text) <= 2000", name=op.f("ck_agreed_term_text_length")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_agreed_term_valid_order")),
        sa.ForeignKeyConstraint(["changed_by"], ["employee.id"], name=op.f("fk_agreed_term_changed_by")),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_agreed_term_counterparty_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_term")),
    )
    op.create_index(op.f("ix_agreed_term_counterparty_id"), "agreed_term", ["counterparty_id"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), server_default=sa.text("current_employee_id()"), nullable=False),
        sa.Column("said_on", sa.Date(), server_default=sa.text("office_today()"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_feedback_text_filled")),
        sa.CheckConstraint(
            "closed_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_feedback_closed_on_range"),
        ),
        sa.CheckConstraint("kind IN ('wish', 'complaint')", name=op.f("ck_feedback_kind_known")),
        sa.CheckConstraint(
            "said_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'", name=op.f("ck_feedback_said_on_range")
        ),
        sa.CheckConstraint("char_length(answer) <= 5000", name=op.f("ck_feedback_answer_length")),
        sa.CheckConstraint("char_length(text) <= 5000", name=op.f("ck_feedback_text_length")),
        sa.CheckConstraint("closed_on >= said_on", name=op.f("ck_feedback_closed_order")),
        sa.ForeignKeyConstraint(["author_id"], ["employee.id"], name=op.f("fk_feedback_author_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["employee.id"], name=op.f("fk_feedback_changed_by")),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_feedback_counterparty_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_counterparty_id"), "feedback", ["counterparty_id"], unique=False)
    op.create_table(
        "important_date",
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("contact_person_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("falls_on", sa.Date(), nullable=False),
        sa.Column("yearly", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("remind_days", sa.SmallInteger(), nullable=True),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(title) <> ''", name=op.f("ck_important_date_title_filled")),
        sa.CheckConstraint(
            "falls_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_important_date_falls_on_range"),
        ),
        sa.CheckConstraint("char_length(title) <= 200", name=op.f("ck_important_date_title_length")),
        sa.CheckConstraint("remind_days BETWEEN 0 AND 365", name=op.f("ck_important_date_remind_days_range")),
        sa.ForeignKeyConstraint(["changed_by"], ["employee.id"], name=op.f("fk_important_date_changed_by")),
        sa.ForeignKeyConstraint(
            ["contact_person_id"], ["contact_person.id"], name=op.f("fk_important_date_contact_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_important_date_counterparty_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_important_date")),
    )
    op.create_index(
        op.f("ix_important_date_counterparty_id"), "important_date", ["counterparty_id"], unique=False
    )
    op.add_column("counterparty", sa.Column("delivery_days", sa.SmallInteger(), nullable=True))
    op.create_index(
        "ix_counterparty_ad_source_id", "counterparty", ["ad_source_id", "sort_key", "id"], unique=False
    )
    op.create_index(
        "ix_counterparty_business_line_id",
        "counterparty",
        ["business_line_id", "sort_key", "id"],
        unique=False,
    )
    op.create_index(
        "ix_counterparty_category_id", "counterparty", ["category_id", "sort_key", "id"], unique=False
    )
    op.create_index("ix_counterparty_group_id", "counterparty", ["group_id", "sort_key", "id"], unique=False)
    op.create_index(
        "ix_counterparty_highlight",
        "counterparty",
        ["highlight", "sort_key", "id"],
        unique=False,
        postgresql_where=sa.text("highlight IS NOT NULL"),
    )
    op.create_index(
        "ix_counterparty_region_id", "counterparty", ["region_id", "sort_key", "id"], unique=False
    )
    op.create_index(
        "ix_counterparty_responsible_id", "counterparty", ["responsible_id", "sort_key", "id"], unique=False
    )
    op.create_check_constraint("delivery_days_range", "counterparty", "delivery_days BETWEEN 0 AND 1000")
    for table in VERSIONED:
        op.execute(
            f"CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION stamp_row()"
        )
    for tables, function in (
        (OF_A_COUNTERPARTY, "news_of_counterparties"),
        (DIRECTORIES, "news_of_directories"),
    ):
        for table in tables:
            for act in ("insert", "update"):
                op.execute(
                    f"CREATE TRIGGER news_of_{act} AFTER {act.upper()} ON {table} REFERENCING NEW TABLE AS new_rows "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
                )
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    for table, privileges in GRANTS.items():
        for privilege, groups in privileges.items():
            for group in groups:
                op.execute(f'GRANT {privilege} ON {table} TO "{prefix}__{group}"')
    op.execute(POLICIES)


def downgrade() -> None:
    for table in DIRECTORIES:
        for act in ("insert", "update"):
            op.execute(f"DROP TRIGGER news_of_{act} ON {table}")
    for column in (
        "ad_source_id",
        "business_line_id",
        "category_id",
        "group_id",
        "highlight",
        "region_id",
        "responsible_id",
    ):
        op.drop_index(f"ix_counterparty_{column}", table_name="counterparty")
    op.drop_column("counterparty", "delivery_days")
    for table in ("ad_expense", "agreed_term", "employee_layout", "feedback", "important_date", "saved_view"):
        op.drop_table(table)
