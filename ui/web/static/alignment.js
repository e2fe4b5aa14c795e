// The alignment view: beads side by side, doubtful ones first if she likes, and every way of mending them.

import { fill, h, icon } from "./dom.js";
import { command, commandButton, keysOf, toast } from "./keys.js";
import { number, percent, t } from "./language.js";
import { get, post } from "./server.js";

const CHUNK = 60;
/** @type {{id: number, source: any, target: any, beads: any[]}|null} */
let open = null;
let place, list, order = [], at = -1, side = "source", cut = { source: 1, target: 1 }, marked = { source: new Set(), target: new Set() }, observer;
let view = { sort: "text", show: "all" };

export function alignmentCommands() {
  const here = "alignment";
  command("bead.next", "Alt+↓", here, () => select(at + 1));
  command("bead.previous", "Alt+↑", here, () => select(at - 1));
  command("bead.left", "Alt+←", here, () => choose("source"));
  command("bead.right", "Alt+→", here, () => choose("target"));
  command("bead.confirm", "Ctrl+Enter", here, confirm);
  command("bead.merge", "Alt+M", here, merge);
  command("bead.split", "Alt+S", here, split);
  command("bead.up", "Alt+Shift+↑", here, () => move(-1));
  command("bead.down", "Alt+Shift+↓", here, () => move(1));
  command("bead.mark", "Alt+L", here, mark);
  command("bead.link", "Alt+K", here, link);
  command("bead.doubtful", "Alt+N", here, nextDoubtful);
  command("bead.rerun", "Alt+R", here, rerun);
}

/** Draw the alignment of a document, or offer to make one. */
export async function showAlignment(element, summary) {
  place = element;
  if (!summary) return fill(place, h("p.dg-empty", {}, t("alignment.nothing")));
  const { alignments } = await get("alignments");
  const mine = alignments.filter((one) => one.source === summary.id || one.target === summary.id);
  if (!mine.length) return offer(summary);
  const chosen = mine.find((one) => one.id === open?.id) ?? mine.at(-1);
  await load(chosen.id);
}

async function offer(summary) {
  const { documents } = await get("documents");
  const others = documents.filter((one) => one.lang !== summary.lang);
  open = null;
  const choice = h("select", { "aria-label": t("alignment.with") }, others.map((one) => h("option", { value: one.id }, one.title || one.id)));
  const go = async () => {
    button.setAttribute("disabled", "");
    button.textContent = t("alignment.running");
    try {
      const [source, target] = summary.lang === "tr" ? [summary.id, choice.value] : [choice.value, summary.id];
      const { alignment } = await post("bead/align", { source, target });
      await load(alignment);
    } catch (error) {
      toast(error.message, "bad");
      offer(summary);
    }
  };
  const button = h("button.dg-button.primary", { type: "button", onclick: go }, t("alignment.go"));
  fill(place, h("div.dg-welcome", {}, h("h1", {}, t("alignment.title")), h("p", {}, t(others.length ? "alignment.choose" : "alignment.add")),
    others.length ? h("div.dg-say", {}, choice, button) : null));
}

async function load(id, keep = null) {
  const answer = await get("beads", { alignment: id });
  const first = open?.id !== id;
  open = { id, ...answer };
  if (first) marked = { source: new Set(), target: new Set() };
  const top = list?.isConnected ? list.scrollTop : 0;
  arrange();
  draw();
  const [which, position] = (keep ?? localStorage.getItem(`dragoman:bead:${id}`) ?? "source 0").split(" ");
  const found = order.findIndex((i) => open.beads[i][which]?.includes(Number(position)));
  if (!first) list.scrollTop = top;
  // A bead that the filter now hides: the one that has taken its place.
  select(found < 0 ? Math.max(0, Math.min(at, order.length - 1)) : found, { scroll: first });
}

/** A bead by a sentence of it, for beads are numbered anew with every change. */
const placeOf = (bead) => (bead.source.length ? `source ${bead.source[0]}` : `target ${bead.target[0]}`);

function arrange() {
  const shown = { all: () => true, doubtful: (b) => doubtful(b), lone: (b) => !b.source.length || !b.target.length, confirmed: (b) => b.status === "approved" }[view.show];
  order = open.beads.map((_, i) => i).filter((i) => shown(open.beads[i]));
  if (view.sort === "score") order.sort((a, b) => weight(open.beads[a]) - weight(open.beads[b]));
}

