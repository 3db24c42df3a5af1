"""Goods sold at a till, with and without a customer, shipped by order and by
session."""

from .flows import needs
from .till import TillFlows
from .trace_common import TraceCommon


@needs("point_of_sale", "mrp")
class TestTraceTill(TillFlows, TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut", lst_price=10, taxes_id=False)
        cls.cookie = cls._create_product("Cookie", "none", lst_price=10, taxes_id=False)
        cls.bad, cls.good = cls.lots(cls.nut, "N1", "N2")
        cls.receive({cls.bad: 20, cls.good: 20})

    # ------------------------------------------------------------------
    # By order
    # ------------------------------------------------------------------
    def test_order_of_a_customer(self):
        self.open_till("real")
        self.sell({self.bad: 2}, self.consignee)
        self.sell({self.good: 3}, self.second)

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (2, 0, "exact")}
        )
        self.assertFalse(case.gap_ids)

    def test_order_without_a_customer(self):
        self.open_till("real")
        self.sell({self.bad: 2})

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {(self.env["res.partner"], self.bad): (2, 0, "exact")},
        )
        self.assertEqual(self.gaps(case), [("no_consignee", self.bad)])

    def test_refund(self):
        self.open_till("real")
        order = self.sell({self.bad: 2}, self.consignee)
        self.wait()
        refund = self.env["pos.order"].browse(order.refund()["res_id"])
        self.pay(refund)

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (2, 2, "exact")}
        )

    def test_goods_without_a_lot(self):
        self.produce({self.cookie: 5}, {self.bad: 5})
        self.open_till("real")
        self.sell({self.cookie: 2}, self.consignee)

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {(self.consignee, self.cookie): (2, 0, "inferred")},
        )

    # ------------------------------------------------------------------
    # By session
    # ------------------------------------------------------------------
    def test_session_with_one_customer_of_the_lot(self):
        self.open_till("closing")
        self.sell({self.bad: 2}, self.consignee)
        self.sell({self.good: 3}, self.second)
        self.sell({self.good: 1})
        self.close()

        case = self.trace(self.bad)

        self.assertTraced(case, {self.bad: "exact"})
        self.assertEqual(
            self.exposures(case), {(self.consignee, self.bad): (2, 0, "exact")}
        )
        self.assertFalse(case.gap_ids)

    def test_session_with_two_customers_of_the_lot(self):
        self.open_till("closing")
        self.sell({self.bad: 2}, self.consignee)
        self.sell({self.bad: 3}, self.second)
        self.close()

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.bad): (2, 0, "exact"),
                (self.second, self.bad): (3, 0, "exact"),
            },
        )
        self.assertFalse(case.gap_ids)

    def test_session_with_two_customers_of_as_much(self):
        self.open_till("closing")
        self.sell({self.bad: 2}, self.consignee)
        self.sell({self.bad: 2}, self.second)
        self.sell({self.bad: 2}, self.second)
        self.close()

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.bad): (2, 0, "exact"),
                (self.second, self.bad): (4, 0, "exact"),
            },
        )

    def test_session_with_and_without_a_customer(self):
        self.open_till("closing")
        self.sell({self.bad: 2}, self.consignee)
        self.sell({self.bad: 3})
        self.close()

        case = self.trace(self.bad)

        self.assertEqual(
            self.exposures(case),
            {
                (self.consignee, self.bad): (2, 0, "exact"),
                (self.env["res.partner"], self.bad): (3, 0, "exact"),
            },
        )
        self.assertEqual(self.gaps(case), [("no_consignee", self.bad)])
        self.assertEqual(case.gap_ids.quantity, 3)

    def test_session_without_customers(self):
        self.open_till("closing")
        self.sell({self.bad: 2})
        self.close()

        case = self.trace(self.bad)

        self.assertEqual(self.gaps(case), [("no_consignee", self.bad)])

    def test_session_of_goods_without_a_lot(self):
        """One transfer for all orders: nobody knows who got which unit."""
        self.produce({self.cookie: 5}, {self.bad: 5})
        self.open_till("closing")
        self.sell({self.cookie: 2}, self.consignee)
        self.sell({self.cookie: 1})
        self.close()

        case = self.trace(self.bad)

        self.assertEqual(sum(case.exposure_ids.mapped("qty_net")), 3)
        self.assertIn(("no_consignee", self.cookie), self.gaps(case))
