from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..tools.findings import get_lots

QUANTITIES = (
    "qty_in",
    "qty_on_hand",
    "qty_reserved",
    "qty_in_transit",
    "qty_delivered",
    "qty_returned",
    "qty_consumed",
    "qty_scrapped",
    "qty_vendor_returned",
    "qty_adjusted",
    "qty_unaccounted",
)
# What goods count as that come from, or go to, a usage outside of the stock; see
# `_sql_usage` of `recall.trace.pool` for `company` and `scrap`.
CAME = {
    "supplier": ("qty_in", 1),
    "production": ("qty_in", 1),
    "company": ("qty_in", 1),
    "customer": ("qty_returned", 1),
    "inventory": ("qty_adjusted", -1),
    "scrap": ("qty_scrapped", -1),
}
WENT = {
    "customer": ("qty_delivered", 1),
    "company": ("qty_delivered", 1),
    "production": ("qty_consumed", 1),
    "supplier": ("qty_vendor_returned", 1),
    "inventory": ("qty_adjusted", 1),
    "scrap": ("qty_scrapped", 1),
}
LEAVING = ("reserved", "picked", "packed")


class RecallTraceStock(models.AbstractModel):
    """Reads where affected goods are, and which documents would take them."""

    _name = "recall.trace.stock"
    _description = "Recall Trace: Whereabouts"

    # ------------------------------------------------------------------
    # Balance
    # ------------------------------------------------------------------
    def _read_balances(self, findings, pending):
        """{node: {quantity field: quantity}}, in the product's own unit.

        :param findings: :class:`..tools.findings.Findings`
        :param pending: rows of :meth:`_read_pending`
        """
        balances = {node: dict.fromkeys(QUANTITIES, 0.0) for node in findings.nodes}
        self._add_lot_flows(balances, findings)
        self._add_window_flows(balances, findings)
        self._add_direct_flows(balances, findings)
        self._add_quants(balances, findings)
        for row in pending:
            if row["stage"] in LEAVING:
                balances[row["affected_id"]]["qty_reserved"] += row["quantity"]
        for balance in balances.values():
            balance["qty_unaccounted"] = self._get_unaccounted(balance)
        return balances

    def _get_unaccounted(self, balance):
        came = balance["qty_in"] + balance["qty_returned"]
        gone = sum(
            balance[name]
            for name in QUANTITIES
            if name not in ("qty_in", "qty_returned", "qty_reserved", "qty_unaccounted")
        )
        return round(came - gone, 6)

    def _add_lot_flows(self, balances, findings):
        pool = self.env["recall.trace.pool"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.product_id, line.lot_id,
                       %(source_usage)s, %(target_usage)s,
                       sum(line.quantity_product_uom)::float8
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
                 WHERE line.lot_id = ANY(%(lots)s) AND line.state = 'done'
                   AND line.company_id = ANY(%(companies)s)
                 GROUP BY 1, 2, 3, 4
                """,
                source_usage=pool._sql_usage("source"),
                target_usage=pool._sql_usage("target"),
                lots=get_lots(findings.nodes),
                companies=findings.companies.ids,
            )
        )
        between_companies = defaultdict(float)
        for product_id, lot_id, source_usage, target_usage, quantity in rows:
            node = (product_id, lot_id)
            if source_usage != "company":
                self._book(balances[node], CAME, source_usage, quantity)
            if target_usage != "company":
                self._book(balances[node], WENT, target_usage, quantity)
            # What one company of the case sends and another receives has not left.
            between_companies[node] += quantity * (target_usage == "company")
            between_companies[node] -= quantity * (source_usage == "company")
        for node, quantity in between_companies.items():
            usage = WENT if quantity > 0 else CAME
            self._book(balances[node], usage, "company", abs(quantity))

    def _add_window_flows(self, balances, findings):
        """Goods without a lot: what lay in their places when they may have become
        bad, and what came in and left from then on."""
        came = {**CAME, "internal": ("qty_in", 1), "transit": ("qty_in", 1)}
        for product_id, windows in findings.forward.windows.items():
            balance = balances[product_id, 0]
            for window in windows:
                balance["qty_in"] += window.opening
                for usage, quantity in window.arrived.items():
                    self._book(balance, came, usage, quantity)
                for usage, quantity in window.left.items():
                    self._book(balance, WENT, usage, quantity)

    def _add_direct_flows(self, balances, findings):
        """Goods without a lot that came and left at once, as a vendor ships them to a
        customer: no window has them."""
        pool = self.env["recall.trace.pool"]
        condition = SQL("line.id = ANY(%s)", list(findings.forward.arrivals))
        for product_id, flow in pool._read(condition, findings.companies, True):
            if flow.source is None and flow.target is None:
                balance = balances[product_id, 0]
                self._book(balance, CAME, flow.source_usage, flow.quantity)
                self._book(balance, WENT, flow.target_usage, flow.quantity)

    def _book(self, balance, columns, usage, quantity):
        if usage in columns:
            name, sign = columns[usage]
            balance[name] += sign * quantity

    def _add_quants(self, balances, findings):
        for product_id, lot_id, place, usage, quantity in self.env.execute_query(
            SQL(
                """
                SELECT product_id, lot_id, place, usage, sum(quantity)::float8
                  FROM (%s) quant
                 GROUP BY product_id, lot_id, place, usage
                """,
                self._sql_quants(findings, findings.nodes),
            )
        ):
            if lot_id or place in findings.open_places(product_id):
                name = "qty_on_hand" if usage == "internal" else "qty_in_transit"
                balances[product_id, lot_id or 0][name] += quantity

    def _sql_quants(self, findings, nodes):
        """Quants of `nodes` in the stock, those of other goods without a lot in
        other places included: see `Findings.open_places`."""
        return SQL(
            """
            SELECT quant.id, quant.product_id, quant.lot_id, location.usage,
                   %(place)s AS place, quant.quantity, quant.reserved_quantity,
                   quant.location_id, quant.package_id, quant.in_date,
                   quant.company_id, location.parent_path
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
             WHERE (quant.lot_id = ANY(%(lots)s)
                    OR quant.lot_id IS NULL AND quant.product_id = ANY(%(products)s))
               AND (location.usage = 'internal'
                    OR location.usage = 'transit' AND location.company_id IS NOT NULL)
               AND (quant.company_id IS NULL OR quant.company_id = ANY(%(companies)s))
            """,
            place=self.env["recall.trace.pool"]._sql_place("location"),
            lots=get_lots(nodes),
            products=list(findings.forward.windows),
            companies=findings.companies.ids,
        )

    # ------------------------------------------------------------------
    # On their way
    # ------------------------------------------------------------------
    def _read_pending(self, findings):
        """Rows of `recall.pending`: what has been set aside, what is in transit, and
        which open orders would take what is free."""
        self._flush()
        rows = self._read_set_aside(findings) + self._read_in_transit(findings)
        return rows + self._read_planned(findings)

    def _flush(self):
        for model in ("stock.move.line", "stock.move", "stock.quant", "sale.order"):
            self.env[model].flush_model()

    def _read_set_aside(self, findings):
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT line.product_id, line.lot_id, %(place)s AS place,
                       'line:' || line.id AS trace_key,
                       CASE WHEN location.usage = 'transit' THEN 'in_transit'
                            WHEN line.result_package_id IS NOT NULL THEN 'packed'
                            WHEN line.picked OR prepared.is_prepared THEN 'picked'
                            ELSE 'reserved' END AS stage,
                       line.location_id, line.location_dest_id,
                       COALESCE(line.result_package_id, line.package_id) AS package_id,
                       line.quantity_product_uom::float8 AS quantity,
                       0::float8 AS qty_needed, 1 AS lot_count,
                       %(document)s
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN stock_location location ON location.id = line.location_id
                  %(joins)s
                 CROSS JOIN LATERAL (
                     SELECT EXISTS (
                         SELECT FROM stock_move_move_rel rel
                           JOIN stock_move done ON done.id = rel.move_orig_id
                          WHERE rel.move_dest_id = move.id AND done.state = 'done'
                     ) AS is_prepared
                 ) prepared
                 WHERE (line.lot_id = ANY(%(lots)s)
                        OR line.lot_id IS NULL AND line.product_id = ANY(%(products)s))
                   AND line.state NOT IN ('done', 'cancel')
                   AND line.quantity_product_uom > 0
                   AND line.company_id = ANY(%(companies)s)
                   AND location.usage IN ('internal', 'transit')
                   AND %(leaves)s
                """,
                place=self.env["recall.trace.pool"]._sql_place("location"),
                document=self._sql_document(),
                joins=self._sql_document_joins(),
                lots=get_lots(findings.suspects),
                products=list(findings.forward.windows),
                companies=findings.companies.ids,
                leaves=self._sql_leaves(),
            )
        )
        return self._prepare_pending(rows, findings)

    def _read_in_transit(self, findings):
        """Goods in transit that no open transfer has reserved."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT product_id, lot_id, place, 'quant:' || id AS trace_key,
                       'in_transit' AS stage, location_id,
                       NULL::int AS location_dest_id, package_id,
                       (quantity - reserved_quantity)::float8 AS quantity,
                       0::float8 AS qty_needed, 1 AS lot_count,
                       NULL::int AS move_id, NULL::int AS picking_id,
                       NULL AS document, NULL AS res_model,
                       NULL::int AS res_id, NULL::int AS partner_id,
                       in_date AS scheduled_date,
                       COALESCE(company_id, %(company)s) AS company_id
                  FROM (%(quants)s) quant
                 WHERE usage = 'transit' AND quantity > reserved_quantity
                """,
                quants=self._sql_quants(findings, findings.suspects),
                company=findings.companies[:1].id,
            )
        )
        return self._prepare_pending(rows, findings)

    def _prepare_pending(self, rows, findings):
        kept = []
        for row in rows:
            product_id, lot_id, place = (
                row.pop(name) for name in ("product_id", "lot_id", "place")
            )
            node = (product_id, lot_id or 0)
            is_here = lot_id or place in findings.open_places(product_id)
            if node in findings.suspects and is_here:
                kept.append({"affected_id": node, **row})
        return kept

    def _sql_leaves(self):
        """Whether `move` takes goods out of their warehouse, now or in later steps."""
        return SQL(
            """
            (final.usage <> 'internal'
             OR final.warehouse_id IS DISTINCT FROM location.warehouse_id
             OR EXISTS (
                 SELECT FROM stock_move_move_rel rel
                   JOIN stock_move next ON next.id = rel.move_dest_id
                   JOIN stock_location goal ON goal.id = next.location_dest_id
                  WHERE rel.move_orig_id = move.id AND next.state <> 'cancel'
                    AND goal.usage <> 'internal'
             ))
            """
        )

    def _sql_document(self):
        """Columns for the document of `move` to stop."""
        models_by_column = [
            (column, model)
            for column, model in (
                ("raw_material_production_id", "mrp.production"),
                ("repair_id", "repair.order"),
            )
            if column in self.env["stock.move"]._fields
        ]
        cases = [("picking_id", "stock.picking"), *models_by_column]
        return SQL(
            """
            move.id AS move_id, move.picking_id, move.reference AS document,
            CASE %(models)s END AS res_model,
            COALESCE(%(ids)s) AS res_id,
            COALESCE(sale.partner_shipping_id, move.partner_id, picking.partner_id)
                AS partner_id,
            move.date AS scheduled_date, move.company_id
            """,
            models=SQL(" ").join(
                SQL(
                    "WHEN %s IS NOT NULL THEN %s", SQL.identifier("move", column), model
                )
                for column, model in cases
            ),
            ids=SQL(", ").join(SQL.identifier("move", column) for column, _ in cases),
        )

    def _sql_document_joins(self):
        return SQL(
            """
            JOIN stock_location final
              ON final.id = COALESCE(move.location_final_id, move.location_dest_id)
            LEFT JOIN stock_picking picking ON picking.id = move.picking_id
            LEFT JOIN sale_order_line sale_line ON sale_line.id = move.sale_line_id
            LEFT JOIN sale_order sale ON sale.id = sale_line.order_id
            """
        )
