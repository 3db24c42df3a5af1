"""What is held is on hand, and neither free nor promised to anybody."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools.safe_eval import safe_eval

from .flows import needs
from .hold_common import HoldCommon


class TestHoldPromise(HoldCommon):
    """Held goods are on hand, and neither free nor promised."""

    def setUp(self):
        super().setUp()
        self.receive({self.bad: 10, self.good: 4})

    def product(self, product=None, **context):
        context = {"warehouse_id": self.warehouse.id, **context}
        product = (product or self.nut).with_context(**context)
        product.invalidate_recordset()
        return product

    def test_not_free_and_not_in_the_forecast(self):
        self.hold(self.bad)
        product = self.product()
        self.assertEqual(product.qty_available, 14)
        self.assertEqual(product.free_qty, 4)
        self.assertEqual(product.virtual_available, 4)

    def test_forecast_before_the_receipt_is_not_below_zero(self):
        self.hold(self.bad)
        before = fields.Datetime.now() - timedelta(days=365)
        product = self.product(to_date=before)
        self.assertEqual(product.qty_available, 0)
        self.assertEqual(product.virtual_available, 0)

    def test_late_order_is_promised_nothing_held(self):
        self.hold(self.bad)
        self.wait(days=1)
        late = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(self.product(to_date=late).free_qty, 4)

    def test_shortage_to_come_is_in_the_forecast(self):
        self.order({self.nut: 9})
        self.hold(self.bad)
        self.settle()
        later = fields.Datetime.now() + timedelta(days=9)
        self.assertEqual(self.product(to_date=later).virtual_available, -5)

    def test_quarantine_beside_stock_is_not_free(self):
        self.hold(self.bad)
        self.move({self.bad: 10}, self.warehouse.recall_quarantine_loc_id)
        product = self.product()
        self.assertEqual(product.qty_available, 14)
        self.assertEqual(product.free_qty, 4)
        self.assertEqual(product.virtual_available, 4)

    def test_on_its_way_to_quarantine_is_not_promised(self):
        case = self.hold_case(self.bad)
        case._move_to_quarantine()
        self.assertEqual(self.product().virtual_available, 4)
        product = self.product(warehouse_id=False, location=self.stock.id)
        self.assertEqual(product.virtual_available, 4)

    def test_released_is_free_again(self):
        hold = self.hold(self.bad)
        self._as(self.manager, hold)._release("Tested negative")
        self.assertEqual(self.product().free_qty, 14)

    def test_reserved_and_not_settled_counts_once(self):
        self.order({self.nut: 6})
        self.hold(self.bad)
        self.assertEqual(self.product().free_qty, 4)

    def test_quant_is_not_available(self):
        self.hold(self.bad)
        quants = self.bad.quant_ids | self.good.quant_ids
        quants = quants.filtered(lambda quant: quant.location_id == self.stock)
        available = {quant.lot_id: quant.available_quantity for quant in quants}
        self.assertEqual(available, {self.bad: 0, self.good: 4})
        held = self.env["stock.quant"].search(
            [("recall_hold", "=", True), ("location_id", "=", self.stock.id)]
        )
        self.assertEqual(held.lot_id, self.bad)

    def test_lists_of_stock_show_what_is_held(self):
        for name in ("simple", "editable", "inventory_editable"):
            view = self.env.ref(f"stock.view_stock_quant_tree_{name}")
            arch = self.env["stock.quant"].get_view(view.id, "list")["arch"]
            with self.subTest(view=name):
                self.assertIn('name="recall_hold_reason"', arch)

    def test_total_of_available_leaves_held_out(self):
        self.hold(self.bad)
        [(available,)] = self.env["stock.quant"]._read_group(
            [("location_id", "=", self.stock.id)], [], ["available_quantity:sum"]
        )
        self.assertEqual(available, 4)

    def test_stock_user_reaches_the_list_of_goods_on_hold(self):
        menu = self.env.ref("stock_recall.menu_recall_held_goods")
        for user in (self.stock_user, self.team, self.auditor):
            visible = menu.with_user(user)._visible_menu_ids()
            for entry in menu.browse(map(int, menu.parent_path.split("/")[:-1])):
                with self.subTest(user=user.login, entry=entry.name):
                    self.assertIn(entry.id, visible)

    def test_goods_on_hold_say_why(self):
        self.hold(self.bad)
        case = self.hold_case(self.bad, title="Glass in nuts")
        quants = self._as(self.stock_user, self.nut.stock_quant_ids)
        quants = quants.filtered(lambda quant: quant.location_id == self.stock)
        held = quants.filtered(lambda quant: quant.lot_id == self.bad)
        self.assertEqual(
            held.recall_hold_reason,
            f"Precaution: Salmonella · {case.name}: Glass in nuts",
        )
        self.assertFalse((quants - held).recall_hold_reason)

    def test_goods_to_pick_from_are_marked(self):
        self.hold(self.bad)
        quants = self.nut.stock_quant_ids
        quants = quants.filtered(lambda quant: quant.location_id == self.stock)
        held = quants.filtered(lambda quant: quant.lot_id == self.bad)
        found = dict(
            self._as(self.stock_user, quants).name_search(
                domain=[("id", "in", quants.ids)]
            )
        )
        self.assertTrue(found[held.id].endswith("N-BAD - On Hold"), found)
        self.assertNotIn("On Hold", found[(quants - held).id])
        held.invalidate_recordset(["display_name"])
        listed = held.with_context(formatted_display_name=True)
        self.assertIn("`On Hold`", listed.display_name)

    def test_goods_on_hold_are_added_up_in_one_unit_only(self):
        dozens = self.env.ref("uom.product_uom_dozen")
        egg = self._create_product("Egg", uom_id=dozens.id)
        (box,) = self.lots(egg, "E1")
        self.receive({box: 3})
        self.hold(self.bad, box)
        action = self.env.ref(
            "stock_recall.recall_held_goods_action"
        )._get_action_dict()
        context = safe_eval(action["context"])
        quants = self.env["stock.quant"].with_context(**context)
        domain = [*safe_eval(action["domain"]), ("location_id", "=", self.stock.id)]
        sums = ["quantity:sum", "available_quantity:sum", "reserved_quantity:sum"]
        [by_place] = quants.formatted_read_group(domain, ["location_id"], sums)
        self.assertEqual([by_place[name] for name in sums], [False] * 3)
        by_product = quants._read_group(domain, ["product_id"], ["quantity:sum"])
        self.assertEqual(dict(by_product), {self.nut: 10, egg: 3})
        [(total,)] = self.env["stock.quant"]._read_group(domain, [], ["quantity:sum"])
        self.assertEqual(total, 13)  # elsewhere as Odoo does

    def test_forecast_report(self):
        self.hold(self.bad)
        order = self.order({self.nut: 6})
        report = self.env["stock.forecasted_product_product"].with_context(
            warehouse_id=self.warehouse.id
        )
        lines = report._get_report_data(product_ids=self.nut.ids)["lines"]
        self.assertNotIn(
            "N-BAD", str([line for line in lines if not line.get("move_out")])
        )
        move = order.picking_ids.move_ids
        self.assertLess(move.forecast_availability, 6)

    def test_sale_widget(self):
        self.hold(self.bad)
        order = self.env_of(self.company)["sale.order"].create(
            {
                "partner_id": self.consignee.id,
                "order_line": [
                    Command.create({"product_id": self.nut.id, "product_uom_qty": 6})
                ],
            }
        )
        self.assertEqual(order.order_line.free_qty_today, 4)

    @needs("mrp")
    def test_kit_of_held_components(self):
        kit = self._create_product("Kit", "none")
        self.bom(kit, {self.nut: 2}, type="phantom")
        self.hold(self.bad)
        self.assertEqual(self.product(kit).free_qty, 2)
        self.assertEqual(self.product(kit).virtual_available, 2)
        self.assertEqual(self.product(kit).qty_available, 7)
        both = self.product(kit | self.nut)
        self.assertEqual(both.mapped("free_qty"), [2, 4])

    @needs("mrp")
    def test_components_of_an_order(self):
        paste = self._create_product("Paste")
        order = self.order_production(paste, 1, {self.nut: 6})
        order.do_unreserve()
        self.env.invalidate_all()
        self.assertEqual(order.components_availability_state, "available")
        self.hold(self.bad)
        self.env.invalidate_all()
        self.assertEqual(order.components_availability_state, "unavailable")

    def rule(self):
        return self.env_of(self.company)["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.nut.id,
                "location_id": self.stock.id,
                "product_min_qty": 12,
                "product_max_qty": 20,
            }
        )

    def test_lists_of_rules_say_why(self):
        for name in ("action_orderpoint_replenish", "action_orderpoint"):
            view = self.env.ref(f"stock.{name}").view_id
            rules = self.env["stock.warehouse.orderpoint"].with_user(self.stock_user)
            with self.subTest(action=name):
                arch = rules.get_view(view.id, "list")["arch"]
                self.assertIn('name="recall_note"', arch)

    def test_new_company_does_not_replace_held_stock(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertFalse(company.recall_replace_held)

    def test_reordering_rule_does_not_replace_held_stock(self):
        rule = self.rule()
        self.hold(self.bad)
        rule.invalidate_recordset()
        self.assertEqual(rule.qty_forecast, 14)
        self.assertEqual(rule.qty_to_order, 0)
        self.assertIn("10 Units on hold count as stock", rule.recall_note)

    def test_reordering_rule_does_not_replace_what_goes_to_quarantine(self):
        rule = self.rule()
        picking = self.hold_case(self.bad)._move_to_quarantine()
        for _step in ("open", "done"):
            rule.invalidate_recordset()
            self.assertEqual(rule.qty_forecast, 14)
            self.assertEqual(rule.qty_to_order, 0)
            self.assertIn("10 Units on hold count as stock", rule.recall_note)
            if picking.state != "done":
                self.validate(picking)

    def test_reordering_rule_replaces_what_goes_to_quarantine_if_so_set(self):
        rule = self.rule()
        self.company.recall_replace_held = True
        picking = self.hold_case(self.bad)._move_to_quarantine()
        for _step in ("open", "done"):
            rule.invalidate_recordset()
            self.assertEqual(rule.qty_forecast, 4)
            self.assertIn("10 Units on hold are replaced", rule.recall_note)
            if picking.state != "done":
                self.validate(picking)

    def test_reordering_rule_replaces_held_stock_where_the_company_wants_it(self):
        rule = self.rule()
        self.company.recall_replace_held = True
        self.hold(self.bad)
        rule.invalidate_recordset()
        self.assertEqual(rule.qty_forecast, 4)
        self.assertEqual(rule.qty_to_order, 16)
        self.assertIn("10 Units on hold are replaced", rule.recall_note)
