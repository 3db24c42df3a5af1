"""The suite: linters, the environment's own tests, then each flavour of database."""

import collections
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from . import cache, checkout, console, databases, linting, packages, sharing, tools

NOTHING_SELECTED = 5
PATIENCE_SECONDS = 30
CORES = len(os.sched_getaffinity(0))


class Run(NamedTuple):
    """One pytest, on a database of its own."""

    name: str
    flavour: str
    process: subprocess.Popen
    log: Path


def run(args):
    """Run everything, going on after a failure; returns an exit code.

    What pytest counted for the last flavour is the last line printed.
    """
    flavours, with_lint, args = _options(args)
    environment = checkout.Odoo()
    tools.browser()
    tools.pdf_engine()
    results = {"lint": linting.run()} if with_lint else {}
    if with_lint and not args:
        results["environment"] = _test_environment()
    if args:
        _test_some(environment, flavours, args, results)
    else:
        _test_all(environment, flavours, results)
    return _verdict(results, flavours)


def _options(args):
    """Take this command's own options out of the arguments for pytest."""
    args, flavours, with_lint = list(args), databases.FLAVOURS, True
    if "--no-lint" in args:
        args.remove("--no-lint")
        with_lint = False
    if "--flavour" in args:
        index = args.index("--flavour")
        flavours = tuple(args[index + 1 : index + 2])
        if not set(flavours) <= set(databases.FLAVOURS) or not flavours:
            raise console.Failure("--flavour is minimal or full: name one of them")
        del args[index : index + 2]
    return flavours, with_lint, args


def _report(results):
    """Remind of what failed so far: the output that follows may hide it."""
    for name, code in results.items():
        if code not in (0, NOTHING_SELECTED):
            console.say(f"{name} failed: see above")


def _verdict(results, flavours):
    """Zero when all went well and at least one flavour ran something."""
    codes = [results[flavour] for flavour in flavours]
    if all(code == NOTHING_SELECTED for code in codes):
        return NOTHING_SELECTED
    return int(any(code not in (0, NOTHING_SELECTED) for code in results.values()))


def _test_environment():
    """The environment's own tests, which need no Odoo."""
    folder = packages.DEV / "tests"
    # Without the cut pytest would import the checkout's root, which wants Odoo.
    options = ["-q", "--durations=1", "-p", "no:odoo", f"--confcutdir={folder}"]
    return run_to_the_end("environment", folder, [*options, folder], os.environ)


def _test_some(environment, flavours, args, results):
    """The tests that the arguments select, on one flavour after the other."""
    server, addon = databases.Databases(environment), checkout.addon()
    for flavour in flavours:
        with server.temporary(flavour) as database:
            _announce(flavour, results)
            options = [*_on(database), *_paths(addon, args)]
            environ = environment.environ()
            results[flavour] = run_to_the_end(flavour, addon, options, environ)


def _test_all(environment, flavours, results):
    """The whole suite on all flavours at once."""
    with contextlib.ExitStack() as stack:
        suite = _Suite(environment, flavours, stack)
        suite.start_more()
        for run in suite.runs:  # which grow meanwhile
            _announce(run.name, results)
            results[run.name] = _follow(run.process, run.log, suite.start_more)
        for flavour in flavours:
            if left := suite.left(flavour):
                console.say(f"{flavour}: nobody ran {', '.join(left)}")
                results[flavour] = results[flavour] or 1
            print(f"== {flavour}: {suite.count(flavour)} ==", flush=True)


