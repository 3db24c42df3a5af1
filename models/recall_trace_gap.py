from datetime import datetime, timezone

from odoo import models
from odoo.tools import SQL, format_datetime

from ..tools.findings import get_lots
from ..tools.pool import TOLERANCE


class RecallTraceGap(models.AbstractModel):
    """Says where the records cannot say, and what to do about it.

    Each method is one kind of gap: a place where Odoo's records break off. What is
    not told apart is told here; silence means that the records are complete.
    """

    _name = "recall.trace.gap"
    _description = "Recall Trace: Gaps"

    def _read_gaps(self, findings, balances, exposures):
        """Rows of `recall.gap`.

        :param findings: :class:`..tools.findings.Findings`
        :param balances: see `recall.trace.stock._read_balances`
        :param exposures: rows of `recall.exposure`
        """
        self.env["stock.move.line"].flush_model()
        return [
            *self._get_windows(findings),
            *self._get_source_windows(findings),
            *self._get_relabelled(findings),
            *self._get_adjusted(findings),
            *self._get_consumed_without_product(findings),
            *self._get_made_from_nothing(findings),
            *self._get_moved_without_lot(findings),
            *self._get_unaccounted(findings, balances),
            *self._get_without_consignee(exposures),
            *self._get_other_companies(findings),
            *self._get_edited(findings),
            *self._get_swapped(findings),
            *self._get_redated(findings),
            *self._get_contradictions(findings),
        ]

    def _prepare_gap(self, kind, node, trace_key, note, **values):
        return {
            "kind": kind,
            "affected_id": node,
            "candidate_lot_id": None,
            "reference": None,
            "date": None,
            "quantity": 0.0,
            "note": note,
            "trace_key": trace_key,
            **values,
        }

    # ------------------------------------------------------------------
    # Missing records
    # ------------------------------------------------------------------
    def _get_moved_without_lot(self, findings):
        """Tracked products that left the stock, or that a customer sent back, without
        a lot since an affected lot of theirs came in."""
        for row in self._read_moved_without_lot(get_lots(findings.suspects), findings):
            product_id, lot_id, is_back, count, quantity, date = row
            if is_back:
                note = self.env._(
                    "%(count)s stock moves brought this product back from customers "
                    "without a lot since an affected lot of it came in: they may have "
                    "brought affected goods. Look for the number on what lies there "
                    "without a lot.",
                    count=count,
                )
            else:
                note = self.env._(
                    "%(count)s stock moves took this product out without a lot since "
                    "an affected lot of it came in: they may have taken affected "
                    "goods. See the product's moves without a lot, and ask those who "
                    "shipped them.",
                    count=count,
                )
            yield self._prepare_gap(
                "no_lot_recorded",
                (product_id, lot_id),
                f"{'returned' if is_back else 'moved'}:{product_id}",
                note,
                date=date,
                quantity=quantity,
            )

    def _read_moved_without_lot(self, lots, findings):
        """What came back is left out where it names the delivery that it takes back,
        and that took none of these lots.

        :param lots: ids of affected `stock.lot`
        :return: (product, first lot, whether it came back, number of lines, quantity,
            first date)
        """
        return self.env.execute_query(
            SQL(
                """
                WITH first AS (
                    SELECT product_id, min(lot_id) AS lot_id, min(date) AS date
                      FROM stock_move_line
                     WHERE lot_id = ANY(%(lots)s) AND state = 'done'
                     GROUP BY product_id
                )
                SELECT first.product_id, first.lot_id, source.usage = 'customer',
                       count(*), sum(line.quantity_product_uom)::float8, min(line.date)
                  FROM first
                  JOIN stock_move_line line
                    ON line.product_id = first.product_id AND line.lot_id IS NULL
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
                 WHERE line.state = 'done' AND line.quantity_product_uom > 0
                   AND line.date >= first.date
                   AND line.company_id = ANY(%(companies)s)
                   AND (source.usage IN ('internal', 'transit')
                        AND target.usage NOT IN ('internal', 'transit')
                        OR source.usage = 'customer'
                           AND target.usage IN ('internal', 'transit')
                           AND COALESCE((
                               SELECT bool_or(sent.lot_id = ANY(%(lots)s))
                                 FROM stock_move move
                                 JOIN stock_move_line sent
                                   ON sent.move_id = move.origin_returned_move_id
                                WHERE move.id = line.move_id
                                  AND sent.lot_id IS NOT NULL
                           ), TRUE))
                 GROUP BY 1, 2, 3
                """,
                lots=lots,
                companies=findings.companies.ids,
            )
        )

    def _get_unaccounted(self, findings, balances):
        without_lot = [product for product, lot in findings.nodes if not lot]
        products = self.env["product.product"].browse(without_lot)
        counted = set(products.filtered("is_storable").ids)
        for node in findings.nodes:
            quantity = balances[node]["qty_unaccounted"]
            if abs(quantity) <= TOLERANCE or not (node[1] or node[0] in counted):
                continue
            if node[1]:
                note = self.env._(
                    "What came in and what is recorded as gone or on hand differ by "
                    "this quantity: some of it moved without this lot's number. Count "
                    "it, and look at the product's moves without a lot."
                )
            else:
                note = self.env._(
                    "What came in without a lot and what is recorded as gone or on "
                    "hand differ by this quantity: some of it moved under the number "
                    "of a lot. Look for lots of the product of which more left than "
                    "came in, and add them to the scope."
                )
            yield self._prepare_gap(
                "no_lot_recorded",
                node,
                f"unaccounted:{node[0]}:{node[1]}",
                note,
                quantity=quantity,
            )

    def _get_without_consignee(self, exposures):
        unknown = {}
        for exposure in exposures:
            if not exposure["partner_id"]:
                unknown.setdefault(exposure["affected_id"], []).append(exposure)
        for node, rows in unknown.items():
            yield self._prepare_gap(
                "no_consignee",
                node,
                f"{node[0]}:{node[1]}",
                self.env._(
                    "%(count)s deliveries name no consignee, as at a till without a "
                    "customer: nobody can be told directly. Consider a public notice.",
                    count=len(rows),
                ),
                date=min(row["date"] for row in rows),
                quantity=sum(row["qty_net"] for row in rows),
            )

    def _get_other_companies(self, findings):
        """How many moves of affected lots lie in companies the case may not look in:
        the number only, for the rest is theirs. A lot that they keep under the same
        name, and that came or went between companies, is the same lot."""
        if not self._has_other_companies(findings.companies):
            return
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.product_id, lot.id, count(*)
                  FROM stock_lot lot
                  JOIN stock_lot twin
                    ON twin.product_id = lot.product_id AND twin.name = lot.name
                  JOIN stock_move_line line ON line.lot_id = twin.id
                 WHERE lot.id = ANY(%(lots)s) AND line.state = 'done'
                   AND line.quantity_product_uom > 0
                   AND line.company_id <> ALL(%(companies)s)
                   AND (twin.id = lot.id OR EXISTS (
                       SELECT FROM stock_move_line passed
                         JOIN stock_location between_companies
                           ON between_companies.id
                              IN (passed.location_id, passed.location_dest_id)
                        WHERE passed.lot_id = twin.id AND passed.state = 'done'
                          AND between_companies.usage = 'transit'
                          AND between_companies.company_id IS NULL
                   ))
                 GROUP BY lot.product_id, lot.id
                """,
                lots=get_lots(findings.nodes),
                companies=findings.companies.ids,
            )
        )
        for product_id, lot_id, count in rows:
            yield self._prepare_gap(
                "other_company",
                (product_id, lot_id),
                f"{lot_id}",
                self.env._(
                    "%(count)s stock moves of this lot lie in companies outside of "
                    "this case. Ask somebody with access to them to add them to the "
                    "companies of the case, and trace again.",
                    count=count,
                ),
            )

    def _has_other_companies(self, companies):
        others = self.env["res.company"].with_context(active_test=False)
        return others.search_count([("id", "not in", companies.ids)], limit=1)

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------
    def _read_lot_lines(self, nodes, findings, condition, lines=()):
        """(line, product, lot, reference, date, quantity) of done lines of nodes, and
        of the ids `lines`."""
        return self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.product_id, line.lot_id, move.reference, line.date,
                       line.quantity_product_uom::float8
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                 WHERE (line.lot_id = ANY(%s) OR line.id = ANY(%s))
                   AND line.state = 'done' AND line.quantity_product_uom > 0
                   AND line.company_id = ANY(%s) AND %s
                """,
                get_lots(nodes),
                list(lines),
                findings.companies.ids,
                condition,
            )
        )

    def _to_time(self, date):
        return date.replace(tzinfo=timezone.utc).timestamp()

    def _to_datetime(self, time):
        return datetime.fromtimestamp(time, timezone.utc).replace(tzinfo=None)

    def _format(self, time):
        if time is None:
            return self.env._("the first receipt")
        return format_datetime(self.env, self._to_datetime(time))
