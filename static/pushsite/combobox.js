/* A text field with suggestions, as WAI-ARIA describes a combobox: typing filters,
   arrows choose, Enter takes, Escape folds. Any other text may be given as well.
   An offer is {key, label, note}; one list is open at a time. */
window.Combobox = () => ({
  combo: { id: "", active: -1, typed: false },

  options(id, offers, text) {
    if (this.combo.id !== id) return [];
    const wanted = this.combo.typed ? String(text || "").trim().toLowerCase() : "";
    const fits = ({ key, label }) => `${label} ${key}`.toLowerCase().includes(wanted);
    return (offers || []).filter(fits).slice(0, 50);
  },
  unfold(id, typed) {
    this.combo = { id, active: -1, typed };
  },
  fold() {
    this.combo = { id: "", active: -1, typed: false };
  },
  isOpen(id, offers, text) {
    return this.options(id, offers, text).length > 0;
  },
  activeOption(id) {
    return this.combo.id === id && this.combo.active >= 0 ? `${id}-${this.combo.active}` : null;
  },
  /* Returns the offer that was taken, null where none was. */
  comboKey(event, id, offers, text) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.combo.id !== id) this.unfold(id, false);
      const count = this.options(id, offers, text).length;
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = this.combo.active === -1 && step === -1 ? 0 : this.combo.active;
      if (count) this.combo.active = (from + step + count) % count;
      this.$nextTick(() => document.getElementById(this.activeOption(id))?.scrollIntoView({ block: "nearest" }));
      return null;
    }
    if (event.key === "Escape" && this.combo.id === id) {
      event.stopPropagation();
      this.fold();
      return null;
    }
    if (event.key !== "Enter") return null;
    event.preventDefault();
    const taken = this.options(id, offers, text)[this.combo.active] || null;
    this.fold();
    return taken;
  },
});
