// The article: its segments in two columns, drawn a chunk at a time so that ten thousand of them stay quick.

import { closeEditor, openEditor } from "./editor.js";
import { fill, h, icon } from "./dom.js";
import { number, percent, t } from "./language.js";
import { get } from "./server.js";
import { toast } from "./keys.js";
import { kept } from "./drafts.js";

const CHUNK = 40;
const LINE = 27; // pixels; only a guess until a chunk has been drawn once

/** What is open: one document, the segments that the filter lets through, and those of them that were fetched. */
export const article = {
  document: "",
  summary: null,
  ids: [],
  index: new Map(),
  views: new Map(),
  current: "",
  filter: {},
  counts: {},
  since: 0,
};

let list, observer, chunks = [], loading = new Map(), turn = 0;
const listeners = new Set();

/** Call `listener(what)` when "document", "current", "segment" or "counts" changed. */
export const onArticle = (listener) => listeners.add(listener);
export const tellArticle = (what, detail) => listeners.forEach((listener) => listener(what, detail));

export function mountArticle(element) {
  list = element;
  observer = new IntersectionObserver(seen, { root: list, rootMargin: "900px 0px" });
  list.addEventListener("mousedown", (event) => {
    const row = event.target.closest?.(".dg-row");
    if (!row || row.dataset.id === article.current || event.target.closest("button, textarea, .dg-card")) return;
    const target = event.target.closest(".dg-target") !== null;
    // After the click, or the browser would take the focus back.
    setTimeout(() => goTo(row.dataset.id, { focus: target || !getSelection()?.toString(), scroll: false }));
  });
}

/** Open a document, or show it again under another filter. */
export async function openArticle(document_, { filter = {}, at = "" } = {}) {
  const mine = ++turn;
  const outline = await get("outline", { document: document_, ...filter });
  if (mine !== turn) return;
  await closeEditor();
  const again = article.document === document_;
  Object.assign(article, { document: document_, summary: outline.document, filter, counts: outline.counts, ids: outline.ids, current: "", speakers: outline.speakers, since: outline.since });
  article.index = new Map(outline.ids.map((id, i) => [id, i]));
  article.views = new Map();
  loading = new Map();
  chunks = [];
  observer.disconnect();
  const parts = [];
  for (let from = 0; from < outline.ids.length; from += CHUNK) {
    let height = 0;
    for (const size of outline.sizes.slice(from, from + CHUNK)) height += 18 + LINE * Math.ceil(size / 52);
    const part = h("div.dg-chunk", { "data-chunk": chunks.length, style: `height:${height}px` });
    chunks.push({ part, from, ids: outline.ids.slice(from, from + CHUNK), drawn: false });
    parts.push(part);
    observer.observe(part);
  }
  fill(list, parts.length ? parts : h("p.dg-empty", {}, Object.values(filter).some(Boolean) ? t("article.nothing") : t("article.empty")));
  tellArticle("document", { again });
  tellArticle("counts");
  const start = article.index.has(at) ? at : outline.ids[0];
  if (start) await goTo(start, { focus: false, scroll: true, instant: true });
}

async function seen(entries) {
  for (const entry of entries) {
    const chunk = chunks[entry.target.dataset.chunk];
    if (!chunk || chunk.part !== entry.target) continue;
    if (entry.isIntersecting) draw(chunk);
    else undraw(chunk);
  }
}

/** The segments of a chunk: in the order of the text they are all between the first and the last. */
const segmentsOf = ({ ids }) => get("segments", article.filter.order ? { document: article.document, id: ids } : { document: article.document, first: ids[0], last: ids.at(-1) });

function fetchChunk(chunk) {
  if (chunk.ids.every((id) => article.views.has(id))) return null;
  const key = chunk.from;
  if (!loading.has(key)) {
    const mine = turn;
    loading.set(key, segmentsOf(chunk).then((answer) => {
      if (mine !== turn) return;
      for (const view of answer.segments) if (!article.views.has(view.id)) article.views.set(view.id, view);
    }).finally(() => loading.delete(key)));
  }
  return loading.get(key);
}

async function draw(chunk) {
  if (chunk.drawn) return;
  const mine = turn;
  const wait = fetchChunk(chunk);
  if (wait) {
    try {
      await wait;
    } catch (error) {
      if (mine === turn) fill(chunk.part, h("button.dg-button", { type: "button", onclick: () => draw(chunk) }, t("retry")));
      return;
    }
    if (mine !== turn) return;
  }
  if (chunk.drawn) return;
  chunk.drawn = true;
  chunk.part.style.height = "";
  const before = article.ids[chunk.from - 1];
  let block = before && article.views.has(before) ? article.views.get(before).block : -1;
  fill(chunk.part, chunk.ids.map((id) => {
    const view = article.views.get(id);
    if (!view) return null;
    const row = makeRow(view, view.block !== block);
    block = view.block;
    return row;
  }));
}

function undraw(chunk) {
  // The one that is being edited stays, wherever she scrolls.
  if (!chunk.drawn || chunk.ids.includes(article.current)) return;
  chunk.part.style.height = `${chunk.part.offsetHeight}px`;
  chunk.part.replaceChildren();
  chunk.drawn = false;
}

function makeRow(view, first) {
  const row = h("div.dg-row", { "data-id": view.id, role: "group" });
  row.classList.toggle("first", first);
  return fillRow(row, view);
}