const weight = (bead) => (bead.status === "approved" ? 2 : bead.score);
const doubtful = (bead) => bead.status !== "approved" && bead.status !== "edited" && (bead.score < 0.5 || !bead.source.length || !bead.target.length);

function draw() {
  const options = (name, values) => h("select", { "aria-label": t(`alignment.${name}`), onchange: (event) => { view[name] = event.target.value; arrange(); draw(); select(0); } }, values.map((value) => h("option", { value, selected: view[name] === value || null }, t(`alignment.${name}.${value}`))));
  const confirmed = open.beads.filter((bead) => bead.status === "approved").length;
  const low = open.beads.filter(doubtful).length;
  list = h("div.dg-list.dg-beads", { tabindex: -1, role: "region", "aria-label": t("tab.alignment") });
  observer?.disconnect();
  observer = new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && drawChunk(entry.target)), { root: list, rootMargin: "900px 0px" });
  for (let from = 0; from < order.length; from += CHUNK) {
    const part = h("div.dg-chunk", { "data-from": from, style: `min-height:${Math.min(CHUNK, order.length - from) * 40}px` });
    list.append(part);
    observer.observe(part);
  }
  if (!order.length) list.append(h("p.dg-empty", {}, t("article.nothing")));
  fill(place, h("div.dg-view", {}, h("div.dg-filter", {}, options("show", ["all", "doubtful", "lone", "confirmed"]), options("sort", ["text", "score"]),
    h("span.dg-found", {}, t("alignment.counts", { beads: number(open.beads.length), confirmed: number(confirmed), doubtful: number(low) })), h("span.dg-gap"),
    commandButton("bead.doubtful"), commandButton("bead.rerun")),
  h("div.dg-pair-head", {}, h("span"), h("b", {}, open.source.title), h("b", {}, open.target.title)), list));
}

function drawChunk(part) {
  if (part.firstChild) return;
  const from = Number(part.dataset.from);
  part.style.minHeight = "";
  fill(part, order.slice(from, from + CHUNK).map((i, n) => row(i, from + n)));
}

function stateOf(bead) {
  if (bead.status === "approved") return "anchor";
  if (!bead.source.length || !bead.target.length) return "lone";
  if (bead.status === "edited") return "edited";
  return bead.score >= 0.9 ? "sure" : bead.score >= 0.5 ? "fair" : "doubtful";
}

function row(i, n) {
  const bead = open.beads[i], state = stateOf(bead);
  const current = n === at;
  const cell = (which) => h(`div.dg-side`, { lang: open[which].lang, class: current && side === which ? "chosen" : "" }, bead[which].length
    ? bead[which].map((position, k) => h("p", { "data-side": which, "data-position": position, "data-k": k,
      class: [marked[which].has(position) ? "marked" : "", current && bead[which].length > 1 && cut[which] === k ? "cut" : ""].join(" ") }, open[which].sentences[position][1]))
    : h("p.dg-null", {}, t("bead.null")));
  const label = `${t(`bead.state.${state}`)}${state === "anchor" || state === "lone" ? "" : ` ${percent(bead.score)}`}`;
  return h("div.dg-bead", { "data-n": n, class: `${state}${current ? " current" : ""}`, role: "group", "aria-label": label, onclick: (event) => click(event, n) },
    h("div.dg-score", { title: label }, state === "anchor" ? icon("anchor", t("bead.state.anchor")) : state === "edited" ? icon("edited", t("bead.state.edited")) : h("span", {}, state === "lone" ? "∅" : percent(bead.score))),
    cell("source"), cell("target"),
    current ? h("div.dg-bar", {}, commandButton("bead.confirm", { kind: "primary", label: t(bead.status === "approved" ? "bead.release" : "do.bead.confirm") }),
      ["merge", ...(bead.source.length + bead.target.length > 1 ? ["split"] : []), "up", "down", "mark", ...(marked.source.size && marked.target.size ? ["link"] : [])].map((name) => commandButton(`bead.${name}`))) : null);
}

