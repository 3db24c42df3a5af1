from odoo import models
from odoo.tools import SQL

from ..tools.genealogy import EXACT, INFERRED, ORDER, Edge

# What is known of one edge, with the types of its columns.
STEP = {
    "kind": "text",
    "reference": "varchar",
    "leaves_id": "int",
    "leaves_product": "int",
    "leaves_lot": "int",
    "leaves_at": "float8",
    "comes_id": "int",
    "comes_product": "int",
    "comes_lot": "int",
    "comes_at": "float8",
    "comes_date": "timestamp",
    "comes_move": "int",
}
# Less than the second in which Odoo records times.
MOMENT = 0.5


class RecallTraceGenealogy(models.AbstractModel):
    """Reads what was made from what, along edges between done move lines."""

    _name = "recall.trace.genealogy"
    _description = "Recall Trace: Genealogy"

    def _read_edges(self, lot_ids, line_ids, companies, forward=True):
        """All edges that lead on from lots and from single lines, over any number of
        steps between lots, without regard to their order in time.

        :param lot_ids: ids of `stock.lot`
        :param line_ids: ids of done `stock.move.line` without a lot
        :param companies: `res.company` whose moves count
        :param forward: False for the edges that lead back to sources
        :return: list of :class:`Edge`, mirrored when not forward
        """
        if not lot_ids and not line_ids:
            return []
        self._flush()
        # Costs are estimated for millions of rows, and few are met: compiling the
        # query would take longer than running it.
        self.env.cr.execute("SET LOCAL jit = off")
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE %(step)s, %(mixed)s
                SELECT DISTINCT ON (step.leaves_id, step.comes_id)
                       kind, leaves_product, leaves_lot, leaves_at, leaves_id,
                       comes_product, comes_lot, comes_at, comes_id,
                       mixed.move_id IS NOT NULL, reference, comes_date
                  FROM step
                  LEFT JOIN mixed ON mixed.move_id = step.comes_move
                 WHERE kind IS NOT NULL
                """,
                step=self._cte_step(lot_ids, line_ids, companies, forward),
                mixed=self._cte_mixed(),
            )
        )
        edges = [self._prepare_edge(*row) for row in rows]
        return edges if forward else [edge.mirrored() for edge in edges]

    def _flush(self):
        for model in ("stock.move.line", "stock.move", "stock.lot", "stock.location"):
            self.env[model].flush_model()

    def _prepare_edge(
        self,
        kind,
        leaves_product,
        leaves_lot,
        leaves_at,
        leaves_line,
        comes_product,
        comes_lot,
        comes_at,
        comes_line,
        mixed,
        reference,
        date,
    ):
        if kind == "removal":
            # The part was out before others came in: a repair has one time for all.
            kind, leaves_at = "repair", leaves_at - MOMENT
        if kind == "relabel" or not leaves_lot:
            rank = INFERRED
        else:
            rank = ORDER if mixed and kind == "production" else EXACT
        return Edge(
            origin=(leaves_product, leaves_lot or 0),
            target=(comes_product, comes_lot or 0),
            leaves=leaves_at,
            arrives=comes_at,
            rank=rank,
            kind=kind,
            consumed_line=leaves_line,
            produced_line=comes_line,
            reference=reference,
            date=date,
        )

    # ------------------------------------------------------------------
    # Common table expressions
    # ------------------------------------------------------------------
    def _cte_step(self, lot_ids, line_ids, companies, forward):
        """step: each single edge, from the end that leaves to the end that comes: of
        the lots and lines, and of every lot that an edge leads to. Lots to begin with
        are rows without a kind."""
        far = "comes_lot" if forward else "leaves_lot"
        return SQL(
            """
            step(%(columns)s) AS (
                %(start)s
                 UNION
                SELECT hop.*
                  FROM (SELECT DISTINCT %(far)s AS lot_id FROM step) reached
                 %(hop)s
            )
            """,
            columns=SQL(", ").join(map(SQL.identifier, STEP)),
            start=self._sql_start(far, lot_ids, line_ids, companies, forward),
            far=SQL.identifier(far),
            hop=self._sql_hop(SQL("src.lot_id = reached.lot_id"), companies, forward),
        )

    def _sql_start(self, far, lot_ids, line_ids, companies, forward):
        columns = SQL(", ").join(
            SQL("%s::%s", SQL("lot_id" if name == far else "NULL"), SQL(column_type))
            for name, column_type in STEP.items()
        )
        lots = SQL("SELECT %s FROM unnest(%s::int[]) lot_id", columns, list(lot_ids))
        if not line_ids:
            return lots
        return SQL(
            """
            (%(lots)s
              UNION
             SELECT hop.* FROM unnest(%(lines)s::int[]) AS start(line_id) %(hop)s)
            """,
            lots=lots,
            lines=list(line_ids),
            hop=self._sql_hop(SQL("src.id = start.line_id"), companies, forward),
        )

    def _sql_hop(self, start, companies, forward):
        """Join from a line `src` over each of its edges to a line `dst`.

        Most lines are plain deliveries and receipts, at which a genealogy ends; they
        are left out before their edges are looked for. `OFFSET 0` keeps the planner
        from changing the order: each hop is a few index look-ups, while a join over
        all lines, which it likes better when statistics are old, takes minutes.

        :param start: SQL condition that says which lines `src` are
        """
        leaves, comes = ("src", "dst") if forward else ("dst", "src")
        return SQL(
            """
            CROSS JOIN LATERAL (
                SELECT edge.kind, src_move.reference,
                       %(leaves)s.id, %(leaves)s.product_id, %(leaves)s.lot_id,
                       extract(epoch FROM %(leaves)s.date)::float8,
                       %(comes)s.id, %(comes)s.product_id, %(comes)s.lot_id,
                       extract(epoch FROM %(comes)s.date)::float8,
                       %(comes)s.date, %(comes)s.move_id
                  FROM (
                      SELECT src.*
                        FROM stock_move_line src
                       WHERE %(start)s AND %(src_counts)s AND %(src_leads_on)s
                      OFFSET 0
                  ) src
                 CROSS JOIN LATERAL (
                     SELECT * FROM stock_move WHERE id = src.move_id OFFSET 0
                 ) src_move
                 CROSS JOIN LATERAL (%(edges)s) edge(kind, line_id)
                 CROSS JOIN LATERAL (
                     SELECT *
                       FROM stock_move_line dst
                      WHERE dst.id = edge.line_id AND %(dst_counts)s
                     OFFSET 0
                 ) dst
            ) hop
            """,
            leaves=SQL.identifier(leaves),
            comes=SQL.identifier(comes),
            start=start,
            src_counts=self._sql_counts("src", companies),
            src_leads_on=self._sql_leads_on(forward),
            edges=SQL(" UNION ALL ").join(self._get_edge_sources(forward)),
            dst_counts=self._sql_counts("dst", companies),
        )

    def _sql_leads_on(self, forward):
        """Whether line `src` is none at which a genealogy ends: a delivery or, going
        back, a receipt. A repair may take a product right to its customer."""
        end, last = ("location_dest_id", "customer")
        if not forward:
            end, last = ("location_id", "supplier")
        leads_on = SQL(
            "src.%s <> ALL(%s)",
            SQL.identifier(end),
            self.env["recall.trace.pool"]._get_locations(last),
        )
        if "repair_id" not in self.env["stock.move"]._fields:
            return leads_on
        return SQL(
            """(%s OR src.move_id IN (
                SELECT id FROM stock_move WHERE repair_id IS NOT NULL))""",
            leads_on,
        )

    def _cte_mixed(self):
        """mixed(move_id): moves that made several lots of their product at once."""
        return SQL(
            """
            mixed AS (
                SELECT made.move_id
                  FROM (SELECT DISTINCT comes_move AS move_id FROM step) made
                 CROSS JOIN LATERAL (
                     SELECT min(lot_id) < max(lot_id) AS is_mixed
                       FROM stock_move_line line
                      WHERE line.move_id = made.move_id
                        AND line.state = 'done' AND line.quantity_product_uom > 0
                     OFFSET 0
                 ) lots
                 WHERE is_mixed
            )
            """
        )

    def _sql_counts(self, alias, companies):
        return SQL(
            """(%(line)s.state = 'done' AND %(line)s.quantity_product_uom > 0
                AND %(line)s.company_id = ANY(%(companies)s))""",
            line=SQL.identifier(alias),
            companies=companies.ids,
        )
