"""What screens of Odoo say is there to promise, where goods are on hold."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form

from .flows import needs
from .hold_common import HoldCommon, LooseCommon


class ForecastCommon(LooseCommon):
    """Readers of what each screen forecasts."""

    def graph(self, product=None, warehouse=None):
        """(today, last): what the graph shows of a product in a warehouse."""
        report = self.env["report.stock.quantity"]
        domain = [
            ("product_id", "=", (product or self.nut).id),
            ("warehouse_id", "=", (warehouse or self.warehouse).id),
            ("state", "=", "forecast"),
        ]
        rows = dict(report._read_group(domain, ["date:day"], ["product_qty:sum"]))
        # the view goes by the clock of the database
        self.cr.execute("SELECT (now() at time zone 'utc')::date")
        [today] = self.cr.fetchone()
        return rows[today], rows[max(rows)]

    def assertSame(self, quantity, product=None):
        """Graph and figure both forecast a quantity."""
        product = (product or self.nut).with_context(warehouse_id=self.warehouse.id)
        product.invalidate_recordset()
        self.assertEqual(product.virtual_available, quantity)
        self.assertEqual(self.graph(product), (quantity, quantity))

    def forecast(self, product=None, warehouse=None, **context):
        """The figure of a product in a warehouse."""
        self.env.invalidate_all()
        context["warehouse_id"] = (warehouse or self.warehouse).id
        return (product or self.nut).with_context(**context).virtual_available

    def report_quantities(self, move):
        """What the forecast report has for a move, line by line."""
        report = self.env["stock.forecasted_product_product"].with_context(
            warehouse_id=self.warehouse.id
        )
        lines = report._get_report_data(product_ids=self.nut.ids)["lines"]
        return [
            line["quantity"]
            for line in lines
            if line["move_out"] and line["move_out"]["id"] == move.id
        ]


class TestHoldGraph(ForecastCommon):
    """The graph of the forecast report says what the figures beside it say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive({cls.bad: 10, cls.good: 4, cls.cookie: 8})

    def test_on_hold(self):
        self.assertSame(14)
        hold = self.hold(self.bad)
        self.assertSame(4)
        self._as(self.manager, hold)._release("Tested negative")
        self.assertSame(14)

    def test_yesterday_is_not_rewritten(self):
        self.hold(self.bad)
        report = self.env["report.stock.quantity"]
        domain = [("product_id", "=", self.nut.id), ("state", "=", "forecast")]
        domain += [("warehouse_id", "=", self.warehouse.id)]
        domain += [("date", "<", self.graph_day())]
        [(total,)] = report._read_group(domain, [], ["product_qty:max"])
        self.assertEqual(total, 14)

    def graph_day(self):
        self.cr.execute("SELECT (now() at time zone 'utc')::date")
        return fields.Date.to_string(self.cr.fetchone()[0])

    def test_without_a_lot(self):
        self.hold_in(self.stock)
        self.assertSame(0, self.cookie)

    def test_without_a_lot_in_another_place(self):
        self.hold_in(self.shelf)
        self.assertSame(8, self.cookie)

    def test_reserved_before_it_is_settled(self):
        self.order({self.nut: 6})
        self.hold(self.bad)
        self.assertSame(4)  # as 6 of what is held are still reserved

    def test_what_is_short_is_below_zero(self):
        self.order({self.nut: 6})
        self.hold(self.bad)
        self.settle()
        self.assertSame(-2)

    def test_on_its_way_to_quarantine(self):
        picking = self.hold_case(self.bad)._move_to_quarantine()
        self.assertSame(4)
        self.validate(picking)
        self.assertSame(4)

    def test_on_its_way_to_the_quarantine_of_another_warehouse(self):
        other = self.new_warehouse("OTH")
        self.hold(self.bad)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": other.recall_quarantine_loc_id.id,
            }
        )
        picking.move_ids = [
            Command.create(
                {
                    "product_id": self.nut.id,
                    "product_uom_qty": 10,
                    "location_id": self.stock.id,
                    "location_dest_id": other.recall_quarantine_loc_id.id,
                }
            )
        ]
        picking.action_confirm()
        picking.action_assign()
        self.assertIn(self.bad, self.reserved(picking.move_ids))
        self.assertSame(4)

    def test_does_not_read_each_line_for_each_lot(self):
        few, many = self.count_read_lines(10), self.count_read_lines(40)
        self.assertLessEqual(many, 5 * few)

    def count_read_lines(self, number):
        """How many move lines the graph reads where so many lots of a product are on
        their way to quarantine."""
        product = self._create_product(f"Nut {number}")
        lots = self.lots(product, *(f"{number}-{lot}" for lot in range(number)))
        self.receive(dict.fromkeys(lots, 1))
        self.hold_case(*lots).action_quarantine()
        self.env.flush_all()
        self.cr.execute("ANALYZE stock_move_line")
        self.cr.execute("SET LOCAL enable_seqscan = off")  # as where there are more
        self.cr.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) SELECT date, sum(product_qty)"
            " FROM report_stock_quantity WHERE product_id = %s GROUP BY date",
            [product.id],
        )
        [[[plan]]] = self.cr.fetchall()
        self.cr.execute("SET LOCAL enable_seqscan = on")
        return self.count_lines_of(plan["Plan"])

    def count_lines_of(self, node):
        count = sum(map(self.count_lines_of, node.get("Plans", ())))
        if node.get("Relation Name") == "stock_move_line":
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            count += rows * node["Actual Loops"]
        return count


