"""What each of the 41 operations answers, in a line and in a sentence."""

from collections.abc import Mapping

from services.oneroster.rostering.operations import Operation
from services.oneroster.rostering.versions import Version

_SCHOOL = "An unknown school has none: an empty list."
_CLASS = "An unknown class has none: an empty list."

_OTHER_STAFF = "Other staff are under `/users`."


def described(operation: Operation) -> tuple[str, str]:
    """Its summary and its description."""
    summary, sentence = _SENTENCES[operation.id]
    return summary, _OF_VERSIONS.get((operation.id, operation.version), sentence)


# By 1EdTech's operationId.
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "getAllAcademicSessions": (
        "All academic sessions",
        (
            "The school year that is served, with its terms and grading periods where the source "
            "brought any."
        ),
    ),
    "getAcademicSession": ("One academic session", "The academic session with this sourcedId."),
    "getAllTerms": (
        "All terms",
        "The academic sessions that are terms, where the source brought any.",
    ),
    "getTerm": ("One term", "The term with this sourcedId."),
    "getClassesForTerm": (
        "Classes of a term",
        "The classes that name this term. An unknown term has none: an empty list.",
    ),
    "getGradingPeriodsForTerm": (
        "Grading periods of a term",
        "The grading periods whose parent is this term. An unknown term has none: an empty list.",
    ),
    "getAllGradingPeriods": (
        "All grading periods",
        "The academic sessions that are grading periods, where the source brought any.",
    ),
    "getGradingPeriod": ("One grading period", "The grading period with this sourcedId."),
    "getAllOrgs": (
        "All orgs",
        (
            "The school locations that take part, of any type; each names its parent where that takes "
            "part too."
        ),
    ),
    "getOrg": ("One org", "The org with this sourcedId."),
    "getAllSchools": ("All schools", "The locations that take part whose type is `school`."),
    "getSchool": ("One school", "The school with this sourcedId."),
    "getCoursesForSchool": (
        "Courses of a school",
        f"The courses of this school and of its classes. {_SCHOOL}",
    ),
    "getClassesForSchool": ("Classes of a school", f"The classes of this school. {_SCHOOL}"),
    "getEnrollmentsForSchool": (
        "Enrollments of a school",
        f"The enrollments in the classes of this school. {_SCHOOL}",
    ),
    "getStudentsForSchool": ("Students of a school", f"The students of this school. {_SCHOOL}"),
    "getTeachersForSchool": (
        "Teachers of a school",
        f"The users that have the role `teacher` at this school. {_OTHER_STAFF} {_SCHOOL}",
    ),
    "getTermsForSchool": ("Terms of a school", f"The terms of this school's classes. {_SCHOOL}"),
    "getEnrollmentsForClassInSchool": (
        "Enrollments of a class of a school",
        f"The enrollments in this class of this school. {_CLASS}",
    ),
    "getStudentsForClassInSchool": (
        "Students of a class of a school",
        f"The students enrolled in this class of this school. {_CLASS}",
    ),
    "getTeachersForClassInSchool": (
        "Teachers of a class of a school",
        f"The teachers enrolled in this class of this school. {_CLASS}",
    ),
    "getAllUsers": (
        "All users",
        (
            "Students and staff whose username is released, with the username as it is sent today; "
            "guardians where the source brought them and the configuration allows it."
        ),
    ),
    "getUser": ("One user", "The user with this sourcedId."),
    "getClassesForUser": (
        "Classes of a user",
        (
            "The classes in which this user is enrolled, in whichever role. An unknown user has none: "
            "an empty list."
        ),
    ),
    "getAllStudents": ("All students", "The users that are students."),
    "getStudent": ("One student", "The student with this sourcedId."),
    "getClassesForStudent": (
        "Classes of a student",
        (
            "The classes in which this user is enrolled as a student. An unknown student has none: an "
            "empty list."
        ),
    ),
    "getAllTeachers": ("All teachers", f"The users that have the role `teacher`. {_OTHER_STAFF}"),
    "getTeacher": (
        "One teacher",
        f"The user with this sourcedId, if they have the role `teacher`. {_OTHER_STAFF}",
    ),
    "getClassesForTeacher": (
        "Classes of a teacher",
        (
            "The classes in which this user is enrolled as a teacher. An unknown teacher has none: an "
            "empty list."
        ),
    ),
    "getAllClasses": (
        "All classes",
        "The classes and subgroups of the active school year, empty ones too.",
    ),
    "getClass": ("One class", "The class with this sourcedId."),
    "getStudentsForClass": ("Students of a class", f"The students enrolled in it. {_CLASS}"),
    "getTeachersForClass": ("Teachers of a class", f"The teachers enrolled in it. {_CLASS}"),
    "getAllCourses": (
        "All courses",
        "The courses of the source; where it has none, one for each class with the class's sourcedId.",
    ),
    "getCourse": ("One course", "The course with this sourcedId."),
    "getClassesForCourse": (
        "Classes of a course",
        "The classes of this course. An unknown course has none: an empty list.",
    ),
    "getAllEnrollments": (
        "All enrollments",
        (
            "Students in their classes, and the teachers of classes, as of the day the roster is served "
            "for."
        ),
    ),
    "getEnrollment": ("One enrollment", "The enrollment with this sourcedId."),
    "getAllDemographics": (
        "All demographics",
        (
            "Demographics, where a OneRoster file brought them and the configuration allows them; else "
            "an empty list."
        ),
    ),
    "getDemographics": (
        "Demographics of one user",
        "The demographics with this sourcedId, which is the user's.",
    ),
}
# On 1.1 a user has one role, and on staff it is always `teacher`.
_OF_VERSIONS: Mapping[tuple[str, Version], str] = {
    (
        "getTeachersForSchool",
        Version.V1P1,
    ): f"The staff of this school, teaching or not. {_SCHOOL}",
    ("getAllTeachers", Version.V1P1): "The users on staff, teaching or not.",
    ("getTeacher", Version.V1P1): "The member of staff with this sourcedId.",
    ("getAllStudents", Version.V1P1): (
        "The users that are students. Who is on staff as well is under `/teachers` only."
    ),
}
