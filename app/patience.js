// Goes in front of the script that loads parts of the application (`scripts/build-web`). A part that can't be had would otherwise end the
// whole page: its code takes a failed load for a fault of its own and panics.

/** How often the same part is asked for while its server answers; more often helps nobody. */
const ATTEMPTS = 4;
/** The longest pause between two attempts, in milliseconds. */
const LONGEST = 4000;
/** A page younger than this that misses a part gets no better by loading it once more. */
const FRESH = 5000;

/**
 * Loads a part: again and again while the network or the server is away (the page stays, and the live pill tells), and the whole page
 * anew when the server no longer has the part, because the console was updated meanwhile.
 * @param {() => Promise<unknown>} load
 */
async function patiently(load) {
  let answered = 0;
  for (let pause = 250; ; pause = Math.min(pause * 2, LONGEST)) {
    try {
      return await load();
    } catch (cause) {
      const status = await here();
      if (status === 404 && performance.now() > FRESH) {
        location.reload();
        // What waits for the part must not go on before the page is gone.
        return new Promise(() => {});
      }
      if (status !== 0 && ++answered >= ATTEMPTS) throw cause;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** The status that the server answers for this very script, which comes and goes with the parts; 0 when it does not answer. */
async function here() {
  try {
    const answer = await fetch(import.meta.url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5000) });
    return answer.status >= 500 ? 0 : answer.status;
  } catch {
    return 0;
  }
}