class TestHoldAvailability(HoldCommon):
    """What a move says that it may still reserve."""

    def setUp(self):
        super().setUp()
        self.receive({self.bad: 10, self.good: 4})

    def availability(self, moves):
        moves.invalidate_recordset(["availability"])
        return moves.mapped("availability")

    def test_delivery(self):
        move = self.order({self.nut: 20}).picking_ids.move_ids
        move._do_unreserve()
        self.assertEqual(self.availability(move), [14])
        hold = self.hold(self.bad)
        self.assertEqual(self.availability(move), [4])
        self._as(self.manager, hold)._release("Tested negative")
        self.assertEqual(self.availability(move), [14])

    def test_to_quarantine(self):
        picking = self.open_quarantine_transfer(20)
        picking.do_unreserve()
        self.hold(self.bad)
        self.assertEqual(self.availability(picking.move_ids), [14])

    def test_together(self):
        quarantine = self.open_quarantine_transfer(20)
        quarantine.do_unreserve()
        move = self.order({self.nut: 20}).picking_ids.move_ids
        move._do_unreserve()
        self.hold(self.bad)
        self.assertEqual(self.availability(quarantine.move_ids | move), [14, 4])

    def test_done(self):
        picking = self.order({self.nut: 3}).picking_ids
        self.validate(picking, {self.bad: 3})
        self.hold(self.bad)
        self.assertEqual(self.availability(picking.move_ids), [3])

    def test_new_transfer_before_its_type_is_chosen(self):
        self.hold(self.bad)
        form = Form(self._as(self.stock_user, self.env["stock.picking"]))
        form.picking_type_id = self.env["stock.picking.type"]
        with form.move_ids.new() as line:
            line.product_id = self.nut
            self.assertEqual(line.forecast_availability, 0)

    def test_no_further_query_without_a_hold(self):
        move = self.order({self.nut: 20}).picking_ids.move_ids
        self.availability(move)  # warms the caches
        self.env.cr.cache.clear()  # as in a transaction of its own
        queries = []
        for _patched in self._patchExecute(queries):
            self.availability(move)
        self.assertFalse([query for query in queries if "recall_hold" in query])


