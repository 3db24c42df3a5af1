"""Goods without a lot: whoever may have received a bad unit, and for how long."""

from odoo.fields import Command

from .flows import needs
from .trace_common import TraceCommon


@needs("mrp")
class TestTraceUntracked(TraceCommon):
    """T1: a bad lot in a product without lots."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paste = cls._create_product("Paste")
        cls.cookie = cls._create_product("Cookie", "none")
        cls.box = cls._create_product("Box")
        cls.bad, cls.good = cls.lots(cls.paste, "P1", "P2")
        cls.third = cls._create_partner("Third Shop")
        cls.receive({cls.bad: 20, cls.good: 20})

    def bake(self, lot, quantity=4, **vals):
        return self.produce({self.cookie: quantity}, {lot: quantity}, **vals)

    def test_until_the_stock_is_empty(self):
        self.bake(self.good)
        self.deliver({self.cookie: 1}, self.third)
        self.bake(self.bad)
        self.deliver({self.cookie: 5})
        self.deliver({self.cookie: 2}, self.second)
        self.bake(self.good)
        self.deliver({self.cookie: 1}, self.third)

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", self.cookie: "inferred"})
        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.cookie): (5, 0, "inferred"),
                (self.second, self.cookie): (2, 0, "inferred"),
            },
        )
        self.assertEqual(self.gaps(case), [("untracked", self.cookie)])
        self.assertEqual(self.quantities(case, self.cookie), {"in": 7, "delivered": 7})

    def test_while_the_stock_is_not_empty(self):
        self.bake(self.bad)
        self.deliver({self.cookie: 3})
        self.bake(self.good)
        self.deliver({self.cookie: 2}, self.second)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.cookie): (3, 0, "inferred"),
                (self.second, self.cookie): (2, 0, "inferred"),
            },
        )
        self.assertEqual(
            self.quantities(case, self.cookie),
            {"in": 8, "on_hand": 3, "delivered": 5},
        )
        self.assertEqual(case.gap_ids.quantity, 8)

    def test_only_in_its_warehouse(self):
        away = self.new_warehouse("AWAY")
        self.receive({self.good: 5}, warehouse=away)
        self.bake(self.bad)
        self.bake(self.good, warehouse=away)
        self.deliver({self.cookie: 1}, warehouse=away)

        case = self.trace(self.bad)

        self.assertFalse(self.exposures(case))
        self.assertEqual(self.quantities(case, self.cookie), {"in": 4, "on_hand": 4})

    def test_into_another_warehouse(self):
        away = self.new_warehouse("AWAY")
        self.receive({self.good: 5}, warehouse=away)
        self.bake(self.good, warehouse=away)
        self.deliver({self.cookie: 1}, self.third, warehouse=away)
        self.bake(self.bad)
        self.send({self.cookie: 2}, away)
        self.arrive({self.cookie: 2}, away)
        self.deliver({self.cookie: 1}, warehouse=away)

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", self.cookie: "inferred"})
        self.assertEqual(
            self.exposures(case),
            {(self.consignee, self.cookie): (1, 0, "inferred")},
        )
        kinds = [kind for kind, _key in self.gaps(case)]
        self.assertEqual(kinds, ["untracked"] * 3, "here, in transit, and there")

    def test_in_transit(self):
        away = self.new_warehouse("AWAY")
        self.bake(self.bad)
        self.send({self.cookie: 3}, away)

        case = self.trace(self.bad)

        self.assertEqual(
            self.quantities(case, self.cookie),
            {"in": 4, "on_hand": 1, "in_transit": 3},
        )

    def test_into_the_next_product(self):
        (box,) = self.lots(self.box, "B1")
        self.bake(self.bad)
        self.produce({box: 1}, {self.cookie: 2})
        self.deliver({box: 1})

        case = self.trace(self.bad)

        self.assertTraced(
            case, {self.bad: "exact", self.cookie: "inferred", box: "inferred"}
        )
        self.assertEqual(
            self.exposures(case), {(self.consignee, box): (1, 0, "inferred")}
        )

    def test_not_into_a_product_made_before(self):
        early, late = self.lots(self.box, "B1", "B2")
        self.bake(self.good)
        self.produce({early: 1}, {self.cookie: 2})
        self.bake(self.bad)
        self.produce({late: 1}, {self.cookie: 2})

        case = self.trace(self.bad)

        self.assertTraced(
            case, {self.bad: "exact", self.cookie: "inferred", late: "inferred"}
        )

    def test_over_two_untracked_products(self):
        crumb = self._create_product("Crumb", "none")
        (box,) = self.lots(self.box, "B1")
        self.bake(self.bad)
        self.produce({crumb: 4}, {self.cookie: 4})
        self.produce({box: 1}, {crumb: 2})

        case = self.trace(self.bad)

        self.assertTraced(
            case,
            {
                self.bad: "exact",
                self.cookie: "inferred",
                crumb: "inferred",
                box: "inferred",
            },
        )

    def test_sold_before_its_production_was_recorded(self):
        """The stock was negative: what left then may be bad as well."""
        self.deliver({self.cookie: 2})
        self.bake(self.bad)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {(self.consignee, self.cookie): (2, 0, "inferred")},
        )
        self.assertBalanced(case)

    def test_sold_while_the_stock_was_negative(self):
        self.deliver({self.cookie: 4}, self.third)
        self.bake(self.bad, 3)
        self.deliver({self.cookie: 1})
        self.deliver({self.cookie: 1}, self.second)
        self.bake(self.good, 3)
        self.deliver({self.cookie: 1}, self.third)

        case = self.trace(self.bad)

        self.assertEqual(
            {partner for partner, _key in self.exposures(case)},
            {self.third, self.consignee, self.second},
        )
        self.assertEqual(sum(case.exposure_ids.mapped("qty_delivered")), 6)
        self.assertBalanced(case)

    def test_sold_twice_before_its_production_was_recorded(self):
        self.deliver({self.cookie: 2})
        self.deliver({self.cookie: 1}, self.second)
        self.bake(self.bad, 3)
        self.bake(self.good, 3)
        self.deliver({self.cookie: 1}, self.third)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.cookie): (2, 0, "inferred"),
                (self.second, self.cookie): (1, 0, "inferred"),
            },
        )
        self.assertBalanced(case)

    def test_source_recorded_after_its_use(self):
        salt = self._create_product("Salt", "none")
        (box,) = self.lots(self.box, "B1")
        self.produce({box: 1}, {salt: 2})
        self.receive({salt: 4})

        case = self.trace(box, direction="backward")

        self.assertEqual(self.sources(case), {(self.vendor, salt): 4})

    def test_return_of_a_delivery_before(self):
        """Goods that had left before the bad ones came do not net what left after."""
        self.bake(self.good)
        before = self.deliver({self.cookie: 3})
        self.bake(self.bad)
        self.deliver({self.cookie: 2})
        self.return_goods(before, {self.cookie: 2})

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.cookie): (2, 0, "inferred")}
        )
        self.assertBalanced(case)

    def test_return_of_a_delivery_before_into_another_warehouse(self):
        away = self.new_warehouse("AWAY")
        self.bake(self.good)
        before = self.deliver({self.cookie: 4})
        self.bake(self.bad)
        self.deliver({self.cookie: 2})
        self.transfer(
            {self.cookie: 2},
            away.in_type_id,
            self.customers,
            away.lot_stock_id,
            self.consignee,
            origin_returned_move_id=before.move_ids.id,
        )
        self.deliver({self.cookie: 1}, self.second, warehouse=away)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.cookie): (2, 0, "inferred")}
        )

    def test_source_of_what_a_customer_gave_back(self):
        (box,) = self.lots(self.box, "B1")
        self.bake(self.bad)
        out = self.deliver({self.cookie: 4})
        self.return_goods(out, {self.cookie: 2})
        self.produce({box: 1}, {self.cookie: 2})

        case = self.trace(box, direction="backward")

        self.assertEqual(
            self.evidence(case),
            {box: "exact", self.cookie: "inferred", self.bad: "inferred"},
        )

    def test_returned_into_stock(self):
        """A bad unit that comes back opens the stock again."""
        self.bake(self.bad)
        out = self.deliver({self.cookie: 4})
        self.bake(self.good)
        self.return_goods(out, {self.cookie: 1})
        self.deliver({self.cookie: 3}, self.second)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.cookie): (4, 1, "inferred"),
                (self.second, self.cookie): (3, 0, "inferred"),
            },
        )
        self.assertBalanced(case)

    def test_returned_into_another_warehouse(self):
        away = self.new_warehouse("AWAY")
        self.bake(self.bad)
        out = self.deliver({self.cookie: 4})
        self.transfer(
            {self.cookie: 2},
            away.in_type_id,
            self.customers,
            away.lot_stock_id,
            self.consignee,
            origin_returned_move_id=out.move_ids.id,
        )
        self.deliver({self.cookie: 1}, self.second, warehouse=away)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.cookie): (4, 2, "inferred"),
                (self.second, self.cookie): (1, 0, "inferred"),
            },
        )
        self.assertBalanced(case)

    def test_scrapped_and_counted(self):
        self.bake(self.bad, 8)
        self.scrap({self.cookie: 2})
        self.count({self.cookie: 5})

        case = self.trace(self.bad)

        self.assertEqual(
            self.quantities(case, self.cookie),
            {"in": 8, "on_hand": 5, "scrapped": 2, "adjusted": 1},
        )
        self.assertBalanced(case)

    def test_consumable_never_runs_empty(self):
        """Odoo keeps no stock of it, so nothing says when the bad ones were gone."""
        napkin = self._create_product("Napkin", "none", is_storable=False)
        self.produce({napkin: 4}, {self.bad: 4})
        self.deliver({napkin: 4})
        self.produce({napkin: 4}, {self.good: 4})
        self.deliver({napkin: 1}, self.second)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, napkin): (4, 0, "inferred"),
                (self.second, napkin): (1, 0, "inferred"),
            },
        )

    def test_unbuild_of_an_untracked_product(self):
        """Its component lot comes back, maybe with goods of the bad one in it."""
        (jar,) = self.lots(self._create_product("Jar"), "J1")
        self.receive({jar: 10})
        self.bake(self.bad)
        order = self.produce({self.cookie: 4}, {self.good: 4, jar: 4})
        self.unbuild({self.cookie: 1}, order)

        case = self.trace(self.bad)

        self.assertTraced(
            case,
            {
                self.bad: "exact",
                self.cookie: "inferred",
                self.good: "inferred",
                jar: "inferred",
            },
        )

    def test_on_their_way(self):
        self.bake(self.bad)
        order = self.order({self.cookie: 3})

        case = self.trace(self.bad)

        self.assertEqual(
            [(row.stage, row.document, row.quantity) for row in case.pending_ids],
            [("reserved", order.picking_ids.name, 3)],
        )
        self.assertEqual(self.affected(case)[self.cookie].qty_reserved, 3)

    def test_not_on_their_way_once_the_stock_was_empty(self):
        self.bake(self.bad)
        self.deliver({self.cookie: 4})
        self.bake(self.good)
        self.order({self.cookie: 3})

        self.assertFalse(self.trace(self.bad).pending_ids)

    def test_kit(self):
        """A kit is delivered as its components."""
        kit = self._create_product("Kit", "none", is_storable=False)
        self.bom(kit, {self.paste: 2, self.cookie: 1}, type="phantom")
        self.bake(self.bad)
        order = self.order({kit: 3})
        self.validate(order.picking_ids, {self.bad: 6, self.cookie: 3})

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", self.cookie: "inferred"})
        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.bad): (6, 0, "exact"),
                (self.consignee, self.cookie): (3, 0, "inferred"),
            },
        )
        self.assertEqual(case.exposure_ids.sale_line_id, order.order_line)

    def test_kit_in_production(self):
        kit = self._create_product("Kit", "none", is_storable=False)
        self.bom(kit, {self.paste: 2}, type="phantom")
        self.bom(self.box, {kit: 1})
        (box,) = self.lots(self.box, "B1")
        self.wait()
        order = self.env["mrp.production"].create(
            {"product_id": self.box.id, "product_qty": 1}
        )
        order.action_confirm()
        self.assertEqual(order.move_raw_ids.product_id, self.paste)
        self.finish_production(order, {box: 1}, {self.bad: 2})

        self.assertTraced(self.trace(self.bad), {self.bad: "exact", box: "exact"})

    # ------------------------------------------------------------------
    # Backward
    # ------------------------------------------------------------------
    def test_sources_without_a_lot(self):
        salt = self._create_product("Salt", "none")
        miner = self._create_partner("Salt Mine")
        self.receive({salt: 4}, self.second)
        (early,), (late,) = self.lots(self.box, "B1"), self.lots(self.box, "B2")
        self.produce({early: 1}, {salt: 4})
        self.receive({salt: 5}, miner)
        self.produce({late: 1}, {salt: 2})
        self.receive({salt: 7}, self.third)

        case = self.trace(late, direction="backward")

        self.assertTraced(case, {late: "exact", salt: "inferred"})
        self.assertEqual(self.sources(case), {(miner, salt): 5})
        self.assertEqual(self.gaps(case), [("untracked", salt)])

    def test_backward_through_an_untracked_product(self):
        (box,) = self.lots(self.box, "B1")
        self.bake(self.good)
        self.deliver({self.cookie: 4})
        self.bake(self.bad)
        self.produce({box: 1}, {self.cookie: 2})
        self.bake(self.good)

        case = self.trace(box, direction="backward")

        self.assertEqual(
            self.evidence(case),
            {box: "exact", self.cookie: "inferred", self.bad: "inferred"},
        )
        self.assertEqual(self.sources(case), {(self.vendor, self.bad): 20})


class TestTraceWithoutLot(TraceCommon):
    """Tracked goods that moved without a lot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad = cls._create_lot(cls.nut, "N1")
        for picking_type in cls.warehouse.in_type_id | cls.warehouse.out_type_id:
            picking_type.write({"use_create_lots": False, "use_existing_lots": False})

    def test_receipt(self):
        receipt = self.receive({self.nut: 10})
        self.deliver({self.nut: 4})

        case = self.trace_scope(
            {"kind": "receipt", "picking_ids": [Command.set(receipt.ids)]}
        )

        self.assertTraced(case, {self.nut: "inferred"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.nut): (4, 0, "inferred")}
        )
        self.assertEqual(self.gaps(case), [("no_lot_recorded", self.nut)])
        self.assertEqual(self.sources(case), {(self.vendor, self.nut): 10})

    def test_delivered_without_its_lot(self):
        self.warehouse.in_type_id.use_existing_lots = True
        self.receive({self.bad: 10})
        self.deliver({self.nut: 4})

        case = self.trace(self.bad)

        self.assertIn(("no_lot_recorded", self.bad), self.gaps(case))
        gap = case.gap_ids.filtered(lambda gap: gap.kind == "no_lot_recorded")
        self.assertEqual(gap.quantity, 4)

    def test_lot_given_later_by_the_delivery(self):
        """Received without a lot, delivered with one: Odoo makes the lot's negative
        stock good from the stock without a lot, with no move at all."""
        self.receive({self.nut: 10})
        self.warehouse.out_type_id.use_existing_lots = True
        self.deliver({self.bad: 4})

        case = self.trace(self.bad)

        self.assertEqual(self.evidence(case), {self.bad: "exact"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (4, 0, "exact")}
        )
        row = case.affected_ids
        self.assertEqual((row.qty_delivered, row.qty_unaccounted), (4, -4))
        self.assertIn(("no_lot_recorded", self.bad), self.gaps(case))

    def test_lot_given_later_by_a_count(self):
        """Received without a lot, then counted out and in again with one."""
        receipt = self.receive({self.nut: 10})
        self.count({self.nut: 0, self.bad: 10})
        self.warehouse.out_type_id.use_existing_lots = True
        self.deliver({self.bad: 4})

        case = self.trace_scope(
            {"kind": "receipt", "picking_ids": [Command.set(receipt.ids)]}
        )

        self.assertTraced(case, {self.nut: "inferred", self.bad: "inferred"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (4, 0, "inferred")}
        )
        self.assertIn(("relabelled", self.nut), self.gaps(case))

    def test_receipt_whose_goods_left_under_a_lot(self):
        """Odoo books the delivery of a lot that never came in on the goods without
        a lot, with no move: something of the receipt is missing, and said to be."""
        receipt = self.receive({self.nut: 10})
        self.warehouse.out_type_id.use_existing_lots = True
        self.deliver({self.bad: 4})

        case = self.trace_scope(
            {"kind": "receipt", "picking_ids": [Command.set(receipt.ids)]}
        )

        row = self.affected(case)[self.nut]
        self.assertEqual((row.qty_in, row.qty_on_hand, row.qty_unaccounted), (10, 6, 4))
        gaps = case.gap_ids.filtered(lambda gap: gap.quantity == 4)
        self.assertEqual(gaps.mapped("kind"), ["no_lot_recorded"])
