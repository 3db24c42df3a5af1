from odoo import models
from odoo.tools import SQL


class RecallTraceGap(models.AbstractModel):
    """Gaps of productions: used up for nothing on record, or made from nothing."""

    _inherit = "recall.trace.gap"

    def _get_consumed_without_product(self, findings):
        spread = findings.forward.spread
        known = {edge.consumed_line for edge in spread.known_edges()}
        note = self.env._(
            "This was used up, but no record says for what: no finished product is "
            "linked. Find out what it went into, and add that lot to the scope."
        )
        for row in self._read_at_production(findings, findings.forward, True):
            line, product_id, lot_id, _reference, date, _quantity = row
            node = (product_id, lot_id or 0)
            is_bad = (
                not lot_id or findings.rank_at(node, self._to_time(date)) is not None
            )
            if line not in known and is_bad:
                yield self._prepare_unlinked(note, *row)

    def _get_made_from_nothing(self, findings):
        spread = findings.backward.spread
        known = {edge.produced_line for edge in spread.known_edges()}
        note = self.env._(
            "This came out of production, but no record says what it was made from. "
            "Find out from production papers, and add those lots to the scope."
        )
        for row in self._read_at_production(findings, findings.backward, False):
            line, product_id, lot_id, _reference, date, _quantity = row
            # The trail runs backwards in time.
            rank = spread.rank_at((product_id, lot_id), -self._to_time(date))
            if line not in known and not (lot_id and rank is None):
                yield self._prepare_unlinked(note, *row)

    def _read_at_production(self, findings, trail, forward):
        """Lines by which nodes of a trail went into production; backwards, came out
        of it. See :meth:`_read_lot_lines`."""
        condition = SQL(
            """EXISTS (SELECT FROM stock_location production
                        WHERE production.id = %s
                          AND production.usage = 'production')""",
            SQL.identifier("line", "location_dest_id" if forward else "location_id"),
        )
        lines = [
            flow.line
            for flow in trail.departures().values()
            if flow.target_usage == "production"
        ]
        return self._read_lot_lines(trail.spread.nodes, findings, condition, lines)

    def _prepare_unlinked(
        self, note, line, product_id, lot_id, reference, date, quantity
    ):
        return self._prepare_gap(
            "no_lot_recorded",
            (product_id, lot_id or 0),
            f"line:{line}",
            note,
            reference=reference,
            date=date,
            quantity=quantity,
        )
