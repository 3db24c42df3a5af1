from odoo import models
from odoo.fields import Domain

from .product_product import WAITING
from .recall_hold import TRUSTED


class StockForecastedProductProduct(models.AbstractModel):
    """Held goods are not there to be promised.

    Odoo takes what is reserved off what is there, by the move that has reserved it. Of
    held goods, as much counts as there as it takes off: else good ones would lack it.
    Nor is there to be promised what will be on hold once it has come in.
    """

    _inherit = "stock.forecasted_product_product"

    def _get_report_lines(
        self,
        product_template_ids,
        product_ids,
        wh_location_ids,
        wh_stock_location,
        read=True,
    ):
        self.env["stock.move.line"].flush_model()  # read by SQL, see `_leaving_sql`
        report = self.with_context(recall_leaving=TRUSTED)
        lines = super(StockForecastedProductProduct, report)._get_report_lines(
            product_template_ids, product_ids, wh_location_ids, wh_stock_location, read
        )
        arriving = self._get_recall_arriving(
            product_template_ids, product_ids, wh_location_ids
        )
        for move, held in arriving.items():
            lines = self._promise_rest(lines, move.with_env(self.env), held, read)
        return lines

    def _promise_rest(self, lines, move_in, held, read):
        """These lines of a report, with what a move brings in beside held goods: it is
        promised after all else, to whom the report has nothing yet.

        :param held: how much of what the move brings in will be on hold
        """
        unit = move_in.product_id.uom_id
        rest = unit.round(move_in.product_qty - held)
        result = []
        for line in lines:
            taken = min(rest, self._get_lack(line, move_in.product_id))
            if taken > 0:
                out = move_in.browse(line["move_out"]["id"])
                result.append(self._prepare_report_line(taken, out, move_in, read=read))
                rest = unit.round(rest - taken)
                line["quantity"] = unit.round(line["quantity"] - taken)
            if line["quantity"] or not taken:
                result.append(line)
        if rest > 0:
            result.append(self._prepare_report_line(rest, move_in=move_in, read=read))
        return result

    def _get_lack(self, line, product):
        """How much of a product a line of the report has nothing for yet."""
        if line["replenishment_filled"] or line["product"]["id"] != product.id:
            return 0.0
        return line["quantity"]

    def _get_recall_arriving(self, product_template_ids, product_ids, wh_location_ids):
        """As of `product.product`, for what Odoo's report counts as coming in."""
        ins, _outs = self._move_domain(
            product_template_ids, product_ids, wh_location_ids
        )
        waiting = Domain(ins) & Domain("state", "in", WAITING)
        products = self._get_products(product_template_ids, product_ids)
        return products._get_recall_arriving(waiting)

    def _get_quant_domain(self, location_ids, products):
        domain = Domain(super()._get_quant_domain(location_ids, products))
        # also what has expired, which Odoo leaves out
        reserved = Domain("location_id", "in", location_ids)
        reserved &= Domain("product_id", "in", products.ids)
        reserved &= Domain("reserved_quantity", ">", 0)
        return domain | (reserved & self.env["recall.hold"]._get_held_domain())

    def _get_expired_quant_domain(self, location_ids, products):
        """Odoo makes up for what is reserved of expired goods in one of the lines."""
        domain = Domain(super()._get_expired_quant_domain(location_ids, products))
        return domain & ~self.env["recall.hold"]._get_held_domain()

    def _move_confirmed_domain(
        self, product_template_ids, product_ids, wh_location_ids
    ):
        """Without what waits for held goods only: it takes nothing from others. Nor
        with what brings some in: see `_promise_rest` for what else it brings."""
        ins, outs = super()._move_confirmed_domain(
            product_template_ids, product_ids, wh_location_ids
        )
        products = self._get_products(product_template_ids, product_ids)
        returns = products._get_recall_returns(
            Domain(outs) & Domain("quantity", "=", 0)
        )
        arriving = self._get_recall_arriving(
            product_template_ids, product_ids, wh_location_ids
        )
        arriving_ids = [move.id for move in arriving]
        return (
            Domain(ins) & Domain("id", "not in", arriving_ids),
            Domain(outs) & Domain("id", "not in", returns.ids),
        )
