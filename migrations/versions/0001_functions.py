"""Who is asking, and what day it is in the office: the functions that defaults and triggers call."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The owner of the database is <prefix>__owner; a login is <prefix>_<login>. Group roles have two
# underscores, which no login can begin with, so that an employee called "manager" harms nobody.
FUNCTIONS = """
SET LOCAL check_function_bodies = off;

CREATE FUNCTION role_prefix() RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT left(pg_get_userbyid(datdba), -length('__owner'))
    FROM pg_database WHERE datname = current_database()
$$;

CREATE FUNCTION current_login() RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN starts_with(session_user::text, public.role_prefix() || '_')
                 AND NOT starts_with(session_user::text, public.role_prefix() || '__')
           THEN substr(session_user::text, length(public.role_prefix()) + 2) END
$$;

CREATE FUNCTION current_employee_id() RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT id FROM public.employee WHERE login = public.current_login()
$$;

CREATE FUNCTION office_zone() RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT time_zone FROM public.company), 'Europe/Moscow')
$$;

CREATE FUNCTION office_today() RETURNS date LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT (now() AT TIME ZONE public.office_zone())::date
$$;
"""


def upgrade() -> None:
    op.execute(FUNCTIONS)


def downgrade() -> None:
    for name in (
        "office_today",
        "office_zone",
        "current_employee_id",
        "current_login",
        "role_prefix",
    ):
        op.execute(f"DROP FUNCTION {name}()")
