"use strict";
/* What a speed means: how long it takes, and whether that is too long. */
(() => {
  function duration(minutes) {
    const whole = Math.max(1, Math.ceil(minutes));
    const rest = whole % 60;
    if (whole < 60) return `${whole} min`;
    return `${Math.floor(whole / 60)} h ${String(rest).padStart(2, "0")} min`;
  }

  function show(form) {
    const number = Number(form.querySelector("[data-speed-number]").value);
    const limited = form.querySelector("[name=speed]:checked").value === "limited";
    if (!(number > 0)) return;
    const minutes = Number(form.dataset.devices) / number;
    form.querySelector("[data-speed-lasts]").textContent = duration(minutes);
    form.querySelector("[data-speed-late]").hidden = !limited || minutes * 60 <= Number(form.dataset.ttl);
  }

  // The live page draws its controls anew: whatever is in the page listens.
  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-speed]");
    if (!form) return;
    if (event.target.matches("[data-speed-number]")) form.querySelector("[value=limited]").checked = true;
    show(form);
  });
})();
