/** Of Tabulator's renderer what a renderer of one's own needs; its types leave the class empty. */

import "tabulator-tables";

declare module "tabulator-tables" {
  interface Renderer {
    readonly table: Tabulator & {
      readonly rowManager: { renderMode: unknown; tableEmpty(): void };
    };
    /** What scrolls, and the element in it that has the rows. */
    readonly elementVertical: HTMLElement;
    readonly tableElement: HTMLElement;
    verticalFillMode: "fill" | "fit";
    /** All rows, in order. */
    rows(): RendererRow[];
    styleRow(row: RendererRow, place: number): void;
  }

  interface RendererRow {
    readonly heightInitialized: boolean;
    getElement(): HTMLElement;
    initialize(force: boolean, inFragment: boolean): void;
    rendered(): void;
    calcHeight(force: boolean): void;
    setCellHeight(): void;
  }
}
