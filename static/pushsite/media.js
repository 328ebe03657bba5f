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
    form.querySelector("[data-with-script]").hidden = false;
    form.querySelector("[data-without-script]").hidden = true;

    function line(file) {
      const made = element("li");
      const bar = element("progress");
      const said = element("span", say.waiting, "ps-said ps-quiet-text");
      const stop = element("button", say.stop, "ps-link-button");
      stop.type = "button";
      stop.setAttribute("aria-label", `${say.stop}: ${file.name}`);
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", file.name);
      made.append(element("strong", file.name), stop, bar, said);
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

    function send(file, row) {
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
          row.said.textContent = say.preparing;
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
        const body = new FormData(form);
        body.delete("files");
        body.append("files", file, file.name || "picture");
        request.open("POST", form.action);
        request.setRequestHeader("accept", "application/json");
        request.send(body);
      });
    }

    function take(files) {
      [...files].forEach((file) => {
        const row = line(file);
        if (file.size > MOST) { end(row, say.heavy, false); return; }
        let isStopped = false;
        row.stop.addEventListener("click", () => {
          isStopped = true;
          end(row, say.stopped, false);
        }, { once: true });
        queue = queue.then(() => (isStopped ? null : send(file, row)));
      });
    }

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
