"use strict";
/* A message's picture field: a dialog over the library. The select below it stays what
   the form posts, and fires "input" and "change" after each choice. */
const PushsitePicture = (() => {
  let dialog = null;
  let field = null;

  const part = (holder, name) => holder.querySelector(`[data-picture-${name}]`);

  function draw(holder, picture) {
    part(holder, "shown").hidden = !picture;
    part(holder, "remove").hidden = !picture;
    if (part(holder, "none")) part(holder, "none").hidden = Boolean(picture);
    const word = part(holder, "word");
    word.textContent = picture ? word.dataset.changeWord : word.dataset.chooseWord;
    if (!picture) return;
    part(holder, "image").src = picture.thumb;
    part(holder, "name").textContent = picture.name;
    part(holder, "alt").textContent = picture.alt;
    part(holder, "undescribed").hidden = Boolean(picture.alt);
    part(holder, "link").href = picture.link;
  }

  function set(holder, picture) {
    const select = part(holder, "select");
    const key = picture ? picture.choice : "";
    if (picture && ![...select.options].some((each) => each.value === key)) {
      select.add(new Option(picture.name, key));
    }
    select.value = key;
    draw(holder, picture);
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async function fill(address) {
    const answer = await fetch(address);
    if (!answer.ok) return;
    dialog.innerHTML = await answer.text();
    const upload = dialog.querySelector("[data-upload]");
    if (!upload) return;
    PushsiteMedia.start(upload, (kept) => {
      const none = dialog.querySelector("[data-none]");
      if (none) none.hidden = true;
      PushsiteMedia.show(dialog.querySelector("[data-tiles]"), kept.tile).querySelector("button").focus();
    });
  }

  async function older(button) {
    const address = new URL(field.dataset.choose, location.href);
    address.searchParams.set("q", dialog.querySelector("#choose-words").value);
    address.searchParams.set("before", button.dataset.older);
    const answer = await fetch(address);
    if (!answer.ok) return;
    const more = document.createElement("div");
    more.innerHTML = await answer.text();
    const added = [...more.querySelectorAll("[data-tiles] > li")];
    dialog.querySelector("[data-tiles]").append(...added);
    const next = more.querySelector("[data-older]");
    if (next) button.replaceWith(next); else button.remove();
    if (added.length) added[0].querySelector("button").focus();
  }

  function make() {
    dialog = document.createElement("dialog");
    dialog.className = "ps-dialog";
    dialog.setAttribute("aria-labelledby", "choose-heading");
    document.body.append(dialog);
    dialog.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-choice]");
      if (choice) { set(field, { ...choice.dataset }); dialog.close(); }
      if (event.target.closest("[data-close]") || event.target === dialog) dialog.close();
      if (event.target.matches("[data-older]")) older(event.target);
    });
    dialog.addEventListener("submit", async (event) => {
      if (!event.target.matches("[data-search]")) return;
      event.preventDefault();
      const words = new URLSearchParams(new FormData(event.target));
      await fill(`${field.dataset.choose.split("?")[0]}?${words}`);
      dialog.querySelector("#choose-words").focus();
    });
    dialog.addEventListener("close", () => part(field, "open").focus());
  }

  async function open(holder) {
    if (!dialog) make();
    field = holder;
    await fill(holder.dataset.choose);
    dialog.showModal();
  }

  function start(holder) {
    part(holder, "select").hidden = true;
    part(holder, "buttons").hidden = false;
    part(holder, "open").addEventListener("click", () => open(holder));
    part(holder, "remove").addEventListener("click", () => {
      set(holder, null);
      part(holder, "open").focus();
    });
  }

  document.querySelectorAll("[data-picture]").forEach(start);
  return { start };
})();
