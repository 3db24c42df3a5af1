from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from .recall_case import OPEN_STATES
from .recall_document import RECALL_GROUPS

# What tells which goods a lot is on.
IDENTITY_FIELDS = frozenset({"product_id", "name", "company_id"})


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "recall.document", "recall.deletion"]

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
    recall_hold = fields.Boolean(
        "On Hold",
        compute="_compute_recall_hold",
        search="_search_recall_hold",
        compute_sudo=True,
        help="A recall holds this lot: it cannot be reserved, shipped or used.",
    )
    recall_hold_reason = fields.Char(
        "Hold Reason", compute="_compute_recall_hold", compute_sudo=True
    )
    recall_hold_ids = fields.One2many("recall.hold", "lot_id", groups=RECALL_GROUPS)
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

    # ------------------------------------------------------------------
    # Holds
    # ------------------------------------------------------------------
    @api.depends("recall_hold_ids.state")
    def _compute_recall_hold(self):
        nobody = self.env["product.product"]
        holds = self.env["recall.hold"]._read_active(self._origin, nobody)
        by_lot = holds.grouped("lot_id")
        for lot in self:
            on_lot = by_lot.get(lot._origin, holds.browse())
            lot.recall_hold = bool(on_lot)
            lot.recall_hold_reason = on_lot._get_causes()

    def _search_recall_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        held = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (SELECT lot_id FROM recall_hold"
                " WHERE state = 'active' AND lot_id IS NOT NULL)",
                SQL.identifier(alias, "id"),
            )
        )
        return held if True in value else ~held

    @api.model_create_multi
    def create(self, vals_list):
        lots = super().create(vals_list)
        self.env["recall.hold"]._follow_numbers(lots)
        return lots

    def write(self, vals):
        if not IDENTITY_FIELDS.isdisjoint(vals):
            self.filtered(lambda lot: lot._loses_identity(vals))._check_no_hold()
        return super().write(vals)

    def _loses_identity(self, vals):
        """Whether `vals` make this a lot of another product, or free its number for
        other goods. The recall team may correct it, and companies may share it."""
        self.ensure_one()
        renamed = vals.get("name", self.name) != self.name
        return (
            vals.get("product_id", self.product_id.id) != self.product_id.id
            or vals.get("company_id") not in (None, False, self.company_id.id)
            or (renamed and not self.env["recall.hold"]._may_place())
        )

    def _check_no_hold(self):
        """:raise UserError: when one of these lots is on hold"""
        if not self:
            return
        nothing = self.env["product.product"]
        # No move follows that would pass the gate.
        for hold in self.env["recall.hold"]._read_active(self, nothing, passing=True):
            raise UserError(
                self.env._(
                    "%(on_hold)s It stays with its product and company, and only the "
                    "recall team may correct its number.",
                    on_hold=hold._get_statement(),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_held(self):
        # sudo: holds of other companies stand in the way too; of released ones is told
        # only that they were there, of active ones what the lot's form says
        for lot in self.sudo().filtered("recall_hold_ids"):
            raise UserError(
                self.env._(
                    "Lot %(lot)s is or was on hold (%(causes)s). It is part of the "
                    "record of a recall and cannot be deleted. Where its number is "
                    "wrong, the recall team can correct it.",
                    lot=lot.display_name,
                    causes=lot.recall_hold_reason or self.env._("released"),
                )
            )

    @api.readonly
    def action_place_recall_hold(self):
        """Open the wizard that asks for the reason of a precautionary hold."""
        if not self.env["recall.hold"]._may_place():
            raise AccessError(self.env._("Only the recall team may place a hold."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Place on Hold"),
            "res_model": "recall.hold.placing",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_lot_ids": self.ids},
        }

    @api.readonly
    def action_release_recall_hold(self):
        """Open the wizard that releases the active holds on these lots."""
        active = self.recall_hold_ids._filter_active()
        if not active:
            raise UserError(self._get_nothing_to_release_message())
        return active.action_release()

    def _get_nothing_to_release_message(self):
        """Why there is no hold for this user to release. Of a hold of another company
        only that it is there is told, as everybody sees who may see the lot."""
        held = self.filtered("recall_hold")
        if held:
            return self.env._(
                "%(lots)s is on hold in another company. A recall manager of that "
                "company has to release it.",
                lots=held._get_recall_title(),
            )
        return self.env._(
            "Nothing of %(lots)s is on hold.", lots=self._get_recall_title()
        )
