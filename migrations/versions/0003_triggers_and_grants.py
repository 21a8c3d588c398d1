"""Versions, news and rights: what the database does by itself, whoever is connected."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

VERSIONED = (
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

STAMPS = """
CREATE FUNCTION stamp_row() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW.row_version := OLD.row_version + 1;
    ELSE
        NEW.row_version := 1;
    END IF;
    NEW.changed_at := clock_timestamp();
    NEW.changed_by := public.current_employee_id();
    RETURN NEW;
END $$;

CREATE FUNCTION stamp_activity() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := public.current_employee_id();
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW.id := OLD.id;
        NEW.author_id := OLD.author_id;
        NEW.planned_at := OLD.planned_at;
        NEW.row_version := OLD.row_version + 1;
        IF (NEW.status, NEW.result_kind_id, NEW.result_text)
           IS DISTINCT FROM (OLD.status, OLD.result_kind_id, OLD.result_text) THEN
            NEW.state_version := NEW.row_version;
        ELSE
            NEW.state_version := OLD.state_version;
        END IF;
    ELSE
        NEW.row_version := 1;
        NEW.state_version := 1;
        IF me IS NOT NULL THEN
            NEW.author_id := me;
            NEW.planned_at := now();
        END IF;
    END IF;
    IF NEW.due_at IS NOT NULL THEN
        NEW.due_on := (NEW.due_at AT TIME ZONE public.office_zone())::date;
    END IF;
    NEW.changed_at := clock_timestamp();
    NEW.changed_by := me;
    RETURN NEW;
END $$;

CREATE FUNCTION stamp_attempt() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := public.current_employee_id();
BEGIN
    IF me IS NULL THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.attempted_by := me;
        NEW.attempted_at := clock_timestamp();
        NEW.withdrawn_at := NULL;
        NEW.withdrawn_by := NULL;
    ELSIF OLD.withdrawn_at IS NOT NULL THEN
        -- Only whoever withdrew it lets it count again; its time and author stay.
        IF NEW.withdrawn_at IS NULL AND OLD.withdrawn_by = me THEN
            NEW.withdrawn_by := NULL;
        ELSE
            NEW.withdrawn_at := OLD.withdrawn_at;
            NEW.withdrawn_by := OLD.withdrawn_by;
        END IF;
    ELSIF NEW.withdrawn_at IS NOT NULL AND OLD.attempted_by = me THEN
        NEW.withdrawn_at := clock_timestamp();
        NEW.withdrawn_by := me;
    ELSE
        NEW.withdrawn_at := NULL;
        NEW.withdrawn_by := NULL;
    END IF;
    RETURN NEW;
END $$;
"""

# One NOTIFY per statement: row triggers would send one per imported row. Ids only: any login may
# LISTEN. Over a hundred ids, or over 7,500 bytes (8,000 would abort the user's transaction), the
# lists are null and everybody asks.
NEWS = """
CREATE FUNCTION send_news(about text, ids uuid[], employees uuid[], departments uuid[])
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    payload text;
BEGIN
    IF cardinality(ids) = 0 THEN
        RETURN;
    END IF;
    IF cardinality(ids) > 100 THEN
        ids := NULL;
    END IF;
    payload := json_build_object('table', about, 'ids', ids,
                                 'employees', employees, 'departments', departments)::text;
    IF octet_length(payload) > 7500 THEN
        payload := json_build_object('table', about, 'ids', NULL,
                                     'employees', NULL, 'departments', NULL)::text;
    END IF;
    PERFORM pg_notify('altius_news', payload);
END $$;

CREATE FUNCTION news_of_activities() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids uuid[];
    employees uuid[];
    departments uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- A finished row shows the day of what follows it: news of the one are news of the other.
        SELECT array_agg(id) || array_agg(DISTINCT follows_id),
               array_agg(DISTINCT assignee_id) || array_agg(DISTINCT author_id),
               array_agg(DISTINCT department_id)
        INTO ids, employees, departments FROM new_rows;
    ELSE
        SELECT array_agg(DISTINCT id) || array_agg(DISTINCT follows_id),
               array_agg(DISTINCT assignee_id) || array_agg(DISTINCT author_id),
               array_agg(DISTINCT department_id)
        INTO ids, employees, departments
        FROM (SELECT id, follows_id, assignee_id, author_id, department_id FROM old_rows
              UNION ALL
              SELECT id, follows_id, assignee_id, author_id, department_id FROM new_rows) AS both_sides;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM public.send_news('activity', array_remove(ids, NULL),
                                 array_remove(employees, NULL), array_remove(departments, NULL));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION news_of_attempts() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids uuid[];
    employees uuid[];
    departments uuid[];
BEGIN
    SELECT array_agg(DISTINCT a.id), array_agg(DISTINCT a.assignee_id) || array_agg(DISTINCT a.author_id),
           array_agg(DISTINCT a.department_id)
    INTO ids, employees, departments
    FROM new_rows AS n JOIN public.activity AS a ON a.id = n.activity_id;
    IF ids IS NOT NULL THEN
        PERFORM public.send_news('activity', ids, array_remove(employees, NULL), array_remove(departments, NULL));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION news_of_counterparties() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids uuid[];
BEGIN
    IF TG_TABLE_NAME = 'counterparty' THEN
        SELECT array_agg(DISTINCT id) INTO ids FROM new_rows;
    ELSE
        SELECT array_agg(DISTINCT counterparty_id) INTO ids FROM new_rows;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM public.send_news('counterparty', ids, NULL, NULL);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION news_of_directories() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows) THEN
        PERFORM pg_notify('altius_news', json_build_object('table', TG_TABLE_NAME, 'ids', NULL,
                                                           'employees', NULL, 'departments', NULL)::text);
    END IF;
    RETURN NULL;
