"""Private activities: their texts lie in a table with row level security, the day shows that there is one.

The director names his referent, who reads and keeps the director's. The erasure of a person reaches into them too.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAMING = """
CREATE FUNCTION set_referent(employee_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := public.current_employee_id();
BEGIN
    IF me IS NULL OR NOT public.session_has_group('director') THEN
        RAISE insufficient_privilege USING MESSAGE = 'his referent is the director''s to name';
    END IF;
    IF employee_id IS NOT NULL AND public.is_still_here(employee_id) IS NOT TRUE THEN
        RAISE check_violation USING MESSAGE = 'has left', CONSTRAINT = 'account_employee_left';
    END IF;
    UPDATE public.company
    SET referent_id = employee_id, referent_of_id = CASE WHEN employee_id IS NOT NULL THEN me END;
END $$;
"""

# Like may_read_private, but its functions are asked once for a query, not for each of its rows.
READING = """
CREATE POLICY readers ON activity_private USING (EXISTS (
    SELECT FROM activity AS a WHERE a.id = activity_private.activity_id AND a.is_private
      AND ((SELECT current_employee_id()) IN (a.assignee_id, a.author_id)
           OR a.assignee_id = (SELECT whose_referent()))))
"""

# Fires between `guard`, which has asked whose activity it is, and `stamp`.
KEEPING = """
CREATE FUNCTION keep_private() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    hidden public.activity_private;
    known boolean := TG_OP = 'UPDATE' AND EXISTS (SELECT FROM public.activity_private WHERE activity_id = NEW.id);
BEGIN
    IF known THEN
        SELECT * INTO hidden FROM public.activity_private WHERE activity_id = NEW.id;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.is_private THEN
        -- What is written to the empty columns is added to what is hidden.
        NEW.topic := coalesce(nullif(NEW.topic, ''), hidden.topic, '');
        NEW.description := coalesce(nullif(NEW.description, ''), hidden.description, '');
        NEW.result_text := coalesce(nullif(NEW.result_text, ''), hidden.result_text, '');
        NEW.result_kind_id := coalesce(NEW.result_kind_id, hidden.result_kind_id);
        NEW.counterparty_id := coalesce(NEW.counterparty_id, hidden.counterparty_id);
        NEW.contact_person_id := coalesce(NEW.contact_person_id, hidden.contact_person_id);
        NEW.phone := coalesce(NEW.phone, hidden.phone);
        NEW.priority := coalesce(nullif(NEW.priority, 2::smallint), hidden.priority, 2::smallint);
        NEW.follows_id := coalesce(NEW.follows_id, hidden.follows_id);
        NEW.plan_id := coalesce(NEW.plan_id, hidden.plan_id);
        NEW.step := coalesce(NEW.step, hidden.step);
    END IF;
    IF NOT NEW.is_private THEN
        DELETE FROM public.activity_private WHERE activity_id = NEW.id;
        RETURN NEW;
    END IF;
    IF btrim(NEW.topic) = '' AND (NEW.section = 'daily' OR NEW.counterparty_id IS NULL) THEN
        RAISE check_violation USING MESSAGE = 'no topic', CONSTRAINT = 'ck_activity_topic_filled';
    END IF;
    IF known THEN
        UPDATE public.activity_private
        SET topic = NEW.topic, description = NEW.description, result_text = NEW.result_text,
            result_kind_id = NEW.result_kind_id, counterparty_id = NEW.counterparty_id,
            contact_person_id = NEW.contact_person_id, phone = NEW.phone, priority = NEW.priority,
            follows_id = NEW.follows_id, plan_id = NEW.plan_id, step = NEW.step
        WHERE activity_id = NEW.id
          AND (topic, description, result_text, result_kind_id, counterparty_id, contact_person_id, phone, priority,
               follows_id, plan_id, step)
              IS DISTINCT FROM
              (NEW.topic, NEW.description, NEW.result_text, NEW.result_kind_id, NEW.counterparty_id,
               NEW.contact_person_id, NEW.phone, NEW.priority, NEW.follows_id, NEW.plan_id, NEW.step);
    -- An INSERT of a row that is there already comes to nothing, and must not hide anything under its id.
    ELSIF TG_OP = 'UPDATE' OR NOT EXISTS (SELECT FROM public.activity WHERE id = NEW.id) THEN
        INSERT INTO public.activity_private
            (activity_id, topic, description, result_text, result_kind_id, counterparty_id, contact_person_id, phone,
             priority, follows_id, plan_id, step)
        VALUES (NEW.id, NEW.topic, NEW.description, NEW.result_text, NEW.result_kind_id, NEW.counterparty_id,
                NEW.contact_person_id, NEW.phone, NEW.priority, NEW.follows_id, NEW.plan_id, NEW.step);
    END IF;
    -- A plan is called after its first row; its title and what was noted of these texts go with them.
    IF NEW.plan_id IS NOT NULL AND (TG_OP = 'UPDATE' AND NOT OLD.is_private) THEN
        UPDATE public.plan SET title = '' WHERE id = NEW.plan_id AND title <> '';
        UPDATE public.audit SET old = '{}', new = '{}' WHERE table_name = 'plan' AND row_id = NEW.plan_id
          AND counterparty_id IS NULL AND activity_id IS NULL AND action = 'update';
    END IF;
    IF TG_OP = 'UPDATE' AND NOT OLD.is_private THEN
        UPDATE public.audit AS a SET counterparty_id = NULL, old = a.old - k.keys, new = a.new - k.keys
        FROM (SELECT ARRAY['topic', 'description', 'result_text', 'result_kind_id', 'counterparty_id',
                           'contact_person_id', 'phone', 'priority', 'follows_id', 'plan_id', 'step'] AS keys) AS k
        WHERE a.activity_id = NEW.id AND a.table_name = 'activity';
    END IF;
    NEW.topic := '';
    NEW.description := '';
    NEW.result_text := '';
    NEW.result_kind_id := NULL;
    NEW.counterparty_id := NULL;
    NEW.contact_person_id := NULL;
    NEW.phone := NULL;
    NEW.priority := 2;
    NEW.follows_id := NULL;
    NEW.plan_id := NULL;
    NEW.step := NULL;
    RETURN NEW;
END $$;

-- A new version and news of the activity, whose own row does not change with its hidden texts.
CREATE FUNCTION private_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.activity SET is_private = true WHERE id = NEW.activity_id;
    RETURN NULL;
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
        -- The law knows no private texts; whoever erases learns nothing of them.
        UPDATE public.activity_private SET phone = NULL WHERE counterparty_id = firm AND phone ~* numbers;
    END IF;
    IF mentions IS NOT NULL THEN
        UPDATE public.activity
        SET topic = regexp_replace(topic, mentions, '—', 'gi'),
            description = regexp_replace(description, mentions, '—', 'gi'),
            result_text = regexp_replace(result_text, mentions, '—', 'gi')
        WHERE counterparty_id = firm AND concat_ws(E'\n', topic, description, result_text) ~* mentions;
        texts := texts OR FOUND;
        UPDATE public.activity_private
        SET topic = regexp_replace(topic, mentions, '—', 'gi'),
            description = regexp_replace(description, mentions, '—', 'gi'),
            result_text = regexp_replace(result_text, mentions, '—', 'gi')
        WHERE counterparty_id = firm AND concat_ws(E'\n', topic, description, result_text) ~* mentions;
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
HIDDEN = """NOT is_private OR (topic = '' AND description = '' AND result_text = '' AND priority = 2
    AND num_nonnulls(result_kind_id, counterparty_id, contact_person_id, phone, follows_id, plan_id, step) = 0)"""
TOPIC = "btrim(topic) <> '' OR (section <> 'daily' AND counterparty_id IS NOT NULL)"
PRIVATE_COLUMNS = (
    "topic, description, result_text, result_kind_id, counterparty_id, contact_person_id, phone, priority"
)
FUNCTIONS = ("private_changed()", "keep_private()", "set_referent(uuid)", "erase_person(uuid, text)")


def _role(prefix: str, group: str) -> str:
    return f'"{prefix}__{group}"'


def upgrade() -> None:
    op.drop_constraint(op.f("ck_activity_topic_filled"), "activity", type_="check")
    op.create_check_constraint(op.f("ck_activity_topic_filled"), "activity", f"is_private OR {TOPIC}")
    op.create_check_constraint(op.f("ck_activity_private_hidden"), "activity", HIDDEN)
    op.create_check_constraint(
        op.f("ck_activity_private_assigned"), "activity", "NOT is_private OR assignee_id IS NOT NULL"
    )
    for column in ("assignee", "author"):
        op.create_index(
            f"ix_activity_private_{column}",
            "activity",
            [f"{column}_id"],
            postgresql_where=sa.text("is_private"),
        )
    _create_private()
    _create_erasure()
    for functions in (NAMING, KEEPING, ERASURE):
        op.get_bind().exec_driver_sql(functions.replace("%", "%%"))
    op.execute("ALTER TABLE activity_private ENABLE ROW LEVEL SECURITY")
    op.execute(READING)
    op.execute(
        "CREATE TRIGGER hide BEFORE INSERT ON activity FOR EACH ROW WHEN (NEW.is_private) "
        "EXECUTE FUNCTION keep_private()"
    )
    op.execute(
        "CREATE TRIGGER hide_again BEFORE UPDATE ON activity FOR EACH ROW WHEN (OLD.is_private OR NEW.is_private) "
        "EXECUTE FUNCTION keep_private()"
    )
    # Not where the activity's own trigger writes: that row is being changed already.
    op.execute(
        "CREATE TRIGGER changed AFTER UPDATE ON activity_private FOR EACH ROW WHEN (pg_trigger_depth() = 0) "
        "EXECUTE FUNCTION private_changed()"
    )
    _grant(op.get_bind().scalar(sa.text("SELECT role_prefix()")))


def _create_private() -> None:
    references = {
        "counterparty_id": "counterparty",
        "contact_person_id": "contact_person",
        "result_kind_id": "result_kind",
        "follows_id": "activity",
        "plan_id": "plan",
    }
    op.create_table(
        "activity_private",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("result_text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("result_kind_id", sa.Uuid(), nullable=True),
        sa.Column("counterparty_id", sa.Uuid(), nullable=True),
        sa.Column("contact_person_id", sa.Uuid(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("priority", sa.SmallInteger(), server_default=sa.text("2"), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("step", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("char_length(topic) <= 200", name=op.f("ck_activity_private_topic_length")),
        sa.CheckConstraint(
            "char_length(description) <= 5000", name=op.f("ck_activity_private_description_length")
        ),
        sa.CheckConstraint(
            "char_length(result_text) <= 5000", name=op.f("ck_activity_private_result_text_length")
        ),
        sa.CheckConstraint("char_length(phone) <= 100", name=op.f("ck_activity_private_phone_length")),
        sa.CheckConstraint("priority BETWEEN 1 AND 3", name=op.f("ck_activity_private_priority_range")),
        # A trigger hides the texts before their activity is stored.
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk_activity_private_activity_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_activity_private_{column}"))
            for column, table in references.items()
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_activity_private")),
    )
    for column in ("counterparty_id", "follows_id"):
        op.create_index(
            op.f(f"ix_activity_private_{column}"),
            "activity_private",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def _create_erasure() -> None:
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


def _grant(prefix: str) -> None:
    director = _role(prefix, "director")
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION set_referent(uuid), erase_person(uuid, text) TO {director}")
    op.execute(f"GRANT SELECT ON erasure TO {director}")
    op.execute(f"GRANT SELECT, UPDATE ({PRIVATE_COLUMNS}) ON activity_private TO {_role(prefix, 'employee')}")


def downgrade() -> None:
    """Private activities become public: there is no place for them below."""
    op.execute("UPDATE activity SET is_private = false WHERE is_private")
    # The deferred check of the last change stands in the way of the changes to the tables.
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute("DROP TRIGGER hide_again ON activity")
    op.execute("DROP TRIGGER hide ON activity")
    op.drop_table("activity_private")
    op.drop_table("erasure")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for column in ("author", "assignee"):
        op.drop_index(f"ix_activity_private_{column}", "activity")
    for name in ("private_assigned", "private_hidden", "topic_filled"):
        op.drop_constraint(op.f(f"ck_activity_{name}"), "activity", type_="check")
    op.create_check_constraint(op.f("ck_activity_topic_filled"), "activity", TOPIC)
