"""The 41 read operations of OneRoster 1.1 and of 1.2: which rows each answers, and for which scopes.

Named as 1EdTech's own OpenAPI names them. Terms and grading periods answer as `academicSessions`,
schools as `orgs`, students and teachers as `users`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.oneroster.rostering.resources import RESOURCES, Resource
from services.oneroster.rostering.versions import Version

_PARAMETER = re.compile(r"{(\w+)}")


@dataclass(frozen=True, eq=False)
class Operation:
    id: str
    version: Version
    path: str
    """Under the version's base path, a template: `/schools/{school_sourced_id}/classes`."""
    resource: Resource
    single: bool
    scopes: tuple[str, ...]
    """Any one of them opens it."""
    restriction: tuple[str, ...] = ()
    """Conditions on the rows of the resource, in SQL of our own. In braces stand the parameters of
    the path, and `{current}`: the condition of an inner table's rows that are served now."""

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(_PARAMETER.findall(self.path))

    @property
    def wrapper(self) -> str:
        """The key of the answer's body."""
        return self.resource.object if self.single else self.resource.collection


@dataclass(frozen=True, slots=True)
class _Collection:
    """A collection with its single objects, and whose objects of it they are."""

    path: str
    many: str
    one: str
    resource: str
    only: str | None = None
    scopes: tuple[str, ...] = ("roster-core.readonly", "roster.readonly")


_SESSIONS, _ORGS, _USERS = "academicSessions", "orgs", "users"
_COLLECTIONS = (
    _Collection("academicSessions", "AcademicSessions", "AcademicSession", _SESSIONS),
    _Collection("gradingPeriods", "GradingPeriods", "GradingPeriod", _SESSIONS, "gradingPeriod"),
    _Collection("terms", "Terms", "Term", _SESSIONS, "term"),
    _Collection("classes", "Classes", "Class", "classes"),
    _Collection("courses", "Courses", "Course", "courses"),
    _Collection("enrollments", "Enrollments", "Enrollment", "enrollments"),
    _Collection("orgs", "Orgs", "Org", _ORGS),
    _Collection("schools", "Schools", "School", _ORGS, "school"),
    _Collection("users", "Users", "User", _USERS),
    _Collection("students", "Students", "Student", _USERS, "student"),
    _Collection("teachers", "Teachers", "Teacher", _USERS, "teacher"),
    _Collection(
        "demographics",
        "Demographics",
        "Demographics",
        "demographics",
        scopes=("roster-demographics.readonly",),
    ),
)


def _holds(field: str, value: str) -> str:
    """A list of the row holds it: by a plain scan in the order of the rows.

    `coalesce` hides the operator from the planner, which takes it for a rare match and would sort
    the whole table for each page.
    """
    return f"coalesce(fields->'{field}' ? {value}, false)"


def _only(resource: Resource, kind: str) -> str:
    """Sessions and orgs of a type; users of a role: the one 1.1 has, or any of those 1.2 has."""
    if resource.collection != _USERS:
        return f"{resource.fields['type'].sql} = '{kind.casefold()}'"
    if resource.version is Version.V1P1:
        return f"role = '{kind}'"
    return _holds("roles.role", f"'{kind}'")


# The lists of a user's roles and of their orgs are as long as each other.
_ROLES = (
    "rows from (jsonb_array_elements_text(fields->'roles.role'), "
    "jsonb_array_elements_text(fields->'roles.org')) as held (role, org)"
)


def _at_school(resource: Resource, role: str) -> tuple[str, ...]:
    """Users of a role at a school; on 1.2, who may have several, in this one at this school."""
    if resource.version is Version.V1P1:
        return _only(resource, role), _holds("orgs", "{school_sourced_id}")
    held = f"held.role = '{role}' and held.org = {{school_sourced_id}}"
    return (
        _holds("roles.org", "{school_sourced_id}"),
        f"exists (select from {_ROLES} where {held})",
    )


def _enrolled(column: str, of: str, role: str | None = None) -> str:
    """Those that a current enrollment names in `column`."""
    in_role = f" and role = '{role}'" if role else ""
    return f"sourced_id in (select {column} from roster.enrollments where {{current}} and {of}{in_role})"


