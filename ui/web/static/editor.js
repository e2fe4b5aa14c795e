// The one editor of the article view: a text field with grey continuation, word links, live checks and the difference
// to the machine's text.

import { article, beside, goTo, redraw, tellArticle, update } from "./article.js";
import { resolveConflict } from "./conflict.js";
import { fill, h } from "./dom.js";
import { showDifference } from "./difference.js";
import { drop, keep, kept, keptVersion } from "./drafts.js";
import { reason, t } from "./language.js";
import { command, commandButton, toast } from "./keys.js";
import { post } from "./server.js";
import { clearWords, lightSource, lightTarget, readWords, sourceWords } from "./words.js";

/** @type {null | {view: any, row: HTMLElement, field: HTMLTextAreaElement, mirror: HTMLElement, ghost: string, version: number, parts: any, machine: string, words: any, asked: AbortController|null, timers: any}} */
let open = null;

export const openedSegment = () => open?.view ?? null;

/** Turn a row into the editor; what she typed before and did not save is there again. */
export function openEditor(row, view, { focus = true } = {}) {
  if (!row || !view) return;
  if (open && open.row === row && open.view.id === view.id) {
    if (focus) open.field.focus({ preventScroll: true });
    return;
  }
  const draft = kept(view);
  const field = /** @type {HTMLTextAreaElement} */ (h("textarea.dg-field", {
    lang: article.summary.target_lang, rows: 1, spellcheck: true, autocomplete: "off", "aria-label": t("editor.label", { n: view.position + 1 }),
    "aria-describedby": "dg-editor-hint", readonly: view.status === "locked" || !article.summary.writable,
  }));
  field.value = draft ?? view.target;
  const mirror = h("div.dg-mirror", { "aria-hidden": "true" });
  const parts = {
    source: h("div.dg-source", { lang: article.summary.lang }),
    changes: h("div.dg-changes"),
    checks: h("ul.dg-checks", { role: "status" }),
    state: h("span.dg-saved", { role: "status" }),
  };
  open = { view, row, field, mirror, ghost: "", version: draft === null ? view.version : keptVersion(view), parts, machine: "", words: null, asked: null, timers: {} };
  row.classList.add("dg-card");
  fill(row, h("div.dg-mark", {}, String(view.position + 1)), parts.source,
    h("div.dg-target", {}, h("div.dg-typing", {}, mirror, field), parts.changes, parts.checks),
    h("div.dg-bar", {}, commandButton("approve", { kind: "primary" }), commandButton("save"), commandButton("reject", { show: false }), commandButton("lock", { show: false, label: t(view.status === "locked" ? "do.unlock" : "do.lock") }),
      h("span.dg-gap"), parts.state));
  row.append(h("span.dg-hidden", { id: "dg-editor-hint" }, t("editor.hint")));
  fill(parts.source, sourceWords(view.source, (token) => light(token, null)));
  if (view.speaker) parts.source.prepend(h("span.dg-speaker", { title: t(`kind.${view.quote}`) }, view.speaker));
  field.addEventListener("input", typed);
  field.addEventListener("keydown", keydown);
  for (const name of ["keyup", "click", "select", "focus"]) field.addEventListener(name, caret);
  field.addEventListener("blur", () => { suggest(""); clearWords(open?.parts.source); });
  if (draft !== null) showState("restored");
  paint();
  if (focus) {
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }
  open.timers.look = setTimeout(look, 90);
}

/** Leave the editor; changed text is saved as an edit. Resolves when the server has it (or has told of a conflict). */
export async function closeEditor() {
  if (!open) return;
  const { view, field, row, timers, asked, version } = open;
  Object.values(timers).forEach(clearTimeout);
  asked?.abort();
  open = null;
  row.classList.remove("dg-card");
  if (field.value !== view.target && !field.readOnly) await save(view, field.value, version, null);
}

/** Save a text, with a status or as an edit. Resolves to the new view, or null when it was not taken. */
export async function save(view, text, version, status, why = "") {
  try {
    const answer = await post("edit", { document: view.document, segment: view.id, target: text, version, status, why });
    drop(view, text);
    update(answer.segment);
    tellArticle("saved", { view: answer.segment, before: view.target, learned: answer.learned });
    return answer.segment;
  } catch (error) {
    if (error.status === 409 && error.data.theirs) {
      update(error.data.theirs);
      return resolveConflict(view, text, error.data.theirs, status);
    }
    keep(view, text, version);
    redraw(view.id);
    toast(error.message, "bad");
    return null;
  }
}

