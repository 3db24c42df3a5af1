from odoo import api, models
from odoo.fields import Domain


class StockMove(models.Model):
    """Tells how much of what is to come in will be on hold when it has arrived."""

    _inherit = "stock.move"

    @api.model
    def _get_bringing_held_domain(self):
        """Domain of the moves that may bring lots on hold: their lines name them, what
        was sent was of them, or an order makes them.

        It asks whatever the user may see: the figures are about all goods.
        """
        held = Domain("recall_hold", "=", True)
        named = Domain("move_line_ids", "any!", Domain("lot_id", "any!", held))
        domain = named | Domain("move_orig_ids", "any!", named)
        if "production_id" in self._fields:
            made = Domain("lot_producing_ids", "any!", held)
            domain |= Domain("production_id", "any!", made)
        return domain

    def _get_bringing_held(self):
        """{move: how much of what it is to bring is of lots on hold}, in the unit of
        the product, for those that bring some."""
        to_come = {move: move._get_lots_to_come() for move in self}
        lots = self.move_line_ids.lot_id.union(*to_come.values())
        nothing = self.env["product.product"]
        held = self.env["recall.hold"]._read_active(lots, nothing).lot_id
        quantities = {
            move: move._count_bringing(held, bool(lots) and lots <= held)
            for move, lots in to_come.items()
        }
        return {move: quantity for move, quantity in quantities.items() if quantity > 0}

    def _get_lots_to_come(self):
        """The lots of what this move is to bring, where they are known without its
        lines: those an order makes, or those that were sent."""
        lots = self.env["stock.lot"]
        if "production_id" in self._fields and self.production_id:
            made = self.production_id.lot_producing_ids
            return made.filtered(lambda lot: lot.product_id == self.product_id)
        if self.move_orig_ids._filter_open():
            return lots
        sent = self.move_orig_ids.move_line_ids
        return sent.lot_id if all(line.lot_id for line in sent) else lots

    def _count_bringing(self, held, is_all_held):
        """How much of what this move is to bring is of lots on hold.

        :param held: the lots on hold
        :param is_all_held: whether all that no line names otherwise is
        """
        lines = self.move_line_ids
        if is_all_held:
            lines = lines.filtered(
                lambda line: (line.lot_id or line.lot_name) and line.lot_id not in held
            )
            return self.product_qty - sum(lines.mapped("quantity_product_uom"))
        lines = lines.filtered(lambda line: line.lot_id in held)
        return min(sum(lines.mapped("quantity_product_uom")), self.product_qty)
