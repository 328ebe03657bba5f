/* Keeps the live page of a run true: asks every two seconds, slower when hidden.
   The server draws every fragment; this file only puts them in their places. */
(() => {
  "use strict";
  const QUICK = 2000;
  const SLOW = 10000;
  const STILL = 90000;

  const page = document.querySelector("[data-live-run]");
  if (!page) return;
  const say = document.querySelector("[data-live-say]");
  const lost = document.querySelector("[data-live-lost]");
  const drawn = {};
  let state = page.dataset.state;
  let moving = page.dataset.moving === "1";
  let step = null;
  let done = null;
  let movedAt = Date.now();
  let startsAt = null;
  let timer = 0;

  const place = (name) => document.querySelector(`[data-live="${name}"]`);

  function put(name, html) {
    const target = place(name);
    if (!target || drawn[name] === html) return;
    // A form that somebody is filling in stays until its run changes state.
    if (name === "controls" && drawn.state_of_controls === state) return;
    target.innerHTML = html;
    drawn[name] = html;
    if (name === "controls") drawn.state_of_controls = state;
  }

  /* What the controls say follows the numbers; what is being typed in them stays. */
  function follow(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    place("controls").querySelectorAll("[data-live-told]").forEach((each) => {
      const now = fresh.content.querySelector(`[data-live-told="${each.dataset.liveTold}"]`);
      if (now && now.textContent.trim() !== each.textContent.trim()) each.replaceChildren(...now.childNodes);
    });
  }

  function announce(answer) {
    const now = Math.floor(answer.percent / 10);
    const changed = answer.state !== state;
    if (step !== null && now === step && !changed) return;
    step = now;
    const sentence = document.querySelector("[data-live-sentence]");
    const word = place("state");
    if (changed && word) say.textContent = word.textContent.trim();
    else if (sentence) say.textContent = sentence.textContent.trim();
  }

  function show(answer) {
    const before = state;
    if (answer.done !== done || answer.state !== before) movedAt = Date.now();
    done = answer.done;
    moving = answer.moving;
    const controls = answer.html.controls;
    delete answer.html.controls;
    Object.entries(answer.html).forEach(([name, html]) => put(name, html));
    announce(answer);
    state = answer.state;
    if (before !== state) put("controls", controls);
    else follow(controls);
    startsAt = answer.seconds === null ? null : Date.now() + answer.seconds * 1000;
    tickDown();
  }

  function tickDown() {
    const target = document.querySelector("[data-live-countdown]");
    if (!target) return;
    if (startsAt === null) startsAt = Date.parse(target.dataset.liveCountdown);
    const left = Math.max(0, Math.round((startsAt - Date.now()) / 1000));
    target.textContent = target.dataset.liveWords.replace("%s", left);
  }

  async function ask() {
    const still = Date.now() - movedAt > STILL ? "?still=1" : "";
    try {
      const answer = await fetch(page.dataset.liveRun + still, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
      lost.hidden = true;
    } catch {
      // Said once, not at each try.
      if (lost.hidden) lost.textContent = page.dataset.lost;
      lost.hidden = false;
    }
    plan();
  }

  function plan() {
    clearTimeout(timer);
    // Late answers still arrive after the end, so an ended run is asked now and then.
    const pause = document.hidden || !moving ? SLOW : QUICK;
    timer = setTimeout(ask, pause);
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  setInterval(tickDown, 500);
  tickDown();
  plan();
})();
