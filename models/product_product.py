from odoo import fields, models
from odoo.fields import Command

from .recall_document import RECALL_GROUPS


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "recall.document"]

    _recall_paths = {"recall.affected": "product_id"}

    recall_affected_ids = fields.One2many(
        "recall.affected", "product_id", groups=RECALL_GROUPS
    )

    def _prepare_recall_scope_vals(self):
        return [{"kind": "product", "product_ids": [Command.set(self.ids)]}]
