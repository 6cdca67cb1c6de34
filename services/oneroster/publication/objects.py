"""What is published: one frozen row for each OneRoster object."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from services.oneroster.publication.rendering import (
    PublishedObject,
    Word,
    all_folded,
    class_reference,
    course_reference,
    folded,
    org_reference,
    published,
    session_reference,
    user_reference,
)

# As School Data Sync names its flags in the metadata of a user: a list with commas.
USER_FLAGS = "microsoft.userFlags"

MAXIMUM_ID = 255


@lru_cache(maxsize=4096)
def _iso(day: date) -> str:
    return day.isoformat()


@dataclass(frozen=True, slots=True)
class Session:
    sourced_id: str
    title: str
    type: Word
    start_date: date
    end_date: date
    school_year: int
    parent: str | None = None
    children: tuple[str, ...] = ()

    def publish(self) -> PublishedObject:
        start, end = self.start_date.isoformat(), self.end_date.isoformat()
        # Four digits, as a string: the year in which the school year ends.
        year = f"{self.school_year:04d}"
        return published(
            self.sourced_id,
            {
                "title": self.title,
                "startDate": start,
                "endDate": end,
                "type": self.type.v1p1,
                "schoolYear": year,
            },
            {
                "parent": self.parent and session_reference(self.parent),
                "children": [session_reference(child) for child in self.children],
            },
            self.type.v1p1.casefold(),
            v1p2=self.type.otherwise("type"),
            filtered={
                "title": folded(self.title),
                "startDate": start,
                "endDate": end,
                "schoolYear": year,
                "parent": self.parent,
                "children": list(self.children),
                "v1p2.type": self.type.folded_otherwise,
            },
        )


@dataclass(frozen=True, slots=True)
class Org:
    sourced_id: str
    name: str
    type: Word
    identifier: str
    parent: str | None = None
    children: tuple[str, ...] = ()

    def publish(self) -> PublishedObject:
        return published(
            self.sourced_id,
            {
                "name": self.name,
                "type": self.type.v1p1,
                "identifier": self.identifier,
            },
            {
                "parent": self.parent and org_reference(self.parent),
                "children": [org_reference(child) for child in self.children],
            },
            self.type.v1p1.casefold(),
            v1p2=self.type.otherwise("type"),
            filtered={
                "name": folded(self.name),
                "identifier": folded(self.identifier),
                "parent": self.parent,
                "children": list(self.children),
                "v1p2.type": self.type.folded_otherwise,
            },
        )


@dataclass(frozen=True, slots=True)
class Course:
    sourced_id: str
    title: str
    code: str
    org: str
    school_year: str | None = None
    grades: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    subject_codes: tuple[str, ...] = ()

    def publish(self) -> PublishedObject:
        return published(
            self.sourced_id,
            {
                "title": self.title,
                "courseCode": self.code,
                "org": org_reference(self.org),
            },
            {
                "schoolYear": self.school_year and session_reference(self.school_year),
                "grades": self.grades,
                "subjects": self.subjects,
                "subjectCodes": self.subject_codes,
            },
            filtered={
                "title": folded(self.title),
                "courseCode": folded(self.code),
                "org": self.org,
                "schoolYear": self.school_year,
                "grades": all_folded(self.grades),
                "subjects": all_folded(self.subjects),
                "subjectCodes": all_folded(self.subject_codes),
            },
        )


@dataclass(frozen=True, slots=True)
class Class:
    sourced_id: str
    title: str
    code: str | None
    type: Word
    course: str
    school: str
    terms: tuple[str, ...]
    room: str | None = None
    grades: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    subject_codes: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()

    def publish(self) -> PublishedObject:
        return published(
            self.sourced_id,
            {
                "title": self.title,
                "classType": self.type.v1p1,
                "course": course_reference(self.course),
                "school": org_reference(self.school),
                "terms": [session_reference(term) for term in self.terms],
            },
            {
                "classCode": self.code,
                "location": self.room,
                "grades": self.grades,
                "subjects": self.subjects,
                "subjectCodes": self.subject_codes,
                "periods": self.periods,
            },
            self.school,
            v1p2=self.type.otherwise("classType"),
            filtered={
                "title": folded(self.title),
                "classCode": folded(self.code),
                "classType": folded(self.type.v1p1),
                "v1p2.classType": self.type.folded_otherwise,
                "location": folded(self.room),
                "course": self.course,
                "terms": list(self.terms),
                "grades": all_folded(self.grades),
                "subjects": all_folded(self.subjects),
                "subjectCodes": all_folded(self.subject_codes),
                "periods": all_folded(self.periods),
            },
        )


class Role(NamedTuple):
    """What a user is at an org, in the words of 1.2."""

    role: str
    org: str


class User(NamedTuple):
    sourced_id: str
    username: str | None
    """None: a guardian whose source gave none, or one that is another's."""
    enabled: bool
    given_name: str
    family_name: str
    role: str
    """That of 1.1."""
    identifier: str
    orgs: tuple[str, ...]
    roles: tuple[Role, ...]
    """Those of 1.2; the first is the primary one."""
    middle_name: str | None = None
    email: str | None = None
    phone: str | None = None
    sms: str | None = None
    grades: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    user_flags: tuple[str, ...] = ()
    named_by_id: bool = False
    """Without a username: 1.1 asks for one, and consumers drop a user that has none."""

    def publish(self) -> PublishedObject:
        name = self.username or (self.sourced_id if self.named_by_id else None)
        enabled = "true" if self.enabled else "false"
        flags = ",".join(self.user_flags)
        return published(
            self.sourced_id,
            {
                **({"username": name} if name else {}),
                "enabledUser": enabled,
                "givenName": self.given_name,
                "familyName": self.family_name,
                "role": self.role,
                "identifier": self.identifier,
                "orgs": [org_reference(org) for org in self.orgs],
            },
            {
                "middleName": self.middle_name,
                "email": self.email,
                "sms": self.sms,
                "phone": self.phone,
                "agents": [user_reference(agent) for agent in self.agents],
                "grades": self.grades,
                "metadata": flags and {USER_FLAGS: flags},
            },
            self.role,
            (self.username or "").casefold(),
            v1p2={
                "role": None,
                "orgs": None,
                "roles": [
                    {
                        "roleType": "secondary" if position else "primary",
                        "role": held.role,
                        "org": org_reference(held.org),
                    }
                    for position, held in enumerate(self.roles)
                ],
                "primaryOrg": org_reference(self.roles[0].org),
            },
            filtered={
                # The column holds names of accounts alone: two users never share one of these.
                "username": None if self.username else folded(name),
                "enabledUser": enabled,
                "givenName": folded(self.given_name),
                "familyName": folded(self.family_name),
                "middleName": folded(self.middle_name),
                "identifier": folded(self.identifier),
                "email": folded(self.email),
                "sms": folded(self.sms),
                "phone": folded(self.phone),
                "grades": all_folded(self.grades),
                "orgs": list(self.orgs),
                "agents": list(self.agents),
                "primaryOrg": self.roles[0].org,
                # Side by side: the first role is of the first type and at the first org.
                "roles.roleType": ["primary"] + ["secondary"] * (len(self.roles) - 1),
                "roles.role": [held.role.casefold() for held in self.roles],
                "roles.org": [held.org for held in self.roles],
                f"metadata.{USER_FLAGS}": folded(flags),
            },
        )


