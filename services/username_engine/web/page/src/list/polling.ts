const EVERY = 15_000;

/** Looks every 15 seconds while the page can be seen, and at once when it can be again; returns what
 * ends it. */
export function keepLooking(look: () => Promise<void>): () => void {
  let looking = false;
  const lookOnce = async (): Promise<void> => {
    if (looking || document.visibilityState !== "visible") {
      return;
    }
    looking = true;
    await look().finally(() => {
      looking = false;
    });
  };
  const timer = window.setInterval(() => void lookOnce(), EVERY);
  const seen = (): void => void lookOnce();
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", seen);
  return () => {
    window.clearInterval(timer);
    document.removeEventListener("visibilitychange", seen);
    window.removeEventListener("online", seen);
  };
}
