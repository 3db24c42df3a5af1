from odoo import models
from odoo.tools import SQL

from ..tools.pool import TOLERANCE


class RecallTraceGap(models.AbstractModel):
    """Gaps of inventory adjustments: goods that were lost, found or relabelled."""

    _inherit = "recall.trace.gap"

    def _get_relabelled(self, findings):
        for trail in (findings.forward, findings.backward):
            for edge in trail.spread.edges():
                if edge.kind == "relabel":
                    yield self._prepare_gap(
                        "relabelled",
                        edge.origin,
                        f"{edge.consumed_line}:{edge.produced_line}",
                        self.env._(
                            "An inventory adjustment took this lot out, and one soon "
                            "before or after brought the candidate lot in, at the "
                            "same place: it may be the same goods under another "
                            "number. Ask who counted, and exclude the candidate with "
                            "a reason if it is not."
                        ),
                        candidate_lot_id=edge.target[1] or None,
                        reference=edge.reference,
                        date=edge.date,
                    )

    def _get_adjusted(self, findings):
        """What was counted out, or in for sources, and no relabelling explains.

        What was counted in under another lot later than a relabelling is looked for
        (see `recall.trace.genealogy`) is proposed as the candidate, when product,
        place and quantity are the same. It is not affected: a year of counts finds
        many such pairs, and few are the same goods, so that following them would
        recall what cannot be bad. The gap row asks a person, who adds the candidate to
        the scope if it is; so nothing is missed in silence either.
        """
        explained = {
            line
            for edge in findings.edges()
            if edge.kind == "relabel"
            for line in (edge.consumed_line, edge.produced_line)
        }
        for nodes, is_loss in ((findings.suspects, True), (findings.sources, False)):
            rows = [
                row
                for row in self._read_counted(nodes, findings, is_loss)
                if row[0] not in explained
            ]
            twins = self._read_twins([row[0] for row in rows], findings, is_loss)
            for row in rows:
                yield self._prepare_adjusted(is_loss, *row, *twins.get(row[0], ()))

    def _prepare_adjusted(
        self,
        is_loss,
        line,
        product_id,
        lot_id,
        reference,
        date,
        quantity,
        candidate_id=None,
        candidates=0,
    ):
        note = self._get_adjusted_note(is_loss)
        if candidates:
            note = self.env._(
                "%(note)s %(count)s lots were counted there in the same quantity, the "
                "candidate lot next in time: if it is the same goods under another "
                "number, add it to the scope.",
                note=note,
                count=candidates,
            )
        return self._prepare_gap(
            "adjusted",
            (product_id, lot_id),
            f"line:{line}",
            note,
            candidate_lot_id=candidate_id,
            reference=reference,
            date=date,
            quantity=quantity,
        )

    def _get_adjusted_note(self, is_loss):
        if is_loss:
            return self.env._(
                "An inventory adjustment wrote this off: nobody knows where it went. "
                "Look for it, and ask who counted."
            )
        return self.env._(
            "An inventory adjustment brought this in: its source is not on record. Ask "
            "who counted where it came from."
        )

    def _read_counted(self, nodes, findings, is_loss):
        condition = SQL(
            """move.is_inventory AND EXISTS (
                   SELECT FROM stock_location counted
                    WHERE counted.id = %s AND counted.usage = 'inventory')""",
            SQL.identifier("line", "location_dest_id" if is_loss else "location_id"),
        )
        return self._read_lot_lines(nodes, findings, condition)

    def _read_twins(self, lines, findings, is_loss):
        """Lots that were counted in after `lines` were counted out, in the same place
        and quantity; of gains, lots that were counted out before.

        :return: {line: (nearest lot in time, number of lots)}
        """
        shelf, outside = "location_id", "location_dest_id"
        if not is_loss:
            shelf, outside = outside, shelf
        pool = self.env["recall.trace.pool"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id,
                       (array_agg(twin.lot_id ORDER BY %(distance)s, twin.id))[1],
                       count(DISTINCT twin.lot_id)
                  FROM stock_move_line line
                  JOIN stock_location shelf ON shelf.id = line.%(shelf)s
                  JOIN stock_move_line twin ON twin.product_id = line.product_id
                   AND twin.lot_id <> line.lot_id AND twin.state = 'done'
                   AND abs(twin.quantity_product_uom - line.quantity_product_uom)
                       <= %(tolerance)s
                   AND twin.company_id = line.company_id AND %(distance)s >= '0'
                  JOIN stock_move twin_move ON twin_move.id = twin.move_id
                   AND twin_move.is_inventory
                  JOIN stock_location twin_shelf ON twin_shelf.id = twin.%(outside)s
                  JOIN stock_location counted ON counted.id = twin.%(shelf)s
                   AND counted.usage = 'inventory'
                 WHERE line.id = ANY(%(lines)s) AND %(place)s = %(twin_place)s
                 GROUP BY line.id
                """,
                distance=SQL("(twin.date - line.date)")
                if is_loss
                else SQL("(line.date - twin.date)"),
                shelf=SQL.identifier(shelf),
                outside=SQL.identifier(outside),
                tolerance=TOLERANCE,
                lines=lines,
                place=pool._sql_place("shelf"),
                twin_place=pool._sql_place("twin_shelf"),
            )
        )
        return {line: (lot_id, count) for line, lot_id, count in rows}
