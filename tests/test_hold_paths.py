"""Every path by which held goods might leave, tried through Odoo's own methods.

README lists them in its section on what a hold means.
"""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.fields import Command

from .flows import needs
from .hold_common import CAUSE, HoldCommon


class TestHoldDeliveries(HoldCommon):
    def setUp(self):
        super().setUp()
        self.receive({self.bad: 10, self.good: 10})

    def test_delivery_in_one_step(self):
        order = self.order({self.bad: 4})
        self.hold(self.bad)
        self.assertHeld(self.validate, order.picking_ids, {self.bad: 4})

    def test_reserved_before_the_hold_and_validated_before_it_is_settled(self):
        order = self.order({self.nut: 10})
        self.assertEqual(self.reserved(order.picking_ids.move_ids), {self.bad: 10})
        self.hold(self.bad)
        self.assertHeld(self.validate, order.picking_ids)

    def test_delivery_in_two_steps_at_the_first(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.order({self.bad: 4})
        self.hold(self.bad)
        self.assertHeld(self.validate, order.picking_ids.sorted("id")[0], {self.bad: 4})

    def test_delivery_in_three_steps_at_the_last(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.order({self.bad: 4})
        for _step in range(2):
            picking = order.picking_ids.filtered(lambda p: p.state == "assigned")
            self.validate(picking, {self.bad: 4})
        ship = order.picking_ids.filtered(lambda p: p.state == "assigned")
        self.hold(self.bad)
        self.assertHeld(self.validate, ship)
        self.settle()
        ship.action_assign()
        self.assertFalse(ship.move_line_ids)

    def test_chained_ship_move_reserves_nothing_held(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.order({self.bad: 4})
        pick = order.picking_ids.sorted("id")[0]
        self.hold(self.good)
        self.validate(pick, {self.bad: 4})
        self.hold(self.bad)
        self.settle()
        ship = order.picking_ids - pick
        ship.action_assign()
        self.assertFalse(ship.move_line_ids)

    def test_assigned_from_the_reception_report(self):
        (late,) = self.lots(self.nut, "N-LATE")
        move = self.order({self.nut: 26}).picking_ids.move_ids
        self.hold(late)
        receipt = self.receive({late: 6})
        report = self.env_of(self.company)["report.stock.report_reception"]
        report.action_assign(move.ids, [6], [receipt.move_ids.ids])
        self.assertNotIn(late, move.picking_id.move_line_ids.lot_id)

    def test_backorder(self):
        order = self.order({self.bad: 4})
        self.validate(order.picking_ids, {self.bad: 1})
        self.hold(self.bad)
        backorder = order.picking_ids.filtered(lambda p: p.state != "done")
        self.assertHeld(self.validate, backorder, {self.bad: 3})

    def test_immediate_transfer(self):
        self.hold(self.bad)
        self.assertHeld(
            self.transfer,
            {self.bad: 1},
            self.warehouse.out_type_id,
            self.stock,
            self.customers,
            self.consignee,
        )

    def test_line_made_by_hand(self):
        self.hold(self.bad)
        order = self.order({self.good: 4})
        move = order.picking_ids.move_ids
        vals = self._line_vals(move, self.bad, 4, {"move_id": move.id})
        self.assertHeld(self.env["stock.move.line"].create, vals)

    def test_line_without_a_transfer(self):
        self.hold(self.bad)
        order = self.order({self.good: 4})
        vals = self._line_vals(order.picking_ids.move_ids, self.bad, 4, {})
        self.assertHeld(self.env["stock.move.line"].create, vals)

    def test_lot_of_an_open_line_changed(self):
        order = self.order({self.good: 4})
        self.hold(self.bad)
        line = order.picking_ids.move_line_ids
        self.assertHeld(line.write, {"lot_id": self.bad.id})

    def test_quant_chosen_for_an_open_line(self):
        order = self.order({self.good: 4})
        self.hold(self.bad)
        quant = self.bad.quant_ids.filtered(lambda q: q.location_id == self.stock)
        self.assertHeld(order.picking_ids.move_line_ids.write, {"quant_id": quant.id})

    def type_lot(self, picking, number):
        picking.move_line_ids.unlink()
        move = picking.move_ids
        vals = self._line_vals(move, move.product_id, 4, {"lot_name": number})
        picking.move_line_ids = [Command.create(vals)]
        picking.move_ids.picked = True

    def test_lot_typed_by_name(self):
        self.warehouse.out_type_id.use_create_lots = True
        picking = self.order({self.nut: 4}).picking_ids
        self.hold(self.bad)
        # as the trace compares numbers, too
        for number in (self.bad.name, " N-BAD ", "N- BAD", "n-bad"):
            self.assertHeld(self.type_lot, picking, number)

    def test_lot_typed_by_name_before_the_hold(self):
        self.warehouse.out_type_id.use_create_lots = True
        picking = self.order({self.nut: 4}).picking_ids
        self.type_lot(picking, self.bad.name)
        self.hold(self.bad)
        self.assertHeld(picking.button_validate)

    def test_lot_typed_with_blanks_and_in_small_letters_before_the_hold(self):
        """Odoo makes a new lot of it, which is on hold at once."""
        self.warehouse.out_type_id.use_create_lots = True
        picking = self.order({self.nut: 4}).picking_ids
        self.type_lot(picking, " n-bad ")
        self.hold(self.bad)
        self.assertHeld(picking.button_validate, names=["n-bad"])

    def test_lot_typed_that_a_sister_company_has_too(self):
        shared = self._create_product("Shared")
        ours, theirs = (
            self.env["stock.lot"].create(
                {"product_id": shared.id, "name": "SAME", "company_id": company.id}
            )
            for company in (self.company, self.other_company)
        )
        warehouse = self.other_warehouse
        self.receive({theirs: 4}, warehouse=warehouse)
        self.hold(ours)
        warehouse.out_type_id.use_create_lots = True
        picking = self.order({shared: 4}, warehouse=warehouse).picking_ids
        self.type_lot(picking, "SAME")
        picking.with_env(self.env_of(self.other_company)).button_validate()
        self.assertEqual(picking.move_line_ids.lot_id, theirs)
        self.assertEqual(picking.state, "done")

    def test_line_added_to_a_done_delivery(self):
        picking = self.deliver({self.good: 4})
        self.hold(self.bad)
        vals = self._line_vals(
            picking.move_ids, self.bad, 1, {"move_id": picking.move_ids.id}
        )
        self.assertHeld(self.env["stock.move.line"].create, vals)

    def test_lot_of_a_done_line_changed_to_a_held_one(self):
        picking = self.deliver({self.good: 4})
        self.hold(self.bad)
        self.assertHeld(picking.move_line_ids.write, {"lot_id": self.bad.id})

    def test_lot_of_a_done_line_changed_from_a_held_one(self):
        picking = self.deliver({self.bad: 4})
        self.hold(self.bad)
        self.assertHeld(picking.move_line_ids.write, {"lot_id": self.good.id})

    def test_lot_of_a_done_receipt_changed_to_a_held_one(self):
        picking = self.receive({self.good: 4})
        self.hold(self.bad)
        self.assertHeld(picking.move_line_ids.write, {"lot_id": self.bad.id})

    def test_quantity_of_a_done_line_raised(self):
        picking = self.deliver({self.bad: 4})
        self.hold(self.bad)
        self.assertHeld(picking.move_line_ids.write, {"quantity": 6})

    def test_quantity_of_a_done_receipt_lowered(self):
        picking = self.receive({self.bad: 4})
        self.hold(self.bad)
        self.assertHeld(picking.move_line_ids.write, {"quantity": 1})

    def test_destination_of_a_done_line_changed(self):
        quarantine = self.warehouse.recall_quarantine_loc_id
        picking = self.move({self.good: 1}, quarantine)
        self.hold(self.good)
        self.assertHeld(
            picking.move_line_ids.write,
            {"location_dest_id": self.stock.id},
            names=["N-GOOD"],
        )

    def test_destination_of_an_open_line_changed(self):
        self.hold(self.bad)
        picking = self.open_quarantine_transfer(10)
        line = picking.move_line_ids.filtered(lambda x: x.lot_id == self.bad)
        self.assertEqual(line.quantity, 10)
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.assertHeld(line.write, {"location_dest_id": shelf.id})

    def test_to_another_place(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.hold(self.bad)
        self.assertHeld(self.move, {self.bad: 1}, shelf)

    def test_to_another_warehouse(self):
        other = self.new_warehouse("W2")
        self.hold(self.bad)
        self.assertHeld(self.send, {self.bad: 1}, other)

    def test_out_of_quarantine(self):
        quarantine = self.warehouse.recall_quarantine_loc_id
        self.hold(self.bad)
        self.move({self.bad: 10}, quarantine)
        self.assertHeld(self.move, {self.bad: 1}, self.stock, source=quarantine)

    def test_shipped_from_quarantine(self):
        quarantine = self.warehouse.recall_quarantine_loc_id
        self.hold(self.bad)
        self.move({self.bad: 10}, quarantine)
        self.assertHeld(
            self.transfer,
            {self.bad: 1},
            self.warehouse.out_type_id,
            quarantine,
            self.customers,
        )

    def test_package_moved_whole(self):
        package = self.env["stock.package"].create({"name": "PACK-1"})
        self.move_into(package, {self.bad: 2})
        self.hold(self.bad)
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        quants = package.quant_ids
        self.assertHeld(quants.move_quants, location_dest_id=shelf)

    def move_into(self, package, goods):
        shelf = self.env["stock.location"].create(
            {"name": "Packing", "location_id": self.stock.id}
        )
        picking = self.move(goods, shelf)
        picking.move_line_ids.result_package_id = package
        self.assertEqual(package.quant_ids.lot_id, self.bad)

    def test_packed_for_shipping(self):
        order = self.order({self.bad: 4})
        picking = order.picking_ids
        picking.move_line_ids.unlink()
        self.fill(picking.move_ids, {self.bad: 4})
        self.hold(self.bad)
        self.assertHeld(picking.action_put_in_pack)

    def test_relocated_from_the_locations_screen(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.hold(self.bad)
        quants = self.bad.quant_ids.filtered(lambda q: q.location_id == self.stock)
        wizard = self.env["stock.quant.relocate"].create(
            {"quant_ids": quants.ids, "dest_location_id": shelf.id}
        )
        self.assertHeld(wizard.action_relocate_quants)

    def test_relocated_from_the_lot(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.hold(self.bad)
        self.assertHeld(self.bad.write, {"location_id": shelf.id})

    def test_counted_out_by_a_stock_manager(self):
        manager = self._create_user("counter", "stock.group_stock_manager")
        self.hold(self.bad)
        quant = self.bad.quant_ids.filtered(lambda q: q.location_id == self.stock)
        quant = self._as(manager, quant).with_context(inventory_mode=True)

        def count():
            quant.inventory_quantity = 0
            quant.action_apply_inventory()

        self.assertHeld(count)

    def test_counted_as_another_lot(self):
        manager = self._create_user("counter", "stock.group_stock_manager")
        self.hold(self.bad)
        quants = (self.bad | self.good).quant_ids
        quants = quants.filtered(lambda q: q.location_id == self.stock)
        quants = self._as(manager, quants).with_context(inventory_mode=True)

        def relabel():
            for quant in quants:
                is_held = quant.lot_id == self.bad
                quant.inventory_quantity = 0 if is_held else 20
            quants.action_apply_inventory()

        self.assertHeld(relabel)

    def test_counted_by_the_recall_team(self):
        self.hold(self.bad)
        self.count({self.bad: 7})
        self.assertEqual(self.quantity_in(self.bad, self.stock), 7)

    def test_a_stream_of_sales_takes_the_other_lot(self):
        self.hold(self.bad)
        order = self.order({self.nut: 10})
        self.assertEqual(self.reserved(order.picking_ids.move_ids), {self.good: 10})
        self.assertFalse(self.order({self.nut: 1}).picking_ids.move_line_ids)

    def test_lot_shared_by_two_companies(self):
        self.hold(self.bad)
        self.receive({self.bad: 5}, warehouse=self.other_warehouse)
        self.assertHeld(self.deliver, {self.bad: 1}, warehouse=self.other_warehouse)

    # What may be done

    def test_scrap_is_free(self):
        self.hold(self.bad)
        self.scrap({self.bad: 3})
        self.assertEqual(self.quantity_in(self.bad, self.stock), 7)

    def test_return_to_the_vendor_is_free(self):
        receipt = self.receive({self.bad: 5})
        self.hold(self.bad)
        self.return_goods(receipt, {self.bad: 5})
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)

    def test_quarantine_is_free_and_takes_held_goods_by_itself(self):
        self.hold(self.bad)
        self.move({self.bad: 10}, self.warehouse.recall_quarantine_loc_id)
        self.assertEqual(self.quantity_in(self.bad, self.stock), 0)

    def test_customer_return_arrives_held(self):
        delivery = self.deliver({self.bad: 4})
        self.hold(self.bad)
        self.return_goods(delivery, {self.bad: 4})
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)
        order = self.order({self.nut: 20})
        self.assertEqual(self.reserved(order.picking_ids.move_ids), {self.good: 10})

    def add_push_rule(self, source, target):
        """Goods that come to a place go on to another one without a further step."""
        rule = {
            "name": "On",
            "action": "push",
            "auto": "transparent",
            "location_src_id": source.id,
            "location_dest_id": target.id,
            "picking_type_id": self.warehouse.int_type_id.id,
        }
        self.nut.route_ids = self.env["stock.route"].create(
            {"name": "On", "rule_ids": [Command.create(rule)]}
        )

    def test_receipt_that_goes_on_by_a_rule_arrives_held(self):
        shelf = self.stock.copy({"name": "Shelf", "location_id": self.stock.id})
        self.add_push_rule(self.stock, shelf)
        self.receive({self.good: 4})
        self.assertEqual(self.quantity_in(self.good, shelf), 4)
        self.hold(self.bad)
        self.receive({self.bad: 4})
        self.assertEqual(self.quantity_in(self.bad, shelf), 4)
        self.assertHeld(self.deliver, {self.bad: 1})

    def test_to_quarantine_and_on_by_a_rule(self):
        self.receive({self.bad: 4})
        self.hold(self.bad)
        quarantine = self.warehouse.recall_quarantine_loc_id
        shelf = self.stock.copy({"name": "Shelf", "location_id": self.stock.id})
        self.add_push_rule(quarantine, shelf)
        self.assertHeld(self.move, {self.bad: 4}, quarantine)

    def test_later_receipt_arrives_held_and_is_on_record(self):
        case = self.hold_case(self.bad)
        receipt = self.receive({self.bad: 5})
        self.assertIn(receipt.name, case.message_ids[0].body)
        self.assertHeld(self.deliver, {self.bad: 1})

    def test_each_case_that_holds_a_lot_is_told_of_its_moves(self):
        cases = self.hold_case(self.bad), self.hold_case(self.bad)
        receipt = self.receive({self.bad: 5})
        for case in cases:
            self.assertIn(receipt.name, case.message_ids[0].body)

    def test_case_notes_what_goes_where_it_may_and_what_comes_back(self):
        receipt, delivery = self.receive({self.bad: 5}), self.deliver({self.bad: 2})
        case = self.hold_case(self.bad)

        def assertNoted(quantity, target):
            told = f"{quantity} Units of N-BAD: "
            self.assertIn(told, case.message_ids[0].body)
            self.assertIn(f"→ {target.display_name} (", case.message_ids[0].body)

        scrap = self.scrap({self.bad: 3})
        assertNoted(3, scrap.scrap_location_id)
        self.return_goods(receipt, {self.bad: 5})
        assertNoted(5, self.suppliers)
        self.return_goods(delivery, {self.bad: 2})
        assertNoted(2, self.stock)
        quarantine = self.warehouse.recall_quarantine_loc_id
        self.move({self.bad: 4}, quarantine)
        assertNoted(4, quarantine)

    # Several at once

    @contextmanager
    def sent_to(self, user):
        """{kind: payload} of what appears on the screen of a user meanwhile."""
        sent = {}

        def send(self, kind, payload, *args, **kwargs):
            if self == user:
                sent[kind] = payload

        with patch.object(self.env.registry["res.users"], "_bus_send", send):
            yield sent

    def test_batch_ships_the_others_and_asks_for_the_held(self):
        held = self.order({self.bad: 4}).picking_ids
        fine = self.order({self.good: 4}).picking_ids
        for picking, lot in ((held, self.bad), (fine, self.good)):
            self.fill(picking.move_ids, {lot: 4})
        self.hold(self.bad)
        (held | fine).with_context(skip_backorder=True).button_validate()
        self.assertEqual(fine.state, "done")
        self.assertNotEqual(held.state, "done")
        self.assertFalse(held.move_line_ids)
        self.assertIn(self.bad.name, held.activity_ids.note)
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)

    def test_batch_ships_the_rest_of_a_transfer(self):
        mixed = self.order({self.nut: 8}).picking_ids
        fine = self.order({self.good: 2}).picking_ids
        self.fill(mixed.move_ids, {self.bad: 4, self.good: 4})
        self.fill(fine.move_ids, {self.good: 2})
        self.hold(self.bad)
        (mixed | fine).with_context(skip_backorder=True).button_validate()
        self.assertEqual(mixed.state, "done")
        self.assertEqual(mixed.move_line_ids.lot_id, self.good)
        self.assertEqual(mixed.backorder_ids.move_ids.product_uom_qty, 4)

    def test_batch_without_backorder_keeps_what_is_held_in_one(self):
        mixed = self.order({self.nut: 8}).picking_ids
        fine = self.order({self.good: 2}).picking_ids
        self.fill(mixed.move_ids, {self.bad: 4, self.good: 4})
        self.fill(fine.move_ids, {self.good: 1})
        self.hold(self.bad)
        (mixed | fine).with_context(
            skip_backorder=True, picking_ids_not_to_backorder=(mixed | fine).ids
        ).button_validate()
        self.assertEqual(mixed.backorder_ids.move_ids.product_uom_qty, 4)
        self.assertFalse(fine.backorder_ids, "as the person chose")

    def test_batch_of_which_only_others_want_no_backorder(self):
        mixed = self.order({self.nut: 8}).picking_ids
        fine = self.order({self.good: 2}).picking_ids
        self.fill(mixed.move_ids, {self.bad: 4, self.good: 4})
        self.fill(fine.move_ids, {self.good: 1})
        self.hold(self.bad)
        (mixed | fine).with_context(
            skip_backorder=True, picking_ids_not_to_backorder=fine.ids
        ).button_validate()
        self.assertEqual((mixed | fine).mapped("state"), ["done", "done"])
        self.assertEqual(mixed.backorder_ids.move_ids.product_uom_qty, 4)

    @needs("stock_picking_batch")
    def test_batch_of_a_single_transfer(self):
        mixed = self.order({self.nut: 8}).picking_ids
        self.fill(mixed.move_ids, {self.bad: 4, self.good: 4})
        batch = self.env["stock.picking.batch"].create(
            {"picking_ids": [Command.set(mixed.ids)]}
        )
        batch.action_confirm()
        self.hold(self.bad)
        batch.action_done()
        self.assertEqual(batch.state, "done")
        self.assertEqual(mixed.move_line_ids.lot_id, self.good)
        self.assertEqual(mixed.backorder_ids.move_ids.product_uom_qty, 4)

    def test_batch_tells_on_the_screen_what_stayed_behind(self):
        pickings = self.env["stock.picking"]
        for _order in range(2):
            pickings |= self.order({self.bad: 4}).picking_ids
        for picking in pickings:
            self.fill(picking.move_ids, {self.bad: 4})
        self.hold(self.bad)
        with self.sent_to(self.env.user) as sent:
            pickings.with_context(skip_backorder=True).button_validate()
        self.assertNotIn("done", pickings.mapped("state"))
        for picking in pickings:
            self.assertIn(picking.name, sent["simple_notification"]["message"])


class TestHoldUntracked(HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cookie = cls._create_product("Cookie", "none")
        cls.receive({cls.cookie: 10})
        cls.env["recall.hold"]._place(
            cls.env["stock.lot"],
            "Glass",
            places=[(cls.cookie, cls.warehouse.view_location_id)],
        )

    def test_not_reserved(self):
        self.assertFalse(self.order({self.cookie: 1}).picking_ids.move_line_ids)

    def test_not_delivered(self):
        self.assertHeld(self.deliver, {self.cookie: 1}, names=["Cookie"])

    def test_quantity_of_a_done_receipt_lowered(self):
        picking = self.receive({self.cookie: 4})
        self.assertHeld(picking.move_line_ids.write, {"quantity": 1}, names=["Cookie"])

    def test_free_elsewhere(self):
        other = self.new_warehouse("W2")
        self.receive({self.cookie: 3}, warehouse=other)
        self.deliver({self.cookie: 3}, warehouse=other)

    def test_to_quarantine(self):
        self.move({self.cookie: 10}, self.warehouse.recall_quarantine_loc_id)
        self.assertHeld(
            self.move,
            {self.cookie: 1},
            self.stock,
            source=self.warehouse.recall_quarantine_loc_id,
            names=["Cookie"],
        )


@needs("mrp")
class TestHoldProduction(HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paste = cls._create_product("Paste")
        (cls.p1,) = cls.lots(cls.paste, "P1")

    def setUp(self):
        super().setUp()
        self.receive({self.bad: 10, self.good: 10})

    def test_consumption(self):
        self.hold(self.bad)
        self.assertHeld(self.produce, {self.p1: 1}, {self.bad: 1})

    def test_reservation_takes_the_other_lot(self):
        self.hold(self.bad)
        order = self.order_production(self.paste, 1, {self.nut: 5})
        order.action_assign()
        self.assertEqual(self.reserved(order.move_raw_ids), {self.good: 5})

    def test_component_added_after_done(self):
        order = self.produce({self.p1: 1}, {self.good: 1})
        self.hold(self.bad)
        move = order.move_raw_ids
        vals = self._line_vals(move, self.bad, 1, {"move_id": move.id})
        self.assertHeld(self.env["stock.move.line"].create, vals)

    def test_unbuild_of_a_held_lot(self):
        order = self.produce({self.p1: 1}, {self.good: 1})
        self.hold(self.p1)
        self.assertHeld(self.unbuild, {self.p1: 1}, order, names=["P1"])

    def test_kit(self):
        kit = self._create_product("Kit", "none")
        self.bom(kit, {self.nut: 2}, type="phantom")
        self.hold(self.bad)
        picking = self.order({kit: 6}).picking_ids
        self.assertEqual(self.reserved(picking.move_ids), {self.good: 10})
        self.assertHeld(self.fill, picking.move_ids, {self.bad: 12})

    def test_made_while_held_arrives_held(self):
        self.hold(self.p1)
        self.produce({self.p1: 1}, {self.good: 1})
        self.assertEqual(self.quantity_in(self.p1, self.stock), 1)
        self.assertHeld(self.deliver, {self.p1: 1}, names=["P1"])


@needs("mrp_subcontracting")
class TestHoldSubcontracting(HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mill = cls._create_partner("Mill")
        cls.paste = cls._create_product("Paste")
        (cls.made,) = cls.lots(cls.paste, "P1")
        cls.bom(
            cls.paste,
            {cls.nut: 1},
            type="subcontract",
            subcontractor_ids=[Command.set(cls.mill.ids)],
        )
        cls.place = cls.company.subcontracting_location_id
        cls.receive({cls.bad: 10, cls.good: 10})

    def receive_paste(self):
        """Two units of P1, made from N-GOOD."""
        self.move({self.good: 5}, self.place)
        return self.subcontract(self.mill, {self.made: 2}, {self.good: 2})

    def test_component_at_the_subcontractor(self):
        self.hold(self.bad)
        self.assertHeld(self.subcontract, self.mill, {self.made: 1}, {self.bad: 1})

    def start_beside(self):
        """A receipt of what is made of N-BAD, its order, and a delivery of N-GOOD."""
        self.move({self.bad: 5}, self.place)
        receipt = self.start_subcontract(self.mill, {self.made: 2}, {self.bad: 2})
        fine = self.order({self.good: 4}).picking_ids
        self.fill(fine.move_ids, {self.good: 4})
        return receipt, receipt.move_ids.move_orig_ids.production_id, fine

    def assertReceiptStays(self, receipt, production, fine):
        """The receipt stays behind, whole, and somebody is told why."""
        (receipt | fine).with_context(skip_backorder=True).button_validate()
        self.assertEqual(fine.state, "done")
        self.assertEqual(receipt.state, "assigned")
        self.assertNotEqual(production.state, "done")
        self.assertEqual(self.reserved(receipt.move_ids), {self.made: 2})
        self.assertEqual(self.quantity_in(self.bad, self.place), 5)
        self.assertIn(self.bad.name, receipt.activity_ids.note)
        self.assertRegex(receipt.activity_ids.note, CAUSE)
        self.assertIn("only a recall manager can release", receipt.activity_ids.note)

    def test_receipt_of_what_is_made_of_it_in_a_batch(self):
        receipt, production, fine = self.start_beside()
        self.hold(self.bad)
        self.assertReceiptStays(receipt, production, fine)

    def test_receipt_of_what_is_made_of_it_in_a_batch_once_settled(self):
        receipt, production, fine = self.start_beside()
        self.hold(self.bad)
        self.settle()
        self.assertFalse(production.move_raw_ids.move_line_ids.lot_id)
        self.assertReceiptStays(receipt, production, fine)

    def test_receipt_of_what_is_made_of_it(self):
        """Alone: refused, with nothing of it received or used."""
        receipt, _production, _fine = self.start_beside()
        self.hold(self.bad)
        self.assertHeld(receipt.button_validate)

    def test_receipt_of_what_is_made_of_it_once_settled(self):
        receipt, production, _fine = self.start_beside()
        self.hold(self.bad)
        self.settle()
        before = self.on_hand()
        # Odoo asks for the number of what the hold took from it
        self.assertHeld(receipt.button_validate)
        self.assertNotEqual(production.state, "done")
        self.assertEqual(self.on_hand(), before)

    def test_receipt_of_what_is_made_of_other_goods_once_settled(self):
        receipt, production, fine = self.start_beside()
        self.move({self.good: 5}, self.place)
        self.hold(self.bad)
        self.settle()
        self.assertEqual(self.reserved(production.move_raw_ids), {self.good: 2})
        (receipt | fine).with_context(skip_backorder=True).button_validate()
        self.assertEqual((receipt.state, fine.state), ("done", "done"))

    def test_component_to_the_subcontractor(self):
        self.hold(self.bad)
        self.assertHeld(self.move, {self.bad: 1}, self.place)

    def test_component_that_they_record_in_the_portal(self):
        groups = ("base.group_portal", "stock.group_production_lot")
        miller = self.env["res.users"].create(
            {
                "login": "recall_miller",
                "partner_id": self.mill.id,
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.link(self.env.ref(name).id) for name in groups],
            }
        )
        self.move({self.bad: 5, self.good: 5}, self.place)
        self.hold(self.bad)
        receipt = self.start_subcontract(self.mill, {self.made: 2}, {})
        moves = receipt.move_ids.move_orig_ids.production_id.move_raw_ids
        moves = self._as(miller, moves)
        self.assertHeld(self.fill, moves, {self.bad: 2})
        self.fill(moves, {self.good: 2})
        receipt.button_validate()
        self.assertEqual(self.quantity_in(self.good, self.place), 3)

    def test_received_from_a_subcontractor_arrives_held(self):
        self.hold(self.made)
        self.receive_paste()
        self.assertEqual(self.quantity_in(self.made, self.stock), 2)
        self.assertHeld(self.deliver, {self.made: 1}, names=["P1"])

    def test_receipt_keeps_the_lot_that_comes_in(self):
        self.move({self.good: 5}, self.place)
        receipt = self.start_subcontract(self.mill, {self.made: 2}, {self.good: 2})
        holds = self.hold(self.made)
        self.settle()
        self.assertEqual(self.reserved(receipt.move_ids), {self.made: 2})
        lost = self.env["recall.interruption"].search([("hold_id", "in", holds.ids)])
        self.assertFalse(lost)

    def test_reserved_components_that_come_back(self):
        sent = self.move({self.bad: 4}, self.place)
        back = self.start_return(sent, {self.bad: 4})
        self.assertEqual(self.reserved(back.move_ids), {self.bad: 4})
        self.hold(self.bad)
        self.settle()
        self.assertEqual(self.reserved(back.move_ids), {self.bad: 4})

    def test_held_components_are_reserved_to_come_back(self):
        sent = self.move({self.bad: 4}, self.place)
        self.hold(self.bad)
        back = self.start_return(sent, {self.bad: 4})
        self.assertEqual(self.reserved(back.move_ids), {self.bad: 4})

    def test_returned_to_the_subcontractor(self):
        receipt = self.receive_paste()
        self.hold(self.made)
        back = self.return_goods(receipt, {self.made: 2})
        self.assertEqual(back.state, "done")
        self.assertEqual(self.quantity_in(self.made, self.place), 2)

    def test_reserved_to_go_back_to_the_subcontractor(self):
        """A hold leaves that reservation alone, as it leaves one for the vendor."""
        receipt = self.receive_paste()
        back = self.start_return(receipt, {self.made: 2})
        self.assertEqual(self.reserved(back.move_ids), {self.made: 2})
        to_break = self.hold(self.made)._get_broken_domain()
        self.assertFalse(self.env["stock.move.line"].search(to_break))
        self.settle()
        self.assertEqual(self.reserved(back.move_ids), {self.made: 2})

    def test_from_one_subcontractor_to_another(self):
        second = self.place.copy({"name": "Press", "location_id": self.place.id})
        self.move({self.bad: 4}, self.place)
        self.hold(self.bad)
        self.assertHeld(self.move, {self.bad: 4}, second, self.place)

    def test_returned_to_a_subcontractor_who_did_not_make_it(self):
        receipt = self.receive_paste()
        self.hold(self.bad)
        self.assertHeld(
            self.transfer,
            {self.bad: 4},
            self.warehouse.int_type_id,
            self.stock,
            self.place,
            origin_returned_move_id=receipt.move_ids.id,
        )

    def test_component_that_they_sent_back_goes_there_again(self):
        """It would be used up there."""
        back = self.return_goods(self.move({self.bad: 4}, self.place), {self.bad: 4})
        self.hold(self.bad)
        self.assertHeld(self.return_goods, back, {self.bad: 4})

    def test_component_of_which_they_sent_another_lot_back(self):
        back = self.return_goods(self.move({self.good: 4}, self.place), {self.good: 4})
        self.hold(self.bad)
        self.assertHeld(self.return_goods, back, {self.bad: 4})

    def test_reserved_component_that_they_sent_back(self):
        sent = self.move({self.bad: 10}, self.place)
        again = self.start_return(self.return_goods(sent, {self.bad: 4}), {self.bad: 4})
        self.assertEqual(self.reserved(again.move_ids), {self.bad: 4})
        self.hold(self.bad)
        self.settle()
        self.assertNotIn(self.bad, self.reserved(again.move_ids))

    def test_line_of_a_return_to_another_place(self):
        """A line says where its goods go, not its move."""
        receipt = self.receive_paste()
        shelf = self.stock.copy({"name": "Shelf", "location_id": self.stock.id})
        back = self.start_return(receipt, {self.made: 2})
        self.hold(self.made)
        vals = {"location_dest_id": shelf.id}
        self.assertHeld(back.move_line_ids.write, vals, names=["P1"])

    def test_returned_to_another_place(self):
        """Only what says where it goes is a return."""
        receipt = self.receive_paste()
        shelf = self.stock.copy({"name": "Shelf", "location_id": self.stock.id})
        back = self.start_return(receipt, {self.made: 2})
        self.hold(self.made)
        vals = {"location_dest_id": shelf.id}
        self.assertHeld(back.move_ids.write, vals, names=["P1"])
        back.move_ids._do_unreserve()
        back.move_ids.write(vals)
        back.move_ids._action_assign()
        self.assertFalse(back.move_line_ids)

    def test_goods_at_a_subcontractor_are_beyond_reach(self):
        self.move({self.bad: 4}, self.place)
        case = self.hold_case(self.bad)
        report = "".join(case.message_ids.mapped("body"))
        beyond = report.split("Beyond reach")[1]
        self.assertIn(f"{self.place.display_name}: 4", beyond)


@needs("repair")
class TestHoldRepair(HoldCommon):
    def test_part_added(self):
        machine = self._create_product("Machine", "serial")
        (serial,) = self.lots(machine, "M1")
        self.receive({serial: 1, self.bad: 5})
        self.hold(self.bad)
        self.assertHeld(self.repair, serial, add={self.bad: 1})

    def test_part_removed_arrives_held(self):
        machine = self._create_product("Machine", "serial")
        (serial,) = self.lots(machine, "M1")
        self.receive({serial: 1, self.bad: 5})
        self.repair(serial, add={self.bad: 1})
        self.hold(self.bad)
        self.repair(serial, remove={self.bad: 1})
        self.assertHeld(self.deliver, {self.bad: 1})


@needs("stock_dropshipping", "purchase_stock")
class TestHoldDropship(HoldCommon):
    def test_dropship(self):
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        self.nut.write(
            {
                "route_ids": [Command.link(route.id)],
                "seller_ids": [Command.create({"partner_id": self.vendor.id})],
            }
        )
        order = self.order({self.nut: 2})
        purchase = order._get_purchase_orders()
        purchase.button_confirm()
        self.hold(self.bad)
        self.assertHeld(self.validate, purchase.picking_ids, {self.bad: 2})
