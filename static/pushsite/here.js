"use strict";
/* Who else has this draft open: asked now and then while the page is seen. */
(() => {
  const place = document.getElementById("here");
  const form = document.getElementById("compose");
  if (!place || !form) return;
  const EVERY = 20000;

  async function tell() {
    if (document.hidden) return;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(place.dataset.here, { method: "POST", body });
      if (!answer.ok) return;
      const { sentence } = await answer.json();
      if (place.textContent !== sentence) place.textContent = sentence;
      place.hidden = !sentence;
    } catch (offline) {
      place.hidden = true;
    }
  }

  setTimeout(tell, 1000);
  setInterval(tell, EVERY);
})();
