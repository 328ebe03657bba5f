"use strict";
/* The preview's phones: drawn anew when its controls change, on the compose page from
   what is typed (compose.js asks), elsewhere from what is saved. Without this script
   the controls are a form with a button. */
(() => {
  const phones = document.getElementById("phones");
  if (!phones) return;
  const told = document.getElementById("told-preview");
  const compose = document.getElementById("compose");
  const $ = (id) => document.getElementById(id);

  /* Spoken only when it says something new: the place is a live region. */
  let last = told ? told.innerHTML.trim() : "";
  function show(drawn) {
    document.dispatchEvent(new CustomEvent("preview:shown", { detail: drawn }));
    if (drawn.phones) phones.innerHTML = drawn.phones;
    if (!told || drawn.told.trim() === last) return;
    const open = [...told.querySelectorAll("details")].map((each) => each.open);
    last = drawn.told.trim();
    told.innerHTML = drawn.told;
    told.querySelectorAll("details").forEach((each, at) => { each.open = Boolean(open[at]); });
  }

  /* A person who is searched for wins; who is chosen from the list ends the search. */
  const search = $("preview_search");
  const person = $("person");
  if (person && search) person.addEventListener("input", () => { search.value = ""; });

  if (compose) {
    document.addEventListener("compose:told", (event) => {
      show(event.detail);
      event.detail.steps.forEach(mark);
    });
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  } else {
    watch(phones.dataset.form ? $(phones.dataset.form) : null);
  }

  function mark(step) {
    const link = compose.querySelector(`[data-step="${step.key}"]`);
    if (!link) return;
    link.className = `pv-step pv-${step.state}`;
    link.querySelector(".pv-mark").textContent = step.mark;
    link.querySelector("[data-word]").textContent = `: ${step.word}`;
  }

  function watch(form) {
    if (!form) return;
    form.querySelectorAll("[data-without-script]").forEach((each) => { each.hidden = true; });
    let timer;
    let asking = null;
    form.addEventListener("input", (event) => {
      if (!event.target.matches("#person, [name^=preview_]")) return;
      clearTimeout(timer);
      timer = setTimeout(ask, 200);
    });
    async function ask() {
      if (asking) asking.abort();
      asking = new AbortController();
      const look = new URLSearchParams(new FormData(form));
      look.delete("csrfmiddlewaretoken");
      try {
        const answer = await fetch(`${phones.dataset.preview}?${look}`, { signal: asking.signal, headers: { accept: "application/json" } });
        if (answer.ok) show(await answer.json());
      } catch (stopped) {
        if (stopped.name !== "AbortError") phones.dataset.stale = "yes";
      }
    }
  }

  /* To write, or to see every phone side by side */
  const views = $("views");
  if (!views) return;
  const buttons = [...views.querySelectorAll("[data-view]")];
  function turn(view) {
    compose.dataset.view = view;
    buttons.forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.view === view)));
  }
  views.hidden = false;
  turn("edit");
  views.addEventListener("click", (event) => {
    const button = event.target.closest("[data-view]");
    if (button) turn(button.dataset.view);
  });
  compose.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash !== "#preview") turn("edit");
  });
})();
