// The glossary of the project: what was put in, and the names that were learnt from corrections; all of it can be changed.

import { fill, h, icon } from "./dom.js";
import { openDialog, toast } from "./keys.js";
import { t } from "./language.js";
import { get, post } from "./server.js";

const STATES = ["preferred", "allowed", "forbidden"];
let place;

/** Draw the glossary into `element`; a reader only looks. */
export async function showTerms(element, { writable }) {
  place = element;
  const { terms } = await get("terms");
  draw(terms, writable);
}

function draw(terms, writable) {
  fill(place, h("h2", {}, t("panel.terms"), h("span.dg-count", {}, String(terms.length)), writable ? h("button.dg-button", { type: "button", onclick: () => change(null) }, icon("add"), t("term.add")) : null),
    terms.length ? h("table.dg-table", {}, h("thead", {}, h("tr", {}, ["tr", "en"].map((lang) => h("th", { scope: "col" }, t(`lang.${lang}`))), h("th", { scope: "col" }, t("term.status")), h("th", { scope: "col" }, t("term.note")), h("th", { scope: "col" }, h("span.dg-hidden", {}, t("column.actions"))))),
      h("tbody", {}, terms.map((one) => h("tr", {}, h("td", { lang: "tr" }, one.source), h("td", { lang: "en" }, one.target),
        h("td", {}, t(`term.${one.status}`), one.kind === "name" ? ` · ${t("term.name")}` : ""), h("td", {}, one.note === "learned" ? t("term.learned") : one.note),
        h("td.dg-right", {}, writable ? [h("button.dg-link", { type: "button", "aria-label": t("term.change.named", { term: one.source }), onclick: () => change(one) }, t("term.change")), " ",
          h("button.dg-icon", { type: "button", "aria-label": t("term.remove", { term: one.source }), onclick: () => revise(one, null) }, icon("close"))] : null)))))
      : h("p.dg-empty", {}, t("term.none")));
}

async function revise(old, fresh) {
  try {
    draw((await post("term", { old: old && entry(old), new: fresh })).terms, true);
  } catch (error) {
    toast(error.message, "bad");
  }
}

const entry = ({ source, target, status, note, kind }) => ({ source, target, status, note, kind });

function change(old) {
  const field = (name) => h("input", { type: "text", maxlength: 300, required: true, value: old?.[name] ?? "", name });
  const [source, target] = ["source", "target"].map(field);
  const status = h("select", {}, STATES.map((one) => h("option", { value: one, selected: one === old?.status || null }, t(`term.${one}`))));
  const name = h("input", { type: "checkbox", checked: old?.kind === "name" });
  const go = (event) => {
    event.preventDefault();
    dialog.close();
    revise(old, { source: source.value.trim(), target: target.value.trim(), status: status.value, note: old && old.note !== "learned" ? old.note : "", kind: name.checked ? "name" : "" });
  };
  const dialog = openDialog(t(old ? "term.change" : "term.add"), h("form.dg-form", { onsubmit: go },
    h("label", {}, t("lang.tr"), source), h("label", {}, t("lang.en"), target), h("label", {}, t("term.status"), status), h("label", {}, name, " ", t("term.name")),
    h("button.dg-button.primary", { type: "submit" }, t("ok"))));
}
