/* My settings: offers the zone that this computer is in. */
(() => {
  "use strict";
  const offer = document.getElementById("zone-here");
  const field = document.getElementById("zone");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!offer || !field || !here) return;
  const button = offer.querySelector("button");
  button.textContent = offer.dataset.words.replace("%s", here);
  const judge = () => {
    offer.hidden = field.value === here;
  };
  button.addEventListener("click", () => {
    field.value = here;
    judge();
    field.focus();
  });
  field.addEventListener("input", judge);
  judge();
})();
