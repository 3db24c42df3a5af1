"""What began before a hold or a release, and ends after it."""

import contextlib
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.stock_recall.models import recall_case_retrace

from .processes import Flows, ProcessCase
from .test_hold_race import QUIET


class TestHoldOvertaken(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.transaction():
            cls.nut_id = Flows._create_product("Nut").id

    def lot(self, env, name):
        lot = Flows._create_lot(env["product.product"].browse(self.nut_id), name)
        Flows.receive({lot: 5})
        return lot

    def held_case(self, env, name):
        """A case with a lot on hold, and another lot that its next trace finds."""
        first, second = self.lot(env, f"{name}-1"), self.lot(env, f"{name}-2")
        case = Flows._create_lot_case(first)
        case.action_hold()
        case.scope_ids.lot_ids |= second
        return case.id, second.id

    @staticmethod
    def later(**delta):
        moment = fields.Datetime.now() + timedelta(**delta)
        return patch.object(fields.Datetime, "now", lambda *args: moment)

    def is_due(self, case_id):
        with self.transaction() as env:
            return case_id in env["recall.case"]._get_cases_to_retrace().ids

    def is_held(self, lot_id):
        with self.transaction() as env:
            return env["stock.lot"].browse(lot_id).recall_hold

    def test_trace_that_began_before_a_hold_does_not_follow_it(self):
        """What ships until the hold is there, it does not see."""
        with self.transaction() as env:
            case = Flows._create_lot_case(self.lot(env, "N-BEFORE"))
            case.action_trace()
            case_id = case.id
        with self.transaction() as tracing:
            case = tracing["recall.case"].browse(case_id)
            self.assertTrue(case.name)  # from here on it sees no later change
            with self.transaction() as holding:
                holding["recall.case"].browse(case_id).action_hold()
            with self.later(minutes=2):
                case._trace()
        self.assertTrue(self.is_due(case_id))

    @mute_logger(*QUIET)
    def test_retrace_is_run_again_when_a_hold_overtakes_it(self):
        with self.transaction() as env:
            case_id, second_id = self.held_case(env, "N-CRON")
            other_ids = [self.lot(env, "N-OTHER").id]
        cases = self.own_registry["recall.case"]
        trace = cases._trace

        def trace_and_be_overtaken(case):
            trace(case)
            if other_ids:
                self.call(self._hold, other_ids.pop())

        with patch.object(cases, "_trace", trace_and_be_overtaken):
            self.retrace()
        self.assertTrue(self.is_held(second_id))

    def _hold(self, env, lot_id):
        env["recall.hold"]._place(env["stock.lot"].browse(lot_id), "Glass")

    def test_case_that_somebody_works_on_is_traced_soon(self):
        with self.transaction() as env:
            case_id, second_id = self.held_case(env, "N-BUSY")
        done = []

        def note(cron, processed=0, **progress):
            done.append(processed)
            return float("inf")

        with (
            patch.object(self.own_registry["ir.cron"], "_commit_progress", note),
            patch.object(recall_case_retrace, "PATIENCE", 0),
        ):
            with self.transaction() as working:
                working["recall.case"].browse(case_id)._lock_for_trace()
                self.retrace()
            self.assertFalse(sum(done))
            self.retrace()
        self.assertTrue(sum(done))
        self.assertTrue(self.is_held(second_id))

    def test_released_while_a_transfer_to_quarantine_is_made(self):
        with self.transaction() as env:
            lot = self.lot(env, "N-RELEASED")
            case = Flows._create_lot_case(lot)
            case.action_hold()
            case_id, lot_id = case.id, lot.id
            group = "stock_recall.group_recall_manager"
            uid = Flows._create_user("releasing", group).id
        tries = []

        def move_to_quarantine(env):
            tries.append(1)
            case = env["recall.case"].browse(case_id)
            self.assertTrue(case.name)  # from here on it sees no later change
            if len(tries) == 1:
                self.call(self._release, case_id, uid=uid)
            with contextlib.suppress(UserError):  # nothing is on hold any more
                case.action_quarantine()

        with mute_logger(*QUIET):
            self.call(move_to_quarantine)
        self.assertFalse(self.is_held(lot_id))
        with self.transaction() as env:
            pickings = env["recall.case"].browse(case_id).quarantine_picking_ids
            self.assertNotIn(lot_id, pickings.move_line_ids.lot_id.ids)

    def _release(self, env, case_id):
        env["recall.case"].browse(case_id).hold_ids._release("Tested negative")

    def test_two_cases_move_the_same_goods_to_quarantine_at_once(self):
        with self.transaction() as env:
            lot = self.lot(env, "N-BOTH")
            cases = [Flows._create_lot_case(lot) for _case in range(2)]
            for case in cases:
                case.action_hold()
            ids, lot_id = [case.id for case in cases], lot.id
        tries = []

        def move_to_quarantine(env):
            tries.append(1)
            case = env["recall.case"].browse(ids[0])
            self.assertTrue(case.name)  # from here on it sees no later change
            if len(tries) == 1:
                self.call(self._quarantine, ids[1])
            case.action_quarantine()

        with mute_logger(*QUIET):
            self.call(move_to_quarantine)
        self.assertEqual(len(tries), 2)
        with self.transaction() as env:
            pickings = env["recall.case"].browse(ids).quarantine_picking_ids
            self.assertEqual(pickings.recall_case_id.id, ids[1])
            self.assertEqual(pickings.move_line_ids.mapped("quantity"), [5])
            quants = env["stock.lot"].browse(lot_id).quant_ids
            self.assertEqual(sum(quants.mapped("reserved_quantity")), 5)

    def _quarantine(self, env, case_id):
        env["recall.case"].browse(case_id).action_quarantine()
