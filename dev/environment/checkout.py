"""This checkout as Odoo sees it: an addon with a name, and a configuration."""

import configparser
import hashlib
import os
import subprocess

from . import cache, odoo, packages, postgres, programs

ADDON = "stock_recall"
ROOT = packages.DEV.parent
# What the database does not depend on, so that changing it rebuilds nothing.
NOT_SHIPPED = {"dev", "tests", "readme", "docs"}
GENERATED = {"__pycache__", "node_modules"}


def folder():
    """The folder of the cache that is this checkout's own."""
    path = cache.folder() / "checkouts" / cache.digest(str(ROOT))
    path.mkdir(parents=True, exist_ok=True)
    return path


def addon():
    """The addon under its technical name, whatever the checkout's folder is called."""
    link = folder() / "addons" / ADDON
    link.parent.mkdir(exist_ok=True)
    if not link.is_symlink() or os.readlink(link) != str(ROOT):
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT)
    return link


def source_digest():
    """A digest of the files that make the addon what it is in a database."""
    digest = hashlib.sha256()
    for path in sorted(files(ROOT, NOT_SHIPPED)):
        if not path.name.startswith((".", "README")):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def files(folder, without=frozenset()):
    """The files under a folder that people wrote, leaving some folders out."""
    for path in folder.iterdir():
        if path.is_file() and path.suffix != ".pyc":
            yield path
        elif path.is_dir() and not _skipped(path.name, without):
            yield from files(path, without)


def _skipped(name, without):
    return name.startswith(".") or name in GENERATED or name in without


class Odoo:
    """Odoo's command line with this checkout's addon and a server that runs."""

    def __init__(self):
        self.root = odoo.root()
        self.settings = postgres.server()
        self.data = cache.folder() / "odoo-data"
        self.config = self._write_config()

    def _write_config(self):
        """Write the configuration file that every start of Odoo reads."""
        paths = [addon().parent, *odoo.addons_folders(self.root)]
        options = {
            "addons_path": ",".join(map(str, paths)),
            "data_dir": self.data,
            "db_host": self.settings["host"],
            "db_port": self.settings["port"],
            "db_user": self.settings["user"],
            "http_interface": "127.0.0.1",
            "list_db": "False",
            "log_level": "info",
            "without_demo": "True",
        }
        parser = configparser.RawConfigParser()
        parser["options"] = {name: str(value) for name, value in options.items()}
        path = folder() / "odoo.conf"
        making = folder() / f"odoo.conf.{os.getpid()}"
        with open(making, "w", encoding="utf-8") as file:
            parser.write(file)
        making.rename(path)
        return path

    def environ(self, *folders):
        """The environment variables that Odoo runs with.

        :param folders: where Python finds other modules than Odoo
        """
        python = packages.environment()
        return {
            **os.environ,
            "ODOO_RC": str(self.config),
            "PYTHONPATH": os.pathsep.join(map(str, (self.root, *folders))),
            "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        }

    def command(self, *args):
        """The command line of Odoo with `args`."""
        return [str(packages.environment()), "-m", "odoo", *map(str, args)]

    def run(self, *args, extra=None, **kwargs):
        """Run Odoo and wait.

        :param extra: further environment variables
        :param kwargs: as of `subprocess.run`
        """
        environ = {**self.environ(), **(extra or {})}
        command = self.command(*args)
        return subprocess.run(
            command, env=environ, check=False, pass_fds=cache.held, **kwargs
        )

    def shell(self, database, script, failed, extra=None, output=subprocess.DEVNULL):
        """Run a script in Odoo's shell, Odoo's own log going to a file.

        :raises console.Failure: which says that it `failed`
        """
        log = cache.log(script.name)
        with open(script) as source, open(log, "w", encoding="utf-8") as errors:
            done = self.run(
                *("shell", "-d", database, "--no-http"),
                extra=extra,
                stdin=source,
                stdout=output,
                stderr=errors,
            )
        if done.returncode:
            raise programs.failure(failed, "correct it", log)