/** The text that stands in the editor becomes the segment's, with a status. */
async function settle(status, next) {
  if (!open || open.field.readOnly) return;
  const { view, field, version } = open;
  const id = view.id;
  // Move on first: the answer comes while she reads the next one.
  const after = next ? beside(1, id) : "";
  const text = field.value;
  if (status === "approved" && !text.trim()) return toast(t("editor.empty"), "bad");
  forget();
  const saving = save(view, text, version, status);
  if (after) await goTo(after, { focus: true });
  else {
    const done = await saving;
    if (done && article.current === id) openAgain(done);
  }
  await saving;
}

function forget() {
  if (!open) return;
  Object.values(open.timers).forEach(clearTimeout);
  open.asked?.abort();
  open.row.classList.remove("dg-card");
  open = null;
}

/** Show the current segment anew, after it was changed from elsewhere (undo, a suggestion taken, another person). */
export function openAgain(view, { focus = true } = {}) {
  const row = open?.row ?? document.querySelector(`.dg-row[data-id="${CSS.escape(view.id)}"]`);
  forget();
  openEditor(row, view, { focus });
}

/** Put a text into the editor as if she had typed it. */
export function setText(text) {
  if (!open || open.field.readOnly) return;
  open.field.focus({ preventScroll: true });
  open.field.select();
  // Through the browser's own editing, so that its Ctrl+Z takes it back.
  if (!document.execCommand("insertText", false, text)) {
    open.field.value = text;
    typed();
  }
}

/** Insert around the selection. */
function surround(before, after) {
  if (!open) return;
  const { field } = open;
  const { selectionStart: from, selectionEnd: to } = field;
  const inside = field.value.slice(from, to);
  field.focus();
  document.execCommand("insertText", false, before + inside + after);
  if (!inside) field.setSelectionRange(from + before.length, from + before.length);
}

function typed() {
  if (!open) return;
  const { view, field, version } = open;
  if (field.value === view.target) {
    if (drop(view)) post("draft", { document: view.document, segment: view.id, text: view.target, version }).catch(() => {});
    showState("");
  } else keep(view, field.value, version);
  const rest = open.ghost.startsWith(lastTyped(field)) ? open.ghost.slice(lastTyped(field).length) : "";
  suggest(rest);
  paint();
  clearTimeout(open.timers.complete);
  open.timers.complete = setTimeout(complete, 40);
  clearTimeout(open.timers.look);
  open.timers.look = setTimeout(look, 350);
  tellArticle("typing", field.value);
}

let previous = "";
// The one character just typed: grey text that begins with it only gets shorter, without a new question.
function lastTyped(field) {
  const text = field.value;
  const added = text.startsWith(previous) ? text.slice(previous.length) : "\u0000";
  previous = text;
  return added;
}

/** Draw what stands behind the field: the same text unseen, lit words, and the grey continuation. */
function paint() {
  if (!open) return;
  const { field, mirror, ghost, parts, view } = open;
  const tokens = open.words && open.words.text === field.value ? open.words.target : [];
  const pieces = [];
  let at = 0;
  tokens.forEach(([start, end], i) => {
    pieces.push(field.value.slice(at, start), h("mark", { "data-token": i }, field.value.slice(start, end)));
    at = end;
  });
  pieces.push(field.value.slice(at), h("span.dg-ghost", {}, ghost), "\u200b");
  fill(mirror, pieces);
  const machine = open.machine;
  fill(parts.changes, machine && machine !== field.value && field.value.trim() ? [h("span.dg-label", {}, t("changes")), showDifference(machine, field.value)] : []);
}

function suggest(text) {
  if (!open || open.ghost === text) return;
  open.ghost = text;
  paint();
}

async function complete() {
  if (!open) return;
  const mine = open;
  const { field, view } = mine;
  const text = field.value;
  previous = text;
  if (field.selectionEnd !== text.length || document.activeElement !== field || !text) return suggest("");
  mine.asked?.abort();
  mine.asked = new AbortController();
  try {
    const { full } = await post("complete", { source: view.source, typed: text }, mine.asked.signal);
    if (open === mine && field.value === text && field.selectionEnd === text.length) suggest(full.startsWith(text) ? full.slice(text.length) : "");
  } catch {
    // No continuation this time; typing goes on.
  }
}

