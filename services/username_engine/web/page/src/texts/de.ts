import type { Texts } from "./nl.ts";

export const de: Texts = {
  "page.title": "MS365-Benutzernamen",
  "page.skip": "Zur Liste",
  "page.language": "Sprache",
  "page.menu": "Menü von {name}",
  "page.signed_in_as": "Angemeldet als",
  "page.operator": "Verwaltung",
  "page.sign_out": "Abmelden",
  "page.close": "Schließen",
  "page.cancel": "Abbrechen",
  "page.retry": "Erneut versuchen",

  "sign_in.welcome": "Verwalten Sie die Benutzernamen Ihrer Schule für Microsoft 365.",
  "sign_in.button": "Anmelden",
  "sign_in.ended": "Ihre Sitzung ist beendet",
  "sign_in.ended_detail":
    "Was Sie eingegeben haben, bleibt hier stehen. Melden Sie sich in einem neuen Tab an; danach machen Sie hier einfach weiter.",
  "sign_in.new_tab": "In einem neuen Tab anmelden",
  "sign_in.again": "Sie sind wieder angemeldet",
  "sign_in.failed": "Das Abmelden ist fehlgeschlagen. Versuchen Sie es erneut.",

  "place.choose": "Welche Liste möchten Sie öffnen?",
  "place.choose_detail": "Sie sehen die Listen, für die Sie Rechte haben.",
  "place.search": "Schule oder Standort suchen",
  "place.school_year": "Schuljahr {year}",
  "place.list": "Liste",
  "place.students": "Schüler",
  "place.staff": "Personal",
  "place.place": "Schule oder Standort",
  "place.whole_school": "Alle Standorte",
  "place.whole_staff": "Gesamtes Personal",
  "place.read_only": "nur lesen",
  "place.none": "Sie haben noch keinen Zugang zu einer Liste",
  "place.none_detail":
    "Ihre Rolle gibt keinen Zugang zu Benutzernamen, oder es gibt keine M365-Verbindung/Konfiguration für Ihre Schule. Bitten Sie die Verwaltung Ihrer Schule um eine Rolle in iLeerlingen, iPersoneel oder iBasis, die die Liste öffnet.",
  "place.unknown": "Diese Liste gibt es nicht",
  "place.unknown_detail":
    "Die Adresse nennt eine Konfiguration, die es nicht gibt. Prüfen Sie die Adresse oder wählen Sie eine Liste.",
  "place.other": "Liste wählen",

  "column.family_name": "Name",
  "column.given_name": "Vorname",
  "column.sync": "Sync?",
  "column.username": "Benutzername",
  "column.domain": "Domäne",
  "column.school": "Schule",
  "column.location": "Standort",
  "column.class": "Klasse",
  "column.birth_date": "Geburtsdatum",
  "column.created_on": "Erstellt am",
  "column.details": "Details",
  "sync.on": "Ein",
  "sync.off": "Aus",
  "sync.any": "Alle",
  "row.new": "neu",
  "row.details": "Details von {name}",
  "row.edit": "Benutzernamen von {name} ändern",
  "row.sync": "Sync für {name}",
  "row.flagged": "Zu prüfen: {flags}",

  "list.label": "Benutzernamen",
  "list.keys":
    "Bewegen Sie sich mit den Pfeiltasten durch die Tabelle. Eingabe oder F2 ändert einen Benutzernamen oder öffnet eine Zeile, die Leertaste schaltet Sync ein oder aus. In den Überschriften sortiert Eingabe, Umschalt+Eingabe sortiert weiter, Strg mit einem Pfeil verschiebt die Spalte und Umschalt mit einem Pfeil macht sie breiter oder schmaler.",
  "list.search": "In allen Spalten suchen",
  "list.filter": "Nach {column} filtern",
  "list.filters": "Filter",
  "list.filter_placeholder": "Filter",
  "list.clear": "Filter löschen",
  "list.apply": "Anwenden",
  "list.sorted_ascending": "Aufsteigend nach {column} sortiert",
  "list.sorted_descending": "Absteigend nach {column} sortiert",
  "list.unsorted": "Sortierung nach {column} aufgehoben",
  "list.waiting": { one: "{count} wartet auf Freigabe", other: "{count} warten auf Freigabe" },
  "list.flagged": { one: "{count} zu prüfen", other: "{count} zu prüfen" },
  "list.columns": "Spalten",
  "list.columns_detail": "Wählen Sie, welche Spalten Sie sehen und in welcher Reihenfolge.",
  "list.column_earlier": "{column} nach vorne",
  "list.column_later": "{column} nach hinten",
  "list.column_moved": "{column} steht an Stelle {place} von {total}",
  "list.column_width": "{column} ist {width} Pixel breit",
  "list.columns_reset": "Standardansicht",
  "list.export": "Als CSV exportieren",
  "list.export_failed": "Der Export ist fehlgeschlagen. Versuchen Sie es erneut.",
  "list.exported": "Als CSV exportiert",
  "list.read_only": "Nur lesen",
  "list.read_only_detail": "Sie können diese Liste ansehen, aber nicht ändern.",
  "list.count": { one: "{count} Benutzername", other: "{count} Benutzernamen" },
  "list.count_filtered": {
    one: "{count} Benutzername nach Filterung",
    other: "{count} Benutzernamen nach Filterung",
  },
  "list.count_sync": "{on} ein, {off} aus",
  "list.loading_more": "{loaded} von {total} geladen …",
  "list.new": { one: "{count} neuer Benutzername", other: "{count} neue Benutzernamen" },
  "list.stale": "Keine Verbindung: Die Liste ist möglicherweise nicht mehr aktuell.",
  "list.failed": "Die Liste konnte nicht geladen werden",

  "edit.label": "Benutzername von {name}",
  "edit.checking": "Wird geprüft …",
  "edit.free": "Frei",
  "edit.use": "{username} verwenden",
  "edit.use_key": "Alt+Eingabe",
  "edit.offer": "Vorschlag: {username}. Alt+Eingabe übernimmt ihn.",
  "edit.save": "Speichern",
  "edit.keys": "Eingabe speichert, Escape bricht ab.",
  "edit.saved": "Der Benutzername '{username}' wurde gespeichert",
  "edit.unchanged": "Der Benutzername '{username}' war schon gespeichert",
  "edit.not_saved": "Der Benutzername '{username}' wurde nicht gespeichert: {error}",
  "edit.not_checked": "Das Prüfen ist gerade nicht möglich. Speichern können Sie trotzdem.",
  "edit.saving": "Wird gespeichert …",

  "sync.saved_on": "Sync ist ein für {name}",
  "sync.saved_off": "Sync ist aus für {name}",
  "sync.failed": "Speichern der Synchronisierung fehlgeschlagen",
  "sync.failed_detail":
    "Der geänderte Wert des Sync-Kästchens konnte nicht gespeichert werden. Versuchen Sie es erneut",

  "conflict.title": "Jemand anders hat dies inzwischen geändert",
  "conflict.detail": "Wählen Sie, welcher Wert für {name} bleibt.",
  "conflict.present": "Jetzt gespeichert",
  "conflict.given": "Ihre Änderung",
  "conflict.keep": "Jetzigen Wert behalten",
  "conflict.overwrite": "Meine Änderung speichern",
  "conflict.kept": "Nichts geändert: Der jetzige Wert für {name} bleibt",

  "release.box_on": "Sync für alle gezeigten Zeilen einschalten",
  "release.box_off": "Sync für alle gezeigten Zeilen ausschalten",
  "release.on_title": {
    one: "Sync für {count} Benutzernamen einschalten?",
    other: "Sync für {count} Benutzernamen einschalten?",
  },
  "release.off_title": {
    one: "Sync für {count} Benutzernamen ausschalten?",
    other: "Sync für {count} Benutzernamen ausschalten?",
  },
  "release.some_already": {
    one: "Von den {total} gezeigten Zeilen ändert sich {count}.",
    other: "Von den {total} gezeigten Zeilen ändern sich {count}.",
  },
  "release.filtered": "Das sind nur die Zeilen, die Ihren Filtern entsprechen.",
  "release.read_only": {
    one: "{count} Zeile können Sie nur lesen: Sie bleibt, wie sie ist.",
    other: "{count} Zeilen können Sie nur lesen: Sie bleiben, wie sie sind.",
  },
  "release.too_many":
    "Sie können höchstens {count} auf einmal ändern, da Sie in dieser Liste nicht alles ändern dürfen. Grenzen Sie sie mit Filtern ein.",
  "release.on_meaning":
    "Bei der nächsten Synchronisierung (zweimal täglich, alle 12 Stunden) werden in Microsoft 365 Konten angelegt. Gibt es schon ein Konto mit demselben Benutzernamen, wird es verknüpft.",
  "release.off_meaning":
    "Bei der nächsten Synchronisierung (zweimal täglich, alle 12 Stunden) bleiben bestehende Konten in Microsoft 365 erhalten, verlassen aber die Gruppen von Standort und Klasse. Neue Konten werden nicht angelegt.",
  "release.on_button": "Sync einschalten",
  "release.off_button": "Sync ausschalten",
  "release.running": {
    one: "{count} Benutzername wird gespeichert …",
    other: "{count} Benutzernamen werden gespeichert …",
  },
  "release.on_done": {
    one: "Sync ist ein für {count} Benutzernamen",
    other: "Sync ist ein für {count} Benutzernamen",
  },
  "release.off_done": {
    one: "Sync ist aus für {count} Benutzernamen",
    other: "Sync ist aus für {count} Benutzernamen",
  },
  "release.nothing": "Es gab nichts zu ändern: Alle Zeilen standen schon so.",
  "release.changed":
    "Die Liste hat sich inzwischen geändert; nichts wurde gespeichert. Prüfen Sie die neue Anzahl.",
  "release.of_list": "In der Liste {list}: {said}",
  "release.undo": "Rückgängig machen",
  "release.undone": {
    one: "Für {count} Benutzernamen rückgängig gemacht",
    other: "Für {count} Benutzernamen rückgängig gemacht",
  },

  "release.unapproved_title": {
    one: "{count} Person hat wahrscheinlich schon ein Konto",
    other: "{count} Personen haben wahrscheinlich schon ein Konto",
  },
  "release.unapproved_detail":
    "Es wurde noch nichts geändert. In Microsoft 365 gibt es Konten, die wahrscheinlich diesen Personen gehören und die noch niemand verknüpft hat. Schalten Sie Sync jetzt ein, kann für sie ein zweites Konto entstehen, oder es wird ein Konto verknüpft, das jemand anderem gehört.",
  "release.unapproved_advice":
    "Verknüpfen Sie zuerst die bestehenden Konten. Haben Sie alle geprüft, können Sie Sync trotzdem einschalten.",
  "release.unapproved_include": "Trotzdem einschalten",
  "release.unapproved_look": "Bestehende Konten prüfen",
  "notice.label": "Meldungen",
  "notice.close": "Meldung schließen",

  "empty.no_configuration": "Keine M365-Verbindung",
  "empty.no_configuration_detail":
    "Es gibt keine M365-Verbindung/Konfiguration für diese Schule/diesen Standort",
  "empty.no_right": "Kein Zugang zu dieser Liste",
  "empty.no_right_detail":
    "Man braucht Rechte für das Menü und für den oder die Standorte mit aktiver MS365-Verbindung; sonst enthält die Seite keine Daten.",
  "empty.no_active_enrolment_students": "Keine Schüler mit aktiver Einschreibung",
  "empty.no_active_enrolment_students_detail":
    "(Vom 1.9. bis 30.6.) Die Einschreibung des Schülers beginnt in der Zukunft oder ist beendet.",
  "empty.no_active_enrolment_students_more":
    "Der Schüler hat im aktiven Schuljahr keine Einschreibung an der gewählten Schule/am gewählten Standort.",
  "empty.no_active_enrolment_staff": "Kein Personal an dieser Schule",
  "empty.no_active_enrolment_staff_detail":
    "Das Personalmitglied ist nicht mit der gewählten Schule verbunden.",
  "empty.no_active_enrolment_staff_more":
    "Für alle aktiven Personalmitglieder wird ein Konto angelegt (siehe Personeel > Actief zetten). Sie brauchen keinen Auftrag.",
  "empty.names_being_made": "Die Benutzernamen werden erstellt",
  "empty.names_being_made_students":
    "Der Benutzername ist nach der Einschreibung des Schülers noch nicht erstellt (das kann bis zu 15 Minuten dauern).",
  "empty.names_being_made_staff":
    "Der Benutzername ist nach dem Hinzufügen des Personalmitglieds noch nicht erstellt (das kann bis zu 15 Minuten dauern).",
  "empty.names_being_made_more": "Diese Seite füllt sich von selbst; neu laden ist nicht nötig.",
  "empty.no_match": "Keine Zeilen mit diesen Filtern",
  "empty.no_match_detail": "Erweitern Sie die Suche oder die Filter, oder löschen Sie sie.",

  "flag.needs_review": "Zu prüfen",
  "flag.needs_review_advice":
    "Der Name ließ sich nicht sicher umwandeln. Prüfen Sie den Benutzernamen und ändern Sie ihn bei Bedarf.",
  "flag.consonants_only": "Nur Konsonanten",
  "flag.consonants_only_advice":
    "Der Name steht in einer Schrift ohne Vokale, wie Arabisch oder Hebräisch. Ergänzen Sie die Vokale so, wie die Person ihren Namen schreibt.",
  "flag.name_missing": "Name fehlt",
  "flag.name_missing_advice":
    "Der Vor- oder Familienname hat keine brauchbaren Buchstaben. Prüfen Sie, ob der Name in der Verwaltung stimmt, und geben Sie einen Benutzernamen ein.",
  "flag.from_identifier": "Aus einer Nummer gemacht",
  "flag.from_identifier_advice":
    "Vor- und Familienname fehlen, daher ist der Benutzername eine Nummer. Geben Sie einen echten Namen, bevor Sie Sync einschalten.",
  "flag.year_missing": "Jahr fehlt",
  "flag.year_missing_advice":
    "Das Format verlangt ein Startjahr, das nicht bekannt war. Prüfen Sie, ob das Schuljahr seine Daten hat, und geben Sie den Benutzernamen ein.",
  "flag.source_name_invalid": "Name aus der Quelle war ungültig",
  "flag.source_name_invalid_advice":
    "Der Benutzername aus der Quelle ist nicht gültig; ein neuer wurde erstellt. Vergleichen Sie mit dem Konto der Person und geben Sie dessen Namen ein, wenn das hier erlaubt ist.",
  "flag.source_name_taken": "Name aus der Quelle war vergeben",
  "flag.source_name_taken_advice":
    "Der Benutzername aus der Quelle gehört oder gehörte jemand anderem; ein neuer wurde erstellt. Klären Sie, wem das Konto gehört, bevor Sie Sync einschalten.",
  "flag.domain_stripped": "Domänenname weggelassen",
  "flag.domain_stripped_advice":
    "Der Name aus der Quelle hatte einen Domänennamen. Hier vergibt Microsoft 365 die Domäne, daher wurde er weggelassen. Ist die Standarddomäne dieselbe, ist nichts zu tun.",
  "flag.domain_missing": "Domänenname fehlt",
  "flag.domain_missing_advice":
    "Die Schule hat keinen Domänennamen, daher wird dieser Name nicht gesendet. Lassen Sie den Verwalter die Domäne der Schule einstellen: Der Name erhält sie dann von selbst und dieser Hinweis verschwindet.",
  "flag.exceeds_microsoft_limit": "Zu lang für Microsoft 365",
  "flag.exceeds_microsoft_limit_advice":
    "Microsoft 365 erlaubt 64 Zeichen vor dem @ und 113 insgesamt. Kürzen Sie den Benutzernamen.",
  "flag.likely_existing_account": "Hat wahrscheinlich schon ein Konto",
  "flag.likely_existing_account_advice":
    "In Microsoft 365 gibt es ein Konto, das wahrscheinlich dieser Person gehört, daher ist Sync aus. Verknüpfen Sie das Konto unter Bestehende Konten. Gehört es jemand anderem, schalten Sie Sync hier ein oder geben Sie einen anderen Namen ein.",
  "flag.name_taken_in_tenant": "Name gibt es schon in Microsoft 365",
  "flag.name_taken_in_tenant_advice":
    "Ein Konto in Microsoft 365 hat den Namen, den das Format bilden würde, und wem es gehört, ist nicht sicher; daher ist Sync aus. Verknüpfen Sie das Konto unter Bestehende Konten. Gehört es jemand anderem, schalten Sie Sync hier ein oder geben Sie einen anderen Namen ein.",
  "flag.folded_twin": "Ähnelt einem anderen Namen",
  "flag.folded_twin_advice":
    "Der Benutzername unterscheidet sich nur in Satzzeichen von dem einer anderen Person; E-Mails landen so leicht beim Falschen. Geben Sie einem der beiden einen anderen Namen. Sind beide an ihren gewöhnt, ist nichts zu tun.",
  "flag.several_enrolments": "Mehrere Standorte",
  "flag.several_enrolments_advice":
    "Dieser Schüler ist an mehr als einem Standort eingeschrieben und hat einen Benutzernamen, mit der Domäne der Einschreibung, die zuletzt begann. Prüfen Sie, ob eine der Einschreibungen hätte enden müssen.",
  "flag.inactive": "Nicht mehr aktiv",
  "flag.inactive_advice":
    "Erstellte Benutzernamen bleiben im laufenden Schuljahr sichtbar, auch wenn das Personalmitglied später inaktiv wird. In MS365 bleibt das Konto ebenfalls bestehen, aber die Person verlässt die Gruppen.",
  "flag.other": "Zu prüfen",
  "flag.other_advice": "Prüfen Sie diesen Benutzernamen.",

  "details.title": "Details",
  "details.person": "Daten",
  "details.flags": "Zu prüfen",
  "details.history": "Verlauf",
  "details.history_empty": "Mit diesem Benutzernamen ist noch nichts geschehen.",
  "details.history_failed": "Der Verlauf konnte nicht geladen werden.",
  "details.history_more": "Ältere zeigen",
  "details.undo": "Rückgängig machen",
  "details.undo_label": "Rückgängig machen: {event}",
  "details.undone": "Rückgängig gemacht",
  "details.undone_already": "Es gab nichts rückgängig zu machen: es ist schon so",
  "details.undo_failed": "Rückgängig machen ist fehlgeschlagen: {error}",
  "details.edit": "Ändern",
  "details.no_value": "keine",

  "history.created": "Erstellt als {after}",
  "history.edited": "Geändert von {before} in {after}",
  "history.renamed": "Umbenannt von {before} in {after}",
  "history.sync_on": "Sync eingeschaltet",
  "history.sync_off": "Sync ausgeschaltet",
  "history.reserved": "Name {after} reserviert",
  "history.former_name_taken": "Früherer Name {before} an jemand anders vergeben",
  "history.linked": "Mit dem bestehenden Konto {after} verknüpft",
  "history.moved": "Von einer anderen Person übernommen",
  "history.domain_fixed": "Domäne festgelegt: {after}",
  "history.domain_removed": "Domäne {before} entfernt",
  "history.domain_policy": "Domänenregel geändert: von {before} in {after}",
  "history.other": "Geändert",
  "history.undoing": "durch Rückgängigmachen",
  "history.by_engine": "automatisch",
  "history.by_operator": "Verwaltung",

  "accounts.title": "Bestehende Konten",
  "accounts.waiting": {
    one: "{count} Vorschlag wartet auf Verknüpfung",
    other: "{count} Vorschläge warten auf Verknüpfung",
  },
  "accounts.detail":
    "Diese Konten in Microsoft 365 gehören wahrscheinlich Personen in Ihrer Liste. Verknüpfen Sie ein Konto, erhält die Person diesen Benutzernamen und es entsteht kein zweites Konto. Sync bleibt, wie es ist.",
  "accounts.source":
    "Vorschläge kommen aus den Benutzern des Entra Admin Centers, die die Verwaltung einliest. Fehlt ein Konto, bitten Sie die Verwaltung, es einzulesen.",
  "accounts.empty": "Es gibt keine Vorschläge für diese Liste.",
  "accounts.empty_detail":
    "Vorschläge gibt es, sobald die Benutzer aus dem Entra Admin Center eingelesen sind.",
  "accounts.empty_imported":
    "Keines der eingelesenen Konten passt zu jemandem, der hier noch auf Freigabe wartet.",
  "accounts.failed": "Die Vorschläge konnten nicht geladen werden.",
  "accounts.person": "Person",
  "accounts.present": "Benutzername jetzt",
  "accounts.account": "Konto in Microsoft 365",
  "accounts.why": "Warum",
  "accounts.action": "Aktion",
  "accounts.sure": "sicher",
  "accounts.likely": "wahrscheinlich",
  "accounts.domain_differs": "Die Domäne {domain} wird festgelegt",
  "accounts.approve": "Verknüpfen",
  "accounts.approve_label": "{account} mit {name} verknüpfen",
  "accounts.cannot": "Verknüpfen nicht möglich: {reason}",
  "accounts.approve_all": {
    one: "{count} sicheren Vorschlag verknüpfen",
    other: "Alle {count} sicheren Vorschläge verknüpfen",
  },
  "accounts.approve_all_title": {
    one: "{count} Konto verknüpfen?",
    other: "{count} Konten verknüpfen?",
  },
  "accounts.approve_all_detail":
    "Nur Vorschläge, bei denen keine andere Person und kein anderes Konto in Frage kommt. Alle erhalten den Benutzernamen ihres Kontos.",
  "accounts.approving": "Konten werden verknüpft …",
  "accounts.approved": { one: "{count} Konto verknüpft", other: "{count} Konten verknüpft" },
  "accounts.nothing": "Es gab nichts mehr zu verknüpfen.",
  "accounts.left": {
    one: "{count} Vorschlag bleibt stehen: {reasons}",
    other: "{count} Vorschläge bleiben stehen: {reasons}",
  },
  "accounts.left_no_right": "kein Schreibrecht",
  "accounts.left_no_username": "der Benutzername muss noch erstellt werden",
  "accounts.left_not_yet_editable": "der Schüler hat noch nicht begonnen",
  "accounts.left_name_taken": "der Name gehört hier schon jemand anderem",
  "accounts.left_domain_differs": "das Konto hat eine andere Domäne; verknüpfen Sie es einzeln",
  "accounts.left_domain_not_allowed":
    "ein Benutzername darf hier die Domäne des Kontos nicht haben",
  "accounts.left_other": "es war nicht möglich",
  "accounts.not_approved": "Das Verknüpfen ist fehlgeschlagen: {error}",
  "accounts.import": "Benutzer aus Entra einlesen",
  "accounts.import_detail":
    "Wählen Sie die CSV-Datei, die das Entra Admin Center beim Herunterladen der Benutzer erstellt. Sie ersetzt, was früher eingelesen wurde.",
  "accounts.import_file": "CSV-Datei wählen",
  "accounts.import_last": {
    one: "{count} Konto bekannt, eingelesen am {date}",
    other: "{count} Konten bekannt, eingelesen am {date}",
  },
  "accounts.import_title": "Diese Datei einlesen?",
  "accounts.import_effect": {
    one: "{count} Konto: {added} neu, {removed} nicht mehr in der Datei.",
    other: "{count} Konten: {added} neu, {removed} nicht mehr in der Datei.",
  },
  "accounts.import_dropped": {
    one: "{count} verknüpftes Konto steht nicht mehr darin.",
    other: "{count} verknüpfte Konten stehen nicht mehr darin.",
  },
  "accounts.import_proposals": "Vorschläge danach – sichere: {sure}, wahrscheinliche: {likely}.",
  "accounts.import_button": "Einlesen",
  "accounts.importing": "Die Datei wird eingelesen …",
  "accounts.imported": { one: "{count} Konto eingelesen", other: "{count} Konten eingelesen" },
  "accounts.not_imported": "Das Einlesen ist fehlgeschlagen: {error}",
  "accounts.fault": "Zeile {line}, Spalte {column}: {problem}",
  "accounts.fault_in_line": "Zeile {line}: {problem}",
  "accounts.fault_no_accounts": "die Datei hat keine Konten",
  "accounts.fault_encoding": "ist kein {encoding}",
  "accounts.fault_nul_character": "enthält ein NUL-Zeichen: speichern Sie die Datei als UTF-8",
  "accounts.fault_not_csv": "ist kein gültiges CSV",
  "accounts.fault_column_missing": "fehlt in der Kopfzeile",
  "accounts.fault_column_twice": "steht zweimal in der Kopfzeile",
  "accounts.fault_width": {
    one: "hat {found} Wert, die Kopfzeile hat {expected}",
    other: "hat {found} Werte, die Kopfzeile hat {expected}",
  },
  "accounts.fault_not_an_address": "ist nicht name@domäne",
  "accounts.fault_repeated": "steht schon in Zeile {earlier}",
  "accounts.reason_employee_id": "Gleiche Personalnummer",
  "accounts.reason_same_names_and_birth_year": "Gleiche Namen und gleiches Geburtsjahr",
  "accounts.reason_same_names_and_class": "Gleiche Namen und gleiche Klasse",
  "accounts.reason_exact_format": "Gleicher Benutzername, wie das Format ihn bildet",
  "accounts.reason_same_names": "Gleiche Namen",
  "accounts.reason_exact_format_other_names": "Gleicher Benutzername, aber andere Namen",
  "accounts.reason_employee_id_other_names": "Gleiche Personalnummer, aber andere Namen",

  "problem.network": "Keine Verbindung zum Server. Versuchen Sie es erneut.",
  "problem.server": "Auf dem Server ist etwas schiefgegangen. Versuchen Sie es erneut.",
  "problem.gone": "Das gibt es nicht mehr. Laden Sie die Seite neu und versuchen Sie es erneut.",
  "problem.page":
    "Auf dieser Seite ist etwas schiefgegangen. Laden Sie sie neu und versuchen Sie es erneut.",
  "problem.signed_out": "Ihre Sitzung ist beendet. Melden Sie sich erneut an.",
  "problem.file_too_large": "Die Datei ist zu groß.",
  "problem.file_not_csv": "Das ist keine CSV-Datei.",
};
