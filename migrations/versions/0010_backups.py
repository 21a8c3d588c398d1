"""The list of backups: when, which file, how large, and whether it was tried out. A function alone writes to it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NOTE = "note_backup(timestamptz, text, bigint, boolean)"

FUNCTION = """
CREATE FUNCTION note_backup(made_at timestamptz, file_name text, size_bytes bigint, proved boolean)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- The server's superuser, who provisions, has every group.
    IF NOT public.session_has_group('backup', 'owner') THEN
        RAISE insufficient_privilege USING MESSAGE = 'backups are noted by whoever makes them';
    END IF;
    -- A backup of tomorrow would keep the warning away for as long as somebody likes.
    INSERT INTO public.backup (made_at, file_name, size_bytes, proved, noted_by)
    VALUES (least(note_backup.made_at, now()), note_backup.file_name, note_backup.size_bytes, note_backup.proved,
            session_user);
END $$;
"""


def upgrade() -> None:
    op.create_table(
        "backup",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_backup_size_bytes_range")),
        sa.CheckConstraint("char_length(file_name) <= 500", name=op.f("ck_backup_file_name_length")),
        sa.CheckConstraint("btrim(file_name) <> ''", name=op.f("ck_backup_file_name_filled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup")),
    )
    op.create_index(op.f("ix_backup_made_at"), "backup", ["made_at"])
    op.execute(FUNCTION)
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    op.execute(f"REVOKE EXECUTE ON FUNCTION {NOTE} FROM PUBLIC")
    op.execute(f'GRANT EXECUTE ON FUNCTION {NOTE} TO "{prefix}__backup"')
    op.execute(f'GRANT SELECT ON backup TO "{prefix}__administrator", "{prefix}__director"')


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {NOTE}")
    op.drop_table("backup")
