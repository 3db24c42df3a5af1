from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..tools.causes import rank_causes, spread_masks
from ..tools.findings import Findings, get_lots

# What is named first where the records cannot tell candidates apart: the narrower, and
# of the same kind what comes earlier in the chain, as a trace from it finds the later.
KINDS = (
    "lot",
    "production",
    "receipt",
    "day",
    "workcenter",
    "place",
    "vendor",
    "goods",
)


class Fact(NamedTuple):
    """Something that befell goods, and may have harmed them.

    `picking` is the id of the transfer by which a vendor sent them, if there was one.
    """

    node: tuple
    kind: str
    key: object
    date: object
    picking: object = None


class RecallTraceCause(models.AbstractModel):
    """Ranks what complaint lots have in common, see `tools.causes`.

    A complaint lot is compared with all lots of the complaint products that moved.
    What befell a lot is what befell it and all it was made from: each source lot, its
    vendor and receipt, manufacturing order and work centre, place and day.
    """

    _name = "recall.trace.cause"
    _description = "Recall Trace: Causes"

    def _rank(self, lots, companies):
        """What the lots have in common, the likeliest cause first.

        :param lots: `stock.lot` with a complaint
        :param companies: `res.company` whose moves count
        :return: (list of :class:`..tools.causes.Cause`, {key of a cause: its
            :class:`Fact` of complaint lots}, number of lots compared)
        """
        population = lots | self._read_population(lots, companies)
        trail = self.env["recall.trace"]._trace_backward(population, companies)
        bits = {
            (lot.product_id.id, lot.id): 1 << number
            for number, lot in enumerate(population)
        }
        edges = [(edge.origin, edge.target) for edge in trail.spread.edges()]
        masks = spread_masks(bits, edges)
        complaints = sum(bits[lot.product_id.id, lot.id] for lot in lots)
        reach, facts = defaultdict(int), defaultdict(list)
        for fact in self._read_facts(bits, trail, companies, edges):
            mask = masks.get(fact.node, 0)
            reach[fact.kind, fact.key] |= mask
            if mask & complaints:
                facts[fact.kind, fact.key].append(fact)
        order = self._get_order(facts, trail.spread.depths(dict.fromkeys(bits, 0)))
        causes = rank_causes(complaints, (1 << len(bits)) - 1, reach, order)
        return causes, facts, len(bits)

    def _get_order(self, facts, depths):
        """Sort key of candidates that the records cannot tell apart, see `KINDS`.

        :param depths: {node: steps back from the lots compared}
        """

        def order(key):
            depth = max(depths.get(fact.node, 0) for fact in facts[key])
            return KINDS.index(key[0]), -depth, key[1]

        return order

    def _read_population(self, lots, companies):
        """All lots of the same products that moved."""
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT lot_id FROM stock_move_line
                 WHERE product_id = ANY(%s) AND lot_id IS NOT NULL
                   AND state = 'done' AND quantity_product_uom > 0
                   AND company_id = ANY(%s)
                """,
                lots.product_id.ids,
                companies.ids,
            )
        )
        return lots.browse(lot_id for (lot_id,) in rows)

    def _flush(self):
        for model in ("stock.move.line", "stock.move", "stock.location"):
            self.env[model].flush_model()

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------
    def _read_facts(self, bits, trail, companies, edges):
        """Every :class:`Fact` of the lots compared and of what they were made from."""
        nothing = self.env["stock.lot"]
        forward = self.env["recall.trace"]._trace_forward(nothing, companies)
        findings = Findings(companies, set(bits), [], forward, trail)
        for node in {source for __, source in edges}:
            yield Fact(node, "lot" if node[1] else "goods", node[1] or node[0], None)
        yield from self._get_receipts(findings)
        yield from self._get_places(findings)
        yield from self._get_productions(findings)

    def _get_receipts(self, findings):
        rows = self.env["recall.trace.party"]._read_sources(findings)
        partners = self.env["res.partner"].browse(
            {row["partner_id"] for row in rows if row["partner_id"]}
        )
        vendors = {partner.id: partner.commercial_partner_id.id for partner in partners}
        for row in rows:
            node, date, picking = row["affected_id"], row["date"], row["picking_id"]
            if row["partner_id"]:
                yield Fact(node, "vendor", vendors[row["partner_id"]], date, picking)
            if picking:
                yield Fact(node, "receipt", picking, date)

    def _get_places(self, findings):
        """Where lots were, and on which day they came or were made."""
        rows = self._read_lines(
            findings,
            SQL("target.id, source.usage, (line.date %s)::date", self._sql_zone()),
            SQL(
                """JOIN stock_location source ON source.id = line.location_id
                   JOIN stock_location target ON target.id = line.location_dest_id
                    AND target.usage IN ('internal', 'transit')"""
            ),
        )
        for node, date, place_id, usage, day in rows:
            yield Fact(node, "place", place_id, date)
            if usage in ("production", "supplier"):
                made_on = "production" if usage == "production" else "receipt"
                yield Fact(node, "day", (made_on, day.isoformat()), date)

    def _sql_zone(self):
        """A day is a day where the user is."""
        return SQL("AT TIME ZONE 'UTC' AT TIME ZONE %s", self.env.tz.zone)

    def _get_productions(self, findings):
        if "mrp.production" not in self.env:
            return
        self.env["mrp.workorder"].flush_model()
        rows = self._read_lines(
            findings,
            SQL("move.production_id, workorder.workcenter_id"),
            SQL(
                """JOIN stock_move move ON move.id = line.move_id
                    AND move.production_id IS NOT NULL
                   LEFT JOIN mrp_workorder workorder
                     ON workorder.production_id = move.production_id
                    AND workorder.state = 'done'"""
            ),
        )
        for node, date, production_id, workcenter_id in rows:
            yield Fact(node, "production", production_id, date)
            if workcenter_id:
                yield Fact(node, "workcenter", workcenter_id, date)

    def _read_lines(self, findings, columns, joins):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.product_id, line.lot_id, line.date, %s
                  FROM stock_move_line line %s
                 WHERE line.lot_id = ANY(%s) AND line.state = 'done'
                   AND line.quantity_product_uom > 0 AND line.company_id = ANY(%s)
                """,
                columns,
                joins,
                get_lots(findings.nodes),
                findings.companies.ids,
            )
        )
        for product_id, lot_id, date, *rest in rows:
            yield (product_id, lot_id), date, *rest
