"""Blanks what a configuration kept once and keeps no longer: children's data is not left behind.

The rows stay as marks, without content, so that publication sees them go.
"""

# ruff: noqa: S608 - the statements are this module's own.

from intake.configurations import Configuration, Connection

_MARK = (
    "revision = p.revision from touched p where p.configuration_id = t.configuration_id and ({})"
)
_GUARDIANS = (
    "update sis.guardian t set given_name = '', family_name = '', identifier = null,"
    " source_username = null, email = null, phone = null, sms = null, removed_at = coalesce(t.removed_at, now()), "
    + _MARK.format(
        "t.removed_at is null or t.given_name <> '' or t.family_name <> ''"
        " or t.identifier is not null or t.source_username is not null or t.email is not null or t.phone is not null or t.sms is not null"
    ),
    "update sis.guardianship t set removed_at = now(), " + _MARK.format("t.removed_at is null"),
)
_DEMOGRAPHICS = (
    "update sis.demographics t set fields = '{}', removed_at = coalesce(t.removed_at, now()), "
    + _MARK.format("t.removed_at is null or t.fields <> '{}'"),
    "update sis.person t set birth_date = null, " + _MARK.format("t.birth_date is not null"),
)
_USER_FLAGS = (
    "update sis.person t set user_flags = '{}', " + _MARK.format("t.user_flags <> '{}'"),
)


async def erase_what_is_not_kept(connection: Connection, configuration: Configuration) -> int:
    """How many rows were blanked."""
    statements = (
        *(() if configuration.keep_guardians else _GUARDIANS),
        *(() if configuration.keep_demographics else _DEMOGRAPHICS),
        *(() if configuration.keep_user_flags else _USER_FLAGS),
    )
    erased = 0
    for statement in statements:
        status = await connection.execute(statement)
        erased += int(status.rpartition(" ")[2])
    return erased
