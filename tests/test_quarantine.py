"""Moving held goods into quarantine."""

from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_quarantine_places import QuarantineCommon


class MoveCommon(QuarantineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_product()
        cls.lot, cls.second = cls.lots(cls.product, "L1", "L2")
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.stock.id}
        )

    @classmethod
    def hold(cls, *lots, **vals):
        """A case that holds lots, as the team opened it."""
        case = cls._create_lot_case(cls.env["stock.lot"].concat(*lots), **vals)
        case.user_id = cls.team
        case.action_hold()
        return case

    def quarantine_goods(self, case, user=None, **options):
        """The transfers that the team makes."""
        case = self._as(user or self.team, case)
        return case._move_to_quarantine(**options).with_user(self.env.user)

    def _release(self, case, lot):
        holds = case.hold_ids.filtered(lambda hold: hold.lot_id == lot)
        holds.with_user(self.manager)._release("cleared")

    def lines(self, pickings):
        """[(lot or product, quantity, from)], sorted."""
        return sorted(
            (
                (line.lot_id or line.product_id).display_name,
                line.quantity,
                line.location_id.name,
            )
            for line in pickings.move_line_ids
        )

    def stand(self, product=None):
        """{(lot, place): quantity} of the stock of a product"""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.product).id),
                ("location_id.usage", "=", "internal"),
                ("quantity", "!=", 0),
            ]
        )
        return {(q.lot_id.name, q.location_id.name): q.quantity for q in quants}

    def reserved(self, product=None):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", (product or self.product).id)]
        )
        lines = self.env["stock.move.line"].search(
            [
                ("product_id", "=", (product or self.product).id),
                ("state", "not in", ["done", "cancel"]),
            ]
        )
        self.assertEqual(
            sum(quants.mapped("reserved_quantity")),
            sum(lines.mapped("quantity_product_uom")),
        )
        return sum(quants.mapped("reserved_quantity"))


