/* Keeps the phones up to date, and reports a tapped message as its app would. */
const phones = document.getElementById("phones");
const said = document.getElementById("phones-said");
const live = document.getElementById("phones-live");
const search = document.getElementById("phones-search");
const words = new Map();
let drawn = null;

/* After each drawing: what was said of a message stays with it. */
function sayAgain() {
  for (const [id, sentence] of words) {
    const place = document.querySelector(`[data-message="${id}"] [data-said]`);
    if (place) place.textContent = sentence;
  }
}

function draw(text) {
  const focused = phones.contains(document.activeElement) ? document.activeElement.id : "";
  drawn = text;
  phones.innerHTML = text;
  sayAgain();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  if (!live.checked || document.hidden) return;
  const address = `${phones.dataset.newest}?search=${encodeURIComponent(search.value)}`;
  try {
    const answer = await fetch(address, { redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    const text = (await answer.text()).trim();
    const isNews = drawn !== null && text !== drawn;
    if (text !== drawn) draw(text);
    said.textContent = isNews ? said.dataset.news : "";
  } catch {
    said.textContent = said.dataset.lost;
  }
}

async function report(reference) {
  const receipt = { n: reference, kind: "opened", at: new Date().toISOString() };
  const answer = await fetch(phones.dataset.receipts, {
    method: "POST",
    headers: { "content-type": "application/json" },
    credentials: "omit",
    body: JSON.stringify({ receipts: [receipt] }),
  });
  if (!answer.ok) throw new Error(answer.status);
}

phones.addEventListener("click", async (event) => {
  const tapped = event.target.closest("button");
  const message = tapped?.closest("[data-message]");
  if (!message) return;
  let sentence = phones.dataset.silent;
  if (message.dataset.n) {
    sentence = phones.dataset.opened;
    if ("button" in tapped.dataset) {
      sentence = `${phones.dataset.pressed} ${tapped.textContent}`;
    }
    try {
      await report(message.dataset.n);
    } catch {
      sentence = phones.dataset.failed;
    }
  }
  words.set(message.dataset.message, sentence);
  sayAgain();
  said.textContent = sentence;
});

search.addEventListener("input", refresh);
setInterval(refresh, 2000);
