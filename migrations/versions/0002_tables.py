"""The tables of the office: company, directories, counterparties, activities."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Tables that note who changed a row; the employee table comes after some of them.
VERSIONED = (
    "activity",
    "activity_kind",
    "ad_source",
    "business_line",
    "category",
    "company",
    "contact_person",
    "contact_point",
    "counterparty",
    "counterparty_group",
    "department",
    "employee",
    "legend",
    "region",
    "result_kind",
)


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("login", sa.Text(), server_default=sa.text("current_login()"), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
    )
    op.create_table(
        "activity_kind",
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("icon", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_activity_kind_name_filled")),
        sa.CheckConstraint("section IN ('call', 'event')", name=op.f("ck_activity_kind_section_known")),
        sa.CheckConstraint("char_length(name) <= 200", name=op.f("ck_activity_kind_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_kind")),
    )
    op.create_index("uq_activity_kind_name", "activity_kind", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "ad_source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_ad_source_name_filled")),
        sa.CheckConstraint("char_length(name) <= 200", name=op.f("ck_ad_source_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ad_source")),
    )
    op.create_index("uq_ad_source_name", "ad_source", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "business_line",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_business_line_name_filled")),
        sa.CheckConstraint("char_length(name) <= 200", name=op.f("ck_business_line_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_line")),
    )
    op.create_index("uq_business_line_name", "business_line", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "category",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_category_name_filled")),
        sa.CheckConstraint("char_length(name) <= 200", name=op.f("ck_category_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
    )
    op.create_index("uq_category_name", "category", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "company",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("business", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("inn", sa.Text(), nullable=True),
        sa.Column("kpp", sa.Text(), nullable=True),
        sa.Column("ogrn", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), server_default=sa.text("'Europe/Moscow'"), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_company_name_filled")),
        sa.CheckConstraint("char_length(name) <= 200", name=op.f("ck_company_name_length")),
        sa.CheckConstraint("id = 1", name=op.f("ck_company_single_row")),
        sa.CheckConstraint(
            "time_zone ~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$' "
            "AND (TIMESTAMPTZ '2000-01-01 00:00+00' AT TIME ZONE time_zone) IS NOT NULL",
            name=op.f("ck_company_time_zone_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_table(
        "counterparty_group",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_counterparty_group_name_filled")),
        sa.CheckConstraint("char_length(name) <= 200", name=op.f("ck_counterparty_group_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counterparty_group")),
    )
    op.create_index(
        "uq_counterparty_group_name", "counterparty_group", [sa.literal_column("lower(name)")], unique=True
    )
    op.create_table(
        "department",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_department_name_filled")),
        sa.CheckConstraint("char_length(name) <= 100", name=op.f("ck_department_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
    )
    op.create_index("uq_department_name", "department", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "legend",
        sa.Column("highlight", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_legend_name_filled")),
        sa.CheckConstraint("char_length(name) <= 60", name=op.f("ck_legend_name_length")),
        sa.CheckConstraint("highlight BETWEEN 1 AND 6", name=op.f("ck_legend_highlight_range")),
        sa.PrimaryKeyConstraint("highlight", name=op.f("pk_legend")),
    )
    op.create_table(
        "region",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_region_name_filled")),
        sa.CheckConstraint("char_length(name) <= 200", name=op.f("ck_region_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
    )
    op.create_index("uq_region_name", "region", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "result_kind",
        sa.Column("icon", sa.Text(), nullable=False),
        sa.Column("successful", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("interested", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("postpones", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_result_kind_name_filled")),
        sa.CheckConstraint("char_length(name) <= 200", name=op.f("ck_result_kind_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_kind")),
    )
    op.create_index("uq_result_kind_name", "result_kind", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "employee",
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("login", sa.Text(), nullable=True),
        sa.Column("has_workplace", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("daily_norm", sa.SmallInteger(), server_default=sa.text("12"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "birthday BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_employee_birthday_range"),
        ),
        sa.CheckConstraint("btrim(full_name) <> ''", name=op.f("ck_employee_full_name_filled")),
        sa.CheckConstraint("login ~ '^[a-z][a-z0-9.-]{0,30}$'", name=op.f("ck_employee_login_form")),
        sa.CheckConstraint("char_length(email) <= 200", name=op.f("ck_employee_email_length")),
        sa.CheckConstraint("char_length(full_name) <= 200", name=op.f("ck_employee_full_name_length")),
        sa.CheckConstraint("char_length(phone) <= 100", name=op.f("ck_employee_phone_length")),
        sa.CheckConstraint("char_length(position) <= 200", name=op.f("ck_employee_position_length")),
        sa.CheckConstraint("daily_norm BETWEEN 0 AND 1000", name=op.f("ck_employee_daily_norm_range")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_employee_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee")),
    )
    op.create_index(op.f("ix_employee_department_id"), "employee", ["department_id"], unique=False)
    op.create_index("uq_employee_login", "employee", ["login"], unique=True)
    op.create_table(
        "counterparty",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("inn", sa.Text(), nullable=True),
        sa.Column("kpp", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("business_line_id", sa.Uuid(), nullable=True),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("ad_source_id", sa.Uuid(), nullable=True),
        sa.Column("responsible_id", sa.Uuid(), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("highlight", sa.SmallInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "applied_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_counterparty_applied_on_range"),
        ),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_counterparty_name_filled")),
        sa.CheckConstraint("char_length(address) <= 500", name=op.f("ck_counterparty_address_length")),
        sa.CheckConstraint("char_length(full_name) <= 500", name=op.f("ck_counterparty_full_name_length")),
        sa.CheckConstraint("char_length(inn) <= 12", name=op.f("ck_counterparty_inn_length")),
        sa.CheckConstraint("char_length(kpp) <= 9", name=op.f("ck_counterparty_kpp_length")),
        sa.CheckConstraint("char_length(name) <= 300", name=op.f("ck_counterparty_name_length")),
        sa.CheckConstraint("char_length(note) <= 20000", name=op.f("ck_counterparty_note_length")),
        sa.CheckConstraint("char_length(site) <= 200", name=op.f("ck_counterparty_site_length")),
        sa.CheckConstraint("highlight BETWEEN 1 AND 6", name=op.f("ck_counterparty_highlight_range")),
        sa.ForeignKeyConstraint(
            ["ad_source_id"], ["ad_source.id"], name=op.f("fk_counterparty_ad_source_id")
        ),
        sa.ForeignKeyConstraint(
            ["business_line_id"], ["business_line.id"], name=op.f("fk_counterparty_business_line_id")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_counterparty_category_id")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["counterparty_group.id"], name=op.f("fk_counterparty_group_id")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_counterparty_region_id")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["employee.id"], name=op.f("fk_counterparty_responsible_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counterparty")),
    )
    op.create_index(op.f("ix_counterparty_inn"), "counterparty", ["inn"], unique=False)
    op.create_index(
        "ix_counterparty_search_text",
        "counterparty",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("ix_counterparty_sort_key", "counterparty", ["sort_key", "id"], unique=False)
    op.create_table(
        "import_batch",
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("imported_by", sa.Uuid(), server_default=sa.text("current_employee_id()"), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('counterparties', 'persons', 'activities')", name=op.f("ck_import_batch_kind_known")
        ),
        sa.CheckConstraint("char_length(file_name) <= 500", name=op.f("ck_import_batch_file_name_length")),
        sa.ForeignKeyConstraint(["imported_by"], ["employee.id"], name=op.f("fk_import_batch_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "plan",
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("author_id", sa.Uuid(), server_default=sa.text("current_employee_id()"), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("char_length(title) <= 200", name=op.f("ck_plan_title_length")),
        sa.ForeignKeyConstraint(["author_id"], ["employee.id"], name=op.f("fk_plan_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_table(
        "contact_person",
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("is_main", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "birthday BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_contact_person_birthday_range"),
        ),
        sa.CheckConstraint("btrim(full_name) <> ''", name=op.f("ck_contact_person_full_name_filled")),
        sa.CheckConstraint("char_length(full_name) <= 200", name=op.f("ck_contact_person_full_name_length")),
        sa.CheckConstraint("char_length(note) <= 5000", name=op.f("ck_contact_person_note_length")),
        sa.CheckConstraint("char_length(position) <= 200", name=op.f("ck_contact_person_position_length")),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_contact_person_counterparty_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_person")),
    )
    op.create_index(
        op.f("ix_contact_person_counterparty_id"), "contact_person", ["counterparty_id"], unique=False
    )
    op.create_table(
        "counterparty_role",
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "role IN ('client', 'supplier', 'publisher', 'agency', 'partner')",
            name=op.f("ck_counterparty_role_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_counterparty_role_counterparty_id")
        ),
        sa.PrimaryKeyConstraint("counterparty_id", "role", name=op.f("pk_counterparty_role")),
    )
    op.create_table(
        "import_row",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("counterparty_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('new', 'updated', 'duplicate', 'refused')", name=op.f("ck_import_row_outcome_known")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id")),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_import_row_counterparty_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "line", name=op.f("pk_import_row")),
    )
    op.create_index(op.f("ix_import_row_counterparty_id"), "import_row", ["counterparty_id"], unique=False)
    op.create_table(
        "activity",
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("kind_id", sa.Uuid(), nullable=True),
        sa.Column("counterparty_id", sa.Uuid(), nullable=True),
        sa.Column("contact_person_id", sa.Uuid(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), server_default=sa.text("current_employee_id()"), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("topic", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default=sa.text("2"), nullable=False),
        sa.Column("highlight", sa.SmallInteger(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'planned'"), nullable=False),
        sa.Column("result_kind_id", sa.Uuid(), nullable=True),
        sa.Column("result_text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.Uuid(), nullable=True),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("step", sa.SmallInteger(), nullable=True),
        sa.Column("state_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(status = 'done') = (finished_at IS NOT NULL)", name=op.f("ck_activity_finished_when_done")
        ),
        sa.CheckConstraint(
            "btrim(topic) <> '' OR (section <> 'daily' AND counterparty_id IS NOT NULL)",
            name=op.f("ck_activity_topic_filled"),
        ),
        sa.CheckConstraint(
            "deadline_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_activity_deadline_on_range"),
        ),
        sa.CheckConstraint(
            "due_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'", name=op.f("ck_activity_due_on_range")
        ),
        sa.CheckConstraint(
            "finished_at BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2200-12-31 00:00+00'",
            name=op.f("ck_activity_finished_at_range"),
        ),
        sa.CheckConstraint("section = 'daily' OR kind_id IS NOT NULL", name=op.f("ck_activity_kind_given")),
        sa.CheckConstraint("section IN ('call', 'event', 'daily')", name=op.f("ck_activity_section_known")),
        sa.CheckConstraint(
            "status IN ('planned', 'done', 'cancelled')", name=op.f("ck_activity_status_known")
        ),
        sa.CheckConstraint(
            "assignee_id IS NOT NULL OR department_id IS NOT NULL", name=op.f("ck_activity_assignee_given")
        ),
        sa.CheckConstraint("char_length(description) <= 5000", name=op.f("ck_activity_description_length")),
        sa.CheckConstraint("char_length(phone) <= 100", name=op.f("ck_activity_phone_length")),
        sa.CheckConstraint("char_length(result_text) <= 5000", name=op.f("ck_activity_result_text_length")),
        sa.CheckConstraint("char_length(topic) <= 200", name=op.f("ck_activity_topic_length")),
        sa.CheckConstraint("deadline_on >= due_on", name=op.f("ck_activity_deadline_order")),
        sa.CheckConstraint("highlight BETWEEN 1 AND 6", name=op.f("ck_activity_highlight_range")),
        sa.CheckConstraint("priority BETWEEN 1 AND 3", name=op.f("ck_activity_priority_range")),
        sa.ForeignKeyConstraint(["assignee_id"], ["employee.id"], name=op.f("fk_activity_assignee_id")),
        sa.ForeignKeyConstraint(["author_id"], ["employee.id"], name=op.f("fk_activity_author_id")),
        sa.ForeignKeyConstraint(
            ["contact_person_id"], ["contact_person.id"], name=op.f("fk_activity_contact_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_activity_counterparty_id")
        ),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_activity_department_id")),
        sa.ForeignKeyConstraint(["finished_by"], ["employee.id"], name=op.f("fk_activity_finished_by")),
        sa.ForeignKeyConstraint(["follows_id"], ["activity.id"], name=op.f("fk_activity_follows_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["activity_kind.id"], name=op.f("fk_activity_kind_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_activity_plan_id")),
        sa.ForeignKeyConstraint(
            ["result_kind_id"], ["result_kind.id"], name=op.f("fk_activity_result_kind_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index("ix_activity_counterparty", "activity", ["counterparty_id", "due_on"], unique=False)
    op.create_index("ix_activity_day", "activity", ["assignee_id", "due_on", "due_at"], unique=False)
    op.create_index(
        "ix_activity_department_day",
        "activity",
        ["department_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("assignee_id IS NULL AND status = 'planned'"),
    )
    op.create_index(
        "ix_activity_finished",
        "activity",
        ["assignee_id", "finished_at"],
        unique=False,
        postgresql_where=sa.text("status = 'done'"),
    )
    op.create_index(
        "ix_activity_follows",
        "activity",
        ["follows_id"],
        unique=False,
        postgresql_where=sa.text("follows_id IS NOT NULL"),
    )
    op.create_index(
        "ix_activity_open",
        "activity",
        ["assignee_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("status = 'planned' AND section <> 'daily'"),
    )
    op.create_index(
        "ix_activity_daily",
        "activity",
        ["assignee_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("status = 'planned' AND section = 'daily'"),
    )
    op.create_index(
        "ix_activity_plan",
        "activity",
        ["plan_id"],
        unique=False,
        postgresql_where=sa.text("plan_id IS NOT NULL"),
    )
    op.create_table(
        "contact_point",
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("contact_person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("e164", sa.Text(), nullable=True),
        sa.Column("digits", sa.Text(), nullable=True),
        sa.Column("extension", sa.Text(), nullable=True),
        sa.Column("is_main", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(value) <> ''", name=op.f("ck_contact_point_value_filled")),
        sa.CheckConstraint("kind IN ('phone', 'fax', 'email')", name=op.f("ck_contact_point_kind_known")),
        sa.CheckConstraint("char_length(extension) <= 20", name=op.f("ck_contact_point_extension_length")),
        sa.CheckConstraint("char_length(value) <= 300", name=op.f("ck_contact_point_value_length")),
        sa.ForeignKeyConstraint(
            ["contact_person_id"], ["contact_person.id"], name=op.f("fk_contact_point_contact_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_contact_point_counterparty_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
    )
    op.create_index(
        op.f("ix_contact_point_contact_person_id"),
        "contact_point",
        ["contact_person_id"],
        unique=False,
        postgresql_where=sa.text("contact_person_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_contact_point_counterparty_id"), "contact_point", ["counterparty_id"], unique=False
    )
    op.create_index(
        "ix_contact_point_digits",
        "contact_point",
        ["digits"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"digits": "gin_trgm_ops"},
        postgresql_where=sa.text("digits IS NOT NULL"),
    )
    op.create_table(
        "attempt",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column(
            "attempted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("attempted_by", sa.Uuid(), server_default=sa.text("current_employee_id()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('no_answer', 'not_reached', 'talked')", name=op.f("ck_attempt_outcome_known")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_attempt_withdrawn_by_whom")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_attempt_activity_id")),
        sa.ForeignKeyConstraint(["attempted_by"], ["employee.id"], name=op.f("fk_attempt_attempted_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["employee.id"], name=op.f("fk_attempt_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_activity", "attempt", ["activity_id", "attempted_at"], unique=False)
    op.create_table(
        "daily_showing",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), server_default=sa.text("current_employee_id()"), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "shown_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'",
            name=op.f("ck_daily_showing_shown_on_range"),
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_daily_showing_activity_id")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_daily_showing_employee_id")),
        sa.PrimaryKeyConstraint("activity_id", "employee_id", "shown_on", name=op.f("pk_daily_showing")),
    )
    for table in VERSIONED:
        op.create_foreign_key(f"fk_{table}_changed_by", table, "employee", ["changed_by"], ["id"])


def downgrade() -> None:
    for table in VERSIONED:
        op.drop_constraint(f"fk_{table}_changed_by", table)
    op.drop_table("daily_showing")
    op.drop_table("attempt")
    op.drop_table("contact_point")
    op.drop_table("activity")
    op.drop_table("import_row")
    op.drop_table("counterparty_role")
    op.drop_table("contact_person")
    op.drop_table("plan")
    op.drop_table("import_batch")
    op.drop_table("counterparty")
    op.drop_table("employee")
    op.drop_table("result_kind")
    op.drop_table("region")
    op.drop_table("legend")
    op.drop_table("department")
    op.drop_table("counterparty_group")
    op.drop_table("company")
    op.drop_table("category")
    op.drop_table("business_line")
    op.drop_table("ad_source")
    op.drop_table("activity_kind")
    op.drop_table("act")
