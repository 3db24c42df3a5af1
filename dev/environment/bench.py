"""Measured comparisons: each side in a database of its own, taking turns.

The sides of a comparison run round by round one after the other, so that what else
the machine does meets all of them; figures are medians, and bars are on ratios.
"""

import contextlib
import json
import os
import statistics
import subprocess
from typing import NamedTuple

from . import bench_install, checkout, console, databases, packages

WORKER = packages.DEV / "benchmark" / "worker.py"
ROUNDS = 5


class Row(NamedTuple):
    """One line of the table: a figure, what it is measured against, and the bar."""

    text: str
    figure: float
    against: float
    bar: float
    unit: str = "s"
    is_ratio: bool = True

    @property
    def value(self):
        return self.figure / self.against if self.is_ratio else self.figure

    def __str__(self):
        verdict = "ok" if self.value <= self.bar else "MISSED"
        against = f"{self.against:10,.3f}" if self.against else " " * 10
        return (
            f"{self.text:58} {self.figure:10,.3f} {against} {self.unit:8} "
            f"{self.value:8.3f} {self.bar:8.3f}  {verdict}"
        )


def run(args):
    """Run the comparisons named, or all; returns an exit code."""
    names = args or list(COMPARISONS)
    if unknown := set(names) - set(COMPARISONS):
        raise console.Failure(
            f"dev/bench runs {', '.join(COMPARISONS)}: not {', '.join(sorted(unknown))}"
        )
    environment = checkout.Odoo()
    server = databases.Databases(environment)
    load = _load()
    rows = [row for name in names for row in COMPARISONS[name](environment, server)]
    print(_machine(load))
    header = ("figure", "against", "", "value", "bar")
    print(
        f"{'':58} {header[0]:>10} {header[1]:>10} {'':8} {header[3]:>8} {header[4]:>8}"
    )
    for row in rows:
        print(row)
    return 0


def _load():
    return ", ".join(f"{value:.1f}" for value in os.getloadavg())


def _machine(load):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, load {load} before and {_load()} "
        f"after, {ROUNDS} rounds"
    )


# ----------------------------------------------------------------------
# Comparisons
# ----------------------------------------------------------------------
def _everyday(environment, server):
    """What the addon costs those who have nothing on hold."""
    sides = {
        "without": (server.base("full"), {}),
        "idle": (server.template("full"), {}),
        "holds": (server.template("full"), {"holds": 1000}),
    }
    found = _measure(environment, server, "everyday", sides)
    texts = {"idle": "no hold anywhere", "holds": "1,000 holds on other lots"}
    for side, text in texts.items():
        pairs = zip(found[side], found["without"], strict=True)
        ratio = statistics.median(
            ours["seconds"] / theirs["seconds"] for ours, theirs in pairs
        )
        theirs = statistics.median(turn["seconds"] for turn in found["without"])
        yield Row(f"200 deliveries of 10 lines, {text}", ratio * theirs, theirs, 1.03)
        for phase in ("confirm", "reserve", "validate"):
            more = (
                found[side][0]["queries"][phase] - found["without"][0]["queries"][phase]
            )
            yield Row(f"  queries more to {phase}", more, 0, 1, "queries", False)


def _hold(environment, server):
    """How long it takes to hold, and to break the reservations."""
    found = _measure(
        environment, server, "hold", {"hold": (server.template("full"), {})}
    )["hold"]

    def median(name):
        return statistics.median(turn[name] for turn in found)

    yield Row("10,000 lots: click to commit", median("hold"), 0, 1, is_ratio=False)
    text = "5,000 reservations broken and listed, over unreserve"
    yield Row(text, median("settle"), median("unreserve"), 1.5)


def _install(environment, server):
    """How long it takes to install, and what uninstalling after use leaves."""
    with server.temporary("bench_lots", server.base("full")) as lots:
        with (
            console.step("install: 100,000 lots"),
            _working(environment, lots, "install") as worker,
        ):
            _answer(worker)

        def use(database):
            with (
                console.step("install: a case with 1,000 holds"),
                _working(environment, database, "install", {"lots": 0}) as worker,
            ):
                _answer(worker)
                _take_turn(worker)

        seconds, changes = bench_install.measure(server, lots, ROUNDS, use)
    for change in changes:
        console.say(f"  {change}")
    yield Row("installed with 100,000 lots there", seconds, 0, 60, is_ratio=False)
    text = "names left, or missing, after uninstalling"
    yield Row(text, len(changes), 0, 0, "names", False)


COMPARISONS = {"everyday": _everyday, "hold": _hold, "install": _install}


# ----------------------------------------------------------------------
# Sides that take turns
# ----------------------------------------------------------------------
def _measure(environment, server, script, sides):
    """Results of the rounds of each side.

    :param script: module of `dev/benchmark` with `set_up(env, **options)` and
        `run_round(env)`, which returns figures
    :param sides: `{name: (template, options)}`
    """
    with contextlib.ExitStack() as stack:
        workers = {}
        for name, (template, options) in sides.items():
            database = stack.enter_context(server.temporary(f"bench_{name}", template))
            with console.step(f"{script}: data for {name}"):
                working = _working(environment, database, script, options)
                worker = stack.enter_context(working)
                _answer(worker)
            workers[name] = worker
        found = {name: [] for name in sides}
        for number in range(ROUNDS + 1):
            with console.step(f"{script}: round {number} of {ROUNDS}"):
                for name, worker in workers.items():
                    result = _take_turn(worker)
                    if number:  # the first one warms the caches
                        found[name].append(result)
        return found


@contextlib.contextmanager
def _working(environment, database, script, options=None):
    """A worker that sets its database up, and ends with the block."""
    options = json.dumps(options or {})
    command = [packages.environment(), WORKER, database, script, options]
    worker = subprocess.Popen(
        list(map(str, command)),
        env=environment.environ(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield worker
    except BaseException:
        worker.kill()  # its database goes: there is nothing to finish
        raise
    finally:
        worker.stdin.close()
        worker.wait()


def _take_turn(worker):
    worker.stdin.write("go\n")
    worker.stdin.flush()
    return _answer(worker)


def _answer(worker):
    """The figures of a round; empty once the database is set up."""
    line = worker.stdout.readline()
    if not line:
        raise console.Failure(
            "a side of the comparison ended early: see its error above"
        )
    return json.loads(line)
