"use strict";
/* The compose page: what is typed is drawn at once, told by the server soon after,
   and saved two seconds later. Without this script the page saves by its buttons. */
(() => {
  const form = document.getElementById("compose");
  if (!form) return;
  const $ = (id) => document.getElementById(id);
  const all = (selector) => [...form.querySelectorAll(selector)];
  const value = (name) => new FormData(form).get(name) || "";
  const saved = $("saved");
  let clean = snapshot();
  let conflict = false;
  let saving = null;

  function snapshot() {
    const data = new FormData(form);
    data.delete("version");
    data.delete("was");
    data.delete("person");
    data.delete("csrfmiddlewaretoken");
    data.delete("new_language");
    data.delete("new_language_tag");
    [...data.keys()].filter((name) => name.startsWith("preview_") || name.startsWith("keep.")).forEach((name) => data.delete(name));
    return new URLSearchParams(data).toString();
  }

  /* Fields that choose how the preview looks, and belong to no draft */
  const looksOnly = (name) => name === "person" || name.startsWith("preview_") || name.startsWith("keep.");

  function later(wait, act) {
    let timer;
    return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
  }

  async function ask(url, aborts) {
    return fetch(url, {
      method: "POST",
      body: new FormData(form),
      headers: { accept: "application/json" },
      signal: aborts,
    });
  }

  /* What applies is shown, the rest is hidden */
  function arrange() {
    const kind = value("when_kind");
    const shows = (each, name, chosen) => { each.hidden = !each.dataset[name].split(" ").includes(chosen); };
    all("[data-kind]").forEach((each) => shows(each, "kind", kind));
    all("[data-frequency]").forEach((each) => shows(each, "frequency", value("when_frequency")));
    all("[data-audience]").forEach((each) => shows(each, "audience", value("audience")));
    all("[data-transactional]").forEach((each) => { each.hidden = value("purpose") !== "transactional"; });
  }

  /* Drawn at once, before the server answers: typed.js does it */
  function drawTyped(field) {
    const language = field.closest("[data-language]");
    const seen = phonesLanguage();
    if (seen && seen !== language.dataset.language) return;
    const typed = (name) => language.querySelector(`[data-text=${name}]`).value;
    document.dispatchEvent(new CustomEvent("compose:typed", { detail: { title: typed("title"), body: typed("body") } }));
  }

  /* The language that the phones speak now */
  function phonesLanguage() {
    const list = document.querySelector("#phones [data-speaks]");
    return list ? list.dataset.speaks : value("preview_locale");
  }

  function say(field, sentence) {
    const place = form.querySelector(`[data-error="${field}"]`);
    if (!place) return;
    place.textContent = sentence || "";
    place.hidden = !sentence;
    const input = $(field);
    if (!input || !("value" in input)) return;
    if (sentence) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function tellWhen(told) {
    const place = $("told");
    place.replaceChildren();
    if (!told.sentence) return;
    place.append(element("p", told.sentence, "ps-sentence"));
    if (told.coming.length) {
      place.append(element("p", place.dataset.next, "ps-label"));
      const list = element("ol", "", "ps-coming");
      told.coming.forEach((each) => {
        const line = element("li", each.words + " ");
        line.append(element("span", each.note ? `· ${each.utc} · ${each.note}` : `· ${each.utc}`, "ps-quiet-text"));
        list.append(line);
      });
      place.append(list);
    }
    told.advice.forEach((each) => place.append(element("p", "▲ " + each, "ps-advice")));
  }

  function tell(shown) {
    all("[data-text]").forEach((field) => say(field.id, shown.errors[field.id]));
    tellWhen(shown.when);
    all("[data-error^=when_]").forEach((each) => {
      const said = shown.when.errors[each.dataset.error];
      const touched = each.dataset.touched === "yes" || !each.hidden;
      say(each.dataset.error, touched ? said : "");
    });
  }

  let asking = null;
  const live = later(250, async () => {
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await ask(form.dataset.live, asking.signal);
      if (!answer.ok) return;
      const told = await answer.json();
      tell(told);
      document.dispatchEvent(new CustomEvent("compose:told", { detail: told }));
    } catch (stopped) {
      if (stopped.name !== "AbortError") saved.textContent = form.dataset.offline;
    }
  });

  let counting = null;
  async function recount() {
    if (!value("audience")) { $("reach").textContent = ""; return; }
    if (counting) counting.abort();
    counting = new AbortController();
    $("reach").textContent = form.dataset.counting;
    try {
      const answer = await ask(form.dataset.count, counting.signal);
      if (!answer.ok) { $("reach").textContent = form.dataset.uncounted; return; }
      const counted = await answer.json();
      $("reach").textContent = counted.sentence;
      document.dispatchEvent(new CustomEvent("compose:counted", { detail: counted }));
    } catch (stopped) {
      if (stopped.name !== "AbortError") $("reach").textContent = form.dataset.uncounted;
    }
  }

  async function save() {
    const mine = snapshot();
    /* A page that is being left saves by itself: a second save would be a conflict. */
    if (conflict || saving || form.dataset.leaving || mine === clean) return;
    saving = write(mine);
    await saving;
    saving = null;
    if (!conflict && snapshot() !== clean && saved.textContent !== form.dataset.offline) soon();
  }

  async function write(mine) {
    saved.textContent = form.dataset.saving;
    try {
      const answer = await ask(form.action, undefined);
      const told = await answer.json();
      if (answer.ok) {
        form.elements.version.value = told.version;
        form.elements.was.value = told.was;
        clean = mine;
        saved.textContent = told.saved;
      } else {
        stop(told);
      }
    } catch (offline) {
      saved.textContent = form.dataset.offline;
    }
  }
  const soon = later(2000, save);

  function stop(told) {
    conflict = true;
    saved.textContent = form.dataset.unsaved;
    if (told.conflict) $("conflict").innerHTML = told.conflict;
    else $("conflict").textContent = told.refused || form.dataset.offline;
    $("conflict").scrollIntoView({ block: "start" });
  }

  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-aside], [data-if], #block-key")) return;
    if (event.target.matches("[data-text]")) drawTyped(event.target);
    if (event.target.id === "name") document.querySelectorAll(".ps-h1, .ps-crumbs [aria-current]").forEach((each) => { each.textContent = event.target.value; });
    const error = form.querySelector(`[data-error="${event.target.id || event.target.name}"]`);
    if (error) error.dataset.touched = "yes";
    arrange();
    live();
    if (looksOnly(event.target.name)) return;
    if (event.target.matches("[name=audience], [name=segment]")) recount();
    saved.textContent = form.dataset.unsaved;
    soon();
  });
  document.addEventListener("compose:changed", () => { arrange(); live(); soon(); });
  form.addEventListener("focusout", (event) => { if (event.target.matches("[data-text]")) soon(); });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-reload]")) form.requestSubmit(form.querySelector("[name=do][value=save]"));
  });
  addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  addEventListener("beforeunload", (event) => {
    if (!form.dataset.leaving && snapshot() !== clean) event.preventDefault();
  });
  form.addEventListener("submit", async (event) => {
    if (!saving) { form.dataset.leaving = "yes"; return; }
    /* The form holds the version of before: one's own two saves would be a conflict. */
    event.preventDefault();
    await saving;
    if (!conflict) form.requestSubmit(event.submitter);
  });

  if ($("insert-block")) {
    $("insert-block").hidden = false;
    $("block-go").addEventListener("click", () => PushsiteInsert(`{{ block.${$("block-key").value} }}`, $("insert-block")));
  }

  const zone = $("when_zone");
  if (zone.dataset.unset === "yes") {
    zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || zone.value;
    clean = snapshot();
  }
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    const button = { s: "save", Enter: "review" }[event.key];
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(`[name=do][value=${button}]`));
  });
  if ($("errors")) $("errors").focus();
  arrange();
  recount();
  if (form.querySelector("#conflict").children.length) conflict = true;
})();
