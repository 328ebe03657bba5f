"use strict";
/* A link to a field of the compose page opens what holds it and puts the cursor there.
   The tabs of the languages open theirs before: languages.js. */
(() => {
  const STAND_IN = { translations: "languages", test: "preview", destination: "more" };
  const SEEN = "input:not([type=hidden]):not(:disabled), select, textarea, button, summary, a[href]";

  function place(name) {
    const said = name.slice(name.lastIndexOf(".") + 1);
    const platform = said.includes(":") ? `platform-${said.split(":")[0]}` : "";
    return [name, STAND_IN[name], said, platform].filter(Boolean).map((each) => (
      document.getElementById(each) || document.querySelector(`[name="${CSS.escape(each)}"]`)
    )).find(Boolean);
  }

  function field(from) {
    const shown = (each) => each.offsetParent !== null;
    for (let part = from; part; part = part.parentElement) {
      if (part.matches(SEEN) && shown(part)) return part;
      const inside = [...part.querySelectorAll(SEEN)].find(shown);
      if (inside) return inside;
    }
    return null;
  }

  function follow() {
    const name = decodeURIComponent(location.hash.slice(1));
    const found = name && place(name);
    if (!found) return;
    for (let part = found; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    const focused = field(found);
    if (!focused) return;
    focused.focus({ preventScroll: true });
    focused.scrollIntoView({ block: "center" });
  }

  /* A target that takes no cursor loses it again as the browser scrolls there. */
  addEventListener("load", () => setTimeout(follow));
})();
