// What keeps people out of a page: one sentence for each trouble found.
() => {
  const troubles = [];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const said = (ids) => (ids || "").split(/\s+/).filter(Boolean).map((id) => document.getElementById(id)?.textContent || "").join(" ");
  const short = (element) => element.outerHTML.slice(0, 90).replace(/\s+/g, " ");
  const nameOf = (element) =>
    [
      element.getAttribute("aria-label"),
      said(element.getAttribute("aria-labelledby")),
      ...[...(element.labels || [])].map((label) => label.textContent),
      element.matches("a, button, summary") ? element.textContent : "",
      element.querySelector("img[alt]")?.alt,
    ].join(" ").trim();

  if (!document.title.trim()) troubles.push("the page has no title");
  if (!document.documentElement.lang) troubles.push("the page has no language");
  for (const [selector, what] of [["h1", "headings of level 1"], ["main", "main parts"]]) {
    const count = [...document.querySelectorAll(selector)].filter(seen).length;
    if (count !== 1) troubles.push(`the page has ${count} ${what}`);
  }
  let before = 0;
  for (const heading of [...document.querySelectorAll("main h1, main h2, main h3, main h4")].filter(seen)) {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) troubles.push(`a heading skips a level: ${short(heading)}`);
    before = level;
  }
  const ids = [...document.querySelectorAll("main [id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((each, index) => ids.indexOf(each) !== index))) troubles.push(`the id ${id} is used twice`);
  for (const element of document.querySelectorAll("main [aria-describedby]"))
    for (const id of element.getAttribute("aria-describedby").split(/\s+/))
      if (!document.getElementById(id)) troubles.push(`${id} describes nothing: ${short(element)}`);

  const controls = "a[href], button, summary, input:not([type=hidden]), select, textarea";
  for (const element of [...document.querySelectorAll(controls)].filter(seen)) {
    if (!nameOf(element)) troubles.push(`a control has no name: ${short(element)}`);
    const box = (element.closest("label") || element).getBoundingClientRect();
    const inline = element.matches("a") && getComputedStyle(element).display === "inline";
    if (!inline && (box.width < 24 || box.height < 24)) troubles.push(`smaller than 24 px: ${short(element)}`);
  }
  for (const image of document.querySelectorAll("img:not([alt])")) troubles.push(`an image has no text: ${short(image)}`);

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const part = (value) => ((value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== "none") return null;
      const colour = channels(style.backgroundColor);
      if (colour[3] === 255) return colour;
      if (colour[3] > 0) return null;
    }
    return [255, 255, 255, 255];
  };
  const walker = document.createTreeWalker(document.querySelector("main") || document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (judged.has(element) || !walker.currentNode.textContent.trim() || !seen(element)) continue;
    judged.add(element);
    if (element.closest("[disabled], .ps-visually-hidden, option, script")) continue;
    const behind = ground(element);
    if (!behind) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(channels(style.color)), light(behind)].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24;
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) troubles.push(`contrast ${ratio.toFixed(2)}: ${short(element)}`);
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) troubles.push(`the page is ${wide} px wide in a window of ${innerWidth}`);
  return troubles;
}
