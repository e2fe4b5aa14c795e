// Talking to the server: JSON in and out, and one place that knows whether it can be reached.

import { t } from "./language.js";

/** What the server refused: `status` is the HTTP status (0: not reached), `data` its answer. */
export class Refused extends Error {
  constructor(status, message, data = {}) {
    super(message);
    this.status = status;
    this.data = data;
  }
}

let state = "here", login = "";
const listeners = new Set();

/** Call `listener(state)` whenever the server is lost ("offline"), wants a new login ("login"), or is there again ("here"). */
export const onConnection = (listener) => listeners.add(listener);

function tell(now) {
  if (now === state) return;
  state = now;
  listeners.forEach((listener) => listener(state));
}

/** Say who is logged in: what she types is kept under that name, and is nobody else's. */
export const loggedIn = (name) => (login = name);

// After an expired login: somebody else who has logged in meanwhile gets a page of her own.
async function lookWhoIsHere() {
  const now = await (await fetch("web/start", { headers: headers() })).json();
  if (now.login === login) return tell("here");
  location.reload();
  await new Promise(() => {});
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(`web/${path}`, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    tell("offline");
    throw new Refused(0, t("error.offline"));
  }
  if (response.status === 401) {
    tell("login");
    throw new Refused(401, t("error.login"));
  }
  const data = response.headers.get("content-type")?.includes("json") ? await response.json() : {};
  if (response.status >= 502) {
    tell("offline");
    throw new Refused(0, t("error.offline"));
  }
  if (state === "login") await lookWhoIsHere();
  else tell("here");
  if (!response.ok) throw new Refused(response.status, data.error ?? t("error.server", { status: response.status }), data);
  return data;
}

/** The person who works here, as she calls herself; with a login the server knows better. */
export const person = () => login || (localStorage.getItem("dragoman:person") ?? "");

const headers = () => ({ "Dragoman-Person": encodeURIComponent(person()) });

/** Read. */
export function get(path, query = {}, signal = undefined) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "")
    .flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const search = new URLSearchParams(given).toString();
  return ask(search ? `${path}?${search}` : path, { headers: headers(), signal });
}

/** Do. A custom header goes with it, which no other site's page can send. */
export function post(path, body = {}, signal = undefined) {
  return ask(path, {
    method: "POST",
    headers: { ...headers(), "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
    keepalive: JSON.stringify(body).length < 30_000,
  });
}
