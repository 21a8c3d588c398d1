"""Who gets another's reminders and works his day: reminder routes, absences with their substitutes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# An employee without a workplace, or away with somebody named for him, is answered for by whoever is named and
# present; by the substitute of a named one who is away himself (one step, so that circles end); else by the
# director. Who is away and named nobody finds his day as he left it.
COVERS = """
CREATE FUNCTION covers(day date) RETURNS TABLE (employee_id uuid, receiver_id uuid, reason text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH absent AS MATERIALIZED (
        SELECT a.employee_id, a.substitute_id FROM public.absence AS a
        WHERE NOT a.archived AND day BETWEEN a.valid_from AND a.valid_to),
    present AS MATERIALIZED (
        SELECT e.id FROM public.employee AS e
        WHERE e.active AND e.has_workplace AND NOT EXISTS (SELECT FROM absent AS a WHERE a.employee_id = e.id)),
    named AS MATERIALIZED (
        SELECT r.employee_id, r.receiver_id, 'route' AS reason
        FROM public.reminder_route AS r JOIN public.employee AS e ON e.id = r.employee_id AND e.active
        WHERE NOT r.archived AND day BETWEEN coalesce(r.valid_from, day) AND coalesce(r.valid_to, day)
        UNION
        SELECT a.employee_id, a.substitute_id, 'absence'
        FROM absent AS a JOIN public.employee AS e ON e.id = a.employee_id AND e.active
        WHERE a.substitute_id IS NOT NULL),
    direct AS MATERIALIZED (
        SELECT n.employee_id, n.receiver_id, min(n.reason) AS reason
        FROM named AS n JOIN present AS p ON p.id = n.receiver_id GROUP BY 1, 2),
    waiting AS MATERIALIZED (
        SELECT e.id FROM public.employee AS e
        WHERE e.active AND NOT EXISTS (SELECT FROM direct AS d WHERE d.employee_id = e.id)
          AND (NOT e.has_workplace
               OR EXISTS (SELECT FROM absent AS a WHERE a.employee_id = e.id)
                  AND EXISTS (SELECT FROM named AS n WHERE n.employee_id = e.id))),
    further AS MATERIALIZED (
        SELECT DISTINCT n.employee_id, a.substitute_id AS receiver_id
        FROM waiting AS w JOIN named AS n ON n.employee_id = w.id
        JOIN absent AS a ON a.employee_id = n.receiver_id
        JOIN present AS p ON p.id = a.substitute_id
        WHERE a.substitute_id <> n.employee_id)
    SELECT d.employee_id, d.receiver_id, d.reason FROM direct AS d
    UNION ALL
    SELECT f.employee_id, f.receiver_id, 'further' FROM further AS f
    UNION ALL
    SELECT w.id, p.id, 'director'
    FROM waiting AS w
    CROSS JOIN present AS p
    JOIN public.employee AS director ON director.id = p.id
    JOIN pg_roles AS own ON own.rolname = public.role_prefix() || '_' || director.login
    JOIN pg_roles AS directors ON directors.rolname = public.role_prefix() || '__director'
    WHERE pg_has_role(own.oid, directors.oid, 'member') AND p.id <> w.id
      AND NOT EXISTS (SELECT FROM further AS f WHERE f.employee_id = w.id)
$$;

CREATE FUNCTION answers_for(who uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.covers(public.office_today()) AS c
                   WHERE c.employee_id = who AND c.receiver_id = public.current_employee_id())
$$;

CREATE OR REPLACE FUNCTION may_change_activity(assignee uuid, author uuid, department uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(public.current_employee_id() IN (assignee, author), false)
        OR EXISTS (SELECT FROM public.employee AS e
                   WHERE e.id = public.current_employee_id() AND e.department_id = department)
        OR public.session_has_group('director')
        -- The owner is nobody's role: this is a function of ours, or provisioning.
        OR pg_has_role(current_user, public.role_prefix() || '__owner', 'member')
        OR assignee IS NOT NULL AND public.answers_for(assignee)
$$;

CREATE FUNCTION guard_absence() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := public.current_employee_id();
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW.id := OLD.id;
        NEW.employee_id := OLD.employee_id;
    END IF;
    IF NEW.employee_id IS DISTINCT FROM me
       AND NOT public.session_has_group('secretary', 'director', 'administrator')
       AND NOT pg_has_role(current_user, public.role_prefix() || '__owner', 'member') THEN
        RAISE insufficient_privilege USING
            MESSAGE = 'the absence of somebody else', CONSTRAINT = 'guard_absence_own';
    END IF;
    RETURN NEW;
END $$;
"""

WITHDRAWN = """
CREATE OR REPLACE FUNCTION may_change_activity(assignee uuid, author uuid, department uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(public.current_employee_id() IN (assignee, author), false)
        OR EXISTS (SELECT FROM public.employee AS e
                   WHERE e.id = public.current_employee_id() AND e.department_id = department)
        OR public.session_has_group('director')
        -- The owner is nobody's role: this is a function of ours, or provisioning.
        OR pg_has_role(current_user, public.role_prefix() || '__owner', 'member')
$$;
"""

EVERYBODY = ("employee", "administrator")
WRITERS = ("secretary", "director", "administrator")
TABLES = ("absence", "reminder_route")
ABSENCE = "employee_id, valid_from, valid_to, substitute_id, reason, archived"
ROUTE = "employee_id, receiver_id, valid_from, valid_to, reason, archived"
REMINDERS = ("remind_days", "remind_minutes")


def _role(prefix: str, group: str) -> str:
    return f'"{prefix}__{group}"'


def _sane(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"{column} BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'", name=op.f(f"ck_{table}_{column}_range")
    )


def _create(table: str, other: str, *, dated: bool) -> None:
    """A table of who stands in for an employee, and when."""
    op.create_table(
        table,
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column(other, sa.Uuid(), nullable=dated),
        sa.Column("valid_from", sa.Date(), nullable=not dated),
        sa.Column("valid_to", sa.Date(), nullable=not dated),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        _sane(table, "valid_from"),
        _sane(table, "valid_to"),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f(f"ck_{table}_valid_order")),
        sa.CheckConstraint(f"{other} <> employee_id", name=op.f(f"ck_{table}_another")),
        sa.CheckConstraint("char_length(reason) <= 200", name=op.f(f"ck_{table}_reason_length")),
        sa.ForeignKeyConstraint(["changed_by"], ["employee.id"], name=op.f(f"fk_{table}_changed_by")),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f(f"fk_{table}_employee_id")),
        sa.ForeignKeyConstraint([other], ["employee.id"], name=op.f(f"fk_{table}_{other}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_employee_id"), table, ["employee_id"], unique=False)


def upgrade() -> None:
    _create("absence", "substitute_id", dated=True)
    _create("reminder_route", "receiver_id", dated=False)
    # So many days ahead birthdays and important dates are told, so many minutes ahead what has a time.
    op.add_column(
        "company", sa.Column("remind_days", sa.SmallInteger(), server_default=sa.text("3"), nullable=False)
    )
    op.add_column(
        "company",
        sa.Column("remind_minutes", sa.SmallInteger(), server_default=sa.text("15"), nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_company_remind_days_range"), "company", "remind_days BETWEEN 0 AND 365"
    )
    op.create_check_constraint(
        op.f("ck_company_remind_minutes_range"), "company", "remind_minutes BETWEEN 0 AND 1440"
    )
    op.execute(COVERS)
    op.execute(
        "CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON absence FOR EACH ROW EXECUTE FUNCTION guard_absence()"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION stamp_row()"
        )
        op.execute(
            f"CREATE TRIGGER news_of_insert AFTER INSERT ON {table} "
            "REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION news_of_directories()"
        )
        op.execute(
            f"CREATE TRIGGER news_of_update AFTER UPDATE ON {table} "
            "REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION news_of_directories()"
        )
        for act, old in (("insert", ""), ("update", "OLD TABLE AS old_rows ")):
            op.execute(
                f"CREATE TRIGGER audit_of_{act} AFTER {act.upper()} ON {table} "
                f"REFERENCING {old}NEW TABLE AS new_rows FOR EACH STATEMENT "
                "EXECUTE FUNCTION record_changes('id', '', '', '')"
            )
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    everybody = ", ".join(_role(prefix, group) for group in EVERYBODY)
    writers = ", ".join(_role(prefix, group) for group in WRITERS)
    for function in ("covers(date)", "answers_for(uuid)", "guard_absence()"):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION covers(date), answers_for(uuid) TO {everybody}")
    op.execute(f"GRANT SELECT ON absence, reminder_route TO {everybody}")
    op.execute(f"GRANT INSERT (id, {ABSENCE}), UPDATE ({ABSENCE}) ON absence TO {everybody}")
    op.execute(f"GRANT INSERT (id, {ROUTE}), UPDATE ({ROUTE}) ON reminder_route TO {writers}")
    op.execute(f"GRANT UPDATE ({', '.join(REMINDERS)}) ON company TO {writers}")


def downgrade() -> None:
    op.execute(WITHDRAWN)
    for table in TABLES:
        op.drop_table(table)
    for function in ("guard_absence()", "answers_for(uuid)", "covers(date)"):
        op.execute(f"DROP FUNCTION {function}")
    for column in REMINDERS:
        op.drop_column("company", column)
