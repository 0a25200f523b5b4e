"""Drafts of SOPs, rules for which shows they are, evidence in place of one proof, conditions; several lists a show."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, Json, UtcDateTime, append_only_sql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

LINE = (
    "id", "team_id", "version_id", "key", "sort", "stage", "title", "title_en", "position_id", "anchor", "offset_minutes",
    "blocks", "each_shift", "identity", "recheck", "proposal_id", "created_at", "created_by",
)  # fmt: skip
TICK = (
    "id", "team_id", "item_id", "act", "user_id", "for_user_id", "note", "client_id", "tapped_at", "created_at",
    "created_by",
)  # fmt: skip
NEW_OF_LINE = ("evidence", "help", "help_en", "law", "expires_minutes", "condition")
PROOFS = {"photo": {"photos": [1, 20]}, "two_people": {"two": True}}
PROVED = ("sop_item", "sop_proposal", "checklist_item")


def let_go(table):
    """The rows of an append-only table can be changed."""
    link = op.get_bind()
    if link.dialect.name == "sqlite":
        for act in ("update", "delete"):
            link.exec_driver_sql(f"DROP TRIGGER {table}_no_{act}")
    else:
        link.exec_driver_sql(f"DROP TRIGGER {table}_guard ON {table}")


def guard(table, columns):
    """They can't any more."""
    link = op.get_bind()
    for statement in append_only_sql(link.dialect.name, table, list(columns), ()):
        link.exec_driver_sql(statement.replace("%", "%%"))


def run(statement, **values):
    """One statement with its values."""
    return op.get_bind().execute(sa.text(statement), values)


def upgrade():
    let_go("sop_item")
    let_go("tick")
    for table in PROVED:
        op.add_column(table, sa.Column("evidence", Json, nullable=True))
        rows = sa.table(table, sa.column("proof"), sa.column("evidence", Json))
        for proof, asked in PROOFS.items():
            op.get_bind().execute(sa.update(rows).where(rows.c.proof == proof).values(evidence=asked))
        op.drop_column(table, "proof")
    op.add_column("sop_item", sa.Column("help", sa.String(1000), nullable=False, server_default=""))
    op.add_column("sop_item", sa.Column("help_en", sa.String(1000), nullable=False, server_default=""))
    op.add_column("sop_item", sa.Column("law", sa.String(160), nullable=False, server_default=""))
    op.add_column("sop_item", sa.Column("expires_minutes", sa.Integer(), nullable=True))
    op.add_column("sop_item", sa.Column("condition", Json, nullable=True))
    op.add_column("checklist_item", sa.Column("given", Json, nullable=True))
    op.add_column("tick", sa.Column("given", Json, nullable=True))
    guard("sop_item", (*LINE, *NEW_OF_LINE))
    guard("tick", (*TICK, "given"))
    _templates()
    with op.batch_alter_table("sop_version") as table:
        table.alter_column("number", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("base_id", Id, nullable=True))
    _lists()


