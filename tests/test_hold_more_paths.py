"""Paths of the other apps by which held goods might leave, and the everyday work that
a hold on one lot must leave alone."""

from odoo.fields import Command

from .flows import needs
from .hold_common import HoldCommon


@needs("mrp")
class TestHoldProductionPaths(HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paste = cls._create_product("Paste")
        cls.oil = cls._create_product("Oil")
        cls.p1, cls.p2 = cls.lots(cls.paste, "P1", "P2")
        (cls.o1,) = cls.lots(cls.oil, "O1")
        cls.receive({cls.bad: 10, cls.good: 10})

    def test_hold_after_the_components_were_picked(self):
        order = self.order_production(self.paste, 1, {self.nut: 2})
        order.lot_producing_ids = self.p1
        order.qty_producing = 1
        order._set_qty_producing()
        self.fill(order.move_raw_ids, {self.bad: 2})
        self.hold(self.bad)
        self.assertHeld(order.button_mark_done)
        self.settle()
        self.assertEqual(self.reserved(order.move_raw_ids), {self.good: 2})

    def test_part_of_an_order_and_its_backorder(self):
        order = self.order_production(self.paste, 4, {self.nut: 4})
        rest = self.finish_production(order, {self.p1: 1}, {self.bad: 1})
        self.hold(self.bad)
        self.assertHeld(self.finish_production, rest, {self.p2: 3}, {self.bad: 3})
        self.finish_production(rest, {self.p2: 3}, {self.good: 3})

    def test_split_orders(self):
        order = self.order_production(self.paste, 4, {self.nut: 4})
        order.action_assign()
        self.hold(self.bad)
        self.settle()
        orders = order._split_productions({order: [2, 2]})
        orders.action_assign()
        self.assertEqual(orders.move_raw_ids.move_line_ids.lot_id, self.good)
        for part in orders:
            self.assertHeld(self.finish_production, part, {self.p1: 2}, {self.bad: 2})

    def test_merged_orders(self):
        bom = self.bom(self.paste, {self.nut: 2})
        vals = {"product_id": self.paste.id, "product_qty": 1, "bom_id": bom.id}
        orders = self.env_of(self.company)["mrp.production"].create(
            [{**vals}, {**vals}]
        )
        orders.action_confirm()
        self.hold(self.bad)
        action = orders.action_merge()
        merged = orders.browse(action["res_id"])
        self.assertHeld(self.finish_production, merged, {self.p1: 2}, {self.bad: 4})

    def test_flexible_consumption_of_another_component(self):
        bom = self.bom(self.paste, {self.oil: 1}, consumption="flexible")
        self.receive({self.o1: 1})
        order = self.order_production(self.paste, 1, {self.oil: 1}, bom_id=bom.id)
        self.hold(self.bad)
        order.move_raw_ids = [
            Command.create(
                {
                    "product_id": self.nut.id,
                    "product_uom_qty": 1,
                    "location_id": order.location_src_id.id,
                    "location_dest_id": order.production_location_id.id,
                }
            )
        ]
        used = {self.o1: 1, self.bad: 1}
        self.assertHeld(self.finish_production, order, {self.p1: 1}, used)

    def test_more_consumed_by_a_done_order(self):
        order = self.produce({self.p1: 1}, {self.bad: 1})
        self.hold(self.bad)
        self.assertHeld(order.move_raw_ids.write, {"quantity": 3})
        self.assertHeld(order.move_raw_ids.move_line_ids.write, {"quantity": 3})

    def test_lot_consumed_by_a_done_order_swapped(self):
        order = self.produce({self.p1: 1}, {self.good: 1})
        self.hold(self.bad)
        line = order.move_raw_ids.move_line_ids
        self.assertHeld(line.write, {"lot_id": self.bad.id})

    def test_byproduct_that_is_held_arrives_held(self):
        self.hold(self.o1)
        self.produce({self.p1: 1}, {self.good: 1}, {self.o1: 1})
        self.assertEqual(self.quantity_in(self.o1, self.stock), 1)
        self.assertHeld(self.deliver, {self.o1: 1}, names=["O1"])

    def test_serials_made_at_once(self):
        machine = self._create_product("Machine", "serial")
        serials = self.lots(machine, "S1", "S2")
        order = self.order_production(machine, 2, {self.nut: 2})
        self.hold(self.bad)
        made = dict.fromkeys(serials, 1)
        self.assertHeld(self.finish_production, order, made, {self.bad: 2})

    def test_unbuild_without_an_order(self):
        self._create_product("Salt", "none")
        salt = self._create_product("Salt", "none")
        bar = self._create_product("Bar", "none")
        bom = self.bom(bar, {salt: 1})
        self.receive({bar: 5})
        places = [(bar, self.warehouse.view_location_id)]
        self.env["recall.hold"]._place(self.env["stock.lot"], "Glass", places=places)
        unbuild = self.env_of(self.company)["mrp.unbuild"].create(
            {
                "product_id": bar.id,
                "product_qty": 1,
                "bom_id": bom.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
            }
        )
        self.assertHeld(unbuild.action_unbuild, names=["Bar"])

    def test_component_recovered_by_an_unbuild_arrives_held(self):
        order = self.produce({self.p1: 1}, {self.bad: 2})
        self.hold(self.bad)
        self.unbuild({self.p1: 1}, order)
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)
        self.assertHeld(self.deliver, {self.bad: 1})

    def test_cancelled_order_gives_back_what_it_reserved(self):
        order = self.order_production(self.paste, 1, {self.nut: 2})
        order.action_assign()
        self.hold(self.bad)
        order.action_cancel()
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)
        self.assertFalse(sum(self.bad.quant_ids.mapped("reserved_quantity")))

    def test_scrapped_from_an_order_is_free(self):
        order = self.order_production(self.paste, 1, {self.nut: 2})
        self.hold(self.bad)
        self.scrap({self.bad: 1}, production_id=order.id)
        self.assertEqual(self.quantity_in(self.bad, self.stock), 9)


