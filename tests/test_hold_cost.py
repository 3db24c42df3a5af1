"""What holds cost those who ship other goods: one look, at the gate."""

from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.stock_recall.models import recall_hold_reach
from odoo.addons.stock_recall.models.recall_hold import TRUSTED

from .hold_common import HoldCommon


class TestHoldCost(HoldCommon):
    def setUp(self):
        super().setUp()
        self.receive({self.bad: 20, self.good: 20})
        self.holds = self.env["recall.hold"]

    def pickings(self, *lots):
        """A transfer for each lot, ready to be validated."""
        pickings = self.env["stock.picking"]
        for lot in lots:
            picking = self.order({lot: 2}).picking_ids
            self.fill(picking.move_ids, {lot: 2})
            pickings |= picking
        return pickings

    def count_looks(self, pickings):
        """Validate transfers at once, and count the queries that ask for holds."""
        queries = []
        for _patched in self._patchExecute(queries):
            pickings.button_validate()
        return sum("recall_hold" in query for query in queries)

    def states(self, pickings):
        return [picking.state == "done" for picking in pickings]

    def test_transfers_at_once_look_once(self):
        self.hold(self.bad)
        self.count_looks(self.pickings(self.good, self.good))  # warms the caches
        pickings = self.pickings(self.good, self.good, self.good)
        self.assertEqual(self.count_looks(pickings), 1)
        self.assertEqual(self.states(pickings), [True] * 3)

    def test_new_lots_at_once_look_once(self):
        vals = [{"product_id": self.nut.id, "name": f"N-{n}"} for n in range(3)]
        self.env.cr.cache.clear()  # as with a new transaction
        queries = []
        for _patched in self._patchExecute(queries):
            self.env["stock.lot"].create(vals)
        self.assertEqual(sum("recall_hold" in query for query in queries), 1)

    def test_lot_written_as_it_is_looks_for_no_hold(self):
        vals = {"name": self.good.name, "product_id": self.nut.id, "note": "Sweet"}
        queries = []
        for _patched in self._patchExecute(queries):
            self.good.write(vals)
        self.assertFalse([query for query in queries if "recall_hold" in query])

    def test_hold_is_seen_by_the_next_batch(self):
        self.pickings(self.good, self.good).button_validate()
        pickings = self.pickings(self.bad, self.good)
        self.hold(self.bad)
        pickings.button_validate()
        self.assertEqual(self.states(pickings), [False, True])

    def test_release_is_seen_by_the_next_batch(self):
        hold = self.hold(self.bad)
        self.pickings(self.good, self.good).button_validate()
        self._as(self.manager, hold)._release("Tested negative")
        pickings = self.pickings(self.bad, self.good)
        self.assertEqual(self.count_looks(pickings), 2)  # one fills the cache again
        pickings = self.pickings(self.bad, self.good)
        self.assertEqual(self.count_looks(pickings), 1)

    def test_goods_without_a_lot_are_left_behind(self):
        salt = self._create_product("Salt", "none")
        self.receive({salt: 9})
        pickings = self.pickings(salt, self.good)
        places = [(salt, self.stock)]
        self.holds._place(self.env["stock.lot"], "Glass", places=places)
        pickings.button_validate()
        self.assertEqual(self.states(pickings), [False, True])

    def test_hold_that_a_worker_has_not_heard_of_is_refused_then_left_behind(self):
        pickings = self.pickings(self.bad, self.good)
        self.hold(self.bad)
        self.forget_holds()
        self.assertHeld(pickings.button_validate)
        pickings.button_validate()
        self.assertEqual(self.states(pickings), [False, True])

    def test_till_does_not_go_by_what_a_worker_has_heard(self):
        """It would swallow the refusal, and nobody be told."""
        picking = self.pickings(self.bad)
        self.hold(self.bad)
        self.forget_holds()
        # as the wrapper of the till does
        picking.with_context(recall_till=TRUSTED)._action_done()
        self.assertNotEqual(picking.state, "done")
        self.assertIn(self.bad.name, picking.activity_ids.note)

    def test_what_is_refused_clears_no_cache_that_is_right(self):
        picking = self.pickings(self.bad)
        self.hold(self.bad)
        self.holds._get_active_keys()
        self.env.registry.cache_invalidated.clear()
        with self.assertRaises(UserError):
            picking.button_validate()
        self.assertFalse(self.env.registry.cache_invalidated)

    # Reserving: what is on hold is read once in a transaction

    def reserved_of(self, quantity):
        order = self.order({self.nut: quantity})
        lots = self.reserved(order.picking_ids.move_ids)
        order.picking_ids.do_unreserve()
        return lots

    def test_orders_look_once(self):
        self.hold(self.bad)
        self.env.cr.cache.clear()  # as with a new transaction
        queries = []
        for _patched in self._patchExecute(queries):
            for _order in range(3):
                self.order({self.nut: 2})
        looks = [query for query in queries if "FROM recall_hold" in query]
        self.assertEqual(len(looks), 1, looks)

    def test_many_lots_of_a_product(self):
        self.hold(self.bad)
        with patch.object(recall_hold_reach, "MANY", 0):
            self.assertIsNone(self.holds._get_held_lot_ids(self.nut))
            self.assertEqual(self.reserved_of(30), {self.good: 20})

    def test_lots_and_goods_without_a_lot(self):
        self.holds._place(self.bad, "Glass", places=[(self.nut, self.stock)])
        self.assertIsNone(self.holds._get_held_lot_ids(self.nut))
        self.assertEqual(self.reserved_of(30), {self.good: 20})

    def test_fewest_packages_ask_for_the_holds_of_the_product_only(self):
        least = self.env["product.removal"].search([("method", "=", "least_packages")])
        self.nut.categ_id = self.env["product.category"].create(
            {"name": "Fewest", "removal_strategy_id": least.id}
        )
        # Without the holds it would choose this one, and nothing be left of it.
        self.bad.quant_ids.filtered(
            lambda quant: quant.location_id == self.stock
        ).package_id = self.env["stock.package"].create({"name": "BOX"})
        self.good.quant_ids.filtered(
            lambda quant: quant.location_id == self.stock
        ).package_id = self.env["stock.package"].create({"name": "CRATE"})
        self.hold(self.bad)
        conditions = []
        holds = self.env.registry["recall.hold"]
        held_sql = holds._held_sql

        def note(self, table, condition=None):
            conditions.append(condition)
            return held_sql(self, table, condition)

        self.patch(holds, "_held_sql", note)
        quants = self.env["stock.quant"]._get_reserve_quantity(self.nut, self.stock, 5)
        self.assertEqual([quant.lot_id for quant, _taken in quants], [self.good])
        self.assertNotIn(None, conditions)
        with patch.object(recall_hold_reach, "MANY", 0):
            self.env.cr.cache.clear()
            self.assertEqual(self.reserved_of(30), {self.good: 20})
        self.assertNotIn(None, conditions)

    def test_release_that_is_undone_sets_nothing_free(self):
        hold = self.hold(self.bad)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._as(self.manager, hold)._release("Tested negative")
            self.assertEqual(len(self.reserved_of(40)), 2)
            self._as(self.manager, hold)._release("Twice")
        self.assertEqual(self.reserved_of(40), {self.good: 20})

    def forget_holds(self):
        """Let this worker believe what it did before the holds."""
        cache = self.holds._get_active_keys.__cache__
        cache.add_value(self.holds, cache_value=(frozenset(), frozenset()))
