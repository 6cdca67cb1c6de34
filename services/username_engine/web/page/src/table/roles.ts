/**
 * Names the grid, and takes a tab stop out of it.
 *
 * What scrolls is a tab stop of Tabulator's, and where it is made none it is one of Chromium's as
 * soon as no cell in it is; with -1 it is neither. What has a tabindex needs a role that a grid may
 * have in it, so it is the group of rows in place of what it holds.
 */
export function mendRoles(grid: HTMLElement, label: string): void {
  grid.setAttribute("aria-label", label);
  grid.removeAttribute("aria-owns");
  const holder = grid.querySelector(".tabulator-tableholder");
  holder?.setAttribute("tabindex", "-1");
  holder?.setAttribute("role", "rowgroup");
  holder?.querySelector(".tabulator-table")?.setAttribute("role", "none");
}
