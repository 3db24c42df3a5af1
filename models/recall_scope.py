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

    @api.depends("kind", "lot_ids", "product_ids", "vendor_lot", "picking_ids")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for scope in self:
            named = {
                "lot": scope.lot_ids,
                "product": scope.product_ids,
                "receipt": scope.picking_ids,
            }.get(scope.kind)
            names = named[:3].mapped("display_name") if named else [scope.vendor_lot]
            if named and len(named) > 3:
                names.append("…")
            detail = ", ".join(filter(None, names))
            scope.display_name = f"{kinds[scope.kind]}: {detail or '?'}"

    @api.constrains("date_from", "date_to")
    def _check_window(self):
        for scope in self:
            if scope.date_from and scope.date_to and scope.date_from > scope.date_to:
                raise ValidationError(
                    self.env._(
                        "Scope line %(scope)s: the window ends before it starts. "
                        "Exchange the two dates.",
                        scope=scope.display_name,
                    )
                )

    @api.constrains("lot_ids", "case_id")
    def _check_lot_companies(self):
        for scope in self:
            # sudo: a lot of a company that the user is not in is what to find here.
            foreign = scope.sudo().lot_ids.filtered(
                lambda lot, scope=scope: lot.company_id
                and lot.company_id not in scope.case_id.company_ids
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "Lot %(lot)s belongs to a company in which recall case "
                        "%(case)s does not look. Add the company to the case, or "
                        "remove the lot.",
                        lot=foreign[0].name,
                        case=scope.case_id.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Seeds
    # ------------------------------------------------------------------
    def _get_seeds(self):
        """What the line points at.

        :return: (`stock.lot`, done `stock.move.line` by which goods without a lot
            came in); both may be empty
        """
        self.ensure_one()
        return getattr(self, f"_get_seeds_{self.kind}")()

    def _get_seed_lots(self):
        """The suspect `stock.lot` that the line points at."""
        return self._get_seeds()[0]

    def _get_seeds_lot(self):
        return self.lot_ids, self.env["stock.move.line"]

    def _get_seeds_product(self):
        products = Domain("product_id", "in", self.product_ids.ids)
        if not self.date_from and not self.date_to:
            # All there is: also lots that never moved, and what was counted in.
            outside = Domain("location_id.usage", "not in", ("internal", "transit"))
            outside |= self._get_received_domain()
            _lots, lines = self._search_arrivals(products & outside)
            lots = self.env["stock.lot"].search(products & self._get_company_domain())
            return lots, lines
        if self.window_on == "expiry":
            return self._search_expiring(), self.env["stock.move.line"]
        return self._search_arrivals(products & self._get_window_domain())

    def _get_seeds_vendor_lot(self):
        lots = self.env["stock.lot"]
        if number := (self.vendor_lot or "").strip():
            domain = Domain("name", "=", number) | Domain("ref", "=", number)
            lots = lots.search(domain & self._get_company_domain())
        if self.partner_id:
            lots &= self._search_received(lots)
        return lots, self.env["stock.move.line"]

    def _get_seeds_receipt(self):
        return self._search_arrivals(Domain("picking_id", "in", self.picking_ids.ids))

    def _search_arrivals(self, domain):
        lines = self.env["stock.move.line"].search(
            Domain("state", "=", "done")
            & Domain("quantity_product_uom", ">", 0)
            & Domain("company_id", "in", self.case_id.company_ids.ids)
            & domain
        )
        return lines.lot_id, lines.filtered(lambda line: not line.lot_id)

    def _search_expiring(self):
        domain = Domain("product_id", "in", self.product_ids.ids)
        domain &= Domain("expiration_date", "!=", False)
        domain &= self._get_date_domain("expiration_date")
        return self.env["stock.lot"].search(domain & self._get_company_domain())

    def _search_received(self, lots):
        """Those of the lots that the vendor of the line sent."""
        vendor = self.partner_id.commercial_partner_id
        domain = Domain("lot_id", "in", lots.ids) & Domain("state", "=", "done")
        domain &= self._get_received_domain()
        domain &= Domain("picking_id.partner_id", "child_of", vendor.id)
        return self.env["stock.move.line"].search(domain).lot_id

    def _get_window_domain(self):
        if self.window_on == "production":
            domain = Domain("location_id.usage", "=", "production")
        else:
            domain = self._get_received_domain()
        return domain & self._get_date_domain("move_id.date")

    def _get_received_domain(self):
        """Lines from a vendor, a sister company, or the place of a subcontractor."""
        between_companies = Domain("location_id.usage", "=", "transit")
        between_companies &= Domain("location_id.company_id", "=", False)
        subcontracted = Domain("location_id.usage", "=", "internal")
        subcontracted &= Domain("picking_id.picking_type_id.code", "=", "incoming")
        vendor = Domain("location_id.usage", "=", "supplier")
        return vendor | between_companies | subcontracted

    def _get_date_domain(self, field):
        domain = Domain.TRUE
        if self.date_from:
            domain &= Domain(field, ">=", self.date_from)
        if self.date_to:
            domain &= Domain(field, "<=", self.date_to)
        return domain

    def _get_company_domain(self):
        return Domain("company_id", "in", [False, *self.case_id.company_ids.ids])
