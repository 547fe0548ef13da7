/** From when on a queue needs somebody: limits that each supervisor sets for the own wall; pure but for where they are kept. */

export interface Thresholds {
  /** So many who wait. */
  waiting: number;
  /** Share of the longest wait that the queue allows. */
  wait: number;
  /** Service level below which it is poor. */
  level: number;
}

export type Alarm = "waiting" | "wait" | "level";

export const FIRST: Thresholds = { waiting: 5, wait: 0.75, level: 0.6 };
const KEY = "centralita.thresholds";

interface Seen {
  waiting: number;
  longest_s: number;
  max_wait_s: number;
  service_level: number | null;
}

/** What is wrong with a queue, worst first. */
export function alarms({ waiting, longest_s, max_wait_s, service_level }: Seen, limits: Thresholds): Alarm[] {
  const found: Alarm[] = [];
  if (longest_s > max_wait_s * limits.wait) found.push("wait");
  if (waiting >= limits.waiting) found.push("waiting");
  if (service_level !== null && service_level < limits.level) found.push("level");
  return found;
}

/** Limits out of what was stored, whatever that is. */
export function parseThresholds(stored: string | null): Thresholds {
  try {
    const found = JSON.parse(stored ?? "") as Partial<Thresholds> | null;
    const fits = (value: unknown, most: number) => typeof value === "number" && value > 0 && value <= most;
    return {
      waiting: fits(found?.waiting, 999) ? Number(found?.waiting) : FIRST.waiting,
      wait: fits(found?.wait, 1) ? Number(found?.wait) : FIRST.wait,
      level: fits(found?.level, 1) ? Number(found?.level) : FIRST.level,
    };
  } catch {
    return FIRST;
  }
}

export const readThresholds = (): Thresholds => parseThresholds(localStorage.getItem(KEY));
export const writeThresholds = (limits: Thresholds): void => localStorage.setItem(KEY, JSON.stringify(limits));
