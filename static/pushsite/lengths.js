"use strict";
/* How long each title and text gets for real people, told below it by the server. */
(() => {
  const form = document.getElementById("compose");
  const place = document.getElementById("lengths");
  if (!form || !place) return;
  let timer = null;
  let asking = null;

  function tell(lengths) {
    form.querySelectorAll("[data-length]").forEach((each) => {
      each.textContent = lengths[each.dataset.length] || "";
      each.hidden = !each.textContent;
    });
  }

  async function ask() {
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(place.dataset.url, { method: "POST", body: new FormData(form), signal: asking.signal });
      if (answer.ok) tell((await answer.json()).lengths);
    } catch (stopped) {
      if (stopped.name !== "AbortError") tell({});
    }
  }

  function soon() { clearTimeout(timer); timer = setTimeout(ask, 900); }
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-text], [name=audience], [name=segment]")) soon();
  });
  document.addEventListener("compose:changed", soon);
  soon();
})();