class Demographics(NamedTuple):
    """What a source told of a person, under OneRoster's names; absent where it told nothing."""

    sourced_id: str
    sex: tuple[str | None, str] | None
    """On 1.1, which has fewer words for it, and on 1.2."""
    others: Mapping[str, str]

    def publish(self) -> PublishedObject:
        former, later = self.sex or (None, None)
        return published(
            self.sourced_id,
            {},
            {"sex": former, **self.others},
            v1p2={"sex": later} if later != former else None,
            filtered={
                "sex": folded(former),
                "v1p2.sex": None if later == former else folded(later),
                **{name: folded(value) for name, value in self.others.items()},
            },
        )


class Enrollment(NamedTuple):
    sourced_id: str
    user: str
    class_: str
    school: str
    role: str
    begin_date: date
    end_date: date

    def publish(self) -> PublishedObject:
        begin, end = _iso(self.begin_date), _iso(self.end_date)
        return published(
            self.sourced_id,
            {
                "role": self.role,
                "user": user_reference(self.user),
                "class": class_reference(self.class_),
                "school": org_reference(self.school),
                "beginDate": begin,
                "endDate": end,
            },
            {},
            self.role,
            self.user,
            self.class_,
            self.school,
            begin,
            end,
        )


def enrollment_id(person: str, class_number: str | None, class_id: str, given: str) -> str:
    """The source's own id, else `{person}-{p_klas}` (M, Bijlage 1), else `{person}-{class}`.

    OneRoster ids end at 255 characters; a longer one becomes its SHA-256.
    """
    if given:
        return given
    composed = f"{person}-{class_number or class_id}"
    if len(composed) <= MAXIMUM_ID:
        return composed
    return hashlib.sha256(composed.encode()).hexdigest()


def duplicates(titles: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The titles that more than one object bears, with the ids of these objects."""
    bearers: dict[str, list[str]] = {}
    for sourced_id, title in titles:
        bearers.setdefault(title, []).append(sourced_id)
    return {title: ids for title, ids in bearers.items() if len(ids) > 1}
