"""The shared schema as SQLAlchemy tables: four schemas, each written by one part (docs/design.md).

Keys start with the configuration, so that the data can be spread by configuration.
"""

from shared.tables import access, roster, sis, usernames
from shared.tables.base import metadata

__all__ = ["access", "metadata", "roster", "sis", "usernames"]
