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

    def test_topping_up_a_reservation_passes_no_gate(self):
        lots = self.lots(self.nut, "N-NEXT")
        self.receive(dict.fromkeys(lots, 4))
        move = self.order({self.nut: 50}).picking_ids.move_ids
        passed = self.note_passed_gates()
        self.receive(dict.fromkeys(lots, 6))  # which reserves for the order, too
        self.assertEqual(sum(move.move_line_ids.mapped("quantity")), 50)
        self.assertFalse(passed)

    def test_topping_up_a_line_that_goes_elsewhere_than_its_move(self):
        """Its move may take held goods, and reserves them."""
        picking = self.open_quarantine_transfer(60)
        line = picking.move_line_ids.filtered(lambda line: line.lot_id == self.good)
        line.location_dest_id = self.warehouse.wh_output_stock_loc_id
        self.hold(self.good)
        # what comes in is reserved for it
        self.assertHeld(self.receive, {self.good: 9}, names=[self.good.name])

    def note_passed_gates(self):
        passed, gates = [], self.env.registry["recall.hold.gate"]
        pass_sql = gates._pass_sql

        def note(gate, products):
            passed.append(products)
            return pass_sql(gate, products)

        self.patch(gates, "_pass_sql", note)
        return passed

    def test_release_that_is_undone_sets_nothing_free(self):
        hold = self.hold(self.bad)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._as(self.manager, hold)._release("Tested negative")
            self.assertEqual(len(self.reserved_of(40)), 2)
            self._as(self.manager, hold)._release("Twice")
        self.assertEqual(self.reserved_of(40), {self.good: 20})

    # Reordering rules: what their list says of goods on hold

    def count_notes(self, rules):
        """How many queries it takes to say of rules what of their goods is on hold."""
        self.env.flush_all()
        self.env.invalidate_all()
        rules.mapped(lambda rule: (rule.product_id.name, rule.location_id.name))
        rules.mapped("lead_horizon_date")  # Odoo's own, and in the list beside it
        before = self.env.cr.sql_log_count
        rules.mapped("recall_note")
        return self.env.cr.sql_log_count - before

    def test_notes_of_rules_cost_no_query_a_rule(self):
        products = [self._create_product(f"Nut {number}") for number in range(20)]
        rules = self.env["stock.warehouse.orderpoint"].create(
            [
                {"product_id": product.id, "location_id": self.stock.id}
                for product in products
            ]
        )
        rules.mapped("recall_note")  # warms the caches
        self.assertLessEqual(self.count_notes(rules), 1)
        lots = [self._create_lot(product, "N-1") for product in products]
        self.receive(dict.fromkeys(lots, 3))
        self.hold(*lots)
        few, many = self.count_notes(rules[:2]), self.count_notes(rules)
        self.assertLessEqual(many, few + 2)
        notes = set(rules.mapped("recall_note"))
        self.assertEqual(notes, {"3 Units on hold count as stock"})

    def forget_holds(self):
        """Let this worker believe what it did before the holds."""
        cache = self.holds._get_active_keys.__cache__
        cache.add_value(self.holds, cache_value=(frozenset(), frozenset()))
