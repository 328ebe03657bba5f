"""What is not in French yet: `python -m tests.translations [--write]`.

Collects every marked string with Django's makemessages in a copy of the project, and
lists those without a French text, or with one that is only guessed (fuzzy). With
--write the catalogue gets the missing entries, to be filled in by a person, and is
compiled. Needs GNU gettext.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("campaigns", "devices", "pushsite", "templates", "static", "locale")
CATALOGUES = Path("locale") / "fr" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")


def collect(copy: Path, domain: str) -> Path:
    """The catalogue with every string of the copied project; may not exist."""
    for part in PARTS:
        if (ROOT / part).exists():
            shutil.copytree(ROOT / part, copy / part, dirs_exist_ok=True)
    (copy / CATALOGUES).mkdir(parents=True, exist_ok=True)
    run(copy, "makemessages", "-l", "fr", "-d", domain, "--no-obsolete", "-v", "0")
    return copy / CATALOGUES / f"{domain}.po"


def run(folder: Path, *words: str) -> None:
    command = (sys.executable, "-m", "django", *words)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def missing(catalogue: Path) -> list[str]:
    """One line for each string that has no French text of its own."""
    if not catalogue.exists():
        return []
    with catalogue.open("rb") as file:
        messages = [message for message in read_po(file, locale="fr") if message.id]
    return [describe(message) for message in messages if not is_translated(message)]


def is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple) else [message.string]
    return not message.fuzzy and all(texts)


def describe(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    where = ", ".join(f"{file}:{line}" for file, line in message.locations[:2])
    why = "guessed" if message.fuzzy else "missing"
    return f"{why}: {text!r} ({where})"


def main() -> int:
    if not shutil.which("xgettext"):
        print("Translations were not compared: install the package gettext.")
        return 1
    found: list[str] = []
    for domain in DOMAINS:
        with tempfile.TemporaryDirectory() as copy:
            catalogue = collect(Path(copy), domain)
            found += missing(catalogue)
            if "--write" in sys.argv and catalogue.exists():
                run(Path(copy), "compilemessages", "-v", "0")
                target = ROOT / CATALOGUES
                target.mkdir(parents=True, exist_ok=True)
                shutil.copy(catalogue, target)
                shutil.copy(catalogue.with_suffix(".mo"), target)
    print("\n".join(found) or "Every string is in French.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