END $$;
"""

NEWS_TRIGGERS = {
    "activity": "news_of_activities",
    "attempt": "news_of_attempts",
    "counterparty": "news_of_counterparties",
    "counterparty_role": "news_of_counterparties",
    "contact_person": "news_of_counterparties",
    "contact_point": "news_of_counterparties",
    "activity_kind": "news_of_directories",
    "company": "news_of_directories",
    "department": "news_of_directories",
    "employee": "news_of_directories",
    "legend": "news_of_directories",
    "result_kind": "news_of_directories",
}

EVERYBODY = ("employee", "administrator")
DIRECTORY_WRITERS = ("secretary", "director", "administrator")
# All but the login and whether he is with the company: these are functions' matters, which lock and hand over.
EMPLOYEE_COLUMNS = "full_name, position, department_id, birthday, phone, email, has_workplace, daily_norm"
# All but the referent, who is the director's to name.
COMPANY_COLUMNS = "name, business, inn, kpp, ogrn, address, phone, email, time_zone, is_demo"

# table: {privilege: group roles}; nobody has DELETE, the owner's role is nobody's.
GRANTS: dict[str, dict[str, tuple[str, ...]]] = {
    "act": {"SELECT, INSERT (id)": EVERYBODY},
    "activity": {"SELECT, INSERT, UPDATE": ("employee",)},
    "attempt": {"SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by)": ("employee",)},
    "plan": {"SELECT, INSERT (id, title), UPDATE (title)": ("employee",)},
    "daily_showing": {"SELECT, INSERT": ("employee",)},
    "counterparty": {"SELECT, INSERT, UPDATE": ("employee",)},
    "counterparty_role": {"SELECT, INSERT, UPDATE": ("employee",)},
    "contact_person": {"SELECT, INSERT, UPDATE": ("employee",)},
    "contact_point": {"SELECT, INSERT, UPDATE": ("employee",)},
    "import_batch": {"SELECT, INSERT (id, file_name, kind)": ("employee",)},
    "import_row": {"SELECT, INSERT": ("employee",)},
    "company": {"SELECT": EVERYBODY, f"UPDATE ({COMPANY_COLUMNS})": DIRECTORY_WRITERS},
    "department": {"SELECT": EVERYBODY, "INSERT, UPDATE": DIRECTORY_WRITERS},
    "employee": {
        "SELECT": EVERYBODY,
        f"INSERT (id, {EMPLOYEE_COLUMNS}), UPDATE ({EMPLOYEE_COLUMNS})": DIRECTORY_WRITERS,
    },
    "legend": {"SELECT": EVERYBODY, "UPDATE": DIRECTORY_WRITERS},
    "ad_source": {"SELECT": EVERYBODY, "INSERT, UPDATE": (*DIRECTORY_WRITERS, "advertising")},
    **{
        table: {"SELECT": EVERYBODY, "INSERT, UPDATE": DIRECTORY_WRITERS}
        for table in (
            "activity_kind",
            "business_line",
            "category",
            "counterparty_group",
            "region",
            "result_kind",
        )
    },
    "alembic_version": {"SELECT": EVERYBODY},
}

CALLABLE = (
    "role_prefix()",
    "current_login()",
    "current_employee_id()",
    "office_zone()",
    "office_today()",
    "send_news(text, uuid[], uuid[], uuid[])",
)
TRIGGER_FUNCTIONS = (
    "stamp_row()",
    "stamp_activity()",
    "stamp_attempt()",
    "news_of_activities()",
    "news_of_attempts()",
    "news_of_counterparties()",
    "news_of_directories()",
)


def _role(prefix: str, group: str) -> str:
    return f'"{prefix}__{group}"'


def upgrade() -> None:
    op.execute(STAMPS)
    op.execute(NEWS)
    for table in VERSIONED:
        op.execute(
            f"CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION stamp_row()"
        )
    for table in ("activity", "attempt"):
        op.execute(
            f"CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION stamp_{table}()"
        )
    for table, function in NEWS_TRIGGERS.items():
        old = "OLD TABLE AS old_rows " if table == "activity" else ""
        op.execute(
            f"CREATE TRIGGER news_of_insert AFTER INSERT ON {table} "
            f"REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
        op.execute(
            f"CREATE TRIGGER news_of_update AFTER UPDATE ON {table} "
            f"REFERENCING {old}NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )

    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    everybody = ", ".join(_role(prefix, group) for group in EVERYBODY)
    op.execute(f"GRANT USAGE ON SCHEMA public TO {everybody}")
    for function in CALLABLE:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {everybody}")
    for function in TRIGGER_FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    for table, privileges in GRANTS.items():
        for privilege, groups in privileges.items():
            for group in groups:
                op.execute(f"GRANT {privilege} ON {table} TO {_role(prefix, group)}")


def downgrade() -> None:
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    groups = {group for privileges in GRANTS.values() for granted in privileges.values() for group in granted}
    for group in sorted(groups):
        for kind in ("ALL TABLES IN SCHEMA public", "ALL FUNCTIONS IN SCHEMA public", "SCHEMA public"):
            op.execute(f"REVOKE ALL ON {kind} FROM {_role(prefix, group)}")
    for table in NEWS_TRIGGERS:
        op.execute(f"DROP TRIGGER news_of_insert ON {table}")
        op.execute(f"DROP TRIGGER news_of_update ON {table}")
    for table in (*VERSIONED, "activity", "attempt"):
        op.execute(f"DROP TRIGGER stamp ON {table}")
    for function in (*TRIGGER_FUNCTIONS, "send_news(text, uuid[], uuid[], uuid[])"):
        op.execute(f"DROP FUNCTION {function}")
