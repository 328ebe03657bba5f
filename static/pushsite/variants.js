"use strict";
/* Shares of variants: A has what the others leave, while they are typed; and what
   differs is told again as the server tells it. Without this script saving does both. */
(() => {
  const form = document.getElementById("compose");
  const place = document.getElementById("variants");
  if (!form || !place) return;

  place.addEventListener("input", (event) => {
    const field = event.target.closest("[data-weight]");
    if (!field) return;
    const weights = [...place.querySelectorAll("[data-weight]")];
    const taken = weights.reduce((sum, each) => sum + (Number(each.value) || 0), 0);
    tell(field.dataset.weight, field.value);
    tell("A", 100 - taken);
  });

  function tell(key, share) {
    place.querySelectorAll(`[data-share="${key}"]`).forEach((each) => {
      each.textContent = share;
      each.classList.toggle("vr-wrong", Number(share) < (key === "control" ? 0 : 1));
    });
  }

  document.addEventListener("compose:told", (event) => {
    const differing = document.getElementById("differing");
    const html = event.detail.differing;
    if (!differing || !html || differing.dataset.last === html) return;
    if (differing.contains(document.activeElement)) return;
    differing.dataset.last = html;
    differing.innerHTML = html;
  });
})();
