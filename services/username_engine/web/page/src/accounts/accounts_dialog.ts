/** The accounts that are probably somebody's: look, approve one, or all the sure ones. */

import {
  accountsSummary,
  approveAllSure,
  approveOne,
  proposalsFor,
  sureCount,
} from "../api/account_calls.ts";
import { asProblem } from "../api/client.ts";
import type { ApproveAnswer, Proposal } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element } from "../dom.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { ask, openDialog } from "../notices/dialogs.ts";
import { Progress } from "../release/progress.ts";
import { message } from "../screens/message.ts";
import { problemText } from "../texts/problem_text.ts";
import { importPart } from "./account_import.ts";
import { leftReasons } from "./left_reasons.ts";
import { proposalTable } from "./proposal_table.ts";

export function openAccounts(
  visit: Visit,
  list: UsernamesList,
  readOnly: boolean,
  closed: () => void,
): void {
  const { speech } = visit;
  const opened = openDialog(visit, {
    title: speech.say("accounts.title"),
    kind: "wide",
    closed,
  });
  const accounts = new Accounts(visit, list, readOnly);
  opened.body.append(element("p", { class: "quiet" }, speech.say("accounts.detail")));
  if (visit.me.operator) {
    opened.body.append(importPart(visit, list.place, () => void accounts.load()));
  } else {
    opened.body.append(element("p", { class: "quiet" }, speech.say("accounts.source")));
  }
  opened.body.append(accounts.element);
  opened.footer.append(accounts.all);
  void accounts.load();
}

class Accounts {
  readonly element = element("div", { class: "accounts-part", tabindex: -1 });
  readonly all: HTMLButtonElement;
  readonly #progress = new Progress();
  readonly #content = element("div", {});
  #sure = 0;
  #running = false;

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    private readonly readOnly: boolean,
  ) {
    const approve = (): void => void this.#once(() => this.#approveAll());
    this.all = element("button", {
      type: "button",
      class: "button button-primary",
      hidden: true,
      onclick: approve,
    });
    this.element.append(this.#progress.element, this.#content);
  }

  async load(): Promise<void> {
    const { client, speech } = this.visit;
    const { place } = this.list;
    try {
      const [{ items }, sure] = await Promise.all([
        proposalsFor(client, place),
        this.readOnly ? 0 : sureCount(client, place),
      ]);
      this.#showAll(sure);
      this.#content.replaceChildren(
        items.length === 0 ? await this.#nothing() : this.#table(items),
      );
    } catch (error) {
      const said = problemText(speech, asProblem(error));
      this.#showAll(0);
      this.#content.replaceChildren(
        message("alert", speech.say("accounts.failed"), element("p", {}, said)),
      );
    }
  }

  #showAll(sure: number): void {
    this.#sure = sure;
    this.all.hidden = sure === 0;
    this.all.textContent = this.visit.speech.say("accounts.approve_all", { count: sure });
  }

  #table(proposals: readonly Proposal[]): HTMLElement {
    const approve = (each: Proposal): void => void this.#once(() => this.#approveOne(each));
    return proposalTable(this.visit.speech, proposals, this.readOnly ? null : approve);
  }

  // Only operators import, and are told whether they did.
  async #nothing(): Promise<HTMLElement> {
    const { client, me, speech } = this.visit;
    const title = speech.say("accounts.empty");
    if (!me.operator) {
      return message("link", title);
    }
    const { imported_at } = await accountsSummary(client, this.list.place);
    const detail = imported_at === null ? "accounts.empty_detail" : "accounts.empty_imported";
    return message("link", title, element("p", {}, speech.say(detail)));
  }

  // Another press means what is about to be linked already.
  async #once(work: () => Promise<void>): Promise<void> {
    if (this.#running) {
      return;
    }
    this.#running = true;
    try {
      await work();
    } finally {
      this.#running = false;
    }
  }

  async #approveOne(proposal: Proposal): Promise<void> {
    const { client } = this.visit;
    await this.#approve(() => approveOne(client, this.list.place, proposal));
  }

  async #approveAll(): Promise<void> {
    const { client } = this.visit;
    const seen = this.#sure;
    if (await this.#areMeant(seen)) {
      await this.#approve(() => approveAllSure(client, this.list.place, seen));
    }
  }

  async #areMeant(count: number): Promise<boolean> {
    const { speech } = this.visit;
    const answer = await ask(
      this.visit,
      speech.say("accounts.approve_all_title", { count }),
      [element("p", {}, speech.say("accounts.approve_all_detail"))],
      [
        // A hasty second Space or Enter is to link nobody.
        { key: "no", label: speech.say("page.cancel"), focused: true },
        { key: "yes", label: speech.say("accounts.approve"), primary: true },
      ],
    );
    return answer === "yes";
  }

  // Some are proposed since that nobody saw, or others linked theirs.
  async #askAgain(): Promise<void> {
    const { speech, notices } = this.visit;
    await Promise.all([this.load(), this.list.ask()]);
    notices.warning(speech.say(this.#sure > 0 ? "release.changed" : "accounts.nothing"));
    this.element.focus();
    if (this.#sure > 0) {
      await this.#approveAll();
    }
  }

  async #approve(approve: () => Promise<ApproveAnswer>): Promise<void> {
    const { speech, notices } = this.visit;
    notices.clear();
    this.#progress.show(speech.say("accounts.approving"));
    try {
      const answer = await this.list.whileWriting(approve);
      this.#tell(answer);
      await Promise.all([this.load(), this.list.ask()]);
      // The button that was pressed is gone.
      this.element.focus();
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === "selection.changed") {
        this.#progress.hide();
        return this.#askAgain();
      }
      const said = problemText(speech, problem);
      notices.failure(speech.say("accounts.not_approved", { error: said }));
    } finally {
      this.#progress.hide();
    }
  }

  #tell({ total, items, left }: ApproveAnswer): void {
    const { speech, notices } = this.visit;
    if (total > 0) {
      notices.success(speech.say("accounts.approved", { count: total }));
    } else if (left.length === 0) {
      notices.warning(speech.say("accounts.nothing"));
    }
    if (left.length > 0) {
      const reasons = leftReasons(speech, left);
      notices.warning(speech.say("accounts.left", { count: left.length, reasons }));
    }
    for (const { detail } of items.flatMap(({ warnings }) => warnings).slice(0, 2)) {
      notices.warning(detail);
    }
  }
}
