"""Names as a Flemish school has them: many origins, a few frequent surnames and a long tail.

Frequent names come first in each list; weights fall with rank as in a population register
(Zipf, flattened at the top), so namesakes occur at every size. The tails are composed of the
syllables surnames are really made of; no list holds a person, only names.
"""

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from random import Random


@dataclass(frozen=True, slots=True)
class Ranked:
    """Values by falling frequency, with the running sum of their weights."""

    values: tuple[str, ...]
    sums: tuple[float, ...]

    def pick(self, at: float) -> str:
        """The value at a point between 0 and 1 (1 excluded) of the distribution."""
        return self.values[bisect(self.sums, at * self.sums[-1])]


@dataclass(frozen=True, slots=True)
class Origin:
    given: Ranked
    family: Ranked


@dataclass(frozen=True, slots=True)
class NameMix:
    """Origins by share. `draw` takes a fixed number of random numbers, so that one person's
    name never shifts what comes after it."""

    origins: tuple[Origin, ...]
    sums: tuple[float, ...]

    def draw(self, rng: Random) -> tuple[str, str]:
        """An official given name and family name."""
        origin, other = self._origin(rng.random()), self._origin(rng.random())
        first, second, last, extra = rng.random(), rng.random(), rng.random(), rng.random()
        kind = rng.random()
        given, family = origin.given.pick(first), origin.family.pick(last)
        if kind < MIXED_SHARE:
            family = other.family.pick(last)
        elif kind < MIXED_SHARE + DOUBLE_FAMILY_SHARE:
            family = f"{family}-{other.family.pick(extra)}"
        elif kind < MIXED_SHARE + DOUBLE_FAMILY_SHARE + DOUBLE_GIVEN_SHARE:
            given = f"{given} {origin.given.pick(second)}"
        return given, family

    def _origin(self, at: float) -> Origin:
        return self.origins[bisect(self.sums, at * self.sums[-1])]


MIXED_SHARE = 0.10
DOUBLE_FAMILY_SHARE = 0.03
DOUBLE_GIVEN_SHARE = 0.03


def _ranked(values: Iterable[str], exponent: float) -> Ranked:
    distinct = tuple(dict.fromkeys(values))
    weights = ((rank + 10) ** -exponent for rank in range(len(distinct)))
    return Ranked(distinct, tuple(accumulate(weights)))


def _composed(stems: str, endings: str) -> list[str]:
    """Each ending after each stem; the endings outermost, so that the tail mixes its stems."""
    return [stem + end for end, stem in product(endings.split(), stems.split())]


def _after(particles: Sequence[str], words: str) -> list[str]:
    """Each word after each particle; written as one word where the particle ends in a letter."""
    return [
        particle + (word.lower() if particle[-1].isalpha() else word)
        for word, particle in product(words.split(), particles)
    ]


def _list(text: str) -> list[str]:
    """Names separated by commas, over any number of lines."""
    return [" ".join(name.split()) for name in text.split(",") if name.strip()]


def _origin(given: str, family: str, tail: Iterable[str] = ()) -> Origin:
    return Origin(_ranked(_list(given), 0.5), _ranked([*_list(family), *tail], 0.75))