class _Suite:
    """The whole suite, in as many runs at a time as there are cores.

    As soon as one ends another begins, which shares what is left of a flavour, so that
    no core is idle for long. The output of each is held back in a log.
    """

    def __init__(self, environment, flavours, stack):
        self.odoo, self.stack, self.runs = environment, stack, []
        self.server = databases.Databases(environment)
        self.tests = checkout.addon() / "tests"
        modules = list(self.tests.glob("test_*.py"))
        self.waiting = {
            flavour: stack.enter_context(sharing.waiting(modules))
            for flavour in flavours
        }
        self.queue = [*flavours] * CORES

    def start_more(self):
        while self.queue and self._count_running() < CORES:
            flavour = self.queue.pop(0)
            if self.left(flavour):
                self._start(flavour)

    def _count_running(self):
        return sum(run.process.poll() is None for run in self.runs)

    def left(self, flavour):
        """The names of the modules that nobody has taken yet."""
        return sorted(path.name for path in self.waiting[flavour].iterdir())

    def _start(self, flavour):
        number = len(self._get_runs(flavour)) + 1
        name = f"{flavour}_{number}" if number > 1 else flavour
        template = self.server.prepared(flavour)
        database = self.stack.enter_context(self.server.temporary(name, template))
        log = cache.log(f"test-{name}-{os.getpid()}")
        self.stack.callback(log.unlink)
        options = [*_on(database), "-p", "environment.sharing", self.tests]
        environ = self.odoo.environ(packages.DEV)
        environ[sharing.VARIABLE] = str(self.waiting[flavour])
        with open(log, "wb") as output:
            process = _start(name, checkout.addon(), options, environ, output)
        self.stack.callback(_end, process)
        self.runs.append(Run(name, flavour, process, log))

    def _get_runs(self, flavour):
        return [run for run in self.runs if run.flavour == flavour]

    def count(self, flavour):
        """What pytest counted in all runs of a flavour."""
        logs = [run.log for run in self._get_runs(flavour)]
        return _add_up(log.read_text(errors="replace") for log in logs)


def _announce(name, results):
    _report(results)
    console.say(f"== {name} ==")


def _on(database):
    """pytest's options for the tests of the addon."""
    return [f"--odoo-database={database}", "--odoo-http"]


def _add_up(outputs):
    """What several runs of pytest counted in their last lines, as it writes it."""
    counts = collections.Counter()
    for output in outputs:
        closing_line = output.rstrip().rpartition("\n")[2]
        for number, what in re.findall(r"(\d+) ([a-z ]+)(?:,| in )", closing_line):
            counts[what] += int(number)
    return ", ".join(f"{number} {what}" for what, number in counts.items())


def run_to_the_end(name, root, options, environ, output=None):
    """pytest's exit code; an interruption ends it too.

    :param name: tells what it remembers from that of other runs
    :param output: an open file for what it prints
    """
    process = _start(name, root, options, environ, output)
    try:
        return process.wait()
    finally:
        _end(process)


def _start(name, root, options, environ, output=None):
    """Start pytest, which keeps what it remembers out of the checkout."""
    kept = checkout.folder() / "pytest" / name
    settings = checkout.addon() / "pyproject.toml"
    command = [packages.environment(), "-m", "pytest", f"--rootdir={root}"]
    command += [f"--config-file={settings}", "-o", f"cache_dir={kept}", *options]
    return subprocess.Popen(
        list(map(str, command)),
        cwd=checkout.addon().parent,
        env={**environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(kept / "hypothesis")},
        stdout=output,
        stderr=output,
    )


def _follow(process, log, meanwhile=lambda: None):
    """Print what a program has written and goes on writing; returns its exit code.

    :param meanwhile: called again and again until it ends, and then once more
    """
    with open(log, "rb") as output:
        running = True
        while running:
            running = process.poll() is None
            sys.stdout.buffer.write(output.read())
            sys.stdout.flush()
            meanwhile()
            time.sleep(0.5 if running else 0)
    return process.returncode


def _end(process):
    """Let an interrupted pytest close its browser and its server."""
    if process.poll() is not None:
        return
    if not sys.stdin.isatty():  # else the terminal has interrupted it as well
        process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _paths(addon, args):
    """pytest's arguments, with paths in the checkout as Odoo imports them.

    Without any path it is the addon's whole `tests` folder.
    """
    mapped = [_path(addon, arg) for arg in args]
    return mapped if mapped != args else [*args, str(addon / "tests")]


def _path(addon, arg):
    file, colons, test = arg.partition("::")
    # os.path: pathlib fails on an expression of -k that no file could have for a name
    path = Path(file) if os.path.exists(file) else checkout.ROOT / file
    path = path.resolve()
    is_ours = os.path.exists(path) and checkout.ROOT in path.parents
    if arg.startswith("-") or not is_ours:
        return arg
    return f"{addon / path.relative_to(checkout.ROOT)}{colons}{test}"
