"""Who changed what and when: written by triggers for whoever is connected; nobody changes it but functions of ours."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# table: the columns that hold its key, the part of the key that is no uuid, its counterparty and its activity.
AUDITED: dict[str, tuple[str, str, str, str]] = {
    "activity": ("id", "", "counterparty_id", "id"),
    "attempt": ("id", "", "", "activity_id"),
    "plan": ("id", "", "", ""),
    "counterparty": ("id", "", "id", ""),
    "counterparty_role": ("counterparty_id", "role", "counterparty_id", ""),
    "company": ("", "id", "", ""),
    "legend": ("", "highlight", "", ""),
    **dict.fromkeys(
        ("agreed_term", "contact_person", "contact_point", "feedback", "important_date"),
        ("id", "", "counterparty_id", ""),
    ),
    **dict.fromkeys(
        (
            "activity_kind",
            "ad_expense",
            "ad_source",
            "business_line",
            "category",
            "counterparty_group",
            "department",
            "employee",
            "region",
            "result_kind",
        ),
        ("id", "", "", ""),
    ),
}

# One INSERT for a statement, however many rows it touched. A row whose key was changed would find no old
# one: `old` stays NULL then, and the table's CHECK refuses the whole statement.
RECORDING = """
CREATE FUNCTION record_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Columns of the row's key, its other part, its counterparty and its activity; SQL for none is NULL.
    part text;
    places text[] := '{}';
    same text := 'true';
BEGIN
    IF NOT EXISTS (SELECT FROM new_rows) THEN
        RETURN NULL;
    END IF;
    FOREACH part IN ARRAY TG_ARGV LOOP
        places := places || CASE WHEN part = '' THEN 'NULL' ELSE format('n.%I', part) END;
    END LOOP;
    IF TG_OP = 'INSERT' THEN
        EXECUTE format(
            'INSERT INTO public.audit (login, table_name, row_id, row_part, counterparty_id, activity_id, action)
             SELECT $1, $2, %s::uuid, %s::text, %s::uuid, %s::uuid, ''insert'' FROM new_rows AS n',
            places[1], places[2], places[3], places[4])
        USING coalesce(public.current_login(), session_user::text), TG_TABLE_NAME::text;
        RETURN NULL;
    END IF;
    FOREACH part IN ARRAY TG_ARGV[0:1] LOOP
        IF part <> '' THEN
            same := same || format(' AND o.%1$I = n.%1$I', part);
        END IF;
    END LOOP;
    EXECUTE format(
        'INSERT INTO public.audit (login, table_name, row_id, row_part, counterparty_id, activity_id, action, old, new)
         SELECT $1, $2, r.row_id, r.row_part, r.counterparty_id, r.activity_id, ''update'', d.old, d.new
         FROM (SELECT %s::uuid AS row_id, %s::text AS row_part, %s::uuid AS counterparty_id, %s::uuid AS activity_id,
                      to_jsonb(o) AS former, to_jsonb(n) AS present
               FROM new_rows AS n LEFT JOIN old_rows AS o ON %s OFFSET 0) AS r
         -- Of a private activity it is noted that it changed, also in its hidden texts, and nothing of what.
         CROSS JOIN LATERAL (
             SELECT (''true'' IN (r.former ->> ''is_private'', r.present ->> ''is_private'')) IS TRUE AS private
             OFFSET 0) AS s
         CROSS JOIN LATERAL (
             SELECT CASE WHEN r.former IS NOT NULL THEN
                        coalesce(jsonb_object_agg(e.key, r.former -> e.key)
                                 FILTER (WHERE e.key = ''is_private'' OR NOT s.private), ''{}'') END AS old,
                    coalesce(jsonb_object_agg(e.key, e.value)
                             FILTER (WHERE e.key = ''is_private'' OR NOT s.private), ''{}'') AS new
             FROM jsonb_each(r.present) AS e
             WHERE e.value IS DISTINCT FROM r.former -> e.key AND e.key <> ALL ($3)
             HAVING s.private OR count(*) > 0) AS d',
        places[1], places[2], places[3], places[4], same)
    USING coalesce(public.current_login(), session_user::text), TG_TABLE_NAME::text,
          -- What triggers and the program derive says nothing of its own.
          ARRAY['search_text', 'sort_key', 'row_version', 'changed_at', 'changed_by', 'state_version'];
    RETURN NULL;
END $$;
"""

# For the guard of activities: an undo may bring back what once was true, and nothing else.
FINISHED = """
CREATE FUNCTION was_finished_so(activity uuid, finished_at timestamptz, finished_by uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.audit AS a
                   WHERE a.activity_id = activity AND a.table_name = 'activity'
                     AND (a.old ->> 'finished_at')::timestamptz = finished_at
                     AND (a.old ->> 'finished_by')::uuid = finished_by)
