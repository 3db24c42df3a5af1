"""What the developer sees: a line for each long step, one line for an error."""

import contextlib
import errno
import re
import signal
import subprocess
import sys
import time

FULL = "the disk is full: free some space (5 GB for a first run) and run this again"


NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
# How programs begin the line that says what went wrong.
MARKS = ("E:", "ERROR", "Error", "error", "npm error", "FATAL", "CRITICAL")


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


def run(args, log, failed, advice, **kwargs):
    """Run a program quietly, its output going to the file `log`.

    :param failed: what to call it when it does not end well
    :param advice: what the person can do then
    :raises Failure: made of these, the program's last error line and the log
    """
    with open(log, "a", encoding="utf-8") as output:
        begin = output.tell()
        output.write(f"$ {' '.join(map(str, args))}\n")
        output.flush()
        done = subprocess.run(
            args,
            stdin=kwargs.pop("stdin", subprocess.DEVNULL),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **kwargs,
        )
    if done.returncode:
        raise failure(failed, advice, log, begin)


def failure(failed, advice, log, begin=0):
    """The error for a program that failed, as its log tells it."""
    why = reason(log, begin)
    return Failure(FULL if why == FULL else f"{failed} ({why}): {advice}; see {log}")


def reason(log, begin=0):
    """The line of a log (from the offset `begin`) that best says what went wrong."""
    with open(log, encoding="utf-8", errors="replace") as lines:
        lines.seek(begin)
        tail = [line.strip() for line in lines if line.strip()]
    if any("No space left on device" in line for line in tail):
        return FULL
    marked = [line for line in tail if line.startswith(MARKS)]
    line = (marked or tail or ["it said nothing"])[-1].rstrip(".:")
    return re.sub(r"^(E|ERROR): |^npm error ", "", line)
