"""The vendor's number: whose lot it is, and what cannot be told."""

from odoo.exceptions import ValidationError
from odoo.fields import Command

from .flows import needs
from .trace_common import TraceCommon


class TestScopeVendor(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        (cls.lot,) = cls.lots(cls.nut, "V-77")
        cls.farm = cls._create_partner("Second Farm")

    def line(self, number="V-77", vendor=None):
        vals = {"kind": "vendor_lot", "vendor_lot": number}
        if vendor:
            vals["partner_id"] = vendor.id
        return vals

    def seeds(self, number="V-77", vendor=None):
        scope = self._create_case(self.line(number, vendor)).scope_ids
        return scope._get_seed_lots()

    def trace_number(self, vendor):
        return self.trace_scope(self.line(vendor=vendor))

    # ------------------------------------------------------------------
    # The number
    # ------------------------------------------------------------------
    def test_case_and_blanks_do_not_matter(self):
        for number in ("v-77", " V-77 ", "V - 77", "\tv\u00a0-77"):
            self.assertEqual(self.seeds(number), self.lot, number)

    def test_blanks_on_record_do_not_matter(self):
        for name in ("v -77", " V-77", "V-77  ", "  V  -  7 7 "):
            self.lot.name = name
            self.assertEqual(self.seeds(), self.lot, name)
            self.lot.write({"name": "other", "ref": name})
            self.assertEqual(self.seeds(), self.lot, name)

    def test_another_number_is_another_number(self):
        self.lots(self.nut, "V-770", "AV-77", "V-7-7", "V_77", "V77", "VX-77")

        self.assertEqual(self.seeds(), self.lot)

    def test_wildcards_and_backslashes_are_taken_as_they_stand(self):
        percent, score, slash = self.lots(self.nut, "V%77", "V_77", "V\\77")

        for lot in (percent, score, slash):
            self.assertEqual(self.seeds(lot.name), lot, lot.name)
        for number in ("%", "_", "V%", "____", "\\"):
            self.assertFalse(self.seeds(number), number)
        for number in ("", "  "):
            with self.assertRaisesRegex(ValidationError, "says nothing"):
                self.seeds(number)

    # ------------------------------------------------------------------
    # The vendor
    # ------------------------------------------------------------------
    @needs("purchase_stock")
    def test_vendor_of_the_purchase_order(self):
        """Another firm hands the goods over: the receipt names the carrier."""
        order = self.buy({self.lot: 3}, self.farm)
        order.picking_ids.partner_id = self.vendor
        order.picking_ids.move_ids.partner_id = self.vendor

        self.assertEqual(self.seeds(vendor=self.farm), self.lot)
        self.assertFalse(self.trace_number(self.farm).gap_ids)

    @needs("stock_dropshipping", "purchase_stock")
    def test_dropshipped(self):
        dropship = self.env.ref("stock_dropshipping.route_drop_shipping")
        self.nut.write(
            {
                "route_ids": [Command.link(dropship.id)],
                "seller_ids": [Command.create({"partner_id": self.farm.id})],
            }
        )
        order = self.order({self.nut: 2})
        purchase = self.env["purchase.order"].search(
            [("partner_id", "=", self.farm.id)]
        )
        purchase.button_confirm()
        self.validate(order.picking_ids, {self.lot: 2})

        self.assertEqual(self.seeds(vendor=self.farm), self.lot)
        self.assertFalse(self.seeds(vendor=self.vendor))

    @needs("mrp_subcontracting")
    def test_subcontracted(self):
        flour = self._create_product("Flour")
        (sack,) = self.lots(flour, "F1")
        self.receive({sack: 5})
        self.bom(
            self.nut,
            {flour: 1},
            type="subcontract",
            subcontractor_ids=[Command.set(self.farm.ids)],
        )
        self.subcontract(self.farm, {self.lot: 2}, {sack: 2})

        self.assertEqual(self.seeds(vendor=self.farm), self.lot)
        self.assertFalse(self.seeds(vendor=self.vendor))

    def test_lot_of_another_vendor(self):
        self.receive({self.lot: 3}, self.farm)

        self.assertEqual(self.seeds(vendor=self.farm), self.lot)
        self.assertFalse(self.seeds(vendor=self.vendor))

    @needs("mrp")
    def test_lot_of_our_own_is_no_vendors(self):
        flour = self._create_product("Flour")
        (sack,) = self.lots(flour, "F1")
        self.receive({sack: 5})
        self.produce({self.lot: 2}, {sack: 2})

        self.assertFalse(self.seeds(vendor=self.farm))

    # ------------------------------------------------------------------
    # Nobody knows who sent it
    # ------------------------------------------------------------------
    def assertUnknown(self):
        case = self.trace_number(self.farm)
        self.assertEqual(self.evidence(case), {self.lot: "exact"})
        gap = case.gap_ids
        self.assertEqual((gap.kind, gap.lot_id), ("no_vendor", self.lot))
        self.assertIn(self.farm.name, gap.note)
        case.action_trace()
        self.assertEqual(case.gap_ids, gap)

    def test_lot_without_a_receipt(self):
        self.count({self.lot: 3})

        self.assertUnknown()

    def test_lot_that_never_moved(self):
        self.assertUnknown()

    def test_receipt_without_a_partner(self):
        self.transfer(
            {self.lot: 2}, self.warehouse.in_type_id, self.suppliers, self.stock
        )

        self.assertUnknown()

    def test_lot_from_a_sister_company(self):
        """Whoever sent it to them."""
        self.transfer(
            {self.lot: 2},
            self.warehouse.in_type_id,
            self.env.ref("stock.stock_location_inter_company"),
            self.stock,
            self.other_company.partner_id,
        )

        self.assertUnknown()

    def test_known_vendor_is_no_gap(self):
        self.receive({self.lot: 3}, self.farm)

        self.assertFalse(self.trace_number(self.farm).gap_ids)
