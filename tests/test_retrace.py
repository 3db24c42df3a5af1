"""A second trace: changes nothing, says what changed, keeps what people decided."""

from unittest.mock import patch

from odoo.fields import Command

from .common import SNAPSHOT_MODELS
from .flows import needs
from .trace_common import TraceCommon

# What every trace may write on a row that it finds again.
BOOKKEEPING = {"trace_number", "write_date", "write_uid", "is_new"}


class TestRetrace(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")
        cls.receive({cls.bad: 20, cls.good: 20})

    def rows(self, case):
        """{(model, id): stored values} of everything that the case froze."""
        self.env.flush_all()
        found = {}
        for name in SNAPSHOT_MODELS:
            rows = self.env[name].search([("case_id", "=", case.id)])
            stored = [n for n, f in rows._fields.items() if f.store]
            for values in rows.read(sorted(set(stored) - BOOKKEEPING), load=None):
                found[name, values["id"]] = values
        return found

    def busy(self):
        """Flows that leave rows of every model."""
        away = self.new_warehouse("AWAY")
        (new,) = self.lots(self.nut, "N1-NEW")
        out = self.deliver({self.bad: 3})
        self.return_goods(out, {self.bad: 1})
        self.send({self.bad: 2}, away)
        self.count({self.bad: 14, new: 2})
        self.order({self.nut: 25})
        self.scrap({self.bad: 1})

    # ------------------------------------------------------------------
    # Nothing changes
    # ------------------------------------------------------------------
    def test_second_trace_changes_nothing(self):
        self.busy()
        case = self.trace(self.bad, direction="both")
        before = self.rows(case)
        for model in set(SNAPSHOT_MODELS):
            self.assertTrue(any(name == model for name, _id in before), model)

        case.action_trace()

        self.assertEqual(self.rows(case), before)
        self.assertFalse(any(case.affected_ids.mapped("is_new")))
        self.assertEqual(case.trace_count, 2)

    @needs("mrp")
    def test_second_trace_changes_nothing_after_productions(self):
        paste = self._create_product("Paste")
        cookie = self._create_product("Cookie", "none")
        (made,) = self.lots(paste, "P1")
        order = self.produce({made: 5}, {self.bad: 5})
        self.unbuild({made: 1}, order)
        self.produce({cookie: 4}, {made: 3})
        out = self.deliver({cookie: 3})
        self.return_goods(out, {cookie: 1})
        self.produce({cookie: 4}, {self.good: 3})
        self.order({cookie: 2})
        case = self.trace(made, direction="both")
        before = self.rows(case)

        case.action_trace()

        self.assertEqual(self.rows(case), before)
        self.assertBalanced(case)

    def test_first_trace_marks_nothing_as_new(self):
        case = self.trace(self.bad)

        self.assertFalse(any(case.affected_ids.mapped("is_new")))

    def test_busy_case_balances(self):
        self.busy()

        self.assertBalanced(self.trace(self.bad, direction="both"))

    # ------------------------------------------------------------------
    # New and gone
    # ------------------------------------------------------------------
    def test_new_delivery(self):
        self.deliver({self.bad: 3})
        case = self.trace(self.bad)
        first = case.exposure_ids
        self.deliver({self.bad: 2}, self.second)

        case.action_trace()

        second = case.exposure_ids - first
        self.assertEqual(second.partner_id, self.second)
        self.assertTrue(second.is_new)
        self.assertFalse(first.is_new)
        case.action_trace()
        self.assertFalse(second.is_new)

    def test_delivery_that_no_longer_counts(self):
        out = self.deliver({self.bad: 3})
        case = self.trace(self.bad)
        row = case.exposure_ids
        self.wait()
        out.move_line_ids.lot_id = self.good

        case.action_trace()

        self.assertEqual(case.exposure_ids, row)
        self.assertTrue(row.is_gone)
        out.move_line_ids.lot_id = self.bad
        case.action_trace()
        self.assertEqual(case.exposure_ids, row)
        self.assertEqual((row.is_gone, row.is_new), (False, True))

    def test_order_that_is_delivered_is_pending_no_more(self):
        order = self.order({self.nut: 3})
        lots = order.picking_ids.move_line_ids.lot_id
        case = self.trace(*lots)
        self.assertEqual(len(case.pending_ids), 1)
        self.validate(order.picking_ids)

        case.action_trace()

        self.assertFalse(case.pending_ids)
        self.assertEqual(case.exposure_ids.qty_net, 3)

    def test_quantities_follow(self):
        case = self.trace(self.bad)
        row = case.affected_ids
        self.deliver({self.bad: 3})

        case.action_trace()

        self.assertEqual(case.affected_ids, row)
        self.assertEqual((row.qty_on_hand, row.qty_delivered), (17, 3))

    def test_lot_that_left_the_scope(self):
        case = self.trace(self.bad, self.good)
        case.scope_ids.lot_ids = self.bad

        case.action_trace()

        gone = {row.lot_id: row.is_gone for row in case.affected_ids}
        self.assertEqual(gone, {self.bad: False, self.good: True})

    def test_outcome_is_told_in_the_chatter(self):
        case = self.trace(self.bad)
        case.scope_ids.lot_ids = self.good

        case.action_trace()

        body = case.message_ids.sorted("id")[-1].body
        self.assertIn("1 affected, 1 new and 1 gone", body)

    # ------------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------------
    def test_exclusion_and_its_reason_stay(self):
        case = self.trace(self.bad, self.good)
        row = self.affected(case)[self.good]
        row.write({"in_scope": False, "exclusion_reason": "Tested clean"})
        self.deliver({self.good: 3})

        case.action_trace()

        self.assertEqual(self.affected(case)[self.good], row)
        self.assertEqual((row.in_scope, row.exclusion_reason), (False, "Tested clean"))
        self.assertEqual(row.qty_delivered, 3)

    def test_exclusion_stays_while_the_lot_is_gone(self):
        case = self.trace(self.bad, self.good)
        row = self.affected(case)[self.good]
        row.write({"in_scope": False, "exclusion_reason": "Tested clean"})
        case.scope_ids.lot_ids = self.bad
        case.action_trace()
        self.assertTrue(row.is_gone)
        case.scope_ids.lot_ids = self.bad | self.good

        case.action_trace()

        self.assertEqual(
            (row.is_gone, row.in_scope, row.exclusion_reason),
            (False, False, "Tested clean"),
        )

    def test_two_cases_do_not_touch_each_other(self):
        self.deliver({self.bad: 3})
        first, second = self.trace(self.bad), self.trace(self.bad)
        before = self.rows(first)
        self.deliver({self.bad: 2})

        second.action_trace()

        self.assertEqual(self.rows(first), before)
        self.assertEqual(sum(second.exposure_ids.mapped("qty_net")), 5)

    # ------------------------------------------------------------------
    # Half results
    # ------------------------------------------------------------------
    def test_failure_leaves_the_trace_before(self):
        self.deliver({self.bad: 3})
        case = self.trace(self.bad)
        before = self.rows(case)
        self.deliver({self.bad: 2})
        store = type(self.env["recall.gap"])._store

        def fail(rows, *args):
            if rows._name == "recall.gap":
                raise ValueError("the server stops here")
            return store(rows, *args)

        with (
            patch.object(type(self.env["recall.snapshot"]), "_store", fail),
            self.assertRaises(ValueError),
        ):
            case.action_trace()

        self.assertEqual(self.rows(case), before)
        self.assertEqual(case.trace_count, 1)

    def test_lots_named_by_two_lines_count_once(self):
        case = self.trace_scope(
            {"kind": "lot", "lot_ids": [Command.set(self.bad.ids)]},
            {
                "kind": "vendor_lot",
                "vendor_lot": self.bad.name,
                "direction": "both",
            },
        )

        self.assertEqual(self.evidence(case), {self.bad: "exact"})
        self.assertEqual(case.scope_ids.mapped("seed_count"), [1, 1])
