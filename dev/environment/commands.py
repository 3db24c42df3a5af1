"""The commands of `dev/`: each takes its arguments and returns an exit code."""

import os
import re

from . import cache, checkout, console, databases


def run(command, args):
    """Run the command of that name."""
    return COMMANDS[command](args)


def odoo(args):
    """Odoo's own command line, in place of this process."""
    environment = checkout.Odoo()
    command = environment.command(*args)
    os.execve(command[0], command, environment.environ())


def db(args):
    """Make a fresh database with the addon: `dev/db NAME [full|minimal]`."""
    if not args or len(args) > 2 or args[1:] and args[1] not in databases.FLAVOURS:
        raise console.Failure("which database? usage: dev/db NAME [full|minimal]")
    name, flavour = (*args, "full")[:2]
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", name, re.ASCII):
        raise console.Failure(
            f"{name!r} cannot name a database: take letters, digits, _, . and -"
        )
    with cache.locked():
        databases.Databases(checkout.Odoo()).fresh(name, flavour)
    console.say(f"database {name} is ready: dev/odoo shell -d {name}")
    return 0


def demo(args):
    """The demo company and its recall: `dev/demo [--no-serve] [--rebuild]`."""
    from . import demo

    return demo.run(args)


def lint(args):
    """All linters: `dev/lint [--fix]`."""
    from . import linting

    if args not in ([], ["--fix"]):
        raise console.Failure("usage: dev/lint [--fix]")
    return linting.run(fix=bool(args))


def test(args):
    """The whole suite: `dev/test [--no-lint] [--flavour NAME] [pytest's own]`.

    `dev/test --core [MODULE ...]` runs Odoo's own tests, with the addon and without.
    """
    from . import core_testing, testing

    if "--core" in args:
        return core_testing.run([arg for arg in args if arg != "--core"])
    return testing.run(args)


def bench(args):
    """Measured comparisons: `dev/bench [NAME ...]`."""
    from . import bench

    return bench.run(args)


COMMANDS = {
    "bench": bench,
    "db": db,
    "demo": demo,
    "lint": lint,
    "odoo": odoo,
    "test": test,
}
