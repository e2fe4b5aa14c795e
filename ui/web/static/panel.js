// What is known about the current segment: how sure the model is, other wordings, memory, terms, comments, history.

import { article, bandOf, onArticle, update } from "./article.js";
import { showDifference } from "./difference.js";
import { fill, h, icon } from "./dom.js";
import { openAgain, openedSegment, save, setText } from "./editor.js";
import { command, toast } from "./keys.js";
import { percent, reason, t, when } from "./language.js";
import { get, post } from "./server.js";

const DWELL = 250; // milliseconds on a segment before it is looked up
let place, parts, turn = 0, timer = 0, suggestions = [];

export function mountPanel(element) {
  place = element;
  parts = Object.fromEntries(["sure", "suggestions", "terms", "comments", "history"].map((name) => [name, h("section.dg-section", { "aria-label": t(`panel.${name}`) })]));
  fill(place, Object.values(parts));
  onArticle((what, detail) => {
    if (what === "current") show(detail);
    if (what === "segment" && detail.id === article.current) show(detail);
    if (what === "document" && !article.current) Object.values(parts).forEach((part) => fill(part));
  });
  command("take", "Alt+1…9", "article", (event) => take(Number(event.code.slice(5)) - 1));
  command("alternatives", "Alt+A", "article", () => alternatives());
  command("comment", "Alt+K", "article", () => parts.comments.querySelector("textarea")?.focus());
  command("history", "Alt+H", "article", () => parts.history.querySelector("summary")?.click());
}

const title = (key, ...more) => h("h3", {}, t(`panel.${key}`), ...more);

function show(view) {
  const mine = ++turn;
  sure(view);
  clearTimeout(timer);
  timer = setTimeout(() => look(view, mine), DWELL);
}

const meter = (band, label, share) => h("div.dg-meter", { class: band, role: "img", "aria-label": label }, h("i", { style: `width:${Math.round(share * 100)}%` }));

function sure(view) {
  const judged = view.confidence !== null;
  const band = judged ? bandOf(view) : view.score === null ? "none" : view.score >= 0.6 ? "high" : view.score >= 0.35 ? "middle" : "low";
  fill(parts.sure, title("sure"),
    judged ? [meter(band, t(`sure.${band}`), view.confidence),
      h("p", {}, h("b", {}, t(`sure.${band}`)), " ", h("span.dg-soft", { title: t("sure.meaning") }, percent(view.confidence))),
      view.reasons.length ? h("ul.dg-reasons", {}, view.reasons.map((one) => h("li", {}, reason(one)))) : null]
      : view.score === null ? h("p.dg-soft", {}, t("score.none"))
      : [meter(band, t(`score.${band}`), view.score),
        h("p", {}, h("b", {}, t(`score.${band}`)), " ", h("span.dg-soft", { title: t("score.meaning") }, t("score.value", { value: view.score.toFixed(2) })))],
    view.repair ? h("p", {}, t("made.repaired"), " ", h("span.dg-soft", {}, view.repair)) : null,
    h("p.dg-soft", {}, [view.model && t("made.by", { model: view.model }), view.editor && t("edited.by", { person: view.editor })].filter(Boolean).join(" · ")));
}

async function look(view, mine) {
  try {
    const detail = await get("detail", { document: view.document, segment: view.id });
    if (mine !== turn) return;
    suggestions = detail.matches.map((match) => ({ ...match, kind: "memory", repaired: match.kind === "repaired" }));
    for (const one of detail.hypotheses) if (!suggestions.some((s) => s.text === one.text)) suggestions.push({ ...one, kind: "machine" });
    drawSuggestions(view);
    fill(parts.terms, detail.terms.length ? [title("terms"), h("ul.dg-terms", {}, detail.terms.map((term) =>
      h("li", { class: term.used ? "used" : "" }, h("span", { lang: "tr" }, term.source), " → ", h("b", { lang: "en" }, term.target), term.used ? h("span.dg-soft", {}, " ✓") : null, term.forbidden ? h("del", { lang: "en" }, ` ${term.forbidden}`) : null)))] : []);
    drawComments(view, detail.comments);
    drawHistory(view, detail.history);
  } catch (error) {
    if (mine === turn) fill(parts.suggestions, h("p.dg-soft", {}, error.message));
  }
}

