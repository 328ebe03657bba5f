"use strict";
/* The focal point: by click, by arrow keys, by number; every size is redrawn at once. */
(() => {
  const frame = document.querySelector("[data-focal]");
  const x = document.getElementById("focal_x");
  const y = document.getElementById("focal_y");
  if (!frame || !x) return;
  const image = frame.querySelector("img");
  const point = frame.querySelector("[data-focal-point]");
  const started = `${x.value} ${y.value}`;
  const within = (value) => Math.min(100, Math.max(0, Math.round(value * 10) / 10));

  function crop(place) {
    const { naturalWidth: width, naturalHeight: height } = image;
    const ratio = Number(place.dataset.wide) / Number(place.dataset.high);
    const wide = Math.min(width, height * ratio);
    const high = Math.min(height, width / ratio);
    const left = Math.min(Math.max(0, (x.value / 100) * width - wide / 2), width - wide);
    const top = Math.min(Math.max(0, (y.value / 100) * height - high / 2), height - high);
    const canvas = place.querySelector("canvas") || document.createElement("canvas");
    canvas.width = 240;
    canvas.height = Math.round(240 / ratio);
    canvas.getContext("2d").drawImage(image, left, top, wide, high, 0, 0, canvas.width, canvas.height);
    place.replaceChildren(canvas);
  }

  function draw() {
    point.style.left = `${x.value}%`;
    point.style.top = `${y.value}%`;
    const changed = `${x.value} ${y.value}` !== started;
    document.querySelector("[data-unsaved]").hidden = !changed;
    if (changed) document.querySelectorAll("[data-crop]").forEach(crop);
  }

  function move(toX, toY) {
    x.value = within(toX);
    y.value = within(toY);
    draw();
  }

  frame.addEventListener("click", (event) => {
    if (event.target === point) return;
    const box = image.getBoundingClientRect();
    move(((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100);
    point.focus();
  });
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  point.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const times = event.shiftKey ? 10 : 1;
    move(Number(x.value) + step[0] * times, Number(y.value) + step[1] * times);
  });
  [x, y].forEach((each) => each.addEventListener("input", draw));
  point.hidden = false;
  draw();
})();
