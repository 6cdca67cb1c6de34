/** The session ended: one signs in beside this page, which keeps all that was typed on it. */

import type { Visit } from "../context.ts";
import { element } from "../dom.ts";
import { onSignedIn, signInElsewhere } from "../session.ts";
import { openDialog } from "./dialogs.ts";

/**
 * Asks to sign in again in another tab; resolves once that is done, or the dialog was closed. By
 * then somebody else may be signed in, or nobody.
 */
export async function signInAgain(visit: Visit): Promise<void> {
  const { speech, client, me, notices } = visit;
  return new Promise((resolve) => {
    const opened = openDialog(visit, {
      title: speech.say("sign_in.ended"),
      kind: "question",
      closed: () => {
        stop();
        resolve();
      },
    });
    const look = async (): Promise<void> => {
      const present = await client.me().catch(() => null);
      if (present?.subject === me.subject && opened.dialog.open) {
        opened.close();
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
