"use strict";
/* How text wraps on phones and in browsers: the same steps, over the same tables, as
   campaigns/content/metrics.py. A test compares them. */
(() => {
  const place = document.getElementById("measures");
  if (!place) return;
  const { fonts, scripts, otherwise } = JSON.parse(place.textContent);
  const ranges = scripts.map(([first, last, width]) => [parseInt(first, 16), parseInt(last, 16), width]).sort((a, b) => a[0] - b[0]);
  const tables = new Map();
  const NONE = /[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;
  const SPACE = /\s/u;
  const JOINER = "\u200d";
  const ENDS = " -\u2010\u2013\u2014";

  function table(font, weight) {
    const name = `${font} ${weight}`;
    if (!tables.has(name)) {
      const made = new Map();
      Object.entries(fonts[font][weight]).forEach(([width, letters]) => [...letters].forEach((each) => made.set(each, Number(width))));
      tables.set(name, made);
    }
    return tables.get(name);
  }

  function scriptWidth(character) {
    const code = character.codePointAt(0);
    const found = ranges.find(([first, last]) => first <= code && code <= last);
    return found ? found[2] : otherwise;
  }

  function width(made, character) {
    let found = made.get(character);
    if (found !== undefined) return found;
    const plain = [...character.normalize("NFD")][0];
    if (made.has(plain)) found = made.get(plain);
    else found = NONE.test(character) ? 0 : scriptWidth(character);
    made.set(character, found);
    return found;
  }

  function measured(text, made) {
    let joined = false;
    return [...text].map((character) => {
      const wide = joined ? 0 : width(made, character);
      joined = character === JOINER;
      return [character, wide];
    });
  }

  const written = (characters, start, end) => characters.slice(start, end).map(([character]) => character).join("");

  /* No later than this, and not within what is one sign to a reader. */
  function whole(characters, at) {
    while (at > 0 && at < characters.length && characters[at][1] === 0) at -= 1;
    return at;
  }

  const standsAlone = ([character, wide]) => wide >= 900 && character.codePointAt(0) >= 0x2e80;

  function line(characters, start, room) {
    let used = 0;
    let at = start;
    let after = 0;
    while (at < characters.length) {
      const [character, wide] = characters[at];
      if (character === "\n") return [at, at + 1];
      used += wide;
      if (used > room && !SPACE.test(character)) break;
      at += 1;
      if (ENDS.includes(character) || standsAlone([character, wide])) after = at;
    }
    if (at === characters.length) return [at, at];
    const end = after || whole(characters, Math.max(at, start + 1));
    return [end, end];
  }

  function last(characters, start, room, ellipsis) {
    let used = 0;
    let fits = start;
    for (let at = start; at < characters.length; at += 1) {
      const [character, wide] = characters[at];
      if (character === "\n") return at + 1 < characters.length ? fits : characters.length;
      used += wide;
      if (used <= room - ellipsis) fits = at + 1;
      if (used > room) return whole(characters, fits);
    }
    return characters.length;
  }

  /* The lines of a text as a place shows them: "apple bold 17000 1" is its font,
     weight, room in thousandths of the text's size, and lines. */
  function lay(text, where) {
    const [font, weight, wide, most] = where.split(" ");
    const made = table(font, weight);
    const room = Number(wide);
    const characters = measured(text, made);
    if (!text.includes("\n") && characters.reduce((sum, each) => sum + each[1], 0) <= room) return [text];
    const shown = [];
    let start = 0;
    while (shown.length < Number(most) - 1 && start < characters.length) {
      const [end, following] = line(characters, start, room);
      shown.push(written(characters, start, end).trimEnd());
      start = following;
    }
    if (start >= characters.length && shown.length) return shown;
    const end = last(characters, start, room, width(made, "…"));
    const rest = written(characters, start, end);
    shown.push(end >= characters.length ? rest : `${rest.trimEnd()}…`);
    return shown;
  }

  globalThis.pushsiteLines = { lay };
})();
