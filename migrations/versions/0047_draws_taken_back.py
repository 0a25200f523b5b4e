"""What was granted at once can be taken back: a second end of a draw, of that one kind."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import index

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

ENDS = "uq_draw_step_end"


def _one_end(where):
    op.drop_index(ENDS, table_name="draw_step")
    index(ENDS, "draw_step", "draw_id", unique=True, where=where)


def upgrade():
    _one_end("act NOT IN ('ask', 'take_back')")


def downgrade():
    """Nothing of a draw is ever deleted: where one was taken back, the index stays as it is."""
    taken_back = sa.text("SELECT 1 FROM draw_step WHERE act = 'take_back' LIMIT 1")
    if op.get_bind().execute(taken_back).first() is None:
        _one_end("act <> 'ask'")
