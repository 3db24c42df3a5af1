"""The environment's own logic and its error lines, without Odoo or a server."""

import contextlib
import errno
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

DEV = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(DEV))

from environment import (
    bench,
    bench_install,
    cache,
    checkout,
    commands,
    console,
    core_testing,
    databases,
    demo,
    linting,
    odoo,
    programs,
    sharing,
    testing,
)


@pytest.fixture(autouse=True)
def cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("STOCK_RECALL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_step_that_was_cut_short_is_built_again():
    built = []

    def interrupted(path):
        (path / "half").touch()
        raise KeyboardInterrupt

    def whole(path):
        assert not list(path.iterdir())
        built.append(path)

    with pytest.raises(KeyboardInterrupt):
        cache.ensure("thing", "key", interrupted, "a thing", 0)
    first = cache.ensure("thing", "key", whole, "a thing", 0)
    assert cache.ensure("thing", "key", whole, "a thing", 0) == first
    assert built == [first]


def test_builds_that_no_run_uses_are_forgotten():
    old = cache.ensure("thing", "old", lambda path: None, "a thing", 0)
    os.utime(old / cache.COMPLETE, (0, 0))
    cache.ensure("thing", "new", lambda path: None, "a thing", 0)
    assert not old.exists()


def test_too_little_space_fails_before_the_step():
    with pytest.raises(console.Failure, match="are needed: free some space"):
        cache.ensure("thing", "key", lambda path: None, "a thing", 10**9)


def test_an_unwritable_cache_names_the_variable(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("STOCK_RECALL_CACHE", str(tmp_path / "file" / "below"))
    with pytest.raises(console.Failure, match="STOCK_RECALL_CACHE"):
        cache.folder()


@pytest.mark.parametrize(
    "error", [console.Failure("a: b"), OSError(errno.ENOSPC, "full"), KeyboardInterrupt]
)
def test_what_a_person_can_act_on_is_one_line(error):
    with pytest.raises(SystemExit) as caught, console.one_line_errors():
        raise error
    assert isinstance(caught.value.code, str)
    assert "\n" not in caught.value.code


def test_a_failed_program_shows_its_last_error_and_the_advice(tmp_path):
    script = "print('E: no such host'); print('bye'); raise SystemExit(3)"
    with pytest.raises(console.Failure, match=r"\(no such host\): check it; see"):
        programs.run(
            [sys.executable, "-c", script], tmp_path / "log", "not done", "check it"
        )


def test_a_program_that_fills_the_disk_says_so(tmp_path):
    script = "raise OSError(28, 'No space left on device')"
    with pytest.raises(console.Failure, match="the disk is full"):
        programs.run([sys.executable, "-c", script], tmp_path / "log", "-", "-")


@pytest.mark.parametrize("path", ["/nonexistent", "tests"])
def test_a_folder_without_odoo_is_refused(path, monkeypatch):
    monkeypatch.setenv("STOCK_RECALL_ODOO", str(DEV / path))
    with pytest.raises(console.Failure, match="STOCK_RECALL_ODOO"):
        odoo.root()


def test_another_series_of_odoo_is_refused(tmp_path, monkeypatch):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0, FINAL)\n")
    monkeypatch.setenv("STOCK_RECALL_ODOO", str(tmp_path))
    with pytest.raises(console.Failure, match="not Odoo 19"):
        odoo.root()


def test_the_addon_has_its_technical_name_and_repairs_a_stale_link():
    link = checkout.addon()
    assert link.name == "stock_recall"
    assert link.resolve() == checkout.ROOT
    link.unlink()
    link.symlink_to("/nonexistent")
    assert checkout.addon().resolve() == checkout.ROOT


def test_the_digest_follows_what_ships_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    for name in ("models/a.py", "tests/test_a.py", "dev/x", "README.md", ".git/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    before = checkout.source_digest()
    for name in ("tests/test_a.py", "dev/x", "README.md", ".git/x"):
        (tmp_path / name).write_text("2")
    assert checkout.source_digest() == before
    (tmp_path / "models/a.py").write_text("2")
    assert checkout.source_digest() != before


def test_arguments_are_split_between_this_command_and_pytest():
    assert testing._options([]) == (databases.FLAVOURS, True, [])
    assert testing._options(["-k", "x", "--flavour", "full", "--no-lint"]) == (
        ("full",),
        False,
        ["-k", "x"],
    )
    for wrong in (["--flavour"], ["--flavour", "other"]):
        with pytest.raises(console.Failure):
            testing._options(wrong)


def test_paths_reach_pytest_under_the_addon_s_name():
    addon = checkout.addon()
    here = "dev/tests/test_environment.py"
    assert testing._paths(addon, [f"{here}::Class", "-x"]) == [
        f"{addon}/{here}::Class",
        "-x",
    ]
    assert testing._paths(addon, ["-k", "name"]) == ["-k", "name", f"{addon}/tests"]
    too_long_for_a_file = " or ".join(f"test_{number}" for number in range(100))
    assert testing._path(addon, too_long_for_a_file) == too_long_for_a_file


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [
        ({"minimal": 0, "full": 0}, 0),
        ({"minimal": 5, "full": 0}, 0),
        ({"minimal": 5, "full": 5}, 5),
        ({"minimal": 1, "full": 0}, 1),
        ({"lint": 1, "minimal": 0, "full": 0}, 1),
    ],
)
def test_the_verdict_forgives_only_what_selected_nothing(codes, verdict):
    assert testing._verdict(codes, ("minimal", "full")) == verdict


def test_only_our_own_notes_are_read():
    server = databases.Databases.__new__(databases.Databases)
    server.cache = "abc"
    assert server._read_note('{"by": "stock_recall/abc", "role": "work"}')["role"]
    other = '{"by": "stock_recall/xyz", "role": "work"}'
    for foreign in (None, "", "a comment", "[]", '{"role": "work"}', other):
        assert server._read_note(foreign) == {}


def test_errors_in_odoo_s_log_are_found_with_their_traceback(tmp_path):
    log = tmp_path / "log"
    log.write_text(
        "2026-01-01 00:00:00,000 1 INFO db odoo.a: ERROR in a text\n"
        "2026-01-01 00:00:00,000 1 ERROR db odoo.b: broken\n"
        "Traceback (most recent call last):\n"
        "2026-01-01 00:00:00,000 1 WARNING db odoo.c: fine\n"
    )
    assert databases._errors(log) == [
        "2026-01-01 00:00:00,000 1 ERROR db odoo.b: broken",
        "Traceback (most recent call last):",
    ]


def test_no_linter_is_given_files_outside_the_repository():
    jobs = linting._node_jobs(Path("/nowhere"), fix=False)
    names = [arg for arg in jobs["prettier"] if str(arg).endswith(".json")]
    assert "package.json" in names


def test_an_old_python_can_read_the_first_step():
    """Python 3.6 has no assignment expressions, match, or newer syntax."""
    import ast

    scripts = [DEV / name for name in ("bench", "db", "demo", "lint", "odoo", "test")]
    for path in [*scripts, DEV / "environment" / "start.py"]:
        ast.parse(path.read_text(), feature_version=(3, 6))


@pytest.mark.parametrize(
    ("command", "args"),
    [("db", []), ("db", ["a", "b"]), ("db", ["a", "full", "c"]), ("lint", ["x"])],
)
def test_wrong_arguments_are_refused(command, args):
    with pytest.raises(console.Failure, match="usage"):
        commands.run(command, args)


def test_output_held_back_is_printed_whole(tmp_path, capfdbinary):
    script = "import time\nfor i in range(9): print(i, flush=True); time.sleep(0.1)"
    log = tmp_path / "log"
    with open(log, "wb") as output:
        process = subprocess.Popen([sys.executable, "-c", script], stdout=output)
    assert testing._follow(process, log) == 0
    assert capfdbinary.readouterr().out == b"0\n1\n2\n3\n4\n5\n6\n7\n8\n"


def test_what_is_done_meanwhile_is_done_once_more_at_the_end(tmp_path):
    """Else nothing would follow a program that has ended between two looks."""
    (tmp_path / "log").touch()
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    ended = []
    testing._follow(process, tmp_path / "log", lambda: ended.append(process.poll()))
    assert ended[-1] == 0


def test_a_module_is_run_by_the_one_run_that_takes_it(tmp_path):
    modules = [tmp_path / f"test_{name}.py" for name in "abc"]
    for module in modules:
        module.write_text(SHARED)
    with sharing.waiting(modules) as folder:
        other = sharing.Share(folder)
        assert other._takes("test_b.py")
        assert other._takes("test_b.py")
        output = _share(folder, tmp_path)
        assert not list(folder.iterdir())
        assert not other._takes("test_a.py")
    assert testing._add_up([output]) == "4 passed"


SHARED = """
import unittest


class Test(unittest.TestCase):
    here = []

    @classmethod
    def setUpClass(cls):
        cls.here.append(cls)
        cls.addClassCleanup(cls.here.pop)

    def test_first(self):
        assert len(self.here) == 1

    def test_second(self):
        assert len(self.here) == 1
"""


def _share(folder, tests):
    """What pytest prints in a run that takes what waits in a folder."""
    names = {sharing.VARIABLE: str(folder), "PYTHONPATH": str(DEV)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:odoo", "-p", "environment.sharing"]
        + [f"--rootdir={tests}", "-o", f"cache_dir={tests / 'cache'}", tests],
        env={**os.environ, **names},
        capture_output=True,
        check=False,
        text=True,
    )
    return done.stdout


def test_what_runs_of_one_suite_counted_is_added_up():
    outputs = [
        "9 passed, as a test says\n"
        "======= 1 failed, 200 passed, 3 skipped in 612.30s (0:10:12) =======\n",
        "======= 40 passed, 2 skipped, 5 subtests passed in 9.10s =======\n",
        "======= no tests ran in 0.10s =======\n",
        "",
    ]
    counted = "1 failed, 240 passed, 5 skipped, 5 subtests passed"
    assert testing._add_up(outputs) == counted


def test_a_run_that_ends_is_followed_by_one_that_shares_what_is_left(monkeypatch):
    suite = testing._Suite.__new__(testing._Suite)
    left = {"minimal": ["a"], "full": ["a", "b"]}
    suite.runs, suite.queue, started = [], ["minimal", "full"] * 2, []

    def start(flavour):
        started.append(flavour)
        process = types.SimpleNamespace(poll=lambda: None)
        suite.runs.append(testing.Run(flavour, flavour, process, None))

    monkeypatch.setattr(testing, "CORES", 2)
    monkeypatch.setattr(suite, "left", left.get)
    monkeypatch.setattr(suite, "_start", start)
    suite.start_more()
    assert started == ["minimal", "full"]
    left["minimal"] = []
    suite.runs[0].process.poll = lambda: 0
    suite.start_more()
    assert started == ["minimal", "full", "full"]
    suite.runs[1].process.poll = lambda: 0
    suite.start_more()
    assert started == ["minimal", "full", "full"]


def test_an_empty_home_is_said(monkeypatch):
    monkeypatch.delenv("STOCK_RECALL_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "")
    with pytest.raises(console.Failure, match="HOME is empty: set it"):
        cache.folder()


def test_a_number_that_is_no_port_is_said():
    with pytest.raises(console.Failure, match="99999 is no port"):
        demo.run(["--port", "99999"])


def test_demo_names_the_pages_that_its_job_wrote(capsys):
    way_in = {"case_path": "/odoo/recalls/1", "causes_path": "/odoo/recalls/2/causes"}
    demo._print_way_in("http://here", way_in, "log")
    lines = capsys.readouterr().out.splitlines()
    assert "The case: http://here/odoo/recalls/1" in lines
    assert any(
        "cause" in line and line.endswith("http://here/odoo/recalls/2/causes")
        for line in lines
    )


@pytest.mark.parametrize("name", ["a b", "a;b", "a,b", "-d", "../a"])
def test_a_name_that_no_database_can_have_is_said(name):
    with pytest.raises(console.Failure, match="cannot name a database"):
        commands.db([name])


def test_only_what_passes_without_the_addon_is_blamed_on_it():
    without = {
        "good": True,
        "broken": True,
        "gone": True,
        "odd": False,
        "healed": False,
    }
    with_addon = {"good": True, "broken": False, "odd": False, "healed": True}
    ours, theirs = core_testing._blame(without, {**with_addon, "new": False})
    assert ours == ["broken", "gone", "new"]
    assert theirs == ["odd"]


def test_a_report_of_pytest_is_read_without_what_was_skipped(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="a.T" name="good"/>'
        '<testcase classname="a.T" name="bad"><failure/></testcase>'
        '<testcase classname="a.T" name="broken"><error/></testcase>'
        '<testcase classname="a.T" name="none"><skipped/></testcase>'
        "</testsuite></testsuites>"
    )
    expected = {"a.T.good": True, "a.T.bad": False, "a.T.broken": False}
    assert core_testing._read(report) == expected


def test_a_report_cut_short_is_not_kept(tmp_path, monkeypatch):
    class Server:
        @contextlib.contextmanager
        def temporary(self, label, template):
            yield "database"

    def interrupted(*args):
        report.write_text("half")
        return 2

    report = tmp_path / "report.xml"
    monkeypatch.setattr(core_testing.testing, "run_to_the_end", interrupted)
    environment = types.SimpleNamespace(environ=dict)
    tests = tmp_path / "stock" / "tests"
    with pytest.raises(console.Failure, match="to their end"):
        core_testing._run(environment, Server(), tests, "template", report)
    assert not report.exists()


@pytest.mark.parametrize("command", [core_testing.run, bench.run])
def test_what_is_not_known_is_refused_before_anything_is_built(command):
    with pytest.raises(console.Failure, match="not nonsense"):
        command(["nonsense"])


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (bench.Row("a", 1.03, 1, 1.03), "ok"),
        (bench.Row("a", 2.1, 2, 1.03), "MISSED"),
        (bench.Row("a", 0.9, 0, 1, is_ratio=False), "ok"),
        (bench.Row("a", 2, 0, 1, "queries", False), "MISSED"),
    ],
)
def test_the_bar_is_on_the_ratio_or_else_on_the_figure(row, verdict):
    assert str(row).endswith(f"  {verdict}")


