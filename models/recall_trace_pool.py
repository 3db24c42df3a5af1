from collections import defaultdict

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.pool import TOLERANCE, Flow, Pool


class RecallTracePool(models.AbstractModel):
    """Reads where goods without a lot were, when and how many."""

    _name = "recall.trace.pool"
    _description = "Recall Trace: Goods Without a Lot"

    def _follow(self, line_ids, companies, forward=True):
        """Follow suspect arrivals of goods without a lot through their places.

        :param line_ids: ids of the done `stock.move.line` by which they came into
            stock; backwards, by which they left it
        :param companies: `res.company` whose moves count
        :return: windows by product id, see :class:`..tools.pool.Window`; backwards
            their times are negated
        """
        if not line_ids:
            return {}
        self._flush()
        arrivals = self._read_arrivals(line_ids, companies, forward)
        counted = self.env["product.product"].browse(arrivals).filtered("is_storable")
        since = self._sql_since(arrivals, forward)
        levels = self._read_levels(arrivals, since, companies, forward)
        if self._is_overdrawn(levels, counted):
            # Goods left before the records say they came, so what was suspect may
            # have left earlier than it arrived: read all there is.
            since = SQL("TRUE")
            levels = self._read_levels(arrivals, since, companies, forward)
        flows = self._read_flows(arrivals, since, companies, forward)
        return {
            product_id: Pool(
                flows[product_id], levels[product_id], product_id in counted._ids
            ).follow(places)
            for product_id, places in arrivals.items()
        }

    def _is_overdrawn(self, levels, products):
        return any(
            level < -TOLERANCE
            for product_id in products._ids
            for level in levels[product_id].values()
        )

    def _flush(self):
        for model in ("stock.move.line", "stock.move", "stock.location"):
            self.env[model].flush_model()

    def _read_arrivals(self, line_ids, companies, forward):
        """{product id: [(place, time)]} of single lines; outside places left out."""
        arrivals = defaultdict(list)
        condition = SQL("line.id = ANY(%s)", list(line_ids))
        for product_id, flow in self._read(condition, companies, forward):
            if flow.target is not None:
                arrivals[product_id].append((flow.target, flow.time))
        return arrivals

    def _read_returned(self, line_ids, companies, forward):
        """Ids of the lines by which goods that left by `line_ids` may have come back
        from outside; backwards, by which goods that came back had left.

        A return that names no delivery may be of any earlier one.
        """
        if not line_ids:
            return set()
        near, far = ("gone", "back") if forward else ("back", "gone")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT %(far)s.id
                  FROM stock_move_line gone
                  JOIN stock_location outside ON outside.id = gone.location_dest_id
                   AND outside.usage IN ('customer', 'supplier')
                  JOIN stock_move_line back ON back.product_id = gone.product_id
                   AND back.location_id = outside.id
                   AND back.date >= gone.date
                  JOIN stock_move back_move ON back_move.id = back.move_id
                 WHERE %(near)s.id = ANY(%(lines)s)
                   AND gone.lot_id IS NULL AND gone.state = 'done'
                   AND back.lot_id IS NULL AND back.state = 'done'
                   AND back.quantity_product_uom > 0
                   AND %(far)s.company_id = ANY(%(companies)s)
                   AND (back_move.origin_returned_move_id = gone.move_id
                        OR outside.usage = 'customer'
                           AND back_move.origin_returned_move_id IS NULL)
                """,
                near=SQL.identifier(near),
                far=SQL.identifier(far),
                lines=list(line_ids),
                companies=companies.ids,
            )
        )
        return {line_id for (line_id,) in rows}

    def _read_flows(self, arrivals, since, companies, forward):
        """{product id: [Flow]} of the lines `since`."""
        flows = defaultdict(list)
        condition = SQL("%s AND %s", self._sql_products(arrivals), since)
        for product_id, flow in self._read(condition, companies, forward):
            flows[product_id].append(flow)
        return flows

    def _read_levels(self, arrivals, since, companies, forward):
        """{product id: {(place, shelf): stock}} just before the lines `since`.

        Backwards in time, "before" them is what is left after them.
        """
        levels = defaultdict(dict)
        condition = SQL(
            "%s AND %s",
            self._sql_products(arrivals),
            SQL("NOT %s", since) if forward else since,
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product_id, place, shelf, sum(booked.quantity)
                  FROM (%s) flow
                 CROSS JOIN LATERAL (
                     VALUES (source, source_shelf, -quantity),
                            (target, target_shelf, quantity)
                 ) AS booked(place, shelf, quantity)
                 WHERE place IS NOT NULL
                 GROUP BY product_id, place, shelf
                """,
                self._sql_flows(condition, companies),
            )
        )
        for product_id, place, shelf, quantity in rows:
            levels[product_id][place, shelf] = quantity
        return levels

    def _read(self, condition, companies, forward):
        for product_id, *row in self.env.execute_query(
            self._sql_flows(condition, companies)
        ):
            flow = Flow(*row)
            yield product_id, flow if forward else flow.mirrored()

    def _sql_products(self, arrivals):
        return SQL("line.product_id = ANY(%s)", list(arrivals))

    def _sql_since(self, arrivals, forward):
        """Lines from the first suspect arrival on; backwards, up to the last one."""
        if not arrivals:
            return SQL("FALSE")
        first = min(time for places in arrivals.values() for _place, time in places)
        return SQL(
            "extract(epoch FROM line.date) %s %s",
            SQL(">=") if forward else SQL("<="),
            first if forward else -first,
        )

    def _sql_flows(self, condition, companies):
        """Done lines without a lot. A place is a warehouse (its id, negated), or a
        location of the stock outside of any; it is null outside of the stock."""
        return SQL(
            """
            SELECT line.product_id,
                   line.id,
                   extract(epoch FROM line.date)::float8 AS time,
                   line.quantity_product_uom::float8 AS quantity,
                   %(source)s AS source,
                   %(target)s AS target,
                   %(source_usage)s AS source_usage,
                   %(target_usage)s AS target_usage,
                   line.location_id AS source_shelf,
                   line.location_dest_id AS target_shelf
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
              JOIN stock_location source ON source.id = line.location_id
              JOIN stock_location target ON target.id = line.location_dest_id
             WHERE line.lot_id IS NULL
               AND line.state = 'done'
               AND line.quantity_product_uom > 0
               AND line.company_id = ANY(%(companies)s)
               AND %(condition)s
            """,
            source=self._sql_place("source"),
            target=self._sql_place("target"),
            source_usage=self._sql_usage("source"),
            target_usage=self._sql_usage("target"),
            companies=companies.ids,
            condition=condition,
        )

    def _sql_place(self, alias):
        return SQL(
            """CASE %(location)s.usage
               WHEN 'internal'
               THEN COALESCE(-%(location)s.warehouse_id, %(location)s.id)
               WHEN 'transit' THEN %(location)s.id END""",
            location=SQL.identifier(alias),
        )

    def _sql_usage(self, alias):
        """The location's usage; transit without a company lies between companies, and
        what is lost without having been counted is scrapped."""
        return SQL(
            """CASE
               WHEN %(location)s.usage = 'transit' AND %(location)s.company_id IS NULL
               THEN 'company'
               WHEN %(location)s.usage = 'inventory' AND move.is_inventory IS NOT TRUE
               THEN 'scrap'
               ELSE %(location)s.usage END""",
            location=SQL.identifier(alias),
        )

    def _get_locations(self, *usages):
        """Ids of the locations of usages, archived ones too; `company` stands for the
        transit between companies, as in :meth:`_sql_usage`."""
        domain = Domain("usage", "in", usages)
        if "company" in usages:
            domain |= Domain("usage", "=", "transit") & Domain("company_id", "=", False)
        locations = self.env["stock.location"].with_context(active_test=False)
        return locations.search(domain).ids
