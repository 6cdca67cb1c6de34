/** Messages that go away by themselves. */

export class Timers {
  readonly #running = new Set<number>();

  /** Not while it is looked at: a pointer or the focus on it holds it. */
  removeLater(card: HTMLElement, after: number): void {
    let timer = this.#start(card, after);
    const hold = (): void => this.#end(timer);
    const resume = (): void => {
      hold();
      timer = this.#start(card, after);
    };
    card.addEventListener("pointerenter", hold);
    card.addEventListener("focusin", hold);
    card.addEventListener("pointerleave", resume);
    card.addEventListener("focusout", resume);
  }

  stop(): void {
    for (const timer of this.#running) {
      this.#end(timer);
    }
  }

  #start(card: HTMLElement, after: number): number {
    const timer = window.setTimeout(() => {
      this.#running.delete(timer);
      card.remove();
    }, after);
    this.#running.add(timer);
    return timer;
  }

  #end(timer: number): void {
    window.clearTimeout(timer);
    this.#running.delete(timer);
  }
}
