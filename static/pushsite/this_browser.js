/* Use this browser: subscribe as a website's visitor does, then enrol it for tests. */
(function () {
  "use strict";

  const card = document.getElementById("this-browser");
  const button = document.getElementById("use-browser");
  const said = document.getElementById("browser-said");
  const website = document.getElementById("browser-website");
  if (!button) return;
  button.hidden = false;

  async function use() {
    const manager = card.dataset.simulated ? { pushManager: PushsiteSimulated(card.dataset.simulated) } : {};
    const before = await Pushsite.init({ key: website.value, serviceWorker: card.dataset.worker, ...manager });
    if (!before.supported) return card.dataset.unsupported;
    const { permission, subscribed } = await Pushsite.subscribe();
    if (permission !== "granted" || !subscribed) return card.dataset.denied;
    return enrol(before.subscribed ? "" : "tests");
  }

  async function enrol(only) {
    const { installation_id: key } = await Pushsite.kept();
    const body = new URLSearchParams({ application: website.value, key, only });
    body.set("csrfmiddlewaretoken", card.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(card.dataset.enrol, { method: "POST", body });
    const told = await answer.json();
    if (answer.ok) location.reload();
    return told.enrolled || told.refused;
  }

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      said.textContent = await use();
    } catch (trouble) {
      said.textContent = `${card.dataset.failed} ${trouble.message}`;
    } finally {
      button.disabled = false;
    }
  });
})();
