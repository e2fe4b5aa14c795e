// The page starts here: waits for Gradio's containers, draws each view into its own, and keeps what all views share.

import { article, goTo, goToNext, mountArticle, onArticle, openArticle, progress, redraw, refresh, update } from "./article.js";
import { alignmentCommands, showAlignment } from "./alignment.js";
import { fill, h, icon } from "./dom.js";
import { draftsOf, loadDrafts, onDrafts } from "./drafts.js";
import { closeEditor, editorCommands, onReshape, openAgain, openedSegment, showState } from "./editor.js";
import { filterBar, mountFilter } from "./filter.js";
import { command, helpSheet, openDialog, setView, toast } from "./keys.js";
import { language, loadWords, percent, switchLanguage, t } from "./language.js";
import { mountPanel } from "./panel.js";
import { documentPicker, showProject } from "./project.js";
import { quoteCommands, showQuotes } from "./quotes.js";
import { mountRepeat } from "./repeat.js";
import { get, loggedIn, onConnection, person, post } from "./server.js";

const VIEWS = ["article", "alignment", "quotes", "project"];
let view = "article";
let known = {};

// Gradio makes the inside of a tab when it is first chosen, so a view's place is asked for each time.
const drawView = {
  article: () => {},
  alignment: (place) => showAlignment(place, article.summary),
  quotes: (place) => showQuotes(place, article.summary),
  project: (place) => showProject(place, { open: openDocument, known }),
};

/** Resolve when Gradio has put an element on the page. */
function placed(id) {
  return new Promise((resolve) => {
    const look = () => {
      const element = document.getElementById(id);
      if (element) resolve(element);
      else requestAnimationFrame(look);
    };
    look();
  });
}

