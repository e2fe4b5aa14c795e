// The quotes view: who said what, in both languages, as cards; speaker, extent and pairing are mended by keyboard.

import { fill, h, icon } from "./dom.js";
import { command, commandButton, openDialog, toast } from "./keys.js";
import { number, percent, reason, t } from "./language.js";
import { get, post } from "./server.js";

const KINDS = ["direct", "partial", "headline", "indirect"];
let place, summary, pairs = [], at = 0, shown = { speaker: "", what: "all" }, wordings = {}, report = "", open = () => {};

export function quoteCommands(openSegment) {
  open = openSegment;
  const here = "quotes";
  command("quote.next", "Alt+↓", here, () => select(at + 1));
  command("quote.previous", "Alt+↑", here, () => select(at - 1));
  command("quote.confirm", "Ctrl+Enter", here, confirm);
  command("quote.speaker", "Alt+P", here, () => card(at)?.querySelector("input.dg-who")?.focus());
  command("quote.extent", "Alt+E", here, extent);
  command("quote.pair", "Alt+L", here, pairing);
  command("quote.wording", "Alt+O", here, takeWording);
  command("quote.context", "Alt+C", here, context);
  command("quote.remove", "Alt+X", here, remove);
  command("quote.warning", "Alt+N", here, nextWarning);
  command("quote.find", "Alt+R", here, findAgain);
}

/** Draw the quotes of a document. */
export async function showQuotes(element, document_) {
  place = element;
  if (summary?.id !== document_?.id) {
    at = 0;
    wordings = {};
    report = "";
    shown = { speaker: "", what: "all" };
  }
  summary = document_;
  if (!summary) return fill(place, h("p.dg-empty", {}, t("alignment.nothing")));
  await load();
}

async function load(keep = null) {
  ({ pairs } = await get("quotes", { document: summary.id }));
  const { documents } = await get("documents");
  const reports = documents.filter((one) => one.lang === "en" && one.id !== summary.id);
  if (!pairs.length) {
    return fill(place, h("div.dg-welcome", {}, h("h1", {}, t("quotes.title")), h("p", {}, t("quotes.none")), h("button.dg-button.primary", { type: "button", onclick: findAgain }, t("quotes.find"))));
  }
  draw(reports);
  select(keep ?? Math.min(at, list().length - 1), { scroll: keep === null });
}

const one = (pair) => pair.source ?? pair.target;
const warned = (pair) => pair.status !== "approved" && (pair.findings.length > 0 || !pair.source || !pair.target);
const list = () => pairs.filter((pair) => (!shown.speaker || [pair.source?.speaker, pair.target?.speaker].includes(shown.speaker)) && (shown.what === "all" || warned(pair)));

