"""A session says its browser and its system; of those signed in before, neither is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("web_session", sa.Column("browser", sa.String(length=32), server_default="", nullable=False))
    op.add_column("web_session", sa.Column("system", sa.String(length=32), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("web_session", "system")
    op.drop_column("web_session", "browser")
