from odoo import api, fields, models
from odoo.fields import Command, Domain

from .recall_case import OPEN_STATES
from .recall_document import RECALL_GROUPS


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "recall.document"]

    _recall_paths = {"recall.affected": "lot_id"}
    _recall_audit_view = "stock_recall.stock_lot_view_form_audit"

    recall_affected_ids = fields.One2many(
        "recall.affected", "lot_id", groups=RECALL_GROUPS
    )
    recall_case_ids = fields.Many2many(
        "recall.case",
        string="Recall Cases With This Lot",
        compute="_compute_recall_case_ids",
        search="_search_recall_case_ids",
        groups=RECALL_GROUPS,
    )
    recall_alert = fields.Char(compute="_compute_recall_alert", groups=RECALL_GROUPS)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_recall_case_ids(self):
        case_ids = self._get_recall_case_ids()
        for lot in self:
            lot.recall_case_ids = sorted(case_ids.get(lot.id, ()))

    def _search_recall_case_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        counted = self.env["recall.case"]._get_counted_domain("recall.affected")
        domain = Domain(
            "recall_affected_ids", "any", counted & Domain("case_id", operator, value)
        )
        if operator == "in" and False in value:
            domain |= Domain("recall_affected_ids", "not any", counted)
        return domain

    @api.depends("recall_case_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_recall_alert(self):
        for lot in self:
            # a mock recall must not make anybody act on the goods
            cases = lot.recall_case_ids.filtered(
                lambda case: case.state in OPEN_STATES and not case.is_mock
            )
            lot.recall_alert = ", ".join(cases.mapped("display_name"))

    def _prepare_recall_scope_vals(self):
        return [{"kind": "lot", "lot_ids": [Command.set(self.ids)]}]

    def _get_recall_title(self):
        if len(self.product_id) == 1:
            return self.env._(
                "%(product)s: %(lots)s",
                product=self.product_id.display_name,
                lots=super()._get_recall_title(),
            )
        return super()._get_recall_title()