$$;
"""

# What an employee may see of it: the rows that he may read, as they have become. Newest first, by pages.
HISTORY = """
CREATE FUNCTION history_of(table_name text, row_id uuid, before_id bigint DEFAULT NULL, at_most integer DEFAULT 200,
                           only_table text DEFAULT NULL, only_fields text[] DEFAULT NULL)
RETURNS TABLE (id bigint, at timestamptz, login text, changed_table text, changed_row uuid, row_part text,
               action text, old jsonb, new jsonb, erased boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place text := CASE history_of.table_name
        WHEN 'counterparty' THEN 'a.counterparty_id = $1 AND a.activity_id IS NULL'
        WHEN 'activity' THEN 'a.activity_id = $1'
        ELSE 'a.row_id = $1 AND a.counterparty_id IS NULL AND a.activity_id IS NULL AND a.table_name = $2' END;
BEGIN
    IF NOT public.session_has_group('employee') THEN
        RAISE insufficient_privilege USING MESSAGE = 'the history is the employees''';
    END IF;
    IF history_of.table_name = 'activity'
       AND EXISTS (SELECT FROM public.activity AS x WHERE x.id = history_of.row_id AND x.is_private
                   AND NOT public.may_read_private(x.assignee_id, x.author_id)) THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE
        'SELECT a.id, a.at, a.login, a.table_name, a.row_id, a.row_part, a.action, a.old, a.new, a.erased
         FROM public.audit AS a WHERE ' || place ||
        CASE WHEN before_id IS NOT NULL THEN ' AND a.id < $3' ELSE '' END ||
        CASE WHEN only_table IS NOT NULL THEN ' AND a.table_name = $5' ELSE '' END ||
        CASE WHEN only_fields IS NOT NULL THEN ' AND a.new ?| $6' ELSE '' END ||
        ' ORDER BY a.id DESC LIMIT $4'
    USING history_of.row_id, history_of.table_name, before_id, least(greatest(at_most, 1), 1000), only_table,
          only_fields;
END $$;
"""

FINISHED_SIGNATURE = "was_finished_so(uuid, timestamptz, uuid)"
HISTORY_SIGNATURE = "history_of(text, uuid, bigint, integer, text, text[])"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=True),
        sa.Column("row_part", sa.Text(), nullable=True),
        sa.Column("counterparty_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("old", postgresql.JSONB(), nullable=True),
        sa.Column("new", postgresql.JSONB(), nullable=True),
        sa.Column("erased", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("action IN ('insert', 'update')", name=op.f("ck_audit_action_known")),
        sa.CheckConstraint(
            "(action = 'update') = (old IS NOT NULL) AND (action = 'update') = (new IS NOT NULL)",
            name=op.f("ck_audit_values_of_update"),
        ),
        sa.CheckConstraint("row_id IS NOT NULL OR row_part IS NOT NULL", name=op.f("ck_audit_row_given")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    # A row stands in one of these three, by what asks for it.
    op.create_index(
        "ix_audit_card",
        "audit",
        ["counterparty_id", "id"],
        postgresql_where=sa.text("counterparty_id IS NOT NULL AND activity_id IS NULL"),
    )
    op.create_index(
        "ix_audit_activity",
        "audit",
        ["activity_id", "id"],
        postgresql_where=sa.text("activity_id IS NOT NULL"),
    )
    op.create_index(
        "ix_audit_row",
        "audit",
        ["row_id", "id"],
        postgresql_where=sa.text("counterparty_id IS NULL AND activity_id IS NULL"),
    )
    op.create_index("ix_audit_at", "audit", ["at"], postgresql_using="brin")
    for functions in (RECORDING, FINISHED, HISTORY):
        op.get_bind().exec_driver_sql(functions.replace("%", "%%"))
    for table, columns in AUDITED.items():
        arguments = ", ".join(f"'{column}'" for column in columns)
        for act, old in (("insert", ""), ("update", "OLD TABLE AS old_rows ")):
            op.execute(
                f"CREATE TRIGGER audit_of_{act} AFTER {act.upper()} ON {table} "
                f"REFERENCING {old}NEW TABLE AS new_rows "
                f"FOR EACH STATEMENT EXECUTE FUNCTION record_changes({arguments})"
            )
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    for function in ("record_changes()", FINISHED_SIGNATURE, HISTORY_SIGNATURE):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute(f'GRANT SELECT ON audit TO "{prefix}__director"')
    for function in (FINISHED_SIGNATURE, HISTORY_SIGNATURE):
        op.execute(f'GRANT EXECUTE ON FUNCTION {function} TO "{prefix}__employee"')


def downgrade() -> None:
    for table in AUDITED:
        for act in ("insert", "update"):
            op.execute(f"DROP TRIGGER audit_of_{act} ON {table}")
    for function in (HISTORY_SIGNATURE, FINISHED_SIGNATURE, "record_changes()"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("audit")
