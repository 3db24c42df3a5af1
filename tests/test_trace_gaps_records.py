"""Gaps: goods that were used up, made or counted without a word about the rest."""

from odoo.fields import Command

from .flows import needs
from .trace_common import TraceCommon


class TestTraceGapsRecords(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")
        cls.receive({cls.bad: 20, cls.good: 20})

    # ------------------------------------------------------------------
    # No record of what it went into
    # ------------------------------------------------------------------
    def test_used_up_without_a_lot_and_without_a_product(self):
        production = self.production_location()
        salt = self._create_product("Salt", "none")
        receipt = self.receive({salt: 5})
        self.transfer({salt: 3}, self.warehouse.int_type_id, self.stock, production)

        case = self.trace_scope(
            {"kind": "receipt", "picking_ids": [Command.set(receipt.ids)]}
        )

        gap = self.gap(case, "no_lot_recorded")
        self.assertEqual((self.key(gap), gap.quantity), (salt, 3))

    @needs("mrp")
    def test_used_up_before_it_came_to_be_suspect_is_no_gap(self):
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        production = self.production_location()
        self.produce({made: 5}, {self.good: 5})
        self.transfer({made: 3}, self.warehouse.int_type_id, self.stock, production)
        self.produce({made: 5}, {self.bad: 5})

        self.assertFalse(self.trace(self.bad).gap_ids)

    @needs("mrp")
    def test_product_made_before_it_came_to_be_suspect_is_no_gap(self):
        """It went into something, which is none of the case's business."""
        paste, jar = self._create_product("Paste"), self._create_product("Jar")
        (made,), (old,) = self.lots(paste, "P1"), self.lots(jar, "J1")
        self.produce({made: 5}, {self.good: 5})
        self.produce({old: 5}, {made: 5})
        self.produce({made: 5}, {self.bad: 5})

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", made: "exact"})
        self.assertFalse(case.gap_ids)

    # ------------------------------------------------------------------
    # No record of what it was made from
    # ------------------------------------------------------------------
    @needs("mrp")
    def test_made_from_nothing(self):
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        order = self.produce({made: 5}, {})

        case = self.trace(made, direction="backward")

        gap = self.gap(case, "no_lot_recorded")
        self.assertEqual((gap.lot_id, gap.quantity), (made, 5))
        self.assertEqual(gap.reference, order.name)
        self.assertFalse(self.trace(made).gap_ids, "not asked for")

    @needs("mrp")
    def test_source_made_from_nothing_without_a_lot(self):
        paste = self._create_product("Paste", "none")
        jar = self._create_product("Jar")
        (filled,) = self.lots(jar, "J1")
        self.produce({paste: 5}, {})
        self.produce({filled: 5}, {paste: 5})

        case = self.trace(filled, direction="backward")

        self.assertEqual(
            self.gaps(case), [("no_lot_recorded", paste), ("untracked", paste)]
        )

    @needs("mrp")
    def test_made_again_from_nothing_after_it_was_used(self):
        paste, jar = self._create_product("Paste"), self._create_product("Jar")
        (made,), (filled,) = self.lots(paste, "P1"), self.lots(jar, "J1")
        self.produce({made: 5}, {self.good: 5})
        self.produce({filled: 5}, {made: 5})
        self.produce({made: 5}, {})

        self.assertFalse(self.trace(filled, direction="backward").gap_ids)

    @needs("mrp")
    def test_made_from_something(self):
        paste = self._create_product("Paste")
        (made,) = self.lots(paste, "P1")
        order = self.produce({made: 5}, {self.good: 5})
        self.unbuild({made: 1}, order)

        self.assertFalse(self.trace(made, self.good, direction="both").gap_ids)

    # ------------------------------------------------------------------
    # Counted out, and much later in
    # ------------------------------------------------------------------
    def candidates(self, case):
        return self.gap(case, "adjusted").candidate_lot_id

    def test_counted_in_much_later_is_a_candidate(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        self.count({self.bad: 15})
        self.wait(days=30)
        self.count({new: 5})

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact"})
        self.assertEqual(self.candidates(case), new)

    def test_counted_in_in_another_quantity_is_none(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        self.count({self.bad: 15})
        self.wait(days=30)
        self.count({new: 4})

        self.assertFalse(self.candidates(self.trace(self.bad)))

    def test_counted_in_elsewhere_is_none(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        away = self.new_warehouse("AWAY")
        self.count({self.bad: 15})
        self.wait(days=30)
        self.count({new: 5}, away.lot_stock_id)

        self.assertFalse(self.candidates(self.trace(self.bad)))

    def test_counted_in_on_another_shelf_is_a_candidate(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.count({self.bad: 15})
        self.wait(days=30)
        self.count({new: 5}, shelf)

        self.assertEqual(self.candidates(self.trace(self.bad)), new)

    def test_counted_in_much_earlier_is_none(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        self.count({new: 5})
        self.wait(days=30)
        self.count({self.bad: 15})

        self.assertFalse(self.candidates(self.trace(self.bad)))

    def test_nearest_of_several_candidates(self):
        first, second = self.lots(self.nut, "A", "B")
        self.count({self.bad: 15})
        self.wait(days=30)
        self.count({first: 5})
        self.wait(days=30)
        self.count({second: 5})

        case = self.trace(self.bad)

        self.assertEqual(self.candidates(case), first)
        self.assertIn("2 lots", self.gap(case, "adjusted").note)

    def test_counted_out_much_earlier_is_a_candidate_source(self):
        (new,) = self.lots(self.nut, "N1-NEW")
        self.count({self.bad: 15})
        self.wait(days=30)
        self.count({new: 5})

        case = self.trace(new, direction="backward")

        self.assertTraced(case, {new: "exact"})
        self.assertEqual(self.candidates(case), self.bad)

    def production_location(self):
        location = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)],
            limit=1,
        )
        self.assertTrue(location)
        return location
