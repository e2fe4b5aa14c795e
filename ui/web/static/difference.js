// The difference of two texts, word by word (Myers 1986 would be shorter for long texts; sentences are short).

import { h } from "./dom.js";

// A word takes the space after it along, or every space would be found again and tear the words apart.
const cut = (text) => text.match(/(?:[\p{L}\p{N}\p{M}'’]+|[^\s\p{L}\p{N}\p{M}])\s*|\s+/gu) ?? [];
const alike = (a, b) => a.trimEnd() === b.trimEnd();

/**
 * Longest common subsequence over words.
 * @returns {Array<["same"|"gone"|"new", string]>}
 */
export function difference(before, after) {
  const a = cut(before), b = cut(after);
  if (a.length * b.length > 1_000_000) return [["gone", before], ["new", after]];
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i][j] = alike(a[i], b[j]) ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  const out = [];
  const add = (kind, text) => (out.length && out.at(-1)[0] === kind ? (out.at(-1)[1] += text) : out.push([kind, text]));
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && alike(a[i], b[j])) add("same", b[j]), i++, j++;
    else if (j >= b.length || (i < a.length && table[i + 1][j] >= table[i][j + 1])) add("gone", a[i++]);
    else add("new", b[j++]);
  }
  return out;
}

/** The difference as text with struck and underlined parts. */
export function showDifference(before, after) {
  const tags = { same: "span", gone: "del", new: "ins" };
  return h("span.dg-diff", {}, difference(before, after).map(([kind, text]) => h(tags[kind], {}, text)));
}