@needs("repair")
class TestHoldRepairPaths(HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = cls._create_product("Machine", "serial")
        (cls.serial,) = cls.lots(cls.machine, "M1")
        cls.receive({cls.serial: 1, cls.bad: 5, cls.good: 5})

    def test_part_recycled_arrives_held(self):
        self.repair(self.serial, add={self.bad: 1})
        self.hold(self.bad)
        self.repair(self.serial, recycle={self.bad: 1})
        self.assertEqual(self.quantity_in(self.bad, self.stock), 5)
        self.assertHeld(self.deliver, {self.bad: 1})

    def test_held_machine_is_repaired_where_it_stands(self):
        self.hold(self.serial)
        self.repair(self.serial, add={self.good: 1})
        self.assertEqual(self.quantity_in(self.serial, self.stock), 1)

    def test_held_machine_repaired_into_another_place(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.hold(self.serial)
        self.assertHeld(
            self.repair,
            self.serial,
            product_location_dest_id=shelf.id,
            names=["M1"],
        )


@needs("stock_picking_batch")
class TestHoldBatches(HoldCommon):
    def setUp(self):
        super().setUp()
        self.receive({self.bad: 10, self.good: 10})
        self.held = self.order({self.bad: 4}).picking_ids
        self.fine = self.order({self.good: 4}).picking_ids
        self.fill(self.held.move_ids, {self.bad: 4})
        self.fill(self.fine.move_ids, {self.good: 4})

    def batch(self, pickings, **vals):
        batch = self.env_of(self.company)["stock.picking.batch"].create(
            {"picking_ids": [Command.set(pickings.ids)], **vals}
        )
        batch.action_confirm()
        return batch

    def test_batch(self):
        batch = self.batch(self.held | self.fine)
        self.hold(self.bad)
        batch.action_done()
        self.assertEqual(self.fine.state, "done")
        self.assertNotEqual(self.held.state, "done")
        self.assertIn(self.bad.name, self.held.activity_ids.note)
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)

    def test_batch_of_one(self):
        batch = self.batch(self.held)
        self.hold(self.bad)
        self.assertHeld(batch.action_done)

    def test_wave(self):
        lines = (self.held | self.fine).move_line_ids
        wave = self.env_of(self.company)["stock.picking.batch"].create(
            {"is_wave": True, "picking_type_id": self.warehouse.out_type_id.id}
        )
        lines._add_to_wave(wave)
        wave.action_confirm()
        self.hold(self.bad)
        wave.action_done()
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)
        self.assertEqual(self.quantity_in(self.good, self.stock), 6)


