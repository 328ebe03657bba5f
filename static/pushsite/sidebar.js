/* The icons beside the sidebar's links are words to a screen reader: it shall read the
   link's own words alone. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const icons = document.querySelectorAll("#nav-sidebar a .material-symbols-outlined");
  icons.forEach((each) => each.setAttribute("aria-hidden", "true"));
});
