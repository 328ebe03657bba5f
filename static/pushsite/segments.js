/* The segment builder: a tree of groups and conditions, drawn as rows with a depth.
   The server says what each rule means, what is wrong with it and whom it matches. */
document.addEventListener("alpine:init", () => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const MAX_DEPTH = 3;
  const MAX_CONDITIONS = 50;
  let nextId = 1;
  // The form itself: what a method was called on may be gone when it answers.
  let form = null;
  const words = read("segment-words");

  const { PLACE, WHOLE, begin, places, number } = window.SegmentValues;

  // Names of countries and languages are the browser's, in the page's own language.
  const naming = (type) => {
    try {
      const names = new Intl.DisplayNames([document.documentElement.lang || "en"], { type });
      return (key) => { try { return names.of(key) || key; } catch { return key; } };
    } catch { return (key) => key; }
  };
  const NAMES = { countries: naming("region"), languages: naming("language") };

  window.Alpine.data("segmentBuilder", () => ({
    ...window.Combobox(),
    ...window.SegmentAnswers(words, () => form),
    ...window.SegmentHistory(words),
    fields: read("segment-fields"),
    known: read("segment-known"),
    words,
    application: "",
    segment: "",
    root: { id: 0, match: "all", rules: [] },
    problems: read("segment-problems"),
    said: "",
    changed: false,

    init() {
      form = this.$el;
      const rule = read("segment-rule");
      this.application = form.dataset.application;
      this.segment = form.dataset.segment;
      for (const kind of Object.keys(NAMES)) {
        this.known[kind].forEach((each) => { each.label = NAMES[kind](each.key); });
      }
      this.known.offers.device_language.forEach((each) => { each.label = NAMES.languages(each.key); });
      this.root = this.dress(rule && rule.rules ? rule : { match: "all", rules: [] });
      if (!this.root.rules.length) this.root.rules.push(this.blank());
      this.begin();
      this.person = form.dataset.person;
      this.$nextTick(() => { this.check(); this.test(); });
    },

    /* The tree */
    dress(node) {
      if (node.rules) {
        return { id: nextId++, match: node.match, folded: false, rules: node.rules.map((each) => this.dress(each)) };
      }
      const widget = this.widgetOf(node);
      const kept = places();
      if (widget !== "none") kept[PLACE[widget]] = node.value === undefined ? begin(widget) : this.shownValue(node, widget);
      const made = { id: nextId++, field: node.field, name: node.name || "", operator: node.operator, draft: "", ...kept };
      const plain = JSON.stringify(this.undress(made));
      if (plain === this.blank().fresh) made.fresh = plain;
      return made;
    },
    shownValue(node, widget) {
      // Buckets are hundredths of a percent.
      if (widget === "buckets") return [node.value[0] / 100, (node.value[1] + 1) / 100];
      return node.value;
    },
    undress(node) {
      if (node.rules) return { match: node.match, rules: node.rules.map((each) => this.undress(each)) };
      const plain = { field: node.field, operator: node.operator };
      if (this.field(node).name !== "none") plain.name = node.name;
      const widget = this.widgetOf(node);
      if (widget !== "none") plain.value = this.plainValue(node, widget);
      return plain;
    },
    plainValue(node, widget) {
      if (WHOLE.includes(widget)) return number(node.single);
      if (widget === "buckets") {
        const [low, high] = node.pair.map(number);
        return [low === "" ? low : Math.round(low * 100), high === "" ? high : Math.round(high * 100) - 1];
      }
      if (widget === "circle" || widget === "box") {
        return Object.fromEntries(Object.entries(node[widget]).map(([part, value]) => [part, number(value)]));
      }
      if (PLACE[widget] === "pair") return node.pair.map(number);
      if (PLACE[widget] === "about") {
        const { property, value, days } = node.about;
        return { property, value: widget === "property" ? value : number(value), days: days === null ? null : number(days) };
      }
      if (widget === "often") {
        const { times, days } = node.often;
        return { times: number(times), days: days === null ? null : number(days) };
      }
      return node[PLACE[widget]];
    },
    rule() {
      return { version: 1, ...this.undress(this.root) };
    },
    blank() {
      const key = this.fields[0].key;
      const node = { id: nextId++, field: key, name: "", operator: "", draft: "", ...places() };
      this.setField(node, key);
      node.fresh = JSON.stringify(this.undress(node));
      return node;
    },
    /* What is drawn; with ``all`` also what is folded away. */
    rows(group = this.root, depth = 0, path = "", number = "", all = false) {
      return group.rules.flatMap((node, index) => {
        const here = { node, group, index, depth };
        here.path = path + (path ? "/" : "") + "rules/" + index;
        here.number = number + (number ? "." : "") + (index + 1);
        if (!node.rules || (node.folded && !all)) return [here];
        return [here, ...this.rows(node, depth + 1, here.path, here.number, all)];
      });
    },
    isFull() {
      return this.rows(this.root, 0, "", "", true).filter(({ node }) => !node.rules).length >= MAX_CONDITIONS;
    },
    addCondition(group) {
      this.add(group, this.blank());
    },
    addGroup(group, match = "any") {
      this.add(group, { id: nextId++, match, folded: false, rules: match === "none" ? [this.blank()] : [this.blank(), this.blank()] });
    },
    add(group, node) {
      group.rules.push(node);
      this.touched();
      this.focus(node.id);
      this.announce("added", node);
    },
    mayNest(depth) {
      return depth < MAX_DEPTH;
    },
    remove(row) {
      const place = this.rows().findIndex((each) => each.node.id === row.node.id);
      row.group.rules.splice(row.index, 1);
      this.tidy();
      if (!this.root.rules.length) this.root.rules.push(this.blank());
      this.touched();
      this.said = this.say("removed", row.number);
      const left = this.rows();
      this.focus(left[Math.min(place, left.length - 1)].node.id);
    },
    /* A group that holds nothing goes with its last condition. */
    tidy(group = this.root) {
      group.rules.forEach((each) => { if (each.rules) this.tidy(each); });
      group.rules = group.rules.filter((each) => !each.rules || each.rules.length);
    },
    move(row, by) {
      const [node] = row.group.rules.splice(row.index, 1);
      row.group.rules.splice(row.index + by, 0, node);
      this.touched();
      this.announce("moved", node);
      this.$nextTick(() => {
        const buttons = document.getElementById(`rule-${node.id}`).querySelectorAll("[data-move]");
        const same = [...buttons].find((each) => Number(each.dataset.move) === by);
        (same.disabled ? [...buttons].find((each) => !each.disabled) : same)?.focus();
      });
    },
    foldGroup(node) {
      node.folded = !node.folded;
    },
    announce(key, node) {
      const row = this.rows().find((each) => each.node.id === node.id);
      if (row) this.said = this.say(key, row.number);
    },
    focus(id) {
      this.$nextTick(() => document.getElementById(`rule-${id}`)?.querySelector("select, input")?.focus());
    },

    /* One condition */
    families() {
      const labels = [...new Set(this.fields.map((each) => each.family))];
      return labels.map((label) => ({ label, fields: this.fields.filter((each) => each.family === label) }));
    },
    field(node) {
      return this.fields.find((each) => each.key === node.field) || this.fields[0];
    },
    operators(node) {
      return this.field(node).operators;
    },
    operator(node) {
      return this.operators(node).find((each) => each.key === node.operator) || this.operators(node)[0];
    },
    widgetOf(node) {
      return this.operator(node).widget;
    },
    setField(node, key) {
      node.field = key;
      node.name = "";
      node.operator = "";
      this.setOperator(node, this.field(node).operators[0].key);
    },
    setOperator(node, key) {
      const before = node.operator && this.operator(node).widget;
      node.operator = key;
      const widget = this.widgetOf(node);
      if (widget !== before && widget !== "none") node[PLACE[widget]] = begin(widget);
      node.draft = "";
    },
    names(node) {
      const kind = this.field(node).name;
      if (kind !== "attribute") return this.known[kind + "s"] || [];
      const type = node.field.split(".")[1];
      return this.known.attributes.filter((each) => each.types.includes(type));
    },
    /* Names that are chosen and never typed: those that only have a number or a key. */
    isListed(node) {
      return ["topic", "campaign", "segment", "primer", "list"].includes(this.field(node).name);
    },
    listed(node) {
      const names = this.names(node);
      if (!node.name || names.some((each) => each.key === node.name)) return names;
      return [{ key: node.name, label: this.say("gone", node.name) }, ...names];
    },
    offers(node) {
      if (this.known.offers[node.field]) return this.known.offers[node.field];
      const widget = this.widgetOf(node);
      if (this.known[widget]) return this.known[widget];
      const attribute = this.known.attributes.find((each) => each.name === node.name);
      return attribute ? attribute.values : [];
    },
    properties(node) {
      const event = this.known.events.find((each) => each.key === node.name);
      return event ? event.properties : [];
    },
    propertyValues(node) {
      const found = this.properties(node).find((each) => each.key === node.about.property);
      return found && this.widgetOf(node) === "property" ? found.values : [];
    },
    labelOf(node, value) {
      const name = NAMES[this.widgetOf(node)];
      return name ? name(value) : value;
    },
    addValue(node) {
      const text = node.draft.trim().toLowerCase();
      if (!text) return;
      const meant = this.offers(node).find(({ key, label }) => key.toLowerCase() === text || label.toLowerCase() === text);
      this.takeValue(node, meant ? meant.key : node.draft.trim());
    },
    takeValue(node, value) {
      if (!node.list.includes(value)) node.list.push(value);
      node.draft = "";
      this.touched();
    },
    dropValue(node, index) {
      node.list.splice(index, 1);
      this.touched();
      this.$nextTick(() => document.getElementById(`more-${node.id}`)?.focus());
    },
    say(key, ...values) {
      return values.reduce((text, value) => text.replace("%s", value), this.words[key]);
    },

    /* What is wrong */
    problem({ path, node }) {
      // Nobody has begun it yet: there is nothing to correct.
      if (node.fresh && node.fresh === JSON.stringify(this.undress(node))) return "";
      const own = Object.entries(this.problems).filter(([place]) => {
        const rest = place.slice(path.length);
        return place.startsWith(path) && !rest.startsWith("/rules/") && (rest === "" || rest[0] === "/");
      });
      return own.map(([, sentence]) => sentence).join(" ");
    },
    rest() {
      return Object.entries(this.problems)
        .filter(([place]) => !place.startsWith("rules/"))
        .map(([, sentence]) => sentence)
        .join(" ");
    },
    save(event) {
      // A value that was typed and not added yet is meant.
      this.rows(this.root, 0, "", "", true).forEach(({ node }) => {
        if (node.draft && node.draft.trim()) this.addValue(node);
      });
      this.$refs.rule.value = JSON.stringify(this.rule());
      this.changed = false;
    },
  }));
});
