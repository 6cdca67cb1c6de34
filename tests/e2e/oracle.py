"""What the feed must be, from the bundle's files and the intake sheet by the rules of the domain.

Written from the domain's description alone and sharing no code with the product, so that the two
can only agree by both being right.
"""

import csv
import itertools
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Row = dict[str, str]
Plain = dict[str, Any]
Feed = dict[str, dict[str, Plain]]

_OFTEN = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss"}
    | {"æ": "ae", "Æ": "AE", "þ": "th", "Þ": "Th"}
)


class Bundle:
    """The nine files of a native bundle as rows, to be changed and written again."""

    def __init__(self, folder: Path) -> None:
        self.rows: dict[str, list[Row]] = {}
        self._columns: dict[str, list[str]] = {}
        for path in sorted(folder.glob("*.csv")):
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file)
                self.rows[path.stem] = list(reader)
                self._columns[path.stem] = list(reader.fieldnames or ())

    def write(self, folder: Path) -> None:
        folder.mkdir()
        for name, columns in self._columns.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows(self.rows[name])

    def add(self, name: str, **values: str) -> None:
        self.rows[name].append(dict.fromkeys(self._columns[name], "") | values)

    def of(self, name: str, **values: str) -> list[Row]:
        return [row for row in self.rows[name] if values.items() <= row.items()]


@dataclass(frozen=True)
class Account:
    """A username as it was made: it never changes by itself."""

    local: str | None
    """None where this oracle cannot spell the name."""
    domain: str | None
    sync: bool


@dataclass(frozen=True)
class Location:
    org: str
    active: bool
    domain: str | None
    sync: bool


