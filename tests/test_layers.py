"""The floor plan: imports go down only (docs/architecture.md draws it)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS = [
    ["pushsite"],
    ["campaigns.admin", "campaigns.api", "campaigns.management", "campaigns.tasks"],
    [
        "campaigns.reports",
        "campaigns.delivery",
        "campaigns.dry_run",
        "campaigns.media",
        "campaigns.primers",
        "campaigns.registries",
        "campaigns.review",
        "campaigns.starting",
    ],
    [
        "campaigns.audience",
        "campaigns.cases",
        "campaigns.content",
        "campaigns.schedule",
    ],
    ["campaigns.models"],
    ["devices.admin", "devices.api", "devices.management", "devices.simulator"],
    ["devices.imports"],
    [
        "devices.registration",
        "devices.rotation",
        "devices.checks",
        "devices.library_config",
    ],
    [
        "devices.identity",
        "devices.consent",
        "devices.attributes",
        "devices.events",
        "devices.privacy",
        "devices.credentials",
    ],
    ["devices.dictionary"],
    ["devices.models"],
    [
        "devices.gateways",
        "devices.expiry",
        "devices.refusals",
        "devices.said",
        "devices.sealing",
    ],
]
ROOMS = {room: level for level, floor in enumerate(FLOORS) for room in floor}
Imported = dict[str, list[tuple[str, bool]]]
OUTSIDE_THE_PLAN = {"devices.apps", "campaigns.apps", "devices", "campaigns"}


def room_of(module: str) -> str | None:
    """The room a dotted module belongs to, or None when it is not ours."""
    if module.split(".")[0] == "pushsite":
        return "pushsite"
    return next((r for r in ROOMS if module == r or module.startswith(r + ".")), None)


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("pushsite", "campaigns", "devices"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if ".migrations" not in name:
                yield name, path


def imports(module: str, path: Path) -> Iterator[tuple[str, bool]]:
    """Every first-party module that a file imports, and whether inside a function."""
    tree = ast.parse(path.read_text())
    inside = {
        id(node)
        for scope in ast.walk(tree)
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(scope)
    }
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base]).rstrip(".")
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if room_of(name):
                yield name, id(node) in inside


@pytest.fixture(scope="module")
def imported() -> Imported:
    """What each of our modules imports; every file is read once."""
    return {module: list(imports(module, path)) for module, path in modules()}


def test_every_module_has_a_room(imported: Imported) -> None:
    homeless = [each for each in imported if not room_of(each)]
    assert set(homeless) <= OUTSIDE_THE_PLAN, "Add a floor."


def test_imports_go_down_a_floor_or_stay_in_the_room(imported: Imported) -> None:
    up = [
        f"{module} imports {target}"
        for module, targets in imported.items()
        for target, _inside in targets
        if is_up(room_of(module), room_of(target))
    ]
    assert up == []


def is_up(here: str | None, there: str | None) -> bool:
    """Or on the same floor, in another room."""
    if here is None or there in (None, here):
        return False
    return ROOMS[there] <= ROOMS[here]


def test_no_first_party_import_hides_in_a_function(imported: Imported) -> None:
    hidden = [
        f"{module} imports {target}"
        for module, targets in imported.items()
        for target, inside in targets
        if inside and not module.endswith(".apps")
    ]
    assert hidden == []