@tagged("post_install", "-at_install")
class TestMoveToQuarantine(MoveCommon):
    def test_one_transfer_with_a_move_for_each_place(self):
        self.receive({self.lot: 5, self.second: 3})
        self.move({self.lot: 2}, self.shelf)
        case = self.hold(self.lot, self.second)
        picking = self.quarantine_goods(case)
        self.assertEqual(len(picking), 1)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.picking_type_id, self.picking_type)
        self.assertTrue(picking.name.startswith("Nut a/RQ/"), picking.name)
        self.assertEqual(picking.origin, case.name)
        self.assertEqual(picking.recall_case_id, case)
        self.assertEqual(picking.location_id, self.stock)
        self.assertEqual(picking.location_dest_id, self.quarantine)
        self.assertEqual(
            sorted((m.location_id.name, m.product_uom_qty) for m in picking.move_ids),
            [("Shelf", 2), ("Stock", 6)],
        )
        self.assertEqual(
            self.lines(picking),
            [("L1", 2, "Shelf"), ("L1", 3, "Stock"), ("L2", 3, "Stock")],
        )
        self.assertEqual(self.reserved(), 8)

    def test_a_stock_user_reads_what_it_is_for(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot, title="Glass in peanuts")
        picking = self._as(self.stock_user, self.quarantine_goods(case))
        self.assertEqual(picking.recall_case_name, f"{case.name} Glass in peanuts")
        self.assertFalse(self.receive({self.second: 3}).recall_case_name)

    def test_a_stock_user_processes_it(self):
        self.receive({self.lot: 5})
        picking = self.quarantine_goods(self.hold(self.lot))
        picking = self._as(self.stock_user, picking)
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.stand(), {("L1", "Recall Quarantine"): 5})
        self.assertEqual(self.reserved(), 0)

    def test_other_lots_stay(self):
        self.receive({self.lot: 5, self.second: 3})
        picking = self.quarantine_goods(self.hold(self.lot))
        self.assertEqual(self.lines(picking), [("L1", 5, "Stock")])

    def test_responsible_and_due_date(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        picking = self.quarantine_goods(case)
        self.assertEqual(picking.user_id, self.team)
        self.assertEqual(picking.scheduled_date, self.clock())
        picking.action_cancel()
        due = datetime(2026, 2, 1, 12)
        wizard = self.env["recall.quarantine"].with_user(self.team)
        wizard = wizard.with_context(default_case_id=case.id).create({})
        self.assertEqual(wizard.user_id, self.team)
        wizard.write({"user_id": self.stock_user.id, "date": due})
        action = wizard.action_move()
        picking = self.env["stock.picking"].browse(action["res_id"])
        self.assertEqual(picking.user_id, self.stock_user)
        self.assertEqual(picking.scheduled_date, due)
        self.assertEqual(picking.move_ids.date, due)

    def test_one_click_opens_the_transfer(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        action = case.with_user(self.team).action_quarantine()
        picking = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(picking.recall_case_id, case)
        self.assertIn(picking.name, case.message_ids[0].body)
        self.assertIn("5 Units", case.message_ids[0].body)

    def test_second_call_moves_nothing_twice(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        picking = self.quarantine_goods(case)
        self.assertFalse(self.quarantine_goods(case))
        action = case.with_user(self.team).action_quarantine()
        self.assertEqual(action["params"]["title"], "Nothing to move")
        self.validate(picking)
        self.assertFalse(self.quarantine_goods(case))
        self.assertEqual(case.quarantine_picking_ids, picking)

    def test_nothing_to_move_merges_no_stock_of_others(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        self.quarantine_goods(case)
        merged, registry = [], self.env.registry["stock.quant"]
        merge_quants = registry._merge_quants

        def note(quants):
            merged.append(len(quants))
            return merge_quants(quants)

        self.patch(registry, "_merge_quants", note)
        self.quarantine_goods(case)
        self.assertNotIn(0, merged, "which Odoo takes for all there are")

    def test_what_came_in_later_gets_a_transfer(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        first = self.quarantine_goods(case)
        self.receive({self.lot: 2})
        second = self.quarantine_goods(case)
        self.assertEqual(self.lines(second), [("L1", 2, "Stock")])
        self.assertEqual(self.lines(first), [("L1", 5, "Stock")])
        self.assertEqual(self.reserved(), 7)

    def test_cancelled_transfer_is_made_again(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        self.quarantine_goods(case).action_cancel()
        self.assertEqual(self.lines(self.quarantine_goods(case)), [("L1", 5, "Stock")])

    def test_transfer_that_lost_its_reservation_gets_it_back(self):
        self.receive({self.lot: 5, self.second: 4})
        case = self.hold(self.lot)
        picking = self.quarantine_goods(case)
        picking.do_unreserve()
        self.assertEqual(self.reserved(), 0)
        self.assertFalse(self.quarantine_goods(case))
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(self.lines(picking), [("L1", 5, "Stock")])
        self.assertEqual(self.reserved(), 5)

    def test_partly_unreserved_with_more_that_came_in(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        picking = self.quarantine_goods(case)
        picking.move_line_ids.quantity = 3
        self.receive({self.lot: 4})
        second = self.quarantine_goods(case)
        self.assertEqual(sum(picking.move_line_ids.mapped("quantity")), 5)
        self.assertEqual(self.lines(second), [("L1", 4, "Stock")])

    def test_backorder(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        picking = self.quarantine_goods(case)
        self.validate(picking, {self.lot: 2})
        self.assertFalse(self.quarantine_goods(case))
        backorder = case.quarantine_picking_ids - picking
        self.assertEqual(self.lines(backorder), [("L1", 3, "Stock")])
        self.validate(backorder)
        self.assertEqual(self.stand(), {("L1", "Recall Quarantine"): 5})

    def test_check_availability_takes_what_is_held(self):
        self.receive({self.second: 4})
        self.receive({self.lot: 5})
        picking = self.quarantine_goods(self.hold(self.lot))
        picking = self._as(self.stock_user, picking)
        picking.do_unreserve()
        picking.action_assign()
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(self.lines(picking), [("L1", 5, "Stock")])

    def test_backorder_of_a_stock_user(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        picking = self._as(self.stock_user, self.quarantine_goods(case))
        picking.move_line_ids.quantity = 2
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(len(case.quarantine_picking_ids), 2)
        self.assertFalse(self.quarantine_goods(case))
        self.assertEqual(self.reserved(), 3)

    def test_other_case_does_not_fill_it(self):
        self.receive({self.lot: 5, self.second: 4})
        picking = self.quarantine_goods(self.hold(self.lot))
        picking.do_unreserve()
        other = self.quarantine_goods(self.hold(self.second))
        self.assertEqual(self.lines(other), [("L2", 4, "Stock")])
        self.assertFalse(picking.move_line_ids)

    def test_two_cases_hold_the_same_goods(self):
        self.receive({self.lot: 5})
        self.quarantine_goods(self.hold(self.lot))
        self.assertFalse(self.quarantine_goods(self.hold(self.lot)))
        self.assertEqual(self.reserved(), 5)

    def test_goods_that_the_transfer_of_another_case_asks_for_go_on_it(self):
        self.receive({self.lot: 5, self.second: 3})
        picking = self.quarantine_goods(self.hold(self.lot))
        picking.do_unreserve()
        self.assertFalse(self.quarantine_goods(self.hold(self.lot)))
        self.assertEqual(self.lines(picking), [("L1", 5, "Stock")])

    def test_more_than_the_transfer_of_another_case_asks_for(self):
        self.receive({self.lot: 5})
        picking = self.quarantine_goods(self.hold(self.lot))
        picking.do_unreserve()
        self.receive({self.lot: 3, self.second: 1})
        other = self.quarantine_goods(self.hold(self.lot, self.second))
        self.assertEqual(self.lines(picking), [("L1", 5, "Stock")])
        self.assertEqual(self.lines(other), [("L1", 3, "Stock"), ("L2", 1, "Stock")])

    def test_transfer_of_a_released_case_keeps_no_goods_from_quarantine(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        other = self.hold(self.lot)
        picking = self.quarantine_goods(case)
        self._release(case, self.lot)
        picking.do_unreserve()
        self.assertEqual(self.lines(self.quarantine_goods(other)), [("L1", 5, "Stock")])

    def test_reserved_for_a_delivery(self):
        self.receive({self.lot: 5})
        order = self.order({self.lot: 4})
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, self.lot)
        case = self.hold(self.lot)
        picking = self.quarantine_goods(case)
        self.assertEqual(self.lines(picking), [("L1", 5, "Stock")])
        self.assertFalse(order.picking_ids.move_line_ids)
        self.assertEqual(self.reserved(), 5)
        self.assertEqual(case.interruption_ids.document, order.picking_ids.name)
        self.assertEqual(case.interruption_ids.quantity_short, 4)
        self.validate(picking)
        order.picking_ids.action_assign()
        self.assertFalse(order.picking_ids.move_line_ids)

    def test_nobody_else_takes_it(self):
        self.receive({self.lot: 5})
        self.quarantine_goods(self.hold(self.lot))
        order = self.order({self.lot: 4})
        self.assertEqual(order.picking_ids.state, "confirmed")
        self.assertFalse(order.picking_ids.move_line_ids)

    def test_on_its_way_back_to_the_vendor(self):
        """A transfer that held goods may go on keeps them."""
        receipt = self.receive({self.lot: 5})
        wizard = self.env["stock.return.picking"].create({"picking_id": receipt.id})
        wizard.product_return_moves.quantity = 2
        back = wizard._create_return()
        self.assertEqual(back.move_line_ids.quantity, 2)
        picking = self.quarantine_goods(self.hold(self.lot))
        self.assertEqual(back.move_line_ids.quantity, 2)
        self.assertEqual(self.lines(picking), [("L1", 3, "Stock")])

    def test_two_warehouses(self):
        other = self.new_warehouse("TWO")
        self.receive({self.lot: 5})
        self.receive({self.lot: 3}, warehouse=other)
        case = self.hold(self.lot)
        pickings = self.quarantine_goods(case)
        self.assertEqual(
            {p.location_dest_id: sum(p.move_ids.mapped("quantity")) for p in pickings},
            {self.quarantine: 5, other.recall_quarantine_loc_id: 3},
        )
        action = case.action_view_quarantine_pickings()
        self.assertEqual(self.env["stock.picking"].search(action["domain"]), pickings)

    def test_two_companies(self):
        self.receive({self.lot: 5})
        self.receive({self.lot: 3}, warehouse=self.other_warehouse)
        both = self.company | self.other_company
        case = self.hold(self.lot, company_ids=[Command.set(both.ids)])
        pickings = self.quarantine_goods(case)
        self.assertEqual(pickings.company_id, both)
        foreign = pickings.filtered(lambda p: p.company_id == self.other_company)
        self.assertTrue(foreign.name.startswith("Nut a/RQ/"), foreign.name)
        self.assertFalse(foreign.user_id, "the coordinator works elsewhere")
        self.validate(foreign)
        self.assertEqual(case.with_user(self.team).quarantine_figure, "0")
        case = self._as(self.group_team, case)
        self.assertEqual(case.quarantine_figure, "3 Units")

    def test_company_that_the_case_does_not_look_in(self):
        self.receive({self.lot: 5})
        self.receive({self.lot: 3}, warehouse=self.other_warehouse)
        pickings = self.quarantine_goods(self.hold(self.lot))
        self.assertEqual(pickings.company_id, self.company)

    def test_multi_step_warehouse(self):
        """Goods in Input, Stock and Output go straight to quarantine."""
        warehouse = self.new_warehouse(
            "MULTI", reception_steps="three_steps", delivery_steps="pick_pack_ship"
        )
        self.count({self.lot: 3}, warehouse.wh_input_stock_loc_id)
        self.count({self.lot: 4}, warehouse.lot_stock_id)
        self.count({self.lot: 5}, warehouse.wh_output_stock_loc_id)
        picking = self.quarantine_goods(self.hold(self.lot))
        self.assertEqual(picking.location_id, warehouse.view_location_id)
        self.assertEqual(
            self.lines(picking),
            [("L1", 3, "Input"), ("L1", 4, "Stock"), ("L1", 5, "Output")],
        )
        self.validate(picking)
        self.assertEqual(self.stand(), {("L1", "Recall Quarantine"): 12})
        self.assertEqual(len(picking.move_ids.move_dest_ids), 0)

    def test_picked_for_a_delivery_in_two_steps(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.receive({self.lot: 5})
        order = self.order({self.lot: 4})
        pick = order.picking_ids.filtered(lambda p: p.state == "assigned")
        self.validate(pick)
        picking = self.quarantine_goods(self.hold(self.lot))
        self.assertEqual(self.lines(picking), [("L1", 1, "Stock"), ("L1", 4, "Output")])
        self.validate(picking)
        self.assertEqual(self.stand(), {("L1", "Recall Quarantine"): 5})

    def test_owner_is_kept(self):
        self.receive({self.lot: 5})
        picking = self._receive_for(self.consignee, {self.lot: 3})
        self.assertEqual(picking.move_line_ids.owner_id, self.consignee)
        picking = self.quarantine_goods(self.hold(self.lot))
        self.assertEqual(
            {line.owner_id: line.quantity for line in picking.move_line_ids},
            {self.consignee: 3, self.consignee.browse(): 5},
        )
        self.validate(picking)
        quants = self.quarantine.quant_ids.filtered("quantity")
        self.assertEqual(
            {quant.owner_id: quant.quantity for quant in quants},
            {self.consignee: 3, self.consignee.browse(): 5},
        )

    def _receive_for(self, owner, goods):
        (lot,) = goods
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.suppliers.id,
                "location_dest_id": self.stock.id,
                "owner_id": owner.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": lot.product_id.id,
                            "product_uom_qty": goods[lot],
                            "location_id": self.suppliers.id,
                            "location_dest_id": self.stock.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        return self.validate(picking, goods, owner_id=owner.id)

    def test_serial_numbers(self):
        product = self._create_product("Jar", "serial")
        serials = self.lots(product, "S1", "S2", "S3")
        self.receive(dict.fromkeys(serials, 1))
        picking = self.quarantine_goods(self.hold(*serials[:2]))
        self.assertEqual(self.lines(picking), [("S1", 1, "Stock"), ("S2", 1, "Stock")])
        self.assertEqual(picking.move_ids.product_uom_qty, 2)
        self.validate(picking)
        self.assertEqual(self.stand(product)["S1", "Recall Quarantine"], 1)

    def test_goods_without_a_lot(self):
        product = self._create_product("Cookie", "none")
        self.receive({product: 5})
        case = self._create_lot_case(self.lot)
        case.user_id = self.team
        places = [(product, self.stock)]
        self.env["recall.hold"]._place(self.lot, "mixed up", case, places)
        picking = self.quarantine_goods(case)
        self.assertEqual(self.lines(picking), [("Cookie", 5, "Stock")])
        self.validate(picking)
        self.assertEqual(self.stand(product), {(False, "Recall Quarantine"): 5})

    def test_goods_without_a_lot_stay_on_hold_in_quarantine(self):
        """Their hold is on the place that they came from."""
        product = self._create_product("Cookie", "none")
        self.receive({product: 5})
        case = self._create_lot_case(self.lot)
        holds = self.env["recall.hold"]
        holds._place(self.lot.browse(), "mixed", case, [(product, self.stock)])
        picking = self.quarantine_goods(case)
        self.validate(picking)
        self.assertTrue(self.quarantine.quant_ids.filtered("quantity").recall_hold)
        with self.assertRaisesRegex(UserError, case.name):
            self.move({product: 2}, self.stock, self.quarantine)
        held = case.hold_ids.filtered(lambda hold: hold.location_id == self.quarantine)
        self.assertEqual(held.reason, "mixed")
        self.assertEqual(held.placed_by, case.hold_ids[-1].placed_by)
        self.assertFalse(self.quarantine_goods(case))
        self.assertEqual(len(case.hold_ids), 2)

    def test_goods_without_a_lot_brought_by_hand_stay_on_hold(self):
        product = self._create_product("Cookie", "none")
        self.receive({product: 5})
        holds = self.env["recall.hold"].with_user(self.team).sudo()
        cases = self._create_lot_case(self.lot), self._create_lot_case(self.lot)
        for case in cases:
            holds._place(self.lot.browse(), "mixed", case, [(product, self.stock)])
        picking = self.env["stock.picking"].with_user(self.stock_user)
        picking = picking.create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.quarantine.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 5,
                            "location_id": self.stock.id,
                            "location_dest_id": self.quarantine.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        for case in cases:
            held = case.hold_ids.filtered(lambda h: h.location_id == self.quarantine)
            self.assertEqual(held.placed_by, self.team)

    def test_released_goods_stay(self):
        self.receive({self.lot: 5, self.second: 3})
        case = self.hold(self.lot, self.second)
        self._release(case, self.second)
        self.assertEqual(self.lines(self.quarantine_goods(case)), [("L1", 5, "Stock")])

    def test_release_tells_what_still_stands_in_quarantine(self):
        self.receive({self.lot: 5, self.second: 3})
        case = self.hold(self.lot, self.second)
        self.validate(self.quarantine_goods(case))
        self._release(case, self.lot)
        told = case.message_ids[0].body
        place = self.warehouse.recall_quarantine_loc_id.display_name
        self.assertIn(f"{place}: 5 Units", told)
        self.assertEqual(case.quarantine_figure, "8 Units")

    def release_precaution(self, lot):
        """What the manager is shown who releases it."""
        hold = self.env["recall.hold"].search([("lot_id", "=", lot.id)])
        wizard = self._as(self.manager, self.env["recall.release"]).create(
            {"hold_ids": [Command.set(hold.ids)], "reason": "cleared"}
        )
        return wizard.action_release()

    def test_release_of_a_precaution_shows_what_stands_in_quarantine(self):
        self.receive({self.lot: 5, self.second: 3})
        self.env["recall.hold"]._place(self.lot | self.second, "Odd smell")
        self.move({self.lot: 5, self.second: 3}, self.quarantine)
        shown = self.release_precaution(self.lot)["params"]
        self.assertIn(f"{self.quarantine.display_name}: 5 Units", str(shown["message"]))
        self.assertTrue(shown["sticky"])

    def test_release_of_a_precaution_in_stock_shows_nothing(self):
        self.receive({self.lot: 5})
        self.env["recall.hold"]._place(self.lot, "Odd smell")
        self.assertEqual(self.release_precaution(self.lot)["tag"], "soft_reload")

    def test_release_tells_of_nothing_in_quarantine(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        self._release(case, self.lot)
        self.assertNotIn("quarantine", case.message_ids[0].body)

    def test_release_takes_goods_off_the_transfer(self):
        self.receive({self.lot: 5, self.second: 3})
        case = self.hold(self.lot, self.second)
        picking = self.quarantine_goods(case)
        self._release(case, self.second)
        self.assertEqual(self.lines(picking), [("L1", 5, "Stock")])
        self.assertEqual(picking.move_ids.product_uom_qty, 5)
        self.assertEqual(self.order({self.second: 3}).picking_ids.state, "assigned")
        self._release(case, self.lot)
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(self.reserved(), 3)

    def test_release_of_what_another_case_holds(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        self.hold(self.lot)
        picking = self.quarantine_goods(case)
        self._release(case, self.lot)
        self.assertEqual(self.lines(picking), [("L1", 5, "Stock")])

    def assertBackInStock(self, picking):
        self.assertFalse(self.lot.recall_hold)
        self.assertEqual(picking.state, "cancel")
        self.assertEqual(self.order({self.lot: 5}).picking_ids.state, "assigned")

    def test_release_by_the_last_of_two_cases(self):
        self.receive({self.lot: 5})
        case, other = self.hold(self.lot), self.hold(self.lot)
        picking = self.quarantine_goods(case)
        self._release(case, self.lot)
        self.assertEqual(picking.state, "assigned")
        self._release(other, self.lot)
        self.assertBackInStock(picking)

    def test_release_of_a_precaution_after_the_case(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        holds = self.env["recall.hold"].with_user(self.team).sudo()
        precaution = holds._place(self.lot, "Odd smell")
        picking = self.quarantine_goods(case)
        self._release(case, self.lot)
        precaution.with_user(self.manager)._release("cleared")
        self.assertBackInStock(picking)

    def test_release_of_what_was_picked(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        picking = self.quarantine_goods(case)
        picking.move_ids.picked = True
        self._release(case, self.lot)
        self.assertEqual(self.lines(picking), [("L1", 5, "Stock")])

    def test_type_that_reserves_by_itself(self):
        self.picking_type.reservation_method = "at_confirm"
        self.receive({self.lot: 5, self.second: 3})
        picking = self.quarantine_goods(self.hold(self.second))
        self.assertEqual(self.lines(picking), [("L2", 3, "Stock")])
        self.assertEqual(self.reserved(), 3)

    def test_duplicated_quants(self):
        self.receive({self.lot: 5})
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.lot.id), ("location_id", "=", self.stock.id)]
        )
        vals = {"product_id": self.product.id, "lot_id": self.lot.id, "quantity": 2}
        quant.sudo().create({**vals, "location_id": self.stock.id})
        picking = self.quarantine_goods(self.hold(self.lot))
        self.assertEqual(self.lines(picking), [("L1", 7, "Stock")])
        self.assertEqual(self.reserved(), 7)

    def test_place_without_a_warehouse(self):
        yard = self.env["stock.location"].create(
            {"name": "Yard", "usage": "internal", "company_id": self.company.id}
        )
        self.receive({self.lot: 5})
        self.move({self.lot: 2}, yard)
        case = self.hold(self.lot)
        picking = self.quarantine_goods(case)
        self.assertEqual(self.lines(picking), [("L1", 3, "Stock")])
        self.assertIn("without a quarantine: Yard", case.message_ids[0].body)
        action = case.with_user(self.team).action_quarantine()
        self.assertIn("stands in no warehouse", action["params"]["message"])

    def test_warehouse_without_a_quarantine_gets_one(self):
        self.receive({self.lot: 5})
        self.warehouse._remove_recall_quarantine()
        picking = self.quarantine_goods(self.hold(self.lot))
        self.assertTrue(picking.location_dest_id.recall_is_quarantine)

    def test_mock_case_touches_nothing(self):
        self.receive({self.lot: 5})
        case = self._create_lot_case(self.lot, recall_type="mock")
        case.action_trace()
        with self.assertRaisesRegex(UserError, "mock recall: it touches no stock"):
            case.with_user(self.team).action_quarantine()

    def test_nothing_on_hold(self):
        self.receive({self.lot: 5})
        case = self._create_lot_case(self.lot)
        with self.assertRaisesRegex(UserError, "Hold the affected goods first"):
            case.with_user(self.team).action_quarantine()

    def test_closed_case(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        case.action_cancel()
        with self.assertRaisesRegex(UserError, "Cancelled"):
            case.with_user(self.team).action_quarantine()


@tagged("post_install", "-at_install")
class TestPackages(MoveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("stock.group_tracking_lot")

    def pack(self, goods, name, location=None):
        """Goods counted into a package."""
        package = self.env["stock.package"].create({"name": name})
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        for lot, quantity in goods.items():
            quants |= quants.create(
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "package_id": package.id,
                    "location_id": (location or self.stock).id,
                    "inventory_quantity": quantity,
                }
            )
        quants.action_apply_inventory()
        return package

    def test_whole_package_moves_as_it_is(self):
        package = self.pack({self.lot: 4, self.second: 2}, "P1")
        picking = self.quarantine_goods(self.hold(self.lot, self.second))
        self.assertEqual(picking.move_line_ids.package_id, package)
        self.assertEqual(picking.move_line_ids.result_package_id, package)
        self.assertEqual(picking.move_line_ids.mapped("is_entire_pack"), [True, True])
        self.validate(picking)
        self.assertEqual(package.location_id, self.quarantine)

    def test_unpacked_by_choice(self):
        package = self.pack({self.lot: 4}, "P1")
        picking = self.quarantine_goods(self.hold(self.lot), unpack=True)
        self.assertEqual(picking.move_line_ids.package_id, package)
        self.assertFalse(picking.move_line_ids.result_package_id)
        self.validate(picking)
        self.assertFalse(self.quarantine.quant_ids.package_id)

    def test_package_with_other_goods_stays(self):
        package = self.pack({self.lot: 4, self.second: 2}, "P1")
        picking = self.quarantine_goods(self.hold(self.lot))
        self.assertEqual(self.lines(picking), [("L1", 4, "Stock")])
        self.assertFalse(picking.move_line_ids.result_package_id)
        self.validate(picking)
        self.assertEqual(package.location_id, self.stock)
        self.assertEqual(package.quant_ids.filtered("quantity").lot_id, self.second)

    def test_package_of_two_lots_of_which_one_is_released(self):
        package = self.pack({self.lot: 4, self.second: 2}, "P1")
        case = self.hold(self.lot, self.second)
        picking = self.quarantine_goods(case)
        self.assertEqual(picking.move_line_ids.result_package_id, package)
        self._release(case, self.second)
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        self.assertEqual(package.quant_ids.filtered("quantity").lot_id, self.second)

    def test_nested_package_moves_with_its_container(self):
        pallet = self.env["stock.package"].create({"name": "PAL"})
        first = self.pack({self.lot: 4}, "P1")
        second = self.pack({self.second: 2}, "P2")
        (first | second).parent_package_id = pallet
        picking = self.quarantine_goods(self.hold(self.lot, self.second))
        self.assertEqual((first | second).package_dest_id, pallet)
        self.validate(picking)
        self.assertEqual((first | second).parent_package_id, pallet)
        self.assertEqual(pallet.location_id, self.quarantine)

    def test_nested_package_leaves_a_container_with_others(self):
        pallet = self.env["stock.package"].create({"name": "PAL"})
        first = self.pack({self.lot: 4}, "P1")
        second = self.pack({self.second: 2}, "P2")
        (first | second).parent_package_id = pallet
        picking = self.quarantine_goods(self.hold(self.lot))
        self.validate(picking)
        self.assertEqual(first.location_id, self.quarantine)
        self.assertFalse(first.parent_package_id)
        self.assertEqual(second.parent_package_id, pallet)
        self.assertEqual(pallet.location_id, self.stock)

    def test_unpacked_from_a_nested_package(self):
        pallet = self.env["stock.package"].create({"name": "PAL"})
        first = self.pack({self.lot: 4}, "P1")
        first.parent_package_id = pallet
        picking = self.quarantine_goods(self.hold(self.lot), unpack=True)
        self.validate(picking)
        self.assertEqual(self.stand(), {("L1", "Recall Quarantine"): 4})
        self.assertFalse(self.quarantine.quant_ids.package_id)

    def test_package_on_two_transfers_is_unpacked(self):
        self.pack({self.lot: 4, self.second: 2}, "P1")
        case = self.hold(self.lot, self.second)
        picking = self.quarantine_goods(case)
        picking.move_line_ids.filtered(lambda line: line.lot_id == self.second).unlink()
        picking.move_ids.product_uom_qty = 4
        second = self.quarantine_goods(case)
        self.assertEqual(self.lines(second), [("L2", 2, "Stock")])
        self.assertFalse(second.move_line_ids.result_package_id)


@tagged("post_install", "-at_install")
class TestQuarantineFigures(MoveCommon):
    def test_figures_of_the_case(self):
        self.receive({self.lot: 5})
        self.move({self.lot: 2}, self.shelf)
        case = self.hold(self.lot)
        self.assertEqual(case.quarantine_figure, "0")
        picking = self.quarantine_goods(case)
        self.assertEqual(case.quarantine_picking_count, 1)
        self.assertEqual(case.quarantine_figure, "0")
        self.validate(picking, {self.lot: 3})
        case.invalidate_recordset()
        self.assertEqual(case.quarantine_figure, "3 Units")
        self.assertEqual(case.on_hand_figure, "5 Units")
        self.assertEqual(case.quarantine_picking_count, 1)
        action = case.action_view_quarantined()
        quants = self.env["stock.quant"].search(action["domain"])
        self.assertEqual(quants.location_id, self.quarantine)
        self.assertEqual(sum(quants.mapped("quantity")), 3)

    def test_offered_while_something_is_left_to_move(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        self.assertTrue(case.can_quarantine)
        picking = self.quarantine_goods(case)
        self.assertFalse(case.can_quarantine)
        picking.do_unreserve()
        case.invalidate_recordset()
        self.assertTrue(case.can_quarantine)
        self.quarantine_goods(case)
        self.validate(picking)
        case.invalidate_recordset()
        self.assertFalse(case.can_quarantine)
        self.receive({self.lot: 1})
        case.invalidate_recordset()
        self.assertTrue(case.can_quarantine)
        mock = self._create_lot_case(self.lot, recall_type="mock")
        self.assertFalse(mock.can_quarantine)

    def test_filters(self):
        self.receive({self.lot: 5, self.second: 3})
        picking = self.quarantine_goods(self.hold(self.lot))
        self.validate(picking)
        self.assertEqual(self._filter("stock.quant").lot_id, self.lot)
        self.assertEqual(self._filter("stock.lot"), self.lot)

    def _filter(self, model):
        """What the filter of the screens shows, of our product."""
        view = self.env["ir.ui.view"].search(
            [("model", "=", model), ("name", "like", "search.recall.quarantine")]
        )
        (node,) = self._xml(view.arch).xpath("//filter[@name='recall_quarantine']")
        domain = self._eval(node.get("domain"))
        return self.env[model].search([("product_id", "=", self.product.id), *domain])

    @staticmethod
    def _xml(arch):
        from lxml import etree

        return etree.fromstring(arch)

    @staticmethod
    def _eval(text):
        from odoo.tools.safe_eval import safe_eval

        return safe_eval(text)

    def test_auditor_reads_the_figures(self):
        self.receive({self.lot: 5})
        case = self.hold(self.lot)
        self.validate(self.quarantine_goods(case))
        case = case.with_user(self.auditor)
        self.assertEqual(case.quarantine_figure, "5 Units")
        self.assertEqual(case.quarantine_picking_count, 0)


@tagged("post_install", "-at_install")
class TestQuarantineRights(MoveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.lot: 5})
        cls.case = cls.hold(cls.lot)

    def test_who_may_move(self):
        for user in (self.team, self.manager):
            pickings = self.quarantine_goods(self.case, user)
            self.assertTrue(pickings)
            pickings.action_cancel()
        for user in (self.auditor, self.stock_user, self.employee, self.other_team):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._as(user, self.case).action_quarantine()

    def test_who_may_choose(self):
        values = {"case_id": self.case.id, "date": "2026-01-07 10:00:00"}
        for user in (self.auditor, self.stock_user, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["recall.quarantine"].with_user(user).create(values)
        wizard = self.env["recall.quarantine"].with_user(self.other_team)
        with self.assertRaises(AccessError):
            wizard.create(values).action_move()

    def test_the_case_on_a_transfer(self):
        picking = self.quarantine_goods(self.case)
        self.assertEqual(
            picking.with_user(self.team).recall_case_id.name, self.case.name
        )
        fields = picking.with_user(self.stock_user).fields_get()
        self.assertNotIn("recall_case_id", fields)
        with self.assertRaises(AccessError):
            picking.with_user(self.stock_user).recall_case_id = False
        views = picking.with_user(self.stock_user).get_view(view_type="form")
        self.assertNotIn("recall_case_id", views["arch"])


@tagged("post_install", "-at_install")
class TestQuarantineQueries(MoveCommon):
    def test_as_many_for_60_lots_as_for_3(self):
        few, many = self.prepare(3), self.prepare(60)
        self.prepare(3)
        self.count_queries(self.prepare(3))  # fills the caches of the registry
        self.assertEqual(self.count_queries(many), self.count_queries(few))

    def prepare(self, count):
        product = self._create_product(f"Nut {count}")
        lots = self.lots(product, *(f"N{number}" for number in range(count)))
        self.receive(dict.fromkeys(lots, 2))
        return self.hold(*lots)

    def count_queries(self, case):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        case._move_to_quarantine()
        self.env.flush_all()
        return self.cr.sql_log_count - before
