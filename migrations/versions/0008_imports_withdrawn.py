"""Keep who withdrew an import, and which sessions were made for its rows; find a stream's rows and figures by an index."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("import_file") as table:
        table.add_column(sa.Column("withdrawn_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("withdrawn_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        table.create_foreign_key(
            op.f("fk_import_file_withdrawn_by_user_account"), "user_account", ["withdrawn_by"], ["id"]
        )
    op.add_column("import_row", sa.Column("made", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_import_row_stream", "import_row", ["team_id", "account", "start"])
    op.create_index("ix_figure_set_import_row_id", "figure_set", ["import_row_id"])


def downgrade():
    op.drop_index("ix_figure_set_import_row_id", "figure_set")
    op.drop_index("ix_import_row_stream", "import_row")
    op.drop_column("import_row", "made")
    with op.batch_alter_table("import_file") as table:
        table.drop_constraint(op.f("fk_import_file_withdrawn_by_user_account"), type_="foreignkey")
        table.drop_column("withdrawn_by")
        table.drop_column("withdrawn_at")
