/** The filters of all columns in a dialog, where the screen is too narrow for them in the headers. */

import { COLUMN_KEYS, type ColumnKey } from "../api/types.ts";
import type { Visit } from "../context.ts";
import { element, newId } from "../dom.ts";
import { type ListQuery, withFilter, withoutFilters } from "../list/query.ts";
import { openDialog } from "../notices/dialogs.ts";

export function openFilters(
  visit: Visit,
  query: ListQuery,
  chosen: (query: ListQuery) => void,
): void {
  const { speech } = visit;
  const opened = openDialog(visit, { title: speech.say("list.filters"), kind: "question" });
  const fields = new Map(COLUMN_KEYS.map((key) => [key, field(visit, key, query)]));
  const form = element("form", {
    class: "filters-form",
    id: newId("filters"),
    onsubmit: (event) => {
      event.preventDefault();
      opened.close();
      chosen(filtersIn(query, fields));
    },
  });
  for (const [key, input] of fields) {
    const id = newId("filter");
    input.id = id;
    form.append(element("label", { for: id }, speech.say(`column.${key}`)), input);
  }
  opened.body.append(form);
  opened.footer.append(
    element(
      "button",
      {
        type: "button",
        class: "button",
        onclick: () => {
          opened.close();
          chosen(withoutFilters(query));
        },
      },
      speech.say("list.clear"),
    ),
    element(
      "button",
      { type: "submit", class: "button button-primary", form: form.id },
      speech.say("list.apply"),
    ),
  );
}

function filtersIn(
  query: ListQuery,
  fields: ReadonlyMap<ColumnKey, HTMLInputElement | HTMLSelectElement>,
): ListQuery {
  let next = query;
  for (const [key, { value }] of fields) {
    next = withFilter(next, key, value);
  }
  return next;
}

function field(
  { speech }: Visit,
  key: ColumnKey,
  query: ListQuery,
): HTMLInputElement | HTMLSelectElement {
  const made =
    key === "sync"
      ? element(
          "select",
          { class: "select" },
          element("option", { value: "" }, speech.say("sync.any")),
          element("option", { value: "true" }, speech.say("sync.on")),
          element("option", { value: "false" }, speech.say("sync.off")),
        )
      : element("input", {
          type: "text",
          class: "field",
          autocomplete: "off",
          spellcheck: "false",
        });
  made.value = query.filters[key] ?? "";
  return made;
}
