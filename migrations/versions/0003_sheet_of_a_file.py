"""Keep which sheet of a workbook was read, so that a row's number says where to look."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("import_file") as table:
        table.add_column(sa.Column("sheet", sa.String(100), nullable=False, server_default=""))


def downgrade():
    with op.batch_alter_table("import_file") as table:
        table.drop_column("sheet")