/** How likely a reviewer leaves it as it is: "high" (as likely as not, or more), "middle" or "low" (not one in ten). */
export const bandOf = (view) => (view.confidence >= 0.5 ? "high" : view.confidence >= 0.1 ? "middle" : "low");

/** What a segment's state is called, for people who cannot see its colour and shape. */
export const stateOf = (view) => [t(`status.${view.status}`), view.status === "machine" && view.confidence !== null ? t(`sure.${bandOf(view)}`) : "", view.flags.length ? t("flags.count", { n: view.flags.length }) : "", kept(view) !== null ? t("draft") : ""].filter(Boolean).join(", ");

function fillRow(row, view) {
  row.className = `dg-row kind-${view.kind} status-${view.status}${row.classList.contains("first") ? " first" : ""}`;
  row.setAttribute("aria-label", `${view.position + 1}: ${stateOf(view)}`);
  const draft = kept(view);
  return fill(row,
    h("div.dg-mark", { title: stateOf(view) }, icon(view.status),
      view.flags.length ? icon("flag") : null, draft !== null ? icon("draft") : null, view.comments ? icon("comment") : null),
    h("div.dg-source", { lang: article.summary.lang }, quoteMark(view), view.source),
    h("div.dg-target", { lang: article.summary.target_lang }, draft ?? view.target ? h("span", {}, draft ?? view.target) : h("span.dg-blank", {}, "…")));
}

const quoteMark = (view) => (view.speaker ? h("span.dg-speaker", { title: t(`kind.${view.quote}`) }, view.speaker) : null);

export const rowOf = (id) => list?.querySelector(`.dg-row[data-id="${CSS.escape(id)}"]`);

/** A segment as the server has it now: into the table, and onto the screen unless it is being edited. */
export function update(view) {
  if (view.document !== article.document) return;
  const before = article.views.get(view.id);
  article.views.set(view.id, view);
  if (before && before.status !== view.status) {
    article.counts[before.status] -= 1;
    article.counts[view.status] = (article.counts[view.status] ?? 0) + 1;
    tellArticle("counts");
  }
  const row = rowOf(view.id);
  if (row && view.id !== article.current) fillRow(row, view);
  tellArticle("segment", view);
}

/** Ask again about everything that is on the screen, after something that changes no text: quotes were found. */
export async function refresh() {
  const mine = turn;
  const { speakers, counts } = await get("outline", { document: article.document });
  for (const chunk of chunks.filter((one) => one.drawn)) {
    const { segments } = await segmentsOf(chunk);
    if (mine !== turn) return;
    segments.filter((view) => article.index.has(view.id)).forEach(update);
  }
  article.speakers = speakers;
  article.counts = counts;
  tellArticle("document", { again: true });
}

/** Draw a row again, for a draft that came or went. */
export function redraw(id) {
  const row = rowOf(id), view = article.views.get(id);
  if (row && view && id !== article.current) fillRow(row, view);
}

/** Make a segment the current one, wherever it is. Resolves when it can be typed into. */
export async function goTo(id, { focus = true, scroll = true, instant = false } = {}) {
  if (!article.index.has(id)) return;
  if (id === article.current) return focus ? openEditor(rowOf(id), article.views.get(id), { focus }) : undefined;
  const mine = turn;
  const before = article.current;
  const chunk = chunks[Math.floor(article.index.get(id) / CHUNK)];
  const leaving = closeEditor(); // what was typed is on its way; moving on does not wait for it
  article.current = id;
  if (before) redraw(before);
  if (!chunk.drawn) {
    list.scrollTop += chunk.part.getBoundingClientRect().top - list.getBoundingClientRect().top;
    await draw(chunk);
    if (mine !== turn || article.current !== id) return;
  }
  const row = rowOf(id);
  if (!row) return;
  openEditor(row, article.views.get(id), { focus });
  if (scroll) bring(row);
  tellArticle("current", article.views.get(id));
  await leaving;
}

function bring(row) {
  const space = list.getBoundingClientRect(), own = row.getBoundingClientRect();
  const margin = Math.min(120, space.height / 5);
  if (own.top < space.top + margin || own.bottom > space.bottom - margin) {
    list.scrollTop += own.top - space.top - Math.max(margin, (space.height - own.height) / 3);
  }
}

/** The id `step` further on in the list, or "" at its end. */
export const beside = (step, from = article.current) => article.ids[(article.index.get(from) ?? -1) + step] ?? "";

/** The next segment after the current one that `what` ("review", "flagged") asks for; goes round at the end. */
export async function goToNext(what) {
  const answer = await get("next", { document: article.document, after: article.current, what });
  if (!answer.segment) return toast(t(`next.none.${what}`));
  if (!article.index.has(answer.segment)) await openArticle(article.document, { at: answer.segment });
  await goTo(answer.segment);
}

/** How far the document is: "12 of 30 approved (40 %)". */
export function progress() {
  const total = Object.values(article.counts).reduce((a, b) => a + b, 0);
  const done = (article.counts.approved ?? 0) + (article.counts.locked ?? 0) + (article.counts.rejected ?? 0);
  return { total, done, text: total ? t("progress", { done: number(done), total: number(total), percent: percent(done / total) }) : "" };
}