def test_a_figure_without_a_bar_has_no_verdict():
    assert str(bench.Row("a", 3, 2, None)).endswith("   1.500")


def test_what_an_uninstallation_leaves_or_takes_is_named():
    before = {kind: {"a"} for kind in bench_install.NAMES}
    assert bench_install.compare(before, before) == []
    after = {**before, "table": {"a", "b"}, "xmlid": set()}
    assert bench_install.compare(before, after) == ["+ table b", "- xmlid a"]


def test_a_template_is_built_under_the_lock_whoever_asks_for_it(monkeypatch):
    """Two runs at once would else build in the same database."""
    server = databases.Databases.__new__(databases.Databases)
    server.cache, locked = "abc", []
    monkeypatch.setattr(server, "notes", dict)
    monkeypatch.setattr(server, "_create", lambda below: locked.append(cache.held))
    monkeypatch.setattr(server, "_finish", lambda making, name: None)
    monkeypatch.setattr(server, "note", lambda name, **values: None)
    server.layer("suffix", None, lambda name: None, "a template", "role")
    assert locked[0]
    assert not cache.held


def test_what_tests_begin_with_is_made_anew_once_it_changes(tmp_path, monkeypatch):
    server = databases.Databases.__new__(databases.Databases)
    monkeypatch.setattr(server, "template", str)
    monkeypatch.setattr(server, "addon_digest", str)
    monkeypatch.setattr(server, "layer", lambda suffix, *args, **kwargs: suffix)
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    common = tmp_path / "tests" / "common.py"
    common.parent.mkdir()
    common.write_text("1")
    before = server.prepared("full")
    assert server.prepared("full") == before != server.prepared("minimal")
    common.write_text("2")
    assert server.prepared("full") != before
