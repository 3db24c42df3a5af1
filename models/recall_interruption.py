from odoo import api, fields, models


class RecallInterruption(models.Model):
    """A document that lost goods to a hold."""

    _name = "recall.interruption"
    _description = "Document That Lost Held Goods"
    _inherit = ["recall.quantity", "recall.reference"]
    _order = "date desc, id desc"
    _rec_name = "document"
    _log_access = False  # the hold's own cron writes them, and `date` says when
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    case_id = fields.Many2one(
        "recall.case", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    hold_id = fields.Many2one(
        "recall.hold", required=True, readonly=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one(related="hold_id.product_id")
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one(related="hold_id.lot_id")
    move_id = fields.Many2one(
        "stock.move", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sale_id = fields.Many2one(
        related="move_id.sale_line_id.order_id", string="Sales Order"
    )
    partner_id = fields.Many2one(
        "res.partner", "For", readonly=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "stock.location", "Taken From", readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        readonly=True,
        help="Who was told: of the document, of its order, or of the recall.",
    )
    quantity = fields.Float("Lost", digits="Product Unit", readonly=True)
    quantity_short = fields.Float(
        "Still Short",
        digits="Product Unit",
        compute="_compute_quantity_short",
        help="What the move lacks now, after other lots were reserved where there are "
        "any.",
    )
    summary = fields.Char(compute="_compute_summary")
    date = fields.Datetime("Since", readonly=True)
    is_told = fields.Boolean(readonly=True, index=True)

    @api.depends("quantity", "lot_id", "product_id")
    def _compute_summary(self):
        for row in self:
            row.summary = self.env._(
                "%(quantity)s %(unit)s of %(goods)s",
                quantity=self.env["recall.case"]._format_quantity(row.quantity),
                unit=row.product_uom_id.name,
                goods=row.lot_id.name or row.product_id.display_name,
            )

    @api.depends("move_id.product_qty", "move_id.quantity", "move_id.state")
    def _compute_quantity_short(self):
        for row in self.sudo():  # the document's figures, shown to who sees the row
            move = row.move_id
            done = move.state in (False, "done", "cancel")
            taken = move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id, round=False
            )
            row.quantity_short = 0.0 if done else max(move.product_qty - taken, 0.0)
