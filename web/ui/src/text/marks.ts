/** Where a scale of time is marked. */

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600];
const MOST = 6;

/** Round moments, in seconds from 0 to `total_s`: as many as can be read, with room for the last one. */
export function marks(total_s: number): number[] {
  const step = STEPS_S.find(one => total_s / one <= MOST) ?? 3600 * Math.ceil(total_s / 3600 / MOST);
  const last = Math.floor((total_s * 0.97) / step);
  return Array.from({ length: last + 1 }, (_, place) => place * step);
}
