"""Where the records break off: said, never passed over in silence."""

from odoo.exceptions import AccessError
from odoo.fields import Command

from .flows import needs
from .trace_common import TraceCommon


class TestTraceGaps(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")
        cls.receive({cls.bad: 20, cls.good: 20})

    # ------------------------------------------------------------------
    # T10: relabelled by two inventory adjustments
    # ------------------------------------------------------------------
    def test_relabelled(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        self.count({self.bad: 15, new: 5})
        self.deliver({new: 2})

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", new: "inferred"})
        gap = self.gap(case, "relabelled")
        self.assertEqual((gap.lot_id, gap.candidate_lot_id), (self.bad, new))
        self.assertFalse(self.gap(case, "adjusted"))
        self.assertEqual(
            self.exposures(case), {(self.consignee, new): (2, 0, "inferred")}
        )

    def test_relabelled_in_the_wrong_order(self):
        """The new number is counted in before the old one is counted out."""
        (new,) = self.lots(self.nut, "N1-NEW")
        self.count({new: 5})
        self.deliver({new: 2})
        self.count({self.bad: 15})

        case = self.trace(self.bad)

        self.assertEqual(self.evidence(case), {self.bad: "exact", new: "inferred"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, new): (2, 0, "inferred")}
        )

    def test_relabelled_into_goods_without_a_lot(self):
        self.count({self.bad: 15, self.nut: 5})

        case = self.trace(self.bad)

        self.assertEqual(self.evidence(case), {self.bad: "exact", self.nut: "inferred"})

    def test_counts_far_apart_are_no_relabel(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        self.count({self.bad: 15})
        self.wait(days=3)
        self.count({new: 5})

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact"})
        self.assertEqual(self.gaps(case), [("adjusted", self.bad)])
        self.assertEqual(self.gap(case, "adjusted").quantity, 5)

    def test_counts_in_two_places_are_no_relabel(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        away = self.new_warehouse("AWAY")
        self.count({self.bad: 15})
        self.count({new: 5}, away.lot_stock_id)

        self.assertTraced(self.trace(self.bad), {self.bad: "exact"})

    def test_relabelled_back(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        self.count({self.bad: 15, new: 5})
        self.count({self.bad: 20, new: 0})

        self.assertTraced(self.trace(self.bad), {self.bad: "exact", new: "inferred"})

    def test_relabelled_backward(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        self.count({self.bad: 15, new: 5})

        case = self.trace(new, direction="backward")

        self.assertTraced(case, {new: "exact", self.bad: "inferred"})
        gap = self.gap(case, "relabelled")
        self.assertEqual((gap.lot_id, gap.candidate_lot_id), (new, self.bad))

    # ------------------------------------------------------------------
    # T11: the lot of a done delivery is edited
    # ------------------------------------------------------------------
    def edit(self, picking, lot):
        self.wait()
        picking.move_line_ids.lot_id = lot

    def test_edited_to_the_bad_lot(self):
        self.edit(self.deliver({self.good: 3}), self.bad)

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 0, "exact")}
        )
        gap = self.gap(case, "lot_edited")
        self.assertEqual((gap.lot_id, gap.candidate_lot_id), (self.bad, self.good))
        self.assertEqual(gap.quantity, 3)

    def test_nobody_erases_a_former_lot(self):
        picking = self.deliver({self.bad: 3})
        self.edit(picking, self.good)
        line = picking.move_line_ids.with_user(self.stock_user)

        with self.assertRaises(AccessError):
            line.recall_former_lot_ids = False

        self.assertEqual(line.sudo().recall_former_lot_ids, self.bad)

    def test_edited_to_another_lot(self):
        self.edit(self.deliver({self.bad: 3}), self.good)

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact"})
        self.assertFalse(self.exposures(case))
        gap = self.gap(case, "lot_edited")
        self.assertEqual((gap.lot_id, gap.candidate_lot_id), (self.bad, self.good))

    def test_edited_and_edited_back(self):
        out = self.deliver({self.bad: 3})
        self.edit(out, self.good)
        self.edit(out, self.bad)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 0, "exact")}
        )
        self.assertEqual(self.gaps(case), [("lot_edited", self.bad)])

    def test_lot_taken_off_a_done_delivery(self):
        out = self.deliver({self.bad: 3})
        self.wait()
        out.move_line_ids.lot_id = False

        case = self.trace(self.bad)

        self.assertIn(("lot_edited", self.bad), self.gaps(case))

    def test_lot_set_while_preparing_is_no_gap(self):
        order = self.order({self.nut: 3})
        lines = order.picking_ids.move_line_ids
        lines.lot_id = self.good
        lines.lot_id = self.bad
        self.validate(order.picking_ids)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 0, "exact")}
        )
        self.assertFalse(case.gap_ids)

    @needs("mrp")
    def test_edited_component_of_a_done_production(self):
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        order = self.produce({made: 5}, {self.good: 5})
        self.wait()
        order.move_raw_ids.move_line_ids.lot_id = self.bad

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", made: "exact"})
        self.assertEqual(self.gaps(case), [("lot_edited", self.bad)])
        self.assertTraced(self.trace(self.good), {self.good: "exact"})

    # ------------------------------------------------------------------
    # T12: other companies
    # ------------------------------------------------------------------
    def test_lot_delivered_by_another_company(self):
        self.receive({self.bad: 6}, warehouse=self.other_warehouse)
        self.deliver({self.bad: 4}, self.second, self.other_warehouse)

        case = self.trace(self.bad)

        self.assertEqual(self.evidence(case), {self.bad: "exact"})
        self.assertFalse(case.exposure_ids)
        self.assertEqual(self.gaps(case), [("other_company", self.bad)])
        note = case.gap_ids.note
        self.assertIn("2 stock moves", note)
        for secret in (self.second.name, self.other_company.name, "Export"):
            self.assertNotIn(secret, note)
        self.assertEqual(self.quantities(case, self.bad), {"in": 20, "on_hand": 20})

    def test_lot_in_two_companies_of_the_case(self):
        self.receive({self.bad: 6}, warehouse=self.other_warehouse)
        self.deliver({self.bad: 4}, self.second, self.other_warehouse)
        self.deliver({self.bad: 1})

        case = self.trace(self.bad, companies=self.company | self.other_company)

        self.assertTraced(case, {self.bad: "exact"})
        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.bad): (1, 0, "exact"),
                (self.second, self.bad): (4, 0, "exact"),
            },
        )
        self.assertEqual(
            {row.partner_id: row.company_id for row in case.exposure_ids},
            {self.consignee: self.company, self.second: self.other_company},
        )
        self.assertFalse(case.gap_ids)
        self.assertEqual(
            self.quantities(case, self.bad), {"in": 26, "on_hand": 21, "delivered": 5}
        )

    @needs("mrp")
    def test_production_in_another_company(self):
        """Not even the product that it made there is named."""
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        self.receive({self.bad: 6}, warehouse=self.other_warehouse)
        self.produce({made: 5}, {self.bad: 5}, warehouse=self.other_warehouse)

        self.assertEqual(self.evidence(self.trace(self.bad)), {self.bad: "exact"})
        both = self.company | self.other_company
        self.assertTraced(
            self.trace(self.bad, companies=both), {self.bad: "exact", made: "exact"}
        )

    def between_companies(self, here, there):
        """Sell `here` to the other company, which receives it as `there`."""
        between = self.env.ref("stock.stock_location_inter_company")
        self.transfer(
            here,
            self.warehouse.out_type_id,
            self.stock,
            between,
            self.other_company.partner_id,
        )
        self.transfer(
            there,
            self.other_warehouse.in_type_id,
            between,
            self.other_warehouse.lot_stock_id,
            self.company.partner_id,
        )

    def test_sold_to_a_sister_company(self):
        self.between_companies({self.bad: 5}, {self.bad: 5})
        self.deliver({self.bad: 2}, self.second, self.other_warehouse)

        case = self.trace(self.bad, companies=self.company | self.other_company)

        self.assertTraced(case, {self.bad: "exact"})
        # What the sister company holds is on hand, and no exposure beside it.
        self.assertEqual(
            self.exposures(case), {(self.second, self.bad): (2, 0, "exact")}
        )
        self.assertEqual(
            self.quantities(case, self.bad), {"in": 20, "on_hand": 18, "delivered": 2}
        )

    def test_part_of_what_was_sold_to_a_sister_company_has_arrived(self):
        self.between_companies({self.bad: 5}, {self.bad: 3})

        case = self.trace(self.bad, companies=self.company | self.other_company)

        self.assertEqual(
            self.exposures(case),
            {(self.other_company.partner_id, self.bad): (2, 0, "exact")},
        )
        self.assertEqual(
            self.quantities(case, self.bad), {"in": 20, "on_hand": 18, "delivered": 2}
        )

    def test_sold_to_a_sister_company_under_its_own_lot(self):
        self.bad.company_id = self.company
        (there,) = self.lots(self.nut, "N9")
        there.write({"name": "N1", "company_id": self.other_company.id})
        self.between_companies({self.bad: 5}, {there: 5})
        self.deliver({there: 2}, self.second, self.other_warehouse)

        case = self.trace(self.bad, companies=self.company | self.other_company)

        self.assertTraced(case, {self.bad: "exact", there: "exact"})
        self.assertEqual(self.exposures(case), {(self.second, there): (2, 0, "exact")})
        self.assertEqual(self.links(case), {(self.bad, there): ("company", "exact")})

    def test_sold_to_a_sister_company_outside_of_the_case(self):
        self.between_companies({self.bad: 5}, {self.bad: 5})

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {(self.other_company.partner_id, self.bad): (5, 0, "exact")},
        )
        self.assertEqual(self.gaps(case), [("other_company", self.bad)])

    def test_sister_company_uses_its_own_lot_outside_of_the_case(self):
        self.bad.company_id = self.company
        (there,) = self.lots(self.nut, "N9")
        there.write({"name": "N1", "company_id": self.other_company.id})
        self.between_companies({self.bad: 5}, {there: 5})

        case = self.trace(self.bad)

        self.assertEqual(self.evidence(case), {self.bad: "exact"})
        self.assertIn(("other_company", self.bad), self.gaps(case))

    # ------------------------------------------------------------------
    # T13: the lot is swapped in a chained move
    # ------------------------------------------------------------------
    def test_lot_swapped_between_two_steps(self):
        far = self.new_warehouse("FAR", delivery_steps="pick_ship")
        self.receive({self.bad: 5, self.good: 5}, warehouse=far)
        order = self.order({self.nut: 3}, warehouse=far)
        pick = order.picking_ids
        self.validate(pick, {self.good: 3})
        self.wait()
        self.move({self.bad: 3}, far.wh_output_stock_loc_id, far.lot_stock_id, far)
        self.validate(order.picking_ids - pick, {self.bad: 3})

        case = self.trace(self.bad, direction="both")

        self.assertTraced(case, {self.bad: "exact"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (3, 0, "exact")}
        )
        self.assertEqual(self.sources(case), {(self.vendor, self.bad): 25})

    @needs("mrp")
    def test_lot_swapped_in_a_make_to_order_chain(self):
        paste = self._create_product("Paste")
        old, new = self.lots(paste, "P1", "P2")
        self.produce({old: 5}, {self.bad: 5})
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        paste.route_ids = mto | self.env.ref("mrp.route_warehouse0_manufacture")
        self.bom(paste, {self.nut: 1})
        order = self.order({paste: 2})
        production = self.env["mrp.production"].search([("product_id", "=", paste.id)])
        production = production.filtered(lambda mo: mo.state != "done")
        self.finish_production(production, {new: 2}, {self.good: 2})
        self.validate(order.picking_ids, {old: 2})
        self.assertEqual(order.picking_ids.move_ids.move_orig_ids.lot_ids, new)

        case = self.trace(old, direction="backward")

        self.assertTraced(case, {old: "exact", self.bad: "exact"})
        forward = self.trace(self.bad)
        self.assertEqual(
            self.exposures(forward), {(self.consignee, old): (2, 0, "exact")}
        )

    # ------------------------------------------------------------------
    # No record of what became of it
    # ------------------------------------------------------------------
    def test_used_up_without_a_product(self):
        """Moved to production by hand."""
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)],
            limit=1,
        )
        self.assertTrue(production)
        self.transfer({self.bad: 3}, self.warehouse.int_type_id, self.stock, production)

        case = self.trace(self.bad)

        self.assertEqual(self.gaps(case), [("no_lot_recorded", self.bad)])

    def return_without_lot(self, lot):
        """A customer had both lots, and returns 2 of one without its number."""
        delivery = {each: self.deliver({each: 4}) for each in (self.bad, self.good)}
        receipts = self.warehouse.in_type_id
        receipts.use_create_lots = receipts.use_existing_lots = False
        self.warehouse.out_type_id.return_picking_type_id = receipts
        self.return_goods(delivery[lot], {self.nut: 2})
        return self.trace(self.bad)

    def test_returned_without_its_lot(self):
        case = self.return_without_lot(self.bad)
        self.assertEqual(self.gaps(case), [("no_lot_recorded", self.bad)])
        self.assertIn("brought", case.gap_ids.note)
        self.assertEqual(case.gap_ids.quantity, 2)

    def test_another_lot_returned_without_its_number_is_no_gap(self):
        self.assertFalse(self.return_without_lot(self.good).gap_ids)

    def test_quiet_when_all_is_recorded(self):
        out = self.deliver({self.bad: 3})
        self.return_goods(out, {self.bad: 1})
        self.scrap({self.bad: 1})

        self.assertFalse(self.trace(self.bad).gap_ids)

    def test_lots_of_other_products_make_no_gap(self):
        salt = self._create_product("Salt", "none")
        self.receive({salt: 5})
        self.deliver({salt: 2})
        (new,) = self.lots(self.nut, "N3")
        self.count({new: 5})

        case = self.trace_scope({"kind": "lot", "lot_ids": [Command.set(self.bad.ids)]})

        self.assertFalse(case.gap_ids)
