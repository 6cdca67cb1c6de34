"""Writes the district as OneRoster 1.1 CSV in bulk, as a student information system exports it.

Status and dateLastModified are empty, as bulk files allow, but for those who left: these are
`tobedeleted`, and so are their enrolments. References stay whole: guardians name their children
and the other way round, every class has its course, terms and school.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from demo.oneroster_school import DISTRICT, PLANS, SCHOOLS, District, Org
from demo.population import CLASS_TEACHER, Person, SchoolClass
from demo.school_year import DAY, Calendar

Line = tuple[str, ...]

COLUMNS = {
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "orgs": "name type identifier parentSourcedId",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": "title grades courseSourcedId classCode classType location schoolSourcedId "
    "termSourcedIds subjects subjectCodes periods",
    "users": "enabledUser orgSourcedIds role username userIds givenName familyName middleName "
    "identifier email sms phone agentSourcedIds grades password metadata.microsoft.userFlags",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "demographics": "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican "
    "nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces "
    "hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth "
    "publicSchoolResidenceStatus",
}
"""After sourcedId, status and dateLastModified, which every file begins with."""
ABSENT = ("categories", "classResources", "courseResources", "lineItems", "resources", "results")

SUBJECTS = {
    "RK": "Rooms-katholieke godsdienst",
    "NCZ": "Niet-confessionele zedenleer",
    "ISL": "Islamitische godsdienst",
    "ORT": "Orthodoxe godsdienst",
    "PROT": "Protestantse godsdienst",
    "WIS": "Wiskunde",
    "NED": "Nederlands",
    "LO": "Lichamelijke opvoeding",
    "FRA": "Frans",
    "TECH": "Techniek",
}
HOMEROOM = "KLAS"
STUDENT_DOMAIN = "leerling.zonnewende-demo.be"
STAFF_DOMAIN = "zonnewende-demo.be"
GUARDIAN_DOMAIN = "post-demo.be"
UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "\u0131": "i"})


def write_oneroster(folder: Path, data: District, calendar: Calendar) -> dict[str, int]:
    """Writes `manifest.csv` and the files of COLUMNS; returns the number of rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    export = _Export(data, calendar)
    tables: dict[str, list[Line]] = {
        "academicSessions": list(_sessions(calendar)),
        "orgs": [_org_line(org) for org in (DISTRICT, *SCHOOLS)],
        "courses": list(export.courses()),
        "classes": [export.class_line(row) for row in data.rows.classes],
        "users": [*export.users(), *export.guardians()],
        "enrollments": list(export.enrolments()),
        "demographics": list(export.demographics()),
    }
    for table, lines in tables.items():
        header = ["sourcedId", "status", "dateLastModified", *COLUMNS[table].split()]
        _write(folder / f"{table}.csv", [tuple(header), *lines])
    _write(folder / "manifest.csv", _manifest())
    return {table: len(lines) for table, lines in tables.items()}


class _Export:
    """The lines of each file, over indexes made once."""

    def __init__(self, data: District, calendar: Calendar) -> None:
        self.data, self.calendar = data, calendar
        rows = data.rows
        self.students = {row.person for row in rows.enrolments}
        self.directors = frozenset(data.cases["director"])
        self.orgs: dict[str, dict[str, None]] = {}
        self.last_day: dict[str, date] = {}
        for row in rows.enrolments:
            self._stays(row.person, row.location.number, row.end)
        for member in rows.staff:
            self._stays(member.person, member.school, member.end)
        self.grades = {
            row.person: _grade(row.school_class)
            for row in rows.class_enrolments
            if row.school_class.kind == "class"
        }
        self.agents: dict[str, list[str]] = {}
        for guardian in data.guardians:
            for child in guardian.children:
                self.agents.setdefault(child, []).append(guardian.id)
        self.local_parts = _LocalParts()

    def courses(self) -> Iterator[Line]:
        """One for each school, grade and subject; homeroom is a subject like any other."""
        seen = dict.fromkeys(_course(row) for row in self.data.rows.classes)
        for course in seen:
            yield (
                *_head(course.sourced_id),
                _year_id(self.calendar),
                course.title,
                course.code,
                course.grade,
                course.org,
                course.subject_name,
                course.subject,
            )

    def class_line(self, row: SchoolClass) -> Line:
        course, lesson = _course(row), row.kind == "subgroup"
        return (
            *_head(row.id),
            row.name or "",
            course.grade,
            course.sourced_id,
            row.code or "",
            "scheduled" if lesson else "homeroom",
            f"Lokaal {row.number}",
            row.location.number,
            ",".join(_term_ids(self.calendar)),
            course.subject_name,
            course.subject,
            "2,5" if lesson else "",
        )

    def users(self) -> Iterator[Line]:
        for person in self.data.rows.persons:
            student = person.id in self.students
            username = self.local_parts.make(person.given_name, person.family_name)
            yield (
                *self._head_of(person.id, person.id),
                "false" if person.id in self.data.gone else "true",
                ",".join(self.orgs[person.id]),
                self._role(person),
                username,
                f"{{SIS:{person.id.removeprefix('u-')}}}",
                person.given_name,
                person.family_name,
                "",
                person.id.replace("u-", "4"),
                f"{username}@{STUDENT_DOMAIN if student else STAFF_DOMAIN}",
                "",
                "",
                ",".join(self.agents.get(person.id, ())),
                self.grades.get(person.id, ""),
                "",
                self.data.flags.get(person.id, ""),
            )

    def guardians(self) -> Iterator[Line]:
        for row in self.data.guardians:
            username = self.local_parts.make(row.given_name, row.family_name)
            yield (
                *_head(row.id),
                "true",
                row.org,
                "guardian",
                username,
                "",
                row.given_name,
                row.family_name,
                "",
                row.id.replace("g-", "90"),
                f"{username}@{GUARDIAN_DOMAIN}",
                "",
                "",
                ",".join(row.children),
                "",
                "",
                "",
            )

    def enrolments(self) -> Iterator[Line]:
        rows = self.data.rows
        number = 0
        for row in rows.class_enrolments:
            number += 1
            yield self._enrolment(number, row.person, row.school_class, row.start, row.end)
        teachers = [
            (duty.person, duty.school_class)
            for duty in rows.class_duties
            if duty.duty == CLASS_TEACHER
        ]
        for person, school_class in (*teachers, *self.data.lessons):
            number += 1
            yield self._enrolment(number, person, school_class, self.calendar.start, None)

    def demographics(self) -> Iterator[Line]:
        """Of the students there, where the birth date is known; nothing a school need not know."""
        for person in self.data.rows.persons:
            if person.id in self.students and person.birth_date and person.id not in self.data.gone:
                blanks = [""] * (len(COLUMNS["demographics"].split()) - 1)
                yield (*_head(person.id), str(person.birth_date), *blanks)

    def _stays(self, person: str, org: str, end: date | None) -> None:
        self.orgs.setdefault(person, {})[org] = None
        self.last_day[person] = max(end or date.max, self.last_day.get(person, date.min))

    def _role(self, person: Person) -> str:
        if person.id in self.directors:
            return "administrator"
        return "student" if person.id in self.students else "teacher"

    def _head_of(self, sourced_id: str, person: str) -> Line:
        if person not in self.data.gone:
            return _head(sourced_id)
        return (sourced_id, "tobedeleted", f"{self.last_day[person] + DAY}T06:00:00.000Z")

    def _enrolment(
        self, number: int, person: str, school_class: SchoolClass, start: date, end: date | None
    ) -> Line:
        student = person in self.students
        whole_year = student and start == self.calendar.start and end is None
        homeroom = school_class.kind == "class"
        return (
            *self._head_of(f"e-{number:05d}", person),
            school_class.id,
            school_class.location.number,
            person,
            "student" if student else "teacher",
            "true" if homeroom and not student else "false",
            "" if whole_year else str(start),
            str(end or ""),
        )


