"""Let what is due every n minutes on air expire, and let a proposed line of the SOP carry proof and recheck rule."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from planner.base import models

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ITEM = sa.table(
    "checklist_item",
    sa.column("id", sa.BigInteger),
    sa.column("session_id", sa.BigInteger),
    sa.column("sop_item_id", sa.BigInteger),
    sa.column("due", models.UtcDateTime()),
    sa.column("expires", models.UtcDateTime()),
)
LINE = sa.table(
    "sop_item", sa.column("id", sa.BigInteger), sa.column("anchor", sa.String), sa.column("offset_minutes", sa.Integer)
)
SHOW = sa.table(
    "live_session",
    sa.column("id", sa.BigInteger),
    sa.column("real_start", models.UtcDateTime()),
    sa.column("real_end", models.UtcDateTime()),
)


def upgrade():
    op.add_column("checklist_item", sa.Column("expires", models.UtcDateTime(), nullable=True))
    op.add_column("sop_proposal", sa.Column("proof", sa.String(40), nullable=False, server_default="none"))
    rule = sa.JSON(none_as_null=True).with_variant(
        postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
    )
    op.add_column("sop_proposal", sa.Column("recheck", rule, nullable=True))
    link = op.get_bind()
    readings = (
        sa.select(ITEM.c.id, ITEM.c.due, LINE.c.offset_minutes, SHOW.c.real_end)
        .join(LINE, LINE.c.id == ITEM.c.sop_item_id)
        .join(SHOW, SHOW.c.id == ITEM.c.session_id)
        .where(LINE.c.anchor == "every", ITEM.c.due.is_not(None), SHOW.c.real_start.is_not(None))
    )
    for item_id, due, every, end in link.execute(readings).all():
        expires = due + timedelta(minutes=every)
        if end is not None:
            expires = min(expires, end)
        link.execute(sa.update(ITEM).where(ITEM.c.id == item_id).values(expires=expires))


def downgrade():
    op.drop_column("sop_proposal", "recheck")
    op.drop_column("sop_proposal", "proof")
    op.drop_column("checklist_item", "expires")
