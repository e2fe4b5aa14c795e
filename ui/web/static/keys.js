// Keys: one table of commands, each with a modified key, so that none fires while plain text is typed.

import { fill, h } from "./dom.js";
import { t } from "./language.js";

/** @typedef {{id: string, keys: string, view: string, run: (event: KeyboardEvent) => any}} Command */

/** @type {Command[]} */
const commands = [];
let view = "article";
const mac = /Mac|iPhone|iPad/.test(navigator.platform);

/** Which view's keys are live ("article", "alignment", "quotes", "project"). */
export const setView = (name) => (view = name);

/**
 * Register a command. `keys` is like "Ctrl+Enter" or "Alt+Shift+N"; "Alt+1…9" stands for nine keys.
 * `view` is the one it works in, "" for all.
 */
export function command(id, keys, inView, run) {
  if (!/Ctrl\+|Alt\+|^F1$/.test(keys)) throw new Error(`${id} needs a modified key`);
  commands.push({ id, keys, view: inView, run });
}

/** The keys of a command, for buttons and titles. */
export function keysOf(id) {
  const keys = commands.find((one) => one.id === id)?.keys ?? "";
  return mac ? keys.replace("Ctrl+", "⌘").replace("Alt+", "⌥").replace("Shift+", "⇧") : keys;
}

/** A button that runs a command and shows its key. */
export function commandButton(id, { label = t(`do.${id}`), kind = "", show = true } = {}) {
  const keys = keysOf(id);
  return h(`button.dg-button`, { type: "button", class: kind, title: keys ? `${label} (${keys})` : label, "aria-keyshortcuts": keys.replaceAll("Ctrl", "Control"), onclick: (event) => runCommand(id, event) },
    label, show && keys ? h("kbd", {}, keys) : null);
}

/** Run a command by name. */
export function runCommand(id, event) {
  return commands.find((one) => one.id === id && (!one.view || one.view === view))?.run(event);
}

function matches(event, keys) {
  const parts = keys.split("+");
  const key = parts.pop();
  const control = event.ctrlKey || (mac && event.metaKey);
  // AltGr, which types letters on Turkish keyboards, reports itself as Ctrl+Alt: no command uses both.
  if (control !== parts.includes("Ctrl") || event.altKey !== parts.includes("Alt") || event.shiftKey !== parts.includes("Shift")) return false;
  if (key === "1…9") return /^Digit[1-9]$/.test(event.code);
  if (/^[A-Z]$/.test(key)) {
    const typed = event.key.toUpperCase();
    // With Alt a Mac types symbols; then the place of the key tells.
    return typed === key || (!/^[A-ZÇĞİÖŞÜ]$/.test(typed) && event.code === `Key${key}`);
  }
  return event.key === key || { "↓": "ArrowDown", "↑": "ArrowUp", "←": "ArrowLeft", "→": "ArrowRight" }[key] === event.key;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  // In a remark Ctrl+Enter sends it, and approves nothing.
  if (event.key === "Enter" && event.target.closest?.(".dg-say")) return;
  const found = commands.find((one) => (!one.view || one.view === view) && matches(event, one.keys));
  if (!found) return;
  event.preventDefault();
  event.stopPropagation();
  found.run(event);
}, true);

/** The sheet of all keys. */
export function helpSheet() {
  const rows = (name) => commands.filter((one) => one.view === name).map((one) => [h("dt", {}, h("kbd", {}, keysOf(one.id))), h("dd", {}, t(`do.${one.id}`))]);
  const group = (name, title) => (rows(name).length ? h("section", {}, h("h3", {}, title), h("dl", {}, rows(name))) : null);
  const typing = h("section", {}, h("h3", {}, t("help.typing")), h("dl", {},
    h("dt", {}, h("kbd", {}, "Tab")), h("dd", {}, t("help.tab")),
    h("dt", {}, h("kbd", {}, mac ? "⌥→" : "Ctrl+→")), h("dd", {}, t("help.word")),
    h("dt", {}, h("kbd", {}, "Esc")), h("dd", {}, t("help.escape"))));
  return openDialog(t("help.title"), h("div.dg-help", {}, group("", t("help.everywhere")), group("article", t("tab.article")), typing,
    group("alignment", t("tab.alignment")), group("quotes", t("tab.quotes"))), { wide: true });
}

/**
 * A dialog in front of everything; Esc closes it, focus goes back where it was.
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, body, { wide = false, onclose = () => {} } = {}) {
  const before = document.activeElement;
  const name = `dg-dialog-${Math.random().toString(36).slice(2)}`;
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog.dg-dialog", { class: wide ? "wide" : "", "aria-labelledby": name }));
  fill(dialog, h("header", {}, h("h2", { id: name }, title), h("button.dg-close", { type: "button", "aria-label": t("close"), onclick: () => dialog.close() }, "×")), body);
  dialog.addEventListener("close", () => {
    dialog.remove();
    onclose();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  });
  (document.querySelector(".gradio-container") ?? document.body).append(dialog);
  dialog.showModal();
  return dialog;
}

/** A short note at the foot of the page, read out by screen readers; `kind` is "", "good" or "bad". */
export function toast(text, kind = "") {
  let holder = document.querySelector(".dg-toasts");
  if (!holder) {
    holder = h("div.dg-toasts", { role: "status", "aria-live": "polite" });
    document.body.append(holder);
  }
  const note = h("div.dg-toast", { class: kind }, text);
  holder.append(note);
  setTimeout(() => note.remove(), kind === "bad" ? 8000 : 3500);
}
