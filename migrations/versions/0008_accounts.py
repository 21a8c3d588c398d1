"""Accounts through functions, leaving with the plan handed over, and whose activity may be changed by whom.

What tells a private activity and the director's referent is here, for these functions ask for it; a later
revision hides the texts.

The functions on accounts belong to <prefix>__accounts, a role with CREATEROLE that nobody is a member of; the
administrator only calls them. Whoever migrates must be the server's superuser: only he may give an object to
that role.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Words of the caller: the session's user, whatever SET ROLE says.
CALLER = """
CREATE FUNCTION session_has_group(VARIADIC names text[]) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM unnest(names) AS n (name)
                   JOIN pg_roles AS r ON r.rolname = public.role_prefix() || '__' || n.name
                   WHERE pg_has_role(session_user, r.oid, 'member'))
$$;
"""

# Whose private activities somebody reads and keeps, beside his own: the director's, where he is his referent.
PRIVATE = """
CREATE FUNCTION whose_referent() RETURNS uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.referent_of_id FROM public.company AS c
    JOIN public.employee AS e ON e.id = c.referent_of_id AND e.active
    JOIN pg_roles AS l ON l.rolname = public.role_prefix() || '_' || e.login
    JOIN pg_auth_members AS m ON m.member = l.oid
    JOIN pg_roles AS g ON g.oid = m.roleid AND g.rolname = public.role_prefix() || '__director'
    WHERE c.referent_id = public.current_employee_id()
$$;

