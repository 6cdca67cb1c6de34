/** Names' editors in cells of the table, with what they say floating beneath. */

import type { UsernameRow } from "../api/types.ts";
import type { Visit } from "../context.ts";
import type { UsernamesList } from "../list/usernames_list.ts";
import { type Left, NameEditor } from "./name_editor.ts";

const GAP = 4;
const MARGIN = 8;

interface Opened {
  readonly editor: NameEditor;
  readonly person: string;
  readonly cell: HTMLElement;
}

export interface CellEditingActions {
  /** The editor is gone from the cell, which is to be painted as its row is. */
  released(person: string): void;
  /** What was typed is saved or taken back; `ahead` is what was typed since for the next name. */
  ended(person: string, how: Left, ahead: string): void;
}

export class CellEditing {
  // What is said grows with an error and a proposal.
  readonly #grown = new ResizeObserver(() => this.place());
  #opened: Opened | null = null;
  // What could not be saved yet, of rows that are not shown at this moment.
  readonly #parked = new Map<string, NameEditor>();

  constructor(
    private readonly visit: Visit,
    private readonly list: UsernamesList,
    private readonly layer: HTMLElement,
    private readonly actions: CellEditingActions,
  ) {}

  /** Whose name is open; null where none is. */
  get person(): string | null {
    return this.#opened?.person ?? null;
  }

  /** Whether something was typed that is not saved. */
  get isUnsaved(): boolean {
    return this.#parked.size > 0 || (this.#opened?.editor.isUnsaved ?? false);
  }

  /** Opens the editor in `cell`; `typed` replaces the name, as the first letter that is pressed. */
  open(row: UsernameRow, cell: HTMLElement, typed: string | null = null): void {
    const { person } = row;
    if (this.#opened === null) {
      const editor: NameEditor =
        this.#parked.get(person) ??
        new NameEditor(
          this.visit,
          this.list,
          row,
          (how, ahead) => this.#left(person, editor, how, ahead),
          typed,
        );
      this.#attach(person, editor, cell);
    }
    // One that could not be saved is still open: it comes first.
    this.#opened?.editor.focus();
  }

  /** Before the rows are painted anew: what is not saved waits until its row is shown again. */
  park(): void {
    const opened = this.#detach();
    if (opened?.editor.isUnsaved) {
      this.#parked.set(opened.person, opened.editor);
    } else {
      opened?.editor.close();
    }
  }

  /** Opens again what waits, where its row is drawn. */
  resume(cellOf: (person: string) => HTMLElement | null): void {
    for (const [person, editor] of this.#parked) {
      const cell = cellOf(person);
      if (this.#opened !== null || !cell?.isConnected) {
        continue;
      }
      this.#attach(person, editor, cell);
      if (document.activeElement === document.body || document.activeElement === cell) {
        editor.focus();
      }
    }
  }

  /** Keeps what is said beneath the cell, above it where there is no room, as things move. */
  place(): void {
    if (this.#opened === null) {
      return;
    }
    const { editor, cell } = this.#opened;
    const { element } = editor.feedback;
    const box = cell.getBoundingClientRect();
    element.classList.toggle("feedback-out", !cell.isConnected || !isInView(cell, box));
    const width = Math.min(Math.max(box.width, 280), window.innerWidth - 2 * MARGIN);
    const left = Math.min(Math.max(box.left, MARGIN), window.innerWidth - width - MARGIN);
    const below = box.bottom + GAP;
    const fits = below + element.offsetHeight + MARGIN <= window.innerHeight;
    element.style.width = `${width}px`;
    element.style.left = `${left}px`;
    element.style.top = `${fits ? below : box.top - GAP - element.offsetHeight}px`;
  }

  /** Whoever leaves the list means what was typed; what was refused is forgotten. */
  close(): void {
    for (const editor of [this.#opened?.editor, ...this.#parked.values()]) {
      editor?.finish();
    }
    this.forget();
  }

  /** Nothing that was typed is saved any more. */
  forget(): void {
    this.#detach()?.editor.close();
    for (const editor of this.#parked.values()) {
      editor.close();
    }
    this.#parked.clear();
  }

  #attach(person: string, editor: NameEditor, cell: HTMLElement): void {
    this.#parked.delete(person);
    this.#opened = { editor, person, cell };
    cell.classList.add("cell-editing");
    cell.replaceChildren(editor.input);
    this.layer.append(editor.feedback.element);
    this.#grown.observe(editor.feedback.element);
    editor.attached = true;
    this.place();
  }

  #detach(): Opened | null {
    const opened = this.#opened;
    if (opened !== null) {
      this.#opened = null;
      opened.editor.attached = false;
      this.#grown.disconnect();
      opened.editor.feedback.element.remove();
      opened.cell.classList.remove("cell-editing");
      this.actions.released(opened.person);
    }
    return opened;
  }

  #left(person: string, editor: NameEditor, how: Left, ahead: string): void {
    if (this.#opened?.editor === editor) {
      this.#detach();
      this.actions.ended(person, how, ahead);
    } else {
      this.#parked.delete(person);
    }
  }
}

function isInView(cell: HTMLElement, box: DOMRect): boolean {
  const holder = cell.closest(".tabulator-tableholder")?.getBoundingClientRect();
  return holder === undefined || (box.bottom > holder.top && box.top < holder.bottom);
}
