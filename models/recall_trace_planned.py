from odoo import models
from odoo.tools import SQL

from ..tools.findings import get_lots, get_products

# Lots that one open order is listed under: hundreds of orders that may take any of
# thousands of serial numbers would be millions of rows, which nobody reads.
LISTED_LOTS = 100


class RecallTraceStock(models.AbstractModel):
    """Open orders that would take affected goods which nobody has reserved yet."""

    _inherit = "recall.trace.stock"

    def _read_planned(self, findings):
        """Open demand in places where affected goods are free.

        Which lot an order takes is known when it reserves: one row for each lot that
        it may take, so that excluding one lot does not hide the document. Of more
        lots than `LISTED_LOTS` the oldest are listed, those that people have excluded
        last of all.
        """
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH %(demand)s, %(free)s, %(offer)s
                SELECT move.product_id, offer.lot_id, offer.place,
                       concat('move:', move.id, ':', offer.lot_id, ':', offer.place)
                           AS trace_key,
                       'planned' AS stage, offer.location_id, move.location_dest_id,
                       offer.package_id, demand.quantity::float8 AS qty_needed,
                       offer.lot_count,
                       LEAST(demand.quantity, offer.quantity)::float8 AS quantity,
                       %(document)s
                  FROM offer
                  JOIN demand ON demand.move_id = offer.move_id
                  JOIN stock_move move ON move.id = demand.move_id
                  JOIN stock_location location ON location.id = move.location_id
                  %(joins)s
                 WHERE offer.number <= %(listed)s AND %(leaves)s
                """,
                demand=self._cte_demand(findings),
                free=self._cte_free(findings),
                offer=self._cte_offer(findings),
                listed=LISTED_LOTS,
                document=self._sql_document(),
                joins=self._sql_document_joins(),
                leaves=self._sql_leaves(),
            )
        )
        return self._prepare_pending(rows, findings)

    def _cte_demand(self, findings):
        """demand: what open moves need and have not reserved, and where they look."""
        return SQL(
            """
            demand AS (
                SELECT move.id AS move_id, move.product_id, location.parent_path,
                       move.product_qty - COALESCE(reserved.quantity, 0) AS quantity
                  FROM stock_move move
                  JOIN stock_location location ON location.id = move.location_id
                  LEFT JOIN LATERAL (
                      SELECT sum(line.quantity_product_uom) AS quantity
                        FROM stock_move_line line WHERE line.move_id = move.id
                  ) reserved ON TRUE
                 WHERE move.product_id = ANY(%(products)s)
                   AND move.state IN
                       ('draft', 'waiting', 'confirmed', 'partially_available')
                   AND move.company_id = ANY(%(companies)s)
                   AND move.product_qty > COALESCE(reserved.quantity, 0)
            )
            """,
            products=get_products(findings.suspects),
            companies=findings.companies.ids,
        )

    def _cte_free(self, findings):
        """free: affected quants on the shelves, less what is reserved of them, and
        without those on hold, which no order can take; `pool` is the place of those
        without a lot."""
        held = SQL("hold.product_id = ANY(%s)", get_products(findings.suspects))
        return SQL(
            """
            free AS (
                SELECT quant.*, CASE WHEN lot_id IS NULL THEN place END AS pool
                  FROM (%(quants)s) quant
                 WHERE usage = 'internal' AND quantity > reserved_quantity
                   AND id NOT IN (%(held)s)
            )
            """,
            quants=self._sql_quants(findings, findings.suspects),
            held=self.env["recall.hold"]._held_sql("stock_quant", held),
        )

    def _cte_offer(self, findings):
        """offer: what of each lot, or without one in each place, is free where a move
        would look, with the shelf of the oldest of it."""
        return SQL(
            """
            offer AS (
                SELECT demand.move_id, free.lot_id, free.pool AS place,
                       (array_agg(free.location_id ORDER BY free.in_date, free.id))[1]
                           AS location_id,
                       (array_agg(free.package_id ORDER BY free.in_date, free.id))[1]
                           AS package_id,
                       sum(free.quantity - free.reserved_quantity) AS quantity,
                       count(*) OVER (PARTITION BY demand.move_id) AS lot_count,
                       row_number() OVER (
                           PARTITION BY demand.move_id
                           ORDER BY free.lot_id = ANY(%s) IS TRUE,
                                    min(free.in_date), min(free.id)
                       ) AS number
                  FROM demand
                  JOIN free ON free.product_id = demand.product_id
                   AND starts_with(free.parent_path, demand.parent_path)
                 GROUP BY demand.move_id, free.lot_id, free.pool
            )
            """,
            get_lots(findings.cleared),
        )
