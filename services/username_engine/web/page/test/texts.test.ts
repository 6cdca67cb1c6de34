import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../src/api/problem.ts";
import { flagTexts } from "../src/details/flags.ts";
import { emptyTexts } from "../src/screens/empty_state.ts";
import { isPlural, type PluralText } from "../src/texts/filling.ts";
import { problemText } from "../src/texts/problem_text.ts";
import { LANGUAGES, languageOf, Speech, TEXTS } from "../src/texts/texts.ts";

const NL = new Speech("nl");

test("every language says everything, with the same places to fill in", () => {
  for (const language of LANGUAGES) {
    const texts = TEXTS[language];
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(TEXTS.nl).sort());
    for (const [key, text] of Object.entries(TEXTS.nl)) {
      const translated = texts[key as keyof typeof texts];
      assert.deepEqual(placesIn(translated), placesIn(text), `${language} ${key}`);
      const forms = isPlural(translated) ? [translated.one, translated.other] : [translated];
      assert.ok(
        forms.every((form) => form.trim() !== ""),
        `${language} ${key}`,
      );
    }
  }
});

test("no language is left in Dutch", () => {
  // "Account in Microsoft 365" is Dutch and English.
  const sentences = Object.entries(TEXTS.nl).filter(
    ([key, text]) =>
      typeof text === "string" && text.split(" ").length > 3 && key !== "accounts.account",
  );
  for (const language of ["en", "fr", "de"] as const) {
    const texts = Object.entries(TEXTS[language]);
    const same = sentences.filter(([key, text]) => texts.some(([k, t]) => k === key && t === text));
    assert.deepEqual(same, []);
  }
});

test("the manual's words stand as they are in the manual", () => {
  assert.equal(
    NL.say("edit.not_saved", { username: "x", error: "Ongeldige gebruikersnaam" }),
    "De gebruikersnaam 'x' is niet opgeslagen: Ongeldige gebruikersnaam",
  );
  assert.equal(NL.say("sync.failed"), "Opslaan sync mislukt");
  const columns = [
    "Naam",
    "Voornaam",
    "Sync?",
    "Gebruikersnaam",
    "Domeinnaam",
    "School",
    "Vestiging",
    "Klas",
    "Geboortedatum",
    "Aangemaakt op",
  ];
  const keys = Object.keys(TEXTS.nl).filter((key) => key.startsWith("column."));
  const said = keys.map((key) => (NL.has(key) ? NL.say(key) : ""));
  assert.deepEqual(said.slice(0, columns.length), columns);
});

test("one and more are said as the language does", () => {
  assert.equal(NL.say("list.waiting", { count: 1 }), "1 wacht op vrijgave");
  assert.equal(NL.say("list.waiting", { count: 1234 }), "1.234 wachten op vrijgave");
  const fr = new Speech("fr");
  // In French nothing is singular.
  assert.equal(fr.say("list.count", { count: 0 }), "0 nom d'utilisateur");
  assert.equal(fr.say("list.count", { count: 2 }), "2 noms d'utilisateur");
});

test("dates are written as in Belgium, moments as clocks in Brussels", () => {
  assert.equal(NL.day("2012-03-05"), "05/03/2012");
  assert.equal(new Speech("de").day("2012-03-05"), "05.03.2012");
  assert.match(NL.moment("2024-07-01T22:30:00Z"), /^2 jul\.? 2024,? 00:30$/);
});

test("a value is told as typed, even where it looks like a place to fill in", () => {
  assert.equal(
    NL.say("edit.saved", { username: "$& {error}" }),
    "Gebruikersnaam '$& {error}' is opgeslagen",
  );
});

test("an unknown language is Dutch", () => {
  assert.deepEqual(["fr", "nl-BE", null, "xx"].map(languageOf), ["fr", "nl", "nl", "nl"]);
});

test("every flag has a title and what to do about it", () => {
  const flags = [
    "needs_review",
    "consonants_only",
    "name_missing",
    "from_identifier",
    "year_missing",
    "source_name_invalid",
    "source_name_taken",
    "domain_stripped",
    "domain_missing",
    "exceeds_microsoft_limit",
    "likely_existing_account",
    "name_taken_in_tenant",
    "folded_twin",
    "several_enrolments",
    "inactive",
  ];
  for (const flag of flags) {
    const [said, ...more] = flagTexts(NL, [flag]);
    assert.ok(said && said.title && said.advice && more.length === 0, flag);
    assert.notEqual(said.title, NL.say("flag.other"), flag);
  }
});

test("the general flag is silent beside its reason, and an unknown one says something", () => {
  const titles = (flags: string[]): string[] => flagTexts(NL, flags).map(({ title }) => title);
  assert.deepEqual(titles(["needs_review", "name_missing"]), ["Naam ontbreekt"]);
  assert.deepEqual(titles(["from_mars", "from_venus"]), ["Aandacht nodig"]);
});

test("each reason for an empty list has its text", () => {
  const reasons = [
    "no_configuration",
    "no_right",
    "no_active_enrolment",
    "names_being_made",
    "no_match",
  ] as const;
  for (const reason of reasons) {
    for (const group of ["students", "staff"] as const) {
      assert.ok(
        emptyTexts(reason, group).every((key) => NL.has(key)),
        `${reason} ${group}`,
      );
    }
  }
});

test("the engine's words are used, and where it has none there are some", () => {
  const taken = new Problem(409, "username.taken", "Gebruikersnaam fout", "'x' is al in gebruik.");
  assert.equal(problemText(NL, taken), "'x' is al in gebruik.");
  assert.equal(
    problemText(NL, new Problem(0, "network.unreachable", "", "")),
    NL.say("problem.network"),
  );
  assert.equal(problemText(NL, new Problem(500, "internal", "", "")), NL.say("problem.server"));
  const busy = new Problem(
    503,
    "sync.not_saved",
    "Sync not saved",
    "Saving sync failed. Try again.",
  );
  assert.equal(problemText(NL, busy), NL.say("sync.failed_detail"));
});

/** The names of the places to fill in, for comparing languages. */
function placesIn(text: string | PluralText): string[] {
  const forms = isPlural(text) ? [text.one, text.other] : [text];
  const names = forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
