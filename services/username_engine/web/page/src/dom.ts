/** Building the page without markup in strings: what persons are called never becomes HTML. */

export type Child = Node | string | null | undefined | false;

type Listeners = {
  [K in keyof HTMLElementEventMap as `on${K}`]?: (event: HTMLElementEventMap[K]) => void;
};

type Attributes = Listeners & {
  [name: string]: string | number | boolean | null | undefined | ((event: never) => void);
};

/**
 * An element with attributes, listeners (`onclick` and the like) and children.
 *
 * `true` is an attribute without a value; `false`, null and undefined leave it out.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(name.slice(2), value as EventListener);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, String(value));
    }
  }
  append(made, ...children);
  return made;
}

export function append(parent: Node, ...children: Child[]): void {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) {
      parent.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    }
  }
}

export function replaceChildren(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  append(parent, ...children);
}

let made = 0;

/** An id for `aria-describedby` and the like. */
export function newId(name: string): string {
  made += 1;
  return `${name}-${made}`;
}
