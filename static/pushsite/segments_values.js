/* The segment builder: where a condition keeps its value, and what it begins with. */
window.SegmentValues = (() => {
  "use strict";
  // Where a node keeps the value of each widget: a place of its own, always there,
  // so that no control ever looks into the value of another kind.
  const PLACE = {
    text: "single", version: "single", date: "single", number: "single", days: "single",
    count: "single", years: "single", messages: "single",
    numbers: "pair", buckets: "pair", ages: "pair", circle: "circle", box: "box", often: "often", property: "about", property_number: "about",
    choices: "list", texts: "list", countries: "list", languages: "list", zones: "list",
  };
  const WHOLE = ["number", "days", "count", "years", "messages"];
  const BEGIN = { days: () => 30, count: () => 2, years: () => 18, messages: () => 3, ages: () => [18, 25], buckets: () => [0, 10] };
  const EMPTY = {
    single: () => "",
    pair: () => ["", ""],
    often: () => ({ times: 1, days: 30 }),
    about: () => ({ property: "", value: "", days: 30 }),
    list: () => [],
    circle: () => ({ latitude: "", longitude: "", km: 10 }),
    box: () => ({ south: "", west: "", north: "", east: "" }),
  };
  const begin = (widget) => (BEGIN[widget] || EMPTY[PLACE[widget]])();
  const places = () => Object.fromEntries(Object.entries(EMPTY).map(([place, make]) => [place, make()]));
  const number = (raw) => (raw === "" || raw === null ? raw : Number(raw));
  return { PLACE, WHOLE, begin, places, number };
})();