class TestHoldExpiry(ForecastCommon):
    """What has expired and is on hold is taken off once, not twice."""

    def setUp(self):
        super().setUp()
        self.nut.use_expiration_date = True
        self.receive({self.bad: 10, self.good: 10})
        self.expire(self.bad, days=-2)
        self.expire(self.good, days=9000)  # also by the clock of the database

    def expire(self, lot, days):
        lot.removal_date = fields.Datetime.now() + timedelta(days=days)
        self.env.flush_all()
        self.env.invalidate_all()

    def assertPromised(self, quantity, **context):
        nut = self.nut.with_context(warehouse_id=self.warehouse.id, **context)
        nut.invalidate_recordset()
        self.assertEqual((nut.free_qty, nut.virtual_available), (quantity, quantity))

    def test_expired(self):
        self.assertPromised(10)
        self.hold(self.bad)
        self.assertPromised(10)
        self.assertSame(10)

    def test_expires_before_the_date_asked_for(self):
        self.expire(self.bad, days=3)
        self.hold(self.bad)
        for days in (1, 10):
            later = fields.Datetime.now() + timedelta(days=days)
            with self.subTest(days=days):
                self.assertPromised(10, to_date=later)

    def test_sale_widget(self):
        self.hold(self.bad)
        order = self.env_of(self.company)["sale.order"].create(
            {
                "partner_id": self.consignee.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.nut.id, "product_uom_qty": 8})
                ],
            }
        )
        self.assertEqual(order.order_line.free_qty_today, 10)
        self.assertEqual(order.order_line.virtual_available_at_date, 10)

    def test_expired_on_its_way_to_quarantine(self):
        picking = self.hold_case(self.bad)._move_to_quarantine()
        self.assertSame(10)
        self.validate(picking)
        self.assertSame(10)

    def test_forecast_report(self):
        move = self.order({self.nut: 12}).picking_ids.move_ids
        self.hold(self.bad)
        move._do_unreserve()
        self.assertEqual(self.report_quantities(move), [10, 2])

    def test_what_a_rule_does_not_replace(self):
        """A rule counts held goods as stock, but nothing that has expired."""
        rule = self.env_of(self.company)["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.nut.id,
                "warehouse_id": self.warehouse.id,
                "location_id": self.stock.id,
            }
        )
        self.hold(self.bad)
        self.assertEqual(rule.qty_forecast, 10)
        self.assertFalse(rule.recall_note)


class TestHoldRuleExpiry(ForecastCommon):
    """What has expired by the date that a rule looks at is no stock for it."""

    def setUp(self):
        super().setUp()
        self.nut.use_expiration_date = True
        self.receive({self.bad: 10})
        self.rule = self.env_of(self.company)["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.nut.id,
                "warehouse_id": self.warehouse.id,
                "location_id": self.stock.id,
            }
        )
        self.bad.removal_date = fields.Datetime.now() + timedelta(days=30)
        self.env.flush_all()
        self.assertEqual(self.rule.qty_forecast, 0)

    def assertNotStock(self):
        self.rule.invalidate_recordset()
        self.assertEqual(self.rule.qty_forecast, 0)
        self.assertFalse(self.rule.recall_note)

    def test_on_hold(self):
        self.hold(self.bad)
        self.assertNotStock()

    def test_on_its_way_to_quarantine(self):
        picking = self.hold_case(self.bad)._move_to_quarantine()
        self.assertNotStock()
        self.validate(picking)
        self.assertNotStock()


