"""The lists that this process keeps, one collection a database."""

from typing import Annotated, Final
from weakref import WeakKeyDictionary

from fastapi import Depends

from services.username_engine.api.dependencies import CurrentDatabase
from services.username_engine.usernames.list_keeping import KeptLists
from shared.database import Database

_KEPT: Final[WeakKeyDictionary[Database, KeptLists]] = WeakKeyDictionary()


async def _kept_lists(database: CurrentDatabase) -> KeptLists:
    return _KEPT.setdefault(database, KeptLists())


Kept = Annotated[KeptLists, Depends(_kept_lists)]
