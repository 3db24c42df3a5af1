"""The folder outside the repository where everything that was built is kept.

A thing is built in a folder named after a digest of what it is made from, and
counts only once it carries the file `.complete`: an interruption leaves no such
file, and the next run starts that thing over.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from pathlib import Path

from .console import NO_SPACE, Failure, say, step

COMPLETE = ".complete"
UNUSED_DAYS = 14
# The open lock of this process, for programs that must not outlive it unseen.
held = ()


def folder():
    """The cache folder: `$STOCK_RECALL_CACHE`, or the user's own cache."""
    named = os.environ.get("STOCK_RECALL_CACHE")
    if named:
        path = Path(named).expanduser().absolute()
    else:
        path = Path(os.environ.get("XDG_CACHE_HOME") or _home() / ".cache")
        path = path.absolute() / "stock_recall"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in NO_SPACE:
            raise
        raise Failure(
            f"{path} cannot be made ({error.strerror}): "
            "set STOCK_RECALL_CACHE to a folder that you may write"
        ) from None
    return path


def _home():
    """The user's home; with an empty HOME Python would take the root folder."""
    if os.environ.get("HOME") == "":
        raise Failure("HOME is empty: set it, or STOCK_RECALL_CACHE to a folder")
    return Path.home()


def log(name):
    """The path of a log file; the one of the last run is overwritten by its user."""
    logs = folder() / "logs"
    logs.mkdir(exist_ok=True)
    return logs / f"{name}.log"


def digest(*parts):
    """A short name for anything that is made from `parts`."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


@contextlib.contextmanager
def locked():
    """Let only one run at a time build; a second one says that it waits.

    Within a block that holds the lock already it does nothing.
    """
    global held
    if held:
        yield
        return
    with open(folder() / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  waiting for another run that prepares the same environment ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        held = (lock.fileno(),)
        try:
            yield
        finally:
            held = ()


def ensure(name, key, build, text, gigabytes=1):
    """The folder of a thing, built by `build(folder)` unless it is there already.

    :param key: digest of all that the thing is made from
    :param text: what to call the step
    :param gigabytes: free space to ask for before it begins
    """
    path = folder() / f"{name}-{key}"
    if not (path / COMPLETE).exists():
        with locked():
            _build(path, build, text, gigabytes)
            _forget_unused(name)
    os.utime(path / COMPLETE)
    return path


def _build(path, build, text, gigabytes):
    """Build a thing, unless another run did while this one waited for the lock."""
    if (path / COMPLETE).exists():
        return
    require_space(gigabytes)
    with step(text):
        _clear(path)
        path.mkdir()
        build(path)
        (path / COMPLETE).touch()


def _clear(path):
    """Put what an interruption left out of the way, then remove it."""
    aside = path.with_name(f"{path.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if path.exists():
        path.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def require_space(gigabytes):
    """Fail early rather than half-way through a step."""
    free = shutil.disk_usage(folder()).free / 1e9
    if free < gigabytes:
        raise Failure(
            f"{free:.1f} GB are free for {folder()}, {gigabytes} GB are needed: free "
            "some space, or set STOCK_RECALL_CACHE to a folder on another disk"
        )


def _forget_unused(name):
    """Remove earlier builds of a thing that no run has used for a while."""
    limit = time.time() - UNUSED_DAYS * 86400
    for path in folder().glob(f"{name}-*"):
        stamp = path / COMPLETE
        if stamp.exists() and stamp.stat().st_mtime < limit:
            shutil.rmtree(path, ignore_errors=True)
