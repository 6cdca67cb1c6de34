"""The demo's school group: three schools, six locations, two configurations, one native bundle.

Ordinary schools, with a cast added by hand so that every case the rules speak of is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, cycle
from random import Random

from demo.configurations import Release
from demo.places import (
    BOVENBOUW,
    COLLEGE,
    EERSTE_GRAAD,
    KAAI,
    LINDE,
    LINDELAAN,
    MOLENSTRAAT,
    NOORD,
    PROVIDER,
    SCHOOLS,
    TENANT,
    VTI,
)
from demo.population import Draft, Location, Person, Rows, SchoolClass
from demo.school import fill_school
from demo.school_year import DAY, Calendar

NAME_SHOWCASE = (
    ("Anne-Sophie", "Van den Bossche"),
    ("Jean-Baptiste", "D'Hondt"),
    ("Zoë", "'t Kindt"),
    ("Karel", "op de Beeck"),
    ("Noémie", "de la Croix-Peeters"),
    ("Şeyma", "Yıldırım"),
    ("İbrahim", "Çelikoğlu"),
    ("Fatima Zahra", "El Amrani"),
    ("Abdel-Ilah", "Aït Ali"),
    ("Łukasz", "Wójcik"),
    ("Małgorzata", "Dąbrowska"),
    ("Софія", "Коваленко"),
    ("Hryhorii", "Solov'iov"),
    ("Thị Hương", "Nguyễn"),
    ("Đức", "Đặng"),
    ("Exaucé", "N'Kulu wa Ilunga"),
    ("Björn", "Strauß"),
    ("Søren", "Ødegård"),
    ("Þóra", "Ægisdóttir"),
    ("José María", "Muñoz López"),
    ("Ștefan", "Țăran"),
    ("Ελένη", "Νικολάου"),
    ("Siân", "O\u2019Brien"),
    ("Jo", "Bo"),
    ("Marie-Antoinette Joséphine Charlotte", "Vandenbroucke-Uyttenhove de Terwangne van Oost"),
    ("ANNELIES", "VAN DE VELDE"),
)
"""Particles, hyphens, apostrophes, diacritics, scripts, capitals, the shortest and one too long."""

NAMES_FOR_REVIEW = (
    ("محمد", "النجار"),
    ("مريم", "الخطيب"),
    ("خالد", "درويش"),
    ("نور", "حداد"),
    ("דוד", "כהן"),
    ("רחל", "פרידמן"),
)
NAMELESS = (("-", "-"), ("؟", "؟"))
"""As found in real data; nothing is left of them."""
NAMESAKES = (("Emma", "Peeters"), ("Mohamed", "El Amrani"), ("Lotte", "Janssens"))


@dataclass(frozen=True, slots=True)
class SchoolGroup:
    rows: Rows
    cases: dict[str, tuple[str, ...]]
    """Person ids (for `class_*` keys class ids) by what is particular about them."""


def school_group(seed: str, calendar: Calendar) -> SchoolGroup:
    draft = Draft(Random(f"{seed}/school-group"), calendar, count(1001))
    for school, plans, staff in SCHOOLS:
        fill_school(draft, school, plans, staff)
    cast = _Cast(draft)
    cases = {
        **_names(cast),
        **_movers(cast),
        **_comers_and_goers(cast),
        **_staff(cast),
        **_classes(cast),
    }
    return SchoolGroup(draft.rows, cases)


def releases(cases: dict[str, tuple[str, ...]]) -> list[Release]:
    """What the school's staff release by hand after the import, where Sync is off by default."""
    return [
        Release(PROVIDER, "students", COLLEGE.number, EERSTE_GRAAD.number),
        Release(PROVIDER, "staff", COLLEGE.number),
        Release(TENANT, persons=cases["released_by_hand"] + cases["teacher_in_two_configurations"]),
    ]