class TestHoldCompanies(HoldCommon):
    def test_inter_company_transit(self):
        self.receive({self.bad: 10})
        self.hold(self.bad)
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        self.assertHeld(
            self.transfer,
            {self.bad: 1},
            self.warehouse.out_type_id,
            self.stock,
            transit,
        )

    def test_what_is_in_transit_arrives_held(self):
        other = self.new_warehouse("W2")
        self.receive({self.bad: 10})
        self.send({self.bad: 2}, other)
        self.hold(self.bad)
        self.arrive({self.bad: 2}, other)
        self.assertHeld(self.deliver, {self.bad: 1}, warehouse=other)

    def hold_sent_to_sister(self, companies):
        """A lot of ours, sent to our sister and then held by a case that looks in
        `companies`; returns the transit."""
        self.env.user.company_ids |= self.company | self.other_company
        own = self._create_lot(self.nut, "N-OWN", company_id=self.company.id)
        self.receive({own: 4})
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        self.transfer({own: 4}, self.warehouse.out_type_id, self.stock, transit)
        self.case = self.hold_case(own, company_ids=[Command.set(companies.ids)])
        return transit

    def receive_as_sister(self, lot, place):
        self.transfer(
            {lot: 4},
            self.other_warehouse.in_type_id,
            place,
            self.other_warehouse.lot_stock_id,
        )

    def test_sister_company_receives_it_under_a_lot_of_its_own(self):
        transit = self.hold_sent_to_sister(self.company | self.other_company)
        lot = self._create_lot(self.nut, "N-OWN", company_id=self.other_company.id)
        self.assertFalse(lot.recall_hold)
        self.receive_as_sister(lot, transit)
        self.assertTrue(lot.recall_hold)
        self.case.action_trace()
        self.assertIn(lot, self.case.affected_ids.lot_id)

    def test_sister_company_ships_it_on_at_once(self):
        """Receipt and delivery are validated together, and neither is done first."""
        transit = self.hold_sent_to_sister(self.company | self.other_company)
        lot = self._create_lot(self.nut, "N-OWN", company_id=self.other_company.id)
        warehouse = self.other_warehouse
        stock = warehouse.lot_stock_id
        pickings = self.prepare(lot, warehouse.in_type_id, transit, stock)
        pickings |= self.prepare(lot, warehouse.out_type_id, stock, self.customers)
        self.assertHeld(pickings.button_validate, names=["N-OWN"])

    def prepare(self, lot, picking_type, source, target):
        """A transfer of four units of a lot, ready to be validated."""
        ends = {"location_id": source.id, "location_dest_id": target.id}
        move = {"product_id": lot.product_id.id, "product_uom_qty": 4, **ends}
        picking = self.env_of(picking_type.company_id)["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "move_ids": [Command.create(move)],
                **ends,
            }
        )
        picking.action_confirm()
        self.fill(picking.move_ids, {lot: 4})
        return picking

    def test_sister_company_corrects_the_number_that_it_received(self):
        transit = self.hold_sent_to_sister(self.company | self.other_company)
        lot, wrong = (
            self._create_lot(self.nut, name, company_id=self.other_company.id)
            for name in ("N-OWN", "N-WRONG")
        )
        self.receive_as_sister(wrong, transit)
        line = wrong.quant_ids.filtered("quantity").product_id.stock_move_ids
        line = line.move_line_ids.filtered(lambda line: line.lot_id == wrong)
        line.lot_id = lot
        self.assertTrue(lot.recall_hold)

    def test_sister_company_has_another_lot_of_that_number(self):
        """From a vendor, or where the case does not look: nothing says it is it."""
        lot = self._create_lot(self.nut, "N-OWN", company_id=self.other_company.id)
        transit = self.hold_sent_to_sister(self.company)
        self.receive_as_sister(lot, transit)
        self.assertFalse(lot.recall_hold)
        self.case.company_ids |= self.other_company
        self.receive_as_sister(lot, self.suppliers)
        self.assertFalse(lot.recall_hold)

    def test_hold_of_the_other_company_stops_a_shared_lot(self):
        self.receive({self.bad: 10})
        holds = self.env["recall.hold"].with_company(self.other_company)
        holds._place(self.bad, "Glass")
        self.assertHeld(self.deliver, {self.bad: 1})


