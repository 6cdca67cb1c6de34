"""The 41 read operations of each version, as 1EdTech's OpenAPI of 1.2 and the 1.1 tables list them."""

import pytest

from services.oneroster.oauth.scopes import OFFERED
from services.oneroster.rostering.operations import OPERATIONS, Operation
from services.oneroster.rostering.versions import Version

CORE, NESTED = {"roster-core.readonly", "roster.readonly"}, {"roster.readonly"}
DEMOGRAPHICS = {"roster-demographics.readonly"}
WRAPPERS = {
    "academicSessions": ("academicSessions", "academicSession"),
    "terms": ("academicSessions", "academicSession"),
    "gradingPeriods": ("academicSessions", "academicSession"),
    "orgs": ("orgs", "org"),
    "schools": ("orgs", "org"),
    "users": ("users", "user"),
    "students": ("users", "user"),
    "teachers": ("users", "user"),
    "classes": ("classes", "class"),
    "courses": ("courses", "course"),
    "enrollments": ("enrollments", "enrollment"),
    "demographics": ("demographics", "demographics"),
}
NESTED_PATHS = {
    "getClassesForSchool": "/schools/{school_sourced_id}/classes",
    "getCoursesForSchool": "/schools/{school_sourced_id}/courses",
    "getEnrollmentsForSchool": "/schools/{school_sourced_id}/enrollments",
    "getStudentsForSchool": "/schools/{school_sourced_id}/students",
    "getTeachersForSchool": "/schools/{school_sourced_id}/teachers",
    "getTermsForSchool": "/schools/{school_sourced_id}/terms",
    "getEnrollmentsForClassInSchool": (
        "/schools/{school_sourced_id}/classes/{class_sourced_id}/enrollments"
    ),
    "getStudentsForClassInSchool": (
        "/schools/{school_sourced_id}/classes/{class_sourced_id}/students"
    ),
    "getTeachersForClassInSchool": (
        "/schools/{school_sourced_id}/classes/{class_sourced_id}/teachers"
    ),
    "getClassesForTerm": "/terms/{term_sourced_id}/classes",
    "getGradingPeriodsForTerm": "/terms/{term_sourced_id}/gradingPeriods",
    "getClassesForCourse": "/courses/{course_sourced_id}/classes",
    "getClassesForStudent": "/students/{student_sourced_id}/classes",
    "getClassesForTeacher": "/teachers/{teacher_sourced_id}/classes",
    "getClassesForUser": "/users/{user_sourced_id}/classes",
    "getStudentsForClass": "/classes/{class_sourced_id}/students",
    "getTeachersForClass": "/classes/{class_sourced_id}/teachers",
}


def _of(version: Version) -> dict[str, Operation]:
    return {each.path: each for each in OPERATIONS if each.version is version}


@pytest.mark.parametrize("version", Version)
def test_collections_and_their_single_objects(version: Version) -> None:
    operations = _of(version)
    assert len(operations) == 41
    for path, (many, one) in WRAPPERS.items():
        collection, single = operations[f"/{path}"], operations[f"/{path}/{{sourced_id}}"]
        assert (collection.single, collection.parameters, collection.wrapper) == (False, (), many)
        assert (single.single, single.parameters, single.wrapper) == (True, ("sourced_id",), one)
        for each in (collection, single):
            names = DEMOGRAPHICS if path == "demographics" else CORE
            assert set(each.scopes) == {version.scope(name) for name in names}


@pytest.mark.parametrize("version", Version)
def test_nested_operations(version: Version) -> None:
    nested = {each.id: each for path, each in _of(version).items() if path.count("/") > 2}
    assert {name: each.path for name, each in nested.items()} == NESTED_PATHS
    for each in nested.values():
        assert not each.single
        assert each.wrapper == WRAPPERS[each.path.rsplit("/", 1)[1]][0]
        assert set(each.scopes) == {version.scope(name) for name in NESTED}


def test_ids_are_one_operation_each_and_the_same_in_both_versions() -> None:
    first, second = ({each.id for each in _of(version).values()} for version in Version)
    assert first == second
    assert len(first) == 41
    assert {"getAllUsers", "getUser", "getAllGradingPeriods", "getDemographics"} <= first


def test_every_scope_is_one_a_token_can_have() -> None:
    assert {scope for each in OPERATIONS for scope in each.scopes} == set(OFFERED)


def test_no_field_is_asked_of_a_version_that_lacks_it() -> None:
    first, second = (
        {each.resource.collection: set(each.resource.names) for each in _of(version).values()}
        for version in Version
    )
    assert first["users"] - second["users"] == {"role", "orgs"}
    assert second["users"] - first["users"] == {
        "userMasterIdentifier", "preferredFirstName", "preferredMiddleName", "preferredLastName",
        "pronouns", "roles", "userProfiles", "primaryOrg", "resources",
    }  # fmt: skip
    assert {name: first[name] for name in first if name != "users"} == {
        name: second[name] for name in second if name != "users"
    }
