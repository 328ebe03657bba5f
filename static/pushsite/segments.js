/* The segment builder: a tree of groups and conditions, drawn as rows with a depth.
   The server says what each rule means, what is wrong with it and whom it matches. */
document.addEventListener("alpine:init", () => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const MAX_DEPTH = 3;
  let nextId = 1;
  // The form itself: what a method was called on may be gone when it answers.
  let form = null;

  // Where a node keeps the value of each widget: a place of its own, always there,
  // so that no control ever looks into the value of another kind.
  const PLACE = {
    text: "single", version: "single", date: "single", number: "single", days: "single",
    numbers: "pair", buckets: "pair", often: "often",
    choices: "list", texts: "list", countries: "list", languages: "list", zones: "list",
  };
  const BEGIN = { days: () => 30, buckets: () => [0, 999] };
  const EMPTY = {
    single: () => "",
    pair: () => ["", ""],
    often: () => ({ times: 1, days: 30 }),
    list: () => [],
  };
  const begin = (widget) => (BEGIN[widget] || EMPTY[PLACE[widget]])();
  const places = () => Object.fromEntries(Object.entries(EMPTY).map(([place, make]) => [place, make()]));

  window.Alpine.data("segmentBuilder", () => ({
    fields: read("segment-fields"),
    known: read("segment-known"),
    words: read("segment-words"),
    application: "",
    root: { id: 0, match: "all", rules: [] },
    problems: read("segment-problems"),
    sentence: "",
    count: null,
    counting: false,
    person: "",
    tested: null,
    changed: false,

    init() {
      form = this.$el;
      const rule = read("segment-rule");
      this.application = form.dataset.application;
      this.root = this.dress(rule && rule.rules ? rule : { match: "all", rules: [] });
      if (!this.root.rules.length) this.root.rules.push(this.blank());
      this.$nextTick(() => this.check());
    },

    /* The tree */
    dress(node) {
      if (node.rules) {
        return { id: nextId++, match: node.match, rules: node.rules.map((each) => this.dress(each)) };
      }
      const widget = this.widgetOf(node);
      const kept = places();
      if (widget !== "none") kept[PLACE[widget]] = node.value === undefined ? begin(widget) : node.value;
      return { id: nextId++, field: node.field, name: node.name || "", operator: node.operator, draft: "", ...kept };
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
      const number = (raw) => (raw === "" || raw === null ? raw : Number(raw));
      if (widget === "number" || widget === "days") return number(node.single);
      if (PLACE[widget] === "pair") return node.pair.map(number);
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
      return node;
    },
    rows(group = this.root, depth = 0, path = "", number = "") {
      return group.rules.flatMap((node, index) => {
        const here = { node, group, index, depth };
        here.path = path + (path ? "/" : "") + "rules/" + index;
        here.number = number + (number ? "." : "") + (index + 1);
        if (!node.rules) return [here];
        return [here, ...this.rows(node, depth + 1, here.path, here.number)];
      });
    },
    addCondition(group) {
      const node = this.blank();
      group.rules.push(node);
      this.touched();
      this.focus(node.id);
    },
    addGroup(group) {
      const node = { id: nextId++, match: "any", rules: [this.blank(), this.blank()] };
      group.rules.push(node);
      this.touched();
      this.focus(node.id);
    },
    mayNest(depth) {
      return depth < MAX_DEPTH;
    },
    remove(row) {
      row.group.rules.splice(row.index, 1);
      if (!this.root.rules.length) this.root.rules.push(this.blank());
      this.touched();
      const left = this.rows();
      const near = left[Math.min(row.index, left.length - 1)];
      if (near) this.focus(near.node.id);
    },
    move(row, by) {
      const [node] = row.group.rules.splice(row.index, 1);
      row.group.rules.splice(row.index + by, 0, node);
      this.touched();
      this.focus(node.id);
    },
    focus(id) {
      this.$nextTick(() => document.getElementById(`rule-${id}`)?.querySelector("select, input")?.focus());
    },

    /* One condition */
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
      if (kind === "attribute") {
        const type = node.field.split(".")[1];
        return this.known.attributes.filter((each) => each.types.includes(type)).map((each) => ({ key: each.name, label: each.name }));
      }
      return this.known[kind + "s"] || [];
    },
    offers(node) {
      const widget = this.widgetOf(node);
      if (this.known[widget]) return this.known[widget];
      const attribute = this.known.attributes.find((each) => each.name === node.name);
      return attribute ? attribute.values : [];
    },
    addValue(node) {
      const text = node.draft.trim();
      if (!text) return;
      const offers = this.offers(node);
      const meant = offers.find((each) => String(each).toLowerCase() === text.toLowerCase());
      const value = meant === undefined ? text : meant;
      if (!node.list.includes(value)) node.list.push(value);
      node.draft = "";
      this.touched();
    },
    dropValue(node, index) {
      node.list.splice(index, 1);
      this.touched();
    },
    say(key, ...values) {
      return values.reduce((text, value) => text.replace("%s", value), this.words[key]);
    },

    /* What the server says */
    problem(path) {
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
    touched() {
      this.changed = true;
      this.tested = null;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.check(), 400);
    },
    async ask(address, extra = {}) {
      const answer = await fetch(address, {
        method: "POST",
        credentials: "same-origin",
        redirect: "error",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value,
        },
        body: JSON.stringify({ application: this.application, rule: this.rule(), ...extra }),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    },
    async check() {
      const asked = JSON.stringify(this.rule());
      this.asked = asked;
      try {
        const answer = await this.ask(form.dataset.check);
        if (this.asked !== asked) return;
        this.problems = answer.problems;
        this.sentence = answer.sentence;
        if (answer.sentence) await this.sum(asked);
        else this.count = null;
      } catch {
        this.problems = { "": this.words.lost };
      }
    },
    async sum(asked) {
      this.counting = true;
      try {
        const answer = await this.ask(form.dataset.count);
        if (this.asked === asked) this.count = answer;
      } finally {
        if (this.asked === asked) this.counting = false;
      }
    },
    async test() {
      if (!this.person.trim()) return;
      try {
        this.tested = await this.ask(form.dataset.test, { person: this.person.trim() });
      } catch {
        this.tested = { error: this.words.lost, steps: [] };
      }
    },
    save(event) {
      // A value that was typed and not added yet is meant.
      this.rows().forEach(({ node }) => {
        if (node.draft && node.draft.trim()) this.addValue(node);
      });
      this.$refs.rule.value = JSON.stringify(this.rule());
      this.changed = false;
    },
  }));
});