class Oracle:
    """One configuration on one day."""

    def __init__(self, bundle: Bundle, sheet: Mapping[str, Any], today: str) -> None:
        self._bundle = bundle
        self._sheet = sheet
        self._year = bundle.of("school_years", school_year=sheet["active_school_year"])[0]
        self._day = min(max(today, self._year["start_date"]), self._year["end_date"])
        self._schools = {school["number"]: school for school in sheet["schools"]}
        self._locations = self._participating()
        self._persons = {row["person"]: row for row in bundle.rows["persons"]}
        self._enrolments = self._by_person(
            row
            for row in self._of_the_year("enrolments")
            if (row["school"], row["location"]) in self._locations
        )
        self._staff = self._by_person(
            row for row in self._of_the_year("staff") if row["school"] in self._schools
        )

    # Accounts

    def accounts(self, existing: Mapping[str, Account]) -> dict[str, Account]:
        """Everyone's: the existing ones as they are, and one for each who has none yet."""
        made = dict(existing)
        taken = {account.local for account in made.values()}
        for person in sorted(self._entitled() - made.keys(), key=self._precedence):
            local = self._free(self._spelled(person), taken)
            taken.add(local)
            made[person] = Account(local, self._staff_domain(person), self._default(person))
        return made

    def _entitled(self) -> set[str]:
        """M4.1.1: students whose enrolments have not all ended, and active staff."""
        students = {
            person
            for person, rows in self._enrolments.items()
            if any(not _ended(row, self._day) for row in rows)
        }
        return students | {person for person in self._staff if self._teaches(person)}

    def _precedence(self, person: str) -> tuple[str, str]:
        rows = [*self._enrolments.get(person, ()), *self._staff.get(person, ())]
        return min(row["start_date"] for row in rows), person

    def _spelled(self, person: str) -> str | None:
        row = self._persons[person]
        given, family = _letters(row["given_name"]), _letters(row["family_name"])
        if not given or not family:
            return None
        form = str(self._sheet["usernames"]["format"])
        return form.replace("{voornaam}", given).replace("{familienaam}", family)

    def _free(self, name: str | None, taken: Collection[str | None]) -> str | None:
        """The name, or with the first suffix that is free, inside the maximum length."""
        longest = self._sheet["usernames"].get("maximum_length", 75)
        if name is None or name[:longest] not in taken:
            return name and name[:longest]
        suffixes = (str(number) for number in itertools.count(2))
        tried = (name[: longest - len(suffix)] + suffix for suffix in suffixes)
        return next(one for one in tried if one not in taken)

    def _first_school(self, person: str) -> str:
        rows = [row for row in self._staff[person] if _active(row, self._day)]
        return min(
            rows, key=lambda row: (row["start_date"], row["primary"] != "true", row["school"])
        )["school"]

    def _staff_domain(self, person: str) -> str | None:
        if self._sheet["usernames"]["domain_for_staff"] == "tenant" or not self._teaches(person):
            return None
        return str(self._schools[self._first_school(person)]["staff_domain"])

    def _default(self, person: str) -> bool:
        """On only where all its places say so."""
        places = [
            self._locations[row["school"], row["location"]].sync
            for row in self._enrolments.get(person, ())
            if not _ended(row, self._day)
        ]
        if self._teaches(person):
            school = self._first_school(person)
            places += [place.sync for key, place in self._locations.items() if key[0] == school]
        return all(places)

    # The feed

    def feed(self, accounts: Mapping[str, Account]) -> Feed:
        classes = {
            row["class"]: row
            for row in self._of_the_year("classes")
            if self._served(row["school"], row["location"])
        }
        users = self._users(accounts)
        return {
            "academicSessions": {self._year["school_year"]: self._session()},
            "orgs": {org["sourcedId"]: org for org in self._orgs()},
            "users": users,
            "classes": {key: self._class(row) for key, row in classes.items()},
            "courses": {key: self._course(row) for key, row in classes.items()},
            "enrollments": self._student_rows(users, classes) | self._teacher_rows(users, classes),
            "demographics": {},
        }

    def _users(self, accounts: Mapping[str, Account]) -> dict[str, Plain]:
        users = {}
        for person, account in accounts.items():
            orgs = self._orgs_of(person)
            if account.sync and orgs:
                row = self._persons[person]
                users[person] = {
                    "sourcedId": person,
                    "status": "active",
                    "username": self._sent(person, account),
                    "enabledUser": "false",
                    "givenName": row["given_name"],
                    "familyName": row["family_name"],
                    "role": "teacher" if self._teaches(person) else "student",
                    "identifier": person,
                    "orgs": sorted(orgs),
                }
        return users

    def _sent(self, person: str, account: Account) -> str | None:
        group = "staff" if self._teaches(person) else "students"
        if account.local is None or self._sheet["usernames"][f"domain_for_{group}"] == "tenant":
            return account.local
        domain = account.domain
        if domain is None:
            latest = max(row["start_date"] for row in self._present(person))
            domain = min(
                (row["location"], self._locations[row["school"], row["location"]].domain)
                for row in self._present(person)
                if row["start_date"] == latest
            )[1]
        return f"{account.local}@{domain}"

    def _orgs_of(self, person: str) -> set[str]:
        orgs = {
            self._locations[row["school"], row["location"]].org for row in self._present(person)
        }
        schools = {row["school"] for row in self._staff.get(person, ()) if _active(row, self._day)}
        return orgs | {
            place.org
            for key, place in self._locations.items()
            if key[0] in schools and place.active
        }

    def _teaches(self, person: str) -> bool:
        return any(_active(row, self._day) for row in self._staff.get(person, ()))

    def _own_day(self, person: str) -> str | None:
        """The day a student is looked at: the reference date, a future one his first day."""
        rows = [
            row
            for row in self._enrolments.get(person, ())
            if self._served(row["school"], row["location"])
        ]
        if any(_active(row, self._day) for row in rows):
            return self._day
        coming = [row["start_date"] for row in rows if row["start_date"] > self._day]
        return min(coming) if coming and self._sheet["students"]["future"] == "include" else None

    def _present(self, person: str) -> list[Row]:
        day = self._own_day(person)
        return [
            row
            for row in self._enrolments.get(person, ())
            if day and _active(row, day) and self._served(row["school"], row["location"])
        ]

    def _student_rows(self, users: Collection[str], classes: Mapping[str, Row]) -> dict[str, Plain]:
        rows = {}
        for row in self._bundle.rows["class_enrolments"]:
            person, class_ = row["person"], classes.get(row["class"])
            day = self._own_day(person)
            if person not in users or not class_ or not day or not _active(row, day):
                continue
            if any(place["school"] == class_["school"] for place in self._present(person)):
                served = self._enrollment(row, class_, "student")
                rows[served["sourcedId"]] = served
        return rows

    def _teacher_rows(self, users: Collection[str], classes: Mapping[str, Row]) -> dict[str, Plain]:
        rows = {}
        for row in self._bundle.of("class_duties", duty="2"):
            person, class_ = row["person"], classes.get(row["class"])
            if person in users and class_ and _active(row, self._day) and self._teaches(person):
                served = self._enrollment(row, class_, "teacher")
                rows[served["sourcedId"]] = served
        return rows

    def _enrollment(self, row: Row, class_: Row, role: str) -> Plain:
        return {
            "sourcedId": f"{row['person']}-{class_['number']}",
            "status": "active",
            "role": role,
            "user": row["person"],
            "class": row["class"],
            "school": self._locations[class_["school"], class_["location"]].org,
            "beginDate": row["start_date"],
            "endDate": row["end_date"] or self._year["end_date"],
        }

    def _session(self) -> Plain:
        year = self._year["school_year"]
        return {
            "sourcedId": year,
            "status": "active",
            "title": f"Schooljaar {year}",
            "startDate": self._year["start_date"],
            "endDate": self._year["end_date"],
            "type": "schoolYear",
            "schoolYear": self._year["end_date"][:4],
        }

    def _orgs(self) -> list[Plain]:
        orgs = []
        for row in self._bundle.rows["locations"]:
            if self._served(row["school"], row["number"]):
                school = self._bundle.of("schools", number=row["school"])[0]
                org = self._locations[row["school"], row["number"]].org
                orgs.append(
                    {
                        "sourcedId": org,
                        "status": "active",
                        "name": f"{school['number']} - {school['name']} - {row['name']}",
                        "type": "school",
                        "identifier": org,
                    }
                )
        return orgs

    def _class(self, row: Row) -> Plain:
        return _without_empty(
            {
                "sourcedId": row["class"],
                "status": "active",
                "title": self._title(row),
                "classCode": row["code"],
                "classType": "homeroom",
                "course": row["class"],
                "school": self._locations[row["school"], row["location"]].org,
                "terms": [row["school_year"]],
            }
        )

    def _course(self, row: Row) -> Plain:
        title = self._title(row)
        return {
            "sourcedId": row["class"],
            "status": "active",
            "title": title,
            "courseCode": row["code"] or title,
            "org": self._locations[row["school"], row["location"]].org,
        }

    def _title(self, row: Row) -> str:
        """The two formats of the demo: the first token is always there, a name may be missing."""
        place = self._bundle.of("locations", school=row["school"], number=row["location"])[0]
        year = row["school_year"]
        made = {
            "{startyear} {klas} {vestcode}": [year[:4], " ", row["name"], " ", place["code"]],
            "{schoolyear} {klas} - {vestiging}": [year, " ", row["name"], " - ", place["name"]],
        }[str(self._sheet["classes"]["title_format"])]
        title = made[0]
        for separator, value in zip(made[1::2], made[2::2], strict=True):
            title += separator + value if value else ""
        return title

    # The files

    def _participating(self) -> dict[tuple[str, str], Location]:
        found = {}
        for row in self._bundle.rows["locations"]:
            for choice in self._schools.get(row["school"], {}).get("locations", ()):
                if choice["number"] == row["number"]:
                    parts = [row["school"], row["number"], row["main_structure"]]
                    found[row["school"], row["number"]] = Location(
                        org="-".join(part for part in parts if part),
                        active=row["active"] != "false",
                        domain=choice.get("student_domain"),
                        sync=choice["sync_by_default"],
                    )
        return found

    def _served(self, school: str, location: str) -> bool:
        place = self._locations.get((school, location))
        return place is not None and place.active

    def _of_the_year(self, name: str) -> list[Row]:
        return self._bundle.of(name, school_year=self._year["school_year"])

    @staticmethod
    def _by_person(rows: Any) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(row["person"], []).append(row)
        return found


