"""The trace: against the least that PostgreSQL must do, and against Odoo's own.

All sizes of database hold the same affected networks, at the same place on the disk:
the smallest is built first and grows in copies. Read in the largest are the bars on the
floor and on memory, and against the smallest the one on size; in the middle one, being
neither a small company nor the worst case for Odoo, those against Odoo's own code: its
walk from lot to lot (`stock.lot`) and its traceability report.
"""

import contextlib
import os
import statistics

from . import bench_sides, console
from .bench_sides import Row

# Million move lines of each database, growing.
SIZES = (1, 5, 10)
LOTS = 10_000
# {lots: (bar without our index for Odoo's walk, bar with it)}
READ = {100: (1 / 300, 1 / 3), 1000: (None, 1 / 6), LOTS: (1 / 12, 1 / 8)}


def run(environment, server):
    """Yield the rows of all comparisons."""
    with contextlib.ExitStack() as stack:
        databases = {}
        below = server.template("full")
        for size in _get_sizes():
            name = f"bench_trace_{size}m"
            with console.step(f"trace: {size} million lines"):
                below = stack.enter_context(server.temporary(name, below))
                _grow(environment, server, below, size)
            databases[size] = below
        yield from _compare(environment, server, databases)


def _get_sizes():
    """The sizes, or those that the environment names, for a quick look."""
    named = os.environ.get("STOCK_RECALL_BENCH_MILLIONS")
    return tuple(map(int, named.split(","))) if named else SIZES


def _grow(environment, server, database, size):
    options = {"lines": size * 1_000_000}
    with bench_sides.working(environment, database, "trace_network", options) as worker:
        bench_sides.answer(worker)
    bench_sides.vacuum(server, database)


def _compare(environment, server, databases):
    sizes = sorted(databases)
    middle, largest = sizes[len(sizes) // 2], sizes[-1]

    def measure(script, *which, first=0, **options):
        def tidy():
            """Rounds are undone; without this, dead rows pile up."""
            for size in which:
                bench_sides.vacuum(server, databases[size], "(recall|bench)_.*")

        with contextlib.ExitStack() as stack:
            workers = {}
            for size in which:
                side = (environment, databases[size], script, options)
                workers[size] = stack.enter_context(bench_sides.working(*side))
                bench_sides.answer(workers[size])
            return bench_sides.take_turns(script, workers, tidy, first)

    stored = measure("trace_store", *sorted({sizes[0], largest}))
    yield from _rows_of_store(stored[largest], largest)
    yield from _rows_of_reading(measure("trace_reading", middle)[middle], middle)
    report = measure("trace_report", middle, first=1, rounds=bench_sides.ROUNDS)
    yield from _rows_of_report(report[middle], middle)
    if len(sizes) > 1:
        yield _row_of_sizes(stored, sizes[0], largest)
    yield _row_of_memory(environment, databases[largest], largest)


def _median(found, name):
    return statistics.median(turn[name] for turn in found)


def _rows_of_store(found, size):
    ours, read, floor_read, stored, with_keys = (
        _median(found, name)
        for name in ("trace", "read", "floor read", "floor stored", "keys stored")
    )
    text = f"10,000 lots traced and stored, {size}M, over bare SQL"
    yield Row(text, ours, floor_read + stored, 1.5)
    text = "  over bare SQL with our foreign keys"
    yield Row(text, ours, floor_read + with_keys, None)
    yield Row("  of it reading lots and deliveries", read, floor_read, None)


def _rows_of_reading(found, size):
    for against, column in (("without", 0), ("with", 1)):
        for lots, bars in READ.items():
            if bars[column]:
                text = f"{lots:,} lots read, {size}M, over Odoo {against} our index"
                times = [_median(found, f"{lots} {side}") for side in ("ours", against)]
                yield Row(text, *times, bars[column])


def _rows_of_report(found, size):
    """The report takes minutes: its figure is of all rounds, each with its share."""
    ours = _median(found, "trace")
    text = f"800 lots traced and stored, {size}M, over Odoo's report"
    yield Row(text, ours, sum(turn["report"] for turn in found), 1 / 100)
    text = "  over the report if all calls shared one cache"
    yield Row(text, ours, sum(turn["report kept"] for turn in found), None)


def _row_of_sizes(stored, smallest, largest):
    text = f"10,000 lots traced and stored, {largest}M lines over {smallest}M"
    times = [_median(stored[size], "trace") for size in (largest, smallest)]
    return Row(text, *times, 1.2)


def _row_of_memory(environment, database, size):
    """Each time in a new process, which has not got the memory yet."""
    grown = []
    for number in range(bench_sides.ROUNDS):
        with (
            console.step(f"trace_memory: round {number + 1} of {bench_sides.ROUNDS}"),
            bench_sides.working(environment, database, "trace_memory") as worker,
        ):
            bench_sides.answer(worker)
            grown.append(bench_sides.take_turn(worker)["megabytes"])
    text = f"10,000 lots traced and stored, {size}M, more memory"
    return Row(text, statistics.median(grown), 0, 150, "MB", is_ratio=False)
