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
        case = self._create_case(
            {
                "kind": "lot",
                "lot_ids": [Command.set(lot.ids)],
                "direction": direction,
            }
        )
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
