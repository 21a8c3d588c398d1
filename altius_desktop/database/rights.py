"""Who may do what in a company's database, as plain facts that two databases can be compared by.

What is expected is not written down here: a database that the migrations have just made says it.
"""

from typing import Any

from altius_desktop.database.backups.clients import scratch_programs
from altius_desktop.database.backups.scratch import scratch_server
from altius_desktop.database.provisioning import create_company_database

Fact = tuple[str, str, str]
"""What it is about (a kind and a name), and what holds of it: who may do what, who owns it, whether it acts."""

_OURS = "NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = {}.oid AND d.deptype = 'e')"

# The owner's own rights differ between versions of PostgreSQL and say nothing.
_FACTS = f"""
WITH granted (kind, name, owner, acl) AS (
    SELECT CASE relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, relname::text, relowner,
           coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, relowner))
    FROM pg_class AS c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT 'column', relname || '.' || attname, relowner, attacl
    FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attacl IS NOT NULL AND NOT attisdropped
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner))
    FROM pg_proc AS p WHERE pronamespace = 'public'::regnamespace AND {_OURS.format("p")}
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner))
    FROM pg_proc AS p WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^lo_|^lo(read|write)$'
    UNION ALL
    SELECT 'schema', nspname::text, nspowner, coalesce(nspacl, acldefault('n', nspowner))
    FROM pg_namespace WHERE nspname = 'public'
    UNION ALL
    SELECT 'database', 'this one', datdba, coalesce(datacl, acldefault('d', datdba))
    FROM pg_database WHERE datname = current_database()
    UNION ALL
    SELECT 'default', defaclobjtype::text, defaclrole, defaclacl FROM pg_default_acl
)
SELECT kind, name, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END
       || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
FROM granted, aclexplode(acl) AS a WHERE a.grantee <> owner
UNION ALL
SELECT 'table', relname, 'belongs to ' || pg_get_userbyid(relowner)
       || CASE WHEN relrowsecurity THEN ', row security' ELSE '' END
       || CASE WHEN relforcerowsecurity THEN ', forced' ELSE '' END
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL
SELECT 'function', p.oid::regprocedure::text,
       'belongs to ' || pg_get_userbyid(proowner) || CASE WHEN prosecdef THEN ', acts as its owner' ELSE '' END
       || coalesce(', ' || array_to_string(proconfig, ', '), '') || ', text ' || md5(prosrc)
FROM pg_proc AS p WHERE pronamespace = 'public'::regnamespace AND {_OURS.format("p")}
UNION ALL
SELECT 'trigger', tgrelid::regclass::text || '.' || tgname, 'enabled ' || tgenabled::text
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'policy', polrelid::regclass::text || '.' || polname,
       polcmd::text || ' ' || ARRAY(SELECT CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END
                              FROM unnest(polroles) AS r ORDER BY 1)::text
FROM pg_policy
UNION ALL
SELECT 'role', rolname, concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcanlogin THEN 'LOGIN' END,
       CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
       CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN rolreplication THEN 'REPLICATION' END)
FROM pg_roles WHERE starts_with(rolname, %(prefix)s || '__')
UNION ALL
SELECT 'role', m.rolname, 'member of ' || g.rolname
FROM pg_auth_members AS a JOIN pg_roles AS m ON m.oid = a.member JOIN pg_roles AS g ON g.oid = a.roleid
WHERE (starts_with(m.rolname, %(prefix)s || '__') AND g.rolname !~ %(login)s)
   OR g.rolname IN (%(prefix)s || '__owner', %(prefix)s || '__accounts')
   -- A login is in groups of the company, and in nothing else.
   OR (m.rolname ~ %(login)s AND NOT starts_with(g.rolname, %(prefix)s || '__'))
UNION ALL
SELECT 'role', rolname, 'has powers of the server'
FROM pg_roles WHERE rolname ~ %(login)s
AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)
"""


def facts_of(cursor: Any, prefix: str) -> set[Fact]:
    """Grants, owners, triggers, policies and roles of the company that the cursor's database holds."""
    # The prefix is a name of ours: it holds nothing that a regular expression would read otherwise but dots.
    login = f"^{prefix.replace('.', '[.]')}_[a-z][a-z0-9.-]*$"
    cursor.execute("SET search_path = pg_catalog")
    try:
        cursor.execute(_FACTS, {"prefix": prefix, "login": login})
        return set(cursor.fetchall())
    finally:
        cursor.execute("RESET search_path")


def expected_facts(prefix: str, version: int) -> set[Fact] | None:
    """What the migrations make of an empty database, found out on a scratch server; None where none can be started."""
    programs = scratch_programs(version)
    if programs is None:
        return None
    with scratch_server(programs) as admin:
        create_company_database(admin, database="scratch", prefix=prefix)
        with admin.connect("scratch") as connection, connection.cursor() as cursor:
            return facts_of(cursor, prefix)
