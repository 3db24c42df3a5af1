"""Repairs, subcontractors and vendors who ship to customers themselves."""

from odoo.fields import Command

from .flows import needs
from .trace_common import TraceCommon


@needs("repair")
class TestTraceRepair(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = cls._create_product("Machine", "serial")
        cls.motor = cls._create_product("Motor")
        cls.number, cls.other = cls.lots(cls.machine, "M1", "M2")
        cls.bad, cls.good = cls.lots(cls.motor, "MO1", "MO2")
        cls.receive({cls.number: 1, cls.other: 1})
        cls.receive({cls.bad: 10, cls.good: 10})

    def test_part_added(self):
        self.repair(self.number, add={self.bad: 1})
        self.deliver({self.number: 1})
        self.deliver({self.other: 1}, self.second)

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", self.number: "exact"})
        self.assertEqual(
            self.links(case), {(self.bad, self.number): ("repair", "exact")}
        )
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.number): (1, 0, "exact")}
        )

    def test_part_removed(self):
        """It was in the machine: what is wrong with the machine may be in it."""
        self.repair(self.number, remove={self.bad: 1}, add={self.good: 1})

        self.assertTraced(
            self.trace(self.number), {self.number: "exact", self.bad: "exact"}
        )

    def test_removed_part_did_not_touch_the_added_one(self):
        self.repair(self.number, remove={self.bad: 1}, add={self.good: 1})
        self.repair(self.other, add={self.bad: 1})

        self.assertTraced(
            self.trace(self.good), {self.good: "exact", self.number: "exact"}
        )
        self.assertTraced(
            self.trace(self.other, direction="backward"),
            dict.fromkeys([self.other, self.bad, self.number], "exact"),
        )

    def test_removed_part_is_not_in_the_machine(self):
        self.repair(self.number, remove={self.bad: 1})

        case = self.trace(self.bad)

        self.assertNotIn(self.number, self.evidence(case))
        self.assertFalse(self.links(case))

    def test_recycled_part_is_used_again(self):
        self.repair(self.number, recycle={self.good: 1})
        self.repair(self.other, add={self.good: 1})
        self.deliver({self.other: 1})

        case = self.trace(self.number)

        self.assertTraced(
            case, dict.fromkeys([self.number, self.good, self.other], "exact")
        )
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.other): (1, 0, "exact")}
        )

    def test_backward(self):
        self.repair(self.number, add={self.bad: 1}, remove={self.good: 1})

        case = self.trace(self.number, direction="backward")

        self.assertTraced(case, {self.number: "exact", self.bad: "exact"})

    def test_delivered_before_the_repair(self):
        """What the customer had then did not have the part in it yet."""
        out = self.deliver({self.number: 1})
        self.return_goods(out, {self.number: 1})
        self.repair(self.number, add={self.bad: 1})
        self.deliver({self.number: 1}, self.second)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.second, self.number): (1, 0, "exact")}
        )
        self.assertBalanced(case)

    def test_repaired_at_the_customer(self):
        """The machine never comes into stock: it belongs to whoever has it."""
        self.deliver({self.number: 1})
        self.repair(
            self.number,
            add={self.bad: 1},
            partner_id=self.consignee.id,
            product_location_src_id=self.customers.id,
            product_location_dest_id=self.customers.id,
        )

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", self.number: "exact"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.number): (1, 0, "exact")}
        )

    def test_repaired_at_the_customer_and_sold_by_others(self):
        """Going from the customer to the customer, it does not come back."""
        self.repair(
            self.number,
            add={self.bad: 1},
            partner_id=self.consignee.id,
            product_location_src_id=self.customers.id,
            product_location_dest_id=self.customers.id,
        )

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.number): (1, 0, "exact")}
        )

    def test_untracked_product_repaired_at_the_customer(self):
        tool = self._create_product("Tool", "none")
        self.wait()
        repair = self.env_of(self.company)["repair.order"].create(
            {
                "partner_id": self.consignee.id,
                "product_id": tool.id,
                "product_qty": 1,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "product_location_src_id": self.customers.id,
                "product_location_dest_id": self.customers.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.motor.id,
                            "product_uom_qty": 1,
                            "repair_line_type": "add",
                        }
                    )
                ],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        self.fill(repair.move_ids, {self.bad: 1})
        repair.action_repair_done()

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", tool: "inferred"})
        self.assertEqual(
            [
                (row.partner_id, row.qty_delivered, row.qty_net)
                for row in case.exposure_ids
            ],
            [(self.consignee, 1, 1)],
        )

    def test_repair_without_a_product(self):
        """Parts given away: no record says into what."""
        self.wait()
        repair = self.env_of(self.company)["repair.order"].create(
            {
                "partner_id": self.consignee.id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.motor.id,
                            "product_uom_qty": 1,
                            "repair_line_type": "add",
                        }
                    )
                ],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        self.fill(repair.move_ids, {self.bad: 1})
        repair.action_repair_done()

        case = self.trace(self.bad)

        self.assertEqual(self.gaps(case), [("no_lot_recorded", self.bad)])

    def test_reserved_for_a_repair(self):
        self.wait()
        repair = self.env_of(self.company)["repair.order"].create(
            {
                "product_id": self.machine.id,
                "lot_id": self.number.id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.motor.id,
                            "product_uom_qty": 2,
                            "repair_line_type": "add",
                        }
                    )
                ],
            }
        )
        repair.action_validate()
        repair.action_assign()

        case = self.trace(repair.move_ids.move_line_ids.lot_id)

        row = case.pending_ids
        self.assertEqual((row.res_model, row.res_id), (repair._name, repair.id))
        self.assertEqual((row.document, row.quantity), (repair.name, 2))


