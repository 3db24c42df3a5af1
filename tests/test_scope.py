"""What a scope line points at."""

from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command, Datetime

from .flows import needs
from .trace_common import TraceCommon


class TestScope(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.salt = cls._create_product("Salt", "none")
        cls.first, cls.second_lot, cls.third = cls.lots(cls.nut, "N1", "N2", "N3")
        cls.farm = cls._create_partner("Second Farm")
        cls.receipts = [
            cls.receive({cls.first: 10}),
            cls.receive({cls.second_lot: 10}, cls.farm),
            cls.receive({cls.third: 10}),
        ]

    def seeds(self, **vals):
        """The lots that one scope line points at."""
        return self.line(**vals)._get_seed_lots()

    def line(self, **vals):
        if "product_ids" in vals:
            vals["product_ids"] = [Command.set(vals["product_ids"].ids)]
        return self._create_case(vals).scope_ids

    def when(self, receipt):
        return receipt.move_ids.date

    # ------------------------------------------------------------------
    # Lots
    # ------------------------------------------------------------------
    def test_lots(self):
        lots = self.first | self.third

        line = self.line(kind="lot", lot_ids=[Command.set(lots.ids)])

        self.assertEqual(line._get_seed_lots(), lots)

    def test_count_of_what_was_found(self):
        lots = self.first | self.third
        case = self.trace_scope(
            {"kind": "lot", "lot_ids": [Command.set(lots.ids)]},
            {"kind": "vendor_lot", "vendor_lot": "nowhere"},
        )

        self.assertEqual(case.scope_ids.mapped("seed_count"), [2, 0])

    # ------------------------------------------------------------------
    # Products
    # ------------------------------------------------------------------
    def test_product_without_a_window(self):
        """Each of its lots, also one that never moved."""
        (fresh,) = self.lots(self.nut, "N4")

        self.assertEqual(
            self.seeds(kind="product", product_ids=self.nut),
            self.first | self.second_lot | self.third | fresh,
        )

    def test_product_received_in_a_window(self):
        second = self.when(self.receipts[1])
        hour = timedelta(minutes=30)

        def seeds(start, end):
            return self.seeds(
                kind="product",
                product_ids=self.nut,
                window_on="receipt",
                date_from=start,
                date_to=end,
            )

        self.assertEqual(seeds(second - hour, second + hour), self.second_lot)
        self.assertEqual(seeds(second, second), self.second_lot, "edges included")
        self.assertEqual(
            seeds(second + timedelta(seconds=1), False), self.third, "no end"
        )
        self.assertEqual(
            seeds(False, second - timedelta(seconds=1)), self.first, "no start"
        )

    def test_window_is_about_one_product(self):
        flour = self._create_product("Flour")
        (sack,) = self.lots(flour, "F1")
        self.receive({sack: 1})

        self.assertEqual(
            self.seeds(
                kind="product",
                product_ids=self.nut | flour,
                date_from=self.when(self.receipts[2]),
            ),
            self.third | sack,
        )

    def test_return_and_transfer_are_no_receipts(self):
        away = self.new_warehouse("AWAY")
        out = self.deliver({self.first: 2})
        start = Datetime.now()
        self.return_goods(out, {self.first: 1})
        self.send({self.second_lot: 1}, away)
        self.arrive({self.second_lot: 1}, away)

        self.assertFalse(
            self.seeds(kind="product", product_ids=self.nut, date_from=start)
        )

    def test_receipt_from_a_sister_company(self):
        start = Datetime.now()
        self.transfer(
            {self.first: 2},
            self.warehouse.in_type_id,
            self.env.ref("stock.stock_location_inter_company"),
            self.stock,
        )

        self.assertEqual(
            self.seeds(kind="product", product_ids=self.nut, date_from=start),
            self.first,
        )

    def test_receipt_of_another_company(self):
        """It is theirs: only companies of the case count."""
        start = Datetime.now()
        self.receive({self.first: 2}, warehouse=self.other_warehouse)

        self.assertFalse(
            self.seeds(kind="product", product_ids=self.nut, date_from=start)
        )

    def test_product_expiring_in_a_window(self):
        self.nut.write({"use_expiration_date": True, "expiration_time": 10})
        day = Datetime.now()
        self.first.expiration_date = day
        self.second_lot.expiration_date = day + timedelta(days=1)
        self.third.expiration_date = False

        def seeds(start, end):
            return self.seeds(
                kind="product",
                product_ids=self.nut,
                window_on="expiry",
                date_from=start,
                date_to=end,
            )

        self.assertEqual(seeds(day, day), self.first)
        self.assertEqual(seeds(day + timedelta(seconds=1), False), self.second_lot)
        self.assertEqual(
            seeds(False, day + timedelta(days=1)), self.first | self.second_lot
        )

    def test_product_of_another_company_is_left_out(self):
        (foreign,) = self.lots(self.nut, "N9")
        foreign.company_id = self.other_company

        self.assertNotIn(foreign, self.seeds(kind="product", product_ids=self.nut))

    def test_product_without_lots(self):
        self.receive({self.salt: 5})
        self.deliver({self.salt: 2})

        case = self.trace_scope(
            {"kind": "product", "product_ids": [Command.set(self.salt.ids)]}
        )

        self.assertTraced(case, {self.salt: "inferred"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.salt): (2, 0, "inferred")}
        )

    def test_product_without_lots_that_was_counted_in(self):
        """A first stock count is how most companies begin."""
        self.count({self.salt: 5})
        self.deliver({self.salt: 2})

        case = self.trace_scope(
            {"kind": "product", "product_ids": [Command.set(self.salt.ids)]}
        )

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.salt): (2, 0, "inferred")}
        )

    def test_product_without_lots_from_a_sister_company(self):
        self.transfer(
            {self.salt: 2},
            self.warehouse.in_type_id,
            self.env.ref("stock.stock_location_inter_company"),
            self.stock,
        )
        self.deliver({self.salt: 2})

        case = self.trace_scope(
            {"kind": "product", "product_ids": [Command.set(self.salt.ids)]}
        )

        self.assertEqual(
            self.exposures(case), {(self.consignee, self.salt): (2, 0, "inferred")}
        )

    def test_product_without_lots_received_in_a_window(self):
        self.receive({self.salt: 5})
        self.deliver({self.salt: 5})
        start = Datetime.now()
        self.receive({self.salt: 5}, self.farm)
        self.deliver({self.salt: 3}, self.second)

        case = self.trace_scope(
            {
                "kind": "product",
                "product_ids": [Command.set(self.salt.ids)],
                "date_from": start,
            }
        )

        self.assertEqual(
            self.exposures(case), {(self.second, self.salt): (3, 0, "inferred")}
        )
        self.assertEqual(self.sources(case), {(self.farm, self.salt): 5})

    @needs("mrp")
    def test_product_produced_in_a_window(self):
        paste = self._create_product("Paste")
        early, late = self.lots(paste, "P1", "P2")
        self.produce({early: 1}, {self.first: 1})
        made = Datetime.now()
        self.produce({late: 1}, {self.first: 1})

        def seeds(start, end):
            return self.seeds(
                kind="product",
                product_ids=paste | self.nut,
                window_on="production",
                date_from=start,
                date_to=end,
            )

        self.assertEqual(seeds(made, made), early)
        self.assertEqual(seeds(made + timedelta(seconds=1), False), late)
        self.assertEqual(seeds(False, Datetime.now()), early | late)

    @needs("mrp")
    def test_product_without_lots_that_was_produced(self):
        cookie = self._create_product("Cookie", "none")
        self.produce({cookie: 4}, {self.first: 4})
        self.deliver({cookie: 2})

        case = self.trace_scope(
            {"kind": "product", "product_ids": [Command.set(cookie.ids)]}
        )

        self.assertEqual(
            self.exposures(case), {(self.consignee, cookie): (2, 0, "inferred")}
        )

    @needs("mrp_subcontracting")
    def test_received_from_a_subcontractor(self):
        roast = self._create_product("Roasted Nut")
        (made,) = self.lots(roast, "R1")
        self.bom(
            roast,
            {self.nut: 1},
            type="subcontract",
            subcontractor_ids=[Command.set(self.farm.ids)],
        )
        start = Datetime.now()
        self.subcontract(self.farm, {made: 2}, {self.first: 2})

        for window_on in ("receipt", "production"):
            self.assertEqual(
                self.seeds(
                    kind="product",
                    product_ids=roast,
                    window_on=window_on,
                    date_from=start,
                ),
                made,
            )
        self.assertEqual(
            self.seeds(kind="vendor_lot", vendor_lot="R1", partner_id=self.farm.id),
            made,
        )

    # ------------------------------------------------------------------
    # The vendor's number
    # ------------------------------------------------------------------
    def test_vendor_lot_is_the_name(self):
        self.assertEqual(
            self.seeds(kind="vendor_lot", vendor_lot="N2"), self.second_lot
        )

    def test_vendor_lot_is_the_reference(self):
        self.third.ref = "V-77"

        self.assertEqual(self.seeds(kind="vendor_lot", vendor_lot=" V-77 "), self.third)

    def test_vendor_lot_in_several_products(self):
        flour = self._create_product("Flour")
        (sack,) = self.lots(flour, "N2")

        self.assertEqual(
            self.seeds(kind="vendor_lot", vendor_lot="N2"), self.second_lot | sack
        )

    def test_vendor_lot_of_a_vendor(self):
        self.first.ref = self.second_lot.ref = "V-77"

        self.assertEqual(
            self.seeds(kind="vendor_lot", vendor_lot="V-77", partner_id=self.farm.id),
            self.second_lot,
        )

    def test_vendor_lot_of_another_address_of_the_vendor(self):
        office, dock = (
            self._create_partner(name, parent_id=self.farm.id)
            for name in ("Office", "Dock")
        )
        (fresh,) = self.lots(self.nut, "N4")
        self.receive({fresh: 1}, dock)

        self.assertEqual(
            self.seeds(kind="vendor_lot", vendor_lot="N4", partner_id=office.id),
            fresh,
        )

    def test_vendor_lot_that_the_vendor_never_sent(self):
        self.assertFalse(
            self.seeds(kind="vendor_lot", vendor_lot="N1", partner_id=self.farm.id)
        )

    def test_vendor_lot_with_wildcards_is_taken_as_it_stands(self):
        for number in ("N%", "N_", "%"):
            self.assertFalse(self.seeds(kind="vendor_lot", vendor_lot=number), number)
        for number in ("", " "):
            with self.assertRaises(ValidationError):
                self.seeds(kind="vendor_lot", vendor_lot=number)

    @needs("purchase_stock")
    def test_vendor_lot_of_a_purchase(self):
        (fresh,) = self.lots(self.nut, "N4")
        self.buy({fresh: 3}, self.farm)

        case = self.trace_scope(
            {
                "kind": "vendor_lot",
                "vendor_lot": "N4",
                "partner_id": self.farm.id,
            }
        )

        self.assertTraced(case, {fresh: "exact"})
        self.assertEqual(self.sources(case), {(self.farm, fresh): 3})

    # ------------------------------------------------------------------
    # Receipts
    # ------------------------------------------------------------------
    def test_receipt(self):
        receipt = self.receive({self.first: 1, self.third: 1, self.salt: 4})

        line = self.line(kind="receipt", picking_ids=[Command.set(receipt.ids)])
        lots, lines = line._get_seeds()

        self.assertEqual(lots, self.first | self.third)
        self.assertEqual((lines.product_id, lines.quantity), (self.salt, 4))

    def test_receipt_that_is_not_done(self):
        planned = self.receipts[0].copy()
        planned.action_confirm()

        line = self.line(kind="receipt", picking_ids=[Command.set(planned.ids)])

        self.assertFalse(line._get_seed_lots())

    def test_delivery_is_no_receipt(self):
        self.receive({self.salt: 2})
        delivery = self.deliver({self.salt: 1})
        back = self.return_goods(delivery, {self.salt: 1})

        self.line(kind="receipt", picking_ids=[Command.set(back.ids)])
        with self.assertRaisesRegex(ValidationError, f"{delivery.name} took"):
            self.line(kind="receipt", picking_ids=[Command.set(delivery.ids)])

    def test_receipt_in_several_steps(self):
        far = self.new_warehouse("FAR", reception_steps="three_steps")
        (fresh,) = self.lots(self.nut, "N4")
        dock = self.transfer(
            {fresh: 2, self.salt: 2},
            far.in_type_id,
            self.suppliers,
            far.wh_input_stock_loc_id,
            self.farm,
        )
        self.deliver({self.salt: 1}, warehouse=far)

        case = self.trace_scope(
            {"kind": "receipt", "picking_ids": [Command.set(dock.ids)]}
        )

        self.assertTraced(case, {fresh: "exact", self.salt: "inferred"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.salt): (1, 0, "inferred")}
        )

    # ------------------------------------------------------------------
    # Directions
    # ------------------------------------------------------------------
    @needs("mrp")
    def test_lines_go_their_own_ways(self):
        paste = self._create_product("Paste")
        up, down, child = self.lots(paste, "P1", "P2", "P3")
        self.produce({up: 1}, {self.first: 1})
        self.produce({down: 1}, {self.second_lot: 1})
        self.produce({child: 1}, {down: 1})

        case = self.trace_scope(
            {
                "kind": "lot",
                "lot_ids": [Command.set(up.ids)],
                "direction": "backward",
            },
            {
                "kind": "lot",
                "lot_ids": [Command.set(down.ids)],
                "direction": "forward",
            },
        )

        self.assertEqual(
            {key: row.role for key, row in self.affected(case).items()},
            {up: "seed", self.first: "backward", down: "seed", child: "forward"},
        )
