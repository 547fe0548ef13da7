/** Time in a thread of its own: browsers slow the timers of pages that nobody looks at, and leave a worker's alone. */

const BEAT_MS = 5_000;

setInterval(() => self.postMessage(null), BEAT_MS);