/** What the checks and the word links say about the text as it stands. */
async function look() {
  if (!open) return;
  const mine = open;
  const text = mine.field.value;
  try {
    const answer = await post("look", { document: mine.view.document, segment: mine.view.id, target: text });
    if (open !== mine || mine.field.value !== text) return;
    mine.machine = answer.machine;
    mine.words = readWords(text, answer);
    fill(mine.parts.checks, answer.flags.map((flag) => h("li", {}, h("b", {}, t(`flag.${flag.code}`)), " ", reason(flag))));
    paint();
    caret();
  } catch {
    // The checks wait for the connection.
  }
}

function keydown(event) {
  if (!open || event.isComposing) return;
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
  if (event.key === "Tab" && plain && open.ghost) {
    event.preventDefault();
    take(open.ghost);
  } else if (event.key === "ArrowRight" && (event.ctrlKey || (event.altKey && /Mac/.test(navigator.platform))) && !event.shiftKey && open.ghost) {
    event.preventDefault();
    take(open.ghost.match(/^\s*\S+/)?.[0] ?? open.ghost);
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (open.ghost) suggest("");
    else open.field.blur();
  }
}

function take(text) {
  const rest = open.ghost.slice(text.length);
  document.execCommand("insertText", false, text);
  if (open) {
    clearTimeout(open.timers.complete);
    suggest(rest);
    previous = open.field.value;
    if (!rest) open.timers.complete = setTimeout(complete, 40);
  }
}

function caret() {
  if (!open) return;
  if (open.field.selectionEnd !== open.field.value.length) suggest("");
  light(null, open.field.selectionStart);
}

function light(token, at) {
  if (!open?.words) return;
  if (token !== null) lightTarget(open.words, open.parts.source, open.mirror, token);
  else lightSource(open.words, open.parts.source, open.mirror, at);
}

/** What the line under the editor says: is her typing safe? */
export function showState(state, id = open?.view.id) {
  if (!open || open.view.id !== id) return;
  open.parts.state.className = `dg-saved ${state}`;
  open.parts.state.textContent = state ? t(`saved.${state}`) : "";
}

const current = () => open ?? null;

async function change(path, body) {
  if (!open) return;
  const { view, field, version } = open;
  if (field.value !== view.target) {
    const saved = await save(view, field.value, version, null);
    if (!saved) return;
    open && (open.view = saved, open.version = saved.version);
    body.version = saved.version;
  }
  try {
    const answer = await post(path, body);
    forget();
    await reopen(answer.segment);
  } catch (error) {
    toast(error.message, "bad");
  }
}

let reopen = async () => {};
/** How the article is drawn again after its segments changed in number. */
export const onReshape = (function_) => (reopen = function_);

export function editorCommands() {
  command("approve", "Ctrl+Enter", "article", () => settle("approved", true));
  command("save", "Alt+Enter", "article", () => settle("edited", false));
  command("next", "Alt+↓", "article", () => goTo(beside(1)));
  command("previous", "Alt+↑", "article", () => goTo(beside(-1)));
  command("copy", "Alt+C", "article", () => open && setText(open.view.source));
  command("marks", "Alt+Q", "article", () => surround("“", "”"));
  command("reject", "Alt+X", "article", () => settle("rejected", true));
  command("lock", "Alt+L", "article", async () => {
    if (!open) return;
    const { view } = open;
    await closeEditor();
    const now = article.views.get(view.id);
    try {
      const { segment } = await post("status", { document: now.document, segment: now.id, status: now.status === "locked" ? "edited" : "locked", version: now.version });
      update(segment);
      openAgain(segment);
    } catch (error) {
      toast(error.message, "bad");
    }
  });
  command("split", "Alt+S", "article", () => {
    if (!current()) return;
    const at = sourceCut();
    if (at === null) return toast(t("split.how"), "bad");
    return change("split", { document: open.view.document, segment: open.view.id, source_at: at, target_at: open.field.selectionStart, version: open.version });
  });
  command("merge", "Alt+M", "article", () => current() && change("merge", { document: open.view.document, segment: open.view.id, version: open.version }));
}

/** Where to cut the source: where she clicked in it, or else where the word links of the caret point. */
function sourceCut() {
  const chosen = open.parts.source.querySelector(".dg-cut");
  if (chosen) return Number(chosen.dataset.start);
  const { words, field } = open;
  if (!words || words.text !== field.value) return null;
  const after = words.target.findIndex(([start]) => start >= field.selectionStart);
  if (after < 1) return null;
  const before = words.links.filter(([, to]) => to < after).map(([from]) => from);
  const first = Math.min(...words.links.filter(([, to]) => to >= after).map(([from]) => from));
  const token = before.length && first > Math.max(...before) ? first : Math.max(-1, ...before) + 1;
  return words.source[token]?.[0] || null;
}
