// The project: its documents and how far each is; what was asked of Gradio (adding, exporting, statistics) is Gradio's.

import { article, onArticle } from "./article.js";
import { fill, h, icon } from "./dom.js";
import { openDialog, toast } from "./keys.js";
import { number, percent, t, when } from "./language.js";
import { get, post } from "./server.js";
import { showTerms } from "./terms.js";

let picker, options;
const STATES = ["approved", "locked", "edited", "machine", "new", "rejected"];

/** The choice of document at the top of the page. */
export function documentPicker(openDocument) {
  picker = h("select.dg-documents", { "aria-label": t("document"), onchange: (event) => openDocument(event.target.value) });
  onArticle((what) => what === "document" && refreshPicker());
  return picker;
}

async function refreshPicker() {
  const { documents } = await get("documents");
  fill(picker, documents.map((one) => h("option", { value: one.id, selected: one.id === article.document || null }, one.title || one.id)));
  picker.hidden = !documents.length;
}

/** Draw the list of documents into `place`; `given.open(id)` opens one. */
export async function showProject(place, given) {
  options = given;
  headings();
  const { documents } = await get("documents");
  const glossary = h("section.dg-glossary", { "aria-label": t("panel.terms") });
  fill(place, h("div.dg-project", {}, h("h2", {}, t("project.documents")),
    documents.length ? h("table.dg-table", {}, h("thead", {}, h("tr", {}, ["title", "language", "segments", "done", "added", ""].map((name) => h("th", { scope: "col" }, name ? t(`column.${name}`) : h("span.dg-hidden", {}, t("column.actions")))))),
      h("tbody", {}, documents.map((one) => row(one, place)))) : h("p.dg-empty", {}, t("project.empty")), glossary));
  await showTerms(glossary, { writable: given.known.role !== "reader" });
}

// Gradio's own part of the tab: its headings and the count of words are written here, where the language is known.
function headings() {
  document.querySelectorAll("#dg-below [data-text]").forEach((heading) => heading.textContent || (heading.textContent = t(heading.dataset.text)));
  const words = document.querySelector("#dg-words [data-all]");
  if (words && !words.textContent) words.textContent = t("figures.words", { done: number(Number(words.dataset.done)), all: number(Number(words.dataset.all)) });
  const below = document.getElementById("dg-below");
  if (below && !below.dataset.watched) {
    below.dataset.watched = "yes";
    new MutationObserver(headings).observe(below, { childList: true, subtree: true });
  }
}

function row(one, place) {
  const done = (one.counts.approved ?? 0) + (one.counts.locked ?? 0) + (one.counts.rejected ?? 0);
  const share = one.segments ? done / one.segments : 0;
  return h("tr", {}, h("td", {}, h("button.dg-link", { type: "button", onclick: () => options.open(one.id, { fresh: true }) }, one.title || one.id), h("div.dg-soft", {}, one.source)),
    h("td", {}, t(`lang.${one.lang}`)), h("td.dg-right", {}, number(one.segments)),
    h("td", {}, h("div.dg-stack", { role: "img", "aria-label": STATES.filter((s) => one.counts[s]).map((s) => `${t(`status.${s}`)} ${one.counts[s]}`).join(", ") },
      STATES.filter((s) => one.counts[s]).map((s) => h("i", { class: s, title: `${t(`status.${s}`)}: ${one.counts[s]}`, style: `flex:${one.counts[s]}` }))), h("span.dg-soft", {}, percent(share))),
    h("td", {}, when(one.added)),
    h("td.dg-right", {}, options.known.role !== "admin" ? null : h("button.dg-icon", { type: "button", "aria-label": t("remove.named", { title: one.title }), title: t("remove"), onclick: () => remove(one, place) }, icon("close"))));
}

function remove(one, place) {
  const go = async (event) => {
    event.preventDefault();
    try {
      await post("remove", { document: one.id });
      dialog.close();
      toast(t("removed", { title: one.title }), "good");
      await showProject(place, options);
      refreshPicker();
    } catch (error) {
      toast(error.message, "bad");
    }
  };
  const dialog = openDialog(t("remove"), h("form.dg-form", { onsubmit: go }, h("p", {}, t("remove.sure", { title: one.title, n: one.segments })), h("button.dg-button.danger", { type: "submit" }, t("remove"))));
}
