"""What labels and lists of held goods say, and to whom."""

import base64
import io
import re

from lxml import html
from PIL import Image
from reportlab.graphics.barcode.code128 import Code128

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..tools import gs1
from .test_quarantine import MoveCommon

LABELS = "stock_recall.report_hold_label"
HELD_GOODS = "stock_recall.report_held_goods"
# Symbols of Code 128
FNC1, START_B, START_C = 102, 104, 105


class PrintCommon(MoveCommon):
    def render(self, report, docs, user=None):
        """The page that a user prints of records, as a tree."""
        reports = self.env["ir.actions.report"].with_user(user or self.stock_user)
        reports = reports.with_context(
            allowed_company_ids=(user or self.stock_user).company_ids.ids
        )
        # by its name, as the web client asks for it
        name = report.report_name
        content, _type = reports._render_qweb_html(name, docs.ids, data=None)
        return html.fromstring(content)

    def text(self, page):
        return " ".join(page.text_content().split())


@tagged("post_install", "-at_install")
class TestLabels(PrintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.lot: 5})
        cls.move({cls.lot: 2}, cls.shelf)
        cls.case = cls.hold(cls.lot)

    def labels(self, docs, user=None):
        page = self.render(self._report(docs._name), docs, user)
        return [self.text(div) for div in page.xpath("//div[@class='article']/div")]

    def test_one_for_each_lot_and_place(self):
        for docs, user in (
            (self.case, self.team),
            (self.case, self.auditor),
            (self.lot, self.team),
            (self.lot, self.stock_user),
        ):
            with self.subTest(docs=docs, user=user.login):
                labels = self.labels(docs, user=user)
                self.assertEqual(len(labels), 2)
                for label, quantity in zip(labels, ("3 Units", "2 Units"), strict=True):
                    for text in ("ON HOLD", "Peanuts", "Lot L1", self.case.name):
                        self.assertIn(text, label)
                    self.assertIn(quantity, label)
                self.assertIn("Stock/Shelf", labels[1])

    def test_from_the_transfer(self):
        picking = self.quarantine_goods(self.case)
        labels = self.labels(picking)
        self.assertEqual(len(labels), 2)
        for label in labels:
            self.assertIn(self.case.name, label)
            self.assertIn("→", label)
            self.assertIn("Recall Quarantine", label)
        self.validate(picking)
        self.assertEqual(len(self.labels(picking)), 2)

    def test_from_the_transfer_names_all_that_holds_the_goods(self):
        other = self.hold(self.lot)
        self.env["recall.hold"]._place(self.lot, "Odd smell")
        product = self._create_product("Cookie", "none")
        self.receive({product: 5})
        for case in (self.case, other):
            places = [(product, self.stock)]
            self.env["recall.hold"]._place(self.lot.browse(), "mixed", case, places)
        picking = self.quarantine_goods(self.case)
        for _done in range(2):
            labels = self.labels(picking)
            self.assertEqual(len(labels), 3)
            for label in labels:
                self.assertIn(self.case.name, label)
                self.assertIn(other.name, label)
                self.assertEqual("Precaution" in label, "Lot L1" in label)
            if picking.state != "done":
                self.validate(picking)

    def test_what_must_not_be_done_comes_before_what_may_be_cut(self):
        report = self._report("recall.case")
        label = self.text(self.render(report, self.case, self.team))
        self.assertLess(label.index("Do not use"), label.index(self.product.name))

    def test_lots_that_are_not_on_hold_get_none(self):
        self.receive({self.second: 3})
        (text,) = self.render(self._report("stock.lot"), self.second).xpath("//p")
        self.assertIn("Nothing of this is on hold", text.text_content())
        lots = self.lot | self.second
        self.assertEqual(len(self.labels(lots)), 2)

    def _report(self, model):
        return self.env["ir.actions.report"].search(
            [("report_file", "=", LABELS), ("model", "=", model)]
        )

    def test_offered_where_something_is_on_hold(self):
        report = self._report("stock.lot")
        self.assertTrue(report.get_valid_action_reports("stock.lot", self.lot.ids))
        self.assertFalse(report.get_valid_action_reports("stock.lot", self.second.ids))
        report = self._report("stock.picking").with_user(self.stock_user)
        picking = self.quarantine_goods(self.case)
        other = self.order({self.second: 1}).picking_ids
        self.assertTrue(report.get_valid_action_reports("stock.picking", picking.ids))
        self.assertFalse(report.get_valid_action_reports("stock.picking", other.ids))

    def test_quantities_of_a_place_are_added_up(self):
        package = self.env["stock.package"].create({"name": "P1"})
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": self.product.id,
                "lot_id": self.lot.id,
                "package_id": package.id,
                "location_id": self.shelf.id,
                "inventory_quantity": 4,
            }
        ).action_apply_inventory()
        labels = self.labels(self.lot)
        self.assertEqual(len(labels), 2)
        self.assertIn("6 Units", labels[1])

    def test_goods_without_a_lot(self):
        product = self._create_product("Cookie", "none", barcode="4006381333931")
        self.receive({product: 5})
        places = [(product, self.stock)]
        self.env["recall.hold"]._place(self.lot, "mixed", self.case, places)
        label = next(x for x in self.labels(self.case, user=self.team) if "Cook" in x)
        self.assertIn("5 Units", label)
        self.assertNotIn("Lot", label)
        self.assertIn("(01) 04006381333931", label)

    def test_all_cases_are_named(self):
        other = self.hold(self.lot)
        (label, _) = self.labels(self.lot)
        self.assertIn(self.case.name, label)
        self.assertIn(other.name, label)

    def test_pictures_stand_in_the_page(self):
        """No engine has to fetch them, and none is left out."""
        page = self.render(self._report("stock.lot"), self.lot)
        images = page.xpath("//div[@class='article']//img/@src")
        self.assertEqual(len(images), 4)
        for image in images:
            head, data = image.split(",")
            self.assertEqual(head, "data:image/png;base64")
            Image.open(io.BytesIO(base64.b64decode(data))).verify()

    def test_pictures_are_a_gs1_128_and_a_qr_code(self):
        self.product.barcode = "4006381333931"
        drawn, reports = {}, self.env.registry["ir.actions.report"]
        barcode = reports.barcode

        def note(report, symbology, value, **options):
            image = barcode(report, symbology, value, **options)
            drawn[base64.b64encode(image).decode()] = (symbology, value)
            return image

        self.patch(reports, "barcode", note)
        page = self.render(self._report("stock.lot"), self.lot)
        images = page.xpath("//div[@class='article']//img/@src")
        base = self.lot.get_base_url()
        self.assertEqual(
            {drawn[image.partition(",")[2]] for image in images},
            {
                ("Code128", "\xf1010400638133393110L1"),
                ("QR", f"{base}/01/04006381333931/10/L1"),
            },
        )

    def test_qr_code_opens_a_lot_without_a_gtin(self):
        code = self.env["recall.printout"]._get_link(self.product, self.lot, [])
        self.assertTrue(code.endswith(f"/odoo/stock.lot/{self.lot.id}"), code)

    def test_who_may_print(self):
        for user in (self.employee, self.stock_user, self.other_team):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.labels(self.case, user=user)
        picking = self.quarantine_goods(self.case)
        for docs in (self.lot, picking):
            self.assertEqual(len(self.labels(docs)), 2)
            with self.assertRaises(AccessError):
                self.labels(docs, user=self.employee)

    def test_print_engine(self):
        """The PDF has a page for each label."""
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        if reports.get_wkhtmltopdf_state() == "install":
            self.skipTest("without wkhtmltopdf")
        content, _type = reports._render_qweb_pdf(
            self._report("recall.case"), self.case.ids
        )
        self.assertEqual(len(re.findall(rb"/Type\s*/Page\b(?!s)", content)), 2)


