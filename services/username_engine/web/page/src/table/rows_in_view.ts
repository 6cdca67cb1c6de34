/** Which rows are drawn where all are equally high. Pure. */

export interface Drawn {
  readonly first: number;
  /** The place after the last. */
  readonly end: number;
}

/** The rows that a window of `seen` pixels shows at `top`, and those within `around` of it. */
export function rowsInView(
  top: number,
  seen: number,
  around: number,
  rowHeight: number,
  count: number,
): Drawn {
  const first = Math.floor((top - around) / rowHeight);
  const end = Math.ceil((top + seen + around) / rowHeight);
  // Where there are fewer rows than before, the last ones stay in view.
  const most = Math.max(0, count - Math.ceil((seen + around) / rowHeight));
  return { first: Math.min(Math.max(first, 0), most), end: Math.min(Math.max(end, 0), count) };
}
