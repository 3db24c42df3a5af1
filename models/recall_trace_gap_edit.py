from odoo import models
from odoo.tools import SQL

from ..tools.findings import get_lots
from ..tools.pool import TOLERANCE


class RecallTraceGap(models.AbstractModel):
    """Gaps where somebody rewrote a stock move after it was done."""

    _inherit = "recall.trace.gap"

    def _get_edited(self, findings):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.product_id, line.lot_id, former.lot_id,
                       move.reference, line.date, line.quantity_product_uom::float8
                  FROM recall_former_lot_rel former
                  JOIN stock_move_line line ON line.id = former.line_id
                  JOIN stock_move move ON move.id = line.move_id
                 WHERE (former.lot_id = ANY(%(lots)s) OR line.lot_id = ANY(%(lots)s))
                   AND former.lot_id IS DISTINCT FROM line.lot_id
                   AND line.company_id = ANY(%(companies)s)
                """,
                lots=get_lots(findings.suspects),
                companies=findings.companies.ids,
            )
        )
        for line, product_id, lot_id, former_id, reference, date, quantity in rows:
            node = (product_id, lot_id or 0)
            is_gone = node not in findings.suspects
            yield self._prepare_gap(
                "lot_edited",
                (product_id, former_id) if is_gone else node,
                f"{line}:{former_id}",
                self.env._(
                    "The lot of this move was changed after it was done. The trace "
                    "follows what is recorded now; the candidate lot is the other "
                    "one. Ask what was really in the box."
                ),
                candidate_lot_id=lot_id if is_gone else former_id,
                reference=reference,
                date=date,
                quantity=quantity,
            )

    def _get_swapped(self, findings):
        """Less of one lot and more of another in one document, both afterwards."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (pair)
                       LEAST(line.id, other.id) || ':'
                       || GREATEST(line.id, other.id) AS pair,
                       line.product_id, line.lot_id, other.lot_id,
                       move.reference, line.date,
                       LEAST(abs(line.recall_quantity_change),
                             abs(other.recall_quantity_change))::float8
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN stock_move_line other ON other.product_id = line.product_id
                   AND other.recall_quantity_change <> 0
                   AND other.company_id = line.company_id
                  JOIN stock_move other_move ON other_move.id = other.move_id
                 WHERE line.lot_id = ANY(%(lots)s)
                   AND abs(line.recall_quantity_change) > %(tolerance)s
                   AND abs(other.recall_quantity_change) > %(tolerance)s
                   AND sign(line.recall_quantity_change)
                       = -sign(other.recall_quantity_change)
                   AND other.lot_id IS DISTINCT FROM line.lot_id
                   AND (other.move_id = line.move_id
                        OR other_move.reference = move.reference)
                   AND line.company_id = ANY(%(companies)s)
                 ORDER BY pair, line.recall_quantity_change
                """,
                lots=get_lots(findings.suspects),
                companies=findings.companies.ids,
                tolerance=TOLERANCE,
            )
        )
        for pair, product_id, lot_id, other_id, reference, date, quantity in rows:
            yield self._prepare_gap(
                "lot_edited",
                (product_id, lot_id),
                f"swap:{pair}",
                self.env._(
                    "After this was done, the quantity of one lot was lowered and that "
                    "of another one raised. The trace follows what is recorded now; "
                    "the candidate lot is the other one. Ask what was really in the "
                    "box."
                ),
                candidate_lot_id=other_id,
                reference=reference,
                date=date,
                quantity=quantity,
            )

    def _get_redated(self, findings):
        """One row a lot: whoever imports old transfers sets the dates of them all."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product_id, lot_id, count(*), min(recall_former_date),
                       sum(quantity_product_uom)::float8
                  FROM stock_move_line line
                 WHERE lot_id = ANY(%(lots)s) AND state = 'done'
                   AND recall_former_date <> date
                   AND company_id = ANY(%(companies)s)
                 GROUP BY product_id, lot_id
                """,
                lots=get_lots(findings.nodes),
                companies=findings.companies.ids,
            )
        )
        for product_id, lot_id, count, date, quantity in rows:
            yield self._prepare_gap(
                "date_edited",
                (product_id, lot_id),
                f"{lot_id}",
                self.env._(
                    "The date of %(count)s stock moves of this lot was changed after "
                    "they were done. The trace goes by the dates as they are now: what "
                    "came first may not be true. Ask who changed them, and why.",
                    count=count,
                ),
                date=date,
                quantity=quantity,
            )
