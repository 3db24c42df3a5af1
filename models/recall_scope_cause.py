from odoo import fields, models


class RecallScope(models.Model):
    """Lines that say where the cause may be, apart from what complaints name."""

    _inherit = "recall.scope"

    is_cause = fields.Boolean(
        "Possible Cause",
        readonly=True,
        help="Added by the ranking of causes: not a complaint itself.",
    )


class RecallCase(models.Model):
    _inherit = "recall.case"

    def action_rank_causes(self):
        """Open the ranking of what the complaint lots of the case have in common."""
        self.ensure_one()
        self.check_access("write")
        return self._get_complaint_lots()._open_cause_ranking(self)

    def _get_complaint_lots(self):
        """The lots that people named; without any, all that the scope finds. Places,
        times and orders say what is suspect, and not what somebody complained of."""
        # sudo: as the trace of the case does; what the user may not see is left out.
        lines = self.sudo().scope_ids.filtered(lambda line: not line.is_cause)
        lines = lines.filtered(lambda line: line.kind == "lot") or lines
        found = [line._get_seed_lots().ids for line in lines]
        return self.env["stock.lot"].search([("id", "in", sum(found, []))])


class StockLot(models.Model):
    _inherit = "stock.lot"

    def action_rank_causes(self):
        """Open the ranking of what these lots, which have complaints, share."""
        self.check_access("read")
        return self._open_cause_ranking(self.env["recall.case"])

    def _open_cause_ranking(self, case):
        ranking = self.env["recall.cause.ranking"]._rank(self, case)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Where the Cause May Be"),
            "res_model": ranking._name,
            "res_id": ranking.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
