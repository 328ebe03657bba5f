/* The segment builder: undo and redo, the rules as JSON, and moving them by drag. */
window.SegmentHistory = (words) => ({
  past: [],
  future: [],
  last: "",
  at: 0,
  json: { open: false, text: "", problems: [] },
  dragged: null,

  /* Keys that follow each other within a moment are one step. */
  remember() {
    const now = JSON.stringify(this.rule());
    if (now === this.last) return;
    if (Date.now() - this.at > 700) this.past.push(this.last);
    if (this.past.length > 100) this.past.shift();
    this.future = [];
    this.last = now;
    this.at = Date.now();
  },
  begin() {
    this.last = JSON.stringify(this.rule());
  },
  undo() {
    this.turn(this.past, this.future, words.undone);
  },
  redo() {
    this.turn(this.future, this.past, words.redone);
  },
  turn(from, to, said) {
    if (!from.length) return;
    to.push(this.last);
    this.last = from.pop();
    this.at = 0;
    this.take(JSON.parse(this.last));
    this.said = said;
  },
  take(rule) {
    this.root = this.dress(rule);
    if (!this.root.rules.length) this.root.rules.push(this.blank());
    this.touched();
  },
  /* In a text field the browser's own undo is meant. */
  undoKey(event) {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target.matches("input:not([type=checkbox]), textarea")) return;
    event.preventDefault();
    if (event.shiftKey) this.redo();
    else this.undo();
  },

  showJson(open) {
    this.json = { open, text: JSON.stringify(this.rule(), null, 2), problems: [] };
  },
  async useJson() {
    let rule = null;
    try {
      rule = JSON.parse(this.json.text);
    } catch (wrong) {
      this.json.problems = [["", this.say("no_json", wrong.message)]];
      return;
    }
    try {
      const answer = await this.judge(rule);
      this.json.problems = Object.entries(answer.problems);
      if (!this.json.problems.length) {
        this.take(rule);
        this.said = words.used;
      }
    } catch {
      this.json.problems = [["", words.lost]];
    }
  },

  drag(row) {
    this.dragged = row.node.id;
  },
  height(node) {
    return node.rules ? 1 + Math.max(0, ...node.rules.map((each) => this.height(each))) : 0;
  },
  holds(node, id) {
    return node.id === id || (node.rules || []).some((each) => this.holds(each, id));
  },
  mayDrop(row) {
    const from = this.rows().find((each) => each.node.id === this.dragged);
    return Boolean(from) && !this.holds(from.node, row.node.id) && this.height(from.node) + row.depth <= 2;
  },
  /* Above a row, or below it; in the lower half of a group's head: into the group. */
  drop(event, row) {
    if (!this.mayDrop(row)) return;
    const box = event.currentTarget.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2;
    const from = this.rows().find((each) => each.node.id === this.dragged);
    this.dragged = null;
    from.group.rules.splice(from.index, 1);
    const into = below && row.node.rules && !row.node.folded && this.height(from.node) + row.depth < 2 ? row.node : row.group;
    const place = into === row.node ? 0 : into.rules.findIndex((each) => each.id === row.node.id) + (below ? 1 : 0);
    into.rules.splice(place, 0, from.node);
    this.tidy();
    this.touched();
    this.announce("moved", from.node);
  },
});
