"""The data folder's name: one, whoever looks first."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from campaigns.delivery import instance
from campaigns.models import Switch
from tests import builders, threads

AT_ONCE, TIMES = 8, 60


def test_workers_that_start_together_find_one_and_the_same_folder(tmp_path: Path):
    """Seen: the second read the first's empty file, and sending was switched off."""
    together = Barrier(AT_ONCE)

    def look(folder: Path) -> str:
        together.wait(10)
        return instance.folder_id(folder)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for time in range(TIMES):
            folder = tmp_path / str(time)
            found = set(pool.map(look, [folder] * AT_ONCE))
            assert found == {instance.folder_id(folder)}
            assert [each.name for each in folder.iterdir()] == [instance.FILE]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_workers_that_start_together_never_take_each_other_for_a_copy(tmp_path: Path):
    """Seen: one looked while the other signed, and all sending was switched off."""
    here = instance.here(tmp_path)

    def look() -> bool:
        return instance.guard(here, at=builders.NOW)

    for _each in range(TIMES):
        Switch.objects.update(instance=None)
        assert all(threads.at_once(*[look] * AT_ONCE))

    assert Switch.objects.get().is_on


def test_a_copied_folder_has_another_name(tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    known = instance.folder_id(first)
    second.mkdir()
    (second / instance.FILE).write_bytes((first / instance.FILE).read_bytes())

    assert instance.folder_id(first) == known
    assert instance.folder_id(second) != known
