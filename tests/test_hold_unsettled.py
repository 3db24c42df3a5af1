"""Between a hold and the breaking of its reservations: less may be taken, not more."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo.fields import Command

from odoo.addons.stock_recall.models import recall_hold_settle

from .flows import needs
from .hold_common import HoldCommon
from .processes import Flows, ProcessCase


class TestHoldUnsettled(HoldCommon):
    def setUp(self):
        super().setUp()
        self.receive({self.bad: 10, self.good: 10})

    def held_line(self, quantity=6):
        """A reservation of goods that are on hold by now."""
        picking = self.order({self.bad: quantity}).picking_ids
        self.fill(picking.move_ids, {self.bad: quantity})
        self.hold(self.bad)
        return picking.move_line_ids

    def test_line_lowered(self):
        line = self.held_line()
        line.quantity = 2
        self.assertEqual(self.reserved(line.move_id), {self.bad: 2})
        line.quantity = 0
        self.assertFalse(sum(self.bad.quant_ids.mapped("reserved_quantity")))

    def test_line_lowered_in_another_unit(self):
        line = self.held_line(13)
        line.write(
            {"quantity": 1, "product_uom_id": self.env.ref("uom.product_uom_dozen").id}
        )
        self.assertEqual(line.quantity_product_uom, 12)
        self.assertHeld(line.write, {"quantity": 2})

    def test_lowered_line_stays_refused(self):
        line = self.held_line()
        line.quantity = 2
        self.assertHeld(line.write, {"quantity": 3})
        self.assertHeld(self.validate, line.picking_id)

    def test_line_lowered_and_sent_elsewhere(self):
        line = self.held_line()
        other = self.warehouse.wh_output_stock_loc_id
        self.assertHeld(line.write, {"quantity": 2, "location_dest_id": other.id})

    def test_line_lowered_and_turned_to_the_held_lot(self):
        picking = self.order({self.good: 4}).picking_ids
        self.fill(picking.move_ids, {self.good: 4})
        line = picking.move_line_ids
        self.hold(self.bad)
        self.assertHeld(line.write, {"quantity": 2, "lot_id": self.bad.id})

    def test_move_lowered(self):
        move = self.held_line().move_id
        move.quantity = 2
        self.assertEqual(self.reserved(move), {self.bad: 2})
        move.quantity = 4
        self.assertEqual(self.reserved(move), {self.bad: 2, self.good: 2})

    def test_order_lowered(self):
        order = self.order({self.bad: 6})
        self.hold(self.bad)
        order.order_line.product_uom_qty = 2
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 2)

    def test_held_line_goes_into_the_backorder(self):
        picking = self.order({self.nut: 8}).picking_ids
        self.fill(picking.move_ids, {self.bad: 4, self.good: 4})
        self.hold(self.bad)
        lines = picking.move_line_ids
        picking.move_ids.picked = False
        lines.filtered(lambda line: line.lot_id == self.good).picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.move_line_ids.lot_id, self.good)
        self.assertHeld(self.validate, picking.backorder_ids, {self.bad: 4})

    def test_move_split(self):
        move = self.order({self.bad: 6}).picking_ids.move_ids
        self.hold(self.bad)
        self.env["stock.move"].create(move._split(2))._action_confirm(merge=False)
        self.assertEqual(move.product_uom_qty, 4)

    def held_production(self):
        """An order for four of a paste whose reserved part is held, and the paste."""
        paste = self._create_product("Paste")
        order = self.order_production(paste, 4, {self.nut: 4})
        order.action_assign()
        self.hold(self.bad)
        return order, paste

    @needs("mrp")
    def test_production_split(self):
        order, paste = self.held_production()
        groups = "mrp.group_mrp_user,sales_team.group_sale_salesman"  # Odoo asks both
        worker = self._create_user("worker", groups)
        orders = self._as(worker, order)._split_productions({order: [2, 2]})
        orders = orders.with_env(self.env)
        self.assertNotIn(self.bad, orders.move_raw_ids.move_line_ids.lot_id)
        self.assertEqual(orders.move_raw_ids.mapped("product_uom_qty"), [2, 2])
        lots = self.lots(paste, "P1", "P2")
        for part, made in zip(orders, lots, strict=True):
            self.assertHeld(self.finish_production, part, {made: 2}, {self.bad: 2})

    @needs("mrp")
    def test_production_in_part(self):
        order, paste = self.held_production()
        made, other = self.lots(paste, "P1", "P2")
        rest = self.finish_production(order, {made: 2}, {self.good: 2})
        self.assertHeld(self.finish_production, rest, {other: 2}, {self.bad: 2})

    def test_rest_of_its_package_is_reserved(self):
        """Then Odoo notes on all lines of the package that it goes whole."""
        oat = self._create_product("Oat")
        (fine,) = self.lots(oat, "OAT-1")
        package = self.env["stock.package"].create({"name": "PACK"})
        goods = {self.bad: 4, fine: 3}
        ends = (self.warehouse.in_type_id, self.suppliers, self.stock)
        self.transfer(goods, *ends).move_line_ids.result_package_id = package
        picking = self.order({self.nut: 4, oat: 3}).picking_ids
        nuts, oats = picking.move_ids.sorted("id")
        picking.move_line_ids.unlink()
        vals = self._line_vals(nuts, self.bad, 4, {"package_id": package.id})
        nuts.move_line_ids = [Command.create(vals)]
        self.hold(self.bad)
        oats._action_assign()
        self.assertEqual(self.reserved(oats), {fine: 3})
        self.assertEqual(picking.move_line_ids.result_package_id, package)
        self.settle()
        self.assertFalse(picking.move_line_ids.result_package_id)
        self.assertNotIn(self.bad, picking.move_line_ids.lot_id)

    def test_line_deleted(self):
        line = self.held_line()
        line.unlink()
        self.assertFalse(sum(self.bad.quant_ids.mapped("reserved_quantity")))

    def test_lines_of_a_move_lowered_by_commands(self):
        line = self.held_line()
        line.move_id.move_line_ids = [Command.update(line.id, {"quantity": 1})]
        self.assertEqual(line.quantity, 1)


@needs("sale_stock")
class TestHoldAtOnce(ProcessCase):
    """What the person who holds waits for, after the commit."""

    def test_little_is_broken_while_the_person_waits(self):
        with self.transaction():
            bad = Flows._create_lot(Flows._create_product("Nut"), "N-BAD")
            Flows.receive({bad: 10})
            orders = [Flows.order({bad: 1}) for _order in "abc"]
            ids = [order.picking_ids.move_ids.id for order in orders]
        seconds = iter((0, 0, 1, recall_hold_settle.SECONDS_AT_ONCE))
        clock = SimpleNamespace(monotonic=lambda: next(seconds))
        with (
            patch.object(recall_hold_settle, "BATCH_AT_ONCE", 1),
            patch.object(recall_hold_settle, "time", clock),
        ):
            self.call(self._hold, bad.id)
        self.assertEqual(self._count_reserved(ids), 1)
        with self.transaction() as env:
            env["recall.hold"]._cron_settle()
        self.assertEqual(self._count_reserved(ids), 0)

    def test_what_a_window_was_opened_with_does_not_matter(self):
        with self.transaction():
            Flows.warehouse.delivery_steps = "pick_ship"
            nut = Flows._create_product("Nut")
            bad, good = Flows.lots(nut, "N-PICKED", "N-GOOD")
            Flows.receive({bad: 1})
            order = Flows.order({nut: 1})
            Flows.validate(order.picking_ids[0], {bad: 1})
            Flows.receive({good: 1})
        self.call(
            lambda env: self._hold(env(context={"default_lot_ids": [bad.id]}), bad.id)
        )
        with self.transaction() as env:
            order = order.with_env(env)
            lots = order.picking_ids.move_line_ids.lot_id
            self.assertEqual(set(lots.ids), {bad.id, good.id})

    def _hold(self, env, lot_id):
        env["recall.hold"]._place(env["stock.lot"].browse(lot_id), "Salmonella")

    def _count_reserved(self, move_ids):
        with self.transaction() as env:
            return sum(env["stock.move"].browse(move_ids).mapped("quantity"))
