/* What the segment builder asks the server: the rule in words, what is wrong with
   it, whom it matches. An answer to a rule that was changed meanwhile is dropped. */
window.SegmentAnswers = (words, form) => ({
  sentence: "",
  groups: {},
  windows: {},
  count: null,
  counting: false,
  counts: {},
  hints: {},
  reached: null,
  person: "",
  tested: null,
  examples: null,
  looking: false,

  async ask(address, extra = {}) {
    const answer = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      redirect: "error",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": form().querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify({ application: this.application, segment: this.segment, rule: this.rule(), ...extra }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  },
  touched() {
    this.changed = true;
    this.remember();
    this.tested = null;
    this.examples = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), 400);
  },
  /* What the server says of any rule: its sentence, or a problem for each place. */
  judge(rule) {
    return this.ask(form().dataset.check, { rule });
  },
  async check() {
    const asked = JSON.stringify(this.rule());
    this.asked = asked;
    try {
      const answer = await this.ask(form().dataset.check);
      if (this.asked !== asked) return;
      this.problems = answer.problems;
      this.sentence = answer.sentence;
      this.groups = answer.groups || {};
      this.windows = answer.windows || {};
      this.counts = {};
      this.hints = {};
      this.reached = null;
      if (answer.sentence) await this.sum(asked);
      else this.count = null;
    } catch {
      this.problems = { "": words.lost };
    }
  },
  async sum(asked) {
    const current = () => this.asked === asked;
    this.counting = true;
    try {
      const answer = await this.ask(form().dataset.count);
      if (!current()) return;
      this.count = answer;
      const [parts, reached] = await Promise.all([this.ask(form().dataset.parts), this.ask(form().dataset.reach)]);
      if (!current()) return;
      this.counts = parts.counts;
      this.hints = parts.hints;
      this.reached = reached.people ? reached : null;
    } finally {
      if (current()) this.counting = false;
    }
  },
  /* Why the whole rule matches nobody: the first condition that alone matches nobody. */
  emptiness() {
    if (!this.count || this.count.people !== "0" || !Object.keys(this.counts).length) return "";
    const empty = this.rows(this.root, 0, "", "", true).filter((row) => this.hints[row.path]);
    const guilty = empty.find((row) => row.group.match === "all");
    if (guilty) return this.say("guilty", guilty.number);
    return empty.length ? "" : words.together;
  },
  async test() {
    if (!this.person.trim()) return;
    try {
      this.tested = await this.ask(form().dataset.test, { person: this.person.trim() });
    } catch {
      this.tested = { error: words.lost, steps: [] };
    }
  },
  async look() {
    if (this.examples || this.looking) return;
    this.looking = true;
    try {
      this.examples = await this.ask(form().dataset.people);
    } catch {
      this.examples = { error: words.lost };
    } finally {
      this.looking = false;
    }
  },
});