class TestHoldLeavesAlone(HoldCommon):
    """Work on other lots of the product, by somebody without a recall role."""

    def setUp(self):
        super().setUp()
        self.receive({self.bad: 10, self.good: 10})
        self.hold(self.bad)
        self.shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.storekeeper = self._create_user("keeper", "stock.group_stock_manager")

    @property
    def keeper(self):
        return self._as(self.storekeeper, self.env["stock.quant"]).with_context(
            inventory_mode=True
        )

    def quant(self, lot):
        quant = lot.quant_ids.filtered(lambda q: q.location_id == self.stock)
        return quant.with_env(self.keeper.env)

    def test_delivered_returned_and_edited(self):
        delivery = self.deliver({self.good: 4})
        self.return_goods(delivery, {self.good: 1})
        line = self._as(self.storekeeper, delivery.move_line_ids)
        line.quantity = 3
        self.assertEqual(self.quantity_in(self.good, self.stock), 8)

    def test_received_moved_scrapped_and_sent_back(self):
        receipt = self.receive({self.good: 5})
        self.move({self.good: 2}, self.shelf)
        self.move({self.good: 1}, self.warehouse.recall_quarantine_loc_id)
        self.scrap({self.good: 1})
        self.return_goods(receipt, {self.good: 5})
        self.assertEqual(self.quantity_in(self.good, self.stock), 8)

    def test_counted_up_and_down(self):
        quant = self.quant(self.good)
        quant.inventory_quantity_auto_apply = 12
        quant.inventory_quantity = 3
        quant.action_apply_inventory()
        self.assertEqual(self.quantity_in(self.good, self.stock), 3)

    def test_held_goods_counted_up(self):
        self.quant(self.bad).inventory_quantity_auto_apply = 12
        self.assertEqual(self.quantity_in(self.bad, self.stock), 12)

    def test_held_goods_repacked_where_they_stand(self):
        package = self.env["stock.package"].create({"name": "P"})
        self.quant(self.bad).move_quants(package_dest_id=package)
        self.assertEqual(package.quant_ids.lot_id, self.bad)
        package.unpack()
        self.assertFalse(package.quant_ids)

    def test_owner_and_note_of_a_receipt(self):
        receipt = self.receive({self.good: 5})
        receipt.move_ids.write({"date": "2026-01-05 12:00:00"})
        receipt.move_ids.move_line_ids.owner_id = self.consignee
        self.assertEqual(self.quantity_in(self.good, self.stock), 15)

    def test_lot_of_a_done_delivery_corrected_between_others(self):
        (third,) = self.lots(self.nut, "N-3")
        self.receive({third: 5})
        delivery = self.deliver({self.good: 2})
        delivery.move_line_ids.lot_id = third
        self.assertEqual(self.quantity_in(third, self.stock), 3)
        self.assertEqual(self.quantity_in(self.good, self.stock), 10)

    def test_goods_of_another_product_without_a_lot(self):
        bolt = self._create_product("Bolt", "none")
        self.receive({bolt: 5})
        self.deliver({bolt: 7})

    def test_number_of_an_unheld_lot_and_place_without_held_goods(self):
        self._as(self.storekeeper, self.good).name = "N-GOOD-2"
        other = self.new_warehouse("W2")
        self._as(self.storekeeper, self.shelf).location_id = other.lot_stock_id

    def test_day_of_a_stock_user(self):
        """Without the superuser's rights, through the steps of a person."""
        picking = self.order({self.good: 4}).picking_ids
        picking = self._as(self.stock_user, picking)
        picking.action_assign()
        picking.move_ids.quantity = 3
        picking.action_put_in_pack()
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(picking.state, "done")
        picking.move_line_ids.quantity = 2
        quants = self._as(self.stock_user, self.env["stock.quant"])
        quants = quants.with_context(inventory_mode=True)
        quant = quants.create(
            {
                "product_id": self.nut.id,
                "lot_id": self.good.id,
                "location_id": self.shelf.id,
                "inventory_quantity": 2,
            }
        )
        quant.action_apply_inventory()
        quant.move_quants(self.warehouse.recall_quarantine_loc_id)
        self.assertEqual(self.quantity_in(self.good, self.stock), 8)
