"""What every table is made of: types, mixins and the house's naming of constraints."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry
from sqlalchemy.schema import conv
from sqlalchemy.sql import text

Id = BigInteger().with_variant(Integer(), "sqlite")
"""The type of primary and foreign keys: 64 bits on both engines."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC going in and coming out, microseconds kept on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse instants without a zone; SQLite stores text, so they are stored without one, in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Aware again."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal with six places, stored as an integer so that both engines add it up exactly. At most 9 * 10^12."""

    impl = BigInteger
    cache_ok = True
    SCALE = 10**6

    def process_bind_param(self, value: Decimal | int | None, dialect: Any) -> int | None:
        """The number of millionths."""
        if value is None:
            return None
        return int((Decimal(value) * self.SCALE).to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        """The decimal without trailing zeros in its way: normal form, never an exponent."""
        if value is None:
            return None
        whole, rest = divmod(int(value), self.SCALE)
        return Decimal(whole) if not rest else (Decimal(int(value)) / self.SCALE).normalize()


class EnumText(TypeDecorator[enum.StrEnum]):
    """A StrEnum stored as its text."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Only known values get in."""
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: str | None, dialect: Any) -> enum.StrEnum | None:
        """The member."""
        return None if value is None else self.kind(value)


REGISTRY = registry(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    ),
    type_annotation_map={
        datetime: UtcDateTime(),
        Decimal: Exact(),
        int: Id,
        dict[str, Any]: Json,
        list[Any]: Json,
    },
)


class Base(DeclarativeBase):
    """The root of all models."""

    registry = REGISTRY
    __audited__: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True, sort_order=-100)


class Owned:
    """A row of one team. Scope, audit and "as if it did not exist" for strangers hang on this class."""

    __audited__: ClassVar[bool] = True
    __part_of__: ClassVar[tuple[str, str] | None] = None
    """Of a part that has no page of its own: the table of the whole, and the column that names it."""

    def whole(self) -> tuple[str, int] | None:
        """Of a part: the table and the id of what it belongs to, whose history tells of it."""
        named = type(self).__part_of__
        return (named[0], getattr(self, named[1])) if named else None

    @declared_attr
    def team_id(self) -> Mapped[int]:
        """The team it belongs to; filled by the unit of work, never by a form.

        No index of its own: SQLite would take it before any narrower one and read the whole team.
        """
        return mapped_column(Id, ForeignKey("team.id"), nullable=False, sort_order=-90)

    @declared_attr
    def created_at(self) -> Mapped[datetime]:
        """When it was made."""
        return mapped_column(UtcDateTime(), nullable=False, sort_order=900)

    @declared_attr
    def created_by(self) -> Mapped[int | None]:
        """Who made it; None where the program did."""
        return mapped_column(Id, ForeignKey("user_account.id"), nullable=True, sort_order=901)


class Versioned:
    """An object that people edit: a form that started from an older version is refused."""

    @declared_attr
    def version(self) -> Mapped[int]:
        """Counts the edits, from 1."""
        return mapped_column(Integer, nullable=False, sort_order=910)

    @declared_attr.directive
    def __mapper_args__(self) -> dict[str, Any]:
        return {"version_id_col": self.version}


class Trashable:
    """An object that can be deleted and restored for 30 days, together with its children."""

    @declared_attr
    def trashed_at(self) -> Mapped[datetime | None]:
        """When it went to the trash."""
        return mapped_column(UtcDateTime(), nullable=True, sort_order=920)

    @declared_attr
    def trash_id(self) -> Mapped[str | None]:
        """What was trashed together carries the same id."""
        return mapped_column(String(32), nullable=True, index=True, sort_order=921)


def table_of(model: type[Base]) -> Table:
    """The table behind a model, for the few Core statements of the base."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def unique_where(name: str, where: str, *columns: str) -> Index:
    """A unique index over the rows that a condition picks, the same on both engines."""
    picked = text(where)
    return Index(conv(name), *columns, unique=True, sqlite_where=picked, postgresql_where=picked)


def index_where(name: str, where: str, *columns: str) -> Index:
    """An index over the rows that a condition picks: of a column that few rows fill, SQLite takes no other for a good
    one."""
    picked = text(where)
    return Index(conv(name), *columns, sqlite_where=picked, postgresql_where=picked)


def alive_unique(name: str, *columns: str) -> Index:
    """A unique index over living rows only, so that a trashed name can be used again."""
    return unique_where(name, "trashed_at IS NULL", *columns)


APPEND_ONLY: dict[str, tuple[str, ...]] = {}
"""Tables whose rows can't be changed or deleted, with the columns that may be emptied (personal data)."""


def append_only_sql(dialect: str, table: str, columns: list[str], erasable: tuple[str, ...]) -> list[str]:
    """The statements for one engine; also what the migration runs."""
    kept = [name for name in columns if name not in erasable]
    if dialect == "sqlite":
        changed = " OR ".join(
            [f'NEW."{name}" IS NOT OLD."{name}"' for name in kept]
            + [f'(NEW."{name}" IS NOT NULL AND NEW."{name}" IS NOT OLD."{name}")' for name in erasable]
        )
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {changed} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        ]
    changed = " OR ".join(
        [f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in kept]
        + [f'(NEW."{name}" IS NOT NULL AND NEW."{name}" IS DISTINCT FROM OLD."{name}")' for name in erasable]
    )
    return [
        f"CREATE OR REPLACE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' OR {changed} THEN RAISE EXCEPTION '{table} is append-only'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_guard()",
    ]


def append_only(model: type[Base], erasable: tuple[str, ...] = ()) -> None:
    """Declare a model append-only: create_all and the migrations make its triggers."""
    table = table_of(model)
    APPEND_ONLY[table.name] = erasable

    def make(target: Table, connection: Any, **_: Any) -> None:
        names = [column.name for column in target.columns]
        for statement in append_only_sql(connection.dialect.name, target.name, names, erasable):
            connection.exec_driver_sql(statement.replace("%", "%%"))

    event.listen(table, "after_create", make)


__all__ = [
    "APPEND_ONLY",
    "Base",
    "EnumText",
    "Exact",
    "Id",
    "Json",
    "Owned",
    "Trashable",
    "UtcDateTime",
    "Versioned",
    "alive_unique",
    "append_only",
    "append_only_sql",
    "table_of",
    "unique_where",
]