def _templates():
    op.add_column("sop_template", sa.Column("kind", sa.String(40), nullable=False, server_default="show"))
    op.add_column("sop_template", sa.Column("origin", sa.String(40), nullable=False, server_default=""))
    for name in ("weights", "channel_ids", "tags"):
        op.add_column("sop_template", sa.Column(name, Json, nullable=True))
    op.add_column("sop_template", sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sop_template", sa.Column("draft_id", Id, nullable=True))
    rows = sa.table("sop_template", sa.column("weight"), sa.column("weights", Json), sa.column("origin"))
    for weight in ("daily", "big"):
        changed = sa.update(rows).where(rows.c.weight == weight).values(weights=[weight], origin=weight)
        op.get_bind().execute(changed)
    op.drop_column("sop_template", "weight")


def _lists():
    with op.batch_alter_table("checklist") as table:
        table.add_column(sa.Column("template_id", Id, nullable=True))
        table.add_column(sa.Column("began", UtcDateTime(), nullable=True))
        for name in ("by_hand", "dropped"):
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        table.drop_constraint("uq_checklist_session_id", type_="unique")
    run(
        "UPDATE checklist SET template_id ="
        " (SELECT template_id FROM sop_version WHERE sop_version.id = checklist.version_id)"
    )
    with op.batch_alter_table("checklist") as table:
        table.alter_column("template_id", existing_type=Id, nullable=False)
        table.create_foreign_key("fk_checklist_template_id_sop_template", "sop_template", ["template_id"], ["id"])
    op.create_index("ix_checklist_session_id", "checklist", ["session_id"])
    op.create_index("ix_checklist_version", "checklist", ["version_id"])
    once = sa.text("began IS NULL")
    op.create_index(
        "uq_checklist_session_template",
        "checklist",
        ["session_id", "template_id"],
        unique=True,
        sqlite_where=once,
        postgresql_where=once,
    )


def downgrade():
    let_go("sop_item")
    let_go("tick")
    _one_list_a_show()
    _published_only()
    with op.batch_alter_table("sop_version") as table:
        table.drop_column("base_id")
        table.alter_column("number", existing_type=sa.Integer(), nullable=False)
    op.add_column("sop_template", sa.Column("weight", sa.String(40), nullable=False, server_default="daily"))
    big = "origin = 'big' OR CAST(weights AS TEXT) LIKE '[\"big\"%'"
    run(f"UPDATE sop_template SET weight = 'big' WHERE {big}")  # nosec B608
    for name in ("draft_id", "by_hand", "tags", "channel_ids", "weights", "origin", "kind"):
        op.drop_column("sop_template", name)
    op.drop_column("tick", "given")
    op.drop_column("checklist_item", "given")
    for name in ("condition", "expires_minutes", "law", "help_en", "help"):
        op.drop_column("sop_item", name)
    for table in PROVED:
        op.add_column(table, sa.Column("proof", sa.String(40), nullable=False, server_default="none"))
        for proof, asked in (("photo", "photos"), ("two_people", "two")):
            names = f"CAST(evidence AS TEXT) LIKE '%\"{asked}\"%'"
            run(f"UPDATE {table} SET proof = :proof WHERE {names}", proof=proof)  # nosec B608
        op.drop_column(table, "evidence")
    guard("sop_item", (*LINE, "proof"))
    guard("tick", TICK)


def _one_list_a_show():
    """What younger versions made besides the first list of a show is gone, with its acts."""
    first = "SELECT min(id) FROM checklist WHERE began IS NULL GROUP BY session_id"
    more = f"SELECT id FROM checklist WHERE id NOT IN ({first})"  # nosec B608
    items = f"SELECT id FROM checklist_item WHERE checklist_id IN ({more})"  # nosec B608
    run(f"DELETE FROM tick WHERE item_id IN ({items})")  # nosec B608
    run(f"DELETE FROM checklist_item WHERE checklist_id IN ({more})")  # nosec B608
    run(f"DELETE FROM checklist WHERE id NOT IN ({first})")  # nosec B608
    op.drop_index("uq_checklist_session_template", "checklist")
    op.drop_index("ix_checklist_version", "checklist")
    op.drop_index("ix_checklist_session_id", "checklist")
    with op.batch_alter_table("checklist") as table:
        table.drop_constraint("fk_checklist_template_id_sop_template", type_="foreignkey")
        for name in ("dropped", "by_hand", "began"):
            table.drop_column(name)
        table.drop_column("template_id")
        table.create_unique_constraint("uq_checklist_session_id", ["session_id"])


def _published_only():
    """Drafts are gone, and so are the SOPs of emergencies and those that were never published."""
    unseen = "SELECT id FROM sop_template WHERE kind = 'emergency' OR version_id IS NULL"
    drafts = f"SELECT id FROM sop_version WHERE number IS NULL OR template_id IN ({unseen})"  # nosec B608
    used = "SELECT sop_item_id FROM checklist_item"
    run(f"DELETE FROM sop_item WHERE version_id IN ({drafts}) AND id NOT IN ({used})")  # nosec B608
    run(f"DELETE FROM sop_proposal WHERE template_id IN ({unseen})")  # nosec B608
    run(
        "DELETE FROM sop_version WHERE (number IS NULL OR"
        f" template_id IN ({unseen})) AND id NOT IN (SELECT version_id FROM checklist)"  # nosec B608
    )
    run("DELETE FROM sop_template WHERE kind = 'emergency' OR version_id IS NULL")