class TestHoldReturns(ForecastCommon):
    """Held goods that go back to their vendor are no good ones, and count once."""

    def setUp(self):
        super().setUp()
        self.receipt = self.receive({self.bad: 10})
        self.receive({self.good: 5})

    def in_quarantine(self, *lots):
        case = self.hold_case(*lots)
        self.validate(self._as(self.team, case)._move_to_quarantine())

    def waiting_delivery(self, quantity):
        move = self.order({self.nut: quantity}).picking_ids.move_ids
        move._do_unreserve()
        self.env.invalidate_all()
        return move

    def assertGood(self, quantity):
        """All that is good is free, and promised to a delivery."""
        self.assertSame(quantity)
        self.assertPromised(quantity)

    def assertPromised(self, quantity):
        self.nut.invalidate_recordset()
        self.assertEqual(self.nut.virtual_available, quantity)
        self.assertEqual(self.nut.free_qty, quantity)
        move = self.waiting_delivery(quantity)
        self.assertEqual(move.forecast_availability, quantity)
        self.assertEqual(self.report_quantities(move), [quantity])

    def test_reserved(self):
        self.hold(self.bad)
        back = self.start_return(self.receipt, {self.bad: 10}).move_ids
        self.assertEqual(self.reserved(back), {self.bad: 10})
        self.assertGood(5)
        self.assertEqual(self.report_quantities(back), [10])

    def test_reserved_and_expired(self):
        self.nut.use_expiration_date = True
        self.bad.removal_date = fields.Datetime.now() - timedelta(days=2)
        self.good.removal_date = fields.Datetime.now() + timedelta(days=9000)
        self.hold(self.bad)
        back = self.start_return(self.receipt, {self.bad: 10}).move_ids
        self.assertEqual(self.reserved(back), {self.bad: 10})
        self.assertGood(5)

    def test_reserved_for_scrap(self):
        self.hold(self.bad)
        self.scrap_reserved({self.bad: 10})
        self.assertGood(5)

    def scrap_reserved(self, lots):
        ends = {"location_id": self.stock.id, "location_dest_id": self.scrap_place.id}
        [(lot, quantity)] = lots.items()
        picking = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.int_type_id.id, **ends}
        )
        picking.move_ids = [
            Command.create(
                {"product_id": lot.product_id.id, "product_uom_qty": quantity, **ends}
            )
        ]
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        vals = self._line_vals(picking.move_ids, lot, quantity, {})
        picking.move_ids.move_line_ids = [Command.create(vals)]
        self.assertEqual(self.reserved(picking.move_ids), lots)

    def test_waits_for_what_is_in_quarantine(self):
        self.in_quarantine(self.bad)
        back = self.start_return(self.receipt, {self.bad: 10}).move_ids
        self.assertFalse(back.move_line_ids)
        self.assertPromised(5)

    def test_waits_for_what_has_expired(self):
        self.nut.use_expiration_date = True
        self.bad.removal_date = fields.Datetime.now() - timedelta(days=2)
        self.in_quarantine(self.bad)
        self.start_return(self.receipt, {self.bad: 10})
        self.nut.invalidate_recordset()
        self.assertEqual(self.nut.virtual_available, 5)

    def test_waits_for_more_than_there_is(self):
        self.deliver({self.bad: 7})
        self.in_quarantine(self.bad)
        self.start_return(self.receipt, {self.bad: 10})
        self.nut.invalidate_recordset()
        self.assertEqual(self.nut.virtual_available, -2)

    def test_waits_for_good_ones_as_well(self):
        """Nobody knows which of them will go back."""
        receipt = self.receive({self.bad: 4, self.good: 4})
        self.in_quarantine(self.bad)
        back = self.start_return(receipt, {self.nut: 8}).move_ids
        back._do_unreserve()
        self.nut.invalidate_recordset()
        self.assertEqual(self.nut.virtual_available, 1)


