"""The schools and locations one can be given a role at: those of all configurations."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.development_issuer.persons import Place
from shared.tables import access, sis


async def places(connection: AsyncConnection) -> list[Place]:
    """Each school followed by its locations."""
    school, location = sis.school.c, sis.location.c
    rows = await connection.execute(
        select(
            school.number,
            school.name,
            location.number,
            location.name,
            access.configuration.c.name.label("configuration"),
        )
        .select_from(
            sis.school.join(
                access.school,
                (access.school.c.configuration_id == school.configuration_id)
                & (access.school.c.number == school.number),
            )
            .join(access.configuration, access.configuration.c.id == school.configuration_id)
            .outerjoin(
                sis.location,
                (location.configuration_id == school.configuration_id)
                & (location.school_number == school.number)
                & location.active
                & location.removed_at.is_(None),
            )
        )
        .where(school.removed_at.is_(None))
        .order_by(school.name, school.number, location.name, location.number)
    )
    found: dict[str, Place] = {}
    for number, name, location_number, location_name, configuration in rows:
        whole = Place(number, None, f"{name} ({number})", configuration)
        found.setdefault(whole.key, whole)
        if location_number is not None:
            label = f"{name} ({number}), {location_name}"
            part = Place(number, location_number, label, configuration)
            found[part.key] = part
    return list(found.values())
