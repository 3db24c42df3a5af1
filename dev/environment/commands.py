"""The commands of `dev/`, each a function of its arguments that returns an exit code."""

import os

from . import cache, checkout, console, databases


def run(command, args):
    """Run the command of that name."""
    return {"odoo": odoo, "db": db}[command](args)


def odoo(args):
    """Odoo's own command line, in place of this process."""
    with cache.locked():
        environment = checkout.Odoo()
    command = environment.command(*args)
    os.execve(command[0], command, environment.environ())


def db(args):
    """Make a fresh database with the addon: `dev/db NAME [full|minimal]`."""
    if not args or len(args) > 2 or args[1:] and args[1] not in databases.FLAVOURS:
        raise console.Failure("which database? usage: dev/db NAME [full|minimal]")
    with cache.locked():
        databases.Databases(checkout.Odoo()).fresh(args[0], (args[1:] or ["full"])[0])
    console.say(f"database {args[0]} is ready: dev/odoo shell -d {args[0]}")
    return 0
