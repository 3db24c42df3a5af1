"""What manufacturing orders, or a work centre in a window, made."""

from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Datetime

from .flows import needs
from .test_scope_neighbour import bake
from .trace_common import TraceCommon

SECOND = timedelta(seconds=1)


class TestScopeWithoutManufacturing(TraceCommon):
    def test_message(self):
        if "mrp.production" in self.env:
            self.skipTest("manufacturing is installed")
        with self.assertRaisesRegex(ValidationError, "Manufacturing is not installed"):
            self._create_case({"kind": "production", "production_ref": "MO/1"})


@needs("mrp")
class TestScopeProduction(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bar = cls._create_product("Bar")
        (cls.sack,) = cls.lots(cls.nut, "N1")
        cls.receive({cls.sack: 100})
        cls.bars = cls.lots(cls.bar, "B1", "B2", "B3")

    def line(self, **vals):
        return self._create_case({"kind": "production", **vals}).scope_ids

    def found(self, **vals):
        return self.line(**vals)._get_seed_lots()

    def make(self, lot, workcenter=None):
        orders = {"workorder_ids": bake(self.bar, workcenter)} if workcenter else {}
        return self.produce({lot: 1}, {self.sack: 1}, **orders)

    def test_orders_by_reference(self):
        orders = [self.make(lot) for lot in self.bars]

        self.assertEqual(self.found(production_ref=orders[1].name), self.bars[1])
        names = f" {orders[0].name}, {orders[2].name} "
        self.assertEqual(self.found(production_ref=names), self.bars[0] | self.bars[2])

    def test_capitals_and_small_letters_make_no_difference(self):
        orders = [self.make(lot) for lot in self.bars]

        name = orders[1].name
        self.assertEqual(self.found(production_ref=name.upper()), self.bars[1])
        self.assertEqual(self.found(production_ref=name.lower()), self.bars[1])

    def test_parts_of_a_split_order(self):
        order = self.order_production(self.bar, 2, {self.sack: 2})
        name = order.name
        rest = self.finish_production(order, {self.bars[0]: 1}, {self.sack: 1})
        self.finish_production(rest, {self.bars[1]: 1}, {self.sack: 1})

        self.assertEqual(self.found(production_ref=name), self.bars[0] | self.bars[1])
        self.assertEqual(self.found(production_ref=rest.name), self.bars[1])

    def test_what_went_in(self):
        order = self.make(self.bars[0])
        scope = {
            "kind": "production",
            "production_ref": order.name,
            "direction": "backward",
        }
        case = self.trace_scope(scope)

        self.assertTraced(case, {self.bars[0]: "exact", self.sack: "exact"})
        self.assertEqual(self.affected(case)[self.sack].role, "backward")

    def test_by_product_and_goods_without_a_lot(self):
        crumb = self._create_product("Crumb", "none")
        order = self.produce({self.bars[0]: 1}, {self.sack: 1}, {crumb: 1})
        lots, lines = self.line(production_ref=order.name)._get_seeds()

        self.assertEqual(lots, self.bars[0])
        self.assertEqual(lines.product_id, crumb)

    def test_window(self):
        self.make(self.bars[0])
        made = Datetime.now()
        self.make(self.bars[1])

        self.assertEqual(self.found(date_from=made, date_to=made), self.bars[0])
        self.assertEqual(self.found(date_from=made + SECOND), self.bars[1])
        self.assertFalse(self.found(date_to=made - SECOND))

    def test_lot_that_was_added_to_an_order_afterwards(self):
        move = self.make(self.bars[0]).move_finished_ids
        made = Datetime.now()
        self.wait(days=2)
        move.move_line_ids.copy(
            {
                "lot_id": self.bars[1].id,
                "move_id": move.id,
                "quantity": 1,
                "date": Datetime.now(),
            }
        )

        found = self.found(date_from=made, date_to=made)
        self.assertEqual(found, self.bars[0] | self.bars[1])

    def test_work_centre_and_window(self):
        oven, kiln = self.env["mrp.workcenter"].create(
            [{"name": "Oven", "code": "O-1"}, {"name": "Kiln"}]
        )
        first = self.make(self.bars[0], oven)
        self.make(self.bars[1], kiln)
        last = self.make(self.bars[2], oven)
        ends = [order.workorder_ids.date_finished for order in (first, last)]

        self.assertEqual(self.found(workcenter_ref="oven"), self.bars[0] | self.bars[2])
        self.assertEqual(
            self.found(workcenter_ref="O-1", date_from=ends[0] + SECOND), self.bars[2]
        )
        self.assertEqual(
            self.found(workcenter_ref="Oven", date_to=ends[0]), self.bars[0]
        )

    def test_work_that_spans_the_window(self):
        """The oven failed while the work order ran, and the order was closed later."""
        oven = self.env["mrp.workcenter"].create({"name": "Oven"})
        order = self.order_production(
            self.bar, 1, {self.sack: 1}, workorder_ids=bake(self.bar, oven)
        )
        order.workorder_ids.button_start()
        start = Datetime.now()
        self.wait(hours=6)
        order.workorder_ids.button_finish()
        self.wait(hours=6)
        self.finish_production(order, {self.bars[0]: 1}, {self.sack: 1})
        hour = timedelta(hours=1)

        def found(begin, end):
            window = {"date_from": start + begin * hour, "date_to": start + end * hour}
            return self.found(workcenter_ref="Oven", **window)

        self.assertEqual(found(2, 3), self.bars[0])
        self.assertEqual(found(6, 9), self.bars[0], "edges included")
        self.assertFalse(found(7, 9))

    def test_blanks_are_no_work_centre(self):
        for blanks in (" ", " \t"):
            with self.assertRaisesRegex(ValidationError, "Name the manufacturing"):
                self.line(workcenter_ref=blanks)
        line = self.line(workcenter_ref=" ", date_from=Datetime.now())
        self.assertFalse(line._get_workcenter_name())
        with self.assertRaisesRegex(ValidationError, "Name the manufacturing"):
            line.date_from = False

    def test_names_that_are_not_there(self):
        with self.assertRaisesRegex(ValidationError, "No manufacturing order MO/NONE"):
            self.line(production_ref="MO/NONE")
        with self.assertRaisesRegex(ValidationError, "No work centre"):
            self.line(workcenter_ref="Nowhere")
        with self.assertRaisesRegex(ValidationError, "Name the manufacturing orders"):
            self.line(production_ref=" , ")

    def test_order_of_another_company(self):
        other = self._create_lot(self.bar, "B9")
        sack = self._create_lot(self.nut, "N9")
        self.receive({sack: 1}, warehouse=self.other_warehouse)
        order = self.produce({other: 1}, {sack: 1}, warehouse=self.other_warehouse)
        order.name = "OTHER/1"
        with self.assertRaisesRegex(ValidationError, "No manufacturing order"):
            self.line(production_ref=order.name)

    def test_team_without_a_manufacturing_role(self):
        order = self.make(self.bars[0])
        cases = self.env["recall.case"].with_user(self.team)
        case = cases.create({"title": "Bars", "company_ids": self.company.ids})
        scope = {"kind": "production", "production_ref": order.name}
        self.env["recall.scope"].with_user(self.team).create(
            {"case_id": case.id, **scope}
        )
        case.action_trace()

        self.assertEqual(case.affected_ids.lot_id, self.bars[0])

    def test_queries_do_not_grow(self):
        counts = []
        box = self._create_product("Box", "serial")
        for number in (2, 2, 20):
            lots = self.lots(box, *(f"{len(counts)}/{n}" for n in range(number)))
            order = self.produce(dict.fromkeys(lots, 1), {self.sack: number})
            case = self._create_case(
                {"kind": "production", "production_ref": order.name}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            case.action_trace()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)

        self.assertEqual(counts[1], counts[2])
