"""Windows: what has no such date is named, never left out in silence."""

from odoo.fields import Command, Datetime

from .flows import needs
from .trace_common import TraceCommon


class TestScopeWindow(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.salt = cls._create_product("Salt", "none")
        cls.dated, cls.counted = cls.lots(cls.nut, "N1", "N2")
        cls.start = Datetime.now()
        cls.receive({cls.dated: 5})

    def line(self, product, window_on="receipt"):
        return {
            "kind": "product",
            "product_ids": [Command.set(product.ids)],
            "window_on": window_on,
            "date_from": self.start,
        }

    def test_name_says_which_window(self):
        case = self._create_case(
            self.line(self.nut),
            self.line(self.nut, "expiry"),
            {"kind": "product", "product_ids": [Command.set(self.nut.ids)]},
        )

        names = case.scope_ids.mapped("display_name")
        window = case.scope_ids[0]._get_detail_window()
        self.assertEqual(
            names,
            [
                f"Products: Nut · Received {window}",
                f"Products: Nut · Expires {window}",
                "Products: Nut",
            ],
        )

    def undated(self, case):
        return case.gap_ids.filtered(lambda gap: gap.kind == "no_date")

    def test_lot_that_was_counted_in(self):
        self.count({self.counted: 3})

        case = self.trace_scope(self.line(self.nut))

        self.assertEqual(self.evidence(case), {self.dated: "exact"})
        gap = self.undated(case)
        self.assertEqual(gap.candidate_lot_id, self.counted)
        self.assertEqual(gap.reference, self.nut.display_name)
        self.assertIn("N2", gap.note)

    def test_many_lots_are_one_gap(self):
        lots = self.lots(self.nut, *(f"C{number:02}" for number in range(30)))
        self.count(dict.fromkeys(lots, 1))

        gap = self.undated(self.trace_scope(self.line(self.nut)))

        self.assertIn("30 lots", gap.note)
        self.assertIn("C00", gap.note)
        self.assertNotIn("C29", gap.note)

    def test_lot_that_never_moved_has_nothing_to_recall(self):
        self.assertFalse(self.undated(self.trace_scope(self.line(self.nut))))

    def test_lot_outside_of_the_window_is_no_gap(self):
        self.wait()
        self.start = Datetime.now()
        (fresh,) = self.lots(self.nut, "N3")
        self.receive({fresh: 5})

        case = self.trace_scope(self.line(self.nut))

        self.assertEqual(self.evidence(case), {fresh: "exact"})
        self.assertFalse(case.gap_ids)

    def test_goods_without_a_lot_that_were_counted_in(self):
        self.receive({self.salt: 2})
        self.count({self.salt: 5})

        gap = self.undated(self.trace_scope(self.line(self.salt)))

        self.assertEqual((gap.reference, gap.quantity), (self.salt.display_name, 3))

    @needs("mrp")
    def test_lot_of_our_own_was_never_received(self):
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        self.produce({made: 1}, {self.dated: 1})

        case = self.trace_scope(self.line(paste | self.nut))

        self.assertFalse(self.undated(case))
        self.assertIn(made, self.affected(case))

    @needs("mrp")
    def test_window_of_production(self):
        self.count({self.counted: 3})
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        self.produce({made: 1}, {self.dated: 1})

        case = self.trace_scope(self.line(paste | self.nut, "production"))

        self.assertEqual(self.evidence(case), {made: "exact"})
        self.assertEqual(self.undated(case).candidate_lot_id, self.counted)

    def test_lot_without_an_expiry_date(self):
        self.nut.write({"use_expiration_date": True, "expiration_time": 10})
        self.dated.expiration_date = self.start
        self.count({self.counted: 3})
        self.counted.expiration_date = False

        case = self.trace_scope(self.line(self.nut, "expiry"))

        self.assertEqual(self.evidence(case), {self.dated: "exact"})
        self.assertEqual(self.undated(case).candidate_lot_id, self.counted)

    def test_goods_without_a_lot_have_no_expiry_date(self):
        self.dated.expiration_date = self.start
        self.receive({self.salt: 5})

        case = self.trace_scope(self.line(self.nut | self.salt, "expiry"))

        gap = self.undated(case)
        self.assertEqual((gap.reference, gap.quantity), (self.salt.display_name, 5))

    def test_window_goes_by_either_date_of_a_move(self):
        """Somebody may have rewritten one of them."""
        line = self.env["stock.move.line"].search([("lot_id", "=", self.dated.id)])
        self.wait()
        line.date = Datetime.now()
        self.start = Datetime.now()

        case = self.trace_scope(self.line(self.nut))

        self.assertEqual(self.evidence(case), {self.dated: "exact"})

    def test_no_window_leaves_nothing_out(self):
        self.count({self.counted: 3})

        case = self.trace_scope(
            {"kind": "product", "product_ids": [Command.set(self.nut.ids)]}
        )

        self.assertFalse(self.undated(case))
        self.assertIn(self.counted, self.affected(case))

    def test_a_trace_again_finds_the_same_gap(self):
        self.count({self.counted: 3})
        case = self.trace_scope(self.line(self.nut))
        gap = self.undated(case)

        case.action_trace()

        self.assertEqual(self.undated(case), gap)
