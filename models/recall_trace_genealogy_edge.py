from odoo import models
from odoo.tools import SQL

# Two inventory adjustments of one product in one place within this time of each
# other may be one lot that was given another number.
RELABEL_PERIOD = "1 day"


class RecallTraceGenealogy(models.AbstractModel):
    """Where edges come from.

    Each edge source is a method that returns a lateral sub-query: for the done move
    line `src` (its move is `src_move`) the lines at the other end, forward (what was
    made with `src`) or backward (what `src` was made with). Soft modules are reached
    here only, behind a check that their field exists.
    """

    _inherit = "recall.trace.genealogy"

    def _get_edge_sources(self, forward):
        move_fields = self.env["stock.move"]._fields
        has_repair = "repair_line_type" in move_fields
        sources = [
            self._edges_consumed(forward, has_repair),
            self._edges_relabelled(forward),
            self._edges_between_companies(forward),
        ]
        if has_repair:
            sources.append(self._edges_removed(forward))
        if "raw_material_production_id" in move_fields:
            sources.append(self._edges_ordered(forward))
        if "unbuild_id" in move_fields:
            sources.append(self._edges_unbuilt(forward))
        return sources

    def _edges_consumed(self, forward, has_repair):
        """Consumed and finished lines as productions and repairs link them.

        The column names of Odoo's table are the wrong way round: `consume_line_id`
        is the finished line.
        """
        near, far = ("produce_line_id", "consume_line_id")
        if not forward:
            near, far = far, near
        kind, is_part_added = SQL("'production'"), SQL("TRUE")
        if has_repair:
            kind = SQL(
                "CASE WHEN src_move.repair_id IS NULL THEN 'production' "
                "ELSE 'repair' END"
            )
            is_part_added = SQL(
                "(src_move.repair_id IS NULL OR %s)", self._sql_part_stays()
            )
        return SQL(
            """
            SELECT %(kind)s, rel.%(far)s
              FROM stock_move_line_consume_rel rel
             WHERE rel.%(near)s = src.id AND %(is_part_added)s
            """,
            kind=kind,
            near=SQL.identifier(near),
            far=SQL.identifier(far),
            is_part_added=is_part_added,
        )

    def _edges_removed(self, forward):
        """Parts taken out of a repaired product: Odoo links them like parts added."""
        near, far = ("consume_line_id", "produce_line_id")
        if not forward:
            near, far = far, near
        return SQL(
            """
            SELECT 'removal', rel.%(far)s
              FROM stock_move_line_consume_rel rel
             WHERE src_move.repair_id IS NOT NULL
               AND rel.%(near)s = src.id AND %(is_part_removed)s
            """,
            near=SQL.identifier(near),
            far=SQL.identifier(far),
            is_part_removed=SQL("NOT %s", self._sql_part_stays()),
        )

    def _sql_part_stays(self):
        """Whether the consumed line of `rel` went into the finished one: parts that a
        repair removes are linked the same way."""
        return SQL(
            """
            NOT EXISTS (
                SELECT FROM stock_move_line part
                  JOIN stock_move part_move ON part_move.id = part.move_id
                 WHERE part.id = rel.produce_line_id
                   AND part_move.repair_line_type IN ('remove', 'recycle')
            )
            """
        )

    def _edges_ordered(self, forward):
        """All that a manufacturing order used, with all that it made.

        Odoo's own links miss what is added to an order after it is done.
        """
        near, far = ("raw_material_production_id", "production_id")
        if not forward:
            near, far = far, near
        return SQL(
            """
            SELECT 'production', other.id
              FROM stock_move other_move
              JOIN stock_move_line other ON other.move_id = other_move.id
             WHERE other_move.%(far)s = src_move.%(near)s
            """,
            near=SQL.identifier(near),
            far=SQL.identifier(far),
        )

    def _edges_unbuilt(self, forward):
        """What was taken apart, with what was recovered: Odoo writes no link."""
        near, far = ("location_dest_id", "location_id")
        if not forward:
            near, far = far, near
        return SQL(
            """
            SELECT 'unbuild', other.id
              FROM stock_move other_move
              JOIN stock_move_line other ON other.move_id = other_move.id
              JOIN stock_location far ON far.id = other.%(far)s
              JOIN stock_location near ON near.id = src.%(near)s
             WHERE other_move.unbuild_id = src_move.unbuild_id
               AND near.usage = 'production' AND far.usage = 'production'
            """,
            near=SQL.identifier(near),
            far=SQL.identifier(far),
        )

    def _edges_relabelled(self, forward):
        """One lot counted out and another counted in, in one place, soon after or
        before: it may be the same goods under another number."""
        loss, gain = ("src", "other") if forward else ("other", "src")
        return SQL(
            """
            SELECT 'relabel', other.id
              FROM stock_move other_move
              JOIN stock_move_line other ON other.move_id = other_move.id
              JOIN stock_location counted ON counted.id = %(loss)s.location_dest_id
             WHERE src_move.is_inventory AND other_move.is_inventory
               AND counted.usage = 'inventory'
               AND other_move.product_id = src.product_id
               AND other_move.location_id = src.location_dest_id
               AND other_move.location_dest_id = src.location_id
               AND other.lot_id IS DISTINCT FROM src.lot_id
               AND %(gain)s.date
                   BETWEEN %(loss)s.date - interval %(period)s
                       AND %(loss)s.date + interval %(period)s
            """,
            loss=SQL.identifier(loss),
            gain=SQL.identifier(gain),
            period=RELABEL_PERIOD,
        )

    def _edges_between_companies(self, forward):
        """A lot that got a new record under the same name in a sister company."""
        near, far = ("location_dest_id", "location_id")
        if not forward:
            near, far = far, near
        return SQL(
            """
            SELECT 'company', other.id
              FROM stock_lot lot
              JOIN stock_lot other_lot
                ON other_lot.product_id = lot.product_id
               AND other_lot.name = lot.name AND other_lot.id <> lot.id
              JOIN stock_move_line other ON other.lot_id = other_lot.id
             WHERE src.%(near)s = ANY(%(between)s)
               AND lot.id = src.lot_id
               AND other.%(far)s = src.%(near)s
            """,
            near=SQL.identifier(near),
            far=SQL.identifier(far),
            # Their ids, so that no other line looks for lots of the same name.
            between=self.env["recall.trace.pool"]._get_locations("company"),
        )
