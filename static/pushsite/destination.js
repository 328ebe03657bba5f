"use strict";
/* The destination of a draft: what the chosen one needs, and where it leads on each
   platform, asked of the server without saving. Without this script the page shows it
   when it is saved. */
(() => {
  const form = document.getElementById("compose");
  const place = document.getElementById("destinations");
  if (!form || !place) return;
  const select = place.querySelector("#destination");
  let asking = null;

  async function ask() {
    if (asking) asking.abort();
    asking = new AbortController();
    const answer = await fetch(place.dataset.url, { method: "POST", body: new FormData(form), signal: asking.signal });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  }

  const parts = (page, name) => [...page.querySelectorAll(`[data-${name}]`)];

  function leads(fresh) {
    parts(place, "leads").forEach((each) => each.remove());
    place.append(...parts(fresh, "leads").map((each) => document.adoptNode(each)));
  }

  /* The select stays where it is, and so does the focus */
  function take(fresh) {
    parts(place, "parameter").forEach((each) => each.remove());
    select.closest(".ps-row").append(...parts(fresh, "parameter").map((each) => document.adoptNode(each)));
    leads(fresh);
    const error = fresh.getElementById("destination-error");
    if (error) place.querySelector("#destination-error").replaceWith(document.adoptNode(error));
    document.dispatchEvent(new CustomEvent("compose:changed"));
  }

  function quietly(work) {
    work.catch((stopped) => {
      if (stopped.name !== "AbortError") document.getElementById("saved").textContent = form.dataset.offline;
    });
  }

  select.addEventListener("change", () => quietly(ask().then((fresh) => fresh && take(fresh))));
  place.addEventListener("change", (event) => {
    if (event.target !== select) quietly(ask().then((fresh) => fresh && leads(fresh)));
  });
})();
