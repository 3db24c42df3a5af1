"""Measured comparisons: each side in a database of its own, taking turns.

The sides of a comparison run round by round one after the other, so that what else
the machine does meets all of them; figures are medians, and bars are on ratios.
"""

import os
import statistics

from . import bench_install, bench_trace, checkout, console, databases
from .bench_sides import (
    ROUNDS,
    Row,
    answer,
    measure,
    take_turn,
    take_turns,
    working,
)

# So many tell a percent: 480 deliveries on each side.
MANY_ROUNDS, TURNS = 16, 15


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
        "after, medians"
    )


# ----------------------------------------------------------------------
# Comparisons
# ----------------------------------------------------------------------
def _everyday(environment, server):
    """What the addon costs those who have nothing on hold."""
    sides = {
        "without": (server.base("full"), {}),
        "idle": (server.template("full"), {}),
        "holds": (server.template("full"), {"is_held": True}),
    }
    found = measure(environment, server, "everyday", sides, MANY_ROUNDS, TURNS)
    seconds = {
        side: [sum(turn["seconds"] for turn in turns) for turns in rounds]
        for side, rounds in found.items()
    }
    theirs = statistics.median(seconds["without"])
    texts = {"idle": "no hold anywhere", "holds": "1,000 holds on other lots"}
    for side, text in texts.items():
        pairs = zip(seconds[side], seconds["without"], strict=True)
        ratio = statistics.median(ours / without for ours, without in pairs)
        yield Row(
            f"30 deliveries of 10 lines, 2 at once, {text}",
            ratio * theirs,
            theirs,
            1.03,
        )
        for phase in ("confirm", "reserve", "validate"):
            ours, without = (
                statistics.median(
                    turn["queries"][phase] for turns in found[name] for turn in turns
                )
                for name in (side, "without")
            )
            more = ours - without
            yield Row(f"  queries more to {phase}", more, 0, 1, "queries", False)


def _hold(environment, server):
    """How long it takes to hold, and to break the reservations."""
    with (
        server.temporary("bench_hold", server.template("full")) as database,
        working(environment, database, "hold") as worker,
    ):
        with console.step("hold: data"):
            answer(worker)
        rounds = take_turns("hold", {"hold": worker})["hold"]
    turns = [turn for turns in rounds for turn in turns]
    for name, text in (
        ("close", "10,000 lots: click to the moment from which nothing leaves"),
        ("hold", "10,000 lots: click to commit"),
    ):
        seconds = statistics.median(turn[name] for turn in turns)
        yield Row(text, seconds, 0, 1, is_ratio=False)
    ratio = statistics.median(turn["settle"] / turn["unreserve"] for turn in turns)
    theirs = statistics.median(
        sum(turn["unreserve"] for turn in turns) for turns in rounds
    )
    text = "5,000 reservations broken and listed, over unreserve"
    yield Row(text, ratio * theirs, theirs, 1.5)


def _install(environment, server):
    """How long it takes to install, and what uninstalling after use leaves."""
    with server.temporary("bench_lots", server.base("full")) as lots:
        with (
            console.step("install: 100,000 lots"),
            working(environment, lots, "install") as worker,
        ):
            answer(worker)

        def use(database):
            with (
                console.step("install: a case with 1,000 holds"),
                working(environment, database, "install", {"lots": 0}) as worker,
            ):
                answer(worker)
                take_turn(worker)

        seconds, changes = bench_install.measure(server, lots, ROUNDS, use)
    for change in changes:
        console.say(f"  {change}")
    yield Row("installed with 100,000 lots there", seconds, 0, 60, is_ratio=False)
    text = "names left, or missing, after uninstalling"
    yield Row(text, len(changes), 0, 0, "names", False)


COMPARISONS = {
    "everyday": _everyday,
    "hold": _hold,
    "install": _install,
    "trace": bench_trace.run,
}
