"""Who received it, less what came back."""

from odoo.fields import Command

from .trace_common import TraceCommon


class TestTraceExposure(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")
        cls.receive({cls.bad: 20, cls.good: 20})

    def test_row_of_an_exposure(self):
        branch = self._create_partner("Branch", parent_id=self.consignee.id)
        out = self.deliver({self.bad: 3}, partner_shipping_id=branch.id)

        row = self.trace(self.bad).exposure_ids

        self.assertEqual(row.partner_id, branch)
        self.assertEqual(row.picking_id, out)
        self.assertEqual(row.sale_line_id, out.move_ids.sale_line_id)
        self.assertEqual(row.move_line_id, out.move_line_ids)
        self.assertEqual(row.date, out.date_done)
        self.assertEqual(row.affected_id.lot_id, self.bad)

    def test_other_lots_are_not_exposures(self):
        self.deliver({self.bad: 3, self.good: 2})
        self.deliver({self.good: 5}, self.second)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 0, "exact")}
        )
        self.assertFalse(self.gaps(case))

    def test_delivery_without_an_order(self):
        self.transfer(
            {self.bad: 3},
            self.warehouse.out_type_id,
            self.stock,
            self.customers,
            self.consignee,
        )

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 0, "exact")}
        )

    def test_delivery_to_nobody(self):
        self.transfer(
            {self.bad: 3}, self.warehouse.out_type_id, self.stock, self.customers
        )

        case = self.trace(self.bad)

        self.assertEqual(case.exposure_ids.mapped("qty_net"), [3])
        self.assertFalse(case.exposure_ids.partner_id)
        self.assertEqual(self.gaps(case), [("no_consignee", self.bad)])
        self.assertEqual(case.gap_ids.quantity, 3)

    def test_several_steps_count_once(self):
        far = self.new_warehouse("FAR", delivery_steps="pick_pack_ship")
        self.receive({self.bad: 4}, warehouse=far)
        self.deliver({self.bad: 3}, warehouse=far)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 0, "exact")}
        )
        self.assertBalanced(case)

    def test_backorder_of_a_delivery(self):
        order = self.order({self.bad: 5})
        first = self.validate(order.picking_ids, {self.bad: 2})
        second = order.picking_ids - first
        self.wait()
        self.validate(second, {self.bad: 1, self.good: 2})

        case = self.trace(self.bad)

        self.assertEqual(
            {row.picking_id: row.qty_delivered for row in case.exposure_ids},
            {first: 2, second: 1},
        )
        self.assertBalanced(case)

    def test_second_unit_of_measure(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.wait()
        order = self.env["sale.order"].create(
            {
                "partner_id": self.consignee.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.nut.id,
                            "product_uom_qty": 1,
                            "product_uom_id": dozen.id,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        self.validate(order.picking_ids, {self.bad: 1}, product_uom_id=dozen.id)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (12, 0, "exact")}
        )
        self.assertEqual(
            self.quantities(case, self.bad), {"in": 20, "on_hand": 8, "delivered": 12}
        )
        self.assertBalanced(case)

    # ------------------------------------------------------------------
    # Returns
    # ------------------------------------------------------------------
    def test_return_to_the_vendor(self):
        """T4: not a delivery, and the vendor is no consignee."""
        receipt = self.receive({self.bad: 5})
        self.return_goods(receipt, {self.bad: 4})

        case = self.trace(self.bad)

        self.assertFalse(self.exposures(case))
        self.assertEqual(
            self.quantities(case, self.bad),
            {"in": 25, "on_hand": 21, "vendor_returned": 4},
        )
        self.assertBalanced(case)

    def test_delivery_returned_in_full(self):
        """T5: the consignee has nothing left, and the goods are where they are."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        out = self.deliver({self.bad: 3})
        back = self.return_goods(out, {self.bad: 3})
        self.move({self.bad: 3}, shelf)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 3, "exact")}
        )
        self.assertEqual(case.exposure_ids.qty_net, 0)
        self.assertEqual(
            self.quantities(case, self.bad),
            {"in": 20, "on_hand": 20, "delivered": 3, "returned": 3},
        )
        self.assertBalanced(case)
        self.assertTrue(back)

    def test_return_goes_to_the_delivery_it_takes_back(self):
        self.deliver({self.bad: 3})
        second = self.deliver({self.bad: 2})
        self.return_goods(second, {self.bad: 1})

        case = self.trace(self.bad)

        nets = {row.picking_id: row.qty_net for row in case.exposure_ids}
        self.assertEqual(nets[second], 1)
        self.assertEqual(sum(nets.values()), 4)

    def test_return_of_a_return(self):
        out = self.deliver({self.bad: 3})
        back = self.return_goods(out, {self.bad: 3})
        self.return_goods(back, {self.bad: 2})

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (5, 3, "exact")}
        )
        self.assertEqual(sum(case.exposure_ids.mapped("qty_net")), 2)
        self.assertEqual(
            self.quantities(case, self.bad),
            {"in": 20, "on_hand": 18, "delivered": 5, "returned": 3},
        )
        self.assertBalanced(case)

    def test_return_in_several_steps(self):
        far = self.new_warehouse("FAR", delivery_steps="pick_ship")
        self.receive({self.bad: 4}, warehouse=far)
        out = self.deliver({self.bad: 3}, warehouse=far)
        self.return_goods(out, {self.bad: 2})

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 2, "exact")}
        )
        self.assertBalanced(case)

    def test_return_without_its_delivery(self):
        """Matched by who gave it back."""
        self.deliver({self.bad: 3})
        self.deliver({self.bad: 3}, self.second)
        self.transfer(
            {self.bad: 2},
            self.warehouse.in_type_id,
            self.customers,
            self.stock,
            self.second,
        )

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.bad): (3, 0, "exact"),
                (self.second, self.bad): (3, 2, "exact"),
            },
        )

    def test_return_by_a_stranger_nets_nobody(self):
        stranger = self._create_partner("Stranger")
        self.deliver({self.bad: 3})
        self.transfer(
            {self.bad: 2},
            self.warehouse.in_type_id,
            self.customers,
            self.stock,
            stranger,
        )

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 0, "exact")}
        )
        self.assertEqual(
            self.quantities(case, self.bad),
            {"in": 20, "on_hand": 19, "delivered": 3, "returned": 2},
        )

    def test_return_of_another_lot(self):
        """Odoo's wizard does not choose the lot: what came back is what counts."""
        out = self.deliver({self.bad: 3, self.good: 3})
        self.return_goods(out, {self.good: 2})

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 0, "exact")}
        )

    def test_return_of_a_lot_that_another_delivery_took(self):
        self.deliver({self.bad: 3})
        out = self.deliver({self.good: 3})
        self.return_goods(out, {self.bad: 2})

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 2, "exact")}
        )

    def test_return_of_too_much(self):
        """Never less than nothing left at a consignee."""
        out = self.deliver({self.bad: 2})
        self.deliver({self.bad: 5}, self.second)
        self.return_goods(out, {self.bad: 4})

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.bad): (2, 2, "exact"),
                (self.second, self.bad): (5, 0, "exact"),
            },
        )
        self.assertBalanced(case)

    # ------------------------------------------------------------------
    # Serial numbers
    # ------------------------------------------------------------------
    def test_serial_sold_again_after_a_return(self):
        gift = self._create_product("Gift", "serial")
        (number,) = self.lots(gift, "G1")
        self.receive({number: 1})
        out = self.deliver({number: 1})
        self.return_goods(out, {number: 1})
        self.deliver({number: 1}, self.second)

        case = self.trace(number)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, number): (1, 1, "exact"),
                (self.second, number): (1, 0, "exact"),
            },
        )
        self.assertEqual(
            self.quantities(case, number), {"in": 1, "delivered": 2, "returned": 1}
        )
        self.assertBalanced(case)

    def test_serial_returned_by_somebody_else(self):
        """It is one unit: whoever brings it back, the last to receive it has it
        no more."""
        gift = self._create_product("Gift", "serial")
        (number,) = self.lots(gift, "G1")
        self.receive({number: 1})
        self.deliver({number: 1})
        self.transfer(
            {number: 1},
            self.warehouse.in_type_id,
            self.customers,
            self.stock,
            self.second,
        )

        case = self.trace(number)

        self.assertEqual(
            self.exposures(case), {(self.consignee, number): (1, 1, "exact")}
        )

    def test_serial_returned_received_and_delivered_again(self):
        """Returned to the vendor, received again under its number."""
        gift = self._create_product("Gift", "serial")
        (number,) = self.lots(gift, "G1")
        receipt = self.receive({number: 1})
        self.return_goods(receipt, {number: 1})
        self.receive({number: 1}, self.second)
        self.deliver({number: 1})

        case = self.trace(number)

        self.assertEqual(
            self.quantities(case, number),
            {"in": 2, "delivered": 1, "vendor_returned": 1},
        )
        self.assertEqual(
            self.sources(case), {(self.vendor, number): 1, (self.second, number): 1}
        )
        self.assertBalanced(case)