class _Cast:
    """Adds one person at a time; a student's class is one the location already has."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.calendar = draft.calendar
        self._classes: dict[Location, Iterator[SchoolClass]] = {}

    def person(self, given: str, family: str, age: int = 15) -> Person:
        return self.draft.person((given, family), self.calendar.birth_date(self.draft.rng, age))

    def past(self) -> date:
        return self.calendar.past_day(self.draft.rng)

    def coming(self) -> date:
        return self.calendar.coming_day(self.draft.rng)

    def class_at(self, location: Location) -> SchoolClass:
        """The next in turn of the location's ordinary classes."""
        rows = [c for c in self.draft.rows.classes if c.location == location and c.kind == "class"]
        turn = self._classes.setdefault(location, cycle(rows))
        return next(turn)

    def stay(
        self, person: Person, location: Location, start: date | None = None, end: date | None = None
    ) -> None:
        """An enrolment at the location and in one of its classes, over the same days."""
        self.draft.enrol(person, location, start, end)
        self.draft.join(person, self.class_at(location), start, end)

    def student(
        self,
        given: str,
        family: str,
        location: Location,
        start: date | None = None,
        end: date | None = None,
    ) -> str:
        person = self.person(given, family)
        self.stay(person, location, start, end)
        return person.id


def _names(cast: _Cast) -> dict[str, tuple[str, ...]]:
    places = (BOVENBOUW, EERSTE_GRAAD, NOORD, LINDELAAN)
    namesakes = [
        cast.student(given, family, location)
        for given, family in NAMESAKES
        for location in (BOVENBOUW, NOORD, NOORD)
    ]
    teacher = cast.person("Bert", "Ameel", age=41)
    cast.draft.employ(teacher, VTI)
    single = cast.student(".", "Tesfay", NOORD)
    unborn = cast.draft.person(("Milan", "Wouters"), None)
    cast.stay(unborn, MOLENSTRAAT)
    return {
        "showcase": tuple(
            cast.student(*name, places[index % len(places)])
            for index, name in enumerate(NAME_SHOWCASE)
        ),
        "for_review": tuple(cast.student(*name, NOORD) for name in NAMES_FOR_REVIEW),
        "nameless": tuple(cast.student(*name, NOORD) for name in NAMELESS),
        "single_name": (single,),
        "namesakes": tuple(namesakes),
        "student_namesake": (cast.student("Bert", "Ameel", BOVENBOUW),),
        "staff_namesake": (teacher.id,),
        "no_birth_date": (unborn.id,),
        "released_by_hand": (
            cast.student("Fien", "Lambrechts", MOLENSTRAAT),
            cast.student("Yusuf", "Öztürk", MOLENSTRAAT),
            cast.student("Inès", "D'Haene", MOLENSTRAAT),
        ),
    }


def _movers(cast: _Cast) -> dict[str, tuple[str, ...]]:
    """Within a configuration, between locations with other domains; one between configurations."""

    def move(given: str, family: str, here: Location, there: Location, day: date) -> str:
        person = cast.person(given, family)
        cast.stay(person, here, None, day - DAY)
        cast.stay(person, there, day)
        return person.id

    between = cast.person("Wiktoria", "Zając")
    cast.stay(between, BOVENBOUW, None, cast.past())
    cast.stay(between, NOORD, cast.coming())
    double = cast.person("Hamza", "Bouazza")
    cast.stay(double, BOVENBOUW)
    cast.stay(double, NOORD, cast.past() + DAY)
    return {
        "past_movers": (
            move("Jens", "Verwee", BOVENBOUW, NOORD, cast.past() + DAY),
            move("Elif", "Aksoy", EERSTE_GRAAD, BOVENBOUW, cast.past() + DAY),
        ),
        "coming_movers": (
            move("Robbe", "Naessens", BOVENBOUW, NOORD, cast.coming()),
            move("Imane", "Lahlou", NOORD, EERSTE_GRAAD, cast.coming()),
        ),
        "to_other_configuration": (
            move("Tuur", "Callewaert", LINDELAAN, BOVENBOUW, cast.past() + DAY),
        ),
        "between_enrolments": (between.id,),
        "two_enrolments": (double.id,),
    }


def _comers_and_goers(cast: _Cast) -> dict[str, tuple[str, ...]]:
    one_day = cast.past()
    return {
        "future_students": (
            cast.student("Oksana", "Melnyk", NOORD, cast.coming()),
            cast.student("Merveille", "Kabongo", BOVENBOUW, cast.coming()),
            cast.student("Warre", "Saelens", EERSTE_GRAAD, cast.coming()),
            cast.student("Nisa", "Polat", LINDELAAN, cast.coming()),
        ),
        "leavers": (
            cast.student("Kobe", "Praet", BOVENBOUW, None, cast.past()),
            cast.student("Salma", "Chakir", NOORD, None, cast.past()),
            cast.student("Louise", "Tack", LINDELAAN, None, cast.past()),
        ),
        "one_day": (cast.student("Dieumerci", "Mukendi", NOORD, one_day, one_day),),
    }


