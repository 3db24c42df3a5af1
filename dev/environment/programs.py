"""Programs that are run quietly, and what their logs say when they fail."""

import os
import re
import signal
import subprocess

from . import cache
from .console import FULL, Failure

# How programs begin the line that says what went wrong.
MARKS = ("E:", "ERROR", "Error", "error", "npm error", "FATAL", "CRITICAL")


def run(args, log, failed, advice, **kwargs):
    """Run a program quietly, its output going to the file `log`.

    It holds this run's lock too: should this run be killed and the program live
    on, then the next run waits for it rather than building under its feet.

    :param failed: what to call it when it does not end well
    :param advice: what the person can do then
    :raises Failure: made of these, the program's last error line and the log
    """
    with open(log, "a", encoding="utf-8") as output:
        begin = output.tell()
        output.write(f"$ {' '.join(map(str, args))}\n")
        output.flush()
        code = _run_group(args, stdout=output, stderr=subprocess.STDOUT, **kwargs)
    if code:
        raise failure(failed, advice, log, begin)


def _run_group(args, **kwargs):
    """Run a program in a group of its own, which an interruption ends as a whole."""
    defaults = {"stdin": subprocess.DEVNULL, "pass_fds": cache.held}
    program = subprocess.Popen(args, start_new_session=True, **{**defaults, **kwargs})
    try:
        return program.wait()
    except BaseException:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        raise


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
