"""The suite: linters, the environment's own tests, then each flavour of database."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from . import cache, checkout, console, databases, linting, packages, tools

NOTHING_SELECTED = 5
PATIENCE_SECONDS = 30


def run(args):
    """Run everything, going on after a failure; returns an exit code.

    pytest's closing line for the last flavour is the last line printed.
    """
    flavours, with_lint, args = _options(args)
    environment = checkout.Odoo()
    tools.browser()
    tools.pdf_engine()
    results = {"lint": linting.run()} if with_lint else {}
    if with_lint and not args:
        results["environment"] = _test_environment()
    _test_flavours(environment, flavours, args, results)
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


def _test_flavours(environment, flavours, args, results):
    """The addon's tests on a fresh database of each flavour.

    The whole suite runs on all of them at once, as one leaves half of a small
    machine idle; the output of the later ones is held back until it is their turn.
    """
    addon = checkout.addon()
    server = databases.Databases(environment)
    held_back = {}
    with contextlib.ExitStack() as stack:

        def start(flavour, output=None):
            options = [f"--odoo-database={names[flavour]}", "--odoo-http"]
            options += _paths(addon, args)
            run = _start(flavour, addon, options, environment.environ(), output)
            stack.callback(_end, run)
            return run

        names = {name: stack.enter_context(server.temporary(name)) for name in flavours}
        for flavour in flavours[1:] if not args else ():
            log = cache.log(f"test-{flavour}-{os.getpid()}")
            stack.callback(log.unlink)
            with open(log, "wb") as output:
                held_back[flavour] = start(flavour, output), log
        for flavour in flavours:
            _report(results)
            console.say(f"== {flavour} ==")
            if flavour in held_back:
                results[flavour] = _follow(*held_back[flavour])
            else:
                results[flavour] = start(flavour).wait()


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


def _follow(process, log):
    """Print what a program has written and goes on writing; returns its exit code."""
    with open(log, "rb") as output:
        running = True
        while running:
            running = process.poll() is None
            sys.stdout.buffer.write(output.read())
            sys.stdout.flush()
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
    path = Path(file) if Path(file).exists() else checkout.ROOT / file
    path = path.resolve()
    if arg.startswith("-") or not path.exists() or checkout.ROOT not in path.parents:
        return arg
    return f"{addon / path.relative_to(checkout.ROOT)}{colons}{test}"
