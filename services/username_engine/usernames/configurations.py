"""What the engine reads of a configuration: the rules its names are made and checked by."""

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.username_engine.engine.domains import DomainError, normalise_domain
from services.username_engine.engine.rules import DEFAULT_RULES, Rules
from services.username_engine.engine.usernames import DomainPolicies, DomainPolicy, Group
from services.username_engine.errors import UnknownConfigurationError
from shared.tables import access


@dataclass(frozen=True, slots=True)
class Configuration:
    """A row of access.configuration, as far as usernames go."""

    id: int
    name: str
    username_format: str
    maximum_length: int
    policies: DomainPolicies
    takes_over_source_names: bool
    verified_domains: frozenset[str]
    """Normalised; empty while the tenant's domains are not known."""
    rules: Rules = DEFAULT_RULES
    reserved_words: frozenset[str] = frozenset()
    """Folded; beside `engine.reserved`."""
    reuse_after_days: int | None = None
    """When a former name may be generated for somebody else; None: never."""
    longest_student_domain: str | None = None
    """Of those that its schools and locations give their students."""

    def policy(self, group: Group) -> DomainPolicy:
        return self.policies.of(group)

    def dynamic_domain(self, group: Group) -> str | None:
        """The longest domain that may be added when a name without one is sent (M4.2): to a
        student's where the provider assigns it, to staff's never."""
        is_added = not group.is_staff and self.policies.students is DomainPolicy.PROVIDER
        return self.longest_student_domain if is_added else None


async def read_configuration(connection: AsyncConnection, configuration_id: int) -> Configuration:
    """Raises `UnknownConfigurationError`."""
    table = access.configuration
    found = await connection.execute(
        select(table, _longest_student_domain(configuration_id).label("longest_domain")).where(
            table.c.id == configuration_id
        )
    )
    row = found.mappings().one_or_none()
    if row is None:
        raise UnknownConfigurationError(configuration_id)
    return Configuration(
        id=row["id"],
        name=row["name"],
        username_format=row["username_format"],
        maximum_length=row["username_maximum_length"],
        policies=DomainPolicies(
            students=DomainPolicy(row["student_domain_policy"]),
            staff=DomainPolicy(row["staff_domain_policy"]),
        ),
        takes_over_source_names=row["usernames_from_source"] == "take_over",
        verified_domains=_normalised(row["verified_domains"]),
        rules=Rules.from_json(row["username_rules"]),
        reserved_words=frozenset(row["reserved_words"]),
        reuse_after_days=row["reuse_after_days"],
        longest_student_domain=row["longest_domain"],
    )


def _longest_student_domain(configuration_id: int) -> ScalarSelect[str | None]:
    domains = union_all(
        *(
            select(table.c.student_domain.label("domain")).where(
                table.c.configuration_id == configuration_id, table.c.student_domain.is_not(None)
            )
            for table in (access.school, access.location)
        )
    ).subquery("domains")
    return (
        select(domains.c.domain)
        .order_by(func.length(domains.c.domain).desc(), domains.c.domain)
        .limit(1)
        .scalar_subquery()
    )


async def configuration_id_of(connection: AsyncConnection, name: str) -> int:
    """The id behind the name operators use; raises `UnknownConfigurationError`."""
    table = access.configuration
    found = (await connection.execute(select(table.c.id).where(table.c.name == name))).scalar()
    if found is None:
        raise UnknownConfigurationError(name)
    return int(found)


async def configured_domains(connection: AsyncConnection, configuration_id: int) -> frozenset[str]:
    """Every domain the configuration gives its schools and locations, normalised."""
    school, location = access.school.c, access.location.c
    found = await connection.execute(
        select(school.staff_domain)
        .where(school.configuration_id == configuration_id)
        .union(
            select(school.student_domain).where(school.configuration_id == configuration_id),
            select(location.student_domain).where(location.configuration_id == configuration_id),
        )
    )
    return _normalised(list(found.scalars()))


def _normalised(domains: list[str | None]) -> frozenset[str]:
    return frozenset(filter(None, map(_normal_form, domains)))


def _normal_form(domain: str | None) -> str | None:
    try:
        return normalise_domain(domain or "")
    except DomainError:
        # Refused where configurations are applied; here it can only fail to match.
        return None
