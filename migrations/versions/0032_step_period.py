"""The period a step was carried into without a phase of it."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("step") as batch:
        batch.add_column(sa.Column("period_id", Id, nullable=True))
        batch.create_foreign_key("fk_step_period_id_period", "period", ["period_id"], ["id"])
        batch.create_index("ix_step_period_id", ["period_id"])


def downgrade():
    with op.batch_alter_table("step") as batch:
        batch.drop_index("ix_step_period_id")
        batch.drop_constraint("fk_step_period_id_period", type_="foreignkey")
        batch.drop_column("period_id")
