"""Forget the locks that were named after people's login names and addresses; from now on they are named by digests."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("DELETE FROM locks WHERE name LIKE 'login:%' OR name LIKE 'try:%'")


def downgrade():
    """A lock's row is made where it is missing, so there is nothing to bring back."""
