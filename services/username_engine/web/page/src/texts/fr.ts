import type { Texts } from "./nl.ts";

export const fr: Texts = {
  "page.title": "Noms d'utilisateur MS365",
  "page.skip": "Aller à la liste",
  "page.language": "Langue",
  "page.menu": "Menu de {name}",
  "page.signed_in_as": "Connecté en tant que",
  "page.operator": "Gestionnaire",
  "page.sign_out": "Se déconnecter",
  "page.close": "Fermer",
  "page.cancel": "Annuler",
  "page.retry": "Réessayer",

  "sign_in.welcome": "Gérez les noms d'utilisateur de votre école pour Microsoft 365.",
  "sign_in.button": "Se connecter",
  "sign_in.ended": "Votre session est terminée",
  "sign_in.ended_detail":
    "Ce que vous avez saisi reste ici. Connectez-vous dans un nouvel onglet, puis continuez simplement ici.",
  "sign_in.new_tab": "Se connecter dans un nouvel onglet",
  "sign_in.again": "Vous êtes à nouveau connecté",
  "sign_in.failed": "La déconnexion a échoué. Réessayez.",

  "place.choose": "Quelle liste voulez-vous ouvrir ?",
  "place.choose_detail": "Vous voyez les listes auxquelles vous avez accès.",
  "place.search": "Chercher une école ou une implantation",
  "place.school_year": "Année scolaire {year}",
  "place.list": "Liste",
  "place.students": "Élèves",
  "place.staff": "Personnel",
  "place.place": "École ou implantation",
  "place.whole_school": "Toutes les implantations",
  "place.whole_staff": "Tout le personnel",
  "place.read_only": "lecture seule",
  "place.none": "Vous n'avez encore accès à aucune liste",
  "place.none_detail":
    "Votre rôle ne donne pas accès aux noms d'utilisateur, ou il n'y a pas de connexion/configuration M365 pour votre école. Demandez à l'administrateur de votre école un rôle dans iLeerlingen, iPersoneel ou iBasis qui ouvre la liste.",
  "place.unknown": "Cette liste n'existe pas",
  "place.unknown_detail":
    "L'adresse mentionne une configuration qui n'existe pas. Vérifiez l'adresse ou choisissez une liste.",
  "place.other": "Choisir une liste",

  "column.family_name": "Nom",
  "column.given_name": "Prénom",
  "column.sync": "Sync ?",
  "column.username": "Nom d'utilisateur",
  "column.domain": "Domaine",
  "column.school": "École",
  "column.location": "Implantation",
  "column.class": "Classe",
  "column.birth_date": "Naissance",
  "column.created_on": "Créé le",
  "column.details": "Détails",
  "sync.on": "Oui",
  "sync.off": "Non",
  "sync.any": "Tous",
  "row.new": "nouveau",
  "row.details": "Détails de {name}",
  "row.edit": "Modifier le nom d'utilisateur de {name}",
  "row.sync": "Sync pour {name}",
  "row.flagged": "À vérifier : {flags}",

  "list.label": "Noms d'utilisateur",
  "list.keys":
    "Parcourez le tableau avec les flèches. Entrée ou F2 modifie un nom d'utilisateur ou ouvre une ligne, la barre d'espace active ou désactive Sync. Dans les en-têtes, Entrée trie, Maj+Entrée trie en plus, Ctrl avec une flèche déplace la colonne et Maj avec une flèche l'élargit ou la rétrécit.",
  "list.search": "Rechercher dans la liste",
  "list.filter": "Filtrer sur {column}",
  "list.filters": "Filtres",
  "list.filter_placeholder": "Filtre",
  "list.clear": "Effacer les filtres",
  "list.apply": "Appliquer",
  "list.sorted_ascending": "Tri croissant sur {column}",
  "list.sorted_descending": "Tri décroissant sur {column}",
  "list.unsorted": "Tri sur {column} supprimé",
  "list.waiting": {
    one: "{count} en attente d'activation",
    other: "{count} en attente d'activation",
  },
  "list.flagged": { one: "{count} à vérifier", other: "{count} à vérifier" },
  "list.columns": "Colonnes",
  "list.columns_detail": "Choisissez les colonnes affichées et leur ordre.",
  "list.column_earlier": "Avancer {column}",
  "list.column_later": "Reculer {column}",
  "list.column_moved": "{column} est en position {place} sur {total}",
  "list.column_width": "{column} fait {width} pixels de large",
  "list.columns_reset": "Affichage standard",
  "list.export": "Exporter en CSV",
  "list.export_failed": "L'exportation a échoué. Réessayez.",
  "list.exported": "Exporté en CSV",
  "list.read_only": "Lecture seule",
  "list.read_only_detail": "Vous pouvez consulter cette liste, mais pas la modifier.",
  "list.count": { one: "{count} nom d'utilisateur", other: "{count} noms d'utilisateur" },
  "list.count_filtered": {
    one: "{count} nom d'utilisateur après filtrage",
    other: "{count} noms d'utilisateur après filtrage",
  },
  "list.count_sync": "{on} activés, {off} désactivés",
  "list.loading_more": "{loaded} sur {total} chargés …",
  "list.new": { one: "{count} nouveau nom", other: "{count} nouveaux noms" },
  "list.stale": "Pas de connexion : la liste n'est peut-être plus à jour.",
  "list.failed": "La liste n'a pas pu être chargée",

  "edit.label": "Nom d'utilisateur de {name}",
  "edit.checking": "Vérification …",
  "edit.free": "Disponible",
  "edit.use": "Utiliser {username}",
  "edit.use_key": "Alt+Entrée",
  "edit.offer": "Proposition : {username}. Alt+Entrée l’utilise.",
  "edit.save": "Enregistrer",
  "edit.keys": "Entrée enregistre, Échap annule.",
  "edit.saved": "Le nom d'utilisateur '{username}' est enregistré",
  "edit.unchanged": "Le nom d'utilisateur '{username}' était déjà enregistré",
  "edit.not_saved": "Le nom d'utilisateur '{username}' n'a pas été enregistré : {error}",
  "edit.not_checked":
    "La vérification n'est pas possible pour le moment. Vous pouvez quand même enregistrer.",
  "edit.saving": "Enregistrement …",

  "sync.saved_on": "Sync est activé pour {name}",
  "sync.saved_off": "Sync est désactivé pour {name}",
  "sync.failed": "Échec de l'enregistrement de la synchronisation",
  "sync.failed_detail": "La nouvelle valeur de la case Sync n'a pas pu être enregistrée. Réessayez",

  "conflict.title": "Une autre personne a modifié ceci entre-temps",
  "conflict.detail": "Choisissez la valeur à garder pour {name}.",
  "conflict.present": "Enregistré à présent",
  "conflict.given": "Votre modification",
  "conflict.keep": "Garder la valeur actuelle",
  "conflict.overwrite": "Enregistrer ma modification",
  "conflict.kept": "Rien n'a changé : la valeur actuelle pour {name} est conservée",

  "release.box_on": "Activer Sync pour toutes les lignes affichées",
  "release.box_off": "Désactiver Sync pour toutes les lignes affichées",
  "release.on_title": {
    one: "Activer Sync pour {count} nom d'utilisateur ?",
    other: "Activer Sync pour {count} noms d'utilisateur ?",
  },
  "release.off_title": {
    one: "Désactiver Sync pour {count} nom d'utilisateur ?",
    other: "Désactiver Sync pour {count} noms d'utilisateur ?",
  },
  "release.some_already": {
    one: "Sur les {total} lignes affichées, {count} change.",
    other: "Sur les {total} lignes affichées, {count} changent.",
  },
  "release.filtered": "Il s'agit uniquement des lignes qui répondent à vos filtres.",
  "release.read_only": {
    one: "{count} ligne est en lecture seule pour vous : elle reste telle quelle.",
    other: "{count} lignes sont en lecture seule pour vous : elles restent telles quelles.",
  },
  "release.too_many":
    "Vous pouvez en modifier au maximum {count} à la fois, car vous ne pouvez pas tout modifier dans cette liste. Réduisez-la à l'aide de filtres.",
  "release.on_meaning":
    "Lors de la prochaine synchronisation (deux fois par jour, toutes les 12 heures), les comptes sont créés dans Microsoft 365. Si un compte du même nom existe déjà, il est lié.",
  "release.off_meaning":
    "Lors de la prochaine synchronisation (deux fois par jour, toutes les 12 heures), les comptes existants restent dans Microsoft 365, mais quittent les groupes de l'implantation et de la classe. Aucun nouveau compte n'est créé.",
  "release.on_button": "Activer Sync",
  "release.off_button": "Désactiver Sync",
  "release.running": {
    one: "Enregistrement de {count} nom d'utilisateur …",
    other: "Enregistrement de {count} noms d'utilisateur …",
  },
  "release.on_done": {
    one: "Sync est activé pour {count} nom d'utilisateur",
    other: "Sync est activé pour {count} noms d'utilisateur",
  },
  "release.off_done": {
    one: "Sync est désactivé pour {count} nom d'utilisateur",
    other: "Sync est désactivé pour {count} noms d'utilisateur",
  },
  "release.nothing": "Il n'y avait rien à modifier : toutes les lignes étaient déjà ainsi.",
  "release.changed":
    "La liste a changé entre-temps ; rien n'a été enregistré. Vérifiez le nouveau nombre.",
  "release.of_list": "Dans la liste {list} : {said}",
  "release.undo": "Annuler l'opération",
  "release.undone": {
    one: "Annulé pour {count} nom d'utilisateur",
    other: "Annulé pour {count} noms d'utilisateur",
  },

  "release.unapproved_title": {
    one: "{count} personne a probablement déjà un compte",
    other: "{count} personnes ont probablement déjà un compte",
  },
  "release.unapproved_detail":
    "Rien n'a encore été modifié. Microsoft 365 a des comptes qui sont probablement ceux de ces personnes et que personne n'a liés. Si vous activez Sync maintenant, un deuxième compte peut être créé pour elles, ou un compte d'une autre personne est lié.",
  "release.unapproved_advice":
    "Liez d'abord les comptes existants. Si vous les avez tous vérifiés, vous pouvez activer Sync malgré tout.",
  "release.unapproved_include": "Activer malgré tout",
  "release.unapproved_look": "Vérifier les comptes existants",
  "notice.label": "Messages",
  "notice.close": "Fermer le message",

  "empty.no_configuration": "Pas de connexion M365",
  "empty.no_configuration_detail":
    "Il n'y a pas de connexion/configuration M365 pour cette école/implantation",
  "empty.no_right": "Pas d'accès à cette liste",
  "empty.no_right_detail":
    "Il faut des droits sur le menu et sur la ou les implantations avec une connexion MS365 active ; sinon la page ne contient pas de données.",
  "empty.no_active_enrolment_students": "Aucun élève avec une inscription active",
  "empty.no_active_enrolment_students_detail":
    "(Du 1/9 au 30/6) L'inscription de l'élève commence plus tard, ou elle est terminée.",
  "empty.no_active_enrolment_students_more":
    "L'élève n'a pas d'inscription dans l'école/l'implantation choisie pour l'année scolaire active.",
  "empty.no_active_enrolment_staff": "Aucun membre du personnel dans cette école",
  "empty.no_active_enrolment_staff_detail":
    "Le membre du personnel n'est pas lié à l'école choisie.",
  "empty.no_active_enrolment_staff_more":
    "Un compte est créé pour chaque membre du personnel actif (voir Personeel > Actief zetten). Une affectation n'est pas nécessaire.",
  "empty.names_being_made": "Les noms d'utilisateur sont en cours de création",
  "empty.names_being_made_students":
    "Le nom d'utilisateur n'est pas encore créé après l'inscription de l'élève (cela peut prendre 15 minutes).",
  "empty.names_being_made_staff":
    "Le nom d'utilisateur n'est pas encore créé après l'ajout du membre du personnel (cela peut prendre 15 minutes).",
  "empty.names_being_made_more":
    "Cette page se complète d'elle-même ; il ne faut pas la recharger.",
  "empty.no_match": "Aucune ligne avec ces filtres",
  "empty.no_match_detail": "Élargissez la recherche ou les filtres, ou effacez-les.",

  "flag.needs_review": "À vérifier",
  "flag.needs_review_advice":
    "Le nom n'a pas pu être converti avec certitude. Vérifiez le nom d'utilisateur et adaptez-le si nécessaire.",
  "flag.consonants_only": "Consonnes uniquement",
  "flag.consonants_only_advice":
    "Le nom est dans une écriture sans voyelles, comme l'arabe ou l'hébreu. Ajoutez les voyelles comme la personne écrit son nom.",
  "flag.name_missing": "Nom manquant",
  "flag.name_missing_advice":
    "Le prénom ou le nom n'a pas de lettres utilisables. Vérifiez si le nom est correct dans l'administration et saisissez un nom d'utilisateur.",
  "flag.from_identifier": "Créé à partir d'un numéro",
  "flag.from_identifier_advice":
    "Le prénom et le nom manquent, le nom d'utilisateur est donc un numéro. Donnez un vrai nom avant d'activer Sync.",
  "flag.year_missing": "Année manquante",
  "flag.year_missing_advice":
    "Le format demande une année de début qui n'était pas connue. Vérifiez si l'année scolaire a ses dates et saisissez le nom d'utilisateur.",
  "flag.source_name_invalid": "Le nom de la source n'était pas valide",
  "flag.source_name_invalid_advice":
    "Le nom d'utilisateur de la source n'est pas valide ; un nouveau a été créé. Comparez avec le compte de la personne et saisissez son nom si c'est permis ici.",
  "flag.source_name_taken": "Le nom de la source était utilisé",
  "flag.source_name_taken_advice":
    "Le nom d'utilisateur de la source est ou était celui d'une autre personne ; un nouveau a été créé. Vérifiez à qui est ce compte avant d'activer Sync.",
  "flag.domain_stripped": "Nom de domaine retiré",
  "flag.domain_stripped_advice":
    "Le nom de la source avait un nom de domaine. Ici, Microsoft 365 attribue le domaine ; il a donc été retiré. Si le domaine par défaut est le même, il n'y a rien à faire.",
  "flag.domain_missing": "Nom de domaine manquant",
  "flag.domain_missing_advice":
    "L'école n'a pas de nom de domaine, ce nom n'est donc pas envoyé. Faites configurer le domaine de l'école par l'administrateur : le nom le reçoit de lui-même et cet avis disparaît.",
  "flag.exceeds_microsoft_limit": "Trop long pour Microsoft 365",
  "flag.exceeds_microsoft_limit_advice":
    "Microsoft 365 autorise 64 caractères avant le @ et 113 au total. Raccourcissez le nom d'utilisateur.",
  "flag.likely_existing_account": "A probablement déjà un compte",
  "flag.likely_existing_account_advice":
    "Un compte de Microsoft 365 est probablement celui de cette personne, Sync est donc désactivé. Liez le compte dans Comptes existants. S'il est à une autre personne, activez Sync ici ou saisissez un autre nom.",
  "flag.name_taken_in_tenant": "Le nom existe déjà dans Microsoft 365",
  "flag.name_taken_in_tenant_advice":
    "Un compte de Microsoft 365 a le nom que le format donnerait, et il n'est pas certain à qui il est ; Sync est donc désactivé. Liez le compte dans Comptes existants. S'il est à une autre personne, activez Sync ici ou saisissez un autre nom.",
  "flag.folded_twin": "Ressemble à un autre nom",
  "flag.folded_twin_advice":
    "Le nom d'utilisateur ne diffère de celui d'une autre personne que par la ponctuation ; le courrier arrive facilement chez l'autre. Donnez un autre nom à l'une des deux. Si elles y sont habituées, il n'y a rien à faire.",
  "flag.several_enrolments": "Plusieurs implantations",
  "flag.several_enrolments_advice":
    "Cet élève est inscrit dans plusieurs implantations et a un seul nom d'utilisateur, avec le domaine de l'inscription qui a commencé en dernier. Vérifiez si une des inscriptions aurait dû se terminer.",
  "flag.inactive": "Plus actif",
  "flag.inactive_advice":
    "Les noms d'utilisateur créés restent visibles pendant l'année scolaire en cours, même si le membre du personnel devient inactif. Le compte reste aussi dans MS365, mais la personne quitte les groupes.",
  "flag.other": "À vérifier",
  "flag.other_advice": "Vérifiez ce nom d'utilisateur.",

  "details.title": "Détails",
  "details.person": "Données",
  "details.flags": "À vérifier",
  "details.history": "Historique",
  "details.history_empty": "Rien ne s'est encore passé pour ce nom d'utilisateur.",
  "details.history_failed": "L'historique n'a pas pu être chargé.",
  "details.history_more": "Afficher les plus anciens",
  "details.undo": "Annuler l'opération",
  "details.undo_label": "Annuler l'opération : {event}",
  "details.undone": "Opération annulée",
  "details.undone_already": "Il n'y avait rien à annuler : c'est déjà le cas",
  "details.undo_failed": "L'annulation a échoué : {error}",
  "details.edit": "Modifier",
  "details.no_value": "aucun",

  "history.created": "Créé comme {after}",
  "history.edited": "Modifié de {before} en {after}",
  "history.renamed": "Renommé de {before} en {after}",
  "history.sync_on": "Sync activé",
  "history.sync_off": "Sync désactivé",
  "history.reserved": "Nom {after} réservé",
  "history.former_name_taken": "Ancien nom {before} donné à une autre personne",
  "history.linked": "Lié au compte existant {after}",
  "history.moved": "Repris d'une autre personne",
  "history.domain_fixed": "Domaine fixé : {after}",
  "history.domain_removed": "Domaine {before} retiré",
  "history.domain_policy": "Politique de domaine modifiée : de {before} en {after}",
  "history.other": "Modifié",
  "history.undoing": "par annulation",
  "history.by_engine": "automatique",
  "history.by_operator": "gestionnaire",

  "accounts.title": "Comptes existants",
  "accounts.waiting": {
    one: "{count} proposition attend une liaison",
    other: "{count} propositions attendent une liaison",
  },
  "accounts.detail":
    "Ces comptes de Microsoft 365 sont probablement ceux de personnes de votre liste. Si vous liez un compte, la personne reçoit ce nom d'utilisateur et aucun deuxième compte n'est créé. Sync reste tel quel.",
  "accounts.source":
    "Les propositions viennent des utilisateurs du centre d'administration Entra, qu'un gestionnaire importe. S'il manque un compte, demandez au gestionnaire de l'importer.",
  "accounts.empty": "Il n'y a pas de propositions pour cette liste.",
  "accounts.empty_detail":
    "Les propositions apparaissent après l'importation des utilisateurs du centre d'administration Entra.",
  "accounts.empty_imported":
    "Aucun des comptes importés ne correspond à une personne de cette liste en attente d'activation.",
  "accounts.failed": "Les propositions n'ont pas pu être chargées.",
  "accounts.person": "Personne",
  "accounts.present": "Nom d'utilisateur actuel",
  "accounts.account": "Compte dans Microsoft 365",
  "accounts.why": "Pourquoi",
  "accounts.action": "Action",
  "accounts.sure": "certain",
  "accounts.likely": "probable",
  "accounts.domain_differs": "Le domaine {domain} sera fixé",
  "accounts.approve": "Lier",
  "accounts.approve_label": "Lier {account} à {name}",
  "accounts.cannot": "Liaison impossible : {reason}",
  "accounts.approve_all": {
    one: "Lier {count} proposition certaine",
    other: "Lier les {count} propositions certaines",
  },
  "accounts.approve_all_title": {
    one: "Lier {count} compte ?",
    other: "Lier {count} comptes ?",
  },
  "accounts.approve_all_detail":
    "Uniquement les propositions pour lesquelles aucune autre personne ni aucun autre compte n'entre en ligne de compte. Chacun reçoit le nom d'utilisateur de son compte.",
  "accounts.approving": "Liaison des comptes …",
  "accounts.approved": { one: "{count} compte lié", other: "{count} comptes liés" },
  "accounts.nothing": "Il n'y avait plus rien à lier.",
  "accounts.left": {
    one: "{count} proposition reste : {reasons}",
    other: "{count} propositions restent : {reasons}",
  },
  "accounts.left_no_right": "pas de droit d'écriture",
  "accounts.left_no_username": "le nom d'utilisateur n'est pas encore créé",
  "accounts.left_not_yet_editable": "l'élève n'a pas encore commencé",
  "accounts.left_name_taken": "le nom est déjà celui d'une autre personne ici",
  "accounts.left_domain_differs": "le compte a un autre domaine ; liez-le séparément",
  "accounts.left_domain_not_allowed":
    "un nom d'utilisateur ne peut pas avoir ici le domaine du compte",
  "accounts.left_other": "ce n'était pas possible",
  "accounts.not_approved": "La liaison a échoué : {error}",
  "accounts.import": "Importer les utilisateurs d'Entra",
  "accounts.import_detail":
    "Choisissez le fichier CSV que le centre d'administration Entra crée lors du téléchargement des utilisateurs. Il remplace l'importation précédente.",
  "accounts.import_file": "Choisir un fichier CSV",
  "accounts.import_last": {
    one: "{count} compte connu, importé le {date}",
    other: "{count} comptes connus, importés le {date}",
  },
  "accounts.import_title": "Importer ce fichier ?",
  "accounts.import_effect": {
    one: "{count} compte (nouveaux : {added} ; absents du fichier : {removed}).",
    other: "{count} comptes (nouveaux : {added} ; absents du fichier : {removed}).",
  },
  "accounts.import_dropped": {
    one: "{count} compte lié n'y est plus.",
    other: "{count} comptes liés n'y sont plus.",
  },
  "accounts.import_proposals": "Propositions ensuite – certaines : {sure}, probables : {likely}.",
  "accounts.import_button": "Importer",
  "accounts.importing": "Importation du fichier …",
  "accounts.imported": { one: "{count} compte importé", other: "{count} comptes importés" },
  "accounts.not_imported": "L'importation a échoué : {error}",
  "accounts.fault": "ligne {line}, colonne {column} : {problem}",
  "accounts.fault_in_line": "ligne {line} : {problem}",
  "accounts.fault_no_accounts": "le fichier ne contient pas de comptes",
  "accounts.fault_encoding": "n'est pas en {encoding}",
  "accounts.fault_nul_character": "contient un caractère NUL : enregistrez le fichier en UTF-8",
  "accounts.fault_not_csv": "n'est pas du CSV valide",
  "accounts.fault_column_missing": "manque dans l'en-tête",
  "accounts.fault_column_twice": "figure deux fois dans l'en-tête",
  "accounts.fault_width": {
    one: "a {found} valeur, l'en-tête en a {expected}",
    other: "a {found} valeurs, l'en-tête en a {expected}",
  },
  "accounts.fault_not_an_address": "n'est pas de la forme nom@domaine",
  "accounts.fault_repeated": "figure déjà à la ligne {earlier}",
  "accounts.reason_employee_id": "Même numéro d'employé",
  "accounts.reason_same_names_and_birth_year": "Mêmes noms et année de naissance",
  "accounts.reason_same_names_and_class": "Mêmes noms et classe",
  "accounts.reason_exact_format": "Même nom d'utilisateur que celui du format",
  "accounts.reason_same_names": "Mêmes noms",
  "accounts.reason_exact_format_other_names": "Même nom d'utilisateur, mais autres noms",
  "accounts.reason_employee_id_other_names": "Même numéro d'employé, mais autres noms",

  "problem.network": "Pas de connexion avec le serveur. Réessayez.",
  "problem.server": "Une erreur s'est produite sur le serveur. Réessayez.",
  "problem.gone": "Cela n'existe plus. Rechargez la page et réessayez.",
  "problem.page": "Une erreur s'est produite sur cette page. Rechargez-la et réessayez.",
  "problem.signed_out": "Votre session est terminée. Connectez-vous à nouveau.",
  "problem.file_too_large": "Le fichier est trop grand.",
  "problem.file_not_csv": "Ce n'est pas un fichier CSV.",
};
