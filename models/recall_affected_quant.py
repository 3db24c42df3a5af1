from odoo import api, models
from odoo.fields import Domain


class RecallAffected(models.Model):
    """From what a trace froze to what the stock says now."""

    _inherit = "recall.affected"

    @api.readonly
    def action_view_quants(self):
        """Open where the goods of these rows are now, in the active companies."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.stock_quant_action"
        )
        action["name"] = action["display_name"] = self.env._("Affected Goods Now")
        action["domain"] = list(self._get_quant_domain(Domain("id", "in", self.ids)))
        action["context"] = {
            "search_default_productgroup": 1,
            "create": False,
            "recall_one_unit": True,
        }
        action["views"] = [
            (self.env.ref("stock.view_stock_quant_tree").id, "list"),
            (self.env.ref("stock.view_stock_quant_pivot").id, "pivot"),
        ]
        return action

    @api.model
    def _get_quant_domain(self, affected):
        """Return the domain of the quants that hold goods of affected rows now.

        :param affected: domain of `recall.affected`
        """
        untracked = affected & Domain("lot_id", "=", False)
        in_stock = Domain("location_id.usage", "in", ["internal", "transit"])
        # Odoo keeps emptied quants until its next clean-up.
        return (in_stock & Domain("quantity", "!=", 0)) & (
            Domain("lot_id.recall_affected_ids", "any", affected)
            | (
                Domain("lot_id", "=", False)
                & Domain("product_id.recall_affected_ids", "any", untracked)
            )
        )
