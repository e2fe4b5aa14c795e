// Elements are made here and nowhere else: text goes in as text, never as HTML, so no article can bring its own markup.

/**
 * Make an element.
 * @param {string} tag  "div", "button.primary", "span.a.b"
 * @param {Object<string, any>} [attributes]  `onclick: f` listens, `class` and `data-…` as in HTML; null and false are left out
 * @param {...(Node|string|number|null|false|Array)} children  strings become text nodes
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.classList.add(...String(value).split(" ").filter(Boolean));
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Put `children` in the place of everything inside `element`. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SHAPES = {
  new: "M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11",
  machine: "M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M8 6.2v3.6M6.2 8h3.6",
  edited: "M3 13l.8-3.2L10.6 3l2.4 2.4L6.2 12.2zM9.2 4.4l2.4 2.4",
  approved: "M2.8 8.6l3.4 3.4l7-7.6",
  rejected: "M4 4l8 8M12 4l-8 8",
  locked: "M4.5 7.5h7v5.5h-7zM6 7.5V5.4a2 2 0 0 1 4 0v2.1",
  flag: "M8 2.2L14.5 13.4H1.5zM8 6.6v3.2M8 11.5v.4",
  comment: "M2.5 3.5h11v7.5h-6l-3 2.5V11h-2z",
  quote: "M3.2 10.5c0-3 .8-5 3.2-6M9.2 10.5c0-3 .8-5 3.2-6M3.2 10.5h2.6V8.2H3.4M9.2 10.5h2.6V8.2H9.4",
  draft: "M3 12.5h10M8 3v6M5.5 6.8L8 9.3l2.5-2.5",
  undo: "M6 3L2.8 6.2L6 9.4M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H7",
  redo: "M10 3l3.2 3.2L10 9.4M13 6.2H6.8a3.6 3.6 0 0 0 0 7.2H9",
  search: "M7 2.8a4.2 4.2 0 1 1 0 8.4a4.2 4.2 0 0 1 0-8.4M10.2 10.2L13.5 13.5",
  add: "M8 3v10M3 8h10",
  sun: "M8 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1",
  close: "M4 4l8 8M12 4l-8 8",
  link: "M6.5 9.5l3-3M7.3 4.6l1.2-1.2a2.9 2.9 0 0 1 4.1 4.1l-1.2 1.2M8.7 11.4l-1.2 1.2a2.9 2.9 0 0 1-4.1-4.1l1.2-1.2",
  keyboard: "M1.8 4.5h12.4v7H1.8zM4 7h.2M6.6 7h.2M9.2 7h.2M11.8 7h.2M5 9.5h6",
  up: "M8 12.5v-9M4.5 7L8 3.5L11.5 7",
  down: "M8 3.5v9M4.5 9L8 12.5L11.5 9",
  anchor: "M8 5.2v8.3M8 2a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 0 1 0-3.2M3 9.5c0 2.5 2 4 5 4s5-1.500 5-4M5.500 7.500h5",
  person: "M8 2.500a2.600 2.600 0 1 1 0 5.200a2.600 2.600 0 0 1 0-5.200M2.800 13.500c.4-2.800 2.400-4 5.200-4s4.800 1.200 5.200 4",
};

/** A small line drawing in the colour of the text around it; `label` is what a screen reader says, none means decoration. */
export function icon(name, label = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name] ?? SHAPES.new);
  svg.append(path);
  return svg;
}
