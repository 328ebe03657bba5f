"use strict";
/* The review page: leads to what refused, and keeps a double click from asking twice. */
(() => {
  const refused = document.getElementById("refused");
  if (refused) refused.focus();
  const form = document.getElementById("launch");
  if (!form) return;
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    setTimeout(() => { button.disabled = true; }, 0);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
