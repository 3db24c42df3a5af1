from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    recall_replace_held = fields.Boolean("Replace Held Stock")