class TestHoldIncoming(ForecastCommon):
    """Held goods that are on their way in arrive on hold: nobody is promised any."""

    def setUp(self):
        super().setUp()
        self.receive({self.bad: 10})

    def come_back(self, sent, *lots):
        """An open return of goods that a customer got, while lots of them are held."""
        out = self.deliver(sent)
        self.hold(*(lots or [self.bad]))
        return self.start_return(out, {self.nut: sum(sent.values())})

    def wait_in_transit(self, goods):
        """An open receipt, in a warehouse of its own, of what is on its way there."""
        other = self.new_warehouse("W2")
        transit = self.company.internal_transit_location_id
        ends = {"location_id": transit.id, "location_dest_id": other.lot_stock_id.id}
        move = {
            "product_id": self.nut.id,
            "product_uom_qty": sum(goods.values()),
            "procure_method": "make_to_order",
            **ends,
        }
        receipt = self.env_of(self.company)["stock.picking"].create(
            {
                "picking_type_id": other.in_type_id.id,
                "move_ids": [Command.create(move)],
                **ends,
            }
        )
        self.transfer(
            goods,
            self.warehouse.out_type_id,
            self.stock,
            transit,
            move_dest_ids=[Command.link(receipt.move_ids.id)],
        )
        receipt.action_confirm()
        receipt.action_assign()
        return receipt

    def waiting_order(self, quantity):
        return self.order({self.nut: quantity}).picking_ids.move_ids

    def test_from_a_customer(self):
        back = self.come_back({self.bad: 4})
        self.assertEqual(self.reserved(back.move_ids), {self.bad: 4})
        self.assertEqual(self.forecast(), 0)
        self.validate(back, {self.bad: 4})
        self.assertEqual(self.forecast(), 0)

    def test_from_a_customer_and_not_reserved(self):
        self.come_back({self.bad: 4}).do_unreserve()
        self.assertEqual(self.forecast(), 0)

    def test_released(self):
        out = self.deliver({self.bad: 4})
        hold = self.hold(self.bad)
        self.start_return(out, {self.bad: 4})
        self._as(self.manager, hold)._release("Tested negative")
        self.assertEqual(self.forecast(), 10)

    def test_comes_after_the_date_asked_for(self):
        back = self.come_back({self.bad: 4})
        back.move_ids.date = fields.Datetime.now() + timedelta(days=9)
        soon = fields.Datetime.now() + timedelta(days=1)
        self.assertEqual(self.forecast(to_date=soon), 0)

    def test_was_to_come_before_a_date_that_is_past(self):
        back = self.come_back({self.bad: 4})
        back.move_ids.date = fields.Datetime.now() - timedelta(days=2)
        past = fields.Datetime.now() - timedelta(days=1)
        self.assertEqual(self.forecast(to_date=past), 0)

    def test_another_lot_than_was_sent(self):
        back = self.come_back({self.bad: 4})
        self.fill(back.move_ids, {self.good: 4})
        self.assertEqual(self.forecast(), 4)

    def test_some_of_it_is_good(self):
        self.receive({self.good: 10})
        back = self.come_back({self.bad: 4, self.good: 3})
        reserved = {self.bad: 4, self.good: 3}
        self.assertEqual(self.reserved(back.move_ids), reserved)
        self.assertEqual(self.forecast(), 10)

    def test_nobody_knows_which_of_them_come(self):
        self.receive({self.good: 10})
        self.come_back({self.bad: 4, self.good: 3}).do_unreserve()
        self.assertEqual(self.forecast(), 14)

    def test_out_of_a_transit(self):
        receipt = self.wait_in_transit({self.bad: 4})
        self.assertEqual(self.reserved(receipt.move_ids), {self.bad: 4})
        other = receipt.picking_type_id.warehouse_id
        self.assertEqual(self.forecast(warehouse=other), 4)
        self.hold(self.bad)
        self.settle()
        self.assertEqual(self.forecast(warehouse=other), 0)
        receipt.do_unreserve()
        self.assertEqual(self.forecast(warehouse=other), 0)

    def test_from_a_vendor_without_a_number(self):
        """Nothing says that it is of a lot on hold."""
        self.hold(self.bad)
        vals = {"location_id": self.suppliers.id, "location_dest_id": self.stock.id}
        move = {"product_id": self.nut.id, "product_uom_qty": 4, **vals}
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "move_ids": [Command.create(move)],
                **vals,
            }
        )
        receipt.action_confirm()
        self.assertEqual(self.forecast(), 4)

    # A rule does not buy again what is only held

    def test_rule_and_order_ask_in_one_transaction(self):
        self.hold(self.bad)
        product = self.nut.with_context(warehouse_id=self.warehouse.id)
        counted = product.with_context(recall_count_held=True)
        self.assertEqual(product.virtual_available, 0)
        self.assertEqual(counted.virtual_available, 10)

    def test_rule_counts_it(self):
        rule = self.env_of(self.company)["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.nut.id,
                "warehouse_id": self.warehouse.id,
                "location_id": self.stock.id,
            }
        )
        self.come_back({self.bad: 4})
        self.assertEqual(self.forecast(recall_count_held=True), 10)
        rule.invalidate_recordset()
        self.assertEqual(rule.qty_forecast, 10)
        self.assertIn("10 Units on hold count as stock", rule.recall_note)

    def test_rule_replaces_it_where_the_company_wants_it(self):
        self.company.recall_replace_held = True
        self.come_back({self.bad: 4})
        rule = self.env_of(self.company)["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.nut.id,
                "warehouse_id": self.warehouse.id,
                "location_id": self.stock.id,
            }
        )
        self.assertEqual(rule.qty_forecast, 0)
        self.assertIn("10 Units on hold are replaced", rule.recall_note)

    # The forecast report

    def test_order_is_not_promised_what_comes_on_hold(self):
        self.come_back({self.bad: 4})
        move = self.waiting_order(4)
        self.env.invalidate_all()
        self.assertEqual(move.forecast_availability, -4)
        self.assertEqual(self.report_quantities(move), [4])

    def test_orders_are_promised_what_comes_good_beside_it(self):
        self.receive({self.good: 10})
        self.come_back({self.bad: 4, self.good: 3})
        first, second = self.waiting_order(9), self.waiting_order(4)
        self.env.invalidate_all()
        self.assertEqual(first.forecast_availability, 9)
        self.assertEqual(second.forecast_availability, -3)
        self.assertEqual(self.report_quantities(first), [7, 2])
        self.assertEqual(self.report_quantities(second), [1, 3])
        self.assertFalse(self.report_receipts())

    def test_what_comes_good_and_nobody_wants(self):
        self.receive({self.good: 10})
        back = self.come_back({self.bad: 4, self.good: 3})
        self.assertEqual(self.report_receipts(), {back.move_ids.id: 3})

    def report_receipts(self):
        """{move: what the forecast report has left of what it brings}"""
        report = self.env["stock.forecasted_product_product"].with_context(
            warehouse_id=self.warehouse.id
        )
        lines = report._get_report_data(product_ids=self.nut.ids)["lines"]
        return {
            line["move_in"]["id"]: line["quantity"]
            for line in lines
            if line["move_in"] and not line["move_out"]
        }

    # Who asks, and what it costs

    def test_salesperson(self):
        self.come_back({self.bad: 4})
        seller = self._create_user("seller", "sales_team.group_sale_salesman")
        self.assertEqual(self.forecast(self._as(seller, self.nut)), 0)

    def ask(self, move):
        """The queries that read the figure, and what a move is promised."""
        for _time in range(2):  # the first warms the caches
            self.env.invalidate_all()
            queries = []
            for _patched in self._patchExecute(queries):
                self.forecast()
                move.mapped("forecast_availability")
        return queries

    def test_asks_for_nothing_without_a_hold(self):
        self.start_return(self.deliver({self.bad: 4}), {self.bad: 4})
        moves = self.env.registry["stock.move"]
        with patch.object(moves, "_get_bringing_held_domain") as asked:
            self.ask(self.waiting_order(1))
        asked.assert_not_called()

    def test_asks_no_more_for_more(self):
        move = self.waiting_order(20)
        sent = [self.deliver({self.bad: 1}) for _time in range(4)]
        self.hold(self.bad)
        self.start_return(sent[0], {self.bad: 1})
        queries = self.ask(move)
        for picking in sent[1:]:
            self.start_return(picking, {self.bad: 1})
        self.assertEqual(len(self.ask(move)), len(queries))


