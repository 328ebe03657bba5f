/* A simulated phone is switched on: its app registers, and pairs when a code is typed. */
(function () {
  "use strict";

  const card = document.getElementById("new-phone");
  if (!card) return;
  const form = card.querySelector("form");
  const said = document.getElementById("new-phone-said");
  let phone = null;

  async function ask(address, options) {
    const answer = await fetch(address, { method: "POST", ...options });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail || told.error);
    return told;
  }

  function call(page, credential, body) {
    const headers = { authorization: credential, "content-type": "application/json" };
    return ask(`/api/v1/${page}`, { headers, credentials: "omit", body: JSON.stringify(body) });
  }

  /* The same words in the form are the same phone: only its code was wrong. */
  async function switchOn({ key, platform, name }) {
    const mark = `${key} ${platform} ${name}`;
    if (phone && phone.mark === mark) return phone;
    const device = await ask(card.dataset.device, { body: new FormData(form) });
    const facts = { installation_id: crypto.randomUUID(), permission: "granted", model: name, locale: navigator.language };
    const { device_id: id, device_secret: secret } = await call("devices", `Bearer ${key}`, { ...device, ...facts });
    phone = { mark, id, secret };
    return phone;
  }

  async function start(fields) {
    const { id, secret } = await switchOn(fields);
    if (!fields.code.trim()) return card.dataset.registered;
    await call(`devices/${id}/pair`, `Device ${id}:${secret}`, { code: fields.code });
    form.reset();
    return card.dataset.paired;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    try {
      said.textContent = await start(Object.fromEntries(new FormData(form)));
    } catch (trouble) {
      said.textContent = `${card.dataset.failed} ${trouble.message}`;
    }
  });
})();
