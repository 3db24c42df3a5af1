from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class RecallScope(models.Model):
    """A statement of what is suspect.

    Each kind is one method, `_get_seeds_<kind>`, which returns the suspect lots and
    the done move lines by which suspect goods without a lot arrived.
    """

    _name = "recall.scope"
    _description = "Recall Scope Line"
    _order = "case_id, sequence, id"
    _check_company_auto = True

    case_id = fields.Many2one(
        "recall.case", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("lot", "Lots"),
            ("product", "Products"),
            ("vendor_lot", "Vendor lot number"),
            ("receipt", "Receipts"),
        ],
        required=True,
        default="lot",
    )
    direction = fields.Selection(
        [
            ("forward", "Forward: products and consignees"),
            ("backward", "Backward: sources"),
            ("both", "Both: sources, and all that came from them"),
        ],
        required=True,
        default="forward",
    )
    lot_ids = fields.Many2many("stock.lot", string="Lots/Serial Numbers")
    product_ids = fields.Many2many("product.product", string="Products")
    vendor_lot = fields.Char(
        "Vendor Lot Number",
        help="The vendor's number: the lot's own name or its internal reference.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Vendor", help="Only lots received from this vendor."
    )
    picking_ids = fields.Many2many("stock.picking", string="Receipts")
    window_on = fields.Selection(
        [
            ("receipt", "Received"),
            ("production", "Produced"),
            ("expiry", "Expires"),
        ],
        string="Window On",
        default="receipt",
        required=True,
    )
    date_from = fields.Datetime("From")
    date_to = fields.Datetime("To")
    seed_count = fields.Integer(
        "Lots Found",
        readonly=True,
        copy=False,
        help="Suspect lots, and arrivals of suspect goods without a lot, that the "
        "last trace found for this line.",
    )

    # Filled in below by the trace author.
