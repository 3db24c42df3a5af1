from odoo import api, models
from odoo.exceptions import ValidationError


class StockPickingType(models.Model):
    """Keeps everyday work out of quarantine: held goods may go there, so whoever
    brings other goods there for an order would take held ones for it."""

    _inherit = "stock.picking.type"

    @api.constrains("default_location_src_id", "default_location_dest_id", "active")
    def _check_recall_quarantine(self):
        for kind in self:
            if kind.active and kind._takes_through_recall_quarantine():
                raise ValidationError(
                    self.env._(
                        "Operation type %(type)s cannot take goods from %(place)s to "
                        "%(target)s. One of them is a recall quarantine: what goes "
                        "there, or leaves it, may be on hold. Choose other places, "
                        "or another recall quarantine on the warehouse first.",
                        type=kind.display_name,
                        place=kind.default_location_src_id.display_name,
                        target=kind.default_location_dest_id.display_name,
                    )
                )

    def _takes_through_recall_quarantine(self):
        """Whether this type brings stock to a quarantine, but for the one that is made
        for it, or takes goods from there to where held ones may not go."""
        self.ensure_one()
        from_quarantine = self.default_location_src_id._is_recall_quarantine()
        if self.default_location_dest_id._is_recall_quarantine():
            # A new warehouse has none yet when its own is made.
            own = self.warehouse_id.recall_quarantine_type_id
            # What customers return may come in there, but not all that is received.
            is_free = self.code == "incoming" and self != self.warehouse_id.in_type_id
            return bool(own - self) and not (from_quarantine or is_free)
        free = self.default_location_dest_id.usage in ("supplier", "inventory")
        return from_quarantine and not free
