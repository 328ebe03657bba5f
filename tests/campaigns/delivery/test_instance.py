"""The data folder's name: one, whoever looks first."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from campaigns.delivery import instance

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


def test_a_copied_folder_has_another_name(tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    known = instance.folder_id(first)
    second.mkdir()
    (second / instance.FILE).write_bytes((first / instance.FILE).read_bytes())

    assert instance.folder_id(first) == known
    assert instance.folder_id(second) != known
