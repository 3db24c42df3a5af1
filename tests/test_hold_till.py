"""Held goods at the till: not offered, and left behind where they are sold anyway."""

from .flows import needs
from .hold_common import HoldCommon
from .till import TillFlows


@needs("point_of_sale")
class TestHoldTill(TillFlows, HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut.write({"lst_price": 10, "taxes_id": False})
        cls.bolt = cls._create_product("Bolt", "none", lst_price=10, taxes_id=False)
        cls.receive({cls.bad: 20, cls.good: 20, cls.bolt: 20})
        cls.cashier = cls._create_user(
            # whoever sells lots at a till reads them
            "cashier",
            "stock.group_stock_user,point_of_sale.group_pos_user",
        )

    def offered(self, user=None):
        lines = self._as(user or self.cashier, self.env["pos.order.line"])
        found = lines.get_existing_lots(self.company.id, self.till.id, self.nut.id)
        return {lot["name"]: lot["product_qty"] for lot in found}

    def assertLeftBehind(self, pickings, quantity):
        """The held goods are in stock, and somebody is asked to look for them."""
        self.assertEqual(self.quantity_in(self.bad, self.stock), 20)
        self.assertEqual(self.quantity_in(self.bad, self.customers), 0)
        left = pickings.filtered(lambda picking: picking.state != "done")
        waiting = left.move_ids.filtered(lambda move: move.product_id == self.nut)
        self.assertEqual(sum(waiting.mapped("product_uom_qty")), quantity)
        self.assertFalse(left.move_line_ids.filtered(lambda x: x.lot_id == self.bad))
        note = "".join(pickings.activity_ids.mapped("note"))
        self.assertIn(self.bad.name, note)
        self.assertIn(self.case.name, note)
        self.assertRegex(note, "only a recall manager|Name the lot")  # the next step

    # What is offered

    def test_held_lots_are_not_offered(self):
        self.open_till("real")
        self.assertEqual(self.offered(), {"N-BAD": 20, "N-GOOD": 20})
        hold = self.hold(self.bad)
        self.assertEqual(self.offered(), {"N-GOOD": 20})
        self._as(self.manager, hold)._release("Tested negative")
        self.assertEqual(self.offered(), {"N-BAD": 20, "N-GOOD": 20})

    def test_offer_stays_callable_from_outside_and_is_wrapped_once(self):
        holds = self.env["recall.hold"]
        holds._register_hook()
        holds._register_hook()
        method = self.registry["pos.order.line"].get_existing_lots
        self.assertTrue(method._api_model)
        self.assertFalse(hasattr(method.recall_origin, "recall_origin"))
        holds._unregister_hook()
        self.addCleanup(holds._register_hook)
        method = self.registry["pos.order.line"].get_existing_lots
        self.assertFalse(hasattr(method, "recall_origin"))

    # Stock updated with each order

    def test_order_of_a_held_lot(self):
        self.open_till("real")
        self.case = self.hold_case(self.bad)
        order = self.sell({self.bad: 2}, self.consignee)
        self.assertLeftBehind(order.picking_ids, 2)
        self.assertTrue(order.failed_pickings)

    def test_other_goods_of_the_order_go_through(self):
        self.open_till("real")
        self.case = self.hold_case(self.bad)
        order = self.sell({self.bad: 2, self.good: 3, self.bolt: 1})
        self.assertLeftBehind(order.picking_ids, 2)
        self.assertEqual(self.quantity_in(self.good, self.stock), 17)
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        self.assertEqual(done.move_ids.product_id, self.nut | self.bolt)

    def test_order_of_a_cashier(self):
        self.open_till("real")
        self.case = self.hold_case(self.bad)
        order = self.sell_as(self.cashier, {self.bad: 2, self.bolt: 1})
        self.assertEqual(order.state, "paid")
        self.assertLeftBehind(order.sudo().picking_ids, 2)

    def test_what_stayed_behind_is_refused_when_done_by_hand(self):
        self.open_till("real")
        self.hold(self.bad)
        picking = self.sell({self.bad: 2}).picking_ids
        self.assertHeld(self.validate, picking, {self.bad: 2})
        self.validate(picking, {self.good: 2})

    def test_typed_number_of_a_held_lot(self):
        self.warehouse.pos_type_id.use_existing_lots = False
        self.open_till("real")
        self.case = self.hold_case(self.bad)
        order = self.sell({self.bad: 2, self.bolt: 1})
        self.assertLeftBehind(order.picking_ids, 2)

    def test_till_without_lots(self):
        self.warehouse.pos_type_id.write(
            {"use_create_lots": False, "use_existing_lots": False}
        )
        self.open_till("real")
        self.case = self.hold_case(self.bad)
        order = self.sell({self.nut: 23, self.bolt: 1})
        self.assertLeftBehind(order.picking_ids, 3)
        self.assertEqual(self.quantity_in(self.good, self.stock), 0)

    def test_refund_arrives_held(self):
        self.open_till("real")
        order = self.sell({self.bad: 2}, self.consignee)
        self.hold(self.bad)
        self.wait()
        self.pay(self.env["pos.order"].browse(order.refund()["res_id"]))
        self.assertEqual(self.quantity_in(self.bad, self.stock), 20)

    # A place of the till that is no customer's

    def sell_to_scrap(self):
        """Let what is sold go to a place that is scrap by its usage."""
        usage = [("usage", "=", "inventory"), ("company_id", "=", self.company.id)]
        place = self.env["stock.location"].search(usage, limit=1)
        self.warehouse.pos_type_id.default_location_dest_id = place
        self.case = self.hold_case(self.bad)

    def test_place_of_the_till_is_scrap(self):
        self.open_till("real")
        self.sell_to_scrap()
        order = self.sell({self.bad: 2, self.bolt: 1})
        self.assertLeftBehind(order.picking_ids, 2)
        left = order.picking_ids.filtered(lambda picking: picking.state != "done")
        left.action_assign()
        self.assertEqual(self.reserved(left.move_ids), {self.good: 2})
        self.assertHeld(self.validate, left, {self.bad: 2})
        self.scrap({self.bad: 1}, picking_id=left.id)
        self.assertEqual(self.quantity_in(self.bad, self.stock), 19)

    def test_place_of_the_till_is_scrap_when_its_session_closes(self):
        self.open_till("closing")
        session = self.till.current_session_id
        self.sell({self.bad: 2, self.bolt: 1})
        self.sell_to_scrap()
        self.close()
        self.assertLeftBehind(session.picking_ids, 2)

    def test_till_without_any_hold(self):
        self.open_till("real")
        order = self.sell({self.bad: 2, self.good: 1, self.bolt: 1})
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertFalse(order.picking_ids.activity_ids)

    # Stock updated when the session is closed

    def test_session_closes_without_the_held_goods(self):
        self.open_till("closing")
        session = self.till.current_session_id
        self.sell({self.bad: 2, self.bolt: 1}, self.consignee)
        self.sell({self.good: 3}, self.second)
        self.case = self.hold_case(self.bad)
        self.close()
        self.assertLeftBehind(session.picking_ids, 2)
        self.assertEqual(self.quantity_in(self.good, self.stock), 17)
        self.assertTrue(session.failed_pickings)

    # Sent later

    def test_held_lot_is_not_sent_later(self):
        self.open_till("real")
        self.till.write({"ship_later": True, "warehouse_id": self.warehouse.id})
        self.till.route_id = self.warehouse.delivery_route_id
        self.case = self.hold_case(self.bad)
        order = self.sell(
            {self.bad: 2, self.good: 3, self.bolt: 1},
            self.consignee,
            shipping_date="2026-02-01",
        )
        self.assertLeftBehind(order.picking_ids, 5)
        lots = order.picking_ids.move_line_ids.lot_id
        self.assertEqual(lots, self.good)
