from odoo import models
from odoo.tools import SQL

from ..tools.findings import EVIDENCE, get_lots
from ..tools.genealogy import INFERRED
from ..tools.netting import net_returns
from ..tools.pool import TOLERANCE


class RecallTraceParty(models.AbstractModel):
    """Who received affected goods, and what they gave back."""

    _inherit = "recall.trace.party"

    def _read_exposures(self, findings):
        """Rows of `recall.exposure`: every delivery of suspect goods, less returns.

        :param findings: :class:`..tools.findings.Findings`
        """
        self._flush()
        # Arrivals too: what a vendor ships to a customer never lies in a place.
        without_lot = {*findings.forward.departures(), *findings.forward.arrivals}
        lines = self._read_passed(findings, without_lot)
        deliveries = self._leave_out_received(
            self._get_deliveries(lines, without_lot), findings
        )
        returned = self._net(deliveries, self._get_returns(lines, deliveries))
        return [
            self._prepare_exposure(line, rank, returned[line["line"]])
            for line, rank in self._grade(deliveries, findings)
        ]

    def _read_passed(self, findings, without_lot):
        """Lines by which suspect goods went to consignees or came back from them.

        :param without_lot: ids of lines by which goods without a lot may have left
        """
        pool = self.env["recall.trace.pool"]
        return self._read_lines(
            SQL(
                "(line.location_dest_id = ANY(%s) OR line.location_id = ANY(%s))",
                pool._get_locations("customer", "company"),
                pool._get_locations("customer"),
            ),
            self._get_consignees(),
            findings,
            get_lots(findings.suspects),
            without_lot,
            findings.forward.windows,
        )

    def _get_deliveries(self, lines, without_lot):
        return [
            line
            for line in lines
            if line["went_to"] in ("customer", "company")
            and (line["lot_id"] or line["line"] in without_lot)
        ]

    def _get_returns(self, lines, deliveries):
        """What came back; of goods without a lot not what takes back other
        deliveries."""
        returns = [line for line in lines if line["came_from"] == "customer"]
        moves = {None, *(delivery["move"] for delivery in deliveries)}
        return [
            line for line in returns if line["lot_id"] or line["origin_move"] in moves
        ]

    def _net(self, deliveries, returns, **values):
        """{line: quantity} of deliveries that came back.

        :param values: what all deliveries are taken to have, see `net_returns`
        """
        keys = {back["key"] for back in returns}
        deliveries = [line for line in deliveries if line["key"] in keys]
        partners = self.env["res.partner"].browse(
            {line["partner_id"] for line in [*deliveries, *returns]} - {None}
        )
        commercial = {p.id: p.commercial_partner_id.id for p in partners}
        products = self.env["product.product"].browse(
            {line["product_id"] for line in deliveries}
        )
        serials = products.filtered(lambda product: product.tracking == "serial").ids

        def prepare(line):
            return {
                **line,
                "partner": commercial.get(line["partner_id"]),
                "serial": line["product_id"] in serials,
                **values,
            }

        return net_returns(map(prepare, deliveries), map(prepare, returns))

    def _leave_out_received(self, lines, findings):
        """Leave out what one company of the case sent and another received: it lies
        in that company's stock, or is in its own deliveries."""
        sent = [line for line in lines if line["went_to"] == "company"]
        if not sent:
            return lines
        names = {
            edge.target: edge.origin
            for edge in findings.edges()
            if edge.kind == "company"
        }
        received = self._read_lines(
            SQL(
                "line.location_id = ANY(%s)",
                self.env["recall.trace.pool"]._get_locations("company"),
            ),
            self._get_consignees(),
            findings,
            get_lots(findings.suspects),
            products=list(findings.forward.windows),
        )
        # "Serial" lets a receipt match a shipment whoever its partner is.
        taken = self._net(
            sent,
            [
                {
                    **line,
                    "origin_move": None,
                    "partner_id": None,
                    "key": names.get(line["key"], line["key"]),
                }
                for line in received
            ],
            serial=True,
        )
        rest = [{**x, "quantity": x["quantity"] - taken[x["line"]]} for x in lines]
        return [line for line in rest if line["quantity"] > TOLERANCE]

    def _grade(self, lines, findings):
        """(line, evidence) of the lines that may be suspect."""
        graded = [(line, self._get_rank(line, findings)) for line in lines]
        doubtful = {line["key"] for line, rank in graded if rank is None}
        if not doubtful:
            return graded
        late = self.env["recall.trace"]._read_late(doubtful, findings.companies)
        return [
            (line, INFERRED if rank is None else rank)
            for line, rank in graded
            if rank is not None or line["key"] in late
        ]

    def _get_rank(self, line, findings):
        if not line["lot_id"]:
            return INFERRED
        return findings.rank_at(line["key"], line["time"])

    def _prepare_exposure(self, line, rank, returned):
        return {
            "affected_id": line["key"],
            "company_id": line["company_id"],
            "partner_id": line["partner_id"],
            "picking_id": line["picking_id"],
            "move_line_id": line["line"],
            "sale_line_id": line["sale_line_id"],
            "date": line["date"],
            "qty_delivered": line["quantity"],
            "qty_returned": returned,
            "qty_net": line["quantity"] - returned,
            "evidence": EVIDENCE[rank],
        }
