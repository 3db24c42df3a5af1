"""The picture of a case, and of a lot without one."""

import re

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SNAPSHOT_MODELS
from .flows import needs
from .trace_common import TraceCommon


class GenealogyCommon(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.other = cls.lots(cls.nut, "BAD", "OTHER")

    def draw(self, record, user=None, **options):
        return self._as(user or self.team, record).get_genealogy(**options)

    def card(self, picture, title):
        (card,) = [card for card in picture["cards"] if card["title"] == title]
        return card

    def titles(self, picture):
        """The titles of the cards, column by column."""
        titles = {card["key"]: card["title"] for card in picture["cards"]}
        return [
            sorted(titles[key] for key in column["keys"])
            for column in picture["columns"]
        ]

    def marks(self, picture, title):
        return [mark["text"] for mark in self.card(picture, title)["marks"]]

    def links(self, picture):
        """{(title, title): evidence}"""
        titles = {card["key"]: card["title"] for card in picture["cards"]}
        return {
            (titles[link["source"]], titles[link["target"]]): link["evidence"]
            for link in picture["links"]
        }

    def simple(self):
        """Ten nuts come, four go to a shop, one comes back."""
        self.receive({self.bad: 10})
        out = self.deliver({self.bad: 4})
        self.return_goods(out, {self.bad: 1})


@tagged("post_install", "-at_install")
class TestCaseGenealogy(GenealogyCommon):
    def test_from_vendor_to_consignee(self):
        self.simple()
        picture = self.draw(self.trace(self.bad))

        self.assertEqual(self.titles(picture), [["Nut Farm"], ["BAD"], ["Corner Shop"]])
        self.assertEqual(
            self.links(picture),
            {("Nut Farm", "BAD"): "exact", ("BAD", "Corner Shop"): "exact"},
        )

    def test_a_card_says_how_much_and_where(self):
        self.simple()
        picture = self.draw(self.trace(self.bad))

        card = self.card(picture, "BAD")
        self.assertEqual(card["subtitle"], "Nut")
        self.assertEqual(
            " ".join(card["facts"]),
            "10 Units in · 7 on hand 4 delivered · 1 returned",
        )
        shop = self.card(picture, "Corner Shop")
        self.assertEqual(shop["facts"], ["3 Units net · 1 Units returned"])
        for text in (card["title"], "Nut", "10 Units in", "Suspect"):
            self.assertIn(text, card["label"])

    @needs("mrp")
    def test_each_link_says_its_evidence(self):
        """What was made without lots is inferred, and several lots of one order are
        known by the order."""
        jar = self._create_product("Jar", "serial")
        mix = self._create_product("Mix", "none")
        one, two = self.lots(jar, "J1", "J2")
        self.receive({self.bad: 10})
        self.produce({one: 1, two: 1}, {self.bad: 4})
        self.produce({mix: 2}, {self.bad: 2})
        self.deliver({mix: 1})
        picture = self.draw(self.trace(self.bad))

        links = self.links(picture)
        self.assertEqual(links["BAD", "J1"], "order")
        self.assertEqual(links["BAD", "J2"], "order")
        self.assertEqual(links["Without a lot", "Corner Shop"], "inferred")
        words = {link["word"]["text"] for link in picture["links"]}
        self.assertEqual(words, {"exact", "order", "inferred"})
        self.assertIn("Gap: Untracked goods", self.marks(picture, "Without a lot"))
        self.assertIn("Evidence: Inferred", self.marks(picture, "Without a lot"))

    def test_holds_are_marked(self):
        self.simple()
        case = self.trace(self.bad)
        self.assertNotIn("On hold", self.marks(self.draw(case), "BAD"))
        case.action_hold()

        self.assertIn("On hold", self.marks(self.draw(case), "BAD"))

    def test_what_is_excluded_is_marked_and_has_no_consignees(self):
        self.receive({self.bad: 10, self.other: 5})
        self.deliver({self.bad: 4})
        self.deliver({self.other: 4}, self.second)
        case = self.trace(self.bad, self.other)
        row = self.affected(case)[self.other]
        row.write({"in_scope": False, "exclusion_reason": "Tested"})
        picture = self.draw(case)

        self.assertIn("Excluded", self.marks(picture, "OTHER"))
        self.assertEqual(self.titles(picture)[-1], ["Corner Shop"])

    def test_an_unknown_consignee_is_a_gap(self):
        self.receive({self.bad: 10})
        self.transfer(
            {self.bad: 2}, self.warehouse.out_type_id, self.stock, self.customers
        )
        picture = self.draw(self.trace(self.bad))

        marks = self.marks(picture, "Consignee unknown")
        self.assertEqual(marks, ["Gap: the records do not say who"])

    def test_clicks_open_records(self):
        self.simple()
        case = self.trace(self.bad)
        picture = self.draw(case)

        action = self.card(picture, "BAD")["open"]
        self.assertEqual(action["res_model"], "recall.affected")
        self.assertEqual(action["res_id"], self.affected(case)[self.bad].id)
        action = self.card(picture, "Nut Farm")["open"]
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.vendor.id)
        )

    def test_a_case_without_a_trace_says_so(self):
        picture = self.draw(self._create_lot_case(self.bad))

        self.assertFalse(picture["cards"])
        self.assertIn("not traced yet", picture["notes"][0])

    def test_the_button_opens_the_picture(self):
        case = self.trace(self.bad)
        action = case.with_user(self.team).action_view_genealogy()

        self.assertEqual(action["tag"], "recall_genealogy")
        self.assertEqual(action["res_model"], "recall.case")
        self.assertEqual(action["context"]["active_id"], case.id)


