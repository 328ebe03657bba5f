"""What the embedded database says when it cannot go on."""

from pathlib import Path


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot serve: show this text and stop."""


DISK_FULL = (
    "The disk that holds {folder} is full, so the embedded PostgreSQL cannot work: "
    "free some space there, or set PUSHSITE_VAR to a folder on another disk."
)


def cannot_write(folder: Path, error: OSError) -> EmbeddedError:
    """The sentence for a folder of ours that refuses a file."""
    return EmbeddedError(
        f"Pushsite cannot write in {folder} ({error.strerror}): make that folder "
        "yours, free some space on its disk, or set PUSHSITE_VAR to another one."
    )


def from_log(folder: Path, log: Path, *, doing: str) -> EmbeddedError:
    """The sentence for a PostgreSQL that failed, by the last words of its log."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return from_words(folder, lines[-20:], doing=doing, where=str(log))


def from_words(
    folder: Path, lines: list[str], *, doing: str, where: str = ""
) -> EmbeddedError:
    """The sentence for a PostgreSQL program that printed these lines and failed."""
    if any("No space left on device" in line for line in lines):
        return EmbeddedError(DISK_FULL.format(folder=folder))
    told = [line for line in lines if "FATAL" in line or "error:" in line] or lines
    last = told[-1].strip() if told else "it said nothing"
    more = f"; its log is {where}" if where else ""
    return EmbeddedError(
        f"The embedded PostgreSQL failed while {doing} ({last}){more}: repair that, "
        "or set DATABASE_URL to a database server of your own."
    )
