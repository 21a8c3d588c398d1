"""News that wait for their reader: notices of what others did with one's activities, messages, and what was reminded.

A trigger writes the notices of activities, whoever is connected; one transaction gives each recipient one notice.
NOTIFY only wakes: what was not delivered is what has no `delivered_at`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# An item tells the activity, what happened to it ("planned", "finished" …), the day before and after, and for
# whom the recipient gets it, if not for himself. A private activity is told to those two who may read it.
NOTICES = """
CREATE FUNCTION tell(happened jsonb) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.notice AS n (id, recipient_id, sender_id, kind, items, item_count)
    SELECT gen_random_uuid(), told.recipient, public.current_employee_id(), 'activity',
           coalesce(jsonb_agg(told.item ORDER BY told.place) FILTER (WHERE told.place <= 50), '[]'), count(*)
    FROM (SELECT r.recipient,
                 jsonb_strip_nulls(jsonb_build_object(
                     'activity', h.activity, 'what', h.what, 'before', h.before, 'after', h.after,
                     'for', CASE WHEN r.recipient <> h.person THEN h.person END)) AS item,
                 row_number() OVER (PARTITION BY r.recipient ORDER BY h.after, h.activity) AS place
          FROM (SELECT DISTINCT ON (x.activity, x.person) x.*
                FROM jsonb_to_recordset(happened)
                     AS x (activity uuid, what text, before date, after date, person uuid, private boolean)
                WHERE x.person IS DISTINCT FROM public.current_employee_id()
                ORDER BY x.activity, x.person, x.what = 'planned' DESC) AS h
          JOIN public.employee AS e ON e.id = h.person AND e.active
          CROSS JOIN LATERAL (
              SELECT h.person AS recipient WHERE e.has_workplace
              UNION
              SELECT c.receiver_id FROM public.covers(public.office_today()) AS c
              WHERE c.employee_id = h.person AND NOT h.private) AS r
          WHERE r.recipient IS DISTINCT FROM public.current_employee_id()) AS told
    GROUP BY told.recipient
    ON CONFLICT (recipient_id, sender_id, created_at) WHERE kind = 'activity' DO UPDATE
    SET items = CASE WHEN jsonb_array_length(n.items) < 50 THEN n.items || excluded.items ELSE n.items END,
        item_count = n.item_count + excluded.item_count
$$;

