"use strict";
/* The languages of a message as tabs. Adding one and saying that one still fits are
   asked of the server, which saves nothing then: the page saves as for any change. */
(() => {
  const form = document.getElementById("compose");
  const place = document.getElementById("languages");
  if (!form || !place) return;
  const tabs = () => [...place.querySelectorAll("[role=tab]")];
  const panels = () => [...place.querySelectorAll("[data-language]")];
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
  const tabOf = (panel) => tabs().find((each) => panelOf(each) === panel);
  const current = () => tabs().find((each) => each.getAttribute("aria-selected") === "true");
  const changed = () => document.dispatchEvent(new CustomEvent("compose:changed"));

  function arrange() {
    place.querySelector("[role=tablist]").hidden = false;
    panels().forEach((each) => {
      each.setAttribute("role", "tabpanel");
      each.setAttribute("aria-labelledby", tabOf(each).id);
    });
  }

  function open(tab) {
    tabs().forEach((each) => {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
    });
    panels().forEach((each) => { each.hidden = each !== panelOf(tab); });
  }

  /* The preview speaks the language that is written in */
  function preview(tag) {
    const field = form.elements.preview_locale;
    if (!field || field.value === tag) return false;
    if (![...field.options].some((each) => each.value === tag)) {
      const name = tabs().find((each) => each.dataset.tag === tag);
      field.add(new Option(name.querySelector(".ps-language-name").textContent, tag));
    }
    field.value = tag;
    return true;
  }

  function choose(tab) {
    open(tab);
    if (preview(tab.dataset.tag)) changed();
  }

  place.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) choose(tab);
  });

  place.addEventListener("keydown", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (!tab) return;
    const all = tabs();
    const at = all.indexOf(tab);
    const forward = getComputedStyle(place).direction === "rtl" ? -1 : 1;
    const next = {
      ArrowRight: at + forward, ArrowLeft: at - forward, Home: 0, End: all.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const other = all[(next + all.length) % all.length];
    choose(other);
    other.focus();
  });

  place.addEventListener("input", (event) => {
    const panel = event.target.closest("[data-language]");
    if (panel && event.target.matches("[data-text]")) preview(panel.dataset.language);
  });

  /* A link to a field opens the tab that it is in */
  function follow() {
    const field = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const panel = field && field.closest("[data-language]");
    if (!panel) return;
    open(tabOf(panel));
    field.focus();
    field.scrollIntoView({ block: "center" });
  }
  addEventListener("hashchange", follow);

  function tell(states) {
    tabs().forEach((tab) => {
      const told = states[tab.dataset.tag];
      if (!told) return;
      const panel = panelOf(tab);
      tab.dataset.state = told.state;
      panel.dataset.state = told.state;
      tab.querySelector("[data-word]").textContent = told.word;
      panel.querySelectorAll("[data-shown]").forEach((each) => {
        each.hidden = each.dataset.shown !== told.state;
      });
      panel.querySelectorAll("[data-advice]").forEach((place) => {
        const said = (told.advice[place.dataset.advice] || []).map((sentence) => `▲ ${sentence}`);
        if ([...place.children].map((each) => each.textContent).join() === said.join()) return;
        place.replaceChildren(...said.map((sentence) => Object.assign(document.createElement("p"), { className: "ps-advice", textContent: sentence })));
      });
    });
  }
  document.addEventListener("compose:told", (event) => tell(event.detail.languages || {}));

  document.addEventListener("compose:counted", (event) => {
    const readers = event.detail.languages || {};
    panels().forEach((each) => {
      const sentence = readers[each.dataset.language];
      if (sentence) each.querySelector("[data-readers]").textContent = sentence;
    });
  });

  /* What the server drew anew is taken over; what is being typed stays */
  function take(html) {
    const open_ = current().id;
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const bar = fresh.querySelector(".ps-language-bar");
    place.querySelector(".ps-language-bar").replaceWith(document.adoptNode(bar));
    const wanted = [...fresh.querySelectorAll("[data-language]")];
    panels().forEach((each) => {
      if (!wanted.some((other) => other.id === each.id)) each.remove();
    });
    let added = null;
    wanted.forEach((each) => {
      const mine = document.getElementById(each.id);
      if (mine) { refresh(mine, each); return; }
      added = document.adoptNode(each);
      place.append(added);
      added.querySelectorAll("[data-picture]").forEach(PushsitePicture.start);
    });
    arrange();
    open(document.getElementById(open_) || tabs()[0]);
    return added;
  }

  function refresh(mine, fresh) {
    mine.dataset.language = fresh.dataset.language;
    mine.querySelectorAll("[lang]").forEach((each) => { each.lang = fresh.dataset.language; });
    mine.querySelectorAll("[data-fresh]").forEach((each) => {
      const other = fresh.querySelector(`[id="${each.id}"]`);
      if (other) each.textContent = other.textContent;
    });
    const own = fresh.querySelector("#locale");
    if (own) {
      const chosen = own.value;
      const select = mine.querySelector("#locale");
      select.replaceChildren(...own.children);
      select.value = chosen;
    }
    const source = fresh.querySelector("[data-source]");
    if (source) mine.querySelector("[data-source]").value = source.value;
  }

  async function ask(button) {
    const data = new FormData(form);
    if (button) data.set(button.name, button.value);
    const answer = await fetch(place.dataset.url, { method: "POST", body: data });
    return answer.ok ? answer.text() : null;
  }

  async function press(button) {
    const html = await ask(button);
    if (html === null) return;
    const added = take(html);
    if (added) {
      choose(tabOf(added));
      added.querySelector("[data-text]").focus();
    } else if (button.value.startsWith("remove:")) {
      choose(current());
      current().focus();
    } else if (button.value.startsWith("fits:")) {
      panelOf(current()).querySelector("[data-text]").focus();
    } else {
      place.querySelector("#new_language").focus();
    }
    changed();
  }

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !/^(language|remove:|fits:)/.test(button.value)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    press(button).catch(() => {
      document.getElementById("saved").textContent = form.dataset.offline;
    });
  }, true);

  form.addEventListener("change", async (event) => {
    if (event.target.id !== "locale") return;
    const html = await ask(null).catch(() => null);
    if (html !== null) take(html);
    if (preview(event.target.value)) changed();
  });

  arrange();
  open(tabs().find((each) => each.dataset.state === "wrong") || tabs()[0]);
  follow();
})();
