"""Open orders that would take affected goods: each with every lot it may take."""

from unittest.mock import patch

from odoo.tools import mute_logger

from .trace_common import TraceCommon


class TestTracePlanned(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.out_type_id.reservation_method = "manual"
        cls.nut = cls._create_product("Nut")
        cls.old, cls.new = cls.lots(cls.nut, "N1", "N2")

    def planned(self, case):
        """{(document, lot or product): quantity} of the rows that count."""
        rows = case.pending_ids.filtered(
            lambda row: row.stage == "planned" and row.affected_id.in_scope
        )
        found = {(row.document, self.key(row)): row.quantity for row in rows}
        self.assertEqual(len(found), len(rows), "one row a document and lot")
        return found

    def exclude(self, case, key):
        self.affected(case)[key].write(
            {"in_scope": False, "exclusion_reason": "Tested, clean"}
        )

    def test_every_lot_that_it_may_take(self):
        """As much of each as lies there, and as the order needs."""
        self.receive({self.old: 3, self.new: 10})
        name = self.order({self.nut: 5}).picking_ids.name

        case = self.trace(self.old, self.new)

        self.assertEqual(self.planned(case), {(name, self.old): 3, (name, self.new): 5})

    def test_excluding_a_lot_leaves_the_document_under_the_others(self):
        self.receive({self.old: 3, self.new: 10})
        name = self.order({self.nut: 5}).picking_ids.name
        case = self.trace(self.old, self.new)

        self.exclude(case, self.old)

        self.assertEqual(self.planned(case), {(name, self.new): 5})

    def test_what_is_reserved_by_others_is_not_taken(self):
        self.receive({self.old: 6})
        self.order({self.nut: 4}).picking_ids.action_assign()
        name = self.order({self.nut: 5}).picking_ids.name

        self.assertEqual(self.planned(self.trace(self.old)), {(name, self.old): 2})

    def test_what_is_on_hold_no_order_can_take(self):
        self.receive({self.old: 3, self.new: 10})
        name = self.order({self.nut: 5}).picking_ids.name
        self.env["recall.hold"]._place(self.old, "Foreign matter")

        self.assertEqual(
            self.planned(self.trace(self.old, self.new)), {(name, self.new): 5}
        )

    def test_what_the_order_has_reserved_it_needs_no_more(self):
        self.receive({self.old: 3})
        picking = self.order({self.nut: 5}).picking_ids
        picking.action_assign()
        self.receive({self.new: 10})

        case = self.trace(self.old, self.new)

        self.assertEqual(self.planned(case), {(picking.name, self.new): 2})

    def test_shelves_of_one_lot_count_together(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        self.receive({self.old: 6})
        self.move({self.old: 2}, shelf)
        name = self.order({self.nut: 5}).picking_ids.name

        self.assertEqual(self.planned(self.trace(self.old)), {(name, self.old): 5})

    def test_goods_without_a_lot_beside_a_lot(self):
        self.receive({self.old: 3})
        self.count({self.old: 1, self.nut: 2})
        name = self.order({self.nut: 5}).picking_ids.name

        case = self.trace(self.old)

        self.assertEqual(self.planned(case), {(name, self.old): 1, (name, self.nut): 2})

    def test_as_many_lots_as_people_read(self):
        """Excluding those that are listed brings the next."""
        self.receive({self.old: 2})
        self.receive({self.new: 2})
        name = self.order({self.nut: 1}).picking_ids.name
        self.startPatcher(
            patch("odoo.addons.stock_recall.models.recall_trace_planned.LISTED_LOTS", 1)
        )
        case = self.trace(self.old, self.new)
        self.assertEqual(self.planned(case), {(name, self.old): 1})
        self.assertEqual(case.pending_ids.lot_count, 2)
        self.exclude(case, self.old)

        case.action_trace()

        self.assertEqual(self.planned(case), {(name, self.new): 1})

    def test_rows_stay_the_same_over_traces(self):
        self.receive({self.old: 3, self.new: 10})
        self.order({self.nut: 5})
        case = self.trace(self.old, self.new)
        ids = set(case.pending_ids.ids)
        self.assertEqual(len(ids), 2)

        case.action_trace()

        self.assertEqual(set(case.pending_ids.ids), ids)
        self.assertFalse(any(case.pending_ids.mapped("is_new")))

    # ------------------------------------------------------------------
    # The figure of the case
    # ------------------------------------------------------------------
    def test_figure_counts_what_an_order_needs_once(self):
        self.receive({self.old: 3, self.new: 10})
        self.order({self.nut: 5})
        case = self.trace(self.old, self.new)
        self.assertEqual(case.pending_figure, "5 Units")

        self.exclude(case, self.new)

        self.assertEqual(case.pending_figure, "3 Units")

    def test_figure_counts_what_is_there_once(self):
        """Two orders want the same goods: they cannot both get them."""
        self.receive({self.old: 6})
        self.order({self.nut: 5})
        self.order({self.nut: 5}, self.second)

        case = self.trace(self.old)

        self.assertEqual(len(self.planned(case)), 2)
        self.assertEqual(case.pending_figure, "6 Units")

    def test_figure_adds_what_is_set_aside(self):
        self.receive({self.old: 6})
        self.order({self.nut: 4}).picking_ids.action_assign()
        self.order({self.nut: 5})

        self.assertEqual(self.trace(self.old).pending_figure, "6 Units")

    def test_figure_in_several_units(self):
        salt = self._create_product(
            "Salt", uom_id=self.env.ref("uom.product_uom_kgm").id
        )
        (grain,) = self.lots(salt, "S1")
        self.receive({self.old: 6, grain: 2})
        self.order({self.nut: 4, salt: 3})

        figure = self.trace(self.old, grain).pending_figure

        self.assertEqual(set(figure.split(" · ")), {"4 Units", "2 kg"})

    def test_no_total_where_a_sum_would_count_twice(self):
        self.receive({self.old: 3, self.new: 10})
        self.order({self.nut: 5})
        rows = self.trace(self.old, self.new).pending_ids

        def totals(groupby):
            domain = [("id", "in", rows.ids)]
            return dict(rows._read_group(domain, [groupby], ["quantity:sum"]))

        self.assertEqual(list(totals("document").values()), [False])
        self.assertEqual(
            {row.lot_id: total for row, total in totals("affected_id").items()},
            {self.old: 3, self.new: 5},
        )

    def test_order_deleted_after_the_trace(self):
        self.receive({self.old: 6})
        picking = self.order({self.nut: 4}).picking_ids
        case = self.trace(self.old)

        with mute_logger("odoo.models.unlink"):
            picking.unlink()

        self.assertFalse(case.pending_ids.move_id)
        self.assertEqual(case.pending_figure, "4 Units")