CREATE FUNCTION notices_of_activities() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    happened jsonb;
BEGIN
    -- What nobody of ours does (provisioning, a demo's past) is told to nobody.
    IF public.current_employee_id() IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT jsonb_agg(jsonb_build_object('activity', n.id, 'what', 'planned', 'after', n.due_on,
                                            'person', p.id, 'private', n.is_private))
        INTO happened
        FROM new_rows AS n
        CROSS JOIN LATERAL (
            SELECT n.assignee_id AS id WHERE n.assignee_id IS NOT NULL
            UNION
            SELECT e.id FROM public.employee AS e
            WHERE n.assignee_id IS NULL AND e.department_id = n.department_id AND e.active) AS p
        WHERE n.status = 'planned' AND p.id IS DISTINCT FROM public.current_employee_id();
    ELSE
        SELECT jsonb_agg(jsonb_build_object(
                   'activity', n.id, 'before', o.due_on, 'after', n.due_on, 'person', p.id, 'private', n.is_private,
                   'what', CASE WHEN p.new AND n.status = 'planned' THEN 'planned' ELSE w.what END))
        INTO happened
        FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id
        CROSS JOIN LATERAL (SELECT CASE
            WHEN n.status <> o.status THEN
                CASE n.status WHEN 'done' THEN 'finished' WHEN 'cancelled' THEN 'cancelled' ELSE 'reopened' END
            WHEN n.assignee_id IS DISTINCT FROM o.assignee_id THEN
                CASE WHEN o.assignee_id IS NULL THEN 'taken' ELSE 'handed_over' END
            WHEN n.due_on IS DISTINCT FROM o.due_on THEN 'moved'
            WHEN (n.due_at, n.deadline_on, n.topic, n.description, n.priority, n.counterparty_id,
                  n.contact_person_id, n.kind_id, n.phone, n.result_kind_id, n.result_text)
                 IS DISTINCT FROM
                 (o.due_at, o.deadline_on, o.topic, o.description, o.priority, o.counterparty_id,
                  o.contact_person_id, o.kind_id, o.phone, o.result_kind_id, o.result_text) THEN 'changed'
            END AS what) AS w
        CROSS JOIN LATERAL (
            SELECT x.id, bool_or(x.new) AS new FROM (
                SELECT n.assignee_id AS id, n.assignee_id IS DISTINCT FROM o.assignee_id AS new
                UNION ALL SELECT o.assignee_id, false
                UNION ALL SELECT n.author_id, false
                UNION ALL
                SELECT e.id, n.department_id IS DISTINCT FROM o.department_id FROM public.employee AS e
                WHERE n.assignee_id IS NULL AND o.assignee_id IS NULL
                  AND e.department_id = n.department_id AND e.active) AS x
            WHERE x.id IS NOT NULL GROUP BY x.id) AS p
        WHERE w.what IS NOT NULL AND p.id IS DISTINCT FROM public.current_employee_id();
    END IF;
    IF happened IS NOT NULL THEN
        PERFORM public.tell(happened);
    END IF;
    RETURN NULL;
END $$;

-- A message is sent once, however often it is tried: its id is made by the sender.
CREATE FUNCTION send_message(message uuid, employees uuid[], departments uuid[], words text,
                             about_counterparty uuid DEFAULT NULL, about_activity uuid DEFAULT NULL)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := public.current_employee_id();
    sent integer;
BEGIN
    IF me IS NULL OR NOT public.session_has_group('employee') THEN
        RAISE insufficient_privilege USING MESSAGE = 'messages are the employees''';
    END IF;
    IF EXISTS (SELECT FROM public.notice WHERE message_id = message AND sender_id IS DISTINCT FROM me) THEN
        RAISE insufficient_privilege USING MESSAGE = 'this message is somebody else''s';
    END IF;
    INSERT INTO public.notice (id, recipient_id, sender_id, kind, message_id, text, counterparty_id, activity_id, items)
    SELECT gen_random_uuid(), told.recipient, me, 'message', message, words, about_counterparty, about_activity,
           coalesce(jsonb_agg(jsonb_build_object('for', told.person)) FILTER (WHERE told.person <> told.recipient),
                    '[]')
    FROM (SELECT e.id AS person, r.recipient
          FROM public.employee AS e
          CROSS JOIN LATERAL (
              SELECT e.id AS recipient WHERE e.has_workplace
              UNION
              SELECT c.receiver_id FROM public.covers(public.office_today()) AS c WHERE c.employee_id = e.id) AS r
          WHERE e.active AND (e.id = ANY (employees) OR e.department_id = ANY (departments))) AS told
    WHERE told.recipient <> me
    GROUP BY told.recipient
    ON CONFLICT (message_id, recipient_id) DO NOTHING;
    SELECT count(*) INTO sent FROM public.notice WHERE message_id = message;
    IF sent = 0 THEN
        RAISE check_violation USING MESSAGE = 'nobody gets it', CONSTRAINT = 'send_message_reaches_somebody';
    END IF;
    RETURN sent;
END $$;

-- Each side writes what is its own, once: the server's clock, not the client's.
CREATE FUNCTION guard_notice() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := public.current_employee_id();
BEGIN
    IF pg_has_role(current_user, public.role_prefix() || '__owner', 'member') THEN
        RETURN NEW;
    END IF;
    IF OLD.recipient_id IS DISTINCT FROM me THEN
        NEW.delivered_at := OLD.delivered_at;
        NEW.opened_at := OLD.opened_at;
        NEW.answer := OLD.answer;
        NEW.answer_text := OLD.answer_text;
        NEW.snoozed_until := OLD.snoozed_until;
        NEW.hidden_at := OLD.hidden_at;
    END IF;
    IF OLD.sender_id IS DISTINCT FROM me THEN
        NEW.answer_seen_at := OLD.answer_seen_at;
    END IF;
    NEW.delivered_at := coalesce(OLD.delivered_at, CASE WHEN NEW.delivered_at IS NOT NULL THEN clock_timestamp() END);
    NEW.opened_at := coalesce(OLD.opened_at, CASE WHEN NEW.opened_at IS NOT NULL THEN clock_timestamp() END);
    NEW.hidden_at := CASE WHEN NEW.hidden_at IS NOT NULL THEN coalesce(OLD.hidden_at, clock_timestamp()) END;
    NEW.answer_seen_at := CASE WHEN NEW.answer_seen_at IS NOT NULL THEN coalesce(OLD.answer_seen_at, clock_timestamp()) END;
    IF (NEW.answer, NEW.answer_text) IS DISTINCT FROM (OLD.answer, OLD.answer_text) THEN
        NEW.answered_at := clock_timestamp();
        NEW.answer_seen_at := NULL;
        NEW.opened_at := coalesce(NEW.opened_at, clock_timestamp());
    END IF;
    IF NEW.opened_at IS NOT NULL THEN
        NEW.delivered_at := coalesce(NEW.delivered_at, NEW.opened_at);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION news_of_notices() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids uuid[];
    employees uuid[];
BEGIN
    SELECT array_agg(id), array_agg(DISTINCT recipient_id) || array_agg(DISTINCT sender_id)
    INTO ids, employees FROM new_rows;
    IF ids IS NOT NULL THEN
        PERFORM public.send_news('notice', ids, array_remove(employees, NULL), '{}');
    END IF;
    RETURN NULL;
END $$;
"""


SIGNATURES = (
    "tell(jsonb)",
    "notices_of_activities()",
    "send_message(uuid, uuid[], uuid[], text, uuid, uuid)",
    "guard_notice()",
    "news_of_notices()",
)
RECIPIENTS_COLUMNS = "delivered_at, opened_at, answer, answer_text, snoozed_until, hidden_at, answer_seen_at"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("counterparty_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("items", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("item_count", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", instant, server_default=sa.text("now()"), nullable=False),
        sa.Column("delivered_at", instant, nullable=True),
        sa.Column("opened_at", instant, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("answered_at", instant, nullable=True),
        sa.Column("answer_seen_at", instant, nullable=True),
        sa.Column("snoozed_until", instant, nullable=True),
        sa.Column("hidden_at", instant, nullable=True),
        sa.CheckConstraint("kind IN ('activity', 'message')", name=op.f("ck_notice_kind_known")),
        sa.CheckConstraint("answer IN ('accepted', 'cannot')", name=op.f("ck_notice_answer_known")),
        sa.CheckConstraint("char_length(text) <= 5000", name=op.f("ck_notice_text_length")),
        sa.CheckConstraint("kind <> 'message' OR btrim(text) <> ''", name=op.f("ck_notice_text_filled")),
        sa.CheckConstraint("char_length(answer_text) <= 1000", name=op.f("ck_notice_answer_text_length")),
        sa.CheckConstraint(
            "answer IS DISTINCT FROM 'cannot' OR btrim(answer_text) <> ''",
            name=op.f("ck_notice_reason_filled"),
        ),
        sa.ForeignKeyConstraint(["recipient_id"], ["employee.id"], name=op.f("fk_notice_recipient_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["employee.id"], name=op.f("fk_notice_sender_id")),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_notice_counterparty_id")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_notice_activity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_inbox", "notice", ["recipient_id", sa.text("created_at DESC")])
    op.create_index(
        "ix_notice_undelivered", "notice", ["recipient_id"], postgresql_where=sa.text("delivered_at IS NULL")
    )
    for column in ("counterparty_id", "activity_id"):
        op.create_index(
            op.f(f"ix_notice_{column}"),
            "notice",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_index("ix_notice_sent", "notice", ["sender_id", sa.text("created_at DESC")])
    op.create_index(
        "uq_notice_act",
        "notice",
        ["recipient_id", "sender_id", "created_at"],
        unique=True,
        postgresql_where=sa.text("kind = 'activity'"),
    )
    op.create_index("uq_notice_message", "notice", ["message_id", "recipient_id"], unique=True)
    op.create_table(
        "reminder_shown",
        sa.Column("employee_id", sa.Uuid(), server_default=sa.text("current_employee_id()"), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("shown_at", instant, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("char_length(occasion) <= 200", name=op.f("ck_reminder_shown_occasion_length")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_reminder_shown_employee_id")),
        sa.PrimaryKeyConstraint("employee_id", "occasion", name=op.f("pk_reminder_shown")),
    )
    op.get_bind().exec_driver_sql(NOTICES.replace("%", "%%"))
    for act, old in (("insert", ""), ("update", "OLD TABLE AS old_rows ")):
        op.execute(
            f"CREATE TRIGGER notices_of_{act} AFTER {act.upper()} ON activity "
            f"REFERENCING {old}NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION notices_of_activities()"
        )
        op.execute(
            f"CREATE TRIGGER news_of_{act} AFTER {act.upper()} ON notice "
            "REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION news_of_notices()"
        )
    op.execute("CREATE TRIGGER guard BEFORE UPDATE ON notice FOR EACH ROW EXECUTE FUNCTION guard_notice()")
    # An initplan: asked once for a query.
    op.execute("ALTER TABLE notice ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY both_sides ON notice USING ((SELECT current_employee_id()) IN (recipient_id, sender_id))"
    )
    op.execute("ALTER TABLE reminder_shown ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY own ON reminder_shown USING (employee_id = (SELECT current_employee_id()))")
    for function in SIGNATURES:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    employee = f'"{prefix}__employee"'
    op.execute(
        f"GRANT EXECUTE ON FUNCTION send_message(uuid, uuid[], uuid[], text, uuid, uuid) TO {employee}"
    )
    op.execute(f"GRANT SELECT, UPDATE ({RECIPIENTS_COLUMNS}) ON notice TO {employee}")
    op.execute(f"GRANT SELECT, INSERT (employee_id, occasion) ON reminder_shown TO {employee}")


def downgrade() -> None:
    for act in ("insert", "update"):
        op.execute(f"DROP TRIGGER notices_of_{act} ON activity")
    op.drop_table("reminder_shown")
    op.drop_table("notice")
    for function in reversed(SIGNATURES):
        op.execute(f"DROP FUNCTION {function}")
