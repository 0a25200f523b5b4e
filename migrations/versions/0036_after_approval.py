"""What follows an approval: facts, requests for more money for the same thing, and reminders of renewals."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import check, drop, guard, index
from planner.base.models import Id, UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

EVENT = "request_event"
ERASABLE = ("note", "number")


def refers(table, name, to):
    """A key of a table, called as all are."""
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}_{to}"))


def make_events():
    op.create_table(
        EVENT,
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("fact", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("line_id", Id, nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(40), nullable=True),
        sa.Column("number", sa.String(40), nullable=True),
        sa.Column("note", sa.String(500), nullable=True),
        sa.Column("reverses_id", Id, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        refers(EVENT, "team_id", "team"),
        refers(EVENT, "request_id", "resource_request"),
        refers(EVENT, "line_id", "request_line"),
        refers(EVENT, "reverses_id", "request_event"),
        refers(EVENT, "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{EVENT}")),
        check(EVENT, "paid", "fact <> 'pay' OR amount > 0"),
        check(EVENT, "received", "fact <> 'receive' OR (line_id IS NOT NULL AND quantity > 0)"),
        check(EVENT, "reversed", "(fact = 'reverse') = (reverses_id IS NOT NULL)"),
    )
    index("ix_request_event_request", EVENT, "request_id", "id")
    index("ix_request_event_number", EVENT, "team_id", "number", where="number <> ''")
    index("uq_request_event_reverses", EVENT, "reverses_id", unique=True, where="reverses_id IS NOT NULL")
    guard({EVENT: ERASABLE})


def make_notices():
    table = "renewal_notice"
    op.create_table(
        table,
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        refers(table, "team_id", "team"),
        refers(table, "request_id", "resource_request"),
        refers(table, "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("request_id", "day", "stage", name=op.f(f"uq_{table}_request_id_day_stage")),
    )


FOLLOWS = "fk_resource_request_follows_id_resource_request"


def upgrade():
    with op.batch_alter_table("resource_request") as batch:
        batch.add_column(sa.Column("follows_id", Id, nullable=True))
        batch.add_column(sa.Column("lapsed_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("lapse_reason", sa.String(200), server_default="", nullable=False))
        batch.create_foreign_key(FOLLOWS, "resource_request", ["follows_id"], ["id"])
    index("ix_resource_request_follows", "resource_request", "follows_id", where="follows_id IS NOT NULL")
    make_events()
    make_notices()


def downgrade():
    drop((EVENT, "renewal_notice"), (EVENT,))
    op.drop_index("ix_resource_request_follows", "resource_request")
    with op.batch_alter_table("resource_request") as batch:
        batch.drop_constraint(FOLLOWS, type_="foreignkey")
        batch.drop_column("lapse_reason")
        batch.drop_column("lapsed_at")
        batch.drop_column("follows_id")
