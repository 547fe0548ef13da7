/** Numbers as people type and paste them. */

const LONGEST = 40;

/** What can be dialled of a text: "tel:+44 (0)20 7946-0123" → "+442079460123", "*43" → "*43"; null when it is no number. */
export function dialable(text: string): string | null {
  const plain = text
    .normalize("NFKC")
    .trim()
    .replace(/^(tel|sips?|callto):(\/\/)?/i, "")
    .replace(/[;?@].*$/, "");
  const number = plain
    .replace(/^(\+[\d\s]*)\(0\)/, "$1")
    .replace(/[\s().\-\u2010-\u2015/\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
  return /^(\+\d+|[\d*#]+)$/.test(number) && number.length <= LONGEST ? number : null;
}
