// The interface's words: the same dictionary that Gradio's own labels use (texts.json), in English and Turkish.

let words = {};
export let language = document.documentElement.lang === "tr" ? "tr" : "en";

/** Load the dictionary; to be awaited once before anything is drawn. */
export async function loadWords() {
  language = localStorage.getItem("dragoman:language") ?? (navigator.language.startsWith("tr") ? "tr" : "en");
  document.documentElement.lang = language;
  const all = await (await fetch("web/static/texts.json")).json();
  words = { ...all.en, ...all[language] };
}

/** Everything is drawn again in the other language: unsent typing is kept by its draft. */
export function switchLanguage() {
  localStorage.setItem("dragoman:language", language === "en" ? "tr" : "en");
  location.reload();
}

/**
 * The text of a key, with `{name}` replaced by values. A key without a text is shown as it is, so that it is seen.
 * @param {string} key
 * @param {Object<string, any>} [values]
 */
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** Whether there is a text for a key. */
export const has = (key) => key in words;

export const number = (value) => value.toLocaleString(language);
export const percent = (value) => value.toLocaleString(language, { style: "percent", maximumFractionDigits: 0 });

/** A time as people say it: "14:05" today, with its date before. */
export function when(stamp) {
  const time = new Date(stamp);
  const today = time.toDateString() === new Date().toDateString();
  return time.toLocaleString(language, today ? { hour: "2-digit", minute: "2-digit" } : { dateStyle: "medium", timeStyle: "short" });
}