@needs("mrp_subcontracting")
class TestTraceSubcontracting(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roaster = cls._create_partner("Roaster")
        cls.nut = cls._create_product("Nut")
        cls.roast = cls._create_product("Roasted Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")
        cls.bom(
            cls.roast,
            {cls.nut: 1},
            type="subcontract",
            subcontractor_ids=[Command.set(cls.roaster.ids)],
        )
        cls.receive({cls.bad: 20, cls.good: 20})
        place = cls.roaster.with_company(cls.company).property_stock_subcontractor
        cls.place = place

    def test_forward(self):
        (made,) = self.lots(self.roast, "R1")
        self.move({self.bad: 6}, self.place)
        self.subcontract(self.roaster, {made: 5}, {self.bad: 5})
        self.deliver({made: 2})

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", made: "exact"})
        self.assertEqual(
            self.quantities(case, self.bad), {"in": 20, "on_hand": 15, "consumed": 5}
        )
        self.assertEqual(
            self.exposures(case), {(self.consignee, made): (2, 0, "exact")}
        )
        self.assertFalse(case.gap_ids)

    def test_backward(self):
        (made,) = self.lots(self.roast, "R1")
        self.move({self.bad: 6}, self.place)
        self.subcontract(self.roaster, {made: 5}, {self.bad: 5})

        case = self.trace(made, direction="backward")

        self.assertTraced(case, {self.bad: "exact", made: "exact"})
        self.assertEqual(
            self.sources(case), {(self.vendor, self.bad): 20, (self.roaster, made): 5}
        )

    def test_two_receipts(self):
        first, second = self.lots(self.roast, "R1", "R2")
        self.move({self.bad: 6, self.good: 6}, self.place)
        self.subcontract(self.roaster, {first: 5}, {self.bad: 5})
        self.subcontract(self.roaster, {second: 5}, {self.good: 5})

        self.assertTraced(self.trace(self.bad), {self.bad: "exact", first: "exact"})

    def test_untracked_product(self):
        chip = self._create_product("Chip", "none")
        self.bom(
            chip,
            {self.nut: 1},
            type="subcontract",
            subcontractor_ids=[Command.set(self.roaster.ids)],
        )
        self.move({self.bad: 6}, self.place)
        self.subcontract(self.roaster, {chip: 5}, {self.bad: 5})
        self.deliver({chip: 2})

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", chip: "inferred"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, chip): (2, 0, "inferred")}
        )


@needs("stock_dropshipping")
class TestTraceDropship(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product(
            "Nut",
            seller_ids=[Command.create({"partner_id": cls.vendor.id})],
            route_ids=cls.env.ref("stock_dropshipping.route_drop_shipping").ids,
        )
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")

    def dropship(self, goods, customer=None):
        order = self.order(goods, customer)
        purchase = order.order_line.purchase_line_ids.order_id
        purchase.button_confirm()
        self.wait()
        return self.validate(purchase.picking_ids, goods)

    def test_consignee_and_source(self):
        branch = self._create_partner("Branch", parent_id=self.consignee.id)
        self.dropship({self.bad: 3}, branch)
        self.dropship({self.good: 2}, self.second)

        case = self.trace(self.bad, direction="both")

        self.assertTraced(case, {self.bad: "exact"})
        self.assertEqual(self.exposures(case), {(branch, self.bad): (3, 0, "exact")})
        self.assertEqual(self.sources(case), {(self.vendor, self.bad): 3})
        self.assertEqual(self.quantities(case, self.bad), {"in": 3, "delivered": 3})
        self.assertFalse(case.gap_ids)

    def test_returned_into_stock(self):
        out = self.dropship({self.bad: 3})
        self.transfer(
            {self.bad: 2},
            self.warehouse.in_type_id,
            self.customers,
            self.stock,
            self.consignee,
            origin_returned_move_id=out.move_ids.id,
        )

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 2, "exact")}
        )
        self.assertEqual(
            self.quantities(case, self.bad),
            {"in": 3, "on_hand": 2, "delivered": 3, "returned": 2},
        )
        self.assertBalanced(case)

    def test_returned_to_the_vendor(self):
        out = self.dropship({self.bad: 3})
        self.return_goods(out, {self.bad: 2})

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 2, "exact")}
        )
        self.assertEqual(
            self.quantities(case, self.bad),
            {"in": 3, "delivered": 3, "returned": 2, "vendor_returned": 2},
        )
        self.assertBalanced(case)

    def test_without_a_lot(self):
        """Named by its receipt: it never lay in a place, and is still delivered."""
        salt = self._create_product(
            "Salt",
            "none",
            seller_ids=[Command.create({"partner_id": self.vendor.id})],
            route_ids=self.nut.route_ids.ids,
        )
        out = self.dropship({salt: 3})

        case = self.trace_scope(
            {"kind": "receipt", "picking_ids": [Command.set(out.ids)]}
        )

        self.assertEqual(
            self.exposures(case), {(self.consignee, salt): (3, 0, "inferred")}
        )
        self.assertEqual(self.quantities(case, salt), {"in": 3, "delivered": 3})
        self.assertBalanced(case)
