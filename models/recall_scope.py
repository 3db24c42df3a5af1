from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_datetime
from odoo.tools.sql import escape_psql

from ..tools.numbers import normalize_number

# The field by which a line of a kind says what is suspect; other kinds say it in
# more than one way, and look after themselves.
NAMED_BY = {
    "lot": "lot_ids",
    "product": "product_ids",
    "vendor_lot": "vendor_lot",
    "receipt": "picking_ids",
}


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
        help="The vendor's number: the lot's own name or its internal reference. "
        "Blanks, capitals and small letters make no difference.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Vendor",
        help="Leaves out lots that came from others. A lot of this number stays in "
        "when no receipt on record says who sent it; a gap names it.",
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

    @api.depends(lambda self: self._get_meaning())
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for scope in self:
            get_detail = getattr(scope, f"_get_detail_{scope.kind}", str)
            kind = kinds.get(scope.kind, "?")
            scope.display_name = f"{kind}: {get_detail() or '?'}"

    def _get_detail_lot(self):
        """What stands behind the kind in the name of a line; one method a kind."""
        return self._list_named(self.lot_ids)

    def _get_detail_product(self):
        names, window = self._list_named(self.product_ids), self._get_detail_window()
        if not window:
            return names
        ways = dict(self._fields["window_on"]._description_selection(self.env))
        return f"{names} · {ways.get(self.window_on, '')} {window}"

    def _get_detail_vendor_lot(self):
        return self.vendor_lot

    def _get_detail_receipt(self):
        return self._list_named(self.picking_ids)

    def _list_named(self, records):
        names = records[:3].mapped("display_name")
        if len(records) > 3:
            names.append("…")
        return ", ".join(names)

    def _get_detail_window(self):
        """The window of the line, in the time zone of whoever reads it."""
        if not self.date_from and not self.date_to:
            return ""
        zone = self.env.tz.zone
        start, end = (
            date and format_datetime(self.env, date, zone, "short")
            for date in (self.date_from, self.date_to)
        )
        return f"{start or '…'} → {end or '…'}"

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

    @api.constrains("kind", "lot_ids", "product_ids", "vendor_lot", "picking_ids")
    def _check_names_something(self):
        """What the form asks for, of whoever writes without it."""
        # sudo: what the user may not read is on the line all the same
        for scope in self.sudo().with_context(active_test=False):
            if scope.kind in NAMED_BY and not scope._get_named(NAMED_BY[scope.kind]):
                raise ValidationError(
                    self.env._(
                        "Scope line %(scope)s says nothing that is suspect. Fill in "
                        "%(field)s, or remove the line.",
                        scope=scope.display_name,
                        field=scope._get_label(NAMED_BY[scope.kind]),
                    )
                )

    @api.constrains("kind", "picking_ids")
    def _check_receipts(self):
        """Lines by which goods went out would count as their arrivals."""
        for scope in self.filtered(lambda scope: scope.kind == "receipt"):
            # sudo: what the user may not read is on the line all the same
            out = scope.sudo().picking_ids.filtered(
                lambda picking: picking.location_dest_id.usage
                in ("customer", "supplier")
                and picking.location_id.usage in ("internal", "view")
            )
            if out:
                raise ValidationError(
                    self.env._(
                        "Transfer %(transfer)s took goods out: nothing came in by it. "
                        "Choose receipts, or name the lots that are suspect.",
                        transfer=out[0].name,
                    )
                )

    def _get_named(self, name):
        value = self[name]
        return normalize_number(value) if name == "vendor_lot" else value

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
        lots = self._search_numbered()
        if self.partner_id:
            lots = lots.filtered(self._get_vendor_test(lots))
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

    def _search_numbered(self):
        """Lots that carry the vendor's number, whatever its case and blanks."""
        number = normalize_number(self.vendor_lot)
        if not number:
            return self.env["stock.lot"]
        # Blanks may be on record anywhere: find too many, and keep those that match.
        pattern = "%".join(map(escape_psql, number))
        patterns = (pattern, f" %{pattern}", f"{pattern}% ", f" %{pattern}% ")
        domain = Domain.OR(
            Domain(field, "=ilike", like)
            for field in ("name", "ref")
            for like in patterns
        )
        lots = self.env["stock.lot"].search(domain & self._get_company_domain())
        return lots.filtered(
            lambda lot: number
            in (normalize_number(lot.name), normalize_number(lot.ref))
        )

    def _get_vendor_test(self, lots):
        """A test whether the vendor of the line may have sent a lot.

        A lot of the vendor's number is left out only when the records say who else
        sent it: of a lot without a receipt, or with one that names nobody, a gap row
        says so (see `_get_gaps_vendor_lot`).
        """
        vendor = self.partner_id.commercial_partner_id.id
        senders = self._read_senders(lots)
        return lambda lot: {vendor, None} & senders.get(lot.id, {None})

    def _read_senders(self, lots):
        party = self.env["recall.trace.party"].sudo()
        return party._read_senders(lots, self.case_id.company_ids)

    def _get_window_domain(self):
        if self.window_on == "production":
            domain = Domain("location_id.usage", "=", "production")
        else:
            domain = self._get_received_domain()
        return domain & self._get_moved_date_domain()

    def _get_moved_date_domain(self):
        # A move and its line carry the same date, unless somebody rewrote one, or
        # added the line afterwards.
        return self._get_date_domain("move_id.date") | self._get_date_domain("date")

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
