/** The icons, drawn here: 24 by 24, lines in the colour of the text beside them. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  alert:
    "M12 9v4m0 4h.01M10.3 3.9 2.4 17.5A2 2 0 0 0 4.1 20.5h15.8a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0Z",
  arrowDown: "M12 5v14m-6-6 6 6 6-6",
  arrowUp: "M12 19V5m-6 6 6-6 6 6",
  check: "m5 12.5 4.5 4.5L19 7.5",
  chevron: "m9 6 6 6-6 6",
  clock: "M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  close: "M6 6l12 12M18 6 6 18",
  columns: "M4 5h16v14H4zM10 5v14m5-14v14",
  download: "M12 4v11m-5-4 5 5 5-5M5 20h14",
  filter: "M4 6h16M7 12h10m-7 6h4",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1-1",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5.500 11h13v9h-13z",
  pencil: "m4 20 1-4L16.500 4.500a2.100 2.100 0 0 1 3 3L8 19l-4 1Z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.500 8a7.500 7.500 0 0 1 15 0",
  school: "M4 20V9l8-5 8 5v11M2.500 20h19M9.500 20v-5h5v5",
  search: "m20 20-4.300-4.300M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
  undo: "M8 5 4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11h-3",
} as const;

export type IconName = keyof typeof PATHS;

/** A decoration: whatever it says is said in words beside it. */
export function icon(name: IconName): SVGSVGElement {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("class", `icon icon-${name}`);
  drawn.setAttribute("aria-hidden", "true");
  drawn.setAttribute("focusable", "false");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", PATHS[name]);
  drawn.append(line);
  return drawn;
}
