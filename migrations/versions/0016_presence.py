"""Who has which record open right now: told by the windows, forgotten by itself when one of them dies."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# A window that has not been heard of for two minutes is gone.
FUNCTIONS = """
CREATE FUNCTION note_presence(of_window uuid, about text, opened_row uuid, is_open boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := public.current_employee_id();
    changed boolean;
BEGIN
    IF me IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'presence is the employees''';
    END IF;
    DELETE FROM public.presence WHERE employee_id = me AND seen_at < clock_timestamp() - interval '2 minutes';
    IF is_open THEN
        INSERT INTO public.presence AS p (window_id, table_name, row_id, employee_id)
        VALUES (of_window, about, opened_row, me)
        ON CONFLICT (window_id, table_name, row_id) DO UPDATE SET seen_at = clock_timestamp()
        WHERE p.employee_id = me
        RETURNING p.seen_at = p.opened_at INTO changed;
    ELSE
        DELETE FROM public.presence AS p
        WHERE p.window_id = of_window AND p.table_name = about AND p.row_id = opened_row AND p.employee_id = me
        RETURNING true INTO changed;
    END IF;
    IF changed THEN
        PERFORM public.send_news('presence', ARRAY[opened_row], NULL, NULL);
    END IF;
END $$;

CREATE FUNCTION who_has_open(about text, opened_row uuid, but_window uuid)
RETURNS TABLE (full_name text, since timestamptz) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.full_name, min(p.opened_at)
    FROM public.presence AS p JOIN public.employee AS e ON e.id = p.employee_id
    WHERE p.table_name = about AND p.row_id = opened_row AND p.window_id <> but_window
      AND p.employee_id IS DISTINCT FROM public.current_employee_id()
      AND p.seen_at > clock_timestamp() - interval '2 minutes'
    GROUP BY e.id, e.full_name ORDER BY 2, 1
$$;
"""
SIGNATURES = ("note_presence(uuid, text, uuid, boolean)", "who_has_open(text, uuid, uuid)")


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("window_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "table_name IN ('activity', 'counterparty')", name=op.f("ck_presence_table_name_known")
        ),
        sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=op.f("fk_presence_employee_id")),
        sa.PrimaryKeyConstraint("window_id", "table_name", "row_id", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_row_id"), "presence", ["row_id"])
    op.create_index(op.f("ix_presence_employee_id"), "presence", ["employee_id"])
    op.execute(FUNCTIONS)
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    for function in SIGNATURES:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        op.execute(f'GRANT EXECUTE ON FUNCTION {function} TO "{prefix}__employee"')


def downgrade() -> None:
    for function in SIGNATURES:
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("presence")