def _staff(cast: _Cast) -> dict[str, tuple[str, ...]]:
    draft = cast.draft
    two_schools = cast.person("Veerle", "Van der Auwera", age=38)
    draft.employ(two_schools, COLLEGE)
    draft.employ(two_schools, VTI, primary=True)
    draft.give_duty(two_schools, cast.class_at(NOORD))
    later = cast.person("Koen", "D'hoore", age=52)
    draft.employ(later, VTI, primary=True)
    draft.employ(later, COLLEGE, cast.past() + DAY)
    two_configurations = cast.person("Greet", "Quintens", age=47)
    draft.employ(two_configurations, LINDE)
    draft.employ(two_configurations, COLLEGE)
    gone, coming = cast.person("Luc", "Ysebaert", age=63), cast.person("Ayşe", "Koç", age=24)
    left = cast.past()
    draft.employ(gone, COLLEGE, None, left)
    draft.give_duty(gone, cast.class_at(BOVENBOUW), end=left)
    draft.employ(coming, COLLEGE, cast.coming())
    both, same_class = cast.person("Lien", "Roels", age=19), cast.person("Umut", "Güler", age=20)
    cast.stay(both, NOORD)
    draft.employ(both, COLLEGE, cast.past() + DAY)
    draft.employ(same_class, VTI)
    draft.enrol(same_class, NOORD)
    school_class = cast.class_at(NOORD)
    draft.join(same_class, school_class)
    draft.give_duty(same_class, school_class)
    return {
        "teacher_in_two_schools": (two_schools.id, later.id),
        "teacher_in_two_configurations": (two_configurations.id,),
        "staff_left": (gone.id,),
        "staff_coming": (coming.id,),
        "student_and_staff": (both.id, same_class.id),
        "student_and_teacher_of_one_class": (same_class.id,),
    }


def _classes(cast: _Cast) -> dict[str, tuple[str, ...]]:
    draft = cast.draft
    empty = draft.school_class(BOVENBOUW, "class", "7A-BB", "7A")
    without_name = draft.school_class(NOORD, "class", "OKAN-N", None)
    without_code = draft.school_class(NOORD, "class", None, "7 duaal hout")
    for name, school_class in (("Rania", without_name), ("Azad", without_code)):
        person = cast.person(name, "Al Khatib")
        draft.enrol(person, NOORD)
        draft.join(person, school_class)
    outside = [cast.person("Seppe", "Wyns"), cast.person("Nour", "Ouali")]
    for person in outside:
        draft.enrol(person, LINDELAAN if person is outside[0] else BOVENBOUW)
    return {
        "class_without_students": (empty.id,),
        "class_without_name": (without_name.id,),
        "class_without_code": (without_code.id,),
        "students_without_class": tuple(person.id for person in outside),
        "at_inactive_location": (cast.student("Stan", "Moens", KAAI),),
        "returned_to_class": (_returned(cast),),
        "left_class_open": (_left_open(cast),),
    }


def _returned(cast: _Cast) -> str:
    """Left a class and came back to it on the reference day or just before."""
    person, school_class = cast.person("Amber", "Coppens"), cast.class_at(BOVENBOUW)
    back = cast.calendar.reference
    away = max(cast.calendar.start, back - 20 * DAY)
    cast.draft.enrol(person, BOVENBOUW)
    cast.draft.join(person, school_class, end=min(away, back - DAY))
    cast.draft.join(person, school_class, start=back)
    return person.id


def _left_open(cast: _Cast) -> str:
    """Left the class's school for another; the class enrolment there has no end."""
    person, day = cast.person("Tibo", "Deceuninck"), cast.past() + DAY
    cast.draft.enrol(person, BOVENBOUW, end=day - DAY)
    cast.draft.join(person, cast.class_at(BOVENBOUW))
    cast.stay(person, NOORD, day)
    return person.id
