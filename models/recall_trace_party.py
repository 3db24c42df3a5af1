from odoo import models
from odoo.tools import SQL

from ..tools.findings import get_lots


class RecallTraceParty(models.AbstractModel):
    """Reads who received affected goods, what they gave back, and who sent them.

    Soft modules are reached here only, in `_get_consignees` and `_get_vendors`,
    behind a check that their field exists.
    """

    _name = "recall.trace.party"
    _description = "Recall Trace: Consignees and Vendors"

    # ------------------------------------------------------------------
    # Who sent it
    # ------------------------------------------------------------------
    def _read_sources(self, findings):
        """Rows of `recall.source`: receipts of seeds and of what they were made from.

        :param findings: :class:`..tools.findings.Findings`
        """
        lines = self._read_lines(
            self._sql_incoming(),
            self._get_vendors(),
            findings,
            get_lots(findings.seeds | findings.sources),
            [*findings.backward.departures(), *findings.seed_lines],
        )
        return [
            {
                "affected_id": line["key"],
                "company_id": line["company_id"],
                "partner_id": line["partner_id"],
                "picking_id": line["picking_id"],
                "move_line_id": line["line"],
                "origin": line["origin"],
                "date": line["date"],
                "quantity": line["quantity"],
                "evidence": findings.evidence(line["key"]),
            }
            for line in lines
            if line["key"] in findings.nodes
        ]

    def _read_senders(self, lots, companies):
        """Everybody who may have sent lots, by all that their receipts name.

        :return: {lot id: ids of commercial partners}; 0 stands for goods that were
            made here, None for a receipt that names nobody, or a sister company, who
            has it from somebody. A lot without a receipt on record is not in it.
        """
        self._flush()
        partners, joins = self._get_vendors()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.lot_id, array_agg(DISTINCT CASE
                           WHEN (%(usage)s) = 'company' THEN NULL
                           WHEN source.usage = 'production' AND party.id IS NULL THEN 0
                           ELSE party.commercial_partner_id END)
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN stock_location source ON source.id = line.location_id
                  LEFT JOIN stock_picking picking ON picking.id = move.picking_id
                  %(joins)s
                  LEFT JOIN res_partner party ON party.id IN (%(partners)s)
                 WHERE line.lot_id = ANY(%(lots)s) AND line.state = 'done'
                   AND line.quantity_product_uom > 0
                   AND line.company_id = ANY(%(companies)s)
                   AND (source.usage = 'production'
                        OR (%(usage)s) IN ('supplier', 'company'))
                 GROUP BY line.lot_id
                """,
                usage=self._sql_usage("source"),
                joins=SQL(" ").join(joins),
                partners=SQL(", ").join(partners),
                lots=lots.ids,
                companies=companies.ids,
            )
        )
        return {lot_id: set(senders) for lot_id, senders in rows}

    # ------------------------------------------------------------------
    # Lines and their other party
    # ------------------------------------------------------------------
    def _read_lines(self, condition, parties, findings, lots, lines=(), products=()):
        """Done lines of lots, of given ones, and of goods without a lot, with the
        other party.

        `OFFSET 0` keeps the planner from reading all moves there are: see
        `recall.trace.genealogy`.

        :param condition: SQL on `line`: where it came from or went
        :param parties: pair of lists of SQL, the partners in order of preference, and
            the joins they need
        :param lots: ids of `stock.lot`
        :param lines: ids of lines without a lot
        :param products: ids of products, all of whose lines without a lot count
        """
        partners, joins = parties
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT line.id AS line, line.product_id, line.lot_id,
                       source.usage AS came_from, %(went_to)s AS went_to,
                       extract(epoch FROM line.date)::float8 AS time,
                       line.quantity_product_uom::float8 AS quantity,
                       line.company_id, line.move_id AS move,
                       move.date, move.picking_id, move.origin, move.sale_line_id,
                       move.origin_returned_move_id AS origin_move,
                       COALESCE(%(partners)s) AS partner_id
                  FROM (
                      SELECT line.*
                        FROM stock_move_line line
                       WHERE (line.lot_id = ANY(%(lots)s)
                              OR line.lot_id IS NULL
                                 AND (line.id = ANY(%(lines)s)
                                      OR line.product_id = ANY(%(products)s)))
                         AND line.state = 'done'
                         AND line.quantity_product_uom > 0
                         AND line.company_id = ANY(%(companies)s)
                         AND %(condition)s
                      OFFSET 0
                  ) line
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
                 CROSS JOIN LATERAL (
                     SELECT * FROM stock_move WHERE id = line.move_id OFFSET 0
                 ) move
                  LEFT JOIN stock_picking picking ON picking.id = move.picking_id
                  LEFT JOIN sale_order_line sale_line
                    ON sale_line.id = move.sale_line_id
                  LEFT JOIN sale_order sale ON sale.id = sale_line.order_id
                  %(joins)s
                """,
                went_to=self._sql_usage("target"),
                joins=SQL(" ").join(joins),
                partners=SQL(", ").join(partners),
                lots=lots,
                lines=list(lines),
                products=list(products),
                companies=findings.companies.ids,
                condition=condition,
            )
        )
        for row in rows:
            row["key"] = (row["product_id"], row["lot_id"] or 0)
        return rows

    def _flush(self):
        soft = ("purchase.order", "purchase.order.line", "mrp.production")
        hard = ("stock.move.line", "stock.move", "stock.picking", "sale.order")
        for model in (*hard, *(name for name in soft if name in self.env)):
            self.env[model].flush_model()

    def _sql_incoming(self):
        """Whether `line` came from outside, or out of a subcontractor's production."""
        pool = self.env["recall.trace.pool"]
        incoming = SQL(
            "line.location_id = ANY(%s)", pool._get_locations("supplier", "company")
        )
        if "subcontractor_id" not in self.env.get("mrp.production", self)._fields:
            return incoming
        return SQL(
            """
            (%s OR line.location_id = ANY(%s) AND EXISTS (
                SELECT FROM stock_move made
                  JOIN mrp_production production ON production.id = made.production_id
                 WHERE made.id = line.move_id AND production.subcontractor_id > 0
            ))
            """,
            incoming,
            pool._get_locations("production"),
        )

    def _sql_usage(self, alias):
        return self.env["recall.trace.pool"]._sql_usage(alias)

    def _get_consignees(self):
        """Who received a line: the order's shipping address before the transfer's
        partner, who is the vendor when goods are dropshipped."""
        partners = [SQL("sale.partner_shipping_id"), SQL("sale.partner_id")]
        joins = []
        if "pos_order_id" in self.env["stock.picking"]._fields:
            partners += [SQL("pos_order.partner_id"), self._sql_pos_customer()]
            joins.append(
                SQL("LEFT JOIN pos_order ON pos_order.id = picking.pos_order_id")
            )
        return partners + [SQL("move.partner_id"), SQL("picking.partner_id")], joins

    def _sql_pos_customer(self):
        """Who bought a line at a till whose session made one transfer for all its
        orders, with a line for each order and lot: lines and orders of one lot pair
        off by quantity, else the only customer who bought the lot is meant."""
        return SQL(
            """
            CASE WHEN picking.pos_order_id IS NULL AND picking.pos_session_id > 0 THEN (
                SELECT COALESCE(
                           max(partner_id) FILTER (WHERE is_alike AND rank = (
                               SELECT count(*)
                                 FROM stock_move_line twin
                                WHERE twin.move_id = line.move_id
                                  AND twin.lot_id = line.lot_id
                                  AND twin.quantity = line.quantity
                                  AND twin.id <= line.id
                           )),
                           max(partner_id) FILTER (WHERE customers = 1)
                       )
                  FROM (
                      SELECT partner_id, quantity = line.quantity AS is_alike,
                             row_number() OVER (
                                 PARTITION BY quantity ORDER BY id
                             ) AS rank,
                             max(customer) OVER () AS customers
                        FROM (%s) order_line
                  ) sold
            ) END
            """,
            self._sql_pos_sold(),
        )

    def _sql_pos_sold(self):
        """What the orders of the session of `picking` sold of the lot of `line`; the
        customers are numbered, nobody is one of them."""
        return SQL(
            """
            SELECT packed.id, orders.partner_id,
                   CASE WHEN template.tracking = 'serial' THEN 1
                        ELSE abs(sold.qty) END AS quantity,
                   dense_rank() OVER (ORDER BY orders.partner_id) AS customer
              FROM pos_order orders
              JOIN pos_order_line sold ON sold.order_id = orders.id
              JOIN pos_pack_operation_lot packed ON packed.pos_order_line_id = sold.id
              JOIN product_product product ON product.id = sold.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE orders.session_id = picking.pos_session_id
               AND sold.product_id = line.product_id
               AND packed.lot_name = (SELECT name FROM stock_lot WHERE id = line.lot_id)
               AND (sold.qty > 0) = (target.usage = 'customer')
            """
        )

    def _get_vendors(self):
        """Who sent a line: the purchase order's vendor, the subcontractor, or the
        transfer's partner."""
        partners, joins = [], []
        if "purchase_line_id" in self.env["stock.move"]._fields:
            partners.append(SQL("purchase.partner_id"))
            joins.append(
                SQL(
                    """
                    LEFT JOIN purchase_order_line purchase_line
                      ON purchase_line.id = move.purchase_line_id
                    LEFT JOIN purchase_order purchase
                      ON purchase.id = purchase_line.order_id
                    """
                )
            )
        if "subcontractor_id" in self.env.get("mrp.production", self)._fields:
            partners.append(SQL("production.subcontractor_id"))
            joins.append(
                SQL(
                    """LEFT JOIN mrp_production production
                         ON production.id = move.production_id"""
                )
            )
        return partners + [SQL("picking.partner_id"), SQL("move.partner_id")], joins
