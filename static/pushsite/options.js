"use strict";
/* The options of the compose page: what is in effect where a platform says nothing,
   and what is wrong, beside each field. Without this script the page says both when it
   is loaded. */
(() => {
  const form = document.getElementById("compose");
  if (!form) return;
  const field = (id) => document.getElementById(id);
  const silent = form.querySelector("[data-silent]");
  const TOLD = ".ps-option [data-error], [data-error=buttons], [data-error$=':buttons'], [data-error=cards], [data-error=data], [data-error^=destination]";

  /* A text of the message stands in grey where a platform has none of its own */
  function follow(changed) {
    form.querySelectorAll("[data-usual]").forEach((each) => {
      if (each.dataset.usual === changed.id && "placeholder" in each) each.placeholder = changed.value;
    });
  }

  function tellKind() {
    const chosen = form.querySelector("[name='all:kind']:checked");
    silent.hidden = !chosen || chosen.value !== "silent";
  }

  /* An error in a folded part opens it */
  function say(place, sentence) {
    const input = field(place.dataset.error);
    place.textContent = sentence || "";
    place.hidden = !sentence;
    if (!input || !("value" in input)) return;
    if (sentence) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  form.addEventListener("input", (event) => {
    if (event.target.id) follow(event.target);
    tellKind();
  });
  document.addEventListener("compose:told", (event) => {
    const errors = event.detail.errors || {};
    form.querySelectorAll(TOLD).forEach((place) => {
      say(place, errors[place.dataset.error]);
    });
  });

  /* A link to a field in a folded part opens what holds it */
  function unfold() {
    let part = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
  }
  addEventListener("hashchange", unfold);
  unfold();
  tellKind();
})();
