/** How what people type is searched for. */

const NUMBER = /^\+?[\d ().-]{3,}$/;

export const isNumber = (text: string): boolean => NUMBER.test(text);

/** How the server is asked for customers: digits are a number, everything else is a part of a name. */
export function contactSearch(text: string): { number?: string; name?: string } {
  if (!text) return {};
  return isNumber(text) ? { number: text } : { name: text };
}

/** Without accents and capitals: "sofia" finds "Sofía"; every word must be there. */
export function fits(title: string, text: string): boolean {
  const plain = (written: string) => written.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain(text)
    .split(/\s+/)
    .every(word => plain(title).includes(word));
}
