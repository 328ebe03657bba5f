"use strict";
/* A destination's page: a row for each parameter that its links have, as they are
   typed. Without this script the rows come when the page is saved. */
(() => {
  const links = [...document.querySelectorAll("[data-link]")];
  const place = document.getElementById("parameters");
  const blank = document.getElementById("parameter");
  if (!links.length || !place || !blank) return;
  const PARAMETER = /\{([a-z][a-z0-9_]{0,29})\}/g;
  const known = new Map();
  const rows = () => [...place.querySelectorAll("[data-parameter]")];
  rows().forEach((each) => known.set(each.dataset.parameter, each));

  function made(name) {
    const holder = document.createElement("template");
    holder.innerHTML = blank.innerHTML.replaceAll("__name__", name);
    return holder.content.firstElementChild;
  }

  /* A row that is not needed now keeps what was written in it */
  function arrange() {
    const names = new Set(links.flatMap((each) => [...each.value.matchAll(PARAMETER)].map((found) => found[1])));
    rows().forEach((each) => each.remove());
    names.forEach((name) => {
      if (!known.has(name)) known.set(name, made(name));
      place.append(known.get(name));
    });
    place.hidden = !names.size;
  }

  links.forEach((each) => each.addEventListener("input", arrange));
})();
