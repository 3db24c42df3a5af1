from odoo import api, fields, models

# A dialog is to look at; all of it is in the case once it is traced.
SHOWN = 500


class RecallScopePreview(models.TransientModel):
    """Shows what one scope line finds."""

    _name = "recall.scope.preview"
    _description = "Preview of a Scope Line"

    scope_id = fields.Many2one("recall.scope", "Scope Line", required=True)
    lot_count = fields.Integer(compute="_compute_found")
    line_count = fields.Integer("Arrivals Without a Lot", compute="_compute_found")
    hidden_count = fields.Integer(
        compute="_compute_found",
        help="Found, but in companies that you are not working in.",
    )
    lot_ids = fields.Many2many("stock.lot", compute="_compute_found")
    line_ids = fields.Many2many("stock.move.line", compute="_compute_found")
    is_cut = fields.Boolean(compute="_compute_found")

    @api.depends("scope_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_found(self):
        for preview in self:
            scope = preview.scope_id
            scope.check_access("read")
            scope.case_id.check_access("read")
            # sudo: as the trace of the case does; what the user may not see of it
            # is only counted.
            found = scope.sudo().with_context(active_test=False)._get_seeds()
            lots, lines = (
                self.env[records._name].search([("id", "in", records.ids)])
                for records in found
            )
            preview.lot_count, preview.line_count = len(lots), len(lines)
            preview.hidden_count = sum(map(len, found)) - len(lots) - len(lines)
            preview.lot_ids, preview.line_ids = lots[:SHOWN], lines[:SHOWN]
            preview.is_cut = max(len(lots), len(lines)) > SHOWN
