/** The accounts that are probably somebody's: look, approve one, or all the sure ones. */

import { approveAllSure, approveOne, proposalsFor } from "../api/account_calls.ts";
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
  const opened = openDialog(visit, { title: speech.say("accounts.title"), kind: "wide", closed });
  const accounts = new Accounts(visit, list, readOnly);
  opened.body.append(element("p", { class: "quiet" }, speech.say("accounts.detail")));
  if (visit.me.operator) {
    opened.body.append(importPart(visit, list.place, () => void accounts.load()));
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

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    private readonly readOnly: boolean,
  ) {
    const approve = (): void => void this.#approveAll();
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
    try {
      const { items } = await proposalsFor(client, this.list.place);
      this.#show(items);
    } catch (error) {
      const said = problemText(speech, asProblem(error));
      this.all.hidden = true;
      this.#content.replaceChildren(
        message("alert", speech.say("accounts.failed"), element("p", {}, said)),
      );
    }
  }

  #show(proposals: readonly Proposal[]): void {
    const { speech } = this.visit;
    this.#sure = proposals.filter(
      ({ strength, can_approve }) => strength === "sure" && can_approve,
    ).length;
    this.all.hidden = this.#sure === 0 || this.readOnly;
    this.all.textContent = speech.say("accounts.approve_all", { count: this.#sure });
    this.#content.replaceChildren(
      proposals.length === 0
        ? message(
            "link",
            speech.say("accounts.empty"),
            element("p", {}, speech.say("accounts.empty_detail")),
          )
        : proposalTable(
            speech,
            proposals,
            this.readOnly ? null : (each) => void this.#approveOne(each),
          ),
    );
  }

  async #approveOne(proposal: Proposal): Promise<void> {
    const { client } = this.visit;
    await this.#approve(() => approveOne(client, this.list.place, proposal));
  }

  async #approveAll(): Promise<void> {
    const { client, speech } = this.visit;
    const answer = await ask(
      this.visit,
      speech.say("accounts.approve_all_title", { count: this.#sure }),
      [element("p", {}, speech.say("accounts.approve_all_detail"))],
      [
        { key: "no", label: speech.say("page.cancel") },
        { key: "yes", label: speech.say("accounts.approve"), primary: true },
      ],
    );
    if (answer === "yes") {
      await this.#approve(() => approveAllSure(client, this.list.place));
    }
  }

  async #approve(approve: () => Promise<ApproveAnswer>): Promise<void> {
    const { speech, notices } = this.visit;
    notices.clearFailures();
    this.#progress.show(speech.say("accounts.approving"));
    try {
      const answer = await this.list.whileWriting(approve);
      this.#tell(answer);
      await Promise.all([this.load(), this.list.ask()]);
      // The button that was pressed is gone.
      this.element.focus();
    } catch (error) {
      const said = problemText(speech, asProblem(error));
      notices.failure(speech.say("accounts.not_approved", { error: said }));
    } finally {
      this.#progress.hide();
    }
  }

  #tell({ total, items, left }: ApproveAnswer): void {
    const { speech, notices } = this.visit;
    notices.success(speech.say("accounts.approved", { count: total }));
    if (left.length > 0) {
      const reasons = leftReasons(speech, left);
      notices.warning(speech.say("accounts.left", { count: left.length, reasons }));
    }
    for (const { detail } of items.flatMap(({ warnings }) => warnings).slice(0, 2)) {
      notices.warning(detail);
    }
  }
}
