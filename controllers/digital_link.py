from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ..tools import gs1


class DigitalLink(http.Controller):
    @http.route(
        ["/01/<string:gtin>/10/<path:name>", "/01/<string:gtin>/21/<path:name>"],
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def open_lot(self, gtin, name, **options):
        """Open the lot that a label's GS1 Digital Link names, for who may read it."""
        lots = request.env["stock.lot"].search([("name", "=", name)])
        for lot in lots:
            if gs1.get_gtin(lot.product_id.barcode) == gtin:
                return request.redirect(f"/odoo/stock.lot/{lot.id}")
        raise NotFound()