async function start() {
  await loadWords();
  const [top, articlePlace] = await Promise.all(["dg-top", "dg-article"].map(placed));
  setTheme(localStorage.getItem("dragoman:theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  known = await get("start");
  loggedIn(known.login);
  registerCommands();
  drawTop(top, known);
  drawArticle(articlePlace);
  watchTabs();
  onConnection(connection);
  onDrafts(draftState);
  onReshape(reshape);
  addEventListener("dragoman:export", (event) => download(event.detail));
  addEventListener("dragoman:added", (event) => openDocument(event.detail, { fresh: true }));
  const asked = new URLSearchParams(location.hash.slice(1));
  const last = localStorage.getItem("dragoman:last");
  const first = asked.get("document") || known.open || (known.documents.includes(last) ? last : known.documents[0]);
  if (first) await openDocument(first, { at: asked.get("segment") ?? "" }).catch((error) => toast(error.message, "bad"));
  else drawEmpty();
  if (VIEWS.includes(asked.get("view"))) selectTab(asked.get("view"));
  document.body.dataset.ready = "yes";
  setTimeout(follow, 300);
}

function registerCommands() {
  command("help", "F1", "", helpSheet);
  command("search", "Ctrl+K", "article", () => document.querySelector(".dg-search input")?.focus());
  command("jump", "Ctrl+G", "article", jump);
  editorCommands();
  alignmentCommands();
  quoteCommands(async (segment) => {
    selectTab("article");
    if (!article.index.has(segment)) await openArticle(article.document, { at: segment });
    await goTo(segment);
  });
  command("review", "Alt+N", "article", () => goToNext("review"));
  command("flagged", "Alt+G", "article", () => goToNext("flagged"));
  command("undo", "Alt+Z", "", () => history_("undo"));
  command("redo", "Alt+Shift+Z", "", () => history_("redo"));
  VIEWS.forEach((name) => command(`view.${name}`, `Alt+Shift+${name[0] === "a" && name !== "article" ? "L" : name[0].toUpperCase()}`, "", () => selectTab(name)));
}

function drawTop(top, known) {
  const name = h("button.dg-person", { type: "button", title: t("person.change"), onclick: () => (known.login ? null : askName()) }, icon("person"), h("span", {}, known.login || person() || known.person));
  fill(top, h("div.dg-top", {},
    h("div.dg-brand", {}, h("span.dg-logo", { "aria-hidden": "true" }, "D"), h("b", {}, "Dragoman")),
    documentPicker(openDocument),
    h("div.dg-progress", { role: "progressbar", "aria-label": t("progress.label"), "aria-valuemin": 0, "aria-valuemax": 100 }, h("i")),
    h("span.dg-progress-text"),
    h("div.dg-job", { role: "status" }),
    h("span.dg-gap"),
    h("button.dg-button", { type: "button", "aria-label": t("add.long"), onclick: () => openAdd() }, icon("add"), h("span", {}, t("add"))),
    h("button.dg-icon", { type: "button", "aria-label": t("do.undo"), title: `${t("do.undo")} (Alt+Z)`, onclick: () => history_("undo") }, icon("undo")),
    h("button.dg-icon", { type: "button", "aria-label": t("do.redo"), title: `${t("do.redo")} (Alt+Shift+Z)`, onclick: () => history_("redo") }, icon("redo")),
    h("button.dg-icon", { type: "button", "aria-label": t("do.help"), title: `${t("do.help")} (F1)`, onclick: helpSheet }, icon("keyboard")),
    h("button.dg-icon", { type: "button", "aria-label": t("theme"), title: t("theme"), onclick: () => setTheme(document.body.classList.contains("dark") ? "light" : "dark") }, icon("sun")),
    h("button.dg-language", { type: "button", "aria-label": `${language === "en" ? "TR" : "EN"} – ${t("language.switch")}`, title: t("language.switch"), onclick: async () => { await closeEditor(); switchLanguage(); } }, language === "en" ? "TR" : "EN"),
    name),
  h("div.dg-banner", { role: "alert", hidden: true }));
  onArticle((what) => {
    if (what !== "counts" && what !== "document") return;
    const { total, done, text } = progress();
    const bar = top.querySelector(".dg-progress");
    bar.firstChild.style.width = total ? `${(100 * done) / total}%` : "0";
    bar.setAttribute("aria-valuenow", total ? Math.round((100 * done) / total) : 0);
    bar.title = text;
    top.querySelector(".dg-progress-text").textContent = total ? percent(done / total) : "";
  });
}

async function download(asked) {
  const answer = await fetch(`web/export?${asked}`, { headers: { "Dragoman-Person": encodeURIComponent(person()) } });
  if (!answer.ok) return toast((await answer.json()).error ?? t("error.server", { status: answer.status }), "bad");
  const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: answer.headers.get("content-disposition")?.match(/filename="(.+)"/)?.[1] ?? "export" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function askName() {
  const field = /** @type {HTMLInputElement} */ (h("input", { type: "text", maxlength: 60, value: person(), "aria-label": t("person.name") }));
  const keep = async (event) => {
    event.preventDefault();
    await closeEditor();
    localStorage.setItem("dragoman:person", field.value.trim());
    location.reload();
  };
  openDialog(t("person.change"), h("form.dg-form", { onsubmit: keep }, h("p", {}, t("person.why")), field, h("button.dg-button.primary", { type: "submit" }, t("ok"))));
}

function drawArticle(place) {
  const list = h("div.dg-list", { tabindex: -1, role: "region", "aria-label": t("tab.article") });
  const panel = h("aside.dg-panel", { "aria-label": t("panel") });
  const view = h("div.dg-view", {}, filterBar(), h("div.dg-columns", {}, list, panel));
  fill(place, view);
  mountArticle(list);
  mountPanel(panel);
  mountRepeat(view);
  mountFilter(openArticle);
}

function drawEmpty() {
  fill(document.querySelector("#dg-article .dg-list"), h("div.dg-welcome", {}, h("h1", {}, t("welcome.title")), h("p", {}, t("welcome.text")),
    h("button.dg-button.primary", { type: "button", onclick: () => openAdd() }, t("add.long"))));
}

/** Open a document in all views. */
export async function openDocument(id, { at = "", fresh = false } = {}) {
  document.querySelector("dialog.dg-add[open]")?.close();
  await closeEditor();
  draftsOf(id);
  await loadDrafts(id);
  localStorage.setItem("dragoman:last", id);
  location.hash = new URLSearchParams({ document: id, ...(at && { segment: at }) }).toString();
  await openArticle(id, { at: at || (localStorage.getItem(`dragoman:at:${id}`) ?? "") });
  document.title = `${article.summary.title} – Dragoman`;
  dispatchEvent(new CustomEvent("dragoman:document", { detail: article.summary }));
  if (fresh) selectTab("article");
  else show(view);
  follow();
}

onArticle((what, detail) => {
  if (what === "current") localStorage.setItem(`dragoman:at:${article.document}`, detail.id);
});

async function reshape(segment) {
  await openArticle(article.document, { filter: article.filter, at: segment.id });
  await goTo(segment.id);
}

async function history_(what) {
  await closeEditor();
  try {
    const { event } = await post(what, {});
    if (!event) return toast(t(`${what}.nothing`));
    toast(t(`${what}.done`, { what: t(`event.${event.kind}`) }), "good");
    if (event.segment && event.document === article.document) {
      const reshaped = ["split", "merge"].includes(event.kind);
      if (reshaped || !article.views.has(event.segment)) await openArticle(article.document, { filter: article.filter, at: event.segment });
      else {
        const { segments } = await get("segments", { document: article.document, first: event.segment, last: event.segment });
        segments.forEach(update);
        if (article.current === event.segment) openAgain(segments[0]);
        else await goTo(event.segment);
      }
    }
    if (!event.segment) follow(); // it was about several
    show(view);
  } catch (error) {
    toast(error.message, "bad");
  }
}

function jump() {
  const field = /** @type {HTMLInputElement} */ (h("input", { type: "number", min: 1, max: article.ids.length, value: (article.index.get(article.current) ?? 0) + 1, "aria-label": t("do.jump") }));
  const go = (event) => {
    event.preventDefault();
    dialog.close();
    const id = article.ids[Math.min(article.ids.length, Math.max(1, Number(field.value))) - 1];
    setTimeout(() => goTo(id));
  };
  const dialog = openDialog(t("do.jump"), h("form.dg-form", { onsubmit: go }, field, h("button.dg-button.primary", { type: "submit" }, t("ok"))));
  field.select();
}

// -- adding: Gradio's own fields, in a dialog

function openAdd() {
  const group = document.getElementById("dg-add");
  let dialog = /** @type {HTMLDialogElement} */ (document.querySelector("dialog.dg-add"));
  if (!dialog) {
    dialog = /** @type {HTMLDialogElement} */ (h("dialog.dg-dialog.dg-add", { "aria-label": t("add.long") }));
    group.parentElement.insertBefore(dialog, group);
    dialog.append(h("header", {}, h("h2", {}, t("add.long")), h("button.dg-close", { type: "button", "aria-label": t("close"), onclick: () => dialog.close() }, "×")), group);
  }
  dialog.showModal();
  dialog.querySelector("textarea")?.focus();
}

// -- tabs, theme, connection

function tabs() {
  return [...document.querySelectorAll("#dg-tabs button[role=tab]")];
}

function selectTab(name) {
  tabs()[VIEWS.indexOf(name)]?.click();
}

function watchTabs() {
  const look = () => {
    const chosen = tabs().findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    if (chosen >= 0 && VIEWS[chosen] && VIEWS[chosen] !== view) {
      view = VIEWS[chosen];
      setView(view);
      show(view);
    }
  };
  new MutationObserver(look).observe(document.getElementById("dg-tabs"), { subtree: true, attributes: true, attributeFilter: ["aria-selected"] });
  look();
}

async function show(name) {
  if (name !== "article") await closeEditor();
  await placed(`dg-${name}`).then((element) => drawView[name](element));
}

function setTheme(name) {
  localStorage.setItem("dragoman:theme", name);
  document.body.classList.toggle("dark", name === "dark");
  document.documentElement.style.colorScheme = name;
}

function connection(state) {
  const banner = document.querySelector(".dg-banner");
  banner.hidden = state === "here";
  fill(banner, { here: [], offline: [t("offline")], login: [t("login.expired"), " ", h("a", { href: "login?next=/" }, t("login.again"))] }[state]);
  if (state === "here") toast(t("online"), "good");
}

function draftState(state, id) {
  showState(state, id);
  if (id !== article.current) redraw(id);
}

// -- following what others do, and the translation as it comes in

let following = 0, working = false;

async function follow() {
  clearTimeout(following);
  const document_ = article.document;
  let pause = 2500;
  try {
    if (document_ && document.visibilityState === "visible") {
      const answer = await get("changes", { document: document_, since: article.since });
      if (document_ !== article.document) return follow();
      article.since = answer.since;
      showJob(answer.job);
      if (working && !answer.job) await refresh(); // now its quotes are known too
      working = answer.job !== null;
      if (answer.total !== Object.values(article.counts).reduce((a, b) => a + b, 0)) await reshapeQuietly();
      for (const segment of answer.segments) {
        const mine = openedSegment();
        const before = article.views.get(segment.id);
        if (before && before.version >= segment.version && before.target === segment.target && before.status === segment.status) continue;
        update(segment);
        // Her own typing is never overwritten: the version she began from will tell the server of the conflict.
        if (mine?.id === segment.id && !document.querySelector(".dg-saved.typing, .dg-saved.saved, .dg-saved.here, .dg-saved.restored")) openAgain(segment, { focus: document.activeElement?.classList.contains("dg-field") });
      }
      pause = answer.job ? 250 : 2500;
    } else if (!document_) pause = 2500;
  } catch {
    pause = 3000;
  }
  following = setTimeout(follow, pause);
}

async function reshapeQuietly() {
  const at = article.current;
  const focused = document.activeElement?.classList.contains("dg-field");
  await openArticle(article.document, { filter: article.filter, at });
  if (focused && article.current) await goTo(article.current);
}

function showJob(job) {
  const place = document.querySelector(".dg-job");
  if (!job) return void (place.firstChild && fill(place));
  if (job.error) {
    fill(place);
    return toast(job.error, "bad");
  }
  const label = t("translating", { done: job.done, total: job.total });
  if (!place.firstChild) {
    fill(place, h("progress", { max: job.total, "aria-label": t("translating.label") }), h("span"), h("button.dg-link", { type: "button", onclick: () => post("cancel", { document: article.document }) }, t("cancel")));
  }
  const bar = place.querySelector("progress");
  bar.max = job.total;
  bar.value = job.done;
  place.querySelector("span").textContent = label;
}

start().catch((error) => {
  console.error(error);
  toast(error.message, "bad");
});