@needs("mrp")
class TestHoldMaking(ForecastCommon):
    """An order that makes a lot on hold makes nothing that is promised."""

    def setUp(self):
        super().setUp()
        self.cake = self._create_product("Cake")
        self.made, self.other = self.lots(self.cake, "C1", "C2")
        self.receive({self.good: 10})

    def make(self, lots):
        order = self.order_production(self.cake, 4, {self.nut: 4})
        order.lot_producing_ids = lots

    def test_lot_on_hold(self):
        self.make(self.made)
        self.assertEqual(self.forecast(self.cake), 4)
        self.hold(self.made)
        self.assertEqual(self.forecast(self.cake), 0)

    def test_another_lot(self):
        self.make(self.other)
        self.hold(self.made)
        self.assertEqual(self.forecast(self.cake), 4)

    def test_byproduct_of_a_lot_on_hold(self):
        """It gets a lot of its own, or none."""
        crumbs = self._create_product("Crumbs")
        (lot,) = self.lots(crumbs, "R1")
        order = self.order_production(self.cake, 4, {self.nut: 4}, {crumbs: 2})
        order.lot_producing_ids = self.made
        self.hold(self.made, lot)
        self.assertEqual(self.forecast(crumbs), 2)
        self.assertEqual(self.forecast(self.cake), 0)
