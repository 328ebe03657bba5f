"""Files of people and devices: in, looked at, run, and undone for seven days.

The order of travel: storing (the upload), guessing (what its columns are), working
(a task: reading, judging, applying, slice by slice), undoing.
"""

from .asking import check, run, undo
from .storing import store
from .working import forget, silent, work

__all__ = ["check", "forget", "run", "silent", "store", "undo", "work"]
