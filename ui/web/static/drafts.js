// What is typed is kept at once in this browser, and within a second in the database: whatever breaks, one of them has it.

import { get, onConnection, person, post } from "./server.js";

const PREFIX = "dragoman:draft:";
const PAUSE = 600; // milliseconds after the last keystroke
const served = new Map();
const waiting = new Map();
let listener = () => {};

/** Call `tell(state, id)` with "typing", "saved", "here" (only in this browser) as drafts come and go. */
export const onDrafts = (tell) => (listener = tell);

const key = (document_, id) => `${PREFIX}${person()}:${document_}:${id}`;

function stored(document_, id) {
  try {
    return JSON.parse(localStorage.getItem(key(document_, id)) ?? "null");
  } catch {
    return null;
  }
}

// What this browser has and the database never got comes first; clocks are not asked, for two machines have two.
function draftOf(view) {
  const here = stored(view.document, view.id);
  return here && !here.sent ? here : served.get(`${view.document}\n${view.id}`);
}

/** Typing of this person in a segment that is not saved as its translation, or null. */
export function kept(view) {
  const draft = draftOf(view);
  return draft && draft.text !== view.target ? draft.text : null;
}

/** The version of the segment that the kept typing began from. */
export function keptVersion(view) {
  return draftOf(view)?.version ?? view.version;
}

/** Fetch what the database has of this person's unsaved typing in a document. */
export async function loadDrafts(document_) {
  const { drafts } = await get("drafts", { document: document_ });
  for (const name of [...served.keys()]) if (name.startsWith(`${document_}\n`)) served.delete(name);
  for (const draft of drafts) served.set(`${document_}\n${draft.segment}`, { text: draft.text, version: draft.version });
  // What only this browser has (the server was gone, or the page was closed in the middle of a word) goes to the database now.
  for (const [name, draft] of here(document_)) send(document_, name, draft);
}

function* here(document_) {
  const start = key(document_, "");
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(start)) continue;
    const draft = stored(document_, name.slice(start.length));
    if (draft && !draft.sent) yield [name.slice(start.length), draft];
  }
}

function store(document_, id, draft) {
  try {
    localStorage.setItem(key(document_, id), JSON.stringify(draft));
  } catch {
    // A full or forbidden store: the database still gets it.
  }
}

/** Keep what stands in the editor now. */
export function keep(view, text, version) {
  const draft = { text, version };
  store(view.document, view.id, draft);
  const name = `${view.document}\n${view.id}`;
  clearTimeout(waiting.get(name));
  listener("typing", view.id);
  waiting.set(name, setTimeout(() => send(view.document, view.id, draft), PAUSE));
}

async function send(document_, id, draft) {
  const name = `${document_}\n${id}`;
  clearTimeout(waiting.get(name));
  waiting.delete(name);
  try {
    await post("draft", { document: document_, segment: id, text: draft.text, version: draft.version });
    served.set(name, draft);
    if (stored(document_, id)?.text === draft.text) store(document_, id, { ...draft, sent: true });
    listener("saved", id);
  } catch (error) {
    listener(error.status === 401 ? "login" : "here", id);
  }
}

/** Send what waits, before the page goes. */
export function flush() {
  for (const name of [...waiting.keys()]) {
    const [document_, id] = name.split("\n");
    const draft = stored(document_, id);
    if (draft) send(document_, id, draft);
  }
}

/** Forget the typing: it has become the segment's text, or she does not want it. What she typed after `text` stays. */
export function drop(view, text = undefined) {
  const now = stored(view.document, view.id);
  if (text !== undefined && now && now.text !== text) return false;
  const name = `${view.document}\n${view.id}`;
  clearTimeout(waiting.get(name));
  waiting.delete(name);
  const had = served.delete(name);
  localStorage.removeItem(key(view.document, view.id));
  return had;
}

addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
// Found again: what was typed meanwhile goes to the database.
let open_ = "";
export const draftsOf = (document_) => (open_ = document_);
onConnection((state) => {
  if (state === "here" && open_) for (const [id, draft] of here(open_)) send(open_, id, draft);
});
