"""Goods that were picked for the next step, and are put on hold there."""

from odoo.fields import Command

from .flows import needs
from .hold_common import HoldCommon


class ChainCommon(HoldCommon):
    @classmethod
    def open_moves(cls, order):
        return order.picking_ids.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )

    def ready(self, order):
        """The transfer of an order that is to be done next."""
        return order.picking_ids.filtered(lambda p: p.state == "assigned")

    def finish_order(self, order):
        """Validate what is reserved, step by step, until nothing is."""
        for _step in range(5):
            if picking := self.ready(order)[:1]:
                self.validate(picking)
        self.assertFalse(self.ready(order))

    def delivered(self, order):
        """{lot: quantity} that the customer of an order got."""
        lines = order.picking_ids.move_line_ids.filtered(
            lambda line: (
                line.state == "done" and line.location_dest_id.usage == "customer"
            )
        )
        return {
            lot: sum(its.mapped("quantity"))
            for lot, its in lines.grouped("lot_id").items()
        }

    def free(self, lot, place=None):
        quants = lot.quant_ids.filtered(
            lambda quant: quant.location_id == (place or self.stock)
        )
        return sum(quants.mapped("quantity")) - sum(quants.mapped("reserved_quantity"))


class TestHoldChain(ChainCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.delivery_steps = "pick_ship"
        cls.packing = cls.warehouse.wh_pack_stock_loc_id
        cls.output = cls.warehouse.wh_output_stock_loc_id
        cls.receive({cls.bad: 10})
        cls.cage = cls.env["stock.location"].create(
            {"name": "Cage", "location_id": cls.warehouse.view_location_id.id}
        )

    def picked(self, quantity=10, steps=1):
        """An order of which the first steps are done with the lot that is bad."""
        order = self.order({self.nut: quantity})
        for _step in range(steps):
            self.validate(self.ready(order), {self.bad: quantity})
        return order

    def test_other_lot_is_picked_and_shipped(self):
        order = self.picked()
        ship = self.ready(order)
        self.receive({self.good: 12})
        case = self.hold_case(self.bad)

        pick = self.ready(order)
        self.assertEqual(self.reserved(pick.move_ids), {self.good: 10})
        self.assertEqual(pick.location_id, self.stock)
        self.assertEqual(pick.move_ids.move_dest_ids, ship.move_ids)
        self.assertEqual((ship.state, ship.move_ids.state), ("waiting", "waiting"))
        self.assertFalse(ship.move_line_ids)
        self.assertEqual(case.interruption_ids.quantity_short, 0)
        self.assertEqual(case.interruption_ids.picking_id, pick)

        self.validate(pick)
        self.assertEqual(self.reserved(ship.move_ids), {self.good: 10})
        self.finish_order(order)
        self.assertEqual(self.delivered(order), {self.good: 10})
        self.assertEqual(order.order_line.qty_delivered, 10)
        self.assertEqual(len(order.picking_ids), 3)
        self.assertFalse(self.open_moves(order))
        self.assertEqual(self.quantity_in(self.bad, self.output), 10)
        self.assertEqual(self.quantity_in(self.good, self.stock), 2)

    def test_three_steps_at_the_last(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.picked(steps=2)
        ship = self.ready(order)
        self.receive({self.good: 12})
        self.hold_case(self.bad)

        self.assertEqual(ship.move_ids.state, "waiting")
        pick = self.ready(order)
        self.assertEqual(self.reserved(pick.move_ids), {self.good: 10})
        self.validate(pick)
        pack = self.ready(order)
        self.assertEqual(pack.location_id, self.packing)
        self.assertEqual(self.reserved(pack.move_ids), {self.good: 10})
        self.finish_order(order)
        self.assertEqual(self.delivered(order), {self.good: 10})
        self.assertEqual(len(order.picking_ids), 5)
        self.assertFalse(self.open_moves(order))
        self.assertEqual(self.quantity_in(self.bad, self.output), 10)

    def test_three_steps_at_the_second(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.picked()
        self.receive({self.good: 12})
        self.hold_case(self.bad)

        self.finish_order(order)
        self.assertEqual(self.delivered(order), {self.good: 10})
        self.assertEqual(len(order.picking_ids), 4)
        self.assertFalse(self.open_moves(order))
        self.assertEqual(self.quantity_in(self.bad, self.packing), 10)

    def test_part_of_it_is_free(self):
        order = self.picked()
        ship = self.ready(order)
        self.receive({self.good: 4})
        case = self.hold_case(self.bad)

        self.assertEqual(self.reserved(self.ready(order).move_ids), {self.good: 4})
        self.assertEqual(case.interruption_ids.quantity_short, 6)
        self.validate(self.ready(order))
        self.assertEqual(ship.move_ids.state, "partially_available")
        self.assertEqual(case.interruption_ids.quantity_short, 6)
        self.validate(ship)
        self.assertEqual(self.delivered(order), {self.good: 4})
        self.assertEqual(self.open_moves(order).product_uom_qty, 6)

    def test_part_of_it_is_held(self):
        self.receive({self.good: 4})
        order = self.order({self.nut: 10})
        self.validate(self.ready(order), {self.bad: 6, self.good: 4})
        (other,) = self.lots(self.nut, "N-OTHER")
        self.receive({other: 20})
        self.hold_case(self.bad)

        pick = self.ready(order).filtered(lambda p: p.location_id == self.stock)
        self.assertEqual(self.reserved(pick.move_ids), {other: 6})
        self.validate(pick)
        self.finish_order(order)
        self.assertEqual(self.delivered(order), {self.good: 4, other: 6})

    def test_nothing_else_is_free(self):
        order = self.picked()
        ship = self.ready(order)
        case = self.hold_case(self.bad)

        self.assertEqual(order.picking_ids.filtered(lambda p: p.state != "done"), ship)
        self.assertEqual((ship.state, ship.move_ids.state), ("confirmed", "confirmed"))
        self.assertEqual(ship.products_availability_state, "late")
        self.assertEqual(case.interruption_ids.quantity_short, 10)
        self.assertFalse(case.interruption_ids.picking_id)

    def test_what_is_free_elsewhere_is_no_help(self):
        """The chain begins in stock, and the other lot is not there."""
        self.warehouse.delivery_steps = "pick_pack_ship"
        for steps in (1, 2):
            self.receive({self.bad: 10})
            order = self.picked(steps=steps)
            left = self.ready(order)
            self.assertEqual(left.products_availability_state, "available")
            self.count({self.good: 10}, self.cage)
            hold = self.hold(self.bad)
            self.settle()
            with self.subTest(steps=steps):
                self.assertFalse(self.ready(order))
                self.assertEqual(left.move_ids.state, "confirmed")
                self.assertEqual(left.products_availability_state, "late")
            self._as(self.manager, hold)._release("Tested negative")
            left.invalidate_recordset()
            self.assertEqual(left.products_availability_state, "available")

    def test_part_of_it_is_free_and_the_rest_elsewhere(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.picked()
        pack = self.ready(order)
        self.receive({self.good: 4})
        self.count({self.good: 10}, self.cage)
        self.hold_case(self.bad)
        self.assertEqual(pack.products_availability_state, "late")
        (other,) = self.lots(self.nut, "N-OTHER")
        self.count({other: 10})
        self.validate(self.ready(order))
        self.assertEqual(pack.move_ids.forecast_availability, 4)

    def test_orders_share_what_is_free(self):
        orders = [self.picked(5), self.picked(5)]
        self.receive({self.good: 7})
        case = self.hold_case(self.bad)

        taken = [sum(self.ready(o).move_line_ids.mapped("quantity")) for o in orders]
        self.assertEqual(taken, [5, 2])
        self.assertEqual(sum(case.interruption_ids.mapped("quantity_short")), 3)

    def test_settled_twice(self):
        order = self.picked()
        self.receive({self.good: 20})
        self.hold_case(self.bad)
        pickings = order.picking_ids
        self.settle()
        self.hold_case(self.bad)
        self.assertEqual(order.picking_ids, pickings)
        self.assertEqual(self.free(self.good), 10)

    def test_other_lot_is_held_as_well(self):
        """First while it is reserved, then when it is picked."""
        order = self.picked()
        third, fourth = self.lots(self.nut, "N-3", "N-4")
        self.receive({self.good: 10})
        self.hold_case(self.bad)
        pick = self.ready(order)
        self.receive({third: 10})
        self.hold_case(self.good)
        self.assertEqual(self.reserved(pick.move_ids), {third: 10})
        self.validate(pick)
        self.receive({fourth: 10})
        self.hold_case(third)
        self.assertEqual(self.reserved(self.ready(order).move_ids), {fourth: 10})
        self.finish_order(order)
        self.assertEqual(self.delivered(order), {fourth: 10})
        self.assertEqual(order.order_line.qty_delivered, 10)

    def test_released_afterwards(self):
        """Both lots are free then: somebody has to say which of them goes."""
        order = self.picked()
        self.receive({self.good: 12})
        case = self.hold_case(self.bad)
        precaution = self.hold(self.bad)
        pick = case.interruption_ids.picking_id
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        self.assertFalse(pick.activity_ids)
        self._as(self.manager, precaution)._release("Tested negative")
        self.assertEqual(len(pick.activity_ids), 1)
        self.assertIn("10 Units of N-BAD", pick.activity_ids.note)
        pick.action_cancel()
        self.open_moves(order)._action_assign()
        self.finish_order(order)
        self.assertEqual(self.delivered(order), {self.bad: 10})

    def test_released_after_it_was_done(self):
        order = self.picked()
        self.receive({self.good: 12})
        case = self.hold_case(self.bad)
        pick = case.interruption_ids.picking_id
        self.finish_order(order)
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        self.assertFalse(pick.activity_ids)

    def test_ordered_quantity_raised_afterwards(self):
        """What is picked anew is no further demand of the customer."""
        order = self.picked()
        self.receive({self.good: 20})
        self.hold_case(self.bad)
        product = self.nut.with_context(warehouse_id=self.warehouse.id)
        product.invalidate_recordset()
        self.assertEqual(product.virtual_available, 10)
        order.order_line.product_uom_qty = 12
        self.finish_order(order)
        self.assertEqual(self.delivered(order), {self.good: 12})

    def test_order_cancelled_afterwards(self):
        order = self.picked()
        self.receive({self.good: 10})
        self.hold_case(self.bad)
        order._action_cancel()
        self.assertFalse(self.open_moves(order))
        self.assertEqual(self.free(self.good), 10)

    def test_ordered_in_another_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.receive({self.bad: 14})
        order = self.order({self.nut: 24})
        order._action_cancel()
        order = self.env_of(self.company)["sale.order"].create(
            {
                "partner_id": self.consignee.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.nut.id,
                            "product_uom_qty": 2,
                            "product_uom_id": dozen.id,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        self.validate(self.ready(order))
        self.receive({self.good: 30})
        self.hold_case(self.bad)
        self.finish_order(order)
        self.assertEqual(self.quantity_in(self.good, self.stock), 6)
        self.assertEqual(order.order_line.qty_delivered, 2)

    def test_receipt_in_steps_is_not_repeated(self):
        self.warehouse.reception_steps = "three_steps"
        entry = self.warehouse.wh_input_stock_loc_id
        receipt = self.transfer(
            {self.bad: 5}, self.warehouse.in_type_id, self.suppliers, entry, self.vendor
        )
        check = receipt.move_ids.move_dest_ids.picking_id
        self.validate(check)
        self.count({self.good: 5}, entry)
        self.hold_case(self.bad)
        store = check.move_ids.move_dest_ids
        self.assertFalse(store.move_line_ids)
        self.assertEqual(store.move_orig_ids, check.move_ids)


class TestHoldChainTransit(HoldCommon):
    """What is in transit may come in, also by the transfer that waits for it."""

    def shipped(self):
        """The receipt of another warehouse that waits for four units in transit."""
        other = self.new_warehouse("W2")
        transit = self.company.internal_transit_location_id
        self.receive({self.bad: 10})
        ends = {"location_id": transit.id, "location_dest_id": other.lot_stock_id.id}
        move = {
            "product_id": self.nut.id,
            "product_uom_qty": 4,
            "procure_method": "make_to_order",
            **ends,
        }
        receipt = self.env_of(self.company)["stock.picking"].create(
            {
                "picking_type_id": other.in_type_id.id,
                "move_ids": [Command.create(move)],
                **ends,
            }
        )
        self.transfer(
            {self.bad: 4},
            self.warehouse.out_type_id,
            self.stock,
            transit,
            move_dest_ids=[Command.link(receipt.move_ids.id)],
        )
        receipt.action_confirm()
        receipt.action_assign()
        self.assertEqual(self.reserved(receipt.move_ids), {self.bad: 4})
        return receipt

    def test_rest_of_a_shipment(self):
        receipt = self.shipped()
        self.hold(self.bad)
        self.settle()
        self.assertEqual(self.reserved(receipt.move_ids), {self.bad: 4})
        receipt.move_ids.quantity = 1
        receipt.move_ids.picked = True
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        rest = receipt.backorder_ids
        rest.action_assign()
        self.assertEqual(self.reserved(rest.move_ids), {self.bad: 3})

    def test_reserved_anew(self):
        receipt = self.shipped()
        self.hold(self.bad)
        receipt.do_unreserve()
        receipt.action_assign()
        self.assertEqual(self.reserved(receipt.move_ids), {self.bad: 4})


@needs("mrp")
class TestHoldChainProduction(ChainCommon):
    def test_components_are_picked_anew(self):
        self.warehouse.manufacture_steps = "pbm"
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        self.receive({self.bad: 6})
        order = self.order_production(
            paste, 1, {self.nut: 6}, location_src_id=self.warehouse.pbm_loc_id.id
        )
        self.validate(self.ready(order), {self.bad: 6})
        self.assertEqual(self.reserved(order.move_raw_ids), {self.bad: 6})
        self.receive({self.good: 9})
        case = self.hold_case(self.bad)

        self.assertEqual(order.move_raw_ids.state, "waiting")
        pick = self.ready(order)
        self.assertEqual(self.reserved(pick.move_ids), {self.good: 6})
        self.assertEqual(case.interruption_ids.quantity_short, 0)
        self.validate(pick)
        self.assertEqual(self.reserved(order.move_raw_ids), {self.good: 6})
        self.finish_production(order, {made: 1}, {self.good: 6})
        self.assertEqual(self.quantity_in(self.bad, self.warehouse.pbm_loc_id), 6)
        self.assertEqual(self.quantity_in(self.good, self.stock), 3)


class TestHoldMadeToOrder(ChainCommon):
    """Goods that were received, or made, for one order."""

    def chained(self, bring):
        """An open delivery that `bring` brings the goods for, to where others lie."""
        self.receive({self.good: 10})
        order = self.order({self.nut: 10})
        order.picking_ids.do_unreserve()
        move = order.picking_ids.move_ids
        move.procure_method = "make_to_order"
        bring(move)
        move._action_assign()
        self.assertEqual(self.reserved(move), {self.bad: 10})
        return move

    def receive_for(self, move):
        return self.transfer(
            {self.bad: 10},
            self.warehouse.in_type_id,
            self.suppliers,
            self.stock,
            self.vendor,
            move_dest_ids=[Command.link(move.id)],
        )

    def buy_to_order(self, quantity=10):
        """An order of which the goods are bought for it, as routes do it; returns both
        orders."""
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        buy = self.env.ref("purchase_stock.route_warehouse0_buy")
        seller = {"partner_id": self.vendor.id, "price": 1}
        self.nut.write(
            {
                "route_ids": [Command.set((mto | buy).ids)],
                "seller_ids": [Command.create(seller)],
            }
        )
        order = self.order({self.nut: quantity})
        purchase = self.bought().order_id.with_env(self.env_of(self.company))
        purchase.button_confirm()
        return order, purchase

    def bought(self):
        lines = self.env["purchase.order.line"]
        return lines.search([("product_id", "=", self.nut.id)])

    def test_received_for_an_order(self):
        move = self.chained(self.receive_for)
        brought = move.move_orig_ids
        case = self.hold_case(self.bad)
        self.assertEqual(self.reserved(move), {self.good: 10})
        self.assertEqual(move.state, "assigned")
        self.assertEqual(case.interruption_ids.quantity_short, 0)
        self.assertEqual(move.move_orig_ids, brought)
        self.validate(move.picking_id)
        self.assertEqual(self.free(self.bad), 10)

    def test_others_come_in_later(self):
        """Odoo looks again when it runs its scheduler, or by the button."""
        move = self.chained(self.receive_for)
        self.count({self.good: 4})
        self.hold(self.bad)
        self.settle()
        self.assertEqual(self.reserved(move), {self.good: 4})
        self.assertEqual(move.state, "partially_available")
        self.move({self.bad: 10}, self.warehouse.recall_quarantine_loc_id)
        self.count({self.good: 30})
        self.env["stock.rule"].run_scheduler()
        self.assertEqual(self.reserved(move), {self.good: 10})

    def test_released_before_others_come_in(self):
        move = self.chained(self.receive_for)
        self.count({self.good: 4})
        hold = self.hold(self.bad)
        self.settle()
        self._as(self.manager, hold)._release("Tested negative")
        self.count({self.good: 30})
        move._action_assign()
        self.assertEqual(self.reserved(move), {self.good: 4, self.bad: 6})

    def test_what_a_customer_sent_back_is_to_go_back(self):
        """It was not made to order: nobody gets other goods back."""
        self.receive({self.bad: 4})
        sent_back = self.return_goods(self.deliver({self.bad: 4}), {self.bad: 4})
        back = self.start_return(sent_back, {self.bad: 4})
        self.assertEqual(self.reserved(back.move_ids), {self.bad: 4})
        self.receive({self.good: 10})
        self.hold(self.bad)
        self.settle()
        back.action_assign()
        self.assertFalse(back.move_line_ids)

    @needs("mrp")
    def test_made_for_an_order(self):
        flour = self._create_product("Flour", "none")
        self.receive({flour: 10})

        def bring(move):
            order = self.order_production(self.nut, 10, {flour: 10})
            order.move_finished_ids.move_dest_ids = move
            self.finish_production(order, {self.bad: 10}, {flour: 10})

        move = self.chained(bring)
        self.hold(self.bad)
        self.settle()
        self.assertEqual(self.reserved(move), {self.good: 10})

    @needs("mrp")
    def test_received_for_a_production(self):
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        order = self.order_production(paste, 1, {self.nut: 10})
        self.receive_for(order.move_raw_ids)
        self.assertEqual(self.reserved(order.move_raw_ids), {self.bad: 10})
        self.receive({self.good: 10})
        self.hold(self.bad)
        self.settle()
        self.assertEqual(self.reserved(order.move_raw_ids), {self.good: 10})
        self.finish_production(order, {made: 1}, {self.good: 10})

    @needs("purchase_stock")
    def test_bought_to_order(self):
        self.receive({self.good: 10})
        order, purchase = self.buy_to_order()
        self.validate(purchase.picking_ids, {self.bad: 10})
        move = order.picking_ids.move_ids
        self.assertEqual(self.reserved(move), {self.bad: 10})
        self.hold(self.bad)
        self.settle()
        self.assertEqual(self.reserved(move), {self.good: 10})
        self.finish_order(order)
        self.assertEqual(self.delivered(order), {self.good: 10})
        self.assertEqual(order.order_line.qty_delivered, 10)
        self.assertEqual(sum(self.bought().mapped("product_qty")), 10)

    @needs("purchase_stock")
    def test_bought_to_order_and_received_in_two_steps(self):
        """The others lie in stock, where the last step brought them."""
        self.receive({self.good: 10})
        self.warehouse.reception_steps = "two_steps"
        order, purchase = self.buy_to_order()
        self.validate(purchase.picking_ids, {self.bad: 10})
        store = self.env["stock.picking"].search(
            [("location_id", "=", self.warehouse.wh_input_stock_loc_id.id)]
        )
        self.validate(store, {self.bad: 10})
        move = order.picking_ids.move_ids
        self.assertEqual(self.reserved(move), {self.bad: 10})
        self.hold(self.bad)
        self.settle()
        self.assertEqual(self.reserved(move), {self.good: 10})

    @needs("purchase_stock")
    def test_rest_of_what_was_bought_to_order_still_comes(self):
        self.receive({self.good: 30})
        order, purchase = self.buy_to_order()
        rest = self.lots(self.nut, "N-REST")[0]
        receipt = purchase.picking_ids
        self.validate(
            receipt.with_context(cancel_backorder=False, skip_backorder=True),
            {self.bad: 4},
        )
        move = order.picking_ids.move_ids
        self.assertEqual(self.reserved(move), {self.bad: 4})
        self.hold(self.bad)
        self.settle()
        self.assertEqual(self.reserved(move), {self.good: 4})
        self.validate(purchase.picking_ids - receipt, {rest: 6})
        self.assertEqual(self.reserved(move), {self.good: 4, rest: 6})

    @needs("purchase_stock")
    def test_bought_to_order_and_picked_for_the_next_step(self):
        """What is picked anew is taken from stock, and not bought again."""
        self.receive({self.good: 10})
        self.warehouse.delivery_steps = "pick_ship"
        order, purchase = self.buy_to_order()
        self.validate(purchase.picking_ids, {self.bad: 10})
        self.validate(self.ready(order), {self.bad: 10})
        self.assertEqual(self.reserved(self.ready(order).move_ids), {self.bad: 10})
        self.hold(self.bad)
        self.settle()
        self.assertEqual(sum(self.bought().mapped("product_qty")), 10)
        self.assertEqual(self.reserved(self.ready(order).move_ids), {self.good: 10})
