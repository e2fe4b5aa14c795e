// The interface's words: the same dictionary that Gradio's own labels use (texts.json), in English and Turkish.

let words = {}, english = {};
export let language = document.documentElement.lang === "tr" ? "tr" : "en";

/** Load the dictionary; to be awaited once before anything is drawn. */
export async function loadWords() {
  language = localStorage.getItem("dragoman:language") ?? (navigator.language.startsWith("tr") ? "tr" : "en");
  document.documentElement.lang = language;
  const all = await (await fetch("web/static/texts.json")).json();
  english = all.en;
  words = { ...english, ...all[language] };
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

/**
 * A reason that a check gave, in the interface's language. Checks speak English, and the catalogue has their sentences
 * under "why." and their code; "{0}" stands for what differs from text to text.
 * @param {{code: string, message: string}} finding
 */
export function reason({ code, message }) {
  if (language === "en") return message;
  for (const key of Object.keys(english)) {
    if (key !== `why.${code}` && !key.startsWith(`why.${code}.`)) continue;
    const pattern = english[key].replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\d\}/g, "(.*)");
    const found = message.match(new RegExp(`^${pattern}$`, "s"));
    if (found) return words[key].replace(/\{(\d)\}/g, (_, n) => found[Number(n) + 1]);
  }
  return message;
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
