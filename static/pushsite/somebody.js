"use strict";
/* Whom the preview is drawn for: people offered while somebody types, one at random, and
   a field for each value that the message shows. Without this script the words are
   looked up when the form is sent. */
(() => {
  const search = document.getElementById("preview_search");
  if (!search) return;
  const offers = document.getElementById("found-people");
  const random = document.getElementById("preview-random");
  let timer;
  let asking = null;

  async function find(words) {
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${search.dataset.find}?${new URLSearchParams({ q: words })}`, { signal: asking.signal });
      return answer.ok ? (await answer.json()).people : [];
    } catch (stopped) {
      return [];
    }
  }

  search.addEventListener("input", () => {
    clearTimeout(timer);
    const words = search.value.trim();
    if (!words) { offers.replaceChildren(); return; }
    timer = setTimeout(async () => {
      const people = await find(words);
      offers.replaceChildren(...people.map(({ key, label }) => {
        const option = document.createElement("option");
        option.value = key;
        option.label = label;
        return option;
      }));
    }, 200);
  });

  random.hidden = false;
  random.addEventListener("click", async () => {
    const [somebody] = await find("");
    if (!somebody) return;
    search.value = somebody.key;
    search.dispatchEvent(new Event("input", { bubbles: true }));
  });

  /* A field for each value that the message shows; what was typed into one stays. */
  const place = document.getElementById("preview-values");
  const list = document.getElementById("preview-values-list");
  const blank = document.getElementById("preview-value");
  function arrange(values) {
    if (!values) return;
    const there = new Map([...list.children].map((each) => [each.querySelector("input").name, each]));
    const wanted = values.map(({ name, own }) => {
      const key = `preview_value:${name}`;
      const row = there.get(key) || made(key, name);
      row.querySelector("input").placeholder = own;
      return row;
    });
    const same = wanted.length === list.children.length && wanted.every((each, at) => list.children[at] === each);
    if (!same && !list.contains(document.activeElement)) list.replaceChildren(...wanted);
    place.hidden = !list.children.length;
  }
  function made(key, name) {
    const row = blank.content.firstElementChild.cloneNode(true);
    const label = row.querySelector("label");
    const input = row.querySelector("input");
    label.textContent = label.dataset.label.replace("{name}", name);
    label.htmlFor = input.id = input.name = key;
    return row;
  }
  place.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  document.addEventListener("preview:shown", (event) => arrange(event.detail.values));
})();
