from datetime import datetime, timezone

from odoo import models
from odoo.tools import SQL

from ..tools.findings import EVIDENCE, Findings, Trail, get_lots
from ..tools.genealogy import Spread
from ..tools.pool import TOLERANCE


class RecallTrace(models.AbstractModel):
    """Reads genealogy and whereabouts; writes nothing.

    Suspicion spreads between lots along genealogy edges (`recall.trace.genealogy`),
    and through goods without a lot as long as they may lie in a place
    (`recall.trace.pool`). The two take turns until nothing new is found: the number
    of turns, and so of queries, follows the product structure and not the records.

    Time counts: what left a lot before the lot came to be suspect is not followed,
    unless the lot's recorded stock was negative, for then the records are known to
    have been written late.
    """

    _name = "recall.trace"
    _description = "Recall Trace"

    def _trace_scope(self, seeds, companies, cleared=frozenset()):
        """Everything that a case stores.

        :param seeds: `{direction: (lots, lines)}`, the suspect `stock.lot` and the
            done `stock.move.line` by which suspect goods without a lot came in
        :param companies: `res.company` whose stock moves may be read
        :param cleared: nodes that people have excluded, see :class:`Findings`
        :return: `{model name: list of row dicts}`; `affected_id` holds a node
        """
        findings = self._find(seeds, companies)
        findings.cleared = cleared
        stock = self.env["recall.trace.stock"]
        party = self.env["recall.trace.party"]
        pending = stock._read_pending(findings)
        balances = stock._read_balances(findings, pending)
        exposures = party._read_exposures(findings)
        return {
            "recall.affected": self._prepare_affected(findings, balances),
            "recall.link": self._prepare_links(findings),
            "recall.exposure": exposures,
            "recall.source": party._read_sources(findings),
            "recall.pending": pending,
            "recall.gap": self.env["recall.trace.gap"]._read_gaps(
                findings, balances, exposures
            ),
        }

    def _trace_forward(self, lots, companies, lines=None):
        """What contains the lots, over any number of steps.

        :param lots: suspect `stock.lot`
        :param companies: `res.company` whose stock moves may be read
        :param lines: `stock.move.line` by which suspect goods without a lot came in
        :return: :class:`..tools.findings.Trail`
        """
        return self._follow(lots, lines or self.env["stock.move.line"], companies, True)

    def _trace_backward(self, lots, companies, lines=None):
        """What the lots were made from; see :meth:`_trace_forward`. Times in the
        trail are negated."""
        return self._follow(
            lots, lines or self.env["stock.move.line"], companies, False
        )

    # ------------------------------------------------------------------
    # Following
    # ------------------------------------------------------------------
    def _find(self, seeds, companies):
        """Follow the scope: `both` goes up to its sources, and down again from them.

        Sources without a lot are not followed down again: one bag of salt would
        make all that was ever salted suspect. Their gap row says so.
        """
        nothing = (self.env["stock.lot"], self.env["stock.move.line"])
        (up, up_lines), (down, down_lines), (both, both_lines) = (
            seeds.get(way, nothing) for way in ("backward", "forward", "both")
        )
        backward = self._trace_backward(both, companies, both_lines)
        sources = self.env["stock.lot"].browse(get_lots(backward.spread.nodes))
        forward = self._trace_forward(
            down | sources, companies, down_lines | both_lines
        )
        if up or up_lines:
            backward = self._trace_backward(up | both, companies, up_lines | both_lines)
        lines = up_lines | down_lines | both_lines
        named = self._get_nodes(up | down | both, lines)
        return Findings(companies, named, lines.ids, forward, backward)

    def _follow(self, lots, lines, companies, forward):
        """Let lots and goods without a lot take turns until nothing new is found."""
        genealogy = self.env["recall.trace.genealogy"]
        seeds = self._get_nodes(lots, lines)
        pool = self.env["recall.trace.pool"]
        edges, windows, followed, returned = {}, {}, None, set()
        read_lines = set() if forward else set(lines.ids)
        new_lots, new_lines = lots.ids, read_lines
        while True:
            for edge in genealogy._read_edges(new_lots, new_lines, companies, forward):
                edges[edge.consumed_line, edge.produced_line] = edge
            spread = self._spread(seeds, edges.values(), companies)
            arrivals = self._get_arrivals(spread, lines, forward) | returned
            if arrivals == followed:
                return Trail(spread, windows, arrivals)
            followed = arrivals
            windows = pool._follow(arrivals, companies, forward)
            departed = Trail(spread, windows, arrivals).departures().keys()
            returned |= pool._read_returned(departed, companies, forward)
            new_lots, new_lines = [], departed - read_lines
            read_lines |= departed

    def _get_nodes(self, lots, lines):
        nodes = {(lot.product_id.id, lot.id) for lot in lots}
        return nodes | {(product.id, 0) for product in lines.product_id}

    def _get_arrivals(self, spread, lines, forward):
        """Ids of the lines by which suspect goods without a lot came into a place."""
        arrivals = set(lines.ids) if forward else set()
        for edge in spread.edges():
            if not edge.target[1]:
                arrivals.add(edge.produced_line if forward else edge.consumed_line)
        return arrivals

    def _spread(self, seeds, edges, companies):
        """The spread of suspicion, with what was recorded late taken into account."""
        late, asked = set(), set()
        while True:
            spread = Spread(seeds, edges, late)
            conflicts = spread.conflicts() - asked
            if not conflicts:
                return spread
            asked |= conflicts
            late |= self._read_late(conflicts, companies)

    def _read_late(self, nodes, companies):
        """Those of the nodes whose recorded stock was negative in some place at some
        time: what came in was recorded after it had left."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT product_id, lot_id
                  FROM (
                      SELECT line.product_id, line.lot_id,
                             sum(sum(booked.quantity)) OVER (
                                 PARTITION BY line.lot_id, booked.location_id
                                 ORDER BY line.date
                             ) AS level
                        FROM stock_move_line line
                       CROSS JOIN LATERAL (
                           VALUES (line.location_id, -line.quantity_product_uom),
                                  (line.location_dest_id, line.quantity_product_uom)
                       ) booked(location_id, quantity)
                        JOIN stock_location location
                          ON location.id = booked.location_id
                         AND location.usage IN ('internal', 'transit')
                       WHERE line.lot_id = ANY(%(lots)s) AND line.state = 'done'
                         AND line.company_id = ANY(%(companies)s)
                       GROUP BY line.product_id, line.lot_id, booked.location_id,
                                line.date
                  ) booking
                 WHERE level < -%(tolerance)s
                """,
                lots=get_lots(nodes),
                companies=companies.ids,
                tolerance=TOLERANCE,
            )
        )
        return set(rows)

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------
    def _prepare_affected(self, findings, balances):
        depths = findings.depths()
        places = self._read_open_locations(findings)
        return [
            {
                "product_id": node[0],
                "lot_id": node[1] or None,
                "role": findings.role(node),
                "depth": depths[node],
                "evidence": findings.evidence(node),
                "since": self._to_datetime(findings.since(node)),
                "open_location_ids": places.get(node),
                "in_scope": True,
                **balances[node],
            }
            for node in findings.nodes
        ]

    def _read_open_locations(self, findings):
        """{node: ids of the locations} where goods without a lot may be bad now; a
        warehouse stands for all that is in it."""
        places = {
            (product, lot): findings.open_places(product)
            for product, lot in findings.nodes
            if not lot
        }
        warehouses = self.env["stock.warehouse"].browse(
            -place for found in places.values() for place in found if place < 0
        )
        views = {-house.id: house.view_location_id.id for house in warehouses}
        return {
            node: sorted(views.get(place, place) for place in found)
            for node, found in places.items()
        }

    def _prepare_links(self, findings):
        return [
            {
                "source_id": edge.origin,
                "target_id": edge.target,
                "kind": edge.kind,
                "evidence": EVIDENCE[edge.rank],
                "source_line_id": edge.consumed_line,
                "target_line_id": edge.produced_line,
                "reference": edge.reference,
                "date": edge.date,
            }
            for edge in findings.edges()
        ]

    def _to_datetime(self, time):
        return time and datetime.fromtimestamp(time, timezone.utc).replace(tzinfo=None)
