from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .recall_cause import get_remark

# Below so many complaints chance alone makes patterns.
FEW = 5
SHOWN = 30


class RecallCauseRanking(models.TransientModel):
    """Shows what complaint lots have in common, the likeliest cause first."""

    _name = "recall.cause.ranking"
    _description = "Where the Cause May Be"

    case_id = fields.Many2one("recall.case", readonly=True)
    lot_ids = fields.Many2many("stock.lot", string="Complaint Lots", readonly=True)
    compared_count = fields.Integer(
        "Lots Compared",
        readonly=True,
        help="All lots of the products that have complaints.",
    )
    cause_ids = fields.One2many("recall.cause", "ranking_id", readonly=True)
    summary = fields.Char(compute="_compute_summary")

    @api.depends("lot_ids", "compared_count", "cause_ids")
    def _compute_summary(self):
        for ranking in self:
            ranking.summary = " ".join(filter(None, ranking._get_sentences()))

    def _get_sentences(self):
        count = len(self.lot_ids)
        yield self.env._(
            "%(count)s complaint lots, compared with all %(compared)s lots of the same "
            "products.",
            count=count,
            compared=self.compared_count,
        )
        if count < FEW:
            yield self.env._(
                "So few complaints prove little: take the list for a hint, and look "
                "again when there are more."
            )
        if count == self.compared_count:
            yield self.env._(
                "Every lot has a complaint: there is none to compare with, so nothing "
                "tells the candidates apart."
            )
        elif self.cause_ids[:1].tie_count:
            yield self.env._(
                "The first %(count)s candidates are tied: the records do not tell them "
                "apart.",
                count=self.cause_ids[0].tie_count + 1,
            )

    @api.model
    def _rank(self, lots, case):
        """A new ranking for complaint lots.

        :param lots: `stock.lot` that the user may read
        :param case: the `recall.case` whose complaints they are, or none
        :raise UserError: without lots
        """
        self.check_access("create")
        if not lots:
            raise UserError(
                self.env._(
                    "There are no complaint lots to compare. Name them in the scope, "
                    "or select them in the list of lots."
                )
            )
        companies = self.env.companies
        if case:
            # sudo: which companies a case looks in, as far as the user is in them
            companies &= case.sudo().company_ids
        # sudo: moves and orders of companies that the user is in
        trace = self.env["recall.trace.cause"].sudo()
        causes, facts, compared = trace._rank(lots.sudo(), companies)
        ranking = self.create(
            {
                "case_id": case.id,
                "lot_ids": [Command.set(lots.ids)],
                "compared_count": compared,
            }
        )
        ranking._add_causes(causes, facts)
        return ranking

    def _add_causes(self, causes, facts):
        rows = self.env["recall.cause"]
        rows.create(
            [
                {
                    "ranking_id": self.id,
                    "sequence": number,
                    "rank": cause.place,
                    "explained_count": cause.explained,
                    "complaint_count": len(self.lot_ids),
                    "reached_count": cause.reached,
                    "score": cause.score,
                    "tie_count": cause.ties,
                    "remark": get_remark(self.env, cause, len(causes)),
                    # sudo: names of orders and places of companies the user is in
                    **rows.sudo()._prepare_cause_vals(*cause.key, facts[cause.key]),
                }
                for number, cause in enumerate(causes[:SHOWN])
            ]
        )
