"""Real processes on a real database: what no test in one transaction can show."""

import contextlib
import multiprocessing
import os
import random
import threading
import time
import traceback
from types import SimpleNamespace

import psycopg2

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.service import model as service
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name
from odoo.tools import SQL, config

from .trace_common import TraceCommon

FORK = multiprocessing.get_context("fork")


class Flows(TraceCommon):
    """The flows at the real time, in a transaction that may really commit."""

    @classmethod
    def use(cls, env):
        """Let the flows work in a transaction."""
        cls.company = env["res.company"].browse(1)
        cls.env = env(context={"allowed_company_ids": cls.company.ids})
        cls.warehouse = cls._get_warehouse(cls.company)
        cls.stock = cls.warehouse.lot_stock_id
        cls.suppliers = env.ref("stock.stock_location_suppliers")
        cls.customers = env.ref("stock.stock_location_customers")
        cls.consignee = cls.vendor = env.user.partner_id

    @classmethod
    def wait(cls, **delta):
        """Time passes by itself."""


class ProcessCase(BaseCase):
    """Tests by processes of their own, on a copy of the test's database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}_own"
        cls._copy_database()
        cls.addClassCleanup(cls._drop_database)
        # With the option Odoo would run its tests at the end of loading.
        is_testing, config["test_enable"] = config["test_enable"], False
        cls.own_registry = Registry(cls.database)
        config["test_enable"] = is_testing

    def setUp(self):
        super().setUp()
        self.errors = FORK.SimpleQueue()
        self.processes = []
        self.addCleanup(self._end_processes)

    # ------------------------------------------------------------------
    # The database
    # ------------------------------------------------------------------
    @classmethod
    def _copy_database(cls):
        """Copy the test's database, with the note by which `dev/test` drops it should
        this process be killed."""
        source, name = map(SQL.identifier, (get_db_name(), cls.database))
        cls._drop_database()
        for patience in range(20, -1, -1):
            sql_db.close_db(get_db_name())  # which nobody may use meanwhile
            try:
                cls._execute(SQL("CREATE DATABASE %s TEMPLATE %s", name, source))
                break
            except psycopg2.errors.ObjectInUse:
                if not patience:
                    raise
        ((note,),) = cls._execute(
            SQL(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
                "WHERE datname = %s",
                get_db_name(),
            )
        )
        if note:
            cls._execute(SQL("COMMENT ON DATABASE %s IS %s", name, note))

    @classmethod
    def _drop_database(cls):
        if cls.database in Registry.registries:
            Registry.delete(cls.database)
        sql_db.close_db(cls.database)
        name = SQL.identifier(cls.database)
        cls._execute(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", name))

    @classmethod
    def _execute(cls, statement):
        """Run a statement on the server that no transaction may run."""
        with contextlib.closing(sql_db.db_connect("postgres").cursor()) as cr:
            cr._cnx.autocommit = True
            cr.execute(statement)
            return cr.fetchall() if cr.description else []

    @classmethod
    @contextlib.contextmanager
    def transaction(cls, uid=SUPERUSER_ID):
        """An environment in a transaction of its own, committed at the end; the flows
        work in it."""
        with cls.own_registry.cursor() as cr:
            env = api.Environment(cr, uid, {})
            Flows.use(env)
            yield Flows.env(user=uid)

    @classmethod
    def call(cls, method, *args, uid=SUPERUSER_ID):
        """Call `method(env, *args)` as Odoo's server does: conflicts are retried."""
        with cls.own_registry.cursor() as cr:
            env = api.Environment(cr, uid, {})

            def call():
                Flows.use(env)
                return method(Flows.env(user=uid), *args)

            return service.retrying(call, env)

    @classmethod
    def retrace(cls):
        """Trace the cases again that have held goods since, as the cron does."""
        with cls.transaction() as env:
            env.cr.rollback()  # what the cron reads before it begins is nothing
            env["recall.case"]._cron_retrace_held()

    # ------------------------------------------------------------------
    # Processes
    # ------------------------------------------------------------------
    def start(self, target, *args):
        """Call `target(*args)` in a process of its own."""
        sql_db.close_db(self.database)
        process = FORK.Process(target=self._run, args=(os.getpid(), target, args))
        process.start()
        self.processes.append(process)
        return process

    def _run(self, parent, target, args):
        for pool in filter(None, (sql_db._Pool, sql_db._Pool_readonly)):
            # The connections are the parent's.
            pool._connections.clear()
            pool._lock = threading.Lock()
        random.seed()
        # Odoo waits up to 32 s before it tries again; we have no time.
        service.time = SimpleNamespace(sleep=lambda delay: time.sleep(delay / 100))
        threading.Thread(target=self._end_with, args=(parent,), daemon=True).start()
        try:
            target(*args)
        except BaseException:
            self.errors.put(traceback.format_exc())

    @staticmethod
    def _end_with(parent):
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    def join(self, seconds, processes=None):
        """Wait for processes; none may fail or hang."""
        deadline = time.monotonic() + seconds
        for process in processes or self.processes:
            process.join(max(deadline - time.monotonic(), 0))
            if process.is_alive():
                self.fail(f"a process hangs:\n{self._describe_locks()}")
        self._raise_errors()

    def _raise_errors(self):
        if not self.errors.empty():
            self.fail(f"a process failed:\n{self.errors.get()}")

    def _describe_locks(self):
        rows = self._execute(
            SQL(
                "SELECT pid, pg_blocking_pids(pid), state, wait_event_type, "
                "wait_event, left(query, 300) FROM pg_stat_activity "
                "WHERE datname = %s",
                self.database,
            )
        )
        return "\n".join(map(str, rows))

    def _end_processes(self):
        for process in self.processes:
            process.kill()
            process.join()
