/** Which columns are shown, and in which order. */

import type { ColumnKey } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element, newId } from "../dom.ts";
import { icon, type IconName } from "../icons.ts";
import { openDialog } from "../notices/dialogs.ts";
import { type Layout, shownColumns, STANDARD, withHidden, withShifted } from "../table/layout.ts";

export function openColumns(visit: Visit, layout: Layout, chosen: (layout: Layout) => void): void {
  const { speech } = visit;
  const opened = openDialog(visit, { title: speech.say("list.columns"), kind: "question" });
  const list = element("ul", { class: "columns-list" });
  let present = layout;
  const become = (next: Layout, focus: string): void => {
    present = next;
    chosen(next);
    paint();
    list.querySelector<HTMLElement>(`[data-focus="${focus}"]`)?.focus();
  };
  const paint = (): void => {
    list.replaceChildren(...present.order.map((key) => line(visit, present, key, become)));
  };
  paint();
  opened.body.append(element("p", {}, speech.say("list.columns_detail")), list);
  opened.footer.append(
    element(
      "button",
      {
        type: "button",
        class: "button",
        onclick: () => become({ ...STANDARD, sort: present.sort }, "show-family_name"),
      },
      speech.say("list.columns_reset"),
    ),
    element(
      "button",
      { type: "button", class: "button button-primary", onclick: opened.close },
      speech.say("page.close"),
    ),
  );
}

function line(
  { speech }: Visit,
  layout: Layout,
  key: ColumnKey,
  become: (layout: Layout, focus: string) => void,
): HTMLElement {
  const id = newId("column");
  const column = speech.say(`column.${key}`);
  const shown = shownColumns(layout);
  const box = element("input", {
    id,
    type: "checkbox",
    class: "box",
    "data-focus": `show-${key}`,
    disabled: shown.length === 1 && shown[0] === key,
    onchange: () => become(withHidden(layout, key, !box.checked), `show-${key}`),
  });
  box.checked = shown.includes(key);
  const shift = (by: -1 | 1, drawn: IconName, label: string): HTMLElement =>
    element(
      "button",
      {
        type: "button",
        class: "icon-button",
        "data-focus": `${by}-${key}`,
        "aria-label": label,
        title: label,
        onclick: () => become(withShifted(layout, key, by), `${by}-${key}`),
      },
      icon(drawn),
    );
  return element(
    "li",
    {},
    box,
    element("label", { for: id }, column),
    shift(-1, "arrowUp", speech.say("list.column_earlier", { column })),
    shift(1, "arrowDown", speech.say("list.column_later", { column })),
  );
}
