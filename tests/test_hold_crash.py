"""Killed at any moment: a hold, and what follows it, is whole or not there."""

import os
import random
import signal
import time

from odoo.fields import Command
from odoo.sql_db import Cursor
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .flows import needs
from .processes import Flows, ProcessCase

LOTS = 1000
ORDERS = 60
LOTS_AN_ORDER = 10
# Kills of a hold and of a release, each, at any time while they are at it.
MOMENTS = 15
# Seconds in which the longest action ends on a slow machine with other work to do.
HANGING = 180
QUIET = "odoo.service.model", "odoo.sql_db", "odoo.addons.stock_recall"


@needs("sale_stock", "mrp")
class TestHoldCrash(ProcessCase):
    """One case of many lots, in a process that is killed with the n-th query that it
    sends, or at some moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.transaction() as env:
            cls._set_up(env)

    @classmethod
    def _set_up(cls, env):
        nut = Flows._create_product("Nut")
        lots = env["stock.lot"].create(
            [{"name": f"N-{n}", "product_id": nut.id} for n in range(LOTS)]
        )
        env["stock.quant"].create(
            [
                {
                    "product_id": nut.id,
                    "lot_id": lot.id,
                    "location_id": Flows.stock.id,
                    "quantity": 5,
                }
                for lot in lots
            ]
        )
        cls.lot_ids = lots.ids
        cls.manager_id = cls._create_manager(env).id
        pickings = env["stock.picking"].create(
            [
                cls._prepare_picking(lots[n * LOTS_AN_ORDER : (n + 1) * LOTS_AN_ORDER])
                for n in range(ORDERS)
            ]
        )
        pickings.action_confirm()
        for n, picking in enumerate(pickings):
            part = lots[n * LOTS_AN_ORDER : (n + 1) * LOTS_AN_ORDER]
            Flows.fill(picking.move_ids, dict.fromkeys(part, 1))
            picking.move_ids.picked = False
        case = Flows._create_lot_case(lots)
        case.action_trace()
        cls.case_id = case.id

    @classmethod
    def _create_manager(cls, env):
        return mail_new_test_user(
            env,
            login="crash_manager",
            groups="stock_recall.group_recall_manager",
            company_id=Flows.company.id,
            company_ids=[Command.set(Flows.company.ids)],
        )

    @classmethod
    def _prepare_picking(cls, lots):
        places = {
            "location_id": Flows.stock.id,
            "location_dest_id": Flows.customers.id,
        }
        move = {
            "product_id": lots.product_id.id,
            "product_uom_qty": len(lots),
            **places,
        }
        return {
            "picking_type_id": Flows.warehouse.out_type_id.id,
            "move_ids": [Command.create(move)],
            **places,
        }

    # ------------------------------------------------------------------
    # What is done
    # ------------------------------------------------------------------
    def _hold(self, env):
        env["recall.case"].browse(self.case_id).action_hold()

    def _quarantine(self, env):
        env["recall.case"].browse(self.case_id)._move_to_quarantine()

    def _release(self, env):
        active = env["recall.hold"].search([("state", "=", "active")])
        active.with_user(self.manager_id)._release("Tested negative")

    def _settle(self):
        with self.transaction() as env:
            env["recall.hold"]._cron_settle()

    # ------------------------------------------------------------------
    # Killing
    # ------------------------------------------------------------------
    def _die_at(self, queries, action, *args):
        """Do something in a process that is killed before its n-th query.

        :return: whether it was
        """
        process = self.start(self._count_down, queries, action, *args)
        return self._ended_by_kill(process)

    @mute_logger(*QUIET)
    def _count_down(self, queries, action, *args):
        countdown = iter(range(queries - 1))

        def or_die(method):
            def counted(cr, *args, **kwargs):
                if next(countdown, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                return method(cr, *args, **kwargs)

            return counted

        Cursor.execute, Cursor.commit = or_die(Cursor.execute), or_die(Cursor.commit)
        action(*args)

    def _die_within(self, seconds, action, *args):
        """Do something in a process that is killed at some moment."""
        process = self.start(mute_logger(*QUIET)(action), *args)
        time.sleep(random.uniform(0, seconds))
        process.kill()
        return self._ended_by_kill(process)

    def _ended_by_kill(self, process):
        self.join(HANGING, [process])
        self.processes.remove(process)
        if process.exitcode != -signal.SIGKILL:
            return False
        self._wait_for_server()
        return True

    def _wait_for_server(self):
        """Until the server has ended what the killed process had begun."""
        deadline = time.monotonic() + 30
        while self._describe_locks() and time.monotonic() < deadline:
            time.sleep(0.01)

    # ------------------------------------------------------------------
    # What is true
    # ------------------------------------------------------------------
    def _count_held(self):
        """How many lots are held; all are, or none, and the case says so."""
        with self.transaction() as env:
            held = env["recall.hold"].search([("state", "=", "active")]).lot_id
            self.assertIn(len(held), (0, LOTS))
            case = env["recall.case"].browse(self.case_id)
            placed, released = (
                self._count_told(case, words) for words in ("Holds placed", "Released")
            )
            self.assertEqual(placed - released, len(held) // LOTS)
            return len(held)

    def _count_told(self, case, words):
        return len(case.message_ids.filtered(lambda m: words in (m.body or "")))

    def _check_reservations(self, env):
        """The quants have reserved what the open lines take, lot by lot."""
        on_quants = env["stock.quant"]._read_group(
            [("lot_id", "in", self.lot_ids), ("location_id", "=", Flows.stock.id)],
            ["lot_id"],
            ["reserved_quantity:sum"],
        )
        lines = dict(
            env["stock.move.line"]._read_group(
                [
                    ("lot_id", "in", self.lot_ids),
                    ("state", "not in", ("done", "cancel")),
                ],
                ["lot_id"],
                ["quantity_product_uom:sum"],
            )
        )
        for lot, reserved in on_quants:
            self.assertEqual(reserved, lines.get(lot, 0), lot.name)

    def _read_told(self, env):
        """What people were told: the messages of holds, and the activities."""
        case = env["recall.case"].browse(self.case_id)
        activities = env["mail.activity"].search([("summary", "ilike", "Held goods")])
        return self._count_told(case, "Holds placed"), len(activities)

    # ------------------------------------------------------------------
    # Tests
    # ------------------------------------------------------------------
    def test_killed_at_any_query(self):
        """Hold, what follows it, the move to quarantine, and the release: each is
        killed at one query after the other until it comes through."""
        self._kill_until_done(self._check_held_or_not, self.call, self._hold)
        self.assertEqual(self._count_held(), LOTS)
        self._kill_until_done(self._check_settling, self._settle)
        with self.transaction() as env:
            self._check_settled(env)
        self._kill_until_done(self._check_quarantine, self.call, self._quarantine)
        self._check_quarantine(wanted=LOTS)
        self._kill_until_done(self._check_released_or_not, self.call, self._release)
        self.assertEqual(self._count_held(), 0)

    def test_killed_at_some_moment(self):
        for _attempt in range(MOMENTS):
            for action, wanted in ((self._hold, LOTS), (self._release, 0)):
                self._die_within(0.5, self.call, action)
                self._check_held_or_not()
                if self._count_held() != wanted:
                    self.call(action)
                self.assertEqual(self._count_held(), wanted)

    def _kill_until_done(self, check, action, *args):
        killed, queries = 0, 1
        while self._die_at(queries, action, *args):
            killed += 1
            check()
            queries += max(1, queries // 12)
        self.assertGreater(killed, MOMENTS, args or action)

    def _check_held_or_not(self):
        self._count_held()
        with self.transaction() as env:
            self._check_reservations(env)

    def _check_settling(self):
        with self.transaction() as env:
            self._check_reservations(env)
            placed, activities = self._read_told(env)
            self.assertEqual(placed, 1)
            self.assertLessEqual(activities, 1)

    def _check_quarantine(self, wanted=None):
        """Everything is on one transfer, or nothing is on any."""
        with self.transaction() as env:
            self._check_reservations(env)
            case = env["recall.case"].browse(self.case_id)
            pickings = case.quarantine_picking_ids
            lines = pickings.move_line_ids
            if wanted is None:
                wanted = LOTS if pickings else 0
            self.assertEqual(len(lines), wanted)
            self.assertEqual(len(lines.lot_id), wanted)
            self.assertEqual(pickings.mapped("state"), ["assigned"] * bool(wanted))
            self.assertEqual(self._count_told(case, "To quarantine"), len(pickings))

    def _check_released_or_not(self):
        """Goods that are released are on no transfer to quarantine."""
        held = self._count_held()
        with self.transaction() as env:
            self._check_reservations(env)
            pickings = env["recall.case"].browse(self.case_id).quarantine_picking_ids
            self.assertEqual(len(pickings.move_line_ids), held)
            state = "assigned" if held else "cancel"
            self.assertEqual(pickings.mapped("state"), [state])

    def _check_settled(self, env):
        """Every reservation is broken and on record once, and told once."""
        self._check_reservations(env)
        domain = env["recall.hold"]._get_broken_domain()
        self.assertFalse(env["stock.move.line"].search(domain))
        rows = env["recall.interruption"].search([("case_id", "=", self.case_id)])
        self.assertEqual(len(rows), ORDERS * LOTS_AN_ORDER)
        self.assertEqual(len(rows.lot_id), ORDERS * LOTS_AN_ORDER)
        self.assertTrue(all(rows.mapped("is_told")))
        self.assertEqual(self._read_told(env), (1, 1))
