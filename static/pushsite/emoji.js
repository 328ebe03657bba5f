"use strict";
/* Emoji put where the cursor was in the texts; typing narrows them by their words. */
(() => {
  const picker = document.getElementById("insert-emoji");
  const form = document.getElementById("compose");
  if (!picker || !form) return;
  const words = document.getElementById("emoji-words");
  const none = document.getElementById("emoji-none");
  const buttons = [...picker.querySelectorAll("[data-sign]")];
  const isShown = (field) => field && field.isConnected && !field.closest("[hidden]");
  let last = null;

  picker.hidden = false;
  form.addEventListener("focusin", (event) => { if (event.target.matches("[data-text=title], [data-text=body]")) last = event.target; });

  words.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = words.value.trim().toLowerCase();
    buttons.forEach((each) => { each.hidden = !each.title.toLowerCase().includes(wanted); });
    none.hidden = buttons.some((each) => !each.hidden);
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = buttons.find((each) => !each.hidden);
    if (first) first.click();
  });

  picker.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sign]");
    if (!button) return;
    const field = isShown(last) ? last : [...form.querySelectorAll("[data-text=body]")].find(isShown);
    field.setRangeText(button.dataset.sign, field.selectionStart, field.selectionEnd, "end");
    picker.open = false;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
