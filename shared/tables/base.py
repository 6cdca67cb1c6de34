"""What every table is made of: the metadata, the naming of constraints, and the column kinds."""

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Identifiers are ordered and compared by their bytes, whatever the database's locale.
Identifier = Text(collation="C")
Timestamp = DateTime(timezone=True)


def configuration_key() -> Column[Any]:
    """The first column of every key. No foreign key: schemas can be spread and restored apart."""
    return Column("configuration_id", Integer, primary_key=True, autoincrement=False)


def identifier_key(name: str) -> Column[Any]:
    return Column(name, Identifier, primary_key=True)


def revision() -> Column[Any]:
    """The counter of the schema (table `revision`) at which this row last changed."""
    return Column("revision", BigInteger, nullable=False)
