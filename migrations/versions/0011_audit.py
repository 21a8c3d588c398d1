"""Who changed what and when: written by triggers for whoever is connected, changed by the erasure of a person alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
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
         CROSS JOIN LATERAL (
             SELECT CASE WHEN r.former IS NOT NULL THEN jsonb_object_agg(e.key, r.former -> e.key) END AS old,
                    jsonb_object_agg(e.key, e.value) AS new
             FROM jsonb_each(r.present) AS e
             WHERE e.value IS DISTINCT FROM r.former -> e.key AND e.key <> ALL ($3)) AS d
         WHERE d.new IS NOT NULL',
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

# 152-ФЗ. A number or address that the firm itself or a colleague of his has as well is not his alone and stays.
ERASURE = r"""
CREATE FUNCTION erase_person(person_id uuid, reason text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    firm uuid;
    person public.contact_person;
    firms uuid[];
    found_firms uuid[];
    points uuid[];
    dates uuid[];
    names text[];
    numbers text;
    mails text;
    name_words text;
    mentions text;
    kinds text[];
    touched integer;
    texts boolean := false;
    erasure_id bigint;
BEGIN
    IF NOT public.session_has_group('director') THEN
        RAISE insufficient_privilege USING MESSAGE = 'the erasure of a person is the director''s';
    END IF;
    SELECT counterparty_id INTO firm FROM public.contact_person WHERE id = person_id;
    -- The same lock as every change to the card takes.
    PERFORM FROM public.counterparty WHERE id = firm FOR UPDATE;
    SELECT * INTO person FROM public.contact_person WHERE id = person_id FOR UPDATE;
    IF person.id IS NULL THEN
        RAISE check_violation USING MESSAGE = 'no such person', CONSTRAINT = 'erase_person_known';
    END IF;
    IF person.counterparty_id <> firm THEN
        RAISE serialization_failure USING MESSAGE = 'the person was moved just now';
    END IF;

    -- He may have come from another firm: what was written of him there stands under that one.
    firms := ARRAY[firm];
    LOOP
        SELECT array_agg(DISTINCT (a.old ->> 'counterparty_id')::uuid) INTO found_firms FROM public.audit AS a
        WHERE a.counterparty_id = ANY (firms) AND a.activity_id IS NULL AND a.row_id = person_id
          AND a.old ? 'counterparty_id' AND (a.old ->> 'counterparty_id')::uuid <> ALL (firms);
        EXIT WHEN found_firms IS NULL;
        firms := firms || found_firms;
    END LOOP;

    SELECT coalesce(array_agg(id), '{}') INTO points FROM public.contact_point WHERE contact_person_id = person_id;
    SELECT coalesce(array_agg(id), '{}') INTO dates FROM public.important_date WHERE contact_person_id = person_id;
    SELECT array_agg(DISTINCT n) INTO names
    FROM (SELECT person.full_name AS n UNION ALL
          SELECT v.n FROM public.audit AS a
          CROSS JOIN LATERAL (VALUES (a.old ->> 'full_name'), (a.new ->> 'full_name')) AS v (n)
          WHERE a.counterparty_id = ANY (firms) AND a.activity_id IS NULL AND a.row_id = person_id) AS known
    WHERE n ~ '[[:alnum:]]{2}';

    -- One pattern for his names (of two words at least, for texts hold many an «Иван»), numbers and addresses.
    SELECT string_agg('\m' || regexp_replace(regexp_replace(regexp_replace(
               btrim(n), '[^[:alnum:][:space:]]', '\\\&', 'g'), '[еёЕЁ]', '[её]', 'g'), '\s+', '\\s+', 'g') || '\M', '|'),
           string_agg('\m' || regexp_replace(regexp_replace(regexp_replace(
               btrim(n), '[^[:alnum:][:space:]]', '\\\&', 'g'), '[еёЕЁ]', '[её]', 'g'), '\s+', '\\s+', 'g') || '\M', '|')
               FILTER (WHERE btrim(n) ~ '\s')
    INTO name_words, mentions FROM unnest(names) AS n;
    SELECT string_agg(DISTINCT '(?:(?<![0-9])[+]?[78][^[:alnum:]]{0,3})?(?<![0-9])'
                      || regexp_replace(p.digits, '([0-9])(?=[0-9])', '\1[^[:alnum:]]{0,3}', 'g') || '(?![0-9])', '|')
               FILTER (WHERE p.digits ~ '^[0-9]{6,}$'),
           string_agg(DISTINCT regexp_replace(btrim(p.value), '[^[:alnum:][:space:]]', '\\\&', 'g'), '|')
               FILTER (WHERE p.kind = 'email' AND p.value ~ '@')
    INTO numbers, mails
    FROM public.contact_point AS p
    WHERE p.id = ANY (points)
      AND NOT EXISTS (SELECT FROM public.contact_point AS other
                      WHERE other.counterparty_id = firm AND other.contact_person_id IS DISTINCT FROM person_id
                        AND NOT other.archived AND other.kind = p.kind
                        AND coalesce(other.digits, lower(other.value)) = coalesce(p.digits, lower(p.value)));
    mentions := nullif(concat_ws('|', mentions, numbers, mails), '');
    IF reason ~* concat_ws('|', name_words, numbers, mails) AND concat_ws('|', name_words, numbers, mails) <> '' THEN
        RAISE check_violation USING
            MESSAGE = 'the reason names the person', CONSTRAINT = 'erase_person_reason_nameless';
    END IF;

    kinds := array_remove(ARRAY['name',
        CASE WHEN person.position <> '' THEN 'position' END, CASE WHEN person.birthday IS NOT NULL THEN 'birthday' END,
        CASE WHEN person.note <> '' THEN 'note' END, CASE WHEN cardinality(points) > 0 THEN 'contact_points' END,
        CASE WHEN cardinality(dates) > 0 THEN 'important_dates' END], NULL);
    UPDATE public.contact_person
    SET full_name = '—', position = NULL, birthday = NULL, note = NULL, is_main = false, archived = true
    WHERE id = person_id;
    UPDATE public.contact_point
    SET value = '—', e164 = NULL, digits = NULL, extension = NULL, archived = true WHERE id = ANY (points);
    UPDATE public.important_date SET title = '—', falls_on = DATE '1900-01-01', archived = true WHERE id = ANY (dates);
    IF numbers IS NOT NULL THEN
        UPDATE public.activity SET phone = NULL WHERE counterparty_id = firm AND phone ~* numbers;
        GET DIAGNOSTICS touched = ROW_COUNT;
        kinds := kinds || CASE WHEN touched > 0 THEN ARRAY['activity_phones'] ELSE '{}' END;
    END IF;
    IF mentions IS NOT NULL THEN
        UPDATE public.activity
        SET topic = regexp_replace(topic, mentions, '—', 'gi'),
            description = regexp_replace(description, mentions, '—', 'gi'),
            result_text = regexp_replace(result_text, mentions, '—', 'gi')
        WHERE counterparty_id = firm AND concat_ws(E'\n', topic, description, result_text) ~* mentions;
        texts := texts OR FOUND;
        UPDATE public.counterparty SET note = regexp_replace(note, mentions, '—', 'gi')
        WHERE id = firm AND note ~* mentions;
        texts := texts OR FOUND;
        UPDATE public.feedback
        SET text = regexp_replace(text, mentions, '—', 'gi'), answer = regexp_replace(answer, mentions, '—', 'gi')
        WHERE counterparty_id = firm AND concat_ws(E'\n', text, answer) ~* mentions;
        texts := texts OR FOUND;
        UPDATE public.agreed_term SET text = regexp_replace(text, mentions, '—', 'gi')
        WHERE counterparty_id = firm AND text ~* mentions;
        texts := texts OR FOUND;
        UPDATE public.important_date SET title = regexp_replace(title, mentions, '—', 'gi')
        WHERE counterparty_id = firm AND title ~* mentions;
        texts := texts OR FOUND;
        UPDATE public.contact_person SET note = regexp_replace(note, mentions, '—', 'gi')
        WHERE counterparty_id = firm AND note ~* mentions;
        texts := texts OR FOUND;
    END IF;

    -- Last, so that the traces of these very changes are among them.
    UPDATE public.audit AS a SET old = '{}', new = '{}', erased = true
    WHERE a.counterparty_id = ANY (firms) AND a.activity_id IS NULL AND a.action = 'update'
      AND a.row_id = ANY (person_id || points || dates);
    IF mentions IS NOT NULL THEN
        UPDATE public.audit AS a SET old = a.old - found.keys, new = a.new - found.keys, erased = true
        FROM (SELECT t.id, array_agg(k.key) AS keys
              FROM (SELECT id, old, new FROM public.audit WHERE counterparty_id = ANY (firms) AND activity_id IS NULL
                    UNION ALL
                    SELECT id, old, new FROM public.audit
                    WHERE activity_id IN (SELECT id FROM public.activity WHERE counterparty_id = ANY (firms))) AS t
              CROSS JOIN LATERAL jsonb_object_keys(t.new) AS k (key)
              WHERE concat_ws(E'\n', t.old ->> k.key, t.new ->> k.key) ~* mentions
              GROUP BY t.id) AS found
        WHERE a.id = found.id;
    END IF;
    IF texts THEN
        kinds := kinds || ARRAY['texts'];
    END IF;
    INSERT INTO public.erasure (login, counterparty_id, contact_person_id, kinds, reason)
    VALUES (coalesce(public.current_login(), session_user::text), firm, person_id, kinds, reason)
    RETURNING id INTO erasure_id;
    RETURN erasure_id;
END $$;
"""

KINDS = (
    "name",
    "position",
    "birthday",
    "note",
    "contact_points",
    "important_dates",
    "activity_phones",
    "texts",
)
FINISHED_SIGNATURE = "was_finished_so(uuid, timestamptz, uuid)"
HISTORY_SIGNATURE = "history_of(text, uuid, bigint, integer, text, text[])"
ERASURE_SIGNATURE = "erase_person(uuid, text)"


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
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("contact_person_id", sa.Uuid(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            f"kinds <@ ARRAY[{', '.join(repr(kind) for kind in KINDS)}]", name=op.f("ck_erasure_kinds_known")
        ),
        sa.CheckConstraint("char_length(reason) <= 500", name=op.f("ck_erasure_reason_length")),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("ck_erasure_reason_filled")),
        sa.ForeignKeyConstraint(
            ["contact_person_id"], ["contact_person.id"], name=op.f("fk_erasure_contact_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_erasure_counterparty_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    for functions in (RECORDING, FINISHED, HISTORY, ERASURE):
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
    for function in ("record_changes()", FINISHED_SIGNATURE, HISTORY_SIGNATURE, ERASURE_SIGNATURE):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute(f'GRANT SELECT ON audit, erasure TO "{prefix}__director"')
    for function in (FINISHED_SIGNATURE, HISTORY_SIGNATURE):
        op.execute(f'GRANT EXECUTE ON FUNCTION {function} TO "{prefix}__employee"')
    op.execute(f'GRANT EXECUTE ON FUNCTION {ERASURE_SIGNATURE} TO "{prefix}__director"')


def downgrade() -> None:
    for table in AUDITED:
        for act in ("insert", "update"):
            op.execute(f"DROP TRIGGER audit_of_{act} ON {table}")
    for function in (ERASURE_SIGNATURE, HISTORY_SIGNATURE, FINISHED_SIGNATURE, "record_changes()"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("erasure")
    op.drop_table("audit")
