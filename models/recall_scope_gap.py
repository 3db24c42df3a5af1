from odoo import models
from odoo.fields import Domain

# Lots that a gap row names; it counts the others.
NAMED_LOTS = 20


class RecallScope(models.Model):
    """What a scope line could not decide for want of records.

    Each kind that may leave something out has a method `_get_gaps_<kind>`.
    """

    _inherit = "recall.scope"

    def _get_gaps(self, affected):
        """Rows of `recall.gap` about what the records do not say of these lines.

        :param affected: rows of `recall.affected`: what is in them is not left out
        """
        lot_ids = {row["lot_id"] for row in affected}
        rows = []
        for scope in self:
            if get_gaps := getattr(scope, f"_get_gaps_{scope.kind}", None):
                rows += get_gaps(lot_ids)
        return rows

    def _prepare_gap(self, kind, node, key, note, **values):
        return self.env["recall.trace.gap"]._prepare_gap(
            kind, node, f"scope:{self.id}:{key}", note, **values
        )

    # ------------------------------------------------------------------
    # Vendor unknown
    # ------------------------------------------------------------------
    def _get_gaps_vendor_lot(self, lot_ids):
        if not self.partner_id:
            return []
        vendor = self.partner_id.commercial_partner_id.id
        lots = self._get_seed_lots()
        senders = self._read_senders(lots)
        note = self.env._(
            "This lot carries the number, but no receipt on record says who sent it: "
            "it is taken to be of %(vendor)s. Look at its label and papers, and "
            "exclude it with a reason if it is not.",
            vendor=self.partner_id.display_name,
        )
        return [
            self._prepare_gap("no_vendor", (lot.product_id.id, lot.id), lot.id, note)
            for lot in lots
            if vendor not in senders.get(lot.id, ())
        ]

    # ------------------------------------------------------------------
    # Date unknown
    # ------------------------------------------------------------------
    def _get_gaps_product(self, lot_ids):
        if not self.date_from and not self.date_to:
            return []
        lots = self._search_undated_lots().filtered(lambda lot: lot.id not in lot_ids)
        rows = [
            self._prepare_undated_lots(product, of_product)
            for product, of_product in lots.grouped("product_id").items()
        ]
        return rows + self._get_gaps_without_lot()

    def _search_undated_lots(self):
        """Lots of the products that have moved and have no date to go by."""
        moved = self._search_lots(self._get_moved_domain())
        if self.window_on == "expiry":
            return moved.filtered(lambda lot: not lot.expiration_date)
        made = Domain("location_id.usage", "=", "production")
        came = made | self._get_received_domain()
        return moved - self._search_lots(self._get_moved_domain() & came)

    def _search_lots(self, domain):
        lots = self.env["stock.move.line"]._read_group(
            domain & Domain("lot_id", "!=", False), [], ["lot_id:recordset"]
        )
        return lots[0][0]

    def _get_gaps_without_lot(self):
        """Goods without a lot of which the records do not say when they came."""
        domain = self._get_moved_domain() & Domain("lot_id", "=", False)
        domain &= Domain("location_dest_id.usage", "in", ("internal", "transit"))
        outside = Domain("location_id.usage", "not in", ("internal", "transit"))
        counted = Domain("location_id.usage", "=", "inventory")
        domain &= outside if self.window_on == "expiry" else counted
        return [
            self._prepare_undated_goods(product, quantity)
            for product, quantity in self.env["stock.move.line"]._read_group(
                domain, ["product_id"], ["quantity_product_uom:sum"]
            )
        ]

    def _get_moved_domain(self):
        return (
            Domain("product_id", "in", self.product_ids.ids)
            & Domain("state", "=", "done")
            & Domain("quantity_product_uom", ">", 0)
            & Domain("company_id", "in", self.case_id.company_ids.ids)
        )

    def _prepare_undated_lots(self, product, lots):
        names = ", ".join(lots[:NAMED_LOTS].mapped("name"))
        if len(lots) > NAMED_LOTS:
            names = f"{names}, …"
        note = self.env._(
            "%(count)s lots have no such date on record, so the window cannot say "
            "whether they are suspect, and leaves them out: %(lots)s. Find out, and "
            "add those that are to the scope.",
            count=len(lots),
            lots=names,
        )
        return self._prepare_gap(
            "no_date",
            None,
            f"lots:{product.id}",
            note,
            candidate_lot_id=lots.id if len(lots) == 1 else None,
            reference=product.display_name,
        )

    def _prepare_undated_goods(self, product, quantity):
        note = self.env._(
            "This quantity came in without a lot, and no such date is on record: the "
            "window leaves it out. Find out when it came, and hold it until then."
        )
        return self._prepare_gap(
            "no_date",
            None,
            f"goods:{product.id}",
            note,
            reference=product.display_name,
            quantity=quantity,
        )