@dataclass(frozen=True, slots=True)
class _Course:
    org: str
    grade: str
    subject: str

    @property
    def sourced_id(self) -> str:
        return f"c-{self.org.removeprefix('org-')}-{self.grade}-{self.subject.lower()}"

    @property
    def code(self) -> str:
        return f"{self.subject}{self.grade}"

    @property
    def subject_name(self) -> str:
        return SUBJECTS.get(self.subject, "Klasuur")

    @property
    def title(self) -> str:
        return f"{self.subject_name} {int(self.grade)}"


def _course(row: SchoolClass) -> _Course:
    """From a subgroup's name, such as `3 WIS2`; a class has the homeroom course of its grade."""
    subject = HOMEROOM if row.kind == "class" else (row.name or "").split()[1].rstrip("0123456789")
    return _Course(row.location.number, _grade(row), subject)


def _grade(row: SchoolClass) -> str:
    """In two digits, counted from the first year of primary school."""
    first_age = PLANS[row.location.number][1]
    return f"{int((row.name or '1')[0]) + first_age - 6:02d}"


class _LocalParts:
    """Local parts of e-mail addresses, each once. The source's own, plainly made."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def make(self, given: str, family: str) -> str:
        base = f"{_plain(given) or 'x'}.{_plain(family) or 'x'}"
        self._counts[base] = number = self._counts.get(base, 0) + 1
        return base if number == 1 else f"{base}{number}"


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(UNDECOMPOSED))
    return re.sub(r"[^a-z]", "", decomposed)


def _head(sourced_id: str) -> Line:
    return (sourced_id, "", "")


def _year_id(calendar: Calendar) -> str:
    return f"sj-{calendar.first_year}"


def _term_ids(calendar: Calendar) -> list[str]:
    return [f"t{number}-{calendar.first_year}" for number in (1, 2, 3)]


def _sessions(calendar: Calendar) -> Iterator[Line]:
    """The school year, its three terms, and two grading periods in each."""
    first, year = calendar.first_year, str(calendar.end.year)
    yield (
        *_head(_year_id(calendar)),
        f"Schooljaar {calendar.school_year}",
        "schoolYear",
        str(calendar.start),
        str(calendar.end),
        "",
        year,
    )
    starts = [calendar.start, date(first + 1, 1, 1), date(first + 1, 4, 1)]
    ends = [starts[1] - DAY, starts[2] - DAY, calendar.end]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
        term, title = f"t{number}-{first}", f"Trimester {number}"
        yield (*_head(term), title, "term", str(start), str(end), _year_id(calendar), year)
        middle = start + timedelta(days=(end - start).days // 2)
        halves = ((1, start, middle), (2, middle + DAY, end))
        for half, begin, close in halves:
            yield (
                *_head(f"r{number}{half}-{first}"),
                f"Rapport {number}.{half}",
                "gradingPeriod",
                str(begin),
                str(close),
                term,
                year,
            )


def _org_line(org: Org) -> Line:
    return (*_head(org.sourced_id), org.name, org.type, org.identifier, org.parent or "")


def _manifest() -> list[Line]:
    files = {**dict.fromkeys(COLUMNS, "bulk"), **dict.fromkeys(ABSENT, "absent")}
    return [
        ("propertyName", "value"),
        ("manifest.version", "1.0"),
        ("oneroster.version", "1.1"),
        *((f"file.{name}", mark) for name, mark in sorted(files.items())),
        ("source.systemName", "RosterBridge demo"),
        ("source.systemCode", "rosterbridge-demo"),
    ]


def _write(path: Path, lines: Iterable[Line]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
