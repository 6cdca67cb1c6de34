"""Small OneRoster and School Data Sync bundles that a test can change."""

from pathlib import Path
from typing import Any

from tests.intake.conftest import write_csv

Lines = list[dict[str, Any]]

HEADERS = {
    "academicSessions": "sourcedId status dateLastModified title type startDate endDate"
    " parentSourcedId schoolYear",
    "orgs": "sourcedId status dateLastModified name type identifier parentSourcedId",
    "users": "sourcedId status dateLastModified enabledUser orgSourcedIds role username userIds"
    " givenName familyName middleName identifier email sms phone agentSourcedIds grades password"
    " metadata.microsoft.userFlags",
    "courses": "sourcedId status dateLastModified schoolYearSourcedId title courseCode grades"
    " orgSourcedId subjects subjectCodes",
    "classes": "sourcedId status dateLastModified title grades courseSourcedId classCode classType"
    " location schoolSourcedId termSourcedIds subjects subjectCodes periods",
    "enrollments": "sourcedId status dateLastModified classSourcedId schoolSourcedId userSourcedId"
    " role primary beginDate endDate",
    "demographics": "sourcedId status dateLastModified birthDate sex cityOfBirth",
}
ROLES = (
    "sourcedId status dateLastModified userSourcedId roleType role beginDate endDate orgSourcedId"
    " userProfileSourcedId"
)


