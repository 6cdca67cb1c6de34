/** The session ended: one signs in beside this page, which keeps all that was typed on it. */

import type { Visit } from "../context.ts";
import { element } from "../dom.ts";
import { onSignedIn, signInElsewhere } from "../session.ts";
import { openDialog } from "./dialogs.ts";

/**
 * Asks to sign in again in another tab; resolves once that is done, or the dialog was closed.
 *
 * False where somebody else signed in: what is on the screen is not theirs.
 */
export async function signInAgain(visit: Visit): Promise<boolean> {
  const { speech, client, me, notices } = visit;
  return new Promise((resolve) => {
    let isSame = true;
    const opened = openDialog(visit, {
      title: speech.say("sign_in.ended"),
      kind: "question",
      closed: () => {
        stop();
        resolve(isSame);
      },
    });
    const look = async (): Promise<void> => {
      const present = await client.me().catch(() => null);
      if (present === null || !opened.dialog.open) {
        return;
      }
      isSame = present.subject === me.subject;
      opened.close();
      if (isSame) {
        notices.clear();
        notices.success(speech.say("sign_in.again"));
      }
    };
    const stop = onSignedIn(() => void look());
    const button = element(
      "button",
      { type: "button", class: "button button-primary", onclick: signInElsewhere },
      speech.say("sign_in.new_tab"),
    );
    opened.body.append(element("p", {}, speech.say("sign_in.ended_detail")));
    opened.footer.append(button);
    button.focus();
  });
}
