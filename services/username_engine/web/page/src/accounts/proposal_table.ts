import type { Proposal } from "../api/types.ts";
import { element } from "../dom.ts";
import { fullName } from "../table/cells.ts";
import type { Speech } from "../texts/texts.ts";
import { leftReason } from "./left_reasons.ts";

/** The proposals, each with a button that approves it; without buttons where `approve` is null. */
export function proposalTable(
  speech: Speech,
  proposals: readonly Proposal[],
  approve: ((proposal: Proposal) => void) | null,
): HTMLElement {
  const heads = (["person", "present", "account", "why", "action"] as const).map((key) =>
    element(
      "th",
      { scope: "col" },
      key === "action"
        ? element("span", { class: "visually-hidden" }, speech.say("accounts.action"))
        : speech.say(`accounts.${key}`),
    ),
  );
  return element(
    "table",
    { class: "accounts" },
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...proposals.map((each) => line(speech, each, approve))),
  );
}

function line(
  speech: Speech,
  proposal: Proposal,
  approve: ((proposal: Proposal) => void) | null,
): HTMLElement {
  const { account } = proposal;
  const name = fullName(proposal);
  const button =
    approve !== null &&
    proposal.can_approve &&
    element(
      "button",
      {
        type: "button",
        class: "button button-small",
        "aria-label": speech.say("accounts.approve_label", { account, name }),
        onclick: () => approve(proposal),
      },
      speech.say("accounts.approve"),
    );
  const where = proposal.class ?? proposal.school;
  return element(
    "tr",
    {},
    element(
      "td",
      { "data-label": speech.say("accounts.person") },
      element("strong", {}, name),
      element("div", { class: "quiet" }, where),
    ),
    element("td", { "data-label": speech.say("accounts.present") }, proposal.username ?? ""),
    element(
      "td",
      { "data-label": speech.say("accounts.account") },
      ...address(account),
      element("div", { class: "quiet" }, proposal.display_name),
    ),
    element(
      "td",
      { "data-label": speech.say("accounts.why") },
      ...why(speech, proposal),
      approve !== null && whyNot(speech, proposal),
    ),
    element("td", {}, button),
  );
}

// Broken before the domain, where it must be.
function address(account: string): (Node | string)[] {
  const at = account.lastIndexOf("@");
  return at < 0 ? [account] : [account.slice(0, at), element("wbr", {}), account.slice(at)];
}

function why(
  speech: Speech,
  { strength, reason, account, domain_differs, can_approve }: Proposal,
): HTMLElement[] {
  const key = `accounts.reason_${reason}`;
  const tag = strength === "sure" ? "tag" : "tag tag-warning";
  const said = [
    element("span", { class: tag }, speech.say(`accounts.${strength}`)),
    element("div", { class: "quiet" }, speech.has(key) ? speech.say(key) : ""),
  ];
  if (domain_differs && can_approve) {
    const domain = account.split("@")[1] ?? "";
    said.push(
      element("div", { class: "quiet" }, speech.say("accounts.domain_differs", { domain })),
    );
  }
  return said;
}

function whyNot(speech: Speech, { why_not }: Proposal): HTMLElement | false {
  return (
    why_not !== null &&
    element("div", { class: "why-not" }, speech.say("accounts.cannot", { reason: leftReason(speech, why_not) }))
  );
}
