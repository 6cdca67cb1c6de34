/** Modal dialogs: the focus is kept inside and goes back to where it was. */

import { append, type Child, element, newId } from "../dom.ts";
import { icon } from "../icons.ts";
import type { Visit } from "../context.ts";

export interface OpenDialog {
  readonly dialog: HTMLDialogElement;
  readonly body: HTMLElement;
  readonly footer: HTMLElement;
  close(): void;
}

export interface DialogOptions {
  readonly title: string;
  readonly kind: "question" | "drawer" | "wide";
  readonly closed?: () => void;
}

/** Opens a dialog with a title and a button that closes it; Escape does so too. */
export function openDialog(
  visit: Pick<Visit, "speech" | "notices">,
  options: DialogOptions,
): OpenDialog {
  const heading = newId("dialog");
  const body = element("div", { class: "dialog-body" });
  const footer = element("div", { class: "dialog-footer" });
  const dialog = element("dialog", {
    class: `dialog dialog-${options.kind}`,
    "aria-labelledby": heading,
  });
  const close = (): void => dialog.close();
  const closeButton = element(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": visit.speech.say("page.close"),
      onclick: close,
    },
    icon("close"),
  );
  dialog.append(
    element(
      "div",
      { class: "dialog-header" },
      element("h2", { id: heading }, options.title),
      closeButton,
    ),
    body,
    footer,
  );
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    visit.notices.leave(dialog);
    const focused = document.activeElement;
    const isLost = focused === null || focused === document.body || dialog.contains(focused);
    dialog.remove();
    // Browsers tell of it a frame late: a key may have led elsewhere since.
    if (isLost && before instanceof HTMLElement && before.isConnected) {
      before.focus();
    }
    options.closed?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  visit.notices.moveTo(dialog);
  return { dialog, body, footer, close };
}

export interface Answer<Key extends string> {
  readonly key: Key;
  readonly label: string;
  readonly primary?: boolean;
  /** Has the focus instead of the primary one, as what a hasty Enter may do. */
  readonly focused?: boolean;
}

/** Asks one question; null where it was closed without an answer. The primary answer has the focus. */
export async function ask<Key extends string>(
  visit: Pick<Visit, "speech" | "notices">,
  title: string,
  body: readonly Child[],
  answers: readonly Answer<Key>[],
): Promise<Key | null> {
  return new Promise((resolve) => {
    let given: Key | null = null;
    const opened = openDialog(visit, { title, kind: "question", closed: () => resolve(given) });
    append(opened.body, ...body);
    // How many, and what it means, is heard with the question.
    opened.body.id = newId("question");
    opened.dialog.setAttribute("aria-describedby", opened.body.id);
    for (const answer of answers) {
      const choose = (): void => {
        given = answer.key;
        opened.close();
      };
      const kind = answer.primary ? "button button-primary" : "button";
      const button = element(
        "button",
        { type: "button", class: kind, onclick: choose },
        answer.label,
      );
      opened.footer.append(button);
      if (answer.focused || (answer.primary && !answers.some(({ focused }) => focused))) {
        button.focus();
      }
    }
  });
}
