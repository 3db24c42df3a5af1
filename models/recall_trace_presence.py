from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..tools.pool import TOLERANCE


class Stay(NamedTuple):
    """A time that goods spent in a place without a break.

    `start` is None when no move says how they came there, `end` while they are there.
    """

    product: int
    lot: int
    start: object
    end: object


class RecallTracePresence(models.AbstractModel):
    """Reads which goods were in a place, and when.

    Stock at a time is told twice: forward from nothing by the moves until then, and
    back from today's quants by the moves since. The two differ where records do not
    balance; goods were there when either says so, and the same goes for the dates of
    a line and its move, which differ when it was added afterwards. What came in or
    left at a moment was there at that moment.
    """

    _name = "recall.trace.presence"
    _description = "Recall Trace: Presence in a Place"

    def _read_stays(self, location, companies, date_from=False, date_to=False):
        """What was in a place, or below it, at any moment of a window.

        :param location: `stock.location`
        :param companies: `res.company` whose moves and quants count
        :param date_from: start of the window, in it; none: since ever
        :param date_to: end of the window, in it; none: until now
        :return: list of :class:`Stay`, the lot is 0 for goods without one
        """
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(place)s, %(change)s, %(balance)s, %(level)s, %(stay)s
                SELECT product_id, lot_id, NULLIF(min(arrived), '-infinity'),
                       NULLIF(max(left_at), 'infinity')
                  FROM stay
                 GROUP BY product_id, lot_id, number
                HAVING min(arrived) <= COALESCE(%(date_to)s::timestamp, 'infinity')
                   AND max(left_at) >= COALESCE(%(date_from)s::timestamp, '-infinity')
                """,
                place=self._cte_place(location),
                change=self._cte_change(companies),
                balance=self._cte_balance(companies),
                level=self._cte_level(),
                stay=self._cte_stay(),
                date_from=date_from or None,
                date_to=date_to or None,
            )
        )
        return [Stay(*row) for row in rows]

    def _read_arrivals(self, location, companies, stays, date_to=False):
        """Ids of the lines by which goods without a lot of these stays came in.

        :param stays: those of goods without a lot
        :param date_to: what came in later is left out
        """
        if not stays:
            return []
        self._flush()
        products, __, starts, ends = zip(*stays, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(place)s
                SELECT DISTINCT line.id
                  FROM stock_move_line line
                  JOIN unnest(%(products)s::int[], %(starts)s::timestamp[],
                              %(ends)s::timestamp[]) AS stay(product_id, start, stop)
                    ON stay.product_id = line.product_id
                  LEFT JOIN stock_move move ON move.id = line.move_id
                 CROSS JOIN LATERAL (
                     SELECT LEAST(line.date, move.date) AS date
                 ) came
                 WHERE line.lot_id IS NULL AND %(done)s
                   AND came.date >= COALESCE(stay.start, '-infinity')
                   AND came.date <= COALESCE(stay.stop, 'infinity')
                   AND came.date <= COALESCE(%(date_to)s::timestamp, 'infinity')
                   AND line.location_dest_id IN (SELECT id FROM place)
                   AND line.location_id NOT IN (SELECT id FROM place)
                """,
                place=self._cte_place(location),
                products=list(products),
                starts=list(starts),
                ends=list(ends),
                done=self._sql_done(companies),
                date_to=date_to or None,
            )
        )
        return [line_id for (line_id,) in rows]

    def _flush(self):
        for model in ("stock.move.line", "stock.move", "stock.quant", "stock.location"):
            self.env[model].flush_model()

    def _sql_done(self, companies):
        return SQL(
            "line.state = 'done' AND line.quantity_product_uom > 0"
            " AND line.company_id = ANY(%s)",
            companies.ids,
        )

    # ------------------------------------------------------------------
    # Common table expressions
    # ------------------------------------------------------------------
    def _cte_place(self, location):
        """place(id): the location and all below it."""
        return SQL(
            """
            place AS (
                SELECT below.id
                  FROM stock_location top
                  JOIN stock_location below
                    ON below.parent_path LIKE top.parent_path || '%%'
                 WHERE top.id = %s
            )
            """,
            location.id,
        )

    def _cte_change(self, companies):
        """change: by goods and moment, what came into the place less what left it.

        `OFFSET 0` keeps the planner from reading all moves there are.
        """
        return SQL(
            """
            change AS (
                SELECT line.product_id, COALESCE(line.lot_id, 0) AS lot_id,
                       CASE WHEN line.sign > 0 THEN LEAST(line.date, move.date)
                            ELSE GREATEST(line.date, move.date) END AS date,
                       sum(line.sign * line.quantity_product_uom) AS quantity
                  FROM (
                      SELECT line.product_id, line.lot_id, line.move_id, line.date,
                             line.quantity_product_uom,
                             CASE WHEN target.id IS NULL THEN -1 ELSE 1 END AS sign
                        FROM stock_move_line line
                        LEFT JOIN place source ON source.id = line.location_id
                        LEFT JOIN place target ON target.id = line.location_dest_id
                       WHERE %s AND (source.id IS NULL) <> (target.id IS NULL)
                      OFFSET 0
                  ) line
                  LEFT JOIN LATERAL (
                      SELECT date FROM stock_move WHERE id = line.move_id OFFSET 0
                  ) move ON true
                 GROUP BY 1, 2, 3
            )
            """,
            self._sql_done(companies),
        )

    def _cte_balance(self, companies):
        """balance: by goods, what today's quants have more than all moves say."""
        return SQL(
            """
            balance AS (
                SELECT product_id, lot_id, sum(quantity) AS surplus
                  FROM (
                      SELECT quant.product_id, COALESCE(quant.lot_id, 0) AS lot_id,
                             quant.quantity
                        FROM stock_quant quant
                        JOIN place ON place.id = quant.location_id
                       WHERE quant.company_id = ANY(%s)
                       UNION ALL
                      SELECT product_id, lot_id, -quantity FROM change
                  ) booked
                 GROUP BY product_id, lot_id
            )
            """,
            companies.ids,
        )

    def _cte_level(self):
        """level: by goods and moment, the stock before and after it; the first moment
        is before all moves."""
        return SQL(
            """
            level AS (
                SELECT product_id, lot_id, date, after,
                       lag(after) OVER goods AS before
                  FROM (
                      SELECT product_id, lot_id, date,
                             sum(quantity) OVER (
                                 PARTITION BY product_id, lot_id ORDER BY date
                             ) + GREATEST(surplus, 0) AS after
                        FROM change JOIN balance USING (product_id, lot_id)
                       UNION ALL
                      SELECT product_id, lot_id, '-infinity', GREATEST(surplus, 0)
                        FROM balance
                  ) told
                WINDOW goods AS (PARTITION BY product_id, lot_id ORDER BY date)
            )
            """
        )

    def _cte_stay(self):
        """stay: one row a moment; those of one stay have the same number."""
        return SQL(
            """
            stay AS (
                SELECT product_id, lot_id, date AS arrived,
                       CASE WHEN after > %(tolerance)s
                            THEN lead(date, 1, 'infinity') OVER goods
                            ELSE date END AS left_at,
                       sum(CASE WHEN before > %(tolerance)s THEN 0 ELSE 1 END)
                           OVER goods AS number
                  FROM level
                 WHERE before IS NOT NULL OR after > %(tolerance)s
                WINDOW goods AS (PARTITION BY product_id, lot_id ORDER BY date)
            )
            """,
            tolerance=TOLERANCE,
        )