@tagged("post_install", "-at_install")
class TestFolding(GenealogyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.many = cls.lots(cls.nut, *(f"N{number:03}" for number in range(30)))
        cls.receive(dict.fromkeys(cls.many, 2))
        cls.deliver(dict.fromkeys(cls.many[:10], 1))

    def setUp(self):
        super().setUp()
        self.case = self.trace(*self.many)

    def test_many_lots_of_a_product_are_one_card(self):
        picture = self.draw(self.case)

        self.assertEqual(self.titles(picture), [["Nut Farm"], ["Nut"], ["Corner Shop"]])
        card = self.card(picture, "Nut")
        self.assertEqual(card["subtitle"], "30 lots")
        self.assertEqual(
            " ".join(card["facts"]), "60 Units in · 50 on hand 10 delivered"
        )
        self.assertIn("Suspect: 30 of 30", self.marks(picture, "Nut"))
        self.assertEqual(card["unfold"], str(self.nut.id))

    def test_it_opens_as_a_list(self):
        action = self.card(self.draw(self.case), "Nut")["open"]
        rows = self.env[action["res_model"]].search(action["domain"])

        self.assertEqual(len(rows), 30)

    def test_unfolding(self):
        key = str(self.nut.id)
        picture = self.draw(self.case, unfolded=[key])

        self.assertEqual(len(self.titles(picture)[1]), 30)
        self.assertEqual(picture["unfolded"], [{"key": key, "name": "Nut"}])
        links = self.links(picture)
        self.assertIn(("N003", "Corner Shop"), links)
        self.assertNotIn(("N013", "Corner Shop"), links)

    def test_a_search_finds_what_is_folded(self):
        picture = self.draw(self.case, term=" n007 ")

        self.assertEqual(self.titles(picture)[1], ["N007", "Nut"])
        self.assertEqual(self.card(picture, "Nut")["subtitle"], "29 more lots")
        found = [card["title"] for card in picture["cards"] if card["match"]]
        self.assertEqual(found, ["N007"])
        self.assertEqual(picture["matches"], 1)

    def test_a_search_finds_products_and_parties(self):
        for term in ("nut", "corner"):
            picture = self.draw(self.case, term=term)
            found = {card["title"] for card in picture["cards"] if card["match"]}
            self.assertEqual(
                found, {"Nut", "Nut Farm"} if term == "nut" else {"Corner Shop"}
            )

    def test_a_search_for_nothing(self):
        self.assertFalse(self.draw(self.case, term="  ")["matches"])
        self.assertFalse(self.draw(self.case, term="zzz")["matches"])

    def test_holds_are_counted(self):
        self.env["recall.hold"]._place(
            self.many[0] | self.many[1], "Metal", self.env["recall.case"]
        )

        self.assertIn("On hold: 2 of 30", self.marks(self.draw(self.case), "Nut"))

    def test_many_consignees_are_one_card(self):
        shops = [self._create_partner(f"Shop {number:02}") for number in range(25)]
        for lot, shop in zip(self.many, shops, strict=False):
            self.deliver({lot: 1}, shop)
        self.case.action_trace()
        picture = self.draw(self.case)
        self.assertEqual(self.titles(picture)[-1], ["26 consignees"])
        self.assertEqual(self.card(picture, "26 consignees")["facts"], ["35 Units net"])

        picture = self.draw(self.case, unfolded=["consignee"])
        self.assertEqual(len(self.titles(picture)[-1]), 26)
        picture = self.draw(self.case, term="shop 07")
        self.assertEqual(self.titles(picture)[-1], ["25 consignees", "Shop 07"])

    @needs("mrp")
    def test_links_of_folded_products_are_counted(self):
        jar = self._create_product("Jar", "serial")
        jars = self.lots(jar, *(f"J{number:02}" for number in range(15)))
        self.produce(dict.fromkeys(jars, 1), {self.many[20]: 1, self.many[21]: 1})
        self.case.action_trace()
        picture = self.draw(self.case)

        (link,) = [
            link
            for link in picture["links"]
            if link["target"] == self.card(picture, "Jar")["key"]
        ]
        self.assertEqual(link["text"], "Production (30)")
        self.assertEqual(link["evidence"], "order")
        lot = self.draw(self.many[20], unfolded=[str(jar.id)])
        self.assertEqual(self.links(lot)["N020", "J03"], "order")

    @needs("mrp")
    def test_links_among_the_lots_of_a_card(self):
        """Repacking makes lots of a product from lots of the same product."""
        (again,) = self.lots(self.nut, "AGAIN")
        self.produce({again: 1}, {self.many[20]: 1})
        self.case.action_trace()

        picture = self.draw(self.case)
        self.assertIn("1 links among them", self.marks(picture, "Nut"))


@tagged("post_install", "-at_install")
class TestManyProducts(GenealogyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        category = cls.env["product.category"].create({"name": "Herbs"})
        cls.herbs = cls.env["product.product"].create(
            [
                {
                    "name": f"Herb {number:02}",
                    "is_storable": True,
                    "tracking": "lot",
                    "categ_id": category.id,
                }
                for number in range(70)
            ]
        )
        cls.many = [cls._create_lot(herb, f"L/{herb.name}") for herb in cls.herbs]
        cls.receive({**dict.fromkeys(cls.many, 2), cls.bad: 1})
        cls.deliver(dict.fromkeys(cls.many[:3], 1))

    def setUp(self):
        super().setUp()
        self.case = self.trace(*self.many, self.bad)

    def test_they_are_one_card_by_category_and_level(self):
        picture = self.draw(self.case)

        self.assertEqual(
            self.titles(picture), [["Nut Farm"], ["BAD", "Herbs"], ["Corner Shop"]]
        )
        card = self.card(picture, "Herbs")
        self.assertEqual(card["subtitle"], "70 products, 70 lots")
        self.assertIn("137 Units on hand", " ".join(card["facts"]))
        self.assertIn("Suspect: 70 of 70", self.marks(picture, "Herbs"))
        self.assertEqual(
            self.links(picture)["Herbs", "Corner Shop"], "exact", "links are kept"
        )

    def test_it_opens_as_a_list(self):
        card = self.card(self.draw(self.case), "Herbs")
        rows = self.env["recall.affected"].search(card["open"]["domain"])

        self.assertEqual(rows.product_id, self.herbs)

    def test_unfolding(self):
        key = self.card(self.draw(self.case), "Herbs")["unfold"]
        picture = self.draw(self.case, unfolded=[key])

        self.assertEqual(len(self.titles(picture)[1]), 71)
        self.assertEqual(picture["unfolded"], [{"key": key, "name": "Herbs"}])

    def test_a_search_finds_a_product_and_a_lot(self):
        picture = self.draw(self.case, term="L/Herb 07")
        self.assertEqual(self.card(picture, "L/Herb 07")["subtitle"], "Herb 07")
        self.assertEqual(self.card(picture, "Herbs")["subtitle"], "69 more products")
        self.assertEqual(self.draw(self.case, term="herb 0")["matches"], 10)

    def test_the_picture_of_a_lot(self):
        (box,) = self.lots(self._create_product("Box"), "BOX")
        if "mrp.production" not in self.env:
            self.skipTest("mrp is not installed")
        self.produce({box: 1}, dict.fromkeys(self.many, 1))
        card = self.card(self.draw(box), "Herbs")

        self.assertEqual(len(card["open"]["domain"][0][2]), 70)


@tagged("post_install", "-at_install")
class TestLotGenealogy(GenealogyCommon):
    def test_both_ways_without_a_case(self):
        self.simple()
        picture = self.draw(self.bad)

        self.assertEqual(self.titles(picture), [["Nut Farm"], ["BAD"], ["Corner Shop"]])
        card = self.card(picture, "BAD")
        self.assertEqual(card["open"]["res_model"], "stock.lot")
        self.assertEqual(card["open"]["res_id"], self.bad.id)
        self.assertEqual(picture["name"], "BAD")

    def test_a_small_picture_comes_unfolded(self):
        """Each answer is a trace of its own: none is needed to see all of it."""
        shops = [self._create_partner(f"Shop {number}") for number in range(25)]
        self.receive({self.bad: 30})
        for shop in shops:
            self.deliver({self.bad: 1}, shop)
        picture = self.draw(self.bad)

        self.assertFalse([card for card in picture["cards"] if card["unfold"]])
        self.assertEqual(len(self.titles(picture)[-1]), 25)

    def test_nothing_is_stored(self):
        self.simple()
        self.draw(self.bad)
        for model in ("recall.case", *SNAPSHOT_MODELS):
            self.assertFalse(self.env[model].search_count([]), model)

    @needs("mrp")
    def test_what_else_its_sources_are_in_is_not_shown(self):
        jar = self._create_product("Jar")
        one, two = self.lots(jar, "J1", "J2")
        self.receive({self.bad: 10})
        self.produce({one: 1}, {self.bad: 1})
        self.produce({two: 1}, {self.bad: 1})
        picture = self.draw(one)

        self.assertEqual(self.titles(picture), [["Nut Farm"], ["BAD"], ["J1"]])

    def test_only_in_the_companies_of_the_user(self):
        self.bad.company_id = False
        self.nut.company_id = False
        self.simple()
        self.receive({self.bad: 5}, self.second, self.other_warehouse)

        picture = self.draw(self.bad)
        self.assertEqual(self.titles(picture)[0], ["Nut Farm"])
        self.assertNotIn("Second Shop", str(picture))
        picture = self.draw(self.bad, self.group_team)
        self.assertEqual(self.titles(picture)[0], ["Nut Farm", "Second Shop"])

    def test_the_button_opens_the_picture(self):
        action = self.bad.with_user(self.auditor).action_view_genealogy()

        self.assertEqual(action["res_model"], "stock.lot")
        self.assertEqual(action["context"]["active_id"], self.bad.id)


@tagged("post_install", "-at_install")
class TestGenealogyAccess(GenealogyCommon):
    def test_the_auditor_sees_it_all(self):
        self.simple()
        case = self.trace(self.bad)
        for record in (case, self.bad):
            self.assertEqual(
                self.titles(self.draw(record, self.auditor)),
                self.titles(self.draw(record)),
            )

    def test_nobody_else_sees_any_of_it(self):
        self.simple()
        self.bad.company_id = self.company
        case = self.trace(self.bad)
        for user in (self.stock_user, self.employee, self.other_team):
            for record, name in (
                (case, "get_genealogy"),
                (self.bad, "get_genealogy"),
                (self.bad, "action_view_genealogy"),
            ):
                with self.subTest(user=user.login, record=record, name=name):
                    with self.assertRaises(AccessError):
                        getattr(self._as(user, record), name)()

    def test_a_lot_of_all_companies_shows_what_the_own_ones_did_with_it(self):
        self.simple()
        self.assertFalse(self.bad.company_id)

        picture = self.draw(self.bad, self.other_team)
        self.assertEqual(self.titles(picture), [["BAD"]])
        self.assertFalse(self.card(picture, "BAD")["facts"])

    def test_rows_of_another_company_are_left_out_and_that_is_said(self):
        """A case looks in two companies; each user sees parties of their own."""
        self.bad.company_id = False
        self.nut.company_id = False
        self.receive({self.bad: 10})
        self.receive({self.bad: 5}, self.second, self.other_warehouse)
        case = self.trace(self.bad, companies=self.company | self.other_company)

        picture = self.draw(case)
        self.assertEqual(self.titles(picture)[0], ["Nut Farm"])
        self.assertNotIn("Second Shop", str(picture))
        self.assertIn("that you do not work in", picture["notes"][-1])
        picture = self.draw(case, self.group_team)
        self.assertEqual(self.titles(picture)[0], ["Nut Farm", "Second Shop"])
        self.assertFalse(picture["notes"])

    def test_odd_input(self):
        self.simple()
        case = self.trace(self.bad)
        for options in (
            {"term": "%' OR 1=1 --"},
            {"term": None},
            {"term": 5},
            {"unfolded": ["nothing", 7, None]},
            {"unfolded": ()},
            {"unfolded": None},
            {"unfolded": 7},
        ):
            with self.subTest(options=options):
                self.assertEqual(len(self.draw(case, **options)["cards"]), 3)


@tagged("post_install", "-at_install")
class TestGenealogyQueries(GenealogyCommon):
    def count_queries(self, count, unfolded=()):
        nut = self._create_product(f"Nut {count}")
        lots = self.lots(nut, *(f"N{number}" for number in range(count)))
        self.receive(dict.fromkeys(lots, 2))
        self.deliver(dict.fromkeys(lots, 1))
        case = self.trace(*lots)
        counts = []
        for record in (case, lots[0]):
            record = self._as(self.team, record)
            record.get_genealogy()  # fills the caches of the registry
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            record.get_genealogy(unfolded=[str(nut.id)] if unfolded else ())
            counts.append(self.cr.sql_log_count - before)
        return counts

    def test_as_many_for_60_lots_as_for_3(self):
        few, many = self.count_queries(3), self.count_queries(60)
        unfolded = self.count_queries(60, unfolded=True)

        self.assertLessEqual(many[0], few[0])
        self.assertEqual(many[1], few[1])
        self.assertLessEqual(unfolded[0], few[0])


@tagged("post_install", "-at_install")
class TestGenealogyReport(GenealogyCommon):
    def render(self, case, user=None):
        reports = self._as(user or self.team, self.env["ir.actions.report"])
        content, _type = reports._render_qweb_html(
            "stock_recall.report_genealogy", case.ids
        )
        return html.fromstring(content)

    def test_the_picture_is_an_svg(self):
        self.simple()
        page = self.render(self.trace(self.bad))

        (svg,) = page.xpath("//svg")
        texts = [" ".join(text.itertext()) for text in svg.iter("text")]
        for text in ("Vendors", "Nut Farm", "BAD", "Suspect", "Corner Shop"):
            self.assertIn(text, texts)
        self.assertEqual(len(svg.xpath(".//path")), 2)

    def test_evidence_is_dashed_and_in_words(self):
        self.simple()
        case = self.trace(self.bad)
        case.exposure_ids.sudo().evidence = "order"
        (svg,) = self.render(case).xpath("//svg")

        self.assertEqual(svg.xpath(".//path/@stroke-dasharray"), ["9 5"])
        self.assertTrue(svg.xpath(".//text[.='order']"))

    def test_a_tall_picture_is_cut_into_pages(self):
        products = [self._create_product(f"Nut {number}") for number in range(40)]
        lots = [self._create_lot(product, "L") for product in products]
        self.receive(dict.fromkeys(lots, 2))
        page = self.render(self.trace(*lots))

        sheets = page.xpath("//svg")
        self.assertGreater(len(sheets), 1)
        self.assertIn(f"(1/{len(sheets)})", "".join(page.itertext()).replace(" ", ""))
        shown = {text for svg in sheets for text in svg.xpath(".//text/text()")}
        for product in products:
            self.assertIn(product.name, shown)

    def test_print_engine(self):
        """The PDF has as many pages as the picture."""
        self.simple()
        case = self.trace(self.bad)
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        if reports.get_wkhtmltopdf_state() == "install":
            self.skipTest("without wkhtmltopdf")
        content, _type = reports._render_qweb_pdf(
            "stock_recall.action_report_genealogy", (case | case.copy()).ids
        )
        self.assertEqual(len(re.findall(rb"/Type\s*/Page\b(?!s)", content)), 2)

    def test_a_case_without_a_trace(self):
        page = self.render(self._create_lot_case(self.bad))

        text = "".join(page.itertext())
        self.assertIn("There is nothing to show", text)
        self.assertNotIn("Traced on", text)

    def test_it_is_printed_for_who_reads_the_case(self):
        self.simple()
        case = self.trace(self.bad)
        self.assertTrue(self.render(case, self.auditor).xpath("//svg"))
        for user in (self.stock_user, self.other_team):
            with self.assertRaises(AccessError):
                self.render(case, user)
