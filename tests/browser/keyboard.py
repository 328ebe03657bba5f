"""Somebody who has a keyboard and no mouse."""

import re

import pytest
from playwright.sync_api import Locator, Page

MOST = 160
"""Presses of Tab after which somebody gives up."""

ANYTHING = "a, button, input, select, textarea, summary"
FIELD = "input, textarea"

FOCUSED = """([name, kind]) => {
  const element = document.activeElement;
  // A part that scrolls can have the focus too, and holds many names.
  if (!element.matches(kind)) return false;
  const labels = [...(element.labels || [])].map((each) => each.textContent);
  const own = [element.getAttribute("aria-label"), element.textContent];
  const said = [...own, element.placeholder, ...labels];
  return said.some((each) => each && each.replace(/\\s+/g, " ").includes(name));
}"""


class Keyboard:
    """Every step is a key: what cannot be reached fails the test."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # From now on, not from the moment at which a file is asked for: on a busy
        # machine the key was faster, and the browser opened a window of its own.
        page.on("filechooser", lambda _asked: None)

    def reach(self, name: str, *, key: str = "Tab", kind: str = ANYTHING) -> None:
        """Press a key until what has this name, and is of this kind, is in focus."""
        for _press in range(MOST):
            self.page.keyboard.press(key)
            if self.page.evaluate(FOCUSED, [name, kind]):
                return
        pytest.fail(f"“{name}” is not within {MOST} presses of {key}")

    def press(self, name: str) -> None:
        """Reach a button, and use it."""
        self.reach(name)
        self.page.keyboard.press("Enter")

    def follow(self, name: str) -> None:
        """Reach a link or a button that leads to another page, and go there."""
        self.reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Reach a field, and write over what stands in it."""
        self.reach(name, kind=FIELD)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def tick(self, name: str) -> None:
        """Reach a box, and change it."""
        self.reach(name)
        self.page.keyboard.press("Space")

    def pick(self, name: str, option: str) -> None:
        """Reach a list, and go down to what begins like this."""
        self.reach(name)
        for _press in range(MOST):
            if self.page.evaluate(CHOSEN).casefold().startswith(option.casefold()):
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"“{option}” is not in the list “{name}”")

    def choose(self, name: str) -> None:
        """Go to one of some radio buttons: the group first, then by the arrows."""
        radio = self.page.get_by_role("radio", name=re.compile(re.escape(name)))
        group = radio.get_attribute("name")
        for _press in range(MOST):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.name") == group:
                break
        for _press in range(12):
            if is_focused(radio):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"“{name}” is not among the choices of its group")

    def upload(self, name: str, file: dict[str, object]) -> None:
        """Reach a button that asks for a file, and give it one."""
        self.reach(name)
        with self.page.expect_file_chooser() as asked:
            self.page.keyboard.press("Space")
        asked.value.set_files(file)  # type: ignore[arg-type]


CHOSEN = """() => {
  const chosen = document.activeElement.selectedOptions?.[0];
  return chosen ? chosen.textContent.trim() : "no list";
}"""


def is_focused(locator: Locator) -> bool:
    return bool(locator.evaluate("it => it === document.activeElement"))
