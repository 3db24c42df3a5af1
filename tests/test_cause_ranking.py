"""Where the cause may be, through Odoo's own methods."""

from collections import defaultdict
from random import Random

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .flows import needs
from .test_scope_neighbour import bake, sum_of
from .trace_common import TraceCommon


class RankingCommon(TraceCommon):
    def rank(self, lots, user=None):
        lots = sum_of(lots)
        action = (self._as(user, lots) if user else lots).action_rank_causes()
        return (
            lots.with_user(user or self.env.user)
            .env[action["res_model"]]
            .browse(action["res_id"])
        )

    def kinds(self, ranking):
        """{kind: names} of the causes that are tied for the first place."""
        best = ranking.cause_ids[0].score
        found = {}
        for cause in ranking.cause_ids:
            if abs(cause.score - best) < 1e-6:
                found.setdefault(cause.kind, []).append(cause.name)
        return found


class TestRankingOfReceipts(RankingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.farm = cls._create_partner("Bad Farm")
        cls.good = cls.lots(cls.nut, *(f"G{number}" for number in range(20)))
        cls.bad = cls.lots(cls.nut, *(f"B{number}" for number in range(6)))
        for number in range(0, 20, 5):
            cls.receive(dict.fromkeys(cls.good[number : number + 5], 1))
            cls.wait(days=1)

    def test_vendor(self):
        for lots in (self.bad[:3], self.bad[3:]):
            self.receive(dict.fromkeys(lots, 1), self.farm)
            self.receive({self._create_lot(self.nut, f"M{lots[0].name}"): 1})
            self.wait(days=1)
        ranking = self.rank(self.bad)

        self.assertEqual(self.kinds(ranking), {"vendor": ["Bad Farm"]})
        cause = ranking.cause_ids[0]
        self.assertEqual((cause.explained_count, cause.reached_count), (6, 6))

    def test_receipt_is_tied_with_what_it_alone_is(self):
        receipt = self.receive(dict.fromkeys(self.bad, 1), self.farm)
        ranking = self.rank(self.bad)

        self.assertEqual(ranking.cause_ids[0].name, receipt.name, "the narrower first")
        self.assertEqual(set(self.kinds(ranking)), {"receipt", "vendor", "day"})
        self.assertIn("Tied with 2 others: same lots", ranking.cause_ids[0].remark)
        self.assertIn("tied", ranking.summary)

    def test_tied_are_told_by_whether_their_lots_are_the_same(self):
        self.receive(dict.fromkeys(self.bad[:3], 1), self.farm)
        self.wait(days=1)
        self.receive(dict.fromkeys(self.bad[3:], 1), self._create_partner("Barn"))
        ranking = self.rank(self.bad)

        first = ranking.cause_ids.filtered(lambda cause: cause.rank == 1)
        self.assertEqual(len(first), 6)
        self.assertEqual(ranking.cause_ids[6:].mapped("rank")[:1], [7])
        self.assertIn("Tied with 5 others.", first[0].remark)

    @needs("stock_dropshipping")
    def test_vendor_of_what_went_straight_to_customers(self):
        transfer = self.transfer(
            dict.fromkeys(self.bad, 1),
            self.env["stock.picking.type"].search(
                [("code", "=", "dropship"), ("company_id", "=", self.company.id)],
                limit=1,
            ),
            self.suppliers,
            self.consignee.property_stock_customer,
            self.farm,
        )

        self.assertEqual(self.use_vendor(self.bad).picking_ids, transfer)

    @needs("mrp_subcontracting")
    def test_vendor_that_made_it_for_us(self):
        bar = self._create_product("Bar")
        bars = self.lots(bar, "S1", "S2", "S3")
        nuts = dict.fromkeys(self.good[:3], 1)
        self.bom(
            bar,
            {self.nut: 1},
            type="subcontract",
            subcontractor_ids=[Command.set(self.farm.ids)],
        )
        self.move(nuts, self.company.subcontracting_location_id)
        for lot, nut in zip(bars, nuts, strict=True):
            self.subcontract(self.farm, {lot: 1}, {nut: 1})

        line = self.use_vendor(bars)
        self.assertEqual(line._get_seed_lots(), sum_of(bars), "the last one as well")

    @needs("purchase_stock")
    def test_vendor_whose_receipt_names_another(self):
        order = self.buy(dict.fromkeys(self.bad, 1), self.farm)
        order.picking_ids.partner_id = self._create_partner("Haulier")

        self.assertEqual(self.use_vendor(self.bad).picking_ids, order.picking_ids)

    def test_vendor_that_only_a_move_names(self):
        receipt = self.receive(dict.fromkeys(self.bad, 1), self.farm)
        receipt.move_ids.partner_id = self.farm
        receipt.move_ids.picking_id = False
        self.wait(days=1)

        self.assertEqual(self.use_vendor(self.bad)._get_seed_lots(), sum_of(self.bad))

    def use_vendor(self, lots):
        """The line of a new case by the vendor that these lots have in common."""
        causes = self.rank(lots).cause_ids
        cause = causes.filtered(
            lambda cause: cause.kind == "vendor" and cause.name == self.farm.name
        )
        return self._create_case(cause.scope_vals).scope_ids

    def test_place(self):
        shelf = self.env["stock.location"].create(
            {"name": "Wet Shelf", "location_id": self.stock.id}
        )
        self.move({lot: 1 for lot in self.good[::4]}, shelf)
        ranking = self.rank(self.good[::4])

        self.assertEqual(self.kinds(ranking), {"place": [shelf.display_name]})
        action = ranking.cause_ids[0].action_use()
        vals = action["context"]["default_scope_ids"][0][2]
        case = self._create_case(vals)
        self.assertEqual(case.scope_ids._get_seed_lots(), sum_of(self.good[::4]))

    def test_small_numbers_are_said(self):
        self.receive({self.bad[0]: 1}, self.farm)
        ranking = self.rank(self.bad[:1])

        self.assertIn("prove little", ranking.summary)
        self.assertIn("One complaint only", ranking.cause_ids[0].remark)

    def test_nothing_to_compare_with(self):
        flour = self._create_product("Flour")
        lots = self.lots(flour, "F1", "F2")
        self.receive(dict.fromkeys(lots, 1))

        self.assertIn("none to compare with", self.rank(lots).summary)

    def test_top_one_becomes_a_line_of_the_case(self):
        receipt = self.receive(dict.fromkeys(self.bad, 1), self.farm)
        case = self._create_lot_case(sum_of(self.bad))
        action = self._as(self.team, case).action_rank_causes()
        ranking = self._as(self.team, self.env[action["res_model"]])
        ranking.browse(action["res_id"]).cause_ids[0].action_use()

        line = case.scope_ids[-1]
        self.assertEqual((line.kind, line.picking_ids), ("receipt", receipt))
        again = case.action_rank_causes()
        again = self.env[again["res_model"]].browse(again["res_id"])
        self.assertEqual(again.lot_ids, sum_of(self.bad), "a cause is no complaint")

    def test_twice_is_one_line(self):
        self.receive(dict.fromkeys(self.bad, 1), self.farm)
        case = self._create_lot_case(sum_of(self.bad))
        for __ in range(2):
            action = case.action_rank_causes()
            ranking = self.env[action["res_model"]].browse(action["res_id"])
            ranking.cause_ids[0].action_use()
        self.assertEqual(case.scope_ids.mapped("kind"), ["lot", "receipt"])
        ranking.cause_ids[1].action_use()
        self.assertEqual(len(case.scope_ids), 3, "another one is another line")

    def test_place_of_a_case_is_no_complaint(self):
        self.receive(dict.fromkeys(self.bad, 1), self.farm)
        case = self._create_lot_case(sum_of(self.bad))
        case.scope_ids.create(
            {"case_id": case.id, "kind": "location", "location_id": self.stock.id}
        )

        self.assertEqual(case._get_complaint_lots(), sum_of(self.bad))

    def test_ranking_of_somebody_else(self):
        """It may name vendors of companies that its reader is not in."""
        self.receive(dict.fromkeys(self.bad, 1), self.farm, self.other_warehouse)
        ranking = self.rank(self.bad, self.group_team)
        for records in (ranking, ranking.cause_ids):
            records.invalidate_recordset()
            with self.assertRaises(AccessError):
                self._as(self.team, records).read(["display_name"])

    def test_without_complaints(self):
        with self.assertRaisesRegex(UserError, "no complaint lots"):
            self._create_case().action_rank_causes()

    def test_who_may(self):
        self.receive(dict.fromkeys(self.bad, 1), self.farm)
        case = self._create_lot_case(sum_of(self.bad))
        for user in (self.auditor, self.stock_user, self.other_team):
            with self.assertRaises(AccessError):
                self._as(user, case).action_rank_causes()
        with self.assertRaises(AccessError):
            self._as(self.stock_user, self.bad[0]).action_rank_causes()

    def test_vendor_of_another_company_is_not_told(self):
        self.receive(dict.fromkeys(self.bad, 1), self.farm, self.other_warehouse)

        names = self.rank(self.bad, self.team).cause_ids.mapped("name")
        self.assertNotIn("Bad Farm", names)
        names = self.rank(self.bad, self.group_team).cause_ids.mapped("name")
        self.assertIn("Bad Farm", names)

    def test_queries_do_not_grow(self):
        counts = []
        for number in (3, 3, 30):
            product = self._create_product(f"Nut {len(counts)}")
            lots = self.lots(product, *(f"N{n}" for n in range(2 * number)))
            self.receive(dict.fromkeys(lots, 1))
            self.receive(dict.fromkeys(lots[:number], 1), self.farm)
            self.env.flush_all()
            self.env.invalidate_all()
            trace = self.env["recall.trace.cause"]
            before = self.cr.sql_log_count
            trace._rank(sum_of(lots[:number]), self.company)
            counts.append(self.cr.sql_log_count - before)

        self.assertEqual(counts[1], counts[2])


@needs("mrp")
class TestRankingOfProductions(RankingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.oil = cls._create_product("Oil")
        cls.bar = cls._create_product("Bar")
        cls.sacks = cls.lots(cls.nut, "N1", "N2", "N3")
        cls.cans = cls.lots(cls.oil, "O1", "O2")
        for lot in cls.sacks + cls.cans:
            cls.receive({lot: 100})
        cls.bars = cls.lots(cls.bar, *(f"B{number}" for number in range(18)))

    def make(self, get_workcenter=None):
        """Bars of each sack and can in turn."""
        for number, lot in enumerate(self.bars):
            used = {self.sacks[number % 3]: 1, self.cans[number % 2]: 1}
            orders = {}
            if get_workcenter:
                orders["workorder_ids"] = bake(self.bar, get_workcenter(number))
            self.produce({lot: 1}, used, **orders)

    def test_source_lot(self):
        self.make()
        complaints = self.bars[1::3][:5]
        ranking = self.rank(complaints)

        self.assertEqual(ranking.cause_ids[0].kind, "lot")
        self.assertIn("N2", ranking.cause_ids[0].name)
        self.assertEqual(ranking.cause_ids[0].explained_count, 5)
        self.assertEqual(ranking.cause_ids[0].reached_count, 6)

    def test_earlier_in_the_chain_first(self):
        """What was made of the one lot, and nothing else, is found from it too."""
        paste = self._create_product("Paste")
        cream = self.lots(paste, "C1", "C2")
        raw = self.lots(self.nut, "R1", "R2")
        for sack, lot in zip(raw, cream, strict=True):
            self.receive({sack: 10})
            self.produce({lot: 10}, {sack: 10})
        for number, lot in enumerate(self.bars):
            self.produce({lot: 1}, {cream[number % 3 == 0]: 0.5})
        ranking = self.rank(self.bars[::3])

        lots = ranking.cause_ids.filtered(lambda cause: cause.kind == "lot")
        self.assertEqual(
            lots.mapped("name"), [f"{self.nut.name}: R2", f"{paste.name}: C2"]
        )

    def test_planted_cause_in_random_networks(self):
        """A few of what `test_causes` does by the hundred."""
        for seed in range(3):
            random = Random(seed)
            sacks = self.lots(self.nut, *(f"N{seed}/{n}" for n in range(6)))
            bars = self.lots(self.bar, *(f"R{seed}/{n}" for n in range(24)))
            self.receive(dict.fromkeys(sacks[:3], 100))
            self.receive(dict.fromkeys(sacks[3:], 100))
            went_into = defaultdict(list)
            for lot in bars:
                used = random.sample(sacks, 2)
                self.produce({lot: 1}, dict.fromkeys(used, 1))
                for sack in used:
                    went_into[sack].append(lot)
            bad = max(sacks, key=lambda sack: len(went_into[sack]))
            complaints = random.sample(went_into[bad], len(went_into[bad]) - 1)
            ranking = self.rank(complaints)

            self.assertEqual(ranking.cause_ids[0].kind, "lot")
            self.assertIn(bad.name, ranking.cause_ids[0].name)

    def test_work_centre(self):
        good, bad = self.env["mrp.workcenter"].create(
            [{"name": "Oven"}, {"name": "Kiln"}]
        )
        self.make(lambda number: bad if number in (0, 4, 5, 9, 13, 17) else good)
        ranking = self.rank([self.bars[number] for number in (0, 4, 5, 9, 13, 17)])

        self.assertEqual(self.kinds(ranking), {"workcenter": ["Kiln"]})
        vals = ranking.cause_ids[0].scope_vals
        case = self._create_case(vals)
        self.assertEqual(len(case.scope_ids._get_seed_lots()), 6)

    def test_every_kind_makes_a_scope_line(self):
        good, bad = self.env["mrp.workcenter"].create(
            [{"name": "Oven"}, {"name": "Kiln"}]
        )
        self.make(lambda number: bad if number % 2 else good)
        salt = self._create_product("Salt", "none")
        self.receive({salt: 5})
        (last,) = self.lots(self.bar, "B99")
        self.produce({last: 1}, {salt: 1})
        ranking = self.rank([*self.bars[:3], last])

        kinds = set(ranking.cause_ids.mapped("kind"))
        self.assertLessEqual(
            {"lot", "vendor", "receipt", "production", "workcenter", "place", "day"},
            kinds,
        )
        for cause in ranking.cause_ids:
            case = self._create_case(cause.scope_vals)
            self.assertTrue(any(case.scope_ids._get_seeds()), cause.name)

    def test_new_case_from_the_list(self):
        self.make()
        action = self.rank(self.bars[1::3][:5]).cause_ids[0].action_use()

        self.assertEqual(action["res_model"], "recall.case")
        self.assertEqual(
            action["context"]["default_scope_ids"][0][2]["lot_ids"],
            [list(Command.set(self.sacks[1].ids))],
        )
