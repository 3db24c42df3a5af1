"""What is affected: through productions, unbuilds and goods without a lot."""

from .flows import needs
from .trace_common import TraceCommon


@needs("mrp")
class TestTraceGenealogy(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.paste = cls._create_product("Paste")
        cls.spread = cls._create_product("Spread")
        cls.cookie = cls._create_product("Cookie", "none")
        cls.gift = cls._create_product("Gift", "serial")
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")
        cls.receive({cls.bad: 20, cls.good: 20})

    # ------------------------------------------------------------------
    # Lots
    # ------------------------------------------------------------------
    def test_over_several_steps(self):
        paste, spread, clean = (
            *self.lots(self.paste, "P1"),
            *self.lots(self.spread, "S1", "S2"),
        )
        other = self._create_lot(self.paste, "P2")
        self.produce({paste: 5}, {self.bad: 5})
        self.produce({other: 5}, {self.good: 5})
        self.produce({spread: 4}, {paste: 4})
        self.produce({clean: 4}, {other: 4})
        self.deliver({spread: 3})
        self.deliver({clean: 3}, self.second)

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", paste: "exact", spread: "exact"})
        self.assertEqual(
            {key: row.depth for key, row in self.affected(case).items()},
            {self.bad: 0, paste: 1, spread: 2},
        )
        self.assertEqual(
            self.exposures(case), {(self.consignee, spread): (3, 0, "exact")}
        )
        self.assertFalse(self.gaps(case))

    def test_backward(self):
        salt = self._create_product("Salt")
        (grain,) = self.lots(salt, "SA1")
        miner = self._create_partner("Salt Mine")
        self.receive({grain: 5}, miner)
        paste, spread = (
            self._create_lot(self.paste, "P1"),
            self._create_lot(self.spread, "S1"),
        )
        self.produce({paste: 5}, {self.bad: 3, self.good: 2})
        self.produce({spread: 4}, {paste: 4, grain: 1})

        case = self.trace(spread, direction="backward")

        self.assertTraced(
            case, dict.fromkeys([spread, paste, grain, self.bad, self.good], "exact")
        )
        self.assertEqual(
            {key: row.depth for key, row in self.affected(case).items()},
            {spread: 0, paste: -1, grain: -1, self.bad: -2, self.good: -2},
        )
        self.assertEqual(
            self.sources(case),
            {
                (self.vendor, self.bad): 20,
                (self.vendor, self.good): 20,
                (miner, grain): 5,
            },
        )
        self.assertFalse(self.exposures(case))

    def test_both_goes_up_and_down_again(self):
        paste, sibling = self.lots(self.paste, "P1", "P2")
        self.produce({paste: 5}, {self.bad: 5})
        self.produce({sibling: 5}, {self.bad: 5})
        self.deliver({sibling: 2}, self.second)

        case = self.trace(paste, direction="both")

        roles = {key: row.role for key, row in self.affected(case).items()}
        self.assertEqual(
            roles, {paste: "seed", self.bad: "backward", sibling: "forward"}
        )
        self.assertEqual(
            self.exposures(case), {(self.second, sibling): (2, 0, "exact")}
        )
        self.assertBalanced(case)

    def test_many_serials_of_one_order(self):
        """T2: which serial holds which component is known at order level only."""
        chip = self._create_product("Chip", "serial")
        chips = self.lots(chip, "C1", "C2", "C3")
        gifts = self.lots(self.gift, "G1", "G2", "G3")
        self.receive(dict.fromkeys(chips, 1))
        self.produce(dict.fromkeys(gifts, 1), dict.fromkeys(chips, 1))
        self.deliver({gifts[0]: 1})

        case = self.trace(chips[1])

        self.assertTraced(case, {chips[1]: "exact", **dict.fromkeys(gifts, "order")})
        self.assertEqual(
            self.exposures(case), {(self.consignee, gifts[0]): (1, 0, "order")}
        )

    def test_order_evidence_goes_on(self):
        gifts = self.lots(self.gift, "G1", "G2")
        (paste,) = self.lots(self.paste, "P1")
        self.produce(dict.fromkeys(gifts, 1), {self.bad: 2})
        self.produce({paste: 1}, {gifts[0]: 1})

        case = self.trace(self.bad)

        self.assertEqual(self.evidence(case)[paste], "order")

    def test_better_evidence_wins(self):
        gifts = self.lots(self.gift, "G1", "G2")
        (paste,) = self.lots(self.paste, "P1")
        self.produce(dict.fromkeys(gifts, 1), {self.bad: 2})
        self.produce({paste: 1}, {gifts[0]: 1, self.bad: 1})

        case = self.trace(self.bad)

        self.assertEqual(self.evidence(case)[paste], "exact")

    def test_byproduct(self):
        oil = self._create_product("Oil")
        (paste,), (drop,) = self.lots(self.paste, "P1"), self.lots(oil, "O1")
        self.produce({paste: 5}, {self.bad: 6}, {drop: 1})
        self.deliver({drop: 1})

        case = self.trace(self.bad)

        self.assertTraced(case, dict.fromkeys([self.bad, paste, drop], "exact"))
        self.assertEqual(
            self.exposures(case), {(self.consignee, drop): (1, 0, "exact")}
        )

    def test_backorder_keeps_its_own_components(self):
        first, second = self.lots(self.paste, "P1", "P2")
        order = self.order_production(self.paste, 5, {self.bad: 5})
        rest = self.finish_production(order, {first: 3}, {self.bad: 3})
        self.finish_production(rest, {second: 2}, {self.good: 2})

        self.assertTraced(self.trace(self.bad), {self.bad: "exact", first: "exact"})
        self.assertTraced(self.trace(self.good), {self.good: "exact", second: "exact"})

    def test_split_order(self):
        first, second = self.lots(self.paste, "P1", "P2")
        order = self.order_production(self.paste, 4, {self.bad: 4})
        parts = order._split_productions({order: [1, 3]})
        self.finish_production(parts[0], {first: 1}, {self.bad: 1})
        self.finish_production(parts[1], {second: 3}, {self.good: 3})

        self.assertTraced(self.trace(self.bad), {self.bad: "exact", first: "exact"})

    def test_component_added_after_done(self):
        (paste,) = self.lots(self.paste, "P1")
        order = self.produce({paste: 5}, {self.good: 5})
        self.wait()
        move = order.move_raw_ids
        move.move_line_ids = [(0, 0, self._line_vals(move, self.bad, 2, {}))]

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", paste: "exact"})

    def test_finished_lot_added_after_done(self):
        """Odoo links no finished lot that is added to an order once it is done."""
        first, second = self.lots(self.paste, "P1", "P2")
        order = self.produce({first: 5}, {self.bad: 5})
        self.wait()
        move = order.move_finished_ids
        move.move_line_ids = [(0, 0, self._line_vals(move, second, 2, {}))]
        self.assertFalse(
            move.move_line_ids.filtered(
                lambda line: line.lot_id == second
            ).consume_line_ids
        )

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", first: "order", second: "order"})

    def test_scrapped_in_production(self):
        (paste,) = self.lots(self.paste, "P1")
        order = self.order_production(self.paste, 5, {self.bad: 5})
        self.scrap({self.bad: 2}, production_id=order.id)
        self.finish_production(order, {paste: 5}, {self.bad: 5})

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", paste: "exact"})
        self.assertEqual(
            self.quantities(case, self.bad),
            {"in": 20, "on_hand": 13, "consumed": 5, "scrapped": 2},
        )

    def test_scrapped_finished_goods_of_a_production(self):
        (paste,) = self.lots(self.paste, "P1")
        order = self.produce({paste: 5}, {self.bad: 5})
        self.scrap({paste: 2}, production_id=order.id)

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", paste: "exact"})
        self.assertEqual(
            self.quantities(case, paste), {"in": 5, "on_hand": 3, "scrapped": 2}
        )

    def test_rework_into_itself(self):
        """A cycle: a lot is its own component."""
        (paste,) = self.lots(self.paste, "P1")
        self.produce({paste: 5}, {self.bad: 5})
        self.produce({paste: 3}, {paste: 4})

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", paste: "exact"})
        self.assertEqual(
            self.quantities(case, paste), {"in": 8, "on_hand": 4, "consumed": 4}
        )
        self.assertTraced(
            self.trace(paste, direction="both"),
            {self.bad: "exact", paste: "exact"},
        )

    def test_cycle_of_two(self):
        (paste,), (spread,) = self.lots(self.paste, "P1"), self.lots(self.spread, "S1")
        self.produce({paste: 5}, {self.bad: 5})
        self.produce({spread: 5}, {paste: 3})
        self.produce({paste: 2}, {spread: 2})

        for lot in (self.bad, paste, spread):
            case = self.trace(lot, direction="both")
            self.assertTraced(case, dict.fromkeys([self.bad, paste, spread], "exact"))

    # ------------------------------------------------------------------
    # Time
    # ------------------------------------------------------------------
    def test_made_before_the_lot_was_bad(self):
        """What left a lot before bad goods came into it does not contain them."""
        paste = self._create_lot(self.paste, "P1")
        early, late = self.lots(self.spread, "S1", "S2")
        self.produce({paste: 5}, {self.good: 5})
        self.produce({early: 2}, {paste: 2})
        self.deliver({paste: 1}, self.second)
        self.produce({paste: 5}, {self.bad: 5})
        self.produce({late: 2}, {paste: 2})
        self.deliver({paste: 1})

        case = self.trace(self.bad)

        self.assertTraced(case, dict.fromkeys([self.bad, paste, late], "exact"))
        self.assertEqual(
            self.exposures(case), {(self.consignee, paste): (1, 0, "exact")}
        )

    def test_recorded_late(self):
        """Goods used before their production was recorded: the stock was negative."""
        (paste,), (spread,) = self.lots(self.paste, "P1"), self.lots(self.spread, "S1")
        self.produce({spread: 2}, {paste: 2})
        self.deliver({paste: 1})
        self.produce({paste: 5}, {self.bad: 5})

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact", paste: "exact", spread: "inferred"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, paste): (1, 0, "inferred")}
        )

    # ------------------------------------------------------------------
    # Unbuild
    # ------------------------------------------------------------------
    def test_recovered_by_an_unbuild(self):
        """T3: the component lot is affected from its recovery on."""
        paste, later = self.lots(self.paste, "P1", "P2")
        before, after = self.lots(self.spread, "S1", "S2")
        order = self.produce({paste: 5}, {self.good: 5})
        self.produce({later: 2}, {self.good: 2})
        self.unbuild({paste: 2}, order)
        self.produce({after: 1}, {self.good: 1})
        self.deliver({after: 1})
        self.deliver({self.good: 1}, self.second)

        case = self.trace(paste)

        self.assertTraced(case, dict.fromkeys([paste, self.good, after], "exact"))
        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, after): (1, 0, "exact"),
                (self.second, self.good): (1, 0, "exact"),
            },
        )
        self.assertEqual(
            self.links(case),
            {
                (paste, self.good): ("unbuild", "exact"),
                (self.good, after): ("production", "exact"),
            },
        )
        self.assertFalse(before.id in case.affected_ids.lot_id.ids)

    def test_unbuild_with_a_byproduct(self):
        oil = self._create_product("Oil")
        (paste,), (drop,) = self.lots(self.paste, "P1"), self.lots(oil, "O1")
        order = self.produce({paste: 4}, {self.good: 4}, {drop: 4})
        self.unbuild({paste: 2}, order)

        case = self.trace(paste)

        self.assertTraced(case, {paste: "exact", self.good: "exact"})

    def test_unbuild_backward(self):
        """What a recovered lot may contain comes from what was taken apart."""
        paste = self._create_lot(self.paste, "P1")
        spread = self._create_lot(self.spread, "S1")
        salt = self._create_lot(self._create_product("Salt"), "SA1")
        self.receive({salt: 2})
        order = self.produce({paste: 4}, {self.good: 4, salt: 1})
        self.unbuild({paste: 4}, order)
        self.produce({spread: 1}, {self.good: 1})

        case = self.trace(spread, direction="backward")

        self.assertTraced(
            case, dict.fromkeys([spread, self.good, paste, salt], "exact")
        )
