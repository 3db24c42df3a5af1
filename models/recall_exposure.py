from odoo import api, fields, models

from .recall_snapshot import EVIDENCE


class RecallExposure(models.Model):
    """Who received what: one delivered move line, netted for returns."""

    _name = "recall.exposure"
    _description = "Exposure of a Consignee"
    _inherit = ["recall.snapshot.line", "recall.quantity"]
    _order = "case_id, partner_id, date, id"
    _rec_name = "partner_id"
    _log_access = False  # who traced, and when, is on the case
    _key_columns = "case_id, move_line_id"
    _keep_gone = True

    partner_id = fields.Many2one(
        "res.partner",
        "Consignee",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whoever received the goods. Empty when no record says who: see the gaps.",
    )
    country_id = fields.Many2one(related="partner_id.country_id")
    address = fields.Char(compute="_compute_address", compute_sudo=True)
    picking_id = fields.Many2one(
        "stock.picking",
        "Delivery",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    move_line_id = fields.Many2one(
        "stock.move.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sale_id = fields.Many2one(related="sale_line_id.order_id", string="Sales Order")
    date = fields.Datetime("Delivered On", readonly=True)
    qty_delivered = fields.Float("Delivered", digits="Product Unit", readonly=True)
    qty_returned = fields.Float("Returned", digits="Product Unit", readonly=True)
    qty_net = fields.Float("Net", digits="Product Unit", readonly=True)
    evidence = fields.Selection(EVIDENCE, required=True, readonly=True)

    _key = models.UniqueIndex("(case_id, move_line_id)")

    @api.depends("partner_id")
    def _compute_address(self):
        for exposure in self:
            exposure.address = (exposure.partner_id.contact_address or "").replace(
                "\n", ", "
            )
