"use strict";
/* What differs from person to person: values put into a text, and the menus of “show
   different text if”. The menus are drawn by the server; nothing of them is saved but
   the text that they make. Without this script texts are written by hand. */
(() => {
  const form = document.getElementById("compose");
  const insert = document.getElementById("insert");
  if (!form || !insert) return;
  const $ = (id) => document.getElementById(id);
  const TEXTS = "[data-text], [data-personal], .ps-option textarea, .ps-option input:not([type=checkbox]), [name^='button.']";
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;

  /* The text that was worked in last, if it is shown, else the first one: whoever comes
     here by Tab has passed through others */
  let last = $("body");
  const isShown = (field) => field && field.isConnected && field.getClientRects().length > 0;
  const target = () => isShown(last) ? last : [...form.querySelectorAll("[data-text=body]")].find(isShown);
  const worked = (event) => { if (event.target.matches(TEXTS) && !["Tab", "Shift"].includes(event.key)) last = event.target; };
  ["input", "click", "keydown"].forEach((name) => form.addEventListener(name, worked));

  function put(text, from, span) {
    const field = target();
    last = field;
    const [start, end] = span || [field.selectionStart, field.selectionEnd];
    field.setRangeText(text, start, end, "end");
    from.open = false;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  window.PushsiteInsert = put;

  /* Values of the person */
  const every = [...$("insert-field").options];
  insert.hidden = false;
  $("insert-search").addEventListener("input", () => {
    const wanted = $("insert-search").value.trim().toLowerCase();
    const found = every.filter((each) => each.textContent.toLowerCase().includes(wanted));
    $("insert-field").replaceChildren(...found);
    $("insert-none").hidden = found.length > 0;
  });
  const asked = () => {
    const as = $("insert-as").value;
    insert.querySelectorAll("[data-for]").forEach((each) => { each.hidden = each.dataset.for !== as; });
    $("insert-instead").hidden = skips();
  };
  /* A code is never missing: its list says what happens when none is left */
  const isCode = () => $("insert-field").value.startsWith("promo.");
  const skips = () => insert.querySelector("[value=skip]").checked;
  insert.addEventListener("change", asked);
  const plain = (text) => text.trim().replaceAll('"', "”").replace(/[{}]/g, "");

  function filter() {
    const as = $("insert-as").value;
    if (as === "currency") return `currency: "${plain($("insert-currency").value).toUpperCase() || "EUR"}"`;
    if (as === "plural") return `plural: "${plain($("insert-one").value)}", "${plain($("insert-other").value)}"`;
    return as;
  }

  /* The default stands after what makes words of a value, before what counts with it */
  function placeholder() {
    const name = $("insert-field").value;
    if (isCode()) return `{{ ${name} }}`;
    const made = filter();
    const counts = /^plural/.test(made);
    const other = plain($("insert-default").value);
    const instead = skips() ? "or_skip" : counts ? `default: ${/^\d+$/.test(other) ? other : 0}` : `default: "${other}"`;
    const parts = skips() || counts ? [name, instead, made] : [name, made, instead];
    return `{{ ${parts.filter(Boolean).join(" | ")} }}`;
  }
  $("insert-go").addEventListener("click", () => {
    const lacks = !isCode() && !skips() && !plain($("insert-default").value);
    $("insert-error").hidden = !lacks;
    if (lacks) { $("insert-default").focus(); return; }
    if ($("insert-field").value) put(placeholder(), insert);
  });

  /* The menus */
  const value = (box, name) => box.querySelector(`[data-if=${name}]`)?.value || "";
  function held(panel) {
    return {
      mode: panel.dataset.menus,
      otherwise: value(panel, "otherwise"),
      branches: [...panel.querySelectorAll("[data-branch]")].map((branch) => ({
        match: value(branch, "match"),
        text: value(branch, "text"),
        conditions: [...branch.querySelectorAll("[data-condition]")].map((row) => ({
          field: value(row, "field"),
          compare: value(row, "compare"),
          values: [...row.querySelectorAll("[data-if=value]")].map((each) => each.value),
        })),
      })),
    };
  }

  /* One question after the other, each about what the menus hold by then; an answer to
     what has changed meanwhile is asked for again, so that nothing typed is lost */
  let line = Promise.resolve();
  function ask(panel, more) {
    line = line.catch(() => {}).then(() => answerOf(panel, more));
    return line;
  }

  async function answerOf(panel, more) {
    const sent = JSON.stringify(held(panel));
    const answer = await fetch(panel.dataset.url, {
      method: "POST",
      body: JSON.stringify({ ...held(panel), ...more }),
      headers: { "content-type": "application/json", "x-csrftoken": token },
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const told = await answer.json();
    if (JSON.stringify(held(panel)) !== sent) return answerOf(panel, more);
    const focused = document.activeElement && document.activeElement.id;
    const place = panel.querySelector("[data-menus-error]");
    const wrong = told.error || told.unreadable;
    place.hidden = !wrong;
    place.textContent = wrong || "";
    panel.querySelector("[data-menus-drawn]").innerHTML = told.html;
    if (focused && $(focused)) $(focused).focus();
    return told;
  }

  /* The choice that the cursor stands in: from its if to its endif */
  function around(text, at) {
    const opened = [];
    for (const tag of text.matchAll(/\{%-?\s*(if|endif)\b.*?%\}/gs)) {
      if (tag[1] === "if") { opened.push(tag.index); continue; }
      const start = opened.pop();
      const end = tag.index + tag[0].length;
      if (start !== undefined && start <= at && at <= end) return [start, end];
    }
    return null;
  }

  document.querySelectorAll("[data-menus]").forEach((panel) => {
    const leavesOut = panel.dataset.menus === "leave_out";
    let span = null;
    panel.hidden = false;
    panel.addEventListener("toggle", () => {
      if (!panel.open) { panel.querySelector("[data-menus-drawn]").replaceChildren(); return; }
      /* The menus of two at once would have the same names */
      document.querySelectorAll("[data-menus]").forEach((each) => { if (each !== panel) each.open = false; });
      if (leavesOut) last = $("leave_out");
      const field = target();
      span = leavesOut ? [0, field.value.length] : around(field.value, field.selectionStart);
      if (!leavesOut && !span && field.selectionStart !== field.selectionEnd) span = [field.selectionStart, field.selectionEnd];
      ask(panel, { do: "open", text: span ? field.value.slice(...span) : "" });
    });
    panel.addEventListener("change", (event) => { if (event.target.matches("[data-redraws]")) ask(panel, { do: "draw" }); });
    panel.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-do]");
      if (!button) return;
      const told = await ask(panel, { do: button.dataset.do });
      if (button.dataset.do !== "write") {
        const rows = panel.querySelectorAll("[data-if=field]");
        rows[rows.length - 1]?.focus();
      } else if (told.text) {
        if (leavesOut) { last = $("leave_out"); span = [0, last.value.length]; }
        put(told.text, panel, span);
      }
    });
  });

  document.addEventListener("compose:told", (event) => {
    const errors = event.detail.errors || {};
    form.querySelectorAll("#personal [data-error]").forEach((place) => {
      const field = $(place.dataset.error);
      place.textContent = errors[place.dataset.error] || "";
      place.hidden = !place.textContent;
      if (place.textContent) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    });
    const sentence = event.detail.left_out || "";
    $("leave_out-sentence").textContent = sentence;
    $("leave_out-sentence").hidden = !sentence;
  });
})();
