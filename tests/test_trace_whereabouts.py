"""Where it is, and which documents would take it."""

from odoo.fields import Command

from .flows import needs
from .trace_common import TraceCommon


class TestTraceWhereabouts(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")

    def in_steps(self, goods, steps=3):
        """A warehouse that delivers in steps, with goods in its stock."""
        names = {2: "pick_ship", 3: "pick_pack_ship"}
        warehouse = self.new_warehouse("STEP", delivery_steps=names[steps])
        self.receive(goods, warehouse=warehouse)
        return warehouse

    def documents(self, case):
        """{document: (stage, quantity)}; one row a document."""
        rows = case.pending_ids
        self.assertEqual(len(rows), len(set(rows.mapped("document"))))
        return {row.document: (row.stage, row.quantity) for row in rows}

    # ------------------------------------------------------------------
    # On their way: T6
    # ------------------------------------------------------------------
    def test_reserved(self):
        self.receive({self.bad: 10})
        order = self.order({self.bad: 4})

        case = self.trace(self.bad)

        row = case.pending_ids
        self.assertEqual((row.stage, row.quantity), ("reserved", 4))
        self.assertEqual(row.picking_id, order.picking_ids)
        self.assertEqual(row.document, order.picking_ids.name)
        self.assertEqual(row.partner_id, self.consignee)
        self.assertEqual(row.location_id, self.stock)
        self.assertEqual(case.affected_ids.qty_reserved, 4)
        self.assertEqual(self.quantities(case, self.bad), {"in": 10, "on_hand": 10})
        self.assertFalse(case.exposure_ids)

    def test_reserved_in_the_first_of_several_steps(self):
        warehouse = self.in_steps({self.bad: 10})
        order = self.order({self.bad: 4}, warehouse=warehouse)

        case = self.trace(self.bad)

        pick = order.picking_ids.filtered(lambda p: p.state == "assigned")
        self.assertEqual(self.documents(case), {pick.name: ("reserved", 4)})

    def test_picked_to_output(self):
        warehouse = self.in_steps({self.bad: 10}, 2)
        order = self.order({self.bad: 4}, warehouse=warehouse)
        pick = order.picking_ids
        self.validate(pick, {self.bad: 4})
        ship = order.picking_ids - pick

        case = self.trace(self.bad)

        self.assertEqual(self.documents(case), {ship.name: ("picked", 4)})
        self.assertEqual(case.pending_ids.location_id, warehouse.wh_output_stock_loc_id)
        self.assertEqual(self.quantities(case, self.bad), {"in": 10, "on_hand": 10})

    def test_packed(self):
        warehouse = self.in_steps({self.bad: 10})
        order = self.order({self.bad: 4}, warehouse=warehouse)
        pick = order.picking_ids
        self.validate(pick, {self.bad: 4})
        pack = order.picking_ids - pick
        self.wait()
        pack.action_put_in_pack()
        package = pack.move_line_ids.result_package_id
        self.assertTrue(package)
        self.validate(pack)
        ship = order.picking_ids - pick - pack

        case = self.trace(self.bad)

        row = case.pending_ids
        self.assertEqual((row.stage, row.quantity), ("packed", 4))
        self.assertEqual(row.picking_id, ship)
        self.assertEqual(row.package_id, package)

    def test_picked_without_validating(self):
        self.receive({self.bad: 10})
        order = self.order({self.bad: 4})
        self.fill(order.picking_ids.move_ids, {self.bad: 3})

        case = self.trace(self.bad)

        self.assertEqual(
            {(row.stage, row.quantity) for row in case.pending_ids},
            {("picked", 3), ("planned", 1)},
        )

    def test_in_transit_between_warehouses(self):
        away = self.new_warehouse("AWAY")
        self.receive({self.bad: 10})
        self.send({self.bad: 4}, away)

        case = self.trace(self.bad)

        self.assertEqual(
            self.quantities(case, self.bad),
            {"in": 10, "on_hand": 6, "in_transit": 4},
        )
        self.assertEqual(
            [(row.stage, row.quantity) for row in case.pending_ids],
            [("in_transit", 4)],
        )
        self.assertFalse(case.exposure_ids)

    def test_in_transit_with_its_receipt(self):
        """A resupply route: the receipt at the other end is the one to stop."""
        away = self.new_warehouse("AWAY")
        away.resupply_wh_ids = self.warehouse
        self.receive({self.bad: 10})
        self.nut.route_ids = away.resupply_route_ids
        self.wait()
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.nut.id,
                "location_id": away.lot_stock_id.id,
                "warehouse_id": away.id,
                "product_min_qty": 4,
                "product_max_qty": 4,
                "route_id": away.resupply_route_ids.id,
            }
        ).action_replenish()
        moves = self.env["stock.move"].search(
            [("product_id", "=", self.nut.id), ("state", "!=", "done")]
        )
        out = moves.filtered(lambda move: move.location_id == self.stock).picking_id
        self.assertEqual(
            self.documents(self.trace(self.bad)), {out.name: ("reserved", 4)}
        )
        self.validate(out, {self.bad: 4})
        (receipt,) = moves.picking_id - out

        case = self.trace(self.bad)

        self.assertEqual(self.documents(case), {receipt.name: ("in_transit", 4)})

    def test_planned(self):
        """An open order that has reserved nothing yet, and would take it."""
        self.warehouse.out_type_id.reservation_method = "manual"
        self.receive({self.bad: 10})
        order = self.order({self.bad: 4})

        case = self.trace(self.bad)

        self.assertEqual(self.documents(case), {order.picking_ids.name: ("planned", 4)})
        self.assertEqual(case.affected_ids.qty_reserved, 0)

    def test_planned_by_a_draft_delivery(self):
        self.receive({self.bad: 10})
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "partner_id": self.consignee.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.nut.id,
                            "product_uom_qty": 4,
                            "location_id": self.stock.id,
                            "location_dest_id": self.customers.id,
                        }
                    )
                ],
            }
        )

        case = self.trace(self.bad)

        self.assertEqual(self.documents(case), {delivery.name: ("planned", 4)})
        self.assertEqual(case.pending_ids.partner_id, self.consignee)

    def test_not_planned_from_another_warehouse(self):
        away = self.new_warehouse("AWAY")
        away.out_type_id.reservation_method = "manual"
        self.receive({self.bad: 10})
        self.order({self.bad: 4}, warehouse=away)

        self.assertFalse(self.trace(self.bad).pending_ids)

    def test_quotation_is_not_pending(self):
        self.receive({self.bad: 10})
        self.env["sale.order"].create(
            {
                "partner_id": self.consignee.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.nut.id, "product_uom_qty": 4})
                ],
            }
        )

        self.assertFalse(self.trace(self.bad).pending_ids)

    def test_internal_move_is_not_pending(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.receive({self.bad: 10})
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": shelf.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.nut.id,
                            "product_uom_qty": 4,
                            "location_id": self.stock.id,
                            "location_dest_id": shelf.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.assertEqual(picking.move_line_ids.lot_id, self.bad)

        self.assertFalse(self.trace(self.bad).pending_ids)

    @needs("mrp")
    def test_reserved_for_a_production(self):
        paste = self._create_product("Paste")
        self.receive({self.bad: 10})
        order = self.order_production(paste, 2, {self.nut: 2})
        order.action_assign()

        case = self.trace(self.bad)

        row = case.pending_ids
        self.assertEqual((row.stage, row.quantity), ("reserved", 2))
        self.assertEqual((row.res_model, row.res_id), (order._name, order.id))
        self.assertEqual(row.document, order.name)

    # ------------------------------------------------------------------
    # Packages
    # ------------------------------------------------------------------
    def test_package_delivered_whole(self):
        package = self.env["stock.package"].create({"name": "BOX1"})
        self.receive({self.bad: 10})
        self.pack({self.bad: 6}, package)
        order = self.order({self.bad: 6})
        self.validate(
            order.picking_ids,
            {self.bad: 6},
            package_id=package.id,
            result_package_id=package.id,
        )

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (6, 0, "exact")}
        )
        self.assertEqual(
            self.quantities(case, self.bad), {"in": 10, "on_hand": 4, "delivered": 6}
        )

    def test_nested_packages(self):
        box, pallet = self.env["stock.package"].create(
            [{"name": "BOX1"}, {"name": "PALLET1"}]
        )
        self.receive({self.bad: 10, self.good: 10})
        self.pack({self.bad: 6, self.good: 2}, box)
        box.parent_package_id = pallet
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.transfer_packages(box, shelf)
        case = self.trace(self.bad)
        self.assertEqual(self.quantities(case, self.bad), {"in": 10, "on_hand": 10})
        self.assertTraced(case, {self.bad: "exact"})

    def test_unpacked(self):
        box = self.env["stock.package"].create({"name": "BOX1"})
        self.receive({self.bad: 10})
        self.pack({self.bad: 6}, box)
        self.wait()
        box.unpack()
        self.deliver({self.bad: 7})

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (7, 0, "exact")}
        )
        self.assertEqual(
            self.quantities(case, self.bad), {"in": 10, "on_hand": 3, "delivered": 7}
        )

    def pack(self, goods, package):
        """Put goods of the stock into a package, in place."""
        self.wait()
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": sum(part.values()),
                            "location_id": self.stock.id,
                            "location_dest_id": self.stock.id,
                        }
                    )
                    for product, part in self.by_product(goods).items()
                ],
            }
        )
        picking.action_confirm()
        return self.validate(picking, goods, result_package_id=package.id)

    def transfer_packages(self, package, target):
        """Move a package whole."""
        goods = {quant.lot_id: quant.quantity for quant in package.quant_ids}
        self.wait()
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": target.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": sum(part.values()),
                            "location_id": self.stock.id,
                            "location_dest_id": target.id,
                        }
                    )
                    for product, part in self.by_product(goods).items()
                ],
            }
        )
        picking.action_confirm()
        return self.validate(
            picking, goods, package_id=package.id, result_package_id=package.id
        )

    # ------------------------------------------------------------------
    # Balance
    # ------------------------------------------------------------------
    def test_scrapped_counted_and_moved(self):
        away = self.new_warehouse("AWAY")
        self.receive({self.bad: 20})
        self.scrap({self.bad: 2})
        self.count({self.bad: 15})
        self.send({self.bad: 5}, away)
        self.arrive({self.bad: 4}, away)

        case = self.trace(self.bad)

        self.assertEqual(
            self.quantities(case, self.bad),
            {"in": 20, "on_hand": 14, "in_transit": 1, "scrapped": 2, "adjusted": 3},
        )
        self.assertBalanced(case)

    def test_scrap_taken_back(self):
        self.receive({self.bad: 20})
        scrap = self.scrap({self.bad: 2})
        self.transfer(
            {self.bad: 1},
            self.warehouse.int_type_id,
            scrap.scrap_location_id,
            self.stock,
        )

        case = self.trace(self.bad)

        self.assertEqual(
            self.quantities(case, self.bad), {"in": 20, "on_hand": 19, "scrapped": 1}
        )
        self.assertBalanced(case)

    def test_delivered_more_than_there_was(self):
        self.receive({self.bad: 2})
        self.deliver({self.bad: 5})

        case = self.trace(self.bad)

        self.assertEqual(
            self.quantities(case, self.bad), {"in": 2, "on_hand": -3, "delivered": 5}
        )
        self.assertBalanced(case)

    def test_owned_by_somebody_else(self):
        """Consignment stock counts as well."""
        self.receive({self.bad: 2})
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.suppliers.id,
                "location_dest_id": self.stock.id,
                "owner_id": self.second.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.nut.id,
                            "product_uom_qty": 3,
                            "location_id": self.suppliers.id,
                            "location_dest_id": self.stock.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        self.validate(receipt, {self.bad: 3})

        case = self.trace(self.bad)

        self.assertEqual(self.quantities(case, self.bad), {"in": 5, "on_hand": 5})