_AT_SCHOOL = "school_id = {school_sourced_id}"
_IN_CLASS = "class_id = {class_sourced_id}"
_IN_CLASS_AT_SCHOOL = f"{_IN_CLASS} and {_AT_SCHOOL}"
_CLASSES_AT_SCHOOL = f"roster.classes where {{current}} and {_AT_SCHOOL}"
_COURSES_AT_SCHOOL = (
    "(fields->>'org' = {school_sourced_id} "
    f"or sourced_id in (select fields->>'course' from {_CLASSES_AT_SCHOOL}))"
)
_TERMS_NAMED = f"(select jsonb_array_elements_text(fields->'terms') from {_CLASSES_AT_SCHOOL})"
_TERMS_AT_SCHOOL = f"(sourced_id in {_TERMS_NAMED} or fields->>'parent' in {_TERMS_NAMED})"


def _nested(version: Version) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Operation id, path, collection of the answer, restriction."""
    sessions, users = RESOURCES[version][_SESSIONS], RESOURCES[version][_USERS]
    school = "/schools/{school_sourced_id}"
    yield "getCoursesForSchool", f"{school}/courses", "courses", (_COURSES_AT_SCHOOL,)
    yield "getClassesForSchool", f"{school}/classes", "classes", (_AT_SCHOOL,)
    yield "getEnrollmentsForSchool", f"{school}/enrollments", "enrollments", (_AT_SCHOOL,)
    students, teachers = _at_school(users, "student"), _at_school(users, "teacher")
    yield "getStudentsForSchool", f"{school}/students", _USERS, students
    yield "getTeachersForSchool", f"{school}/teachers", _USERS, teachers
    terms = (_only(sessions, "term"), _TERMS_AT_SCHOOL)
    yield "getTermsForSchool", f"{school}/terms", _SESSIONS, terms

    class_ = f"{school}/classes/{{class_sourced_id}}"
    enrollments = (_IN_CLASS, _AT_SCHOOL)
    yield "getEnrollmentsForClassInSchool", f"{class_}/enrollments", "enrollments", enrollments
    students = (_enrolled("user_id", _IN_CLASS_AT_SCHOOL, "student"),)
    yield "getStudentsForClassInSchool", f"{class_}/students", _USERS, students
    teachers = (_enrolled("user_id", _IN_CLASS_AT_SCHOOL, "teacher"),)
    yield "getTeachersForClassInSchool", f"{class_}/teachers", _USERS, teachers

    term = "/terms/{term_sourced_id}"
    yield (
        "getClassesForTerm",
        f"{term}/classes",
        "classes",
        (_holds("terms", "{term_sourced_id}"),),
    )
    periods = (_only(sessions, "gradingPeriod"), "fields->>'parent' = {term_sourced_id}")
    yield "getGradingPeriodsForTerm", f"{term}/gradingPeriods", _SESSIONS, periods
    of_course = ("fields->>'course' = {course_sourced_id}",)
    yield "getClassesForCourse", "/courses/{course_sourced_id}/classes", "classes", of_course

    for object_, role in (("student", "student"), ("teacher", "teacher"), ("user", None)):
        parameter = f"{{{object_}_sourced_id}}"
        taken = (_enrolled("class_id", f"user_id = {parameter}", role),)
        name = f"getClassesFor{object_.capitalize()}"
        yield name, f"/{object_}s/{parameter}/classes", "classes", taken
    for role in ("student", "teacher"):
        members = (_enrolled("user_id", _IN_CLASS, role),)
        name = f"get{role.capitalize()}sForClass"
        yield name, f"/classes/{{class_sourced_id}}/{role}s", _USERS, members


def _operations(version: Version) -> Iterator[Operation]:
    resources = RESOURCES[version]
    for each in _COLLECTIONS:
        resource = resources[each.resource]
        scopes = tuple(map(version.scope, each.scopes))
        only = (_only(resource, each.only),) if each.only else ()
        many, one = f"getAll{each.many}", f"get{each.one}"
        path = f"/{each.path}"
        yield Operation(many, version, path, resource, False, scopes, only)
        yield Operation(one, version, f"{path}/{{sourced_id}}", resource, True, scopes, only)
    scopes = (version.scope("roster.readonly"),)
    for name, path, collection, restriction in _nested(version):
        yield Operation(name, version, path, resources[collection], False, scopes, restriction)


OPERATIONS: tuple[Operation, ...] = tuple(
    operation for version in Version for operation in _operations(version)
)
