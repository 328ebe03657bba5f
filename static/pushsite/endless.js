"use strict";
/* A list that goes on below its end: the link to older lines brings them here, and
   without this script it leads to a page that has them. */
(() => {
  document.querySelectorAll("[data-endless]").forEach((place) => {
    place.addEventListener("click", async (event) => {
      const link = event.target.closest("a[rel=next]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      link.setAttribute("aria-disabled", "true");
      const asked = new URL(link.href).search;
      let text = "";
      try {
        const answer = await fetch(place.dataset.endless + asked);
        if (!answer.ok) throw new Error(String(answer.status));
        text = await answer.text();
      } catch {
        window.location.assign(link.href);
        return;
      }
      const more = new DOMParser().parseFromString(text, "text/html").body;
      const first = more.querySelector("li");
      link.closest("p").replaceWith(...more.childNodes);
      if (first) { first.tabIndex = -1; first.focus(); }
    });
  });
})();
