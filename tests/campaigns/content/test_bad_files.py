"""What broken, false and hostile files do to us: nothing, and quickly."""

import resource
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from campaigns.content import images
from campaigns.content.shapes import BY_KIND, LONGEST_SIDE, MOST_BYTES, MOST_FRAMES
from tests.campaigns.content import bad_files, warm_darkroom
from tests.campaigns.content.bad_files import BAD, MARK, BadFile, plain
from tests.campaigns.content.warm_darkroom import Warm

SECONDS, MEGABYTES = 2.0, 150
LARGE_SECONDS = 10.0
PEAK = Path("/proc/self/clear_refs")
"""Writing 5 here forgets the most memory that was used until now (Linux)."""


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    """Darkrooms that are asked without a wait for an interpreter to start."""
    with warm_darkroom.kept_warm() as kept, pytest.MonkeyPatch.context() as patch:
        patch.setattr(images.subprocess, "run", kept.run)
        yield kept


@cache
def made(kind: Callable[[], Iterator[BadFile]]) -> list[BadFile]:
    return list(kind())


def children() -> Iterator[float]:
    """Processor time of the children that ended since the last: a busy machine adds
    nothing."""
    before = 0.0
    while True:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        now = used.ru_utime + used.ru_stime
        yield now - before
        before = now


def peak_megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1_000


def unclean(developed: images.Developed) -> Iterator[str]:
    """What a picture that we keep must not be."""
    pictures = [developed.master, *developed.renditions.values()]
    if developed.renditions.keys() != BY_KIND.keys():
        yield "lacks a rendition"
    for each in pictures:
        opened = Image.open(BytesIO(each.body))
        opened.load()
        if max(opened.size) > LONGEST_SIDE or opened.size != (each.width, each.height):
            yield f"has {opened.size}"
        if MARK in each.body or opened.getexif() or "icc_profile" in opened.info:
            yield "holds more than a picture"
        if getattr(opened, "n_frames", 1) > MOST_FRAMES:
            yield "moves for too long"


def troubles(
    files: Iterable[BadFile], seconds: float, used: Callable[[], float]
) -> Iterator[str]:
    """What is wrong with what becomes of each; ``used`` tells of the last child."""
    for name, body in files:
        try:
            found = list(unclean(images.develop(body)))
        except images.NoPicture as refused:
            found = [] if str(refused) else ["says nothing"]
        took = used()
        if found or took > seconds:
            yield f"{name}: {found} in {took:.2f} s"


def test_there_are_two_hundred_of_them_each_with_a_name_of_its_own() -> None:
    names = [name for kind in BAD for name, _body in made(kind)]

    assert len(names) == len(set(names)) >= 200


@pytest.mark.parametrize("kind", BAD, ids=lambda kind: str(kind.__name__))
def test_a_bad_file_is_refused_or_cleaned_within_two_seconds(
    warm: Warm, kind: Callable[[], Iterator[BadFile]]
) -> None:
    assert list(troubles(made(kind), SECONDS, warm.used)) == []


@pytest.mark.skipif(not PEAK.exists(), reason="Only Linux tells of peaks.")
def test_no_file_costs_the_asking_process_much_memory() -> None:
    heavy = [*bad_files.large(), ("20 MB", plain("JPEG").ljust(MOST_BYTES, b"\xff"))]
    spent = children()
    next(spent)
    PEAK.write_text("5")
    before = peak_megabytes()

    found = list(troubles(heavy, LARGE_SECONDS, spent.__next__))

    assert found == []
    assert peak_megabytes() - before < MEGABYTES
