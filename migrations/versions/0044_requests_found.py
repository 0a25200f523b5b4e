"""What is asked of requests is found by an index, however many there are."""

from alembic import op

from migrations.tables import index

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

NEW = (
    ("ix_approval_seat_request", "approval_seat", "request_id", "round"),
    ("ix_resource_request_team", "resource_request", "team_id", "id"),
    ("ix_resource_request_category", "resource_request", "category_id", "id"),
    ("ix_resource_request_title", "resource_request", "category_id", "title", "id"),
    ("ix_resource_request_payee", "resource_request", "team_id", "payee", "id"),
)
OTHER = (
    ("ix_request_act_person", "request_act", ("team_id", "created_by", "act", "id"),
     ("team_id", "created_by", "request_id", "id", "act")),
    ("ix_request_copy_user", "request_copy", ("user_id",), ("user_id", "request_id")),
)


def renews(where):
    """What is renewed, found by its day."""
    op.drop_index("ix_resource_request_renews", table_name="resource_request")
    index("ix_resource_request_renews", "resource_request", "team_id", "renews_on", where=where)


def upgrade():
    for name, table, *columns in NEW:
        index(name, table, *columns)
    for name, table, _old, columns in OTHER:
        op.drop_index(name, table_name=table)
        index(name, table, *columns)
    op.drop_index("ix_resource_request_category_id", table_name="resource_request")
    renews("renews_on IS NOT NULL AND lapsed_at IS NULL")


def downgrade():
    renews("renews_on IS NOT NULL")
    index("ix_resource_request_category_id", "resource_request", "category_id")
    for name, table, columns, _new in OTHER:
        op.drop_index(name, table_name=table)
        index(name, table, *columns)
    for name, table, *_columns in NEW:
        op.drop_index(name, table_name=table)
