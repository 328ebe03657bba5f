"use strict";
/* Uploads by drop, paste and choice: one file at a time, each with its own bar and its
   own sentence. Without this script the form posts the files by itself. */
const PushsiteMedia = (() => {
  const MOST = 20_000_000;

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  /* form: a [data-upload]; taken(answer): after each file that was kept. */
  function start(form, taken) {
    const input = form.querySelector("input[type=file]");
    const list = form.querySelector("[data-uploads]");
    const say = form.dataset;
    let queue = Promise.resolve();
    form.classList.add("ps-scripted");
    form.querySelectorAll("[data-with-script]").forEach((each) => { each.hidden = false; });
    form.querySelector("[data-without-script]").remove();

    function line(name) {
      const made = element("li");
      const bar = element("progress");
      const said = element("span", say.waiting, "ps-said ps-quiet-text");
      const stop = element("button", say.stop, "ps-link-button");
      stop.type = "button";
      stop.setAttribute("aria-label", `${say.stop}: ${name}`);
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", name);
      made.append(element("strong", name), stop, bar, said);
      list.append(made);
      return { made, bar, said, stop };
    }

    function end(row, sentence, isKept) {
      row.bar.remove();
      row.stop.remove();
      row.made.classList.toggle("ps-refused", !isKept);
      row.said.classList.toggle("ps-quiet-text", isKept);
      row.said.textContent = (isKept ? "✓ " : "■ ") + sentence;
    }

    /* body: what is posted; busy: the words once all of it has left. */
    function send(body, row, busy) {
      return new Promise((done) => {
        const request = new XMLHttpRequest();
        const finish = (sentence, isKept) => { end(row, sentence, isKept); done(); };
        row.stop.addEventListener("click", () => request.abort());
        request.upload.addEventListener("progress", (event) => {
          row.said.textContent = say.sending;
          if (event.lengthComputable) row.bar.value = event.loaded / event.total;
        });
        request.upload.addEventListener("load", () => {
          row.bar.removeAttribute("value");
          row.said.textContent = busy;
        });
        request.addEventListener("abort", () => finish(say.stopped, false));
        request.addEventListener("error", () => finish(say.lost, false));
        request.addEventListener("load", () => {
          let answer = null;
          try { answer = JSON.parse(request.responseText); } catch { answer = null; }
          if (!answer || request.status !== 200) { finish(say.lost, false); return; }
          finish(answer.said, answer.ok);
          if (answer.ok) taken(answer);
        });
        request.open("POST", form.action);
        request.setRequestHeader("accept", "application/json");
        request.send(body);
      });
    }

    function take(files) {
      [...files].forEach((file) => {
        const row = line(file.name);
        if (file.size > MOST) { end(row, say.heavy, false); return; }
        const body = posted();
        body.append("files", file, file.name || "picture");
        wait(row, body, say.preparing);
      });
    }

    function posted() {
      const body = new FormData(form);
      body.delete("files");
      body.delete("address");
      return body;
    }

    function wait(row, body, busy) {
      let isStopped = false;
      row.stop.addEventListener("click", () => {
        isStopped = true;
        end(row, say.stopped, false);
      }, { once: true });
      queue = queue.then(() => (isStopped ? null : send(body, row, busy)));
    }

    const address = form.querySelector("[data-address]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wanted = address.value.trim();
      if (!wanted) { address.focus(); return; }
      const body = posted();
      body.append("address", wanted);
      wait(line(wanted.split("?")[0]), body, say.fetching);
      address.value = "";
    });

    input.addEventListener("change", () => { take(input.files); input.value = ""; });
    form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("ps-over"); });
    form.addEventListener("dragleave", () => form.classList.remove("ps-over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("ps-over");
      take(event.dataTransfer.files);
    });
    const paste = (event) => {
      if (!form.isConnected) { document.removeEventListener("paste", paste); return; }
      const files = [...(event.clipboardData ? event.clipboardData.files : [])];
      if (files.length && form.offsetParent !== null) { event.preventDefault(); take(files); }
    };
    document.addEventListener("paste", paste);
  }

  /* A tile that the server drew, first among the others, once. */
  function show(tiles, html) {
    const holder = element("div");
    holder.innerHTML = html;
    const tile = holder.firstElementChild;
    const key = (each) => each.querySelector("img").src;
    [...tiles.children].filter((each) => key(each) === key(tile)).forEach((each) => each.remove());
    tiles.prepend(tile);
    return tile;
  }

  const library = document.querySelector("main [data-upload]");
  const tiles = document.querySelector("main [data-tiles]");
  if (library) {
    start(library, (answer) => {
      document.querySelectorAll("main [data-none]").forEach((each) => { each.hidden = true; });
      if (tiles) show(tiles, answer.tile);
    });
  }
  return { start, show };
})();
