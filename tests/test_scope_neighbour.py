"""Lots next to each other in a place or at a work centre."""

from odoo.exceptions import ValidationError
from odoo.fields import Command

from .flows import needs
from .trace_common import TraceCommon


class TestScopeNeighbour(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")

    def found(self, lot, **vals):
        scope = {"kind": "neighbour", "lot_ids": [Command.set(lot.ids)], **vals}
        return self._create_case(scope).scope_ids._get_seed_lots()

    def test_before_and_after_by_date(self):
        # created in another order than they come
        lots = self.lots(self.nut, "N5", "N4", "N3", "N2", "N1")[::-1]
        for lot in lots:
            self.receive({lot: 1})

        self.assertEqual(self.found(lots[2], neighbour_count=1), sum_of(lots[1:4]))
        self.assertEqual(self.found(lots[2], neighbour_count=2), sum_of(lots))
        self.assertEqual(self.found(lots[0], neighbour_count=1), sum_of(lots[:2]))

    def test_one_receipt_in_the_order_of_its_lines(self):
        lots = self.lots(self.nut, "N1", "N2", "N3", "N4")
        self.receive(dict.fromkeys(lots, 1))

        self.assertEqual(self.found(lots[1], neighbour_count=1), sum_of(lots[:3]))

    def test_another_product_is_no_neighbour(self):
        other = self._create_product("Flour")
        first, last = self.lots(self.nut, "N1", "N2")
        self.receive({first: 1})
        self.receive({self.lots(other, "F1")[0]: 1})
        self.receive({last: 1})

        self.assertEqual(self.found(first, neighbour_count=1), first | last)

    def test_another_place_has_its_own_order(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        lots = self.lots(self.nut, "N1", "N2", "N3", "N4")
        for lot in lots:
            self.receive({lot: 1})
        self.move({lots[3]: 1}, shelf)
        self.move({lots[0]: 1}, shelf)

        found = self.found(lots[0], neighbour_count=1)

        self.assertEqual(found, lots[0] | lots[1] | lots[3])

    def test_another_company_is_left_out(self):
        lots = self.lots(self.nut, "N1", "N2")
        self.receive({lots[0]: 1})
        self.receive({lots[1]: 1}, warehouse=self.other_warehouse)

        self.assertEqual(self.found(lots[0], neighbour_count=1), lots[0])

    def test_numbers_that_make_no_sense(self):
        (lot,) = self.lots(self.nut, "N1")
        for count in (0, -1, 10**6):
            with self.assertRaisesRegex(ValidationError, "from 1 to"):
                self.found(lot, neighbour_count=count)
        with self.assertRaisesRegex(ValidationError, "Choose the lots"):
            self.found(lot.browse())

    def test_traced_with_what_they_went_to(self):
        lots = self.lots(self.nut, "N1", "N2", "N3")
        for lot in lots:
            self.receive({lot: 1})
        self.deliver({lots[1]: 1})
        case = self.trace_scope(
            {
                "kind": "neighbour",
                "lot_ids": [Command.set(lots[0].ids)],
                "neighbour_count": 1,
            }
        )

        self.assertTraced(case, {lots[0]: "exact", lots[1]: "exact"})
        self.assertIn((self.consignee, lots[1]), self.exposures(case))

    @needs("mrp")
    def test_at_a_work_centre(self):
        ovens = self.env["mrp.workcenter"].create([{"name": "Oven"}, {"name": "Kiln"}])
        bar = self._create_product("Bar")
        lots = self.lots(bar, "B1", "B2", "B3")
        (nut,) = self.lots(self.nut, "N1")
        self.receive({nut: 9})
        for lot, oven in zip(lots, (ovens[0], ovens[1], ovens[0]), strict=True):
            self.produce({lot: 1}, {nut: 1}, workorder_ids=bake(bar, oven))

        found = self.found(lots[0], neighbour_count=1, neighbour_in="workcenter")
        self.assertEqual(found, lots[0] | lots[2])
        self.assertEqual(self.found(lots[0], neighbour_count=1), lots[0] | lots[1])

    def test_work_centre_without_manufacturing(self):
        if "mrp.production" in self.env:
            self.skipTest("manufacturing is installed")
        (lot,) = self.lots(self.nut, "N1")
        with self.assertRaisesRegex(ValidationError, "Manufacturing is not installed"):
            self.found(lot, neighbour_in="workcenter")


def sum_of(lots):
    return lots[0].concat(*lots[1:])


def bake(product, workcenter):
    """Commands for one work order."""
    return [
        Command.create(
            {
                "name": "Bake",
                "workcenter_id": workcenter.id,
                "product_uom_id": product.uom_id.id,
            }
        )
    ]
