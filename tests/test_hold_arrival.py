"""Goods without a lot that come in while some of the product are on hold."""

from odoo.fields import Command

from .flows import needs
from .hold_common import HoldCommon, LooseCommon


class TestHoldArrival(LooseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.cookie: 20})
        cls.delivery = cls.deliver({cls.cookie: 8})

    def held_places(self):
        holds = self.env["recall.hold"].search([("product_id", "=", self.cookie.id)])
        return holds.filtered(lambda hold: hold.state == "active").location_id

    def test_what_a_customer_returns_arrives_held(self):
        self.move({self.cookie: 12}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        back = self.return_goods(self.delivery, {self.cookie: 3})
        self.assertEqual(self.held_places(), self.shelf | self.stock)
        self.assertHeld(self.deliver, {self.cookie: 1}, names=["Cookie"])
        told = "".join(self.case.message_ids.mapped("body"))
        self.assertIn(back.name, told)
        self.assertIn(f"Cookie without a lot in {self.stock.display_name}", told)
        placed = self.case.hold_ids.filtered(lambda h: h.location_id == self.stock)
        self.assertEqual(placed.placed_by, self.team)

    def test_each_case_is_told(self):
        other = self._create_lot_case(self.bad)
        self.move({self.cookie: 12}, self.shelf)
        for case in (self.case, other):
            self.hold_in(self.shelf, case=case)
        for quantity in (1, 2):
            back = self.return_goods(self.delivery, {self.cookie: quantity})
            for case in (self.case, other):
                self.assertIn(back.name, case.message_ids[0].body)
        self.assertEqual(len(self.case.hold_ids | other.hold_ids), 4)

    def test_return_as_a_precaution(self):
        self.move({self.cookie: 12}, self.shelf)
        self.hold_in(self.shelf)
        self.return_goods(self.delivery, {self.cookie: 3})
        self.assertEqual(self.held_places(), self.shelf | self.stock)

    def test_return_to_a_held_place_is_on_record_and_needs_no_other_hold(self):
        self.hold_in(self.shelf, self.stock, case=self.case)
        back = self.return_goods(self.delivery, {self.cookie: 3})
        self.assertIn(back.name, self.case.message_ids[0].body)
        self.assertEqual(len(self.case.hold_ids), 2)

    def test_receipt_elsewhere_is_not_what_is_held(self):
        self.move({self.cookie: 12}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        self.receive({self.cookie: 5})
        self.assertEqual(self.held_places(), self.shelf)
        self.deliver({self.cookie: 5})

    def test_receipt_into_a_held_place_is_on_record(self):
        self.hold_in(self.stock, case=self.case)
        receipt = self.receive({self.cookie: 5})
        self.assertIn(receipt.name, self.case.message_ids[0].body)

    def test_out_of_a_held_transit(self):
        other = self.new_warehouse("W2")
        self.send({self.cookie: 5}, other)
        self.hold_in(self.company.internal_transit_location_id, case=self.case)
        self.arrive({self.cookie: 5}, other)
        self.assertIn(other.lot_stock_id, self.held_places())
        flow, names = self.deliver, ["Cookie"]
        self.assertHeld(flow, {self.cookie: 1}, names=names, warehouse=other)

    def test_transit_that_the_held_goods_have_left(self):
        """Other goods that pass through it later are not what is held."""
        second, third, fourth = map(self.new_warehouse, ("W2", "W3", "W4"))
        transit = self.company.internal_transit_location_id
        self.receive({self.cookie: 20}, warehouse=third)
        self.send({self.cookie: 5}, second)
        self.hold_in(transit, case=self.case)
        self.arrive({self.cookie: 5}, second)
        sent = self.send({self.cookie: 3}, fourth, warehouse=third)
        self.transfer(
            {self.cookie: 3},
            fourth.in_type_id,
            transit,
            fourth.lot_stock_id,
            move_orig_ids=[Command.link(sent.move_ids.id)],
        )
        self.assertEqual(self.held_places(), transit | second.lot_stock_id)

    def test_return_of_what_was_sold_after_the_hold(self):
        """It was free, as held goods could not leave any more."""
        other = self.new_warehouse("W2")
        self.receive({self.cookie: 20}, warehouse=other)
        before = self.deliver({self.cookie: 2}, warehouse=other)
        self.hold_in(self.stock, case=self.case)
        after = self.deliver({self.cookie: 5}, warehouse=other)
        self.return_goods(after, {self.cookie: 1})
        self.assertEqual(self.held_places(), self.stock)
        after.move_line_ids.date = before.date_done  # which does not change that
        self.return_goods(before, {self.cookie: 1})
        self.assertEqual(self.held_places(), self.stock | other.lot_stock_id)

    def test_returned_to_the_vendor_and_back(self):
        receipt = self.receive({self.cookie: 5})
        self.move({self.cookie: 17}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        sent = self.transfer(
            {self.cookie: 5},
            self.warehouse.out_type_id,
            self.shelf,
            self.suppliers,
            origin_returned_move_id=receipt.move_ids.id,
        )
        again = self.return_goods(sent, {self.cookie: 5})
        self.assertEqual(again.move_ids.location_dest_id, self.stock)
        self.assertEqual(self.held_places(), self.shelf | self.stock)

    @needs("mrp")
    def test_out_of_what_is_unbuilt(self):
        cake = self._create_product("Cake")
        (lot,) = self.lots(cake, "C1")
        order = self.produce({lot: 4}, {self.cookie: 4})
        self.move({self.cookie: 8}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        self.unbuild({lot: 4}, order)
        self.assertEqual(self.held_places(), self.shelf | self.stock)

    @needs("mrp")
    def test_newly_made_elsewhere_is_not_what_is_held(self):
        self.move({self.cookie: 12}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        self.produce({self.cookie: 4}, {self.nut: 0})
        self.assertEqual(self.held_places(), self.shelf)

    @needs("repair")
    def test_out_of_what_is_repaired(self):
        machine = self._create_product("Machine", "serial")
        (serial,) = self.lots(machine, "M1")
        self.receive({serial: 1})
        self.repair(serial, add={self.cookie: 1})
        self.move({self.cookie: 11}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        self.repair(serial, recycle={self.cookie: 1})
        self.assertEqual(self.held_places(), self.shelf | self.stock)

    def test_done_delivery_gives_nothing_back_by_an_edit(self):
        """A return says that goods came back, and holds them."""
        self.move({self.cookie: 12}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        line = self.delivery.move_line_ids
        self.assertHeld(line.write, {"quantity": 2}, names=["Cookie"])

    def test_done_return_brings_no_more_back_by_an_edit(self):
        back = self.return_goods(self.delivery, {self.cookie: 3})
        self.move({self.cookie: 15}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        line = back.move_line_ids
        self.assertHeld(line.write, {"quantity": 5}, names=["Cookie"])

    def test_done_receipt_and_count_are_corrected(self):
        receipt = self.receive({self.cookie: 4})
        self.count({self.cookie: 18})
        counted = self.env["stock.move.line"].search(
            [("product_id", "=", self.cookie.id), ("is_inventory", "=", True)]
        )
        self.move({self.cookie: 12}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        receipt.move_line_ids.quantity = 5
        counted.quantity = 3
        self.assertEqual(self.held_places(), self.shelf)

    def test_done_delivery_of_later_is_corrected(self):
        other = self.new_warehouse("W2")
        self.receive({self.cookie: 20}, warehouse=other)
        self.hold_in(self.stock, case=self.case)
        delivery = self.deliver({self.cookie: 5}, warehouse=other)
        delivery.move_line_ids.quantity = 2
        self.assertEqual(self.held_places(), self.stock)

    @needs("mrp")
    def test_done_consumption_gives_nothing_back_by_an_edit(self):
        cake = self._create_product("Cake", "none")
        order = self.produce({cake: 5}, {self.cookie: 5})
        self.move({self.cookie: 7}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        line = order.move_raw_ids.move_line_ids
        self.assertHeld(line.write, {"quantity": 2}, names=["Cookie"])

    def test_return_to_another_company_stays_free(self):
        other = self._get_warehouse(self.other_company)
        self.receive({self.cookie: 5}, warehouse=other)
        delivery = self.deliver({self.cookie: 5}, warehouse=other)
        self.hold_in(self.stock, case=self.case)
        self.return_goods(delivery, {self.cookie: 2})
        self.assertEqual(self.held_places(), self.stock)

    def test_out_of_scrap(self):
        """Held goods may be scrapped, and are not free when they come back."""
        self.hold_in(self.stock, case=self.case)
        other = self.new_warehouse("W2")
        scrap = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)],
            limit=1,
        )
        self.move({self.cookie: 5}, scrap)
        self.move({self.cookie: 5}, other.lot_stock_id, scrap, other)
        self.assertIn(other.lot_stock_id, self.held_places())

    def test_counted_elsewhere_is_not_what_is_held(self):
        self.move({self.cookie: 12}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        self.count({self.cookie: 5})
        self.assertEqual(self.held_places(), self.shelf)

    def test_count_that_is_reverted_is_a_count(self):
        self.move({self.cookie: 12}, self.shelf)
        self.count({self.cookie: 5})
        self.hold_in(self.shelf, case=self.case)
        self.count({self.cookie: 3})
        counts = self.env["stock.move.line"].search(
            [("product_id", "=", self.cookie.id), ("is_inventory", "=", True)]
        )
        counts.filtered(lambda line: line.quantity == 2).action_revert_inventory()
        self.deliver({self.cookie: 5})
        self.assertEqual(self.held_places(), self.shelf)

    def test_taken_from_the_place_around(self):
        """What leaves a place without being there lay in one below."""
        self.move({self.cookie: 12}, self.shelf)
        self.hold_in(self.shelf, case=self.case)
        self.assertHeld(self.deliver, {self.cookie: 1}, names=["Cookie", "Shelf"])
        self.receive({self.cookie: 5})
        self.deliver({self.cookie: 5})
        self.assertHeld(self.deliver, {self.cookie: 1}, names=["Cookie", "Shelf"])

    def return_without_lot(self, lot):
        """A customer returns 4 of a lot, where no numbers are asked for."""
        self.receive({lot: 4})
        delivery = self.deliver({lot: 4})
        self.hold(self.bad, case=self.case)
        for kind in (self.warehouse.in_type_id, self.warehouse.out_type_id):
            kind.use_create_lots = kind.use_existing_lots = False
        self.return_goods(delivery, {self.nut: 4})

    def test_return_of_a_held_lot_without_its_number(self):
        self.return_without_lot(self.bad)
        self.assertEqual(self.case.hold_ids.location_id, self.stock)
        self.assertHeld(self.deliver, {self.nut: 4}, names=["Nut"])
        self.warehouse.out_type_id.use_existing_lots = True
        self.receive({self.good: 1})
        self.deliver({self.good: 3})  # which takes none of those for what it lacks
        self.assertEqual(self.nut.with_context(location=self.stock.id).qty_available, 2)
        self.assertEqual(self.nut.with_context(location=self.stock.id).free_qty, -2)

    def test_return_of_another_lot_without_its_number(self):
        self.return_without_lot(self.good)
        self.assertFalse(self.case.hold_ids.location_id)
        self.deliver({self.nut: 4})

    def test_return_with_nothing_on_hold(self):
        self.return_goods(self.delivery, {self.cookie: 3})
        self.assertFalse(self.held_places())


@needs("mrp")
class TestRetraceHoldsPlaces(HoldCommon):
    def test_places_found_after_the_hold(self):
        """What moved between the trace and the hold stands where nobody looked."""
        cookie = self._create_product("Cookie", "none")
        first, second = self.warehouse, self.new_warehouse("W2")
        views = first.view_location_id, second.view_location_id
        self.receive({self.bad: 1})
        self.produce({cookie: 10}, {self.bad: 1})
        case = self._create_lot_case(self.bad)
        case.action_trace()
        self.send({cookie: 4}, second)
        self.arrive({cookie: 4}, second)
        case.action_hold()
        self.assertEqual(case.hold_ids.location_id, views[0])
        self.wait()
        self.run_cron("ir_cron_recall_retrace")
        self.assertEqual(case.hold_ids.location_id, views[0] | views[1])

        held = case.hold_ids.filtered(lambda hold: hold.location_id == views[1])
        self._as(self.manager, held)._release("Swept")
        case._hold(newly=True)
        self.assertEqual(case._get_active_holds().location_id, views[0])
        case.action_hold()
        self.assertEqual(case._get_active_holds().location_id, views[0] | views[1])


class TestHoldArrivalTold(LooseCommon):
    """Who puts goods away reads that they came in on hold."""

    def note(self, picking):
        return self._as(self.stock_user, picking).recall_held_note

    def test_receipt_of_a_lot_on_hold(self):
        case = self.hold_case(self.bad, title="Glass")
        receipt = self.receive({self.bad: 2, self.good: 1})
        self.assertEqual(self.note(receipt), f"N-BAD ({case.name}: Glass)")
        self._as(self.manager, case.hold_ids)._release("Tested negative")
        receipt.invalidate_recordset()
        self.assertFalse(self.note(receipt))

    def test_each_receipt_says_all_causes_of_its_own_goods(self):
        self.hold(self.bad)
        case = self.hold_case(self.bad, title="Metal")
        self.hold(self.good, reason="Mould")
        self.hold_in(self.new_warehouse("W2").lot_stock_id)
        receipts = self.receive({self.bad: 1, self.cookie: 1})
        receipts |= self.receive({self.good: 1})
        first, second = self._as(self.stock_user, receipts).mapped("recall_held_note")
        self.assertIn(f"{case.name}: Metal", first)
        self.assertIn("Precaution: Salmonella", first)
        self.assertNotIn("Glass", first)
        self.assertNotIn("Mould", first)
        self.assertEqual(second, "N-GOOD (Precaution: Mould)")

    def test_before_it_is_validated(self):
        self.hold(self.bad)
        receipt = self.start_transfer(
            {self.bad: 2}, self.warehouse.in_type_id, self.suppliers, self.stock
        )
        receipt.action_assign()
        receipt.move_line_ids.lot_id = self.bad
        self.assertEqual(self.note(receipt), "N-BAD (Precaution: Salmonella)")

    def test_receipt_of_goods_without_a_lot(self):
        self.hold_in(self.stock)
        receipt = self.receive({self.cookie: 1})
        self.assertEqual(self.note(receipt), "Cookie (Precaution: Glass)")
        self.assertFalse(self.note(self.receive({self.good: 1})))

    def test_what_goes_out_or_to_quarantine(self):
        self.receive({self.bad: 3})
        delivery = self.deliver({self.bad: 1})
        self.hold(self.bad)
        self.assertFalse(self.note(delivery))
        self.assertFalse(self.note(self.open_quarantine_transfer(2)))