function drawSuggestions(view) {
  fill(parts.suggestions, title("suggestions", h("button.dg-link", { type: "button", onclick: () => alternatives() }, t("do.alternatives"))),
    suggestions.length ? h("ol.dg-suggestions", {}, suggestions.slice(0, 9).map((one, i) =>
      h("li", {}, h("button", { type: "button", title: `${t("take.this")} (Alt+${i + 1})`, onclick: () => take(i) },
        h("span.dg-kind", { class: one.kind }, h("kbd", {}, String(i + 1)), one.kind === "memory" ? h("b", {}, percent(one.score)) : t("kind.machine"), one.repaired ? h("span", { title: one.changes }, ` ${t("repaired")}`) : null, one.who ? h("span.dg-soft", {}, ` ${one.who}`) : null),
        one.source && one.source !== view.source ? h("span.dg-was", { lang: "tr" }, showDifference(one.source, view.source)) : null,
        h("span", { lang: "en" }, one.repaired ? showDifference(one.remembered, one.text) : one.text)))))
      : h("p.dg-soft", {}, t("suggestions.none")));
}

async function alternatives() {
  const view = openedSegment() ?? article.views.get(article.current), mine = turn;
  if (!view) return;
  const button = parts.suggestions.querySelector(".dg-link");
  button?.setAttribute("aria-busy", "true");
  try {
    const { alternatives: found } = await get("alternatives", { document: view.document, segment: view.id });
    if (mine !== turn) return;
    for (const one of found) if (!suggestions.some((s) => s.text === one.text)) suggestions.push({ ...one, kind: "machine" });
    drawSuggestions(view);
  } catch (error) {
    toast(error.message, "bad");
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

function take(number) {
  const one = suggestions[number];
  if (one && openedSegment()) setText(one.text);
}

function drawComments(view, comments) {
  const field = /** @type {HTMLTextAreaElement} */ (h("textarea", { rows: 1, placeholder: t("comment.write"), "aria-label": t("comment.write") }));
  const send = async () => {
    if (!field.value.trim()) return;
    try {
      const answer = await post("comment", { document: view.document, segment: view.id, text: field.value });
      field.value = "";
      update(answer.segment);
    } catch (error) {
      toast(error.message, "bad");
    }
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey) return;
    event.preventDefault();
    event.stopPropagation();
    send();
  });
  // Typed remarks survive a look-up of the same segment.
  const old = parts.comments.querySelector("textarea");
  if (old && parts.comments.dataset.segment === view.id) field.value = old.value;
  const focused = old && old === document.activeElement && parts.comments.dataset.segment === view.id;
  parts.comments.dataset.segment = view.id;
  fill(parts.comments, title("comments"), h("ul.dg-comments", {}, comments.map((one) => h("li", {}, h("b", {}, one.person || t("somebody")), " ", h("span.dg-soft", {}, when(one.when)), h("p", {}, one.text)))),
    h("div.dg-say", {}, field, h("button.dg-button", { type: "button", onclick: send }, t("comment.send"))));
  if (focused) field.focus();
}

function drawHistory(view, events) {
  const open = parts.history.querySelector("details")?.open;
  const texts = new Set(["edit", "machine", "memory"]);
  fill(parts.history, h("details", { open: open || null }, h("summary", {}, h("h3", {}, t("panel.history"), h("span.dg-count", {}, String(events.length)))),
    h("ol.dg-history", {}, events.map((event) => h("li", { class: event.undone ? "undone" : "" },
      h("div", {}, icon(event.kind === "status" ? "approved" : "edited"), h("b", {}, event.person || t("somebody")), " ", t(`event.${event.kind}`), " ", h("span.dg-soft", {}, when(event.when)), event.undone ? h("i", {}, ` ${t("undone")}`) : null),
      texts.has(event.kind) ? h("p", { lang: "en" }, showDifference(event.before ?? "", event.after ?? "")) : h("p.dg-soft", {}, [event.before, event.after].filter(Boolean).join(" → ")),
      event.why ? h("p.dg-soft", {}, event.why) : null,
      texts.has(event.kind) && event.before && event.before !== view.target && view.status !== "locked"
        ? h("button.dg-link", { type: "button", onclick: () => revert(view, event.before) }, t("revert")) : null)))));
}

async function revert(view, text) {
  const now = article.views.get(view.id);
  const done = await save(now, text, now.version, "edited", t("revert.why"));
  if (done) {
    openAgain(done);
    toast(t("reverted"), "good");
  }
}