CREATE FUNCTION may_read_private(assignee uuid, author uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(public.current_employee_id() IN (assignee, author), false)
        OR coalesce(public.whose_referent() = assignee, false)
$$;
"""

GUARDS = """
CREATE FUNCTION may_change_activity(assignee uuid, author uuid, department uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(public.current_employee_id() IN (assignee, author), false)
        OR EXISTS (SELECT FROM public.employee AS e
                   WHERE e.id = public.current_employee_id() AND e.department_id = department)
        OR public.session_has_group('director')
        -- The owner is nobody's role: this is a function of ours, or provisioning.
        OR pg_has_role(current_user, public.role_prefix() || '__owner', 'member')
$$;

-- Waits for whoever lets him go right now; a lock that the employees themselves may not take.
CREATE FUNCTION is_still_here(who uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here boolean;
BEGIN
    SELECT active INTO here FROM public.employee WHERE id = who FOR KEY SHARE;
    RETURN here;
END $$;

-- Fires before `stamp`: what that one sets is not yet a difference.
CREATE FUNCTION guard_activity() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := public.current_employee_id();
    coloured public.activity;
    assignee_name text;
    department_name text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        coloured := OLD;
        coloured.highlight := NEW.highlight;
        IF NEW IS DISTINCT FROM coloured
           AND NOT (CASE WHEN OLD.is_private OR NEW.is_private
                    THEN public.may_read_private(OLD.assignee_id, OLD.author_id)
                      OR pg_has_role(current_user, public.role_prefix() || '__owner', 'member')
                    ELSE public.may_change_activity(OLD.assignee_id, OLD.author_id, OLD.department_id) END) THEN
            SELECT full_name INTO assignee_name FROM public.employee WHERE id = OLD.assignee_id;
            SELECT name INTO department_name FROM public.department WHERE id = OLD.department_id;
            RAISE insufficient_privilege USING
                MESSAGE = 'this activity belongs to somebody else',
                DETAIL = coalesce(assignee_name, department_name, ''),
                CONSTRAINT = CASE WHEN OLD.is_private OR NEW.is_private THEN 'guard_activity_private'
                                  WHEN assignee_name IS NULL THEN 'guard_activity_of_department'
                                  ELSE 'guard_activity_of_assignee' END;
        END IF;
    END IF;
    IF me IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.status = 'planned' AND NEW.assignee_id IS NOT NULL
       AND (TG_OP = 'INSERT' OR NEW.assignee_id IS DISTINCT FROM OLD.assignee_id)
       AND NOT public.is_still_here(NEW.assignee_id) THEN
        RAISE check_violation USING
            MESSAGE = 'the assignee has left', CONSTRAINT = 'guard_activity_assignee_left';
    END IF;
    -- Who finished it and when is the server's word; an undo brings back what stood there before.
    IF NEW.status <> 'done' THEN
        NEW.finished_at := NULL;
        NEW.finished_by := NULL;
    ELSIF TG_OP = 'UPDATE' AND OLD.status = 'done' THEN
        NEW.finished_at := OLD.finished_at;
        NEW.finished_by := OLD.finished_by;
    ELSIF TG_OP = 'INSERT' OR NOT public.was_finished_so(NEW.id, NEW.finished_at, NEW.finished_by) THEN
        NEW.finished_at := clock_timestamp();
        NEW.finished_by := me;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guard_daily_showing() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.employee_id IS DISTINCT FROM public.current_employee_id()
       AND NOT pg_has_role(current_user, public.role_prefix() || '__owner', 'member') THEN
        RAISE insufficient_privilege USING MESSAGE = 'a task is shown to whoever looks';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guard_import_row() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT pg_has_role(current_user, public.role_prefix() || '__owner', 'member')
       AND EXISTS (SELECT FROM new_rows AS n JOIN public.import_batch AS b ON b.id = n.batch_id
                   WHERE b.imported_by IS DISTINCT FROM public.current_employee_id()) THEN
        RAISE insufficient_privilege USING MESSAGE = 'this import is somebody else''s';
    END IF;
    RETURN NULL;
END $$;
"""

# Parts of the account functions: they run with the rights of whichever of those calls them.
PARTS = """
CREATE FUNCTION begin_account_change(VARIADIC allowed text[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT public.session_has_group(VARIADIC allowed) THEN
        RAISE insufficient_privilege USING MESSAGE = 'accounts are the administrator''s';
    END IF;
    -- An older snapshot would not see what a colleague has just locked.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = 'accounts are changed in READ COMMITTED';
    END IF;
    -- One change at a time, or two administrators lock each other out. Nobody else may take this lock.
    LOCK TABLE public.account_event IN SHARE ROW EXCLUSIVE MODE;
END $$;

CREATE FUNCTION account_role(account text) RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found text := public.role_prefix() || '_' || account;
BEGIN
    IF account IS NULL OR account !~ '^[a-z][a-z0-9.-]{0,30}$'
       OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = found) THEN
        RAISE check_violation USING MESSAGE = 'no such account', CONSTRAINT = 'account_known';
    END IF;
    RETURN found;
END $$;

CREATE FUNCTION note_account_event(what text, whom text, detail text) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.account_event (login, what, whom, detail)
    VALUES (coalesce(public.current_login(), session_user), what, whom, detail)
$$;

CREATE FUNCTION check_account_verifier(verifier text) RETURNS void LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF verifier IS NULL OR verifier !~ ('^SCRAM-SHA-256[$][1-9][0-9]{3,5}:([A-Za-z0-9+/]{4}){2,16}'
            || '([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?[$][A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$') THEN
        RAISE check_violation USING MESSAGE = 'only a SCRAM verifier is taken', CONSTRAINT = 'account_verifier';
    END IF;
END $$;

CREATE FUNCTION check_account_groups(groups text[], of_employee boolean) RETURNS void LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(cardinality(groups), 0) = 0 OR array_position(groups, NULL) IS NOT NULL
       OR NOT groups <@ ARRAY['employee', 'manager', 'advertising', 'supply', 'secretary', 'accountant',
                              'director', 'administrator', 'backup'] THEN
        RAISE check_violation USING MESSAGE = 'no such group', CONSTRAINT = 'account_groups_known';
    END IF;
    IF groups && ARRAY['administrator', 'backup'] THEN
        IF cardinality(groups) > 1 OR of_employee THEN
            RAISE check_violation USING
                MESSAGE = 'administrator and backup stand alone', CONSTRAINT = 'account_groups_apart';
        END IF;
    ELSIF NOT of_employee THEN
        RAISE check_violation USING MESSAGE = 'whose account?', CONSTRAINT = 'account_employee_given';
    END IF;
END $$;

CREATE FUNCTION check_other_administrator(role_name text) RETURNS void LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    group_id oid := (SELECT oid FROM pg_roles WHERE rolname = public.role_prefix() || '__administrator');
BEGIN
    IF EXISTS (SELECT FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.member
               WHERE m.roleid = group_id AND r.rolname = role_name AND r.rolcanlogin)
       AND NOT EXISTS (SELECT FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.member
                       WHERE m.roleid = group_id AND r.rolname <> role_name AND r.rolcanlogin) THEN
        RAISE check_violation USING
            MESSAGE = 'the last administrator', CONSTRAINT = 'account_last_administrator';
    END IF;
END $$;

CREATE FUNCTION grant_account_groups(role_name text, groups text[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT r.rolname AS group_role, substr(r.rolname, length(p.prefix) + 3) = ANY (groups) AS wanted
        FROM (SELECT public.role_prefix() AS prefix) AS p
        JOIN pg_roles AS r ON starts_with(r.rolname, p.prefix || '__')
        WHERE substr(r.rolname, length(p.prefix) + 3) = ANY (groups)
              IS DISTINCT FROM EXISTS (SELECT FROM pg_auth_members AS m JOIN pg_roles AS l ON l.oid = m.member
                                       WHERE m.roleid = r.oid AND l.rolname = role_name)
    LOOP
        IF one.wanted THEN
            EXECUTE format('GRANT %I TO %I', one.group_role, role_name);
        ELSE
            EXECUTE format('REVOKE %I FROM %I', one.group_role, role_name);
        END IF;
    END LOOP;
    -- From 16 on a grant of another grantor's survives our REVOKE with no more than a warning.
    IF (SELECT count(DISTINCT m.roleid) FROM pg_auth_members AS m JOIN pg_roles AS l ON l.oid = m.member
        JOIN pg_roles AS r ON r.oid = m.roleid
        WHERE l.rolname = role_name AND starts_with(r.rolname, public.role_prefix() || '__'))
       <> (SELECT count(DISTINCT g) FROM unnest(groups) AS g) THEN
        RAISE check_violation USING
            MESSAGE = 'a group was granted past these functions', CONSTRAINT = 'account_groups_foreign';
    END IF;
END $$;

CREATE FUNCTION end_account_sessions(role_name text) RETURNS integer LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FILTER (WHERE pg_terminate_backend(a.pid, 2000))::integer
    FROM pg_stat_activity AS a
    WHERE a.usesysid = (SELECT oid FROM pg_roles WHERE rolname = role_name) AND a.pid <> pg_backend_pid()
$$;
"""

ACCOUNTS = """
CREATE FUNCTION create_account(account text, verifier text, groups text[], employee_id uuid DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    role_name text := public.role_prefix() || '_' || account;
BEGIN
    PERFORM public.begin_account_change('administrator');
    IF account IS NULL OR account !~ '^[a-z][a-z0-9.-]{0,30}$' OR octet_length(role_name) > 63 THEN
        RAISE check_violation USING MESSAGE = 'no login', CONSTRAINT = 'account_login_form';
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
        RAISE check_violation USING MESSAGE = 'the login exists', CONSTRAINT = 'account_new';
    END IF;
    PERFORM public.check_account_verifier(verifier);
    PERFORM public.check_account_groups(groups, employee_id IS NOT NULL);
    IF employee_id IS NOT NULL THEN
        UPDATE public.employee SET login = account
        WHERE employee.id = create_account.employee_id AND active AND login IS NULL;
        IF NOT FOUND THEN
            RAISE check_violation USING
                MESSAGE = 'the employee is not there, has left or has a login', CONSTRAINT = 'account_employee_free';
        END IF;
    END IF;
    -- This setting of the caller's would make our role a member of the new one.
    IF current_setting('server_version_num')::integer >= 160000 THEN
        PERFORM set_config('createrole_self_grant', '', true);
    END IF;
    EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT PASSWORD %L',
                   role_name, verifier);
    EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', role_name, '3s');
    EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', role_name, '60s');
    PERFORM public.grant_account_groups(role_name, groups);
    PERFORM public.note_account_event('created', account, array_to_string(groups, ', '));
END $$;

CREATE FUNCTION set_account_groups(account text, groups text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    role_name text;
BEGIN
    PERFORM public.begin_account_change('administrator');
    role_name := public.account_role(account);
    PERFORM public.check_account_groups(groups, EXISTS (SELECT FROM public.employee WHERE login = account));
    IF NOT 'administrator' = ANY (groups) THEN
        PERFORM public.check_other_administrator(role_name);
    END IF;
    PERFORM public.grant_account_groups(role_name, groups);
    PERFORM public.note_account_event('groups', account, array_to_string(groups, ', '));
END $$;

CREATE FUNCTION set_account_password(account text, verifier text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM public.begin_account_change('administrator');
    PERFORM public.check_account_verifier(verifier);
    EXECUTE format('ALTER ROLE %I PASSWORD %L', public.account_role(account), verifier);
    PERFORM public.note_account_event('password', account, '');
END $$;

-- Locks, or again ends what got in before the lock was committed; how many sessions it ended.
CREATE FUNCTION lock_account(account text)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    role_name text;
BEGIN
    PERFORM public.begin_account_change('administrator', 'director');
    role_name := public.account_role(account);
    IF role_name = session_user THEN
        RAISE check_violation USING MESSAGE = 'nobody locks himself', CONSTRAINT = 'account_own';
    END IF;
    IF (SELECT rolcanlogin FROM pg_roles WHERE rolname = role_name) THEN
        PERFORM public.check_other_administrator(role_name);
        EXECUTE format('ALTER ROLE %I NOLOGIN', role_name);
        PERFORM public.note_account_event('locked', account, '');
    END IF;
    RETURN public.end_account_sessions(role_name);
END $$;

CREATE FUNCTION unlock_account(account text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    role_name text;
BEGIN
    PERFORM public.begin_account_change('administrator');
    role_name := public.account_role(account);
    IF EXISTS (SELECT FROM public.employee WHERE login = account AND NOT active) THEN
        RAISE check_violation USING MESSAGE = 'the employee has left', CONSTRAINT = 'account_employee_left';
    END IF;
    IF NOT (SELECT rolcanlogin FROM pg_roles WHERE rolname = role_name) THEN
        EXECUTE format('ALTER ROLE %I LOGIN', role_name);
        PERFORM public.note_account_event('unlocked', account, '');
    END IF;
END $$;

CREATE FUNCTION list_accounts()
RETURNS TABLE (login text, employee_id uuid, full_name text, active boolean, groups text[], can_login boolean,
               sessions integer, last_act_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT public.session_has_group('administrator', 'director') THEN
        RAISE insufficient_privilege USING MESSAGE = 'accounts are the administrator''s';
    END IF;
    RETURN QUERY
    SELECT r.login, e.id, e.full_name, e.active,
           ARRAY(SELECT DISTINCT substr(g.rolname, length(r.prefix) + 3)
                 FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid
                 WHERE m.member = r.oid AND starts_with(g.rolname, r.prefix || '__') ORDER BY 1),
           r.rolcanlogin, coalesce(open.sessions, 0),
           -- A step into the index for each login: act grows by every act of everybody.
           (SELECT max(a.acted_at) FROM public.act AS a WHERE a.login = r.login)
    FROM (SELECT l.oid, l.rolcanlogin, p.prefix,
                 -- Names of roles have a collation of their own, which no index of ours has.
                 substr(l.rolname, length(p.prefix) + 2) COLLATE "default" AS login
          FROM (SELECT public.role_prefix() AS prefix) AS p
          JOIN pg_roles AS l ON starts_with(l.rolname, p.prefix || '_')) AS r
    LEFT JOIN public.employee AS e ON e.login = r.login
    LEFT JOIN (SELECT s.usesysid, count(*)::integer AS sessions FROM pg_stat_activity AS s GROUP BY s.usesysid)
        AS open ON open.usesysid = r.oid
    WHERE r.login ~ '^[a-z][a-z0-9.-]{0,30}$'
    ORDER BY 1;
END $$;
"""

# Belongs to the owner: it changes what people work with, and asks lock_account for the rest.
LEAVING = """
CREATE FUNCTION dismiss_employee(leaver_id uuid, successor_id uuid, OUT activities integer, OUT counterparties integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    leaver public.employee;
    successor public.employee;
BEGIN
    PERFORM public.begin_account_change('administrator', 'director');
    -- Waits for whoever is planning for him right now: what the wait brings is handed over too.
    SELECT * INTO leaver FROM public.employee WHERE id = leaver_id AND active FOR UPDATE;
    IF leaver.id IS NULL THEN
        RAISE check_violation USING MESSAGE = 'has left', CONSTRAINT = 'account_employee_left';
    END IF;
    IF leaver.id = public.current_employee_id() THEN
        RAISE check_violation USING MESSAGE = 'nobody lets himself go', CONSTRAINT = 'account_own';
    END IF;
    SELECT * INTO successor FROM public.employee WHERE id = successor_id AND active AND id <> leaver_id
    FOR SHARE;
    IF successor.id IS NULL THEN
        RAISE check_violation USING MESSAGE = 'who takes over?', CONSTRAINT = 'account_successor';
    END IF;
    UPDATE public.employee SET active = false WHERE id = leaver_id;
    -- Nobody inherits what is private.
    UPDATE public.activity SET status = 'cancelled'
    WHERE assignee_id = leaver_id AND status = 'planned' AND is_private;
    UPDATE public.company SET referent_id = NULL, referent_of_id = NULL
    WHERE leaver_id IN (referent_id, referent_of_id);
    UPDATE public.activity SET assignee_id = successor_id WHERE assignee_id = leaver_id AND status = 'planned';
    GET DIAGNOSTICS activities = ROW_COUNT;
    UPDATE public.counterparty SET responsible_id = successor_id WHERE responsible_id = leaver_id;
    GET DIAGNOSTICS counterparties = ROW_COUNT;
    INSERT INTO public.account_event (login, what, whom, detail)
    VALUES (coalesce(public.current_login(), session_user), 'dismissed',
            coalesce(leaver.login, leaver.full_name), successor.full_name);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = public.role_prefix() || '_' || leaver.login) THEN
        PERFORM public.lock_account(leaver.login);
    END IF;
END $$;

-- His login stays locked until the administrator lets it in again.
CREATE FUNCTION reinstate_employee(who uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    back public.employee;
BEGIN
    PERFORM public.begin_account_change('administrator', 'director');
    UPDATE public.employee SET active = true WHERE id = who AND NOT active RETURNING * INTO back;
    IF back.id IS NOT NULL THEN
        INSERT INTO public.account_event (login, what, whom)
        VALUES (coalesce(public.current_login(), session_user), 'reinstated', coalesce(back.login, back.full_name));
    END IF;
END $$;
"""

PART_FUNCTIONS = (
    "begin_account_change(text[])",
    "account_role(text)",
    "note_account_event(text, text, text)",
    "check_account_verifier(text)",
    "check_account_groups(text[], boolean)",
    "check_other_administrator(text)",
    "grant_account_groups(text, text[])",
    "end_account_sessions(text)",
)
# function: the groups that may call it; the caller is checked once more inside.
ACCOUNT_FUNCTIONS: dict[str, tuple[str, ...]] = {
    "create_account(text, text, text[], uuid)": ("administrator",),
    "set_account_groups(text, text[])": ("administrator",),
    "set_account_password(text, text)": ("administrator",),
    "lock_account(text)": ("administrator", "director"),
    "unlock_account(text)": ("administrator",),
    "list_accounts()": ("administrator", "director"),
}
DISMISS = "dismiss_employee(uuid, uuid)"
REINSTATE = "reinstate_employee(uuid)"
WHOSE_FUNCTIONS = (
    "may_change_activity(uuid, uuid, uuid)",
    "may_read_private(uuid, uuid)",
    "whose_referent()",
)
GUARD_FUNCTIONS = ("guard_activity()", "guard_daily_showing()", "guard_import_row()")
EVERYBODY = ("employee", "administrator")


def _as_superuser(statements: list[str]) -> None:
    """As whoever connected; what follows is the owner's again."""
    bind = op.get_bind()
    owner = bind.scalar(sa.text("SELECT current_user"))
    bind.execute(sa.text("RESET ROLE"))
    for statement in statements:
        op.execute(statement)
    bind.execute(sa.text(f'SET ROLE "{owner}"'))


def _role(prefix: str, name: str) -> str:
    return f'"{prefix}__{name}"'


def upgrade() -> None:
    op.create_table(
        "account_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(
            "what IN ('created', 'groups', 'password', 'locked', 'unlocked', 'dismissed', 'reinstated')",
            name=op.f("ck_account_event_what_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_event")),
    )
    op.create_index(op.f("ix_act_login_acted_at"), "act", ["login", "acted_at"])
    op.add_column(
        "activity", sa.Column("is_private", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    for column in ("referent_id", "referent_of_id"):
        op.add_column("company", sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f"fk_company_{column}"), "company", "employee", [column], ["id"])
    for functions in (CALLER, PRIVATE, GUARDS, PARTS, ACCOUNTS, LEAVING):
        op.execute(functions)
    op.execute(
        "CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON activity FOR EACH ROW EXECUTE FUNCTION guard_activity()"
    )
    op.execute(
        "CREATE TRIGGER guard BEFORE INSERT ON daily_showing FOR EACH ROW EXECUTE FUNCTION guard_daily_showing()"
    )
    op.execute(
        "CREATE TRIGGER guard AFTER INSERT ON import_row REFERENCING NEW TABLE AS new_rows "
        "FOR EACH STATEMENT EXECUTE FUNCTION guard_import_row()"
    )
    _grant(op.get_bind().scalar(sa.text("SELECT role_prefix()")))


def _grant(prefix: str) -> None:
    accounts = _role(prefix, "accounts")
    functions = {
        "session_has_group(text[])": (*EVERYBODY, "accounts"),
        **dict.fromkeys(WHOSE_FUNCTIONS, ("employee",)),
        "is_still_here(uuid)": ("employee",),
        **dict.fromkeys(GUARD_FUNCTIONS, ()),
        **dict.fromkeys(PART_FUNCTIONS, ()),
        "begin_account_change(text[])": ("owner",),
        **ACCOUNT_FUNCTIONS,
        "lock_account(text)": ("administrator", "director", "owner"),
        DISMISS: ("administrator", "director"),
        REINSTATE: ("administrator", "director"),
    }
    given: dict[str, tuple[str, ...]] = {
        "SELECT ON account_event": ("administrator", "director"),
        # UPDATE is what LOCK TABLE asks for; no function of theirs updates a row.
        "INSERT, UPDATE ON account_event": ("accounts",),
        "SELECT (id, login, full_name, active), UPDATE (login) ON employee": ("accounts",),
        "SELECT (login, acted_at) ON act": ("accounts",),
        "USAGE ON SCHEMA public": ("accounts",),
        "EXECUTE ON FUNCTION role_prefix(), current_login(), current_employee_id()": ("accounts",),
    }
    for privilege, roles in given.items():
        op.execute(f"GRANT {privilege} TO {', '.join(_role(prefix, role) for role in roles)}")
    statements = [
        f"ALTER FUNCTION {function} OWNER TO {accounts}" for function in (*PART_FUNCTIONS, *ACCOUNT_FUNCTIONS)
    ]
    for function, roles in functions.items():
        statements.append(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        statements += [f"GRANT EXECUTE ON FUNCTION {function} TO {_role(prefix, role)}" for role in roles]
    _as_superuser(statements)


def downgrade() -> None:
    accounts = _role(op.get_bind().scalar(sa.text("SELECT role_prefix()")), "accounts")
    for table in ("activity", "daily_showing", "import_row"):
        op.execute(f"DROP TRIGGER guard ON {table}")
    op.execute(f"DROP FUNCTION {REINSTATE}")
    op.execute(f"DROP FUNCTION {DISMISS}")
    _as_superuser([f"DROP FUNCTION {name}" for name in (*ACCOUNT_FUNCTIONS, *PART_FUNCTIONS)])
    for name in (
        *GUARD_FUNCTIONS,
        "is_still_here(uuid)",
        *WHOSE_FUNCTIONS,
        "session_has_group(text[])",
    ):
        op.execute(f"DROP FUNCTION {name}")
    for privilege in (
        "SELECT (id, login, full_name, active), UPDATE (login) ON employee",
        "SELECT (login, acted_at) ON act",
        "USAGE ON SCHEMA public",
        "EXECUTE ON FUNCTION role_prefix(), current_login(), current_employee_id()",
    ):
        op.execute(f"REVOKE {privilege} FROM {accounts}")
    for column in ("referent_of_id", "referent_id"):
        op.drop_column("company", column)
    op.drop_column("activity", "is_private")
    op.drop_index(op.f("ix_act_login_acted_at"), "act")
    op.drop_table("account_event")
