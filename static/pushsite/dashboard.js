"use strict";
/* The dashboard asks for itself every 30 seconds, unless somebody pauses it. */
(() => {
  const cards = document.getElementById("cards");
  const hold = document.getElementById("hold");
  const refreshed = document.getElementById("refreshed");
  if (!cards || !hold) return;
  hold.hidden = false;
  hold.addEventListener("click", () => {
    hold.setAttribute("aria-pressed", String(hold.getAttribute("aria-pressed") !== "true"));
  });
  async function refresh() {
    const busy = cards.contains(document.activeElement);
    if (hold.getAttribute("aria-pressed") === "true" || document.hidden || busy) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("cards");
      if (!answer.ok || !fresh) throw new Error("no cards");
      cards.replaceChildren(...fresh.childNodes);
      refreshed.textContent = page.getElementById("refreshed").textContent;
    } catch (_lost) {
      refreshed.textContent = refreshed.dataset.stale;
    }
  }
  setInterval(refresh, 30000);
})();
