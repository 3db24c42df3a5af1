from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recall_replace_held = fields.Boolean(
        related="company_id.recall_replace_held", readonly=False
    )
