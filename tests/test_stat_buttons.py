from lxml import html

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import RecallCommon


@tagged("post_install", "-at_install")
class TestStatButtons(RecallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_product()
        cls.lot = cls._create_lot(cls.product, "RP-1")
        cls.case = cls._create_lot_case(cls.lot)
        cls.affected = cls._create_affected(cls.case, cls.lot)
        cls.env = cls.env(user=cls.team)
        for name in ("product", "lot", "consignee", "vendor"):
            setattr(cls, name, getattr(cls, name).with_env(cls.env))

    def _create_picking(self, code="outgoing", **vals):
        picking_type = self.warehouse.out_type_id
        if code == "incoming":
            picking_type = self.warehouse.in_type_id
        source = picking_type.default_location_src_id
        destination = picking_type.default_location_dest_id
        return (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    "picking_type_id": picking_type.id,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": 5,
                                "location_id": source.id,
                                "location_dest_id": destination.id,
                            }
                        )
                    ],
                    **vals,
                }
            )
            .with_env(self.env)
        )

    def _receive(self, lot):
        picking = self._create_picking("incoming").sudo()
        picking.action_confirm()
        picking.move_ids.move_line_ids.lot_id = lot
        picking.move_ids.move_line_ids.quantity = 5
        picking.move_ids.picked = True
        picking.button_validate()
        return picking.with_env(self.env)

    # Counts

    def test_lot_and_product(self):
        for record in (self.lot, self.product, self.product.product_tmpl_id):
            self.assertEqual(record.recall_case_count, 1)
            self.assertEqual(record.action_view_recall_cases()["res_id"], self.case.id)
        self.assertFalse(self._create_lot(self.product, "RP-2").recall_case_count)

    def test_several_cases_open_as_a_list(self):
        other = self._create_lot_case(self.lot)
        self._create_affected(other, self.lot)
        self.assertEqual(self.lot.recall_case_count, 2)
        action = self.lot.action_view_recall_cases()
        self.assertEqual(action["domain"], [("id", "in", (self.case + other).ids)])

    def test_what_does_not_count(self):
        self.affected.is_gone = True
        self.assertFalse(self.lot.recall_case_count)
        self.affected.is_gone = False
        self.affected.write({"in_scope": False, "exclusion_reason": "Clean"})
        self.env.invalidate_all()
        self.assertFalse(self.lot.recall_case_count)
        self.affected.in_scope = True
        self.case.action_cancel()
        self.env.invalidate_all()
        self.assertFalse(self.lot.recall_case_count)

    def test_partner_counts_their_addresses(self):
        address = self._create_partner("Warehouse", parent_id=self.consignee.id)
        self._create_row("recall.exposure", self.affected, partner_id=address.id)
        self._create_row("recall.source", self.affected, partner_id=self.vendor.id)
        for partner in (address.with_env(self.env), self.consignee, self.vendor):
            self.assertEqual(partner.recall_case_count, 1)

    def test_transfer(self):
        picking = self._create_picking()
        self.assertFalse(picking.recall_case_count)
        self._create_row("recall.pending", self.affected, picking_id=picking.id)
        self.env.invalidate_all()
        self.assertEqual(picking.recall_case_count, 1)

    def test_sale_order(self):
        order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.consignee.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.product.id, "product_uom_qty": 5}
                        )
                    ],
                }
            )
        )
        planned = order.copy()
        planned.action_confirm()
        self._create_row(
            "recall.exposure", self.affected, sale_line_id=order.order_line.id
        )
        self._create_row(
            "recall.pending", self.affected, picking_id=planned.picking_ids.id
        )
        for record in (order, planned):
            self.assertEqual(record.with_env(self.env).recall_case_count, 1)

    def test_one_query_for_many(self):
        lots = self.lot
        for number in range(20):
            lot = self._create_lot(self.product, f"N-{number}")
            self._create_affected(self.case, lot)
            lots += lot
        self.env.flush_all()
        lots.mapped("recall_case_count")
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            self.assertEqual(set(lots.mapped("recall_case_count")), {1})

    # The lot's cases

    def test_cases_of_a_lot(self):
        self.assertEqual(self.lot.recall_case_ids, self.case.with_env(self.env))
        clean = self._create_lot(self.product, "RP-2").with_env(self.env)
        lots = self.lot + clean
        domain = [("id", "in", lots.ids)]
        for leaf, expected in (
            (("recall_case_ids", "=", self.case.id), self.lot),
            (("recall_case_ids", "in", self.case.ids), self.lot),
            (("recall_case_ids", "!=", False), self.lot),
            (("recall_case_ids", "=", False), clean),
            (("recall_case_ids", "not in", self.case.ids), clean),
            (("recall_case_ids.title", "ilike", "peanuts"), self.lot),
            (("recall_case_ids", "any", [("state", "=", "draft")]), self.lot),
        ):
            with self.subTest(leaf=leaf):
                self.assertEqual(lots.search([*domain, leaf]), expected)

    def test_alert_names_open_cases(self):
        self.assertEqual(self.lot.recall_alert, self.case.display_name)
        self.case.recall_type = "mock"
        self.env.invalidate_all()
        self.assertFalse(self.lot.recall_alert)

    # Opening a case

    def _open(self, records):
        action = records.action_open_recall_case()
        form = Form(self.env["recall.case"].with_context(**action["context"]))
        return form.save()

    def test_open_from_lots(self):
        case = self._open(self.lot)
        self.assertEqual(case.title, "Peanuts: RP-1")
        self.assertEqual(case.scope_ids.kind, "lot")
        self.assertEqual(case.scope_ids.lot_ids, self.lot)

    def test_open_from_products(self):
        for record in (self.product, self.product.product_tmpl_id):
            case = self._open(record)
            self.assertEqual(case.scope_ids.kind, "product")
            self.assertEqual(case.scope_ids.product_ids, self.product)

    def test_open_from_a_receipt(self):
        receipt = self._receive(self.lot)
        case = self._open(receipt)
        self.assertEqual(case.scope_ids.kind, "receipt")
        self.assertEqual(case.scope_ids.picking_ids, receipt)

    def test_open_from_a_delivery(self):
        self._receive(self.lot)
        delivery = self._create_picking()
        delivery.sudo().action_confirm()
        delivery.sudo().action_assign()
        case = self._open(delivery)
        self.assertEqual(case.scope_ids.kind, "lot")
        self.assertEqual(case.scope_ids.lot_ids, self.lot)

    def test_open_from_mixed_transfers(self):
        receipt = self._receive(self.lot)
        delivery = self._create_picking()
        delivery.sudo().action_confirm()
        delivery.sudo().action_assign()
        case = self._open(receipt + delivery)
        self.assertEqual(set(case.scope_ids.mapped("kind")), {"lot", "receipt"})

    def test_open_from_nothing_usable(self):
        draft = self._create_picking()
        with self.assertRaisesRegex(UserError, "done receipts"):
            draft.action_open_recall_case()

    def test_hold_of_one_lot_has_buttons_and_of_several_the_cog_menu(self):
        place, release = "action_place_recall_hold", "action_release_recall_hold"
        titles = {"Place on Hold", "Release from Hold"}
        for user, buttons in (
            (self.stock_user, []),
            (self.team, [place]),
            (self.manager, [place, release]),
        ):
            with self.subTest(user=user.login):
                lots = self.env["stock.lot"].with_user(user)
                form = html.fromstring(lots.get_view(view_type="form")["arch"])
                shown = form.xpath("//header/button[contains(@name, '_recall_hold')]")
                self.assertEqual([button.get("name") for button in shown], buttons)
                bindings = self.env["ir.actions.actions"].with_user(user)
                bound = [
                    action
                    for action in bindings.get_bindings("stock.lot").get("action", ())
                    if action["name"] in titles
                ]
                self.assertEqual(len(bound), len(buttons))
                for action in bound:
                    self.assertEqual(action["binding_view_types"], "list,kanban")

    def test_cog_menu(self):
        team, stock = self.team, self.stock_user
        for model in ("stock.lot", "product.product", "stock.picking"):
            for user, expected in ((team, True), (stock, False)):
                bindings = self.env["ir.actions.actions"].with_user(user)
                names = [
                    action["name"]
                    for action in bindings.get_bindings(model).get("action", ())
                ]
                self.assertEqual("Open a Recall Case" in names, expected, model)
