"""Databases: templates that are built once, and copies of them made in a second.

A template is a chain of layers, each a copy of the one below with more modules
installed: the hard dependencies, then (for `full`) the soft ones, then the
addon. What a database is stands in its comment, written when it is whole, so a
database without the comment is half-made or somebody else's.
"""

import contextlib
import json
import os
import shutil
import socket
from pathlib import Path

from . import cache, checkout, console, odoo, packages, postgres

HARD = ["sale_stock", "product_expiry", "sms"]
SOFT = [
    "purchase_stock",
    "mrp",
    "mrp_subcontracting",
    "repair",
    "stock_dropshipping",
    "point_of_sale",
    "stock_picking_batch",
]
FLAVOURS = ("minimal", "full")
PREPARE = packages.DEV / "suite" / "prepare.py"
PREFIX = "stock_recall"


class Databases:
    """The databases of this environment on one server."""

    def __init__(self, environment):
        self.odoo = environment
        self.connection = postgres.connect(environment.settings)
        # A server may serve several caches, and each keeps its databases' files.
        self.cache = cache.digest(socket.gethostname(), str(cache.folder()))[:6]

    # Questions and statements

    def _query(self, statement, *values):
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def _execute(self, statement, *names):
        """Run a statement whose `{}` are names of databases."""
        from psycopg2 import sql

        identifiers = map(sql.Identifier, names)
        return self._query(sql.SQL(statement).format(*identifiers))

    def notes(self):
        """What this environment noted on each database, empty where it did not."""
        rows = self._query(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        )
        return {name: self._read_note(comment) for name, comment in rows}

    def _read_note(self, comment):
        """The note in a database's comment, empty for a comment of somebody else."""
        with contextlib.suppress(TypeError, ValueError):
            note = json.loads(comment)
            if isinstance(note, dict) and note.get("by") == f"{PREFIX}/{self.cache}":
                return note
        return {}

    def note(self, name, **values):
        """Note on a database what it is: from here on it is whole, and ours."""
        from psycopg2 import sql

        comment = json.dumps({"by": f"{PREFIX}/{self.cache}", **values})
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
        self._query(statement.format(sql.Identifier(name), sql.Literal(comment)))

    # Making and removing

    def drop(self, name):
        """Remove a database with its files, whoever is connected."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        shutil.rmtree(self._filestore(name), ignore_errors=True)

    def copy(self, source, name, **note):
        """Make the database `name` from another one, replacing an earlier one.

        It is made under another name, so that an interruption leaves no half of it.
        """
        making = self._create(source)
        self.note(making, **note)
        self._finish(making, name)

    def _create(self, source):
        """The name of a database in the making, a copy of `source` or else empty."""
        name = f"{PREFIX}_{self.cache}_making"
        self.drop(name)
        if source:
            self._execute("CREATE DATABASE {} TEMPLATE {}", name, source)
            self._copy_files(source, name)
        else:
            self._execute(
                "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' "
                "LC_COLLATE 'C' LC_CTYPE 'C'",
                name,
            )
        return name

    def _finish(self, making, name):
        """Give a database its final name, with its files there first."""
        self.drop(name)
        if self._filestore(making).exists():
            self._filestore(making).rename(self._filestore(name))
        self._execute("ALTER DATABASE {} RENAME TO {}", making, name)

    def _filestore(self, name):
        return Path(self.odoo.data, "filestore", name)

    def _copy_files(self, source, name):
        """Attachments never change once written, so a copy shares them."""
        if self._filestore(source).exists():
            shutil.rmtree(self._filestore(name), ignore_errors=True)
            shutil.copytree(
                self._filestore(source), self._filestore(name), copy_function=os.link
            )

    # Templates

    def template(self, flavour):
        """The name of the template with the addon installed, built if need be."""
        return self.layer(
            f"{flavour}_{self.addon_digest(flavour)}",
            self.base(flavour),
            lambda name: self.install(name, [checkout.ADDON]),
            f"database template {flavour}: {checkout.ADDON}",
            role=f"addon-{flavour}",
        )

    def prepared(self, flavour):
        """The layer above the addon: what all tests begin with."""
        script, common = PREPARE, checkout.ROOT / "tests" / "common.py"
        key = (self.addon_digest(flavour), script.read_text(), common.read_text())
        return self.layer(
            f"prepared_{flavour}_{cache.digest(*key)}",
            self.template(flavour),
            lambda name: self.odoo.shell(name, script, "the tests cannot begin"),
            f"database template {flavour}: what the tests begin with",
            role=f"prepared-{flavour}",
        )

    def addon_digest(self, flavour):
        """What the template of a flavour is made from."""
        return cache.digest(self.base_key(flavour), checkout.source_digest())

    def base(self, flavour):
        """The layer below the addon: what it depends on, or may work with."""
        below = None if flavour == "minimal" else self.base("minimal")
        modules = HARD if flavour == "minimal" else SOFT
        return self.layer(
            f"base_{flavour}_{self.base_key(flavour)}",
            below,
            lambda name: self.install(name, modules),
            f"database template {flavour}: Odoo's own modules",
            role=f"base-{flavour}",
        )

    def base_key(self, flavour):
        """What the layer below the addon is made from: Odoo, and which modules."""
        modules = HARD if flavour == "minimal" else HARD + SOFT
        return cache.digest(odoo.version(self.odoo.root), modules)

    def layer(self, suffix, below, build, text, role, again=False):
        """The name of a template, made by `build(name)` in a copy of `below`.

        :param suffix: tells it from all others: what it is and is made from
        :param role: templates of one role replace each other
        :param again: make it even if it is there
        """
        name = f"{PREFIX}_{self.cache}_{suffix}"
        with cache.locked():
            note = self.notes().get(name)
            if again or not note:
                cache.require_space(1)
                with console.step(text):
                    making = self._create(below)
                    build(making)
                    self._finish(making, name)
                note = {"role": role, "checkouts": []}
            self._claim(name, note)
        return name

    def _claim(self, name, note):
        """Note that this checkout needs a template, and drop those nobody needs."""
        here = str(checkout.ROOT)
        if here not in note["checkouts"]:
            self.note(name, role=note["role"], checkouts=[*note["checkouts"], here])
        for other, its in self.notes().items():
            if other == name or "checkouts" not in its:
                continue
            needed_by = [path for path in its["checkouts"] if Path(path).exists()]
            if its["role"] == note["role"] and here in needed_by:
                needed_by.remove(here)
            if not needed_by:
                self.drop(other)
            elif needed_by != its["checkouts"]:
                self.note(other, role=its["role"], checkouts=needed_by)

    def install(self, name, modules):
        """Install modules, taking an error in Odoo's log for a failure."""
        log = cache.log(f"install-{name}")
        log.unlink(missing_ok=True)
        with open(log, "w", encoding="utf-8") as output:
            args = ["-d", name, "-i", ",".join(modules), "--stop-after-init"]
            done = self.odoo.run(*args, "--no-http", stdout=output, stderr=output)
        errors = _errors(log)
        if done.returncode or errors:
            for line in errors or log.read_text().splitlines()[-20:]:
                console.say(line)
            raise console.Failure(
                f"{', '.join(modules)} cannot be installed: "
                f"see the lines above, or {log}"
            )
        log.unlink()

    # Copies

    def fresh(self, name, flavour):
        """A fresh database with the addon, replacing one made here earlier."""
        notes = self.notes()
        if name in notes and notes[name].get("role") != "work":
            raise console.Failure(
                f"the database {name} was not made by dev/db: choose another name, "
                "or drop it yourself"
            )
        self.copy(self.template(flavour), name, role="work", flavour=flavour)

    @contextlib.contextmanager
    def temporary(self, label, template=None):
        """A database for one run of the tests, gone afterwards.

        :param label: the flavour, or what it is for
        :param template: the database to copy; by default the flavour's with the addon
        """
        name = f"{PREFIX}_test_{label}_{os.getpid()}"
        with cache.locked():
            self._drop_abandoned()
            template = template or self.template(label)
            self.copy(template, name, role="test", pid=os.getpid())
        try:
            yield name
        finally:
            self.drop(name)

    def _drop_abandoned(self):
        """Remove the databases of test runs that were killed."""
        for name, note in self.notes().items():
            if note.get("role") == "test" and not _runs(note["pid"]):
                self.drop(name)


def _runs(pid):
    """Whether a process of that id is there."""
    return Path("/proc", str(pid)).exists()


def _errors(log):
    """The lines of an Odoo log that tell of an error, each with what follows it."""
    lines, shown, wanted = log.read_text(errors="replace").splitlines(), [], False
    for line in lines:
        parts = line.split(" ", 4)
        if len(parts) > 3 and parts[2].isdigit():
            wanted = parts[3] in ("ERROR", "CRITICAL")
        if wanted:
            shown.append(line)
    return shown[-40:]
