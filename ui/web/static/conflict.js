// Somebody else changed the segment meanwhile: both versions, and three ways on. Nothing is lost whichever she takes.

import { update } from "./article.js";
import { h } from "./dom.js";
import { showDifference } from "./difference.js";
import { drop, keep } from "./drafts.js";
import { openDialog, toast } from "./keys.js";
import { t, when } from "./language.js";
import { post } from "./server.js";

/** Ask which version holds; resolves to the segment as it stands afterwards, or null when she put it off. */
export function resolveConflict(view, mine, theirs, status) {
  if (mine === theirs.target && !status) {
    drop(view);
    return Promise.resolve(theirs);
  }
  keep(view, mine, theirs.version);
  return new Promise((resolve) => {
    let answer = null;
    const field = /** @type {HTMLTextAreaElement} */ (h("textarea.dg-field", { rows: 3, "aria-label": t("conflict.both.label") }));
    field.value = mine;
    const take = async (text, as) => {
      try {
        const done = await post("edit", { document: view.document, segment: view.id, target: text, version: theirs.version, status: as, why: t("conflict.why", { person: theirs.editor }) });
        drop(view);
        update(done.segment);
        answer = done.segment;
        dialog.close();
      } catch (error) {
        toast(error.message, "bad");
      }
    };
    const leave = () => {
      drop(view);
      // The server keeps what was not saved as a draft: from now on there is none.
      post("draft", { document: view.document, segment: view.id, text: theirs.target, version: theirs.version }).catch(() => {});
      answer = theirs;
      dialog.close();
    };
    const body = h("div.dg-conflict", {},
      h("p", {}, t("conflict.what", { person: theirs.editor || t("somebody"), when: theirs.changed ? when(theirs.changed) : "" })),
      h("blockquote", { lang: "tr" }, view.source),
      h("section", {}, h("h3", {}, t("conflict.theirs")), h("p", {}, theirs.target || "—"),
        h("button.dg-button", { type: "button", onclick: leave }, t("conflict.take.theirs"))),
      h("section", {}, h("h3", {}, t("conflict.mine")), h("p", {}, showDifference(theirs.target, mine)),
        h("button.dg-button.primary", { type: "button", onclick: () => take(mine, status) }, t("conflict.take.mine"))),
      h("section", {}, h("h3", {}, t("conflict.both")), field,
        h("button.dg-button", { type: "button", onclick: () => take(field.value, "edited") }, t("conflict.take.both"))));
    const dialog = openDialog(t("conflict.title"), body, { wide: true, onclose: () => resolve(answer) });
  });
}
