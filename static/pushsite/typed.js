"use strict";
/* What is typed, on the phones at once: the values of the person who is previewed, laid
   out by lines.js. What needs more than a value and its default waits for the server. */
(() => {
  const form = document.getElementById("compose");
  const phones = document.getElementById("phones");
  if (!form || !phones || !globalThis.pushsiteLines) return;
  const VALUE = /\{\{\s*([\w-]+)\s*(?:\|\s*(?:default:\s*(?:"([^"]*)"|'([^']*)')|or_skip)\s*)?\}\}/g;

  /* The text for this person; null when only the server can tell. */
  function said(text, values) {
    let known = true;
    const filled = text.replace(VALUE, (_all, name, first, second) => {
      const value = values[name];
      if (value !== undefined && value !== null) return value;
      const standIn = first ?? second;
      if (standIn === undefined) known = false;
      return standIn ?? "";
    });
    return known && !filled.includes("{{") && !filled.includes("{%") ? filled.trim() : null;
  }

  /* Only the lines that changed: most screens show the same while a text grows. */
  function put(place, lines) {
    lines.forEach((line, at) => {
      const there = place.children[at] || place.appendChild(document.createElement("span"));
      if (there.textContent !== line) there.textContent = line;
    });
    while (place.children.length > lines.length) place.lastElementChild.remove();
  }

  function fill(part, text, own) {
    if (!text) return;
    const drawn = new Map();
    phones.querySelectorAll(`[data-phone-${part}]`).forEach((each) => {
      const platform = each.closest("[data-platform]").dataset.platform;
      if ((own[platform] || []).includes(part)) return;
      const where = each.dataset[part === "title" ? "phoneTitle" : "phoneBody"];
      if (!drawn.has(where)) drawn.set(where, globalThis.pushsiteLines.lay(text, where));
      put(each, drawn.get(where));
    });
  }

  document.addEventListener("compose:typed", (event) => {
    const list = phones.querySelector("[data-values]");
    const values = list ? JSON.parse(list.dataset.values) : {};
    const own = list ? JSON.parse(list.dataset.own) : {};
    fill("title", said(event.detail.title.replace(/\s*\n\s*/g, " "), values), own);
    fill("body", said(event.detail.body.replace(/\r\n?/g, "\n"), values), own);
  });
})();
