"""T14: the number of queries follows the shape of the records, not their number."""

from odoo.fields import Command

from .flows import needs
from .trace_common import TraceCommon


class TestTraceQueries(TraceCommon):
    def network(self, count):
        """A lot in `count` jars, these in as many boxes, with deliveries of each,
        returns, open orders, and goods without a lot on the way."""
        nut = self._create_product(f"Nut {count}")
        jar = self._create_product(f"Jar {count}", "serial")
        box = self._create_product(f"Box {count}", "serial")
        cookie = self._create_product(f"Cookie {count}", "none")
        (bad,) = self.lots(nut, f"N{count}")
        jars = self.lots(jar, *(f"J{count}/{number}" for number in range(count)))
        boxes = self.lots(box, *(f"B{count}/{number}" for number in range(count)))
        self.receive({bad: 10 * count})
        self.produce(dict.fromkeys(jars, 1), {bad: count})
        self.produce(dict.fromkeys(boxes, 1), dict.fromkeys(jars, 1))
        self.produce({cookie: count}, {bad: count})
        out = self.deliver({cookie: 1, **dict.fromkeys(boxes, 1)})
        self.return_goods(out, {cookie: 1, **dict.fromkeys(boxes, 1)})
        self.deliver(dict.fromkeys(boxes, 1), self.second)
        self.order({nut: count})
        return bad

    def count_queries(self, lot, direction):
        scope = {"kind": "lot", "lot_ids": [Command.set(lot.ids)]}
        return self.count_queries_of({**scope, "direction": direction})

    def count_queries_of(self, scope):
        case = self._create_case(scope)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        case.action_trace()
        self.env.flush_all()
        return self.cr.sql_log_count - before, len(case.affected_ids)

    @needs("mrp")
    def test_as_many_for_60_lots_as_for_3(self):
        few, many = self.network(3), self.network(60)
        self.count_queries(few, "both")  # fills the caches of the registry
        for direction in ("forward", "both"):
            queries, affected = self.count_queries(few, direction)
            self.assertEqual(affected, 1 + 3 + 3 + 1)
            more_queries, affected = self.count_queries(many, direction)
            self.assertEqual(affected, 1 + 60 + 60 + 1)
            self.assertEqual(more_queries, queries, direction)

    def test_as_many_for_60_seeds_as_for_3(self):
        nut = self._create_product("Nut")
        lots = self.lots(nut, *(f"N{number}" for number in range(60)))
        self.receive(dict.fromkeys(lots, 2))
        self.deliver(dict.fromkeys(lots, 1))
        few, many = (
            nut.env["stock.lot"].concat(*lots[:3]),
            nut.env["stock.lot"].concat(*lots),
        )
        self.count_queries(few, "both")

        self.assertEqual(
            self.count_queries(few, "both")[0], self.count_queries(many, "both")[0]
        )

    def test_as_many_for_20_open_orders_as_for_2(self):
        """Each of them would take any of the lots."""
        self.warehouse.out_type_id.reservation_method = "manual"
        counts = []
        for count in (2, 2, 20):
            nut = self._create_product(f"Nut {count}")
            lots = self.lots(nut, *(f"N{number}" for number in range(count)))
            self.receive(dict.fromkeys(lots, 2))
            for _number in range(count):
                self.order({nut: 1})
            counts.append(
                self.count_queries(nut.env["stock.lot"].concat(*lots), "both")
            )

        self.assertEqual(counts[1][0], counts[2][0])

    def test_as_many_for_40_lots_that_a_scope_cannot_judge_as_for_2(self):
        counts = {"vendor_lot": [], "product": []}
        for count in (2, 2, 40):
            vendor = self._create_partner(f"Farm {len(counts['product'])}")
            products = self.env["product.product"].concat(
                *(self._create_product(f"Nut {number}") for number in range(count))
            )
            name = f"V-{len(counts['product'])}"
            lots = [self._create_lot(product, name) for product in products]
            self.count(dict.fromkeys(lots, 1))
            self.receive({self._create_lot(products[0], f"{name}-0"): 1}, vendor)
            window = {
                "product_ids": [Command.set(products.ids)],
                "date_from": "2020-01-01",
            }
            number = {"vendor_lot": name, "partner_id": vendor.id}
            for kind, vals in (("vendor_lot", number), ("product", window)):
                counts[kind].append(self.count_queries_of({"kind": kind, **vals})[0])

        for kind, (_warm, few, many) in counts.items():
            self.assertEqual(few, many, kind)
