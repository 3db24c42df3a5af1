from collections import defaultdict

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, format_date


class RecallHold(models.Model):
    """What the chatter of lots says of holds without a case: with one, its chatter says
    it, as a message on each of ten thousand lots would keep their goods waiting.

    A shared lot is seen in all companies: what it says is of the company of its hold
    only. The messages on many lots are made at once.
    """

    _inherit = "recall.hold"

    def _log_precautions(self):
        """Say on each lot what its new hold reaches, which has no case to say it."""
        cases, nobody = self.env["recall.case"], self.env["res.company"]
        places, sent = self._read_places_of_lots(), self._read_sent_of_lots()
        bodies = {}
        for hold in self:
            key = (hold.lot_id, hold.company_id)
            # what is on its way between companies is of none of them
            reached = places[key] | places[hold.lot_id, nobody]
            bodies[hold.lot_id.id] = cases._render_reach(
                hold._get_placed_title(),
                reached,
                sent[key] > 0
                and cases._format_quantities({hold.product_id.uom_id: sent[key]}),
            )
        self.lot_id._message_log_batch(bodies)

    def _get_placed_title(self):
        self.ensure_one()
        if self.expires_on:
            return self.env._(
                "On hold as a precaution: %(reason)s. To be reviewed on %(date)s. It "
                "reaches:",
                reason=self.reason,
                date=format_date(self.env, self.expires_on),
            )
        return self.env._(
            "On hold as a precaution: %(reason)s. It reaches:", reason=self.reason
        )

    def _read_places_of_lots(self):
        """{(lot, company): {`stock.location`: {`uom.uom`: quantity}}} of what these
        holds on lots reach."""
        places = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
        for lot, company, place, quantity in self.env["stock.quant"]._read_group(
            Domain("lot_id", "in", self.lot_id.ids)
            & Domain("location_id.usage", "in", ["internal", "transit"])
            & Domain("quantity", "!=", 0),
            ["lot_id", "company_id", "location_id"],
            ["quantity:sum"],
            order="location_id",
        ):
            places[lot, company][place][lot.product_id.uom_id] += quantity
        return places

    def _read_sent_of_lots(self):
        """{(lot, company): quantity} that went to consignees, less what came back."""
        sent = defaultdict(float)
        done = Domain("lot_id", "in", self.lot_id.ids) & Domain("state", "=", "done")
        for end, sign in (("location_dest_id", 1), ("location_id", -1)):
            for lot, company, quantity in self.env["stock.move.line"]._read_group(
                done & Domain(f"{end}.usage", "=", "customer"),
                ["lot_id", "company_id"],
                ["quantity_product_uom:sum"],
            ):
                sent[lot, company] += sign * quantity
        return sent

    def _count_reservations(self):
        """How many reservations of the goods of these holds are still to be broken."""
        # sudo: a number of lines, also of other companies' documents
        return (
            self.env["stock.move.line"]
            .sudo()
            .search_count(self._get_broken_domain(SQL("hold.id = ANY(%s)", self.ids)))
        )

    def _log_interruptions(self, rows):
        """Say on the lots of these holds, which have no case, which documents lost
        them.

        :param rows: `recall.interruption`
        """
        cases = self.env["recall.case"]
        told = rows.filtered(
            lambda row: row.lot_id and row.company_id == row.hold_id.company_id
        )
        bodies = {
            lot.id: cases._render_interruptions(its, its.company_id)
            for lot, its in told.grouped("lot_id").items()
        }
        told.lot_id._message_log_batch(bodies)

    def _log_release(self):
        """Say on each lot that its hold without a case is released, and what it is
        still on hold for."""
        bodies = {}
        for hold in self.filtered("lot_id"):
            body = self.env._(
                "The precautionary hold is released. Reason: %(reason)s",
                reason=hold.release_reason,
            )
            if hold.lot_id.recall_hold:
                still = self.env._(
                    "It is still on hold: %(reason)s",
                    reason=hold.lot_id.recall_hold_reason,
                )
                body = f"{body}. {still}"
            bodies[hold.lot_id.id] = body
        self.lot_id._message_log_batch(bodies)
