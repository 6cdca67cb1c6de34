/** The measure: the other languages have the same keys. Words and errors are the manual's and the
 * guide's where those have them (M4.3, M6.2; G "Troubleshooting", "Foutmelding"). */

import type { PluralText } from "./filling.ts";

export const nl = {
  "page.title": "Gebruikersnamen MS365",
  "page.skip": "Naar de lijst",
  "page.language": "Taal",
  "page.menu": "Menu van {name}",
  "page.signed_in_as": "Aangemeld als",
  "page.operator": "Beheerder",
  "page.sign_out": "Afmelden",
  "page.close": "Sluiten",
  "page.cancel": "Annuleren",
  "page.retry": "Opnieuw proberen",

  "sign_in.welcome": "Beheer de gebruikersnamen van je school voor Microsoft 365.",
  "sign_in.button": "Aanmelden",
  "sign_in.ended": "Je sessie is afgelopen",
  "sign_in.ended_detail":
    "Wat je typte, blijft hier staan. Meld je aan in een nieuw tabblad; daarna ga je hier gewoon verder.",
  "sign_in.new_tab": "Aanmelden in een nieuw tabblad",
  "sign_in.again": "Je bent opnieuw aangemeld",
  "sign_in.failed": "Afmelden is niet gelukt. Probeer het opnieuw.",

  "place.choose": "Welke lijst wil je openen?",
  "place.choose_detail": "Je ziet de lijsten waarvoor je rechten hebt.",
  "place.search": "Zoek een school of vestiging",
  "place.school_year": "Schooljaar {year}",
  "place.list": "Lijst",
  "place.students": "Leerlingen",
  "place.staff": "Personeel",
  "place.place": "School of vestiging",
  "place.whole_school": "Alle vestigingen",
  "place.whole_staff": "Alle personeelsleden",
  "place.read_only": "alleen lezen",
  "place.none": "Je hebt nog geen toegang tot een lijst",
  "place.none_detail":
    "Je rol geeft geen toegang tot gebruikersnamen, of er is geen M365 koppeling/configuratie voor je school. Vraag de beheerder van je school om een rol in iLeerlingen, iPersoneel of iBasis die de lijst opent.",
  "place.unknown": "Deze lijst bestaat niet",
  "place.unknown_detail":
    "Het adres noemt een configuratie die er niet is. Kijk het adres na, of kies een lijst.",
  "place.other": "Kies een lijst",

  "column.family_name": "Naam",
  "column.given_name": "Voornaam",
  "column.sync": "Sync?",
  "column.username": "Gebruikersnaam",
  "column.domain": "Domeinnaam",
  "column.school": "School",
  "column.location": "Vestiging",
  "column.class": "Klas",
  "column.birth_date": "Geboortedatum",
  "column.created_on": "Aangemaakt op",
  "column.details": "Details",
  "sync.on": "Aan",
  "sync.off": "Uit",
  "sync.any": "Alle",
  "row.new": "nieuw",
  "row.details": "Details van {name}",
  "row.edit": "Gebruikersnaam van {name} wijzigen",
  "row.sync": "Sync voor {name}",
  "row.flagged": "Aandacht nodig: {flags}",

  "list.label": "Gebruikersnamen",
  "list.keys":
    "Ga met de pijltjes door de tabel. Enter of F2 wijzigt een gebruikersnaam of opent een rij, de spatiebalk zet Sync aan of uit. In de kolomhoofdingen sorteert Enter, sorteert Shift+Enter verder, verplaatst Ctrl met een pijltje de kolom en maakt Shift met een pijltje ze breder of smaller.",
  "list.search": "Zoeken in alle kolommen",
  "list.filter": "Filter op {column}",
  "list.filters": "Filters",
  "list.filter_placeholder": "Filter",
  "list.clear": "Filters wissen",
  "list.apply": "Toepassen",
  "list.sorted_ascending": "Oplopend gesorteerd op {column}",
  "list.sorted_descending": "Aflopend gesorteerd op {column}",
  "list.unsorted": "Sortering op {column} opgeheven",
  "list.waiting": {
    one: "{count} wacht op vrijgave",
    other: "{count} wachten op vrijgave",
  },
  "list.flagged": {
    one: "{count} aandachtspunt",
    other: "{count} aandachtspunten",
  },
  "list.columns": "Kolommen",
  "list.columns_detail": "Kies welke kolommen je ziet en in welke volgorde.",
  "list.column_earlier": "{column} naar voren",
  "list.column_later": "{column} naar achteren",
  "list.column_moved": "{column} staat op plaats {place} van {total}",
  "list.column_width": "{column} is {width} pixels breed",
  "list.columns_reset": "Standaardinstelling",
  "list.export": "Exporteren naar CSV",
  "list.export_failed": "Exporteren is niet gelukt. Probeer het opnieuw.",
  "list.exported": "Geëxporteerd naar CSV",
  "list.read_only": "Alleen lezen",
  "list.read_only_detail": "Je kan deze lijst bekijken, maar niet wijzigen.",
  "list.count": {
    one: "{count} gebruikersnaam",
    other: "{count} gebruikersnamen",
  },
  "list.count_filtered": {
    one: "{count} gebruikersnaam na filteren",
    other: "{count} gebruikersnamen na filteren",
  },
  "list.count_sync": "{on} aan, {off} uit",
  "list.loading_more": "{loaded} van {total} geladen …",
  "list.new": {
    one: "{count} nieuwe gebruikersnaam",
    other: "{count} nieuwe gebruikersnamen",
  },
  "list.stale": "Geen verbinding: de lijst is misschien niet meer actueel.",
  "list.failed": "De lijst kon niet worden geladen",

  "edit.label": "Gebruikersnaam van {name}",
  "edit.checking": "Nakijken …",
  "edit.free": "Vrij",
  "edit.use": "Gebruik {username}",
  "edit.use_key": "Alt+Enter",
  "edit.offer": "Voorstel: {username}. Alt+Enter gebruikt het.",
  "edit.save": "Opslaan",
  "edit.keys": "Enter slaat op, Escape annuleert.",
  "edit.saved": "Gebruikersnaam '{username}' is opgeslagen",
  "edit.unchanged": "Gebruikersnaam '{username}' was al opgeslagen",
  "edit.not_saved": "De gebruikersnaam '{username}' is niet opgeslagen: {error}",
  "edit.not_checked": "Nakijken lukt even niet. Je kan wel opslaan.",
  "edit.saving": "Opslaan …",

  "sync.saved_on": "Sync staat aan voor {name}",
  "sync.saved_off": "Sync staat uit voor {name}",
  "sync.failed": "Opslaan sync mislukt",
  "sync.failed_detail":
    "De aangepaste waarde voor de Sync-checkbox kon niet worden bewaard. Probeer het opnieuw",

  "conflict.title": "Iemand anders heeft dit intussen gewijzigd",
  "conflict.detail": "Kies welke waarde voor {name} blijft.",
  "conflict.present": "Nu opgeslagen",
  "conflict.given": "Jouw wijziging",
  "conflict.keep": "Huidige behouden",
  "conflict.overwrite": "Mijn wijziging opslaan",
  "conflict.kept": "Niets gewijzigd: de huidige waarde voor {name} blijft",

  "release.box_on": "Sync aanzetten voor alle getoonde rijen",
  "release.box_off": "Sync uitzetten voor alle getoonde rijen",
  "release.on_title": {
    one: "Sync aanzetten voor {count} gebruikersnaam?",
    other: "Sync aanzetten voor {count} gebruikersnamen?",
  },
  "release.off_title": {
    one: "Sync uitzetten voor {count} gebruikersnaam?",
    other: "Sync uitzetten voor {count} gebruikersnamen?",
  },
  "release.some_already": {
    one: "Van de {total} getoonde rijen wijzigt er {count}.",
    other: "Van de {total} getoonde rijen wijzigen er {count}.",
  },
  "release.filtered": "Dit zijn alleen de rijen die aan je filters voldoen.",
  "release.read_only": {
    one: "{count} rij kan je alleen lezen: die blijft zoals ze is.",
    other: "{count} rijen kan je alleen lezen: die blijven zoals ze zijn.",
  },
  "release.too_many":
    "Je kan er hoogstens {count} tegelijk wijzigen, omdat je in deze lijst niet alles mag wijzigen. Maak ze kleiner met filters.",
  "release.on_meaning":
    "Bij de volgende synchronisatie (tweemaal per dag, elke 12 uur) worden in Microsoft 365 accounts gemaakt. Bestaat er al een account met dezelfde gebruikersnaam, dan wordt die gekoppeld.",
  "release.off_meaning":
    "Bij de volgende synchronisatie (tweemaal per dag, elke 12 uur) blijven bestaande accounts in Microsoft 365 bestaan, maar ze verdwijnen uit de groepen van vestiging en klas. Er worden geen nieuwe accounts gemaakt.",
  "release.on_button": "Sync aanzetten",
  "release.off_button": "Sync uitzetten",
  "release.running": {
    one: "{count} gebruikersnaam wordt opgeslagen …",
    other: "{count} gebruikersnamen worden opgeslagen …",
  },
  "release.on_done": {
    one: "Sync staat aan voor {count} gebruikersnaam",
    other: "Sync staat aan voor {count} gebruikersnamen",
  },
  "release.off_done": {
    one: "Sync staat uit voor {count} gebruikersnaam",
    other: "Sync staat uit voor {count} gebruikersnamen",
  },
  "release.nothing": "Er was niets te wijzigen: alle rijen stonden al zo.",
  "release.changed":
    "De lijst is intussen gewijzigd; er is niets opgeslagen. Kijk het nieuwe aantal na.",
  "release.of_list": "In de lijst {list}: {said}",
  "release.undo": "Ongedaan maken",
  "release.undone": {
    one: "Ongedaan gemaakt voor {count} gebruikersnaam",
    other: "Ongedaan gemaakt voor {count} gebruikersnamen",
  },

  "release.unapproved_title": {
    one: "{count} persoon heeft waarschijnlijk al een account",
    other: "{count} personen hebben waarschijnlijk al een account",
  },
  "release.unapproved_detail":
    "Er is nog niets gewijzigd. In Microsoft 365 staan accounts die waarschijnlijk van deze personen zijn en die nog niemand gekoppeld heeft. Zet je Sync nu aan, dan kan er voor hen een tweede account ontstaan, of wordt een account gekoppeld dat van iemand anders is.",
  "release.unapproved_advice":
    "Koppel eerst de bestaande accounts. Heb je ze allemaal nagekeken, dan kan je Sync toch aanzetten.",
  "release.unapproved_include": "Toch aanzetten",
  "release.unapproved_look": "Bestaande accounts nakijken",
  "notice.label": "Meldingen",
  "notice.close": "Melding sluiten",

  "empty.no_configuration": "Geen M365-koppeling",
  "empty.no_configuration_detail":
    "Er is geen M365 koppeling/configuratie voor de aangemelde school/vestiging",
  "empty.no_right": "Geen rechten op deze lijst",
  "empty.no_right_detail":
    "De gebruiker moet rechten hebben op het menu & de vestiging(en) met actieve MS365 koppeling, anders bevat de pagina geen gegevens.",
  "empty.no_active_enrolment_students": "Geen leerlingen met een actieve inschrijving",
  "empty.no_active_enrolment_students_detail":
    "(Tss 1/9 en 30/6) De leerling heeft een inschrijving met startdatum in de toekomst of de inschrijving heeft een einddatum in het verleden.",
  "empty.no_active_enrolment_students_more":
    "De leerling heeft geen inschrijving in de geselecteerde school/vestiging voor het actieve schooljaar.",
  "empty.no_active_enrolment_staff": "Geen personeelsleden in deze school",
  "empty.no_active_enrolment_staff_detail":
    "Het personeelslid is niet gekoppeld aan de geselecteerde school.",
  "empty.no_active_enrolment_staff_more":
    "Voor alle actieve personeelsleden wordt een account gemaakt (Zie Personeel > Actief zetten). Ze hoeven geen opdracht te hebben.",
  "empty.names_being_made": "De gebruikersnamen worden gemaakt",
  "empty.names_being_made_students":
    "De gebruikersnaam is nog niet aangemaakt na inschrijven van de leerling (kan tot 15 min. duren).",
  "empty.names_being_made_staff":
    "De gebruikersnaam is nog niet aangemaakt na toevoegen van het personeelslid (kan tot 15 min. duren).",
  "empty.names_being_made_more": "Deze pagina vult zich vanzelf aan; herladen hoeft niet.",
  "empty.no_match": "Geen rijen met deze filters",
  "empty.no_match_detail": "Maak de zoekopdracht of de filters ruimer, of wis ze.",

  "flag.needs_review": "Nakijken",
  "flag.needs_review_advice":
    "De naam kon niet zeker worden omgezet. Kijk de gebruikersnaam na en pas ze zo nodig aan.",
  "flag.consonants_only": "Alleen medeklinkers",
  "flag.consonants_only_advice":
    "De naam is in een schrift zonder klinkers, zoals Arabisch of Hebreeuws. Vul de klinkers aan zoals de persoon zijn naam schrijft.",
  "flag.name_missing": "Naam ontbreekt",
  "flag.name_missing_advice":
    "De voornaam of familienaam heeft geen bruikbare letters. Kijk na of de naam in de administratie klopt en geef een gebruikersnaam in.",
  "flag.from_identifier": "Gemaakt van een nummer",
  "flag.from_identifier_advice":
    "Voornaam en familienaam ontbreken, daarom is de gebruikersnaam een nummer. Geef een echte naam voor je Sync aanzet.",
  "flag.year_missing": "Jaar ontbreekt",
  "flag.year_missing_advice":
    "Het formaat vraagt een startjaar dat niet bekend was. Kijk na of het schooljaar zijn datums heeft en geef de gebruikersnaam in.",
  "flag.source_name_invalid": "Naam uit de bron was ongeldig",
  "flag.source_name_invalid_advice":
    "De gebruikersnaam uit de bron is niet geldig; er is een nieuwe gemaakt. Vergelijk met het account dat de persoon heeft en geef die naam in als dat hier mag.",
  "flag.source_name_taken": "Naam uit de bron was in gebruik",
  "flag.source_name_taken_advice":
    "De gebruikersnaam uit de bron is of was van iemand anders; er is een nieuwe gemaakt. Zoek uit van wie dat account is voor je Sync aanzet.",
  "flag.domain_stripped": "Domeinnaam weggelaten",
  "flag.domain_stripped_advice":
    "De naam uit de bron had een domeinnaam. Microsoft 365 kent hier het domein toe, daarom is die weggelaten. Is het standaarddomein hetzelfde, dan hoef je niets te doen.",
  "flag.domain_missing": "Domeinnaam ontbreekt",
  "flag.domain_missing_advice":
    "De school heeft geen domeinnaam, dus deze naam wordt niet verstuurd. Laat de beheerder het domein van de school instellen: de naam krijgt het dan vanzelf en deze melding verdwijnt.",
  "flag.exceeds_microsoft_limit": "Te lang voor Microsoft 365",
  "flag.exceeds_microsoft_limit_advice":
    "Microsoft 365 laat 64 tekens toe voor de @ en 113 in totaal. Kort de gebruikersnaam in.",
  "flag.likely_existing_account": "Heeft waarschijnlijk al een account",
  "flag.likely_existing_account_advice":
    "In Microsoft 365 staat een account dat waarschijnlijk van deze persoon is, daarom staat Sync uit. Koppel het account bij Bestaande accounts. Is het van iemand anders, zet dan hier Sync aan of geef een andere naam in.",
  "flag.name_taken_in_tenant": "Naam bestaat al in Microsoft 365",
  "flag.name_taken_in_tenant_advice":
    "Een account in Microsoft 365 heeft de naam die het formaat zou maken, en van wie het is, is niet zeker. Daarom staat Sync uit. Koppel het account bij Bestaande accounts. Is het van iemand anders, zet dan hier Sync aan of geef een andere naam in.",
  "flag.folded_twin": "Lijkt op een andere naam",
  "flag.folded_twin_advice":
    "De gebruikersnaam verschilt alleen in leestekens van die van iemand anders; e-mail komt zo makkelijk bij de verkeerde aan. Geef een van beiden een andere naam. Zijn ze die gewoon, dan hoef je niets te doen.",
  "flag.several_enrolments": "Meerdere vestigingen",
  "flag.several_enrolments_advice":
    "Deze leerling is op meer dan één vestiging ingeschreven en heeft één gebruikersnaam, met het domein van de inschrijving die het laatst begon. Kijk na of een inschrijving een einddatum moet krijgen.",
  "flag.inactive": "Niet meer actief",
  "flag.inactive_advice":
    "De aangemaakte gebruikersnamen blijven zichtbaar in het huidige schooljaar ook als het personeelslid later in het schooljaar inactief wordt. In MS365 blijft de account ook bestaan, maar zal de persoon uit de groepen verdwijnen.",
  "flag.other": "Aandacht nodig",
  "flag.other_advice": "Kijk deze gebruikersnaam na.",

  "details.title": "Details",
  "details.person": "Gegevens",
  "details.flags": "Aandachtspunten",
  "details.history": "Geschiedenis",
  "details.history_empty": "Er is nog niets gebeurd met deze gebruikersnaam.",
  "details.history_failed": "De geschiedenis kon niet worden geladen.",
  "details.history_more": "Oudere tonen",
  "details.undo": "Ongedaan maken",
  "details.undo_label": "Ongedaan maken: {event}",
  "details.undone": "Ongedaan gemaakt",
  "details.undone_already": "Er viel niets ongedaan te maken: het staat al zo",
  "details.undo_failed": "Ongedaan maken is niet gelukt: {error}",
  "details.edit": "Wijzigen",
  "details.no_value": "geen",

  "history.created": "Aangemaakt als {after}",
  "history.edited": "Gewijzigd van {before} naar {after}",
  "history.renamed": "Hernoemd van {before} naar {after}",
  "history.sync_on": "Sync aangezet",
  "history.sync_off": "Sync uitgezet",
  "history.reserved": "Naam {after} gereserveerd",
  "history.former_name_taken": "Vroegere naam {before} aan iemand anders gegeven",
  "history.linked": "Gekoppeld aan het bestaande account {after}",
  "history.moved": "Overgenomen van een andere persoon",
  "history.domain_fixed": "Domein vastgelegd: {after}",
  "history.domain_removed": "Domein {before} weggehaald",
  "history.domain_policy": "Domeinbeleid gewijzigd: van {before} naar {after}",
  "history.other": "Gewijzigd",
  "history.undoing": "door ongedaan maken",
  "history.by_engine": "automatisch",
  "history.by_operator": "beheerder",

  "accounts.title": "Bestaande accounts",
  "accounts.waiting": {
    one: "{count} voorstel wacht op koppeling",
    other: "{count} voorstellen wachten op koppeling",
  },
  "accounts.detail":
    "Deze accounts in Microsoft 365 zijn waarschijnlijk van personen in je lijst. Koppel je een account, dan krijgt de persoon die gebruikersnaam en ontstaat er geen tweede account. Sync blijft zoals die staat.",
  "accounts.source":
    "Voorstellen komen uit de gebruikers van het Entra-beheercentrum, die een beheerder inleest. Ontbreekt er een account, vraag dan de beheerder om het in te lezen.",
  "accounts.empty": "Er zijn geen voorstellen voor deze lijst.",
  "accounts.empty_detail":
    "Voorstellen komen er na het inlezen van de gebruikers uit het Entra-beheercentrum.",
  "accounts.empty_imported":
    "Bij wie hier nog op vrijgave wacht, past geen van de ingelezen accounts.",
  "accounts.failed": "De voorstellen konden niet worden geladen.",
  "accounts.person": "Persoon",
  "accounts.present": "Gebruikersnaam nu",
  "accounts.account": "Account in Microsoft 365",
  "accounts.why": "Waarom",
  "accounts.action": "Actie",
  "accounts.sure": "zeker",
  "accounts.likely": "waarschijnlijk",
  "accounts.domain_differs": "Het domein {domain} wordt vastgelegd",
  "accounts.approve": "Koppelen",
  "accounts.approve_label": "{account} koppelen aan {name}",
  "accounts.cannot": "Koppelen kan niet: {reason}",
  "accounts.approve_all": {
    one: "{count} zekere koppelen",
    other: "Alle {count} zekere koppelen",
  },
  "accounts.approve_all_title": {
    one: "{count} account koppelen?",
    other: "{count} accounts koppelen?",
  },
  "accounts.approve_all_detail":
    "Alleen voorstellen waarbij geen andere persoon en geen ander account in aanmerking komt. Ieder krijgt de gebruikersnaam van zijn account.",
  "accounts.approving": "Accounts worden gekoppeld …",
  "accounts.approved": {
    one: "{count} account gekoppeld",
    other: "{count} accounts gekoppeld",
  },
  "accounts.nothing": "Er viel niets meer te koppelen.",
  "accounts.left": {
    one: "{count} voorstel blijft staan: {reasons}",
    other: "{count} voorstellen blijven staan: {reasons}",
  },
  "accounts.left_no_right": "geen schrijfrechten",
  "accounts.left_no_username": "de gebruikersnaam moet nog gemaakt worden",
  "accounts.left_not_yet_editable": "de leerling is nog niet gestart",
  "accounts.left_name_taken": "de naam is hier al van iemand anders",
  "accounts.left_domain_differs": "het account heeft een ander domein; koppel het apart",
  "accounts.left_domain_not_allowed":
    "een gebruikersnaam mag hier het domein van het account niet hebben",
  "accounts.left_other": "het kon niet",
  "accounts.not_approved": "Koppelen is niet gelukt: {error}",
  "accounts.import": "Gebruikers uit Entra inlezen",
  "accounts.import_detail":
    "Kies het CSV-bestand dat het Entra-beheercentrum maakt bij het downloaden van gebruikers. Het vervangt wat eerder ingelezen is.",
  "accounts.import_file": "CSV-bestand kiezen",
  "accounts.import_last": {
    one: "{count} account bekend, ingelezen op {date}",
    other: "{count} accounts bekend, ingelezen op {date}",
  },
  "accounts.import_title": "Dit bestand inlezen?",
  "accounts.import_effect": {
    one: "{count} account: {added} nieuw, {removed} niet meer in het bestand.",
    other: "{count} accounts: {added} nieuw, {removed} niet meer in het bestand.",
  },
  "accounts.import_dropped": {
    one: "{count} gekoppeld account staat er niet meer in.",
    other: "{count} gekoppelde accounts staan er niet meer in.",
  },
  "accounts.import_proposals": "Voorstellen daarna: {sure} zekere, {likely} waarschijnlijke.",
  "accounts.import_button": "Inlezen",
  "accounts.importing": "Het bestand wordt ingelezen …",
  "accounts.imported": {
    one: "{count} account ingelezen",
    other: "{count} accounts ingelezen",
  },
  "accounts.not_imported": "Inlezen is niet gelukt: {error}",
  "accounts.fault": "regel {line}, kolom {column}: {problem}",
  "accounts.fault_in_line": "regel {line}: {problem}",
  "accounts.fault_no_accounts": "het bestand heeft geen accounts",
  "accounts.fault_encoding": "is geen {encoding}",
  "accounts.fault_nul_character": "bevat een NUL-teken: bewaar het bestand als UTF-8",
  "accounts.fault_not_csv": "is geen geldige CSV",
  "accounts.fault_column_missing": "ontbreekt in de kopregel",
  "accounts.fault_column_twice": "staat twee keer in de kopregel",
  "accounts.fault_width": {
    one: "heeft {found} waarde, de kopregel heeft er {expected}",
    other: "heeft {found} waarden, de kopregel heeft er {expected}",
  },
  "accounts.fault_not_an_address": "is geen naam@domein",
  "accounts.fault_repeated": "staat al op regel {earlier}",
  "accounts.reason_employee_id": "Zelfde personeelsnummer",
  "accounts.reason_same_names_and_birth_year": "Zelfde namen en geboortejaar",
  "accounts.reason_same_names_and_class": "Zelfde namen en klas",
  "accounts.reason_exact_format": "Zelfde gebruikersnaam als het formaat maakt",
  "accounts.reason_same_names": "Zelfde namen",
  "accounts.reason_exact_format_other_names": "Zelfde gebruikersnaam, maar andere namen",
  "accounts.reason_employee_id_other_names": "Zelfde personeelsnummer, maar andere namen",

  "problem.network": "Geen verbinding met de server. Probeer het opnieuw.",
  "problem.server": "Er ging iets mis op de server. Probeer het opnieuw.",
  "problem.gone": "Dit is er niet meer. Herlaad de pagina en probeer het opnieuw.",
  "problem.page": "Er ging iets mis op deze pagina. Herlaad ze en probeer het opnieuw.",
  "problem.signed_out": "Je sessie is afgelopen. Meld je opnieuw aan.",
  "problem.file_too_large": "Het bestand is te groot.",
  "problem.file_not_csv": "Dit is geen CSV-bestand.",
} as const satisfies Record<string, string | PluralText>;

export type TextKey = keyof typeof nl;

export type Texts = {
  readonly [Key in TextKey]: (typeof nl)[Key] extends string ? string : PluralText;
};
