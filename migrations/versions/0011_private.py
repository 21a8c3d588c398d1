"""Private activities: their texts lie in a table with row level security, the day shows that there is one.

The director names his referent, who reads and keeps the director's.
"""

import sqlalchemy as sa
from alembic import op

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

HIDDEN = """NOT is_private OR (topic = '' AND description = '' AND result_text = '' AND priority = 2
    AND num_nonnulls(result_kind_id, counterparty_id, contact_person_id, phone, follows_id, plan_id, step) = 0)"""
TOPIC = "btrim(topic) <> '' OR (section <> 'daily' AND counterparty_id IS NOT NULL)"
PRIVATE_COLUMNS = (
    "topic, description, result_text, result_kind_id, counterparty_id, contact_person_id, phone, priority"
)
FUNCTIONS = ("private_changed()", "keep_private()", "set_referent(uuid)")


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
    for functions in (NAMING, KEEPING):
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


def _grant(prefix: str) -> None:
    director = _role(prefix, "director")
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION set_referent(uuid) TO {director}")
    op.execute(f"GRANT SELECT, UPDATE ({PRIVATE_COLUMNS}) ON activity_private TO {_role(prefix, 'employee')}")


def downgrade() -> None:
    """Private activities become public: there is no place for them below."""
    op.execute("UPDATE activity SET is_private = false WHERE is_private")
    # The deferred check of the last change stands in the way of the changes to the tables.
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute("DROP TRIGGER hide_again ON activity")
    op.execute("DROP TRIGGER hide ON activity")
    op.drop_table("activity_private")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    for column in ("author", "assignee"):
        op.drop_index(f"ix_activity_private_{column}", "activity")
    for name in ("private_assigned", "private_hidden", "topic_filled"):
        op.drop_constraint(op.f(f"ck_activity_{name}"), "activity", type_="check")
    op.create_check_constraint(op.f("ck_activity_topic_filled"), "activity", TOPIC)
