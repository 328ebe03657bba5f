"use strict";
/* The primer builder: what is typed is drawn and checked by the server soon after, and
   a device is tested without leaving the page. Without this script the page saves. */
(() => {
  const room = document.querySelector(".ps-primer-room");
  const form = document.getElementById("primer");
  if (!room || !form) return;

  const place = (name) => room.querySelector(`[data-told="${name}"]`);
  const said = document.querySelector("[data-said]");
  let timer = 0;
  let turn = 0;
  let saving = false;
  let changed = false;

  /* Colours are set through the object model: the page has no style of its own. */
  function paint() {
    for (const frames of room.querySelectorAll(".ps-primer-frames")) {
      for (const name of ["ground", "ink", "button-ground", "button-ink"]) {
        frames.style.setProperty(`--primer-${name}`, frames.getAttribute(`data-${name}`));
      }
    }
  }

  async function look() {
    turn += 1;
    const mine = turn;
    try {
      const answer = await fetch(room.dataset.preview, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (mine !== turn) return;
      for (const name of ["preview", "checks"]) {
        if (place(name).innerHTML !== told[name]) place(name).innerHTML = told[name];
      }
      paint();
      if (said) said.textContent = "";
    } catch {
      if (said && mine === turn) said.textContent = room.dataset.failed;
    }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(look, 400);
  }

  const editable = !form.querySelector("fieldset").disabled;
  function touched(event) {
    if (event.target.name !== "shown") changed = true;
    soon();
  }
  form.addEventListener("input", touched);
  room.querySelector("[data-shown]").addEventListener("change", editable ? touched : (event) => {
    /* Nothing to post from a form that cannot be changed: look at what is saved. */
    location.search = new URLSearchParams({ shown: event.target.value });
  });

  /* Whoever writes in a language sees that language. */
  for (const each of room.querySelectorAll("[data-language]")) {
    each.addEventListener("toggle", () => {
      const shown = room.querySelector("[data-shown]");
      if (!each.open || !editable || shown.value === each.dataset.language) return;
      shown.value = each.dataset.language;
      soon();
    });
  }

  const test = room.querySelector("[data-test-device]");
  if (test) {
    test.addEventListener("submit", async (event) => {
      event.preventDefault();
      const asked = new URLSearchParams(new FormData(test));
      const answer = await fetch(`${room.dataset.device}?${asked}`, { credentials: "same-origin" });
      if (answer.ok) place("device").innerHTML = await answer.text();
      else test.submit();
    });
  }

  form.addEventListener("submit", () => { saving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (changed && !saving) event.preventDefault();
  });
  paint();
})();