@tagged("post_install", "-at_install")
class TestHeldList(PrintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.new_warehouse("TWO")
        cls.receive({cls.lot: 5, cls.second: 3})
        cls.move({cls.lot: 2}, cls.shelf)
        cls.receive({cls.lot: 7}, warehouse=cls.other)
        cls.case = cls.hold(cls.lot)

    def rows(self, docs, user=None):
        """[(warehouse, place, lot, quantity)] as they are printed"""
        report = self.env["ir.actions.report"].search(
            [("report_file", "=", HELD_GOODS), ("model", "=", docs._name)]
        )
        page = self.render(report, docs, user)
        rows = []
        for section in page.xpath("//h2/.."):
            (title,) = section.xpath("h2")
            for table in section.xpath("table"):
                place = self.text(table.xpath(".//th")[0])
                for row in table.xpath("tbody/tr"):
                    self.assertTrue(row.xpath("td[1]/div"), "a box to tick")
                    cells = [self.text(cell) for cell in row.xpath("td")]
                    name = self.text(title).removeprefix("Held Goods: ")
                    rows.append((name, place, cells[2], cells[4]))
        return rows

    def test_by_warehouse_and_place(self):
        stock = self.stock.complete_name
        here = [
            ("Nut and Snack", stock, "L1", "3 Units"),
            ("Nut and Snack", f"{stock}/Shelf", "L1", "2 Units"),
        ]
        there = [("TWO", "TWO/Stock", "L1", "7 Units")]
        self.assertEqual(self.rows(self.case, self.team), here + there)
        self.assertEqual(self.rows(self.case, self.auditor), here + there)
        self.assertEqual(self.rows(self.lot), here + there)
        self.assertEqual(self.rows(self.warehouse), here)
        self.assertEqual(self.rows(self.other), there)
        quants = self.lot.quant_ids | self.second.quant_ids
        self.assertEqual(self.rows(quants), here + there)
        self.assertEqual(self.rows(quants, self.auditor), here + there)

    def test_each_page_says_what_it_is(self):
        """Some engines repeat no head of a table, and cut it between any two lines:
        short tables with a head of their own are not cut."""
        lots = self.lots(self.product, *(f"M{number}" for number in range(25)))
        self.receive(dict.fromkeys(lots, 1))
        case = self.hold(*lots)
        page = self.render(
            self.env.ref("stock_recall.action_report_held_goods_case"), case, self.team
        )
        tables = page.xpath("//table")
        self.assertEqual([len(t.xpath("tbody/tr")) for t in tables], [10, 10, 5])
        for table in tables:
            head = self.text(table.xpath("thead")[0])
            self.assertIn(self.warehouse.name, head)
            self.assertIn(self.stock.complete_name, head)
            self.assertIn("On hold", head)
            self.assertIn("page-break-inside: avoid", table.get("style"))
            self.assertTrue(table.xpath(".//th[text()='Lot']"))

    def test_what_stands_in_quarantine_comes_last(self):
        picking = self.quarantine_goods(self.case)
        picking = picking.filtered(lambda p: p.location_dest_id == self.quarantine)
        self.validate(picking, {self.lot: 3})
        rows = self.rows(self.warehouse)
        self.assertTrue(rows[-1][1].endswith("Recall Quarantine (in quarantine)"))

    def test_nothing_on_hold(self):
        page = self.render(
            self.env.ref("stock_recall.action_report_held_goods_lot"), self.second
        )
        self.assertIn("L2 is on hold", self.text(page))

    def test_rows_say_all_that_is_needed(self):
        page = self.render(
            self.env.ref("stock_recall.action_report_held_goods_case"),
            self.case,
            self.team,
        )
        text = self.text(page)
        self.assertIn(self.case.name, text)
        self.assertIn("Peanuts", text)
        self.assertIn(f"by {self.team.name}", text)

    def test_who_may_print(self):
        for user in (self.employee, self.stock_user, self.other_team):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rows(self.case, user=user)
        for docs in (self.lot, self.warehouse):
            with self.assertRaises(AccessError):
                self.rows(docs, user=self.employee)

    def test_stock_of_another_company_is_not_shown(self):
        self.receive({self.lot: 9}, warehouse=self.other_warehouse)
        self.case.company_ids |= self.other_company
        self.assertEqual(len(self.rows(self.case, self.team)), 3)
        self.assertEqual(len(self.rows(self.case, self.group_team)), 4)
        self.assertEqual(len(self.rows(self.lot)), 3)

    def test_as_many_queries_for_more_lots(self):
        few, many = self.prepare(3), self.prepare(40)
        for printed in ("_get_labels", "_get_sections"):
            self.count_queries(few, printed)
            with self.subTest(printed=printed):
                self.assertEqual(
                    self.count_queries(few, printed), self.count_queries(many, printed)
                )

    def prepare(self, count):
        product = self._create_product(f"Nut {count}")
        lots = self.lots(product, *(f"N{number}" for number in range(count)))
        self.receive(dict.fromkeys(lots, 2))
        return self.hold(*lots)

    def count_queries(self, case, printed):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        getattr(self.env["recall.printout"], printed)(case)
        return self.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestCodes(PrintCommon):
    GTIN = "4006381333931"

    def codes(self, name, tracking="lot", barcode=GTIN):
        product = self._create_product("Nut", tracking, barcode=barcode)
        lot = self._create_lot(product, name) if name else self.env["stock.lot"]
        return lot, self.env["recall.printout"]._prepare_codes(product, lot)

    def test_text_below_the_bars(self):
        for name, tracking, barcode, text in (
            ("L1", "lot", self.GTIN, "(01) 04006381333931 (10) L1"),
            ("S1", "serial", self.GTIN, "(01) 04006381333931 (21) S1"),
            ("L1", "lot", False, "(10) L1"),
            ("L1", "lot", "4006381333932", "(10) L1"),
            ("L1", "lot", "abc", "(10) L1"),
            ("Lot with spaces", "lot", self.GTIN, "Lot with spaces"),
            ("L" * 21, "lot", self.GTIN, "L" * 21),
        ):
            with self.subTest(name=name, barcode=barcode):
                self.assertEqual(self.codes(name, tracking, barcode)[1]["code"], text)
                self.env["product.product"].search(
                    [("barcode", "=", barcode)]
                ).barcode = False

    def test_bars_are_gs1_128(self):
        """FNC1 right after the start tells a reader that it is a GS1 code."""
        for name in ("L1", "12345678", "A-1/b"):
            bars = Code128(gs1.get_code128(gs1.get_elements(self.GTIN, name)))
            bars.validate()
            bars.encode()
            start, first = bars.encoded[:2]
            self.assertIn(start, (START_B, START_C))
            self.assertEqual(first, FNC1)

    def test_a_name_that_cannot_be_drawn(self):
        _lot, codes = self.codes("Ложка")
        self.assertEqual(codes["bars"], "")
        self.assertEqual(codes["code"], "Ложка")
        self.assertTrue(codes["qr"])

    def test_nothing_to_draw(self):
        _lot, codes = self.codes("", "none", False)
        self.assertFalse(codes["bars"])
        self.assertFalse(codes["code"])

    def test_link(self):
        base = self.env["stock.lot"].get_base_url()
        link = gs1.get_digital_link(base, gs1.get_elements(self.GTIN, "A/1 b"[:3]))
        self.assertEqual(link, f"{base}/01/04006381333931/10/A%2F1")
        self.assertEqual(gs1.get_digital_link(base, gs1.get_elements("", "L1")), "")


@tagged("post_install", "-at_install")
class TestDigitalLink(HttpCase):
    def test_link_opens_the_lot(self):
        product = self.env["product.product"].create(
            {
                "name": "Nut",
                "is_storable": True,
                "tracking": "lot",
                "barcode": "4006381333931",
            }
        )
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in ("L1", "A/1")]
        )
        self.authenticate("admin", "admin")
        for lot, name in zip(lots, ("L1", "A%2F1"), strict=True):
            answer = self.url_open(
                f"/01/04006381333931/10/{name}", allow_redirects=False
            )
            self.assertEqual(answer.status_code, 303)
            self.assertTrue(
                answer.headers["Location"].endswith(f"/odoo/stock.lot/{lot.id}")
            )
        for path in ("01/04006381333931/10/L9", "01/04006381333948/10/L1"):
            self.assertEqual(self.url_open(f"/{path}").status_code, 404)

    def test_link_asks_to_log_in(self):
        answer = self.url_open("/01/04006381333931/10/L1", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
