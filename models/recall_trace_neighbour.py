from odoo import models
from odoo.tools import SQL


class RecallTraceNeighbour(models.AbstractModel):
    """Reads which lots were handled just before and after others."""

    _name = "recall.trace.neighbour"
    _description = "Recall Trace: Neighbours"

    def _read_neighbours(self, lots, companies, count, at_workcenter=False):
        """Ids of lots of the same product, next to these in a place or work centre.

        Lots come in the order of their first arrival; those of one second in the
        order of their lines, which is the order in which they were scanned.

        :param lots: `stock.lot`
        :param companies: `res.company` whose moves count
        :param count: how many before and how many after each lot
        :param at_workcenter: go by the work centre that made them, not by the place
        """
        self.env["stock.move.line"].flush_model()
        self.env["stock.move"].flush_model()
        arrivals = self._sql_made() if at_workcenter else self._sql_came()
        rows = self.env.execute_query(
            SQL(
                """
                WITH arrival AS (
                    SELECT DISTINCT ON (line.product_id, line.lot_id, place)
                           line.product_id, line.lot_id, place, line.date, line.id
                      FROM stock_move_line line
                     %(arrivals)s
                     WHERE line.product_id = ANY(%(products)s)
                       AND line.lot_id IS NOT NULL AND line.state = 'done'
                       AND line.quantity_product_uom > 0
                       AND line.company_id = ANY(%(companies)s)
                     ORDER BY line.product_id, line.lot_id, place, line.date, line.id
                ), queue AS (
                    SELECT product_id, lot_id, place,
                           row_number() OVER (
                               PARTITION BY product_id, place ORDER BY date, id
                           ) AS position
                      FROM arrival
                )
                SELECT DISTINCT next.lot_id
                  FROM queue named
                  JOIN queue next USING (product_id, place)
                 WHERE named.lot_id = ANY(%(lots)s)
                   AND next.position BETWEEN named.position - %(count)s
                                         AND named.position + %(count)s
                 ORDER BY next.lot_id
                """,
                arrivals=arrivals,
                products=lots.product_id.ids,
                companies=companies.ids,
                lots=lots.ids,
                count=count,
            )
        )
        return [lot_id for (lot_id,) in rows]

    def _sql_came(self):
        """`place` of `line`: where in the stock it took the lot."""
        return SQL(
            """
            JOIN stock_location target
              ON target.id = line.location_dest_id
             AND target.usage IN ('internal', 'transit')
             AND line.location_id <> line.location_dest_id
            CROSS JOIN LATERAL (SELECT target.id) AS came(place)
            """
        )

    def _sql_made(self):
        """`place` of `line`: each work centre of the order that made the lot."""
        self.env["mrp.workorder"].flush_model()
        return SQL(
            """
            JOIN stock_move move ON move.id = line.move_id
            JOIN mrp_workorder workorder
              ON workorder.production_id = move.production_id
             AND workorder.state = 'done'
            CROSS JOIN LATERAL (SELECT workorder.workcenter_id) AS made(place)
            """
        )
