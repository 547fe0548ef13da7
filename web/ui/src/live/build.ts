/** A server that has been updated has other files: a page of before cannot load what it has not loaded yet. */

const ENTRY = /<script [^>]*src="(\/assets\/[^"]+)"/;

/** Whether the page that the server would send starts with another script than `running`, an address's path. */
export function isOther(html: string, running: string): boolean {
  const entry = ENTRY.exec(html)?.[1];
  return entry !== undefined && entry !== running;
}

/** Loads the page anew when one of its parts is missing because the server has others by now; calls are taken up again. */
export function followUpdates(): void {
  const entry = document.querySelector<HTMLScriptElement>("script[type=module][src]");
  window.addEventListener("vite:preloadError", () => {
    void fetch("/", { cache: "no-store" })
      .then(answer => answer.text())
      .then(html => {
        if (entry && isOther(html, new URL(entry.src).pathname)) window.location.reload();
      })
      // Not reached: whoever asked for the part says so.
      .catch(() => undefined);
  });
}
