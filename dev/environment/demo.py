"""The demo: a company with a year of goods, a recall traced in it, Odoo to click in.

`dev/demo_company/run_build.py` makes the company and `run_job.py` opens the case,
traces and prints; both run in Odoo's shell. The job writes what to show for the
way in to the JSON file named by `STOCK_RECALL_JOB_FILE`: the pages named in `PAGES`,
below the address, and `logins`, a list of `{login, password, who}`.
"""

import argparse
import json
import socket
import subprocess
import time
import urllib.request

from . import cache, checkout, console, databases, packages, programs

COMPANY = packages.DEV / "demo_company"
NAME = "stock_recall_demo"
HOST, PORT = "127.0.0.1", 8069
START_SECONDS = 60
PAGES = {
    "case_path": "The case",
    "picture_path": "Its picture",
    "causes_path": "Where the cause of the complaints may be",
}


def run(args):
    """Prepare the demo, do the main job, serve; returns an exit code."""
    options = _options(args)
    if not options.no_serve:
        _require_port(options.port)
    environment = checkout.Odoo()
    with cache.locked():
        _database(databases.Databases(environment), options.rebuild)
    way_in = _job(environment)
    return 0 if options.no_serve else _serve(environment, options.port, way_in)


def _options(args):
    parser = argparse.ArgumentParser("dev/demo", description=__doc__.split("\n")[0])
    parser.add_argument("--no-serve", action="store_true", help="stop after the report")
    parser.add_argument("--rebuild", action="store_true", help="start over")
    parser.add_argument("--port", type=int, default=PORT, help="serve on another port")
    return parser.parse_args(args)


def _require_port(port):
    """Fail before anything long begins when the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OverflowError:
            raise console.Failure(
                f"{port} is no port: name one from 1 to 65535 with --port"
            ) from None
        except OSError as error:
            raise console.Failure(
                f"port {port} of {HOST} cannot be used ({error.strerror}): stop the "
                "program that holds it, or name another one with --port"
            ) from None


def _database(server, rebuild):
    """The demo database, left as people have it unless it is out of date."""
    notes = server.notes()
    if NAME in notes and notes[NAME].get("role") != "demo":
        raise console.Failure(
            f"a database {NAME} is there that dev/demo did not make: rename it"
        )
    digest = _digest(server)
    if rebuild or notes.get(NAME, {}).get("digest") != digest:
        built = server.layer(
            f"company_{digest}",
            server.template("full"),
            lambda name: _build(server.odoo, name),
            "the demo company",
            role="company",
            again=rebuild,
        )
        server.copy(built, NAME, role="demo", digest=digest)


def _digest(server):
    """What the demo database is made from."""
    files = sorted(path for path in checkout.files(COMPANY))
    return cache.digest(
        server.addon_digest("full"),
        [(str(path.relative_to(COMPANY)), path.read_bytes()) for path in files],
    )


def _build(environment, name):
    script = COMPANY / "run_build.py"
    environment.shell(name, script, "the demo company was not built")


def _job(environment):
    """Open the case, trace, print; returns what the job wrote for the way in."""
    result = checkout.folder() / "job.json"
    result.unlink(missing_ok=True)
    job = {"STOCK_RECALL_JOB_FILE": str(result)}
    script = COMPANY / "run_job.py"
    environment.shell(NAME, script, "the recall was not traced", job, None)
    return json.loads(result.read_text()) if result.exists() else {}


def _serve(environment, port, way_in):
    """Run Odoo until it is interrupted."""
    log = cache.log("server")
    args = ["-d", NAME, f"--db-filter=^{NAME}$", "--http-interface", HOST]
    with open(log, "w", encoding="utf-8") as output:
        server = subprocess.Popen(
            environment.command(*args, "--http-port", port),
            env=environment.environ(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(server, port, log)
        _print_way_in(f"http://{HOST}:{port}", way_in, log)
        server.wait()
    except KeyboardInterrupt:
        console.say("stopping")
    finally:
        server.terminate()
        server.wait()
    return 0


def _wait_for(server, port, log):
    """Wait until Odoo answers."""
    with console.step("Odoo starts"):
        for _attempt in range(START_SECONDS * 4):
            if server.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"http://{HOST}:{port}/web/health", timeout=5)
                return
            except OSError:
                time.sleep(0.25)
    raise programs.failure("Odoo did not start", "correct it", log)


def _print_way_in(address, way_in, log):
    """Print where to go, and as whom."""
    print(f"\nOdoo: {address}")
    for key, text in PAGES.items():
        if key in way_in:
            print(f"{text}: {address}{way_in[key]}")
    for login in way_in.get("logins", []):
        print("Login: {login} / {password}  ({who})".format(**login))
    print(f"Odoo's log: {log}\nCtrl-C stops it.", flush=True)
