"""What the developer sees: a line for each long step, one line for an error."""

import contextlib
import errno
import signal
import sys
import time

FULL = "the disk is full: free some space (5 GB for a first run) and run this again"


NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


class Failure(Exception):
    """An error for a person to act on: "what happened: what to do"."""


def say(text):
    """Print a line for the developer, on stderr: stdout belongs to the command."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(text):
    """Announce a long step and say how long it took."""
    print(f"  {text} ...", end="", file=sys.stderr, flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say(" failed")
        raise
    say(f" {time.monotonic() - began:.1f} s")


@contextlib.contextmanager
def one_line_errors():
    """Turn what a person can act on into one line and a non-zero exit code.

    Being told to end counts as an interruption, so that what runs is cleaned up.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except Failure as failure:
        sys.exit(f"error: {failure}")
    except KeyboardInterrupt:
        sys.exit("interrupted: run the same command again to go on")
    except OSError as error:
        if error.errno in NO_SPACE:
            sys.exit(f"error: {FULL}")
        raise
