"""An entry of an ad account's credit is taken back, brought back and corrected by rows that name it."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import guard, index
from planner.base.models import Id

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TABLE, NEW = "ad_credit", ("reverses_id", "corrects_id")
GUARDED = {TABLE: ("note",)}


def let_go():
    """The rows can be changed for as long as the table is rewritten."""
    link = op.get_bind()
    if link.dialect.name == "sqlite":
        for act in ("update", "delete"):
            link.exec_driver_sql(f"DROP TRIGGER {TABLE}_no_{act}")
    else:
        link.exec_driver_sql(f"DROP TRIGGER {TABLE}_guard ON {TABLE}")


def upgrade():
    let_go()
    with op.batch_alter_table(TABLE) as table:
        for name in NEW:
            table.add_column(sa.Column(name, Id, nullable=True))
            table.create_foreign_key(op.f(f"fk_{TABLE}_{name}_{TABLE}"), TABLE, [name], ["id"])
    index("uq_ad_credit_reverses", TABLE, "reverses_id", unique=True, where="reverses_id IS NOT NULL")
    index("ix_ad_credit_corrects", TABLE, "corrects_id", where="corrects_id IS NOT NULL")
    guard(GUARDED)


def downgrade():
    let_go()
    op.drop_index("ix_ad_credit_corrects", TABLE)
    op.drop_index("uq_ad_credit_reverses", TABLE)
    with op.batch_alter_table(TABLE) as table:
        for name in NEW:
            table.drop_constraint(op.f(f"fk_{TABLE}_{name}_{TABLE}"), type_="foreignkey")
            table.drop_column(name)
    guard(GUARDED)