function speakers() {
  const counts = new Map();
  for (const pair of pairs) {
    const name = one(pair).speaker ?? "";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function draw(reports) {
  const top = place.querySelector(".dg-cards")?.scrollTop ?? 0;
  const choose = h("select", { "aria-label": t("quotes.report"), onchange: (event) => ask(event.target.value) }, h("option", { value: "" }, t("quotes.report.none")), reports.map((one) => h("option", { value: one.id, selected: one.id === report || null }, one.title)));
  fill(place, h("div.dg-view", {},
    h("div.dg-filter", {},
      h("div.dg-sets", { role: "group", "aria-label": t("filter") }, ["all", "warned"].map((what) => h("button", { type: "button", "aria-pressed": String(shown.what === what), onclick: () => { shown.what = what; draw(reports); select(0); } }, t(`quotes.${what}`), h("span.dg-count", {}, number(what === "all" ? pairs.length : pairs.filter(warned).length))))),
      reports.length ? h("label.dg-with", {}, h("span", {}, t("quotes.report")), choose) : null,
      h("span.dg-gap"), commandButton("quote.warning"), commandButton("quote.find"),
      h("a.dg-button", { href: `web/quotes.tsv?document=${encodeURIComponent(summary.id)}`, download: "" }, t("quotes.export"))),
    h("div.dg-columns.dg-quotes", {}, h("nav.dg-people", { "aria-label": t("quotes.speakers") }, h("h3", {}, t("quotes.speakers")),
      h("button", { type: "button", "aria-pressed": String(!shown.speaker), onclick: () => { shown.speaker = ""; draw(reports); select(0); } }, h("span", {}, t("filter.anyone")), h("span.dg-count", {}, String(pairs.length))),
      speakers().map(([name, n]) => h("div", {}, h("button", { type: "button", "aria-pressed": String(name !== "" && shown.speaker === name), style: `--hue:${hue(name)}`, onclick: () => { shown.speaker = name; draw(reports); select(0); } }, h("i"), h("span", {}, name || t("quotes.unknown")), h("span.dg-count", {}, String(n))),
        name ? h("button.dg-icon", { type: "button", "aria-label": t("quotes.rename", { name }), title: t("quotes.rename", { name }), onclick: () => rename(name) }, icon("edited")) : null))),
    h("div.dg-cards", { tabindex: -1 }, list().map((pair, n) => draw_card(pair, n))))));
  place.querySelector(".dg-cards").scrollTop = top;
}

/** The same speaker has the same colour everywhere. */
function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return (sum * 47) % 360;
}

function draw_card(pair, n) {
  const current = n === at, first = one(pair);
  const side = (quote, which) => h("div.dg-said", { lang: quote?.lang ?? "" }, quote
    ? [h("blockquote", {}, quote.text), h("small", {}, [t(`kind.${quote.kind}`), quote.cue && `“${quote.cue}”`, which === "target" && quote.speaker !== pair.source?.speaker && quote.speaker].filter(Boolean).join(" · "))]
    : h("p.dg-null", {}, t("quotes.alone")));
  const originals = pair.source ? wordings[pair.source.id] ?? [] : [];
  const who = h("input.dg-who", { type: "text", value: first.speaker ?? "", list: "dg-names", "aria-label": t("quotes.speaker"), onkeydown: (event) => { if (event.key === "Enter" && !event.ctrlKey) { event.preventDefault(); setSpeaker(pair, who.value, n); } }, onchange: () => setSpeaker(pair, who.value, n) });
  return h("article.dg-quote", { "data-n": n, class: `${current ? "current" : ""} ${pair.status === "approved" ? "approved" : ""} ${warned(pair) ? "warned" : ""}`, style: `--hue:${hue(first.speaker ?? "")}`, onclick: (event) => event.target.closest("button, input, select") || select(n, { scroll: false }) },
    h("header", {}, current ? who : h("b", {}, first.speaker ?? t("quotes.unknown")),
      current ? h("select", { "aria-label": t("quotes.kind"), onchange: (event) => change(pair, { kind: event.target.value }, n) }, KINDS.map((kind) => h("option", { value: kind, selected: kind === first.kind || null }, t(`kind.${kind}`)))) : h("span.dg-soft", {}, t(`kind.${first.kind}`)),
      h("span.dg-gap"), pair.source && pair.target ? h("span.dg-soft", { title: t("quotes.score") }, percent(pair.score)) : null,
      pair.status === "approved" ? icon("approved", t("bead.state.anchor")) : warned(pair) ? icon("flag", t("quotes.warned")) : null),
    h("div.dg-both", {}, side(pair.source, "source"), side(pair.target, "target")),
    originals.length ? h("div.dg-originals", {}, h("span.dg-label", {}, t("quotes.original")), originals.map((found, k) => h("p", {}, h("span", { lang: "en" }, found.text), h("small", {}, ` ${found.speaker ?? ""} · ${percent(found.score)}`), current && pair.target && k === 0 ? commandButton("quote.wording") : null))) : null,
    pair.findings.length ? h("ul.dg-checks", {}, pair.findings.map((finding) => h("li", {}, reason(finding)))) : null,
    current ? h("div.dg-bar", {}, commandButton("quote.confirm", { kind: "primary", label: t(pair.status === "approved" ? "bead.release" : "do.quote.confirm") }), ["extent", "pair", "context", "remove"].map((name) => commandButton(`quote.${name}`))) : null);
}

const card = (n) => place?.querySelector(`.dg-quote[data-n="${n}"]`);
const current = () => list()[at];

function select(n, { scroll = true } = {}) {
  const rows = list();
  if (n < 0 || n >= rows.length) return;
  const before = at;
  at = n;
  if (before !== n && rows[before]) card(before)?.replaceWith(draw_card(rows[before], before));
  card(n)?.replaceWith(draw_card(rows[n], n));
  const box = place.querySelector(".dg-cards");
  if (!place.querySelector("#dg-names")) box.after(h("datalist", { id: "dg-names" }));
  fill(place.querySelector("#dg-names"), speakers().filter(([name]) => name).map(([name]) => h("option", { value: name })));
  if (scroll) card(n)?.scrollIntoView({ block: "nearest" });
}

async function act(path, body, n = at) {
  try {
    const answer = await post(`quote/${path}`, body);
    await load(n);
    return answer;
  } catch (error) {
    toast(error.message, "bad");
    await load(n);
  }
  return null;
}

async function change(pair, values, n) {
  const sides = [pair.source, pair.target].filter(Boolean);
  try {
    for (const quote of sides) await post("quote/change", { document: summary.id, quote: quote.id, seen: quote.text, ...values });
  } catch (error) {
    toast(error.message, "bad");
  }
  await load(n);
}

function setSpeaker(pair, name, n) {
  if ((one(pair).speaker ?? "") !== name.trim()) return change(pair, { speaker: name }, n);
}

function confirm() {
  const pair = current();
  if (!pair) return;
  const taken = pair.status === "approved";
  return act("status", { pair: pair.id, status: taken ? "edited" : "approved" }, taken ? at : Math.min(at + 1, list().length - 1));
}

// The paragraph with the quote's words selected: Shift and the arrows move the ends, as in any text.
function extent() {
  const pair = current();
  if (!pair) return;
  const fields = [];
  const part = (quote) => {
    if (!quote) return null;
    if (!quote.whole || quote.stale) return h("p.dg-soft", {}, t(quote.stale ? "quotes.stale" : "quotes.long"));
    const field = /** @type {HTMLTextAreaElement} */ (h("textarea", { rows: Math.min(8, 2 + Math.ceil(quote.context.length / 70)), readonly: true, lang: quote.lang, "aria-label": t(`lang.${quote.lang}`) }));
    field.value = quote.context;
    const [, start, end] = quote.spans[0];
    field.setSelectionRange(start, end);
    fields.push([quote, field, start, end]);
    return h("label", {}, h("b", {}, t(`lang.${quote.lang}`)), field);
  };
  const save = async (event) => {
    event.preventDefault();
    dialog.close();
    for (const [quote, field, start, end] of fields) {
      if (field.selectionStart === start && field.selectionEnd === end) continue;
      try {
        await post("quote/change", { document: summary.id, quote: quote.id, seen: quote.text, start: field.selectionStart, end: field.selectionEnd });
      } catch (error) {
        toast(error.message, "bad");
      }
    }
    await load(at);
  };
  const dialog = openDialog(t("do.quote.extent"), h("form.dg-form.dg-extent", { onsubmit: save, onkeydown: (event) => { if (event.key === "Enter" && event.ctrlKey) save(event); } }, h("p", {}, t("quotes.extent.how")), part(pair.source), part(pair.target), h("button.dg-button.primary", { type: "submit" }, t("quotes.extent.set"), h("kbd", {}, "Ctrl+Enter"))), { wide: true });
  const field = fields[0]?.[1];
  if (field) {
    field.focus();
    field.setSelectionRange(fields[0][2], fields[0][3]);
  }
}

function pairing() {
  const pair = current();
  if (!pair) return;
  const mine = pair.source ?? pair.target;
  const missing = pair.source ? "target" : "source";
  const others = pairs.filter((other) => other[missing] && other.id !== pair.id);
  const go = (other) => {
    dialog.close();
    return act("pair", pair.source ? { source: mine.id, target: other } : { source: other, target: mine.id });
  };
  const dialog = openDialog(t("do.quote.pair"), h("div.dg-form.dg-pairing", {}, h("blockquote", { lang: mine.lang }, mine.text),
    pair.source && pair.target ? h("button.dg-button", { type: "button", onclick: () => go(null) }, t("quotes.unpair")) : null,
    others.map((other) => h("button.dg-choice", { type: "button", onclick: () => go(other[missing].id) }, h("b", {}, other[missing].speaker ?? t("quotes.unknown")), h("span", { lang: other[missing].lang }, other[missing].text), other.source && other.target ? h("small", {}, t("quotes.taken")) : null))), { wide: true });
}

async function ask(id) {
  report = id;
  wordings = {};
  if (id) {
    try {
      ({ originals: wordings } = await get("originals", { document: summary.id, report: id }));
      toast(t("quotes.report.found", { n: Object.keys(wordings).length }), "good");
    } catch (error) {
      toast(error.message, "bad");
    }
  }
  await load(at);
}

async function takeWording() {
  const pair = current();
  const found = pair?.source && wordings[pair.source.id]?.[0];
  if (!found || !pair.target) return toast(t("quotes.wording.none"), "bad");
  const taken = await act("wording", { document: summary.id, quote: pair.target.id, text: found.text });
  if (taken) {
    toast(t("quotes.wording.taken"), "good");
    if (report) await ask(report);
  }
}

function context() {
  const pair = current();
  const quote = pair?.source?.document === summary.id ? pair.source : pair?.target;
  if (quote?.segment && quote.document === summary.id) open(quote.segment);
}

async function remove() {
  const pair = current();
  if (!pair) return;
  for (const quote of [pair.source, pair.target].filter(Boolean)) await act("remove", { document: summary.id, quote: quote.id });
  toast(t("quotes.removed"));
}

function nextWarning() {
  const rows = list();
  const later = rows.findIndex((pair, n) => n > at && warned(pair));
  const found = later >= 0 ? later : rows.findIndex(warned);
  if (found < 0) return toast(t("quotes.good"), "good");
  select(found);
}

async function findAgain() {
  const done = await act("find", { document: summary.id }, 0);
  if (done) toast(t("quotes.found", { n: done.pairs }), done.pairs ? "good" : "");
}

function rename(old) {
  const field = /** @type {HTMLInputElement} */ (h("input", { type: "text", value: old, list: "dg-names", "aria-label": t("quotes.speaker") }));
  const go = (event) => {
    event.preventDefault();
    dialog.close();
    if (field.value.trim() && field.value.trim() !== old) act("rename", { document: summary.id, old, new: field.value });
  };
  const others = speakers().map(([name]) => name).filter((name) => name && name !== old);
  const dialog = openDialog(t("quotes.rename", { name: old }), h("form.dg-form", { onsubmit: go }, h("p", {}, t("quotes.rename.how")), field,
    others.map((name) => h("button.dg-choice", { type: "button", onclick: () => { field.value = name; field.focus(); } }, name)), h("button.dg-button.primary", { type: "submit" }, t("ok"))));
  field.select();
}
