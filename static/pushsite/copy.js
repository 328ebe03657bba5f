/* Copies the text of another element; says so to everybody. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const said = document.querySelector("[data-copy-said]");
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
  } catch {
    // Without a secure connection there is no clipboard: select it instead.
    window.getSelection().selectAllChildren(source);
    return;
  }
  const word = button.textContent;
  button.textContent = button.dataset.copied;
  if (said) said.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = word; }, 2000);
});
