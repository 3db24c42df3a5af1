from odoo import models
from odoo.tools import SQL

from ..tools.findings import get_lots


class RecallTraceGap(models.AbstractModel):
    """Gaps where a stock move and its line say that goods went to different places."""

    _inherit = "recall.trace.gap"

    def _get_contradictions(self, findings):
        """Odoo's orders count by the move, the stock by the line, and so does the
        trace: what only the move says to be at a customer, or used up, is in no other
        list."""
        for row in self._read_contradictions(findings):
            if not self._was_suspect(row, findings):
                continue
            yield self._prepare_gap(
                "contradiction",
                (row["product_id"], row["lot_id"] or 0),
                f"line:{row['line']}",
                self.env._(
                    "This stock move goes to %(meant)s, but its line says that the "
                    "goods went to %(said)s. The trace goes by the line, while orders "
                    "count by the move. Look for the goods in both places: a customer "
                    "of this document may have them, or what was made or repaired with "
                    "it contain them, though no list of this case says so.",
                    meant=row["meant"],
                    said=row["said"],
                ),
                reference=row["reference"],
                date=row["date"],
                quantity=row["quantity"],
            )

    def _was_suspect(self, row, findings):
        """Whether the goods of a line may have been suspect when they left."""
        product_id, lot_id = row["product_id"], row["lot_id"]
        time = self._to_time(row["date"])
        if lot_id:
            return findings.rank_at((product_id, lot_id), time) is not None
        return row["line"] in findings.forward.arrivals or any(
            window.place == row["place"]
            and window.start <= time
            and (window.end is None or time <= window.end)
            for window in findings.forward.windows[product_id]
        )

    def _read_contradictions(self, findings):
        """Lines of which only themselves, or only their move, say that the goods went
        to a customer or were used up. Odoo itself writes a place below the move's.

        `OFFSET 0` keeps the planner from reading all moves there are.

        :return: dicts; `said` is where the goods went by the line, `meant` by the move
        """
        pool = self.env["recall.trace.pool"]
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT line.id AS line, line.product_id, line.lot_id, line.date,
                       line.quantity_product_uom::float8 AS quantity,
                       %(place)s AS place, move.reference,
                       said.complete_name AS said, meant.complete_name AS meant
                  FROM (
                      SELECT line.*
                        FROM stock_move_line line
                       WHERE (line.lot_id = ANY(%(lots)s)
                              OR line.lot_id IS NULL
                                 AND line.product_id = ANY(%(products)s))
                         AND line.state = 'done' AND line.quantity_product_uom > 0
                         AND line.company_id = ANY(%(companies)s)
                      OFFSET 0
                  ) line
                 CROSS JOIN LATERAL (
                     SELECT * FROM stock_move
                      WHERE id = line.move_id
                        AND location_dest_id <> line.location_dest_id
                     OFFSET 0
                 ) move
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location said ON said.id = line.location_dest_id
                  JOIN stock_location meant ON meant.id = move.location_dest_id
                 WHERE %(end_said)s <> %(end_meant)s
                   AND said.parent_path NOT LIKE meant.parent_path || '%%'
                """,
                place=pool._sql_place("source"),
                end_said=self._sql_end("said"),
                end_meant=self._sql_end("meant"),
                lots=get_lots(findings.suspects),
                products=list(findings.forward.windows),
                companies=findings.companies.ids,
            )
        )

    def _sql_end(self, alias):
        """What became of goods that went to a location: whoever receives them is one
        kind of end, whether a customer or a sister company."""
        return SQL(
            """
            CASE WHEN %(usage)s IN ('customer', 'company') THEN 'received'
                 WHEN %(usage)s = 'production' THEN 'used'
                 ELSE '' END
            """,
            usage=self.env["recall.trace.pool"]._sql_usage(alias),
        )
