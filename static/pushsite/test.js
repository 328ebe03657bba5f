"use strict";
/* Asks for the answers of test sends, or of a dry run, while any is under way. */
(() => {
  const live = document.getElementById("live");
  if (!live) return;
  let asked = 0;
  const again = () => {
    const waiting = live.querySelector("[data-waiting=yes]");
    if (!waiting || asked > 600) return;
    asked += 1;
    setTimeout(async () => {
      try {
        const answer = await fetch(live.dataset.url);
        if (answer.ok) {
          const text = await answer.text();
          if (text.trim() !== live.innerHTML.trim()) live.innerHTML = text;
        }
      } finally { again(); }
    }, 1000);
  };
  again();
})();
