/** Opening hours between how they are kept (`mon-fri`: spans) and how one sees a week: seven days. */

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export type Weekly = Record<string, string[]>;

/** The spans of each day, Monday first. A day that is named twice has both. */
export function daysOf(weekly: Weekly): string[][] {
  const days: string[][] = DAYS.map(() => []);
  for (const [name, spans] of Object.entries(weekly)) {
    const [from = "", to = from] = name.split("-");
    const first = DAYS.findIndex(day => day === from);
    const last = DAYS.findIndex(day => day === to);
    if (first < 0 || last < 0) continue;
    // From Saturday to Monday goes over the end of the week.
    for (let step = 0; step <= (last - first + 7) % 7; step++) days[(first + step) % 7]?.push(...spans);
  }
  return days.map(spans => [...new Set(spans)].sort());
}

/** The shortest way to say it: neighbours with the same spans together, closed days left out. */
export function weeklyOf(days: string[][]): Weekly {
  const weekly: Weekly = {};
  for (let first = 0; first < DAYS.length;) {
    const spans = days[first] ?? [];
    let last = first;
    while (last + 1 < DAYS.length && same(spans, days[last + 1] ?? [])) last += 1;
    if (spans.length > 0) weekly[first === last ? `${DAYS[first]}` : `${DAYS[first]}-${DAYS[last]}`] = spans;
    first = last + 1;
  }
  return weekly;
}

const same = (one: string[], other: string[]) =>
  one.length === other.length && one.every((span, place) => span === other[place]);

/** `9-14` or `9:30 – 14` as `09:30-14:00`; null when it is no span of a day. */
export function spanOf(typed: string): string | null {
  const found = /^\s*(\d{1,2})(?:[:.](\d\d))?\s*[-–a]\s*(\d{1,2})(?:[:.](\d\d))?\s*$/.exec(typed);
  if (found === null) return null;
  const [, fromHour, fromMinute = "0", toHour, toMinute = "0"] = found;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  if (Number(fromMinute) > 59 || Number(toMinute) > 59 || to > 24 * 60 || from >= to) return null;
  return `${clock(from)}-${clock(to)}`;
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
