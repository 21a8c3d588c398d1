"""Searching counterparties: one text per firm with its names, persons and contact points, kept by triggers.

A word that half of a million rows contain is answered by walking one index in the order of names, a rare one by
trigrams; a person, a phone and a name may stand in one query. What makes the lists quick comes with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The row of an index holds some 2,700 bytes: a longer text is cut in `words` and stands whole in `more`.
# An e-mail begins with ~, so that short words, sought where words begin, do not find it.
FUNCTIONS = """
SET LOCAL check_function_bodies = off;

CREATE FUNCTION folded(text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN replace(lower($1), 'ё', 'е');

CREATE FUNCTION refresh_counterparty_search(ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Who waits here sees what the other has committed: the next statement takes a new snapshot.
    PERFORM FROM public.counterparty_search WHERE counterparty_id = ANY(ids) ORDER BY counterparty_id FOR UPDATE;
    INSERT INTO public.counterparty_search AS known (counterparty_id, sort_key, archived, words, more)
    SELECT c.id, left(c.sort_key, 200), c.archived,
           CASE WHEN octet_length(whole.words) <= 1600 THEN whole.words ELSE left(whole.words, 400) END,
           CASE WHEN octet_length(whole.words) > 1600 THEN whole.words END
    FROM public.counterparty AS c
    CROSS JOIN LATERAL (
        SELECT concat(
            ' ' || c.search_text,
            CASE WHEN strpos(c.search_text, c.inn) = 0 THEN ' ' || c.inn END,
            (SELECT string_agg(' ' || btrim(regexp_replace(public.folded(p.full_name), '[^[:alnum:]]+', ' ', 'g')),
                               '' ORDER BY p.is_main DESC, p.id)
             FROM public.contact_person AS p WHERE p.counterparty_id = c.id AND NOT p.archived),
            (SELECT string_agg(CASE WHEN t.kind = 'email' THEN ' ~' || public.folded(t.value)
                                    ELSE ' ' || t.digits || coalesce('#' || t.extension, '') END,
                               '' ORDER BY t.kind DESC, t.id)
             FROM public.contact_point AS t WHERE t.counterparty_id = c.id AND NOT t.archived)) AS words) AS whole
    WHERE c.id = ANY(ids)
    ORDER BY c.sort_key
    ON CONFLICT (counterparty_id) DO UPDATE
    SET sort_key = excluded.sort_key, archived = excluded.archived, words = excluded.words, more = excluded.more
    WHERE (known.sort_key, known.archived, known.words, known.more)
          IS DISTINCT FROM (excluded.sort_key, excluded.archived, excluded.words, excluded.more);
END $$;

CREATE FUNCTION search_of_counterparties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF TG_TABLE_NAME = 'counterparty' THEN
            SELECT array_agg(id) INTO ids FROM new_rows;
        ELSE
            SELECT array_agg(DISTINCT counterparty_id) INTO ids FROM new_rows;
        END IF;
    ELSIF TG_TABLE_NAME = 'counterparty' THEN
        SELECT array_agg(n.id) INTO ids FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id
        WHERE (n.search_text, n.inn, n.sort_key, n.archived)
              IS DISTINCT FROM (o.search_text, o.inn, o.sort_key, o.archived);
    ELSIF TG_TABLE_NAME = 'contact_person' THEN
        SELECT array_agg(DISTINCT touched.id) INTO ids
        FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id
        CROSS JOIN LATERAL (VALUES (o.counterparty_id), (n.counterparty_id)) AS touched (id)
        WHERE (n.counterparty_id, n.full_name, n.archived, n.is_main)
              IS DISTINCT FROM (o.counterparty_id, o.full_name, o.archived, o.is_main);
    ELSE
        SELECT array_agg(DISTINCT touched.id) INTO ids
        FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id
        CROSS JOIN LATERAL (VALUES (o.counterparty_id), (n.counterparty_id)) AS touched (id)
        WHERE (n.counterparty_id, n.kind, n.value, n.digits, n.extension, n.archived)
              IS DISTINCT FROM (o.counterparty_id, o.kind, o.value, o.digits, o.extension, o.archived);
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM public.refresh_counterparty_search(ids);
    END IF;
    RETURN NULL;
END $$;
"""

TABLES = ("counterparty", "contact_person", "contact_point")


def upgrade() -> None:
    op.create_table(
        "counterparty_search",
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("more", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_counterparty_search_counterparty_id")
        ),
        sa.PrimaryKeyConstraint("counterparty_id", name=op.f("pk_counterparty_search")),
    )
    # The planner must tell a word that one firm in a hundred has from one that one in a thousand has.
    op.execute("ALTER TABLE counterparty_search ALTER COLUMN words SET STATISTICS 1000")
    op.execute(FUNCTIONS)
    op.execute("SELECT refresh_counterparty_search(array(SELECT id FROM counterparty))")
    op.create_index(
        "ix_counterparty_search_order",
        "counterparty_search",
        ["sort_key", "counterparty_id"],
        postgresql_include=["words"],
        postgresql_where=sa.text("NOT archived"),
    )
    for column in ("words", "more"):
        op.create_index(
            f"ix_counterparty_search_{column}",
            "counterparty_search",
            [column],
            postgresql_using="gin",
            postgresql_ops={column: "gin_trgm_ops"},
            postgresql_where=sa.text("more IS NOT NULL") if column == "more" else None,
        )
    op.drop_index("ix_counterparty_inn", table_name="counterparty")
    op.create_index("ix_counterparty_inn", "counterparty", ["inn", "id"])
    op.create_index("ix_counterparty_applied_on", "counterparty", ["applied_on", "id"])
    op.create_index("ix_counterparty_role_role", "counterparty_role", ["role", "counterparty_id"])
    op.create_index(
        "ix_contact_person_full_name",
        "contact_person",
        [sa.text("folded(full_name) gin_trgm_ops")],
        postgresql_using="gin",
    )
    op.create_index(
        "ix_activity_counterparty_finished",
        "activity",
        ["counterparty_id", "finished_at"],
        postgresql_where=sa.text("status = 'done'"),
    )
    op.create_index(
        "ix_activity_counterparty_open",
        "activity",
        ["counterparty_id", "due_on"],
        postgresql_include=["section", "deadline_on"],
        postgresql_where=sa.text("status = 'planned'"),
    )
    op.create_index(
        "ix_activity_result_text",
        "activity",
        [sa.text("folded(result_text) gin_trgm_ops")],
        postgresql_using="gin",
        postgresql_where=sa.text("result_text <> ''"),
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER search_of_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows "
            "FOR EACH STATEMENT EXECUTE FUNCTION search_of_counterparties()"
        )
        op.execute(
            f"CREATE TRIGGER search_of_update AFTER UPDATE ON {table} "
            "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "
            "FOR EACH STATEMENT EXECUTE FUNCTION search_of_counterparties()"
        )
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    for function in ("refresh_counterparty_search(uuid[])", "search_of_counterparties()", "folded(text)"):
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute(f'GRANT EXECUTE ON FUNCTION folded(text) TO "{prefix}__employee", "{prefix}__administrator"')
    op.execute(f'GRANT SELECT ON counterparty_search TO "{prefix}__employee"')


def downgrade() -> None:
    for table in TABLES:
        for act in ("insert", "update"):
            op.execute(f"DROP TRIGGER search_of_{act} ON {table}")
    op.execute("DROP FUNCTION search_of_counterparties()")
    op.execute("DROP FUNCTION refresh_counterparty_search(uuid[])")
    op.drop_table("counterparty_search")
    op.drop_index("ix_activity_result_text", table_name="activity")
    op.drop_index("ix_activity_counterparty_open", table_name="activity")
    op.drop_index("ix_activity_counterparty_finished", table_name="activity")
    op.drop_index("ix_contact_person_full_name", table_name="contact_person")
    op.drop_index("ix_counterparty_role_role", table_name="counterparty_role")
    op.drop_index("ix_counterparty_applied_on", table_name="counterparty")
    op.drop_index("ix_counterparty_inn", table_name="counterparty")
    op.create_index("ix_counterparty_inn", "counterparty", ["inn"])
    op.execute("DROP FUNCTION folded(text)")
