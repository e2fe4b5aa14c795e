// Word links: the words of one language that stand for those under the pointer or the caret in the other.

import { h } from "./dom.js";

/** The source as words that can be pointed at; a click marks where it would be split. */
export function sourceWords(text, onPoint) {
  const pieces = [];
  let at = 0, token = 0;
  for (const match of text.matchAll(/\d+(?:[.,:/]\d+)+(?:['’][\p{L}\p{N}_]+)?|[\p{L}\p{N}_]+(?:['’-][\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\s]/gu)) {
    const mine = token++;
    pieces.push(text.slice(at, match.index));
    pieces.push(h("span", { "data-token": mine, "data-start": match.index, onpointerenter: () => onPoint(mine), onpointerleave: () => onPoint(-1),
      onclick: (event) => {
        const word = event.currentTarget, had = word.classList.contains("dg-cut");
        word.parentElement.querySelector(".dg-cut")?.classList.remove("dg-cut");
        if (mine && !had) word.classList.add("dg-cut");
      } }, match[0]));
    at = match.index + match[0].length;
  }
  pieces.push(text.slice(at));
  return pieces;
}

/** What the server said about the words of a text. */
export const readWords = (text, { source, target, links }) => ({ text, source, target, links });

export function clearWords(source, mirror) {
  for (const place of [source, mirror]) place?.querySelectorAll(".lit").forEach((word) => word.classList.remove("lit"));
}

function light(place, tokens) {
  place.querySelectorAll("[data-token]").forEach((word) => word.classList.toggle("lit", tokens.has(Number(word.dataset.token))));
}

/** Pointed at in the source: light it and what it became. */
export function lightTarget(words, source, mirror, token) {
  light(source, new Set([token]));
  light(mirror, new Set(words.links.filter(([from]) => from === token).map(([, to]) => to)));
}

/** The caret stands in the target: light the word and what it came from. */
export function lightSource(words, source, mirror, at) {
  const token = words.target.findIndex(([start, end]) => start <= at && at <= end);
  light(mirror, new Set(token < 0 ? [] : [token]));
  light(source, new Set(token < 0 ? [] : words.links.filter(([, to]) => to === token).map(([from]) => from)));
}
