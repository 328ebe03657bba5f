/* Primers on a website: asks for one, draws it, leads to the browser's own question and
 * reports. pushsite.js fetches this file when it is needed first.
 *
 * A shadow root keeps the site's styles out and ours in. Its style sheet is made by
 * script and texts are set as text, so that a strict content security policy holds.
 */
(function () {
  "use strict";

  const STYLE = `
    :host { all: initial; }
    dialog { all: revert; box-sizing: border-box; border: 0; padding: 1.25rem; color: var(--ink); background: var(--ground);
      font: 1rem/1.5 system-ui, sans-serif; box-shadow: 0 0 0 1px rgb(0 0 0 / 14%), 0 8px 32px rgb(0 0 0 / 30%); overflow: auto; overflow-wrap: anywhere; }
    dialog:focus { outline: none; }
    dialog::backdrop { background: rgb(0 0 0 / 55%); }
    .modal { width: min(26rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); margin: auto; border-radius: .75rem; }
    .slide, .banner { position: fixed; z-index: 2147483000; margin: 0 auto; inset-inline: 0; max-height: calc(100vh - 2rem); }
    .slide { top: 0; bottom: auto; width: min(28rem, calc(100vw - 1rem)); border-radius: 0 0 .75rem .75rem; }
    .banner { top: auto; bottom: 0; width: 100%; max-width: none; }
    .banner .within { max-width: 44rem; margin: 0 auto; }
    .banner fieldset { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
    img { display: block; width: 100%; max-height: 12rem; object-fit: cover; border-radius: .5rem; margin-bottom: .75rem; }
    h2 { margin: 0 0 .25rem; font-size: 1.25rem; line-height: 1.25; }
    p { margin: 0; }
    ul { list-style: none; margin: .5rem 0 0; padding: 0; }
    li { display: flex; gap: .5rem; }
    li::before { content: "✓"; }
    fieldset { border: 0; margin: .75rem 0 0; padding: 0; }
    legend { padding: 0; font-weight: 600; }
    label { display: flex; gap: .5rem; align-items: center; min-height: 2.75rem; }
    input { width: 1.25rem; height: 1.25rem; flex: none; accent-color: var(--button-ground); }
    .buttons { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin-top: 1rem; }
    .buttons > :only-child { grid-column: 1 / -1; }
    button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem .75rem; border-radius: .5rem; cursor: pointer;
      border: 2px solid var(--ink); background: var(--ground); color: var(--ink); overflow-wrap: anywhere; }
    .accept { background: var(--button-ground); color: var(--button-ink); border-color: var(--button-ground); }
    button:focus-visible, input:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
    @media (prefers-reduced-motion: no-preference) {
      .slide[open] { animation: down .25s ease-out; } .banner[open] { animation: up .25s ease-out; }
      @keyframes down { from { transform: translateY(-100%); } } @keyframes up { from { transform: translateY(100%); } }
    }`;

  function made(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children.filter(Boolean));
    return element;
  }

  function picture(primer) {
    if (!primer.image || primer.layout === "banner") return null;
    return made("img", { src: primer.image.wide, alt: primer.image.description });
  }

  function topicsOf(primer) {
    if (primer.variant !== "prompt" || !primer.topics.length) return null;
    const boxes = primer.topics.map((topic) =>
      made("label", {}, made("input", { type: "checkbox", value: topic.key }), made("span", { textContent: topic.name })));
    return made("fieldset", {}, ...boxes);
  }

  function benefitsOf(primer) {
    if (primer.variant !== "prompt" || !primer.benefits.length) return null;
    return made("ul", {}, ...primer.benefits.map((line) => made("li", { textContent: line })));
  }

  /* A page cannot open the browser's settings: there, only the way to close is left. */
  function buttonsOf(primer) {
    const later = made("button", { type: "button", className: "later", textContent: primer.later });
    if (primer.variant !== "prompt") return made("div", { className: "buttons" }, later);
    const accept = made("button", { type: "button", className: "accept", textContent: primer.accept });
    return made("div", { className: "buttons" }, accept, later);
  }

  function dialogOf(primer) {
    const text = primer.variant === "prompt" ? primer.text : primer.blocked;
    const dialog = made("dialog", { className: primer.layout, lang: primer.language, dir: primer.direction },
      made("div", { className: "within" },
        picture(primer),
        made("h2", { id: "title", textContent: primer.title }),
        made("p", { id: "text", textContent: text }),
        benefitsOf(primer),
        topicsOf(primer),
        buttonsOf(primer)));
    dialog.setAttribute("aria-labelledby", "title");
    dialog.setAttribute("aria-describedby", "text");
    dialog.tabIndex = -1;
    for (const [name, colour] of Object.entries(primer.colours)) {
      dialog.style.setProperty(`--${name.replace("_", "-")}`, colour);
    }
    const topics = dialog.querySelector("fieldset");
    if (topics) topics.setAttribute("aria-labelledby", "title");
    return dialog;
  }

  /* Resolves once, to {accepted, topics, permission}. `accept` is called inside the
     click, and its promise is the browser's answer. */
  function show(primer, { accept }) {
    const host = made("div", { className: "pushsite-primer" });
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const dialog = dialogOf(primer);
    root.append(dialog);
    const before = document.activeElement;
    document.body.append(host);

    return new Promise((resolve) => {
      function close(answer) {
        document.removeEventListener("keydown", escaped, true);
        dialog.close();
        host.remove();
        if (before && before.isConnected) before.focus();
        resolve(answer);
      }
      const later = () => close({ accepted: false, topics: [], permission: "" });
      function escaped(event) {
        if (event.key !== "Escape") return;
        event.preventDefault();
        later();
      }

      async function accepted() {
        const ticked = [...dialog.querySelectorAll("input:checked")].map((box) => box.value);
        const asked = accept();
        let permission = "";
        try {
          permission = await asked;
        } finally {
          close({ accepted: true, topics: ticked, permission });
        }
      }

      const yes = dialog.querySelector(".accept");
      if (yes) yes.addEventListener("click", accepted, { once: true });
      dialog.querySelector(".later").addEventListener("click", later);
      document.addEventListener("keydown", escaped, true);
      if (primer.layout === "modal") dialog.showModal();
      else dialog.show();
      /* Neither button has the focus at first: nobody answers by an Enter too many. */
      dialog.focus();
    });
  }

  /* The calls; `inside` has what pushsite.js lends. */
  self.PushsitePrimers = function (inside) {
    const { settings, kept, inStore, call, asDevice, permissionOf, ready, renew, changed } = inside;
    const MOST_AT_ONCE = 100;
    let isShown = false;

    async function askForPrimer(event) {
      const device = await kept();
      const asked = new URLSearchParams({
        event,
        sessions: String(Math.max(1, device.sessions || 0)),
        seconds: String(Math.max(0, Math.floor((Date.now() - (device.session_began || Date.now())) / 1000))),
        debug: "true",
      });
      if (device.device_id) {
        return call(settings.server, "GET", `devices/${device.device_id}/primers?${asked}`, asDevice(device));
      }
      asked.set("installation_id", device.installation_id);
      asked.set("permission", permissionOf(Notification.permission));
      asked.set("locale", navigator.language.slice(0, 20));
      return call(settings.server, "GET", `primers?${asked}`, `Bearer ${settings.key}`);
    }

    /* Answers wait in the browser until the server has them; each counts once there. */
    async function answer(primer, kind, topics) {
      const told = { id: primer.id, body: { showing: primer.showing, kind, at: new Date().toISOString(), topics: topics || [] } };
      await inStore("readwrite", (store) => store.put(told, `answer ${primer.showing} ${kind}`));
      await sendAnswers();
    }

    async function sendAnswers() {
      const names = IDBKeyRange.bound("answer ", "answer!", false, true);
      const waiting = await inStore("readonly", (store) => store.getAll(names, MOST_AT_ONCE));
      for (const each of waiting) {
        const device = await kept();
        const known = Boolean(device.device_id);
        const way = known ? asDevice(device) : `Bearer ${device.key}`;
        const mine = known ? {} : { installation_id: device.installation_id, locale: navigator.language.slice(0, 20) };
        try {
          await call(device.server, "POST", `primers/${each.id}/responses`, way, { ...each.body, ...mine });
        } catch (trouble) {
          /* What the server will never take is not offered again. */
          if (!(trouble.status >= 400 && trouble.status < 500) || trouble.status === 429) throw trouble;
        }
        await inStore("readwrite", (store) => store.delete(`answer ${each.body.showing} ${each.body.kind}`));
      }
    }

    /* The visitor goes on whatever becomes of a report: it is sent at the next page. */
    async function tell(primer, kind, topics) {
      try {
        await answer(primer, kind, topics);
      } catch (trouble) {
        console.warn("Pushsite:", trouble.message);
      }
    }

    async function run(event) {
      const no = (reason) => ({ shown: false, answer: "", reason });
      if (isShown) return no("A primer is open already.");
      isShown = true;
      try {
        const { primer, reasons } = await askForPrimer(event);
        if (!primer) return no(reasons.map((each) => each.words).join(" "));
        return { shown: true, answer: await lead(primer), reason: "" };
      } finally {
        isShown = false;
      }
    }

    /* From our screen to the browser's. The question is asked inside the click on our
       yes: browsers want a gesture, and reports may not come between. */
    async function lead(found) {
      const opened = show(found, {
        accept: () => (found.variant === "prompt" ? Notification.requestPermission() : Promise.resolve("")),
      });
      const shown = tell(found, "shown");
      const { accepted, topics, permission } = await opened;
      await shown;
      await tell(found, accepted ? "accepted" : "later");
      if (!accepted) return "later";
      if (permission === "denied") await tell(found, "denied");
      if (permission === "granted") {
        await ready();
        await renew(`${found.id} v${found.version}`);
        await tell(found, "granted", topics);
      }
      await changed();
      return permission === "granted" || permission === "denied" ? permission : "accepted";
    }

    return { run, sendAnswers };
  };
})();