DUTCH = _origin(
    """Emma, Lucas, Louise, Arthur, Olivia, Noah, Lotte, Finn, Marie, Liam, Anna, Jules, Elise,
    Victor, Ella, Louis, Julie, Lars, Nina, Mathis, Noor, Seppe, Fien, Wout, Jana, Robbe, Amber,
    Milan, Laura, Senne, Hanne, Thomas, Sara, Simon, Febe, Daan, Janne, Stan, Lore, Jef, Kato,
    Bert, Eline, Tuur, Axelle, Brent, Charlotte, Jonas, Helena, Kobe, Luna, Warre, Mila, Vince,
    Roos, Xander, Zoë, Bas, Fleur, Gilles, Noémie, Jasper, Tess, Matteo, Paulien, Niels, Silke,
    Ruben, Yana, Sander, Ine, Bram, Lien, Pieter, An, Joris, Katrien, Koen, Greet, Tom, Leen,
    Wim, Sofie, Bart, Ilse, Dirk, Els, Geert, Kristien, Luc, Hilde, Marc, Griet, Stijn, Veerle,
    Joost, Tine, Hannes, Annelies, Karel, Liesbeth, Frederik, Goedele, Maarten, Anne-Sophie,
    Jan-Willem, Marie-Lou, Jean-Pierre, Anne-Marie, Daniël, Michaël, Gaëlle, Raphaël, Renée,
    Aimée, José, Françoise, Björn, Thaïs, Eloïse, Loïs, Inès, Céleste, Kjell, Dries, Ward, Lennert,
    Cédric, Aline, Bieke, Cas, Dorien, Ewout, Flor, Gust, Heleen, Imke, Jens, Kaat, Liese, Mauro,
    Nand, Odile, Pepijn, Quinten, Rune, Siebe, Toon, Ulrike, Viktor, Wannes, Yentl, Zita""",
    """Peeters, Janssens, Maes, Jacobs, Willems, Mertens, Claes, Goossens, Wouters, De Smet,
    Dubois, Vermeulen, Pauwels, Hermans, Aerts, Michiels, Martens, De Vos, De Clercq, Van Damme,
    Janssen, Smets, Hendrickx, Verhoeven, Claeys, Stevens, Devos, Van den Broeck, Vandenberghe,
    De Backer, Van de Velde, Segers, Coppens, Wauters, Lemmens, De Cock, Cools, Bogaert, Thijs,
    Verstraete, Baert, Desmet, Verbeke, Moens, De Meyer, Van Hoof, Lambrechts, Van den Bossche,
    Geerts, Declercq, De Pauw, Baeten, Van Dyck, Bosmans, Verlinden, Vandamme, De Ridder,
    Van der Auwera, Cuypers, Nijs, Thys, Jansen, D'Hondt, D'hoore, D'Haene, T'Jampens, 't Kindt,
    's Jongers, Van 't Hof, op de Beeck, Op 't Eynde, Uyttendaele, Vanhoutte, Ameel, Verwee,
    Callewaert, Debruyne, Deceuninck, Lievens, Maertens, Naessens, Ooms, Praet, Quintens, Roels,
    Saelens, Tack, Uytterhoeven, Vervaeke, Wyns, Ysebaert, Zwaenepoel, De Bo, Bal, Ral, Vos, Put""",
    [
        *_composed(
            "Hout Berg Bos Veld Brugge Kerk Molen Kaste Hove Bake Schoen Smeed Wever Kuyp Decker "
            "Leen Ever Wille Hend Gheer Gool Boud Reyn Rog Diericx Lamb Vranck Bern Ger Rom "
            "Sil Gill Hub Lieve Maer Nae Roo Stee Tim Ver Wal Zeg Bla Bru Cor Dae Ghy Hae Kie Lou",
            "mans aert aerts ens ers inck inckx ke kens maker meyer naere naerts rie s saert sens "
            "stra t voet wijns yn yns",
        ),
        *_after(
            ("Van ", "Van den ", "Van der ", "Vanden ", "Van de ", "De ", "Ver", "Vander", "Van"),
            "Acker Aken Assche Beek Belle Bergh Beveren Biesen Bogaerde Borre Bulck Camp Daele "
            "Dorpe Driessche Eeckhout Elst Eynde Gaever Gent Gucht Haute Hecke Heede Herck Heuvel "
            "Hoecke Hoorn Hulle Kerckhove Laer Landeghem Leuven Loo Meersche Meulen Moer Mol "
            "Nieuwenhove Noten Overbeke Parys Poel Putte Ranst Roy Rooy Schelde Steen Straeten "
            "Sype Tongeren Velden Vijver Walle Waes Weyer Winckel Wouwer Wyngaert Zande Zele",
        ),
    ],
)
FRENCH = _origin(
    """Gabriel, Chloé, Hugo, Léa, Nathan, Manon, Théo, Camille, Mathéo, Inès, Romain, Élodie,
    Maxime, Aurélie, Baptiste, Margaux, Jean-Baptiste, Marie-Ève, François, Océane, Benoît,
    Anaïs, Rémy, Maëlle, Clément, Noëlle, Étienne, Solène, Quentin, Amélie, Jérôme, Véronique""",
    """Lambert, Dupont, Martin, Simon, Laurent, Leclercq, Lefèvre, Fontaine, Gérard, Noël,
    Lemaire, Renard, Mathieu, Collard, Delvaux, d'Oultremont, de la Croix, Du Bois, Le Roy,
    Legrand, Carlier, Hardy, Massart, Servais, Évrard, Bastin, Charlier, Thiry, Piette, Gobert,
    Dumont, Poncelet, L'Hoir, D'Orazio-Petit, Desmarets, Delcourt, Wéry, Grégoire, François""",
    _composed(
        "Beau Bel Bon Cler Col Dela Del Du Fon Gri Lan Le Mar Mon Per Ri Ro Val",
        "champ combe court fort garde mont pierre ville voie fosse champs bois rue vaux grange",
    ),
)
TURKISH = _origin(
    """Yusuf, Zeynep, Emir, Elif, Mehmet, Ayşe, Ömer, Eslem, Ali, Fatma, Kerem, Hatice, Mustafa,
    Merve, İbrahim, Büşra, Çağla, Deniz, Enes, Gülsüm, Hüseyin, Irmak, Kübra, Özgür, Selin,
    Şeyma, Tuğba, Umut, Ümit, Yiğit, Berat, Nisa, Eymen, Ecrin, Furkan, Melike""",
    """Yılmaz, Kaya, Demir, Şahin, Çelik, Yıldız, Yıldırım, Öztürk, Aydın, Özdemir, Arslan, Doğan,
    Kılıç, Aslan, Çetin, Kara, Koç, Kurt, Özkan, Şimşek, Polat, Güneş, Aksoy, Erdoğan, Bulut,
    Güler, Ünal, Işık, Tekin, Uçar""",
    _composed(
        "Ak Altın Bal Bay Boz Çakır Demir Deli Er Gök Gül Hacı İmam Kara Kızıl Kara Koca Mol Öz "
        "Sarı Şen Taş Ters Tok Uz Yel Yeni",
        "oğlu kaya taş baş can türk man göz bulut su er tepe pınar dağ çı",
    ),
)
MOROCCAN = _origin(
    """Mohamed, Fatima, Adam, Yasmine, Rayan, Imane, Ayoub, Salma, Bilal, Nour, Hamza, Aya,
    Ilyas, Hafsa, Youssef, Khadija, Amine, Zineb, Zakaria, Safae, Anas, Sara, Ismaïl, Naïma,
    Soufiane, Houda, Mehdi, Latifa, Abdelkader, Fatima Zahra, Marouane, Oumaïma, Redouan, Wiam,
    Nabil, Ikram, Othmane, Dounia, Abdel-Ilah, Chaïma""",
    """El Amrani, Benali, El Idrissi, Bouazza, Ben Said, El Khattabi, Amrani, Aït Ali, El Hamdaoui,
    Bouzid, Chakir, El Ouali, Haddou, Lahlou, Mansouri, Naciri, Ouali, Rahmani, Saidi, Tahiri,
    Yahiaoui, Zerouali, Azzouzi, Belkacem, Charki, Daoudi, El Fassi, Ghazi, Jabri, Kaddouri""",
    [
        *_after(
            ("El ", "Ben ", "Aït ", "Bou", "Ouled ", "El-"),
            "Abbassi Achouri Allali Asri Bakkali Boukhari Cherif Driouch Filali Gharbi Haddad "
            "Hajji Hassani Jebari Kabbaj Kadiri Karimi Khalfi Makhloufi Malki Mokhtari Mouden "
            "Morabit Moussaoui Nasri Omari Qadiri Rifi Sabri Salhi Slimani Taleb Yaacoubi Zahri "
            "Ziani Zouhri",
        ),
    ],
)
POLISH = _origin(
    """Jakub, Zuzanna, Szymon, Julia, Kacper, Maja, Michał, Oliwia, Łukasz, Agnieszka, Paweł,
    Małgorzata, Wojciech, Aleksandra, Bartłomiej, Żaneta, Stanisław, Wiktoria, Grzegorz, Ewa""",
    """Nowak, Kowalczyk, Wójcik, Kamiński, Lewandowska, Zieliński, Szymańska, Woźniak, Dąbrowski,
    Kozłowska, Mazur, Jankowski, Wojciechowska, Kwiatkowski, Krawczyk, Kaczmarek, Piotrowska,
    Grabowski, Pająk, Zając""",
    _composed(
        "Bart Bor Brzez Char Dobr Gór Jabł Jas Kal Kow Krup Lip Mal Pol Rut Sad Sob Świ Tom Wit "
        "Wrób Zał",
        "ewski owska iński ińska czyk owicz ek iak ecka ocki",
    ),
)
UKRAINIAN = _origin(
    """Oleksandr, Anastasiia, Maksym, Sofiia, Artem, Mariia, Dmytro, Solomiia, Mykhailo, Yeva,
    Danylo, Oksana, Bohdan, Yuliia, Kyrylo, Iryna, Mar'iana, Zlata, Illia, Nataliia""",
    """Melnyk, Shevchenko, Kovalenko, Bondarenko, Boiko, Tkachenko, Kravchenko, Koval, Oliinyk,
    Shevchuk, Polishchuk, Lysenko, Savchenko, Rudenko, Marchenko, Moroz, Petrenko, Klymenko,
    Pavlenko, Kuz'menko, Hryhor'iev, Solov'iov""",
    _composed(
        "Bab Bil Bur Chor Dan Hon Hry Iva Kar Kly Lev Mar Naz Ost Pan Rom Sem Tar Vas Zin",
        "enko chuk iuk yshyn iv yk ets ak",
    ),
)
VIETNAMESE = _origin(
    """Anh, Minh, Linh, Đức, Hương, Quân, Thảo, Tuấn, Ngọc, Hùng, Mai, Phúc, Thị Lan, Văn Nam,
    Bảo, Yến""",
    """Nguyễn, Trần, Lê, Phạm, Huỳnh, Hoàng, Phan, Vũ, Võ, Đặng, Bùi, Đỗ, Hồ, Ngô, Dương, Lý""",
)
CONGOLESE = _origin(
    """Grâce, Exaucé, Merveille, Christ-Vie, Dieumerci, Plamedi, Gloire, Trésor, Bénédicte, Junior,
    Ruth, Jérémie, Espérance, Héritier, Naomie, Emmanuel, Joyce, Glody, Déborah, Prince""",
    """Ilunga, Mbuyi, Kabongo, Tshibangu, Mukendi, Ngoy, Kalala, Mutombo, Kasongo, Mwamba,
    Tshimanga, Lukusa, Mbala, Nsimba, Makiese, N'Kulu, N'Landu, Wa Kalonji, Mpia-Mbo, Bola""",
    _composed(
        "Ka Ki Lu Ma Mbu Mu Mwa Ndo Nga Nku Nsi Tshi",
        "lamba bamba kadi lenga mba ndala ngu nza sala senga tala yembe",
    ),
)
SOUTHERN = _origin(
    """Sofia, Leonardo, Giulia, Alessandro, Lucía, Mateo, María José, Andrés, Núria, Iñaki, João,
    Beatriz, Inês, Gonçalo, Ștefan, Ioana, Andrei, Mădălina, Georgi, Desislava, Nikolaos, Eleni""",
    """Rossi, Russo, De Luca, D'Angelo, Lo Presti, García, Fernández, Muñoz López, Núñez, Ferreira,
    dos Santos, da Silva, Gonçalves, Popescu, Ionescu, Țăran, Dumitrașcu, Ivanova, Dimitrov,
    Papadopoulos, Di Martino, Dell'Aquila, Ibáñez de la Fuente, Pérez, Conte, Vitale, Sousa""",
    _composed(
        "Al Bar Bel Cas Cor Fer Gal Mar Mor Pal Per Ric San Tor Val Ven",
        "ello etti ini one oni ucci ano eiro escu ova ez illo",
    ),
)
MIDDLE_EASTERN = _origin(
    """Omar, Rania, Khaled, Maryam, Ahmad, Zahra, Abdullah, Shirin, Hassan, Parwana, Yaser, Lina,
    Farid, Roza, Samir, Nilufar, Mohammad Reza, Hêvî, Azad, Avîn""",
    """Ahmadi, Al-Hassan, Haidari, Al Khatib, Mohammadi, Darwish, Rezaei, Abdulrahman, Noori,
    Al-Sayed, Barakzai, Hussein, Kazemi, Othman, Safi, Yousofzai, Abu Zaid, Karim, Rasho, Xelîl""",
    _after(
        ("Al ", "Al-", "Abu ", "Abdul "),
        "Ali Aziz Bakr Fattah Ghani Hadi Jabbar Kader Latif Malik Masri Najjar Qasim Rahim Rashid "
        "Saleh Samad Shami Sharif Wahab",
    ),
)
WIDER = _origin(
    """Wei, Xīn, Kwame, Adwoa, Chidera, Ngozi, Tenzin, Pema, Arjun, Priya, Jin-woo, Min-seo, Haruki,
    Nomvula, Abebe, Hiwot, Ifeoluwa, Kofi, Áron, Zsófia, Jiří, Božena, Søren, Åsa, Ægir, Þóra""",
    """Wang, Li, O'Brien, Mensah, Owusu, Okafor, Adeyemi, Dorjee, Sherpa, Singh, Patel,
    Kim, Park, Tanaka, Tesfaye, Bekele, Nagy, Szűcs, Novák, Dvořáková, Ødegård, Müller, Strauß,
    Horváth, Győri, MacDonald, Ekwueme, Nkosi, Boateng""",
)
CYRILLIC = _origin(
    "Олександр, Дарина, Максим, Софія, Ілля, Марія, Данило, Вероніка, Юлія, Єва, Богдан, Олена",
    "Мельник, Шевченко, Коваленко, Бондар, Ткачук, Мар'яненко, Їжакевич, Гончар, Петрова, Иванов",
)
ARABIC_SCRIPT = _origin(
    "محمد, فاطمة, أحمد, مريم, يوسف, زينب, علي, نور, عمر, سارة, خالد, ليلى",
    "الحسن, حداد, الخطيب, منصور, درويش, عثمان, النجار, كريم, عبد الله, شريف, صالح, قاسم",
)
HEBREW_SCRIPT = _origin("דוד, שרה, יעקב, רחל, משה, לאה", "כהן, לוי, פרידמן, מזרחי, כץ, גולדברג")


def _mix(shares: Sequence[tuple[Origin, float]]) -> NameMix:
    return NameMix(
        tuple(origin for origin, _ in shares), tuple(accumulate(share for _, share in shares))
    )


FLEMISH_SCHOOL = _mix(
    [
        (DUTCH, 62.0),
        (FRENCH, 5.0),
        (TURKISH, 6.5),
        (MOROCCAN, 8.5),
        (POLISH, 3.0),
        (UKRAINIAN, 2.0),
        (VIETNAMESE, 1.0),
        (CONGOLESE, 2.5),
        (SOUTHERN, 4.5),
        (MIDDLE_EASTERN, 3.0),
        (WIDER, 1.6),
        (CYRILLIC, 0.2),
        (ARABIC_SCRIPT, 0.15),
        (HEBREW_SCRIPT, 0.05),
    ]
)
"""Students."""

STAFF_ROOM = _mix([(DUTCH, 88.0), (FRENCH, 5.0), (MOROCCAN, 3.0), (TURKISH, 2.0), (SOUTHERN, 2.0)])
"""Staff: less mixed than their pupils."""