def switched(accounts: Mapping[str, Account], sync: Callable[[str], bool]) -> dict[str, Account]:
    return {key: replace(account, sync=sync(key)) for key, account in accounts.items()}


def plain(served: Mapping[str, Any]) -> Plain:
    """A served object in the oracle's form: references as ids, no time of change."""

    def value(name: str, one: Any) -> Any:
        if isinstance(one, dict):
            return one["sourcedId"]
        if isinstance(one, list):
            return sorted(value(name, each) for each in one)
        return one

    return {name: value(name, one) for name, one in served.items() if name != "dateLastModified"}


def _active(row: Row, day: str) -> bool:
    return row["start_date"] <= day and not _ended(row, day)


def _ended(row: Row, day: str) -> bool:
    return bool(row["end_date"]) and row["end_date"] < day


def _letters(name: str) -> str | None:
    """In lower-case ASCII without spaces and apostrophes, or None for other scripts."""
    apart = unicodedata.normalize("NFKD", name.translate(_OFTEN))
    kept = "".join(one for one in apart if not unicodedata.combining(one) and one not in " '’")
    return kept.lower() if kept.isascii() and kept.replace("-", "").isalpha() else None


def _without_empty(one: Plain) -> Plain:
    return {name: value for name, value in one.items() if value}
