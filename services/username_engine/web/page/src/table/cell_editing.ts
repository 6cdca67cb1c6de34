/** The name's editor in a cell of the table, with what it says floating beneath. */

import type { UsernameRow } from "../api/types.ts";
import type { Visit } from "../context.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { type Left, NameEditor } from "./name_editor.ts";

const GAP = 4;
const MARGIN = 8;

export class CellEditing {
  // What is said grows with an error and a proposal.
  readonly #grown = new ResizeObserver(() => this.place());
  #editor: NameEditor | null = null;
  #cell: HTMLElement | null = null;
  #person: string | null = null;

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    private readonly layer: HTMLElement,
    /** The cell is to be painted as the row is now. */
    private readonly ended: (person: string, how: Left) => void,
  ) {}

  /** Whose name is open; null where none is. */
  get person(): string | null {
    return this.#person;
  }

  /** Opens the editor in `cell`; `typed` replaces the name, as the first letter that is pressed. */
  open(row: UsernameRow, cell: HTMLElement, typed: string | null = null): void {
    if (this.#editor !== null) {
      // One that could not be saved is still open: it comes first.
      this.#editor.focus();
      return;
    }
    this.#person = row.person;
    this.#cell = cell;
    this.#editor = new NameEditor(this.visit, this.list, row, (how) => this.#left(how), typed);
    cell.classList.add("cell-editing");
    cell.replaceChildren(this.#editor.input);
    this.layer.append(this.#editor.feedback.element);
    this.#grown.observe(this.#editor.feedback.element);
    this.#editor.focus();
    this.place();
  }

  /** Keeps what is said beneath the cell, above it where there is no room, as things move. */
  place(): void {
    if (this.#editor === null || this.#cell === null) {
      return;
    }
    const { element } = this.#editor.feedback;
    const cell = this.#cell.getBoundingClientRect();
    const inside = this.#cell.isConnected && this.#isInView(cell);
    element.classList.toggle("feedback-out", !inside);
    const width = Math.min(Math.max(cell.width, 280), window.innerWidth - 2 * MARGIN);
    const left = Math.min(Math.max(cell.left, MARGIN), window.innerWidth - width - MARGIN);
    const below = cell.bottom + GAP;
    const fits = below + element.offsetHeight + MARGIN <= window.innerHeight;
    element.style.width = `${width}px`;
    element.style.left = `${left}px`;
    element.style.top = `${fits ? below : cell.top - GAP - element.offsetHeight}px`;
  }

  close(): void {
    this.#editor?.close();
    this.#left("taken_back");
  }

  #isInView(cell: DOMRect): boolean {
    const holder = this.#cell?.closest(".tabulator-tableholder")?.getBoundingClientRect();
    return holder === undefined || (cell.bottom > holder.top && cell.top < holder.bottom);
  }

  #left(how: Left): void {
    const person = this.#person;
    this.#grown.disconnect();
    this.#cell?.classList.remove("cell-editing");
    this.#editor = null;
    this.#cell = null;
    this.#person = null;
    if (person !== null) {
      this.ended(person, how);
    }
  }
}