function click(event, n) {
  if (event.target.closest("button")) return;
  const sentence = event.target.closest("p[data-side]");
  if (sentence) {
    side = sentence.dataset.side;
    if (n === at && Number(sentence.dataset.k)) cut[side] = Number(sentence.dataset.k);
  }
  select(n, { scroll: false, keepCut: n === at });
}

const element = (n) => list.querySelector(`.dg-bead[data-n="${n}"]`);
const current = () => open?.beads[order[at]];

function redraw(n) {
  const old = element(n);
  if (old) old.replaceWith(row(order[n], n));
}

function select(n, { scroll = true, keepCut = false } = {}) {
  if (!order.length || n < 0 || n >= order.length) return;
  const before = at;
  at = n;
  const bead = current();
  if (!keepCut) cut = { source: Math.ceil(bead.source.length / 2), target: Math.ceil(bead.target.length / 2) };
  localStorage.setItem(`dragoman:bead:${open.id}`, placeOf(bead));
  const part = list.querySelector(`[data-from="${Math.floor(n / CHUNK) * CHUNK}"]`);
  drawChunk(part);
  if (before !== n && before >= 0) redraw(before);
  redraw(n);
  if (scroll) bring();
}

function bring() {
  const shown = element(at);
  if (!shown) return;
  const space = list.getBoundingClientRect(), own = shown.getBoundingClientRect();
  if (own.top < space.top + 60 || own.bottom > space.bottom - 60) list.scrollTop += own.top - space.top - Math.max(60, (space.height - own.height) / 3);
}

function choose(which) {
  side = which;
  redraw(at);
}

async function act(path, body, keep = placeOf(current())) {
  try {
    await post(`bead/${path}`, { alignment: open.id, ...body });
    await load(open.id, keep);
    bring();
  } catch (error) {
    toast(error.message, "bad");
  }
}

function confirm() {
  const bead = current();
  if (!bead) return;
  const taken = bead.status === "approved";
  const next = open.beads[order[at + 1]];
  return act("status", { ids: [bead.id], status: taken ? "edited" : "approved" }, placeOf(taken || !next ? bead : next));
}

// The bead that stands beside in the text, whatever the order on the screen.
const neighbour = (step) => open.beads[order[at] + step];

function merge() {
  const other = neighbour(1);
  if (other) return act("merge", { ids: [current().id, other.id] });
}

function split() {
  const bead = current();
  if (!bead || bead.source.length + bead.target.length < 2) return;
  return act("split", { bead: bead.id, source_at: cut.source, target_at: cut.target });
}

function move(step) {
  const bead = current(), other = neighbour(step);
  if (!bead || !other) return;
  const position = step < 0 ? bead[side][0] : bead[side].at(-1);
  if (position === undefined) return toast(t("bead.nothing"), "bad");
  return act("move", { bead: other.id, side, segment: open[side].sentences[position][0] });
}

function mark() {
  const bead = current();
  if (!bead) return;
  const all = [["source", bead.source], ["target", bead.target]].filter(([which, positions]) => which === side && positions.length);
  for (const [which, positions] of all) for (const position of positions) marked[which].has(position) ? marked[which].delete(position) : marked[which].add(position);
  redraw(at);
  toast(t("bead.marked", { source: marked.source.size, target: marked.target.size, key: keysOf("bead.link") }));
}

async function link() {
  if (!marked.source.size || !marked.target.size) return toast(t("bead.mark.first"), "bad");
  const ids = (which) => [...marked[which]].map((position) => open[which].sentences[position][0]);
  const body = { source: ids("source"), target: ids("target") };
  const keep = `source ${Math.min(...marked.source)}`;
  marked = { source: new Set(), target: new Set() };
  await act("link", body, keep);
}

function nextDoubtful() {
  const later = order.findIndex((i, n) => n > at && doubtful(open.beads[i]));
  const found = later >= 0 ? later : order.findIndex((i) => doubtful(open.beads[i]));
  if (found < 0) return toast(t("bead.none"), "good");
  select(found);
}

async function rerun() {
  try {
    const { anchors } = await post("bead/rerun", { alignment: open.id });
    await load(open.id);
    toast(t("bead.rerun.done", { n: anchors }), "good");
  } catch (error) {
    toast(error.message, "bad");
  }
}
