"""The sides of a comparison: each a process with Odoo's environment, taking turns."""

import contextlib
import json
import subprocess
from typing import NamedTuple

from . import console, packages, postgres

WORKER = packages.DEV / "benchmark" / "worker.py"
ROUNDS = 5


class Row(NamedTuple):
    """One line of the table: a figure, what it is measured against, and the bar.

    Without a bar the figure is there to explain others.
    """

    text: str
    figure: float
    against: float
    bar: float | None
    unit: str = "s"
    is_ratio: bool = True

    @property
    def value(self):
        return self.figure / self.against if self.is_ratio else self.figure

    def __str__(self):
        against = f"{self.against:10,.3f}" if self.against else " " * 10
        line = f"{self.text:58} {self.figure:10,.3f} {against} {self.unit:8} "
        if self.bar is None:
            return f"{line}{self.value:8.3f}"
        verdict = "ok" if self.value <= self.bar else "MISSED"
        return f"{line}{self.value:8.3f} {self.bar:8.3f}  {verdict}"


def measure(environment, server, script, sides, rounds, turns):
    """Results of the sides, a list of turns for each round, in databases that are made
    for it.

    For differences of a percent: each round has processes of its own, as one is faster
    than the next by more than that for as long as it lives, and finds no dead rows of
    those before; and turns are short, as the machine is faster now and slower then.

    :param script: module of `dev/benchmark` with `set_up(env, **options)`, which with
        `again` makes a process ready in a database that is set up, and with
        `run_round(env)`, which does one turn and returns figures
    :param sides: `{name: (template, options)}`
    :param turns: how many each side has in a round
    """
    found = {name: [] for name in sides}
    with contextlib.ExitStack() as stack:
        databases = {}
        for name, (template, options) in sides.items():
            databases[name] = stack.enter_context(
                server.temporary(f"bench_{name}", template)
            )
            with (
                console.step(f"{script}: data for {name}"),
                working(environment, databases[name], script, options) as worker,
            ):
                answer(worker)
        for number in range(rounds):
            with (
                console.step(f"{script}: round {number + 1} of {rounds}"),
                contextlib.ExitStack() as alive,
            ):
                workers = {}
                for name, database in databases.items():
                    side = working(environment, database, script, {"again": True})
                    workers[name] = alive.enter_context(side)
                    answer(workers[name])
                    vacuum(server, database)
                for name, results in _alternate(workers, turns).items():
                    found[name].append(results)
    return found


def _alternate(workers, turns):
    """{name: results of its turns}, where each of the workers is first in its turn."""
    found = {name: [] for name in workers}
    order = list(workers)
    for _number in range(turns):
        for name in order:
            found[name].append(take_turn(workers[name]))
        order.append(order.pop(0))
    return found


def vacuum(server, database, pattern=".*"):
    """Give back what dead rows hold, in tables whose names match."""
    connection = postgres.connect(server.odoo.settings, database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT quote_ident(tablename) FROM pg_tables "
                "WHERE schemaname = 'public' AND tablename ~ %s",
                [f"^({pattern})$"],
            )
            tables = ", ".join(name for (name,) in cursor.fetchall())
            cursor.execute(f"VACUUM (ANALYZE) {tables}")
    finally:
        connection.close()


def take_turns(script, workers, after=None, first=0):
    """Results of the rounds of each worker, by name.

    :param after: called after each round
    :param first: 1 where no round is needed to warm the caches
    """
    found = {name: [] for name in workers}
    for number in range(first, ROUNDS + 1):
        with console.step(f"{script}: round {number} of {ROUNDS}"):
            for name, worker in workers.items():
                result = take_turn(worker)
                if number:  # the first one warms the caches
                    found[name].append(result)
        if after:
            after()
    return found


@contextlib.contextmanager
def working(environment, database, script, options=None):
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


def take_turn(worker):
    worker.stdin.write("go\n")
    worker.stdin.flush()
    return answer(worker)


def answer(worker):
    """The figures of a round; empty once the database is set up."""
    line = worker.stdout.readline()
    if not line:
        raise console.Failure(
            "a side of the comparison ended early: see its error above"
        )
    return json.loads(line)
