"""The erasure of what is known of a person (152-ФЗ), in every table that may tell of him: it comes last of all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

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
        UPDATE public.notice
        SET text = regexp_replace(text, mentions, '—', 'gi'),
            answer_text = regexp_replace(answer_text, mentions, '—', 'gi')
        WHERE (counterparty_id = firm
               OR activity_id IN (SELECT id FROM public.activity WHERE counterparty_id = firm))
          AND concat_ws(E'\n', text, answer_text) ~* mentions;
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


def upgrade() -> None:
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
    op.get_bind().exec_driver_sql(ERASURE.replace("%", "%%"))
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    op.execute("REVOKE EXECUTE ON FUNCTION erase_person(uuid, text) FROM PUBLIC")
    op.execute(f'GRANT EXECUTE ON FUNCTION erase_person(uuid, text) TO "{prefix}__director"')
    op.execute(f'GRANT SELECT ON erasure TO "{prefix}__director"')


def downgrade() -> None:
    op.execute("DROP FUNCTION erase_person(uuid, text)")
    op.drop_table("erasure")
