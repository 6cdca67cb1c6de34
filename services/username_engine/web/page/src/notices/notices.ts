/** Messages at the top right, which are also announced; errors at once, the rest when it suits. */

import { element } from "../dom.ts";
import { icon, type IconName } from "../icons.ts";
import type { Speech } from "../texts/texts.ts";
import { makeRoom } from "./making_room.ts";
import { Timers } from "./timers.ts";

export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

interface Extra {
  readonly about?: string;
  readonly action?: NoticeAction | undefined;
}

type Kind = "success" | "warning" | "failure";

const ICONS: Readonly<Record<Kind, IconName>> = {
  success: "check",
  warning: "alert",
  failure: "alert",
};

const SHOWN_FOR = 6_000;
const SHOWN_WITH_ACTION_FOR = 60_000;
// What is said within this time of each other belongs together: all of it is read.
const TOGETHER = 1_500;
const MOST = 4;

export class Notices {
  readonly element: HTMLElement;
  readonly #cards: HTMLElement;
  readonly #polite = new LiveRegion("status");
  readonly #assertive = new LiveRegion("alert");
  readonly #madeIn = new WeakMap<HTMLElement, HTMLElement | null>();
  readonly #stopMakingRoom: () => void;
  readonly #timers = new Timers();
  #before: HTMLElement | null = null;
  // Where they stand while no dialog is open.
  #home: HTMLElement | null = null;
  #closed = false;

  constructor(private readonly speech: Speech) {
    this.#cards = element("div", { class: "notices-cards" });
    this.element = element(
      "section",
      { class: "notices", "aria-label": speech.say("notice.label") },
      this.#cards,
      this.#polite.element,
      this.#assertive.element,
    );
    this.#stopMakingRoom = makeRoom(this.element, this.#cards);
    this.element.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget instanceof HTMLElement && !this.element.contains(relatedTarget)) {
        this.#before = relatedTarget;
      }
    });
  }

  /** Goes away by itself, later where it can be acted on. */
  success(text: string, action?: NoticeAction): void {
    this.#show("success", text, { action });
    this.announce(text);
  }

  /** Saved, but one should know something: stays until it is closed. */
  warning(text: string): void {
    this.#show("warning", text);
    this.announce(text);
  }

  /** `about` is what kind of error it is, on a line of its own above the text. */
  failure(text: string, { about = "" }: { readonly about?: string } = {}): void {
    this.#show("failure", text, { about });
    this.#assertive.say(about === "" ? text : `${about}: ${text}`);
  }

  /** Only for who hears the page. */
  announce(text: string): void {
    this.#polite.say(text);
  }

  /** Before anything else is done: what failed or was done before is not what is said next. */
  clear(): void {
    const done = ".notice-failure, .notice-success:not(:has(.notice-action))";
    for (const card of this.#cards.querySelectorAll(done)) {
      card.remove();
    }
  }

  /** They are of one visit: nothing of it is shown or said afterwards. */
  close(): void {
    this.#closed = true;
    this.#stopMakingRoom();
    this.#timers.stop();
    this.element.remove();
  }

  /**
   * A modal dialog hides all that is not in it, so messages move into it and back. There they stand
   * above its last buttons and cover nothing.
   */
  moveTo(dialog: HTMLElement): void {
    if (!this.#closed) {
      const parent = this.element.parentElement;
      this.#home = parent?.closest("dialog") ? this.#home : parent;
      dialog.insertBefore(this.element, dialog.querySelector(":scope > .dialog-footer"));
    }
  }

  /**
   * Moves out of a dialog that closed, into the one beneath it or to where they stood; what was to
   * be known in it is not taken along.
   */
  leave(dialog: HTMLElement): void {
    for (const card of this.#cards.querySelectorAll<HTMLElement>(
      ".notice-failure, .notice-warning",
    )) {
      if (this.#madeIn.get(card) === dialog) {
        card.remove();
      }
    }
    if (this.element.parentElement === dialog) {
      const beneath = [...document.querySelectorAll<HTMLElement>("dialog[open]")].at(-1);
      if (beneath) {
        this.moveTo(beneath);
      } else {
        this.#home?.append(this.element);
      }
    }
  }

  // Only the last thing done can be undone from here.
  #forgetActions(): void {
    for (const card of this.#cards.querySelectorAll<HTMLElement>(".notice:has(.notice-action)")) {
      this.#dismiss(card);
    }
  }

  // The focus goes back to where it came from.
  #dismiss(card: HTMLElement): void {
    const hadFocus = card.contains(document.activeElement);
    card.remove();
    if (hadFocus) {
      const before = this.#before?.isConnected ? this.#before : document.getElementById("list");
      before?.focus();
    }
  }

  #show(kind: Kind, text: string, { about = "", action }: Extra = {}): void {
    if (this.#closed) {
      return;
    }
    const card = element(
      "div",
      { class: `notice notice-${kind}` },
      icon(ICONS[kind]),
      element(
        "div",
        { class: "notice-words" },
        about !== "" && element("strong", {}, about),
        element("p", {}, text),
      ),
    );
    if (action) {
      this.#forgetActions();
      card.append(this.#actionOf(card, action));
    }
    card.append(this.#closeButton(card));
    this.#madeIn.set(card, this.element.parentElement);
    this.#cards.prepend(card);
    this.#cards.children[MOST]?.remove();
    if (kind === "success") {
      this.#timers.removeLater(card, action ? SHOWN_WITH_ACTION_FOR : SHOWN_FOR);
    }
  }

  #actionOf(card: HTMLElement, action: NoticeAction): HTMLElement {
    const act = (): void => {
      this.#dismiss(card);
      action.run();
    };
    return element(
      "button",
      { type: "button", class: "notice-action", onclick: act },
      action.label,
    );
  }

  #closeButton(card: HTMLElement): HTMLElement {
    return element(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": this.speech.say("notice.close"),
        onclick: () => this.#dismiss(card),
      },
      icon("close"),
    );
  }
}

/** What is only heard. Each text is a new node, so that the same one twice is read twice. */
class LiveRegion {
  readonly element: HTMLElement;
  #last = 0;

  constructor(role: "status" | "alert") {
    this.element = element("div", { class: "visually-hidden", role, "aria-atomic": "false" });
  }

  say(text: string): void {
    const now = performance.now();
    if (now - this.#last > TOGETHER) {
      this.element.replaceChildren();
    }
    this.#last = now;
    this.element.append(element("p", {}, text));
  }
}