class OneRosterFiles:
    """One school of two locations, three pupils, a teacher, a guardian, a year of two terms."""

    def __init__(self, school: str, version: str = "1.1") -> None:
        self.version = version
        self.headers = {name: header.split() for name, header in HEADERS.items()}
        self.marks = dict.fromkeys(self.headers, "bulk")
        self.manifest: list[tuple[str, str]] = []
        self.files: dict[str, Lines] = {
            "academicSessions": [
                session("sy", "schoolYear", "2024-09-01", "2025-06-30"),
                session("t1", "term", "2024-09-01", "2024-12-31", "sy"),
                session("t2", "term", "2025-01-01", "2025-06-30", "sy"),
            ],
            "orgs": [
                org("dist", "district", "Groep", school),
                org("east", "school", "Oost", f"{school}-E", "dist"),
                org("west", "school", "West", f"{school}-W", "dist"),
            ],
            "users": [
                user("p1", "student", "east", "Noor", "Ameel", agentSourcedIds="g1", grades="1,2"),
                user("p2", "student", "east,west", "Emma", "Bal"),
                user("p3", "student", "west", "Liam", "Cools"),
                user("s1", "teacher", "east", "Bert", "Dhondt", agentSourcedIds=""),
                user("g1", "guardian", "east", "Ada", "Ameel", agentSourcedIds="p1"),
            ],
            "courses": [
                {"sourcedId": "c1", "title": "Latijn", "courseCode": "LAT", "orgSourcedId": "dist"}
            ],
            "classes": [
                school_class("k1", "1A", "east", "t1,t2"),
                school_class("k2", "1B", "west", "sy"),
            ],
            "enrollments": [
                enrollment("e1", "k1", "p1", "student"),
                enrollment("e2", "k1", "p2", "student", beginDate="2024-10-01"),
                enrollment("e3", "k2", "p3", "student", endDate="2025-01-31"),
                enrollment("e4", "k1", "s1", "teacher"),
                enrollment("e5", "k1", "s1", "aide"),
            ],
            "demographics": [{"sourcedId": "p1", "birthDate": "2012-03-04", "sex": "female"}],
        }
        if version == "1.2":
            self._split_roles()

    def _split_roles(self) -> None:
        self.headers["roles"] = ROLES.split()
        self.marks["roles"] = "bulk"
        self.headers["users"] = [
            column for column in self.headers["users"] if column not in ("orgSourcedIds", "role")
        ] + ["userMasterIdentifier", "primaryOrgSourcedId", "prefferedGivenName"]
        self.files["roles"] = [
            {
                "sourcedId": f"r-{line['sourcedId']}-{one}",
                "userSourcedId": line["sourcedId"],
                "roleType": "primary" if not place else "secondary",
                "role": line["role"],
                "orgSourcedId": one,
            }
            for line in self.files["users"]
            for place, one in enumerate(line["orgSourcedIds"].split(","))
        ]

    def __getitem__(self, name: str) -> Lines:
        return self.files[name]

    def line(self, name: str, sourced_id: str) -> dict[str, Any]:
        return next(line for line in self.files[name] if line["sourcedId"] == sourced_id)

    def delta(self, **files: Lines) -> None:
        """From now on a delta of these files alone."""
        self.marks = {name: "delta" if name in files else "absent" for name in self.marks}
        self.files = dict(files)

    def write(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        entries = self.manifest or [
            ("manifest.version", "1.0"),
            ("oneroster.version", self.version),
            *((f"file.{name}", mark) for name, mark in self.marks.items()),
            ("file.lineItems", ""),
            ("source.systemName", "tests"),
        ]
        write_csv(folder / "manifest.csv", ("propertyName", "value"), entries)
        for name, lines in self.files.items():
            header = self.headers[name]
            write_csv(
                folder / f"{name}.csv",
                header,
                ([line.get(column, "") for column in header] for line in lines),
            )
        return folder


def session(
    sourced_id: str, kind: str, start: str, end: str, parent: str = "", year: str = "2025"
) -> dict[str, Any]:
    return {
        "sourcedId": sourced_id,
        "title": f"Titel {sourced_id}",
        "type": kind,
        "startDate": start,
        "endDate": end,
        "parentSourcedId": parent,
        "schoolYear": year,
        # Odd, and of no use to us.
        "dateLastModified": "1/05/2023",
    }


def org(
    sourced_id: str, kind: str, name: str, identifier: str = "", parent: str = ""
) -> dict[str, Any]:
    return {
        "sourcedId": sourced_id,
        "name": name,
        "type": kind,
        "identifier": identifier,
        "parentSourcedId": parent,
    }


def user(
    sourced_id: str, role: str, orgs: str, given: str, family: str, **more: str
) -> dict[str, Any]:
    return {
        "sourcedId": sourced_id,
        "enabledUser": "true",
        "orgSourcedIds": orgs,
        "role": role,
        "username": f"{sourced_id}@school.be",
        "givenName": given,
        "familyName": family,
        "identifier": f"id-{sourced_id}",
        "email": f"{sourced_id}@mail.be",
        "password": "geheim",
        **more,
    }


def school_class(sourced_id: str, title: str, at: str, terms: str) -> dict[str, Any]:
    return {
        "sourcedId": sourced_id,
        "title": title,
        "courseSourcedId": "c1",
        "classCode": title,
        "classType": "Homeroom",
        "schoolSourcedId": at,
        "termSourcedIds": terms,
        "location": "A1",
        "subjects": "Latijn, Grieks",
    }


def enrollment(
    sourced_id: str, of_class: str, person: str, role: str, **more: str
) -> dict[str, Any]:
    return {
        "sourcedId": sourced_id,
        "classSourcedId": of_class,
        "schoolSourcedId": "east",
        "userSourcedId": person,
        "role": role,
        **more,
    }


def write_sds(folder: Path, **changed: list[list[str]]) -> Path:
    """A folder in the form of School Data Sync CSV v2.1; `changed` replaces files, header first."""
    folder.mkdir(exist_ok=True)
    files: dict[str, list[list[str]]] = {
        "orgs": [
            ["sourcedId", "name", "type", "parentSourcedId"],
            ["col", "College", "college", ""],
            ["dep", "Departement", "department", "col"],
            ["min", "Ministerie", "ministryOfEducation", ""],
        ],
        "academicSessions": [
            ["sourcedId", "title", "type", "schoolYear", "startDate", "endDate"],
            ["sy", "2024", "schoolYear", "2024", "2024-08-24", "2025-06-11"],
            ["fall", "Herfst", "semester", "2024", "2024-09-01", "2024-12-01"],
        ],
        "users": [
            ["sourcedId", "username", "givenName", "familyName", "password", "email"],
            ["u1", "jan@school.be", "Jan", "Craig", "geheim", ""],
            ["u2", "prof@school.be", "Jason", "Jonzer", "geheim", ""],
            ["g1", "ouder@mail.be", "Jean", "Craig", "geheim", "ouder@mail.be"],
        ],
        "roles": [
            [
                "userSourcedId",
                "orgSourcedId",
                "role",
                "sessionSourcedId",
                "grade",
                "isPrimary",
                "roleStartDate",
                "roleEndDate",
            ],
            ["u1", "col", "student", "fall", "ps1", "TRUE", "2024-09-01", "2024-12-01"],
            ["u2", "dep", "professor", "fall", "", "TRUE", "", ""],
            ["u2", "min", "professor", "", "", "FALSE", "", ""],
        ],
        "classes": [
            ["sourcedId", "orgSourcedId", "title", "sessionSourcedIds", "courseSourcedId"],
            ["k1", "col", "Informatica", "fall", "c1"],
        ],
        "courses": [
            [
                "sourcedId",
                "orgSourcedId",
                "title",
                "code",
                "schoolYearSourcedId",
                "subject",
                "grade",
            ],
            ["c1", "col", "Informatica", "CS", "sy", "10", "PS1"],
        ],
        "enrollments": [
            ["classSourcedId", "userSourcedId", "role"],
            ["k1", "u1", "student"],
            ["k1", "u2", "professor"],
        ],
        "demographics": [
            ["userSourcedId", "sex", "birthDate", "birthCity", "ethnicityCodes", "raceCodes"],
            ["u1", "male", "2004-07-02", "Gent", "hispanicOrLatinoEthnicity", "asian,white"],
        ],
        "relationships": [
            ["userSourcedId", "relationshipUserSourcedId", "relationshipRole"],
            ["u1", "g1", "guardian"],
        ],
        "userFlags": [["userSourcedId", "flag"], ["u1", "iep"]],
        **changed,
    }
    for name, (header, *lines) in files.items():
        write_csv(folder / f"{name}.csv", header, lines)
    return folder
