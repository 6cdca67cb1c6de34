/** The page begins: who one is, in which language, what is to be shown. */

import "tabulator-tables/dist/css/tabulator_simple.min.css";
import "./styles/page.css";

import { asProblem, Client } from "./api/client.ts";
import { everyConfiguration } from "./api/configurations.ts";
import type { Me } from "./api/types.ts";
import type { Visit } from "./context.ts";
import { element } from "./dom.ts";
import { Notices } from "./notices/notices.ts";
import { signInAgain } from "./notices/sign_in_again.ts";
import { type Choice, choiceFor, choicesOf, type Place, placeIn, queryOf } from "./place.ts";
import { choosingScreen } from "./screens/choosing.ts";
import { failedState } from "./screens/empty_state.ts";
import { ListScreen } from "./screens/list_screen.ts";
import { signInScreen } from "./screens/sign_in.ts";
import { topBar } from "./screens/top_bar.ts";
import { keptLanguage, onSignedIn, restorePlace, tellSignedIn } from "./session.ts";
import { Speech } from "./texts/texts.ts";

class Page {
  readonly #root: HTMLElement;
  #list: ListScreen | null = null;
  #visit: Visit | null = null;
  #choices: readonly Choice[] = [];
  // Whose session ended, while he is asked to sign in again.
  #ended: Visit | null = null;

  constructor(root: HTMLElement) {
    this.#root = root;
    window.addEventListener("popstate", () => this.#openAnew());
    onSignedIn(() => void this.#look());
  }

  /** From the first look at the session on; also when the language is another. */
  async begin(): Promise<void> {
    const speech = new Speech(keptLanguage());
    document.documentElement.lang = speech.language;
    document.title = speech.say("page.title");
    const notices = new Notices(speech);
    const client = this.#newClient(speech);
    try {
      const me = await client.me();
      this.#leaveVisit(me);
      if (me === null) {
        this.#show(signInScreen(speech, () => void this.#speakAnew()));
        return;
      }
      this.#visit = { client, speech, notices, me };
      restorePlace();
      tellSignedIn();
      this.#choices = choicesOf(await everyConfiguration(client));
      this.#open();
    } catch (error) {
      const failed = failedState(speech, asProblem(error), () => void this.begin());
      this.#show(element("main", { class: "choosing" }, failed));
    }
  }

  // What an earlier visit still sends is no matter of the present one.
  #newClient(speech: Speech): Client {
    const client: Client = new Client(speech.language, {
      signedOut: () => {
        if (this.#visit?.client === client) {
          void this.#signInAgain(this.#visit);
        }
      },
      replaced: () => {
        if (this.#visit?.client === client) {
          void this.begin();
        }
      },
    });
    return client;
  }

  /** Nothing of one person is left on the screen for another. */
  #leaveVisit(next: Me | null): void {
    if (this.#visit !== null && this.#visit.me.subject !== next?.subject) {
      this.#list?.forget();
      this.#show();
    }
    this.#visit?.notices.close();
    this.#visit = null;
  }

  /** Another tab may have signed somebody else in. */
  async #look(): Promise<void> {
    const visit = this.#visit;
    if (visit === null) {
      return;
    }
    const present = await visit.client.me().catch(() => null);
    const isOther = present !== null && present.subject !== visit.me.subject;
    if (isOther && visit === this.#visit) {
      await this.begin();
    }
  }

  // What was used to choose the language is made anew too.
  async #speakAnew(): Promise<void> {
    await this.begin();
    const pickers = [...this.#root.querySelectorAll<HTMLElement>(".language select, summary")];
    pickers.find((each) => each.checkVisibility())?.focus();
  }

  #open(): void {
    const visit = this.#visit;
    if (visit === null) {
      return;
    }
    const choice = this.#chosen();
    const bar = topBar(visit, this.#choices, choice, {
      go: (place) => this.#go(place),
      languageChosen: () => void this.#speakAnew(),
      signedOut: () => void this.begin(),
    });
    const list = choice === null ? null : new ListScreen(visit, choice);
    const screen =
      list?.element ?? choosingScreen(visit.speech, this.#choices, (place) => this.#go(place));
    this.#show(bar, screen, visit.notices.element);
    this.#list = list;
    document.title = titleOf(visit.speech, choice);
    void list?.start();
  }

  /** What the address says; the only list there is; null where one must be chosen. */
  #chosen(): Choice | null {
    const place = placeIn(location.search);
    if (place !== null) {
      return choiceFor(place, this.#choices) ?? unknownChoice(place);
    }
    const [only, ...others] = this.#choices;
    if (!only || others.length > 0) {
      return null;
    }
    history.replaceState(null, "", queryOf(only.place));
    return only;
  }

  #go(place: Place | null): void {
    history.pushState(null, "", place === null ? location.pathname : queryOf(place));
    this.#openAnew();
  }

  // What had the focus is gone.
  #openAnew(): void {
    this.#open();
    document.getElementById("list")?.focus();
  }

  #show(...parts: HTMLElement[]): void {
    for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) {
      dialog.close();
    }
    this.#list?.close();
    this.#list = null;
    this.#root.replaceChildren(...parts);
  }

  // What is on the screen stays there, and what was typed can be saved afterwards.
  async #signInAgain(visit: Visit): Promise<void> {
    if (this.#ended === visit) {
      return;
    }
    this.#ended = visit;
    await signInAgain(visit);
    if (this.#ended === visit) {
      this.#ended = null;
    }
    await this.#look();
  }
}

/** A list that is in the address and not among the choices: the engine says why it is empty. */
function unknownChoice(place: Place): Choice {
  const name = place.location ?? place.school ?? "";
  return {
    place,
    schoolNumber: place.school ?? "",
    schoolName: name,
    locationName: place.location,
    schoolYear: "",
    right: "read",
  };
}

function titleOf(speech: Speech, choice: Choice | null): string {
  const title = speech.say("page.title");
  return choice === null ? title : `${choice.locationName ?? choice.schoolName} – ${title}`;
}

const root = document.getElementById("page");
if (root) {
  void new Page(root).begin();
}
