from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RecallScope(models.Model):
    """Suspect is what was in a place: a fridge that failed from 22:00 to 06:00."""

    _inherit = "recall.scope"

    kind = fields.Selection(
        selection_add=[("location", "Place and time")],
        ondelete={"location": "cascade"},
    )
    location_id = fields.Many2one(
        "stock.location",
        "Place",
        ondelete="restrict",
        help="All that was in it, or below it, at any moment of the window; also what "
        "has left since.",
    )

    @api.constrains("kind", "location_id", "case_id")
    def _check_location(self):
        for scope in self:
            # sudo: a place of a company that the user is not in is what to find here.
            location = scope.sudo().location_id
            if scope.kind != "location":
                continue
            if not location:
                raise ValidationError(
                    self.env._("Choose the place whose goods are suspect.")
                )
            if location.company_id and (
                location.company_id not in scope.sudo().case_id.company_ids
            ):
                raise ValidationError(
                    self.env._(
                        "Place %(place)s belongs to a company in which recall case "
                        "%(case)s does not look. Add the company to the case, or "
                        "choose another place.",
                        place=location.display_name,
                        case=scope.case_id.display_name,
                    )
                )

    @api.constrains("kind", "date_from")
    def _check_not_ahead(self):
        """What will be in a place, nothing on record can say."""
        for scope in self:
            ahead = scope.date_from and scope.date_from > fields.Datetime.now()
            if scope.kind == "location" and ahead:
                raise ValidationError(
                    self.env._(
                        "Scope line %(scope)s: the window has not begun, so nobody "
                        "knows what will be in the place. Choose a window that begins "
                        "in the past.",
                        scope=scope.display_name,
                    )
                )

    def _get_detail_location(self):
        place = self.location_id.display_name
        return " ".join(filter(None, [place, self._get_detail_window()]))

    def _get_seeds_location(self):
        stays = self._read_stays()
        lots = self.env["stock.lot"].browse({stay.lot for stay in stays if stay.lot})
        without_lot = [stay for stay in stays if not stay.lot]
        line_ids = self._get_presence()._read_arrivals(
            self.location_id, self.case_id.company_ids, without_lot, self.date_to
        )
        return lots, self.env["stock.move.line"].browse(line_ids)

    def _read_stays(self):
        """What was in the place in the window: see `recall.trace.presence`."""
        return self._get_presence()._read_stays(
            self.location_id, self.case_id.company_ids, self.date_from, self.date_to
        )

    def _get_presence(self):
        # sudo: whoever may write the case may know what lay in its companies' places
        return self.env["recall.trace.presence"].sudo()

    def _add_stays(self, affected):
        """Put into rows of `recall.affected` when they were in the places of these
        lines: from the first time in a window to the last.

        A lot that no move brought there was there at the start of the window; without
        one, nobody knows since when.
        """
        found = {}
        for scope in self.filtered(lambda scope: scope.kind == "location"):
            for stay in scope._read_stays():
                start = stay.start or scope.date_from or None
                known = found.setdefault((stay.product, stay.lot), [start, stay.end])
                known[0] = known[0] and start and min(known[0], start)
                known[1] = known[1] and stay.end and max(known[1], stay.end)
        for row in affected:
            stay = found.get((row["product_id"], row["lot_id"] or 0), (None, None))
            row["there_from"], row["there_to"] = stay

    def _get_gaps_location(self, lot_ids):
        """Goods without a lot: which units were there, no record can say."""
        goods = {}
        for stay in self._read_stays():
            if not stay.lot:
                goods.setdefault(stay.product, stay)
        products = self.env["product.product"].browse(goods)
        return [self._prepare_gap_there(product) for product in products]

    def _prepare_gap_there(self, product):
        note = self.env._(
            "%(product)s without a lot was in %(place)s in the window. Which units, no "
            "record says: all that may have been there are followed. Find what is left "
            "of it, and judge by labels and papers.",
            product=product.display_name,
            place=self.location_id.display_name,
        )
        return self._prepare_gap(
            "untracked",
            None,
            f"there:{product.id}",
            note,
            reference=product.display_name,
            date=self.date_from or None,
        )
