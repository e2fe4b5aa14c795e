// A correction that applies elsewhere too: the same sentence, one with other numbers, or the same phrase.

import { article, onArticle, update } from "./article.js";
import { showDifference } from "./difference.js";
import { fill, h } from "./dom.js";
import { openAgain, openedSegment } from "./editor.js";
import { command, commandButton, openDialog, toast } from "./keys.js";
import { t } from "./language.js";
import { post } from "./server.js";

let place, offered = [], turn = 0;

export function mountRepeat(element) {
  place = h("div.dg-offer", { role: "status" });
  element.append(place);
  command("repeat", "Alt+R", "article", () => repeat());
  onArticle((what, detail) => {
    if (what === "saved") ask(detail);
    if (what === "document") offer([]);
  });
}

async function ask({ view, before, learned }) {
  const mine = ++turn;
  if (learned?.length) toast(t("learned", { names: learned.join(", ") }), "good");
  if (view.status === "rejected") return;
  try {
    const { offers } = await post("like", { document: view.document, segment: view.id, before });
    if (mine === turn) offer(offers, view.status);
  } catch {
    // Nothing is offered this time; the correction itself is safe.
  }
}

function offer(offers, status = "edited") {
  // The very same sentence is as good as the one that was just judged.
  offered = offers.map((one) => ({ ...one, as: one.kind === "same" || one.status === "approved" ? status : "edited" }));
  const touched = offered.filter((one) => one.touched).length;
  fill(place, offered.length ? [h("span", {}, t("repeat.offer", { n: offered.length }), touched ? ` ${t("repeat.touched", { n: touched })}` : ""),
    touched < offered.length ? commandButton("repeat", { kind: "primary", label: t("repeat.do", { n: offered.length - touched }) }) : null,
    h("button.dg-link", { type: "button", onclick: choose }, t("repeat.choose")),
    h("button.dg-close", { type: "button", "aria-label": t("close"), onclick: () => offer([]) }, "×")] : []);
}

/** Apply to `chosen`, or to all that no person has had a say in. */
async function repeat(chosen = offered.filter((one) => !one.touched)) {
  if (!chosen.length) return offered.length ? choose() : toast(t("repeat.none"));
  offer([]);
  try {
    const edits = chosen.map(({ document, segment, target, version, as }) => ({ document, segment, target, version, status: as }));
    const { segments, left } = await post("repeat", { edits });
    const mine = openedSegment();
    for (const view of segments) {
      update(view);
      if (mine?.id === view.id && view.document === article.document) openAgain(view);
    }
    toast(t(left ? "repeat.done.left" : "repeat.done", { n: segments.length, left }), "good");
  } catch (error) {
    toast(error.message, "bad");
  }
}

function choose() {
  const boxes = offered.map((one) => h("input", { type: "checkbox", checked: !one.touched }));
  const go = (event) => {
    event.preventDefault();
    dialog.close();
    repeat(offered.filter((_, i) => boxes[i].checked));
  };
  const dialog = openDialog(t("do.repeat"), h("form.dg-form", { onsubmit: go },
    h("ul.dg-offers", {}, offered.map((one, i) => h("li", {}, h("label", {}, boxes[i], " ",
      h("span.dg-soft", {}, [one.document === article.document ? "" : one.document, one.position + 1, t(`status.${one.status}`), t(`repeat.${one.kind}`)].filter(Boolean).join(" · ")),
      h("p", { lang: "tr" }, one.source), h("p", { lang: "en" }, showDifference(one.before, one.target)))))),
    h("button.dg-button.primary", { type: "submit" }, t("repeat.chosen"))), { wide: true });
}
