// Which segments are shown: state, flags, quotes, speaker, and words in either language.

import { article, onArticle, openArticle } from "./article.js";
import { fill, h, icon } from "./dom.js";
import { commandButton } from "./keys.js";
import { number, t } from "./language.js";

const SETS = ["all", "review", "flagged", "quotes", "approved"];
let bar, timer = 0;

/** The bar above the article. */
export function filterBar() {
  bar = h("div.dg-filter", { role: "search" },
    h("div.dg-sets", { role: "group", "aria-label": t("filter") }, SETS.map((name) => h("button", { type: "button", "data-set": name, "aria-pressed": name === "all" ? "true" : "false", onclick: () => choose(name) }, t(`filter.${name}`), h("span.dg-count")))),
    h("button.dg-toggle", { type: "button", "aria-pressed": "false", title: t("order.unsure.meaning"), onclick: (event) => { toggle(event.currentTarget); apply(); } }, t("order.unsure")),
    h("select.dg-speakers", { "aria-label": t("filter.speaker"), onchange: apply }),
    h("label.dg-search", {}, icon("search"), h("input", { type: "search", placeholder: t("search"), "aria-label": t("search.label"), title: "Ctrl+K", oninput: () => { clearTimeout(timer); timer = setTimeout(apply, 250); },
      onkeydown: (event) => { if (event.key === "Enter") { clearTimeout(timer); apply(); } } })),
    h("span.dg-found", { role: "status" }),
    h("span.dg-gap"),
    commandButton("review"), commandButton("flagged"));
  return bar;
}

export function mountFilter() {
  onArticle((what) => {
    if (what === "document") {
      const chosen = article.filter.speaker ?? "";
      fill(bar.querySelector(".dg-speakers"), h("option", { value: "" }, t("filter.anyone")), (article.speakers ?? []).map((name) => h("option", { value: name, selected: name === chosen }, name)));
      bar.querySelector(".dg-speakers").hidden = !article.speakers?.length;
      const { order, ...filter } = article.filter;
      const narrowed = Object.values(filter).some(Boolean);
      toggle(bar.querySelector(".dg-toggle"), Boolean(order));
      bar.querySelector(".dg-found").textContent = narrowed ? t("found", { n: number(article.ids.length) }) : "";
      if (!narrowed) {
        bar.querySelector("input").value = "";
        press("all");
      }
    }
    if (what === "counts" || what === "document") count();
  });
}

function count() {
  const { counts } = article;
  const total = Object.values(counts).reduce((a, b) => a + b, 0);
  const sizes = { all: total, review: (counts.new ?? 0) + (counts.machine ?? 0) + (counts.edited ?? 0), approved: counts.approved ?? 0 };
  for (const [name, size] of Object.entries(sizes)) bar.querySelector(`[data-set=${name}] .dg-count`).textContent = total ? number(size) : "";
}

const press = (name) => bar.querySelectorAll("[data-set]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.set === name)));

const toggle = (button, on = button.getAttribute("aria-pressed") !== "true") => button.setAttribute("aria-pressed", String(on));

function choose(name) {
  press(name);
  apply();
}

function apply() {
  if (!article.document) return;
  const set = bar.querySelector("[data-set][aria-pressed=true]").dataset.set;
  openArticle(article.document, {
    at: article.current,
    filter: { set: set === "all" ? "" : set, speaker: bar.querySelector("select").value, text: bar.querySelector("input").value.trim(), order: bar.querySelector(".dg-toggle").getAttribute("aria-pressed") === "true" ? "unsure" : "" },
  });
}
