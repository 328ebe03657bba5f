/* The demonstration website: what a site writes itself, and the simulated browser. */
(function () {
  "use strict";

  const page = document.getElementById("demo");
  const said = document.getElementById("demo-said");
  const yes = document.getElementById("demo-subscribe");
  const no = document.getElementById("demo-unsubscribe");
  const price = document.getElementById("demo-price");
  const primed = document.getElementById("demo-primer");
  const list = document.getElementById("demo-messages");
  const none = document.getElementById("demo-none");
  const pairing = document.getElementById("demo-pair");
  const code = document.getElementById("demo-code");
  const paired = document.getElementById("demo-paired");

  const simulated = PushsiteSimulated(page.dataset.subscription);

  function draw({ permission, subscribed, supported }) {
    const focused = [yes, no].includes(document.activeElement);
    yes.hidden = subscribed || !supported;
    no.hidden = !subscribed;
    price.hidden = subscribed || !supported;
    /* Whoever pressed a button by keyboard goes on from the one in its place. */
    if (focused) (subscribed ? no : yes).focus();
    pairing.hidden = !subscribed;
    const word = !supported ? "unsupported" : subscribed ? "subscribed" : permission === "denied" ? "denied" : "off";
    said.textContent = page.dataset[word];
  }

  /* A colleague's browser: the code that Test phones shows makes it a test device. */
  async function usePairingCode() {
    paired.textContent = "";
    await Pushsite.pair(code.value);
    code.value = "";
    paired.textContent = page.dataset.paired;
  }

  async function work(action, place = said) {
    try {
      await action();
    } catch (trouble) {
      place.textContent = `${page.dataset.failed} ${trouble.message}`;
    }
  }

  /* The visitor wanted something that takes messages: the moment for a primer. */
  async function watchPrice() {
    const { shown, answer, reason } = await Pushsite.primer("price_alert");
    const word = { granted: "granted", denied: "refused", accepted: "accepted", later: "later" }[answer];
    primed.textContent = shown ? page.dataset[word] : `${page.dataset.noPrimer} ${reason}`;
  }

  /* The first 12 signs of the address's SHA-256: the phones page shows them too. */
  async function codeOf(endpoint) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
    return [...new Uint8Array(digest)].map((each) => each.toString(16).padStart(2, "0")).join("").slice(0, 12);
  }

  function messageOf(shown) {
    return {
      title: shown.title,
      body: shown.body,
      image: shown.image,
      icon: shown.icon,
      tag: shown.tag,
      navigate: shown.link,
      actions: shown.buttons.map(([action, title]) => ({ action, title })),
      data: shown.n ? { n: shown.n } : {},
    };
  }

  async function look() {
    const subscription = await simulated.getSubscription();
    if (!subscription || document.hidden) return;
    const code = await codeOf(subscription.endpoint);
    const answer = await fetch(`${page.dataset.messages}?code=${code}`);
    if (!answer.ok) return;
    const { messages } = await answer.json();
    const seen = Number(localStorage.getItem("demo-seen") || 0);
    const registration = await navigator.serviceWorker.ready;
    for (const shown of messages.filter((each) => each.id > seen).reverse()) {
      registration.active.postMessage({ arrived: messageOf(shown) });
      localStorage.setItem("demo-seen", String(shown.id));
    }
    none.hidden = messages.length > 0;
    list.replaceChildren(
      ...messages.map((shown) => {
        const item = document.createElement("li");
        const title = document.createElement("strong");
        title.textContent = shown.title;
        item.append(title, document.createElement("br"), shown.body);
        return item;
      }),
    );
  }

  document.addEventListener("pushsite", (event) => draw(event.detail));
  yes.addEventListener("click", () => work(Pushsite.subscribe));
  price.addEventListener("click", () => work(watchPrice));
  no.addEventListener("click", () => work(Pushsite.unsubscribe));
  pairing.addEventListener("submit", (event) => {
    event.preventDefault();
    work(usePairingCode, paired);
  });
  work(() => Pushsite.init({ key: page.dataset.key, pushManager: simulated }));
  setInterval(() => look().catch(() => undefined), 2000);
})();
