"""A wish or complaint entered by mistake is archived, as everything else that belongs to a counterparty."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "feedback", sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    prefix = op.get_bind().scalar(sa.text("SELECT role_prefix()"))
    op.execute(f'GRANT UPDATE (archived) ON feedback TO "{prefix}__employee"')


def downgrade() -> None:
    op.drop_column("feedback", "archived")
