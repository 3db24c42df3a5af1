from collections import Counter

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL

from .recall_document import RECALL_GROUPS

# States of the moves that Odoo's forecast counts.
WAITING = ["waiting", "confirmed", "partially_available", "assigned"]


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "recall.document"]

    _recall_paths = {"recall.affected": "product_id"}

    recall_affected_ids = fields.One2many(
        "recall.affected", "product_id", groups=RECALL_GROUPS
    )

    def _prepare_recall_scope_vals(self):
        return [{"kind": "product", "product_ids": [Command.set(self.ids)]}]

    # ------------------------------------------------------------------
    # Holds
    # ------------------------------------------------------------------
    def write(self, vals):
        if "product_tmpl_id" in vals:
            moved = self.filtered(
                lambda p: p.product_tmpl_id.id != vals["product_tmpl_id"]
            )
            moved.product_tmpl_id._check_no_hold()
        return super().write(vals)

    @api.depends_context("recall_count_held")
    def _compute_quantities(self):
        return super()._compute_quantities()

    def _compute_quantities_dict(
        self, lot_id, owner_id, package_id, from_date=False, to_date=False
    ):
        """Held goods are on hand, but neither free nor in the forecast.

        Context key `recall_count_held` counts them in the forecast all the same, for
        who must not buy again what is only held.
        """
        arguments = (lot_id, owner_id, package_id, from_date, to_date)
        if not self.env["recall.hold"]._is_any_active():
            return super()._compute_quantities_dict(*arguments)
        kits = self.filtered("is_kits") if "is_kits" in self._fields else self.browse()
        goods = self - kits
        result = super(ProductProduct, goods)._compute_quantities_dict(*arguments)
        on_hold = goods.filtered(self.env["recall.hold"]._is_any_of)
        if on_hold:
            on_hold._take_recall_held(result, arguments)
        if kits:
            kits = kits._with_recall_components(arguments)
            result |= super(ProductProduct, kits)._compute_quantities_dict(*arguments)
        return result

    def _take_recall_held(self, result, arguments):
        """Take what is held off the figures of `_compute_quantities_dict`."""
        lot_id, owner_id, package_id, _from_date, to_date = arguments
        held = {"free_qty": self._read_recall_held(lot_id, owner_id, package_id)}
        held["virtual_available"] = (
            self._read_recall_expiring(arguments)
            if self.env.context.get("recall_count_held")
            else self._read_recall_unpromised(held["free_qty"], arguments)
        )
        # at an earlier date, what is held now may not have been there yet
        date = fields.Datetime.to_datetime(to_date)
        is_past = date and date < fields.Datetime.now()
        for name, quantities in held.items():
            for product_id in quantities.keys() & result.keys():
                figure = result[product_id][name]
                rest = figure - quantities[product_id]
                result[product_id][name] = (
                    max(rest, min(figure, 0.0)) if is_past else rest
                )

    def _get_recall_wanted_domain(self, lot_id, owner_id, package_id):
        """Domain of the quants, or lines, of what is asked for of these."""
        wanted = {"lot_id": lot_id, "owner_id": owner_id, "package_id": package_id}
        return Domain.AND(
            Domain(name, "=", value)
            for name, value in wanted.items()
            if value is not None
        )

    def _read_recall_held(self, lot_id, owner_id, package_id):
        """{product id: quantity on hold that no transfer has reserved}, in the places
        that the context asks for, without what Odoo does not promise anyway."""
        domain = Domain(self._get_domain_locations()[0])
        domain &= Domain("product_id", "in", self.ids)
        domain &= self.env["recall.hold"]._get_held_domain(
            SQL("hold.product_id = ANY(%s)", self.ids)
        )
        domain &= self._get_recall_wanted_domain(lot_id, owner_id, package_id)
        if "owners" in self.env.context:
            domain &= Domain("owner_id", "in", self.env.context["owners"] or [False])
        # What has expired by then is taken off already, see product_expiry.
        domain &= Domain("removal_date", ">", self._get_recall_expiry()) | Domain(
            "removal_date", "=", False
        )
        rows = self.env["stock.quant"]._read_group(
            domain, ["product_id"], ["quantity:sum", "reserved_quantity:sum"]
        )
        return {product.id: total - reserved for product, total, reserved in rows}

    def _read_recall_unpromised(self, unreserved, arguments):
        """{product id: quantity on hold that the forecast counts all the same}

        What is reserved on its way to quarantine is still there when it has arrived.
        Other transfers lower the forecast by themselves, as returns to the vendor do.
        What comes in on hold raises it.

        :param unreserved: as :meth:`_read_recall_held` returns it
        :param arguments: as of `_compute_quantities_dict`
        """
        _place, move_in, move_out = self._get_domain_locations()
        unpromised = Counter(unreserved)
        unpromised.update(self._read_recall_to_quarantine(arguments))
        waiting = self._get_recall_waiting_domain(arguments)
        unpromised.subtract(self._read_recall_returning(move_out & waiting))
        unpromised.update(self._read_recall_arriving(move_in & waiting))
        return unpromised

    def _read_recall_expiring(self, arguments):
        """{product id: quantity on hold that is reserved on its way to quarantine, and
        will have expired}: Odoo takes off a forecast what will have expired, but for
        what is reserved, which it expects to leave."""
        lines = self.env["stock.move.line"]
        if "removal_date" not in lines._fields:
            return {}
        expired = Domain("removal_date", "<=", self._get_recall_expiry())
        return self._read_recall_to_quarantine(arguments, expired)

    def _read_recall_counted(self, to_date):
        """{product id: quantity on hold that counts as stock for who does not buy it
        again}, in the places that the context asks for.

        :param to_date: the date of the forecast
        """
        arguments = (None, None, None, None, to_date)
        unreserved = self._read_recall_held(*arguments[:3])
        counted = self._read_recall_unpromised(unreserved, arguments)
        counted.subtract(self._read_recall_expiring(arguments))
        return counted

    def _get_recall_expiry(self):
        """Until when goods have to last for Odoo to count them, see product_expiry."""
        return self.env.context.get("to_date") or fields.Date.today()

    def _read_recall_to_quarantine(self, arguments, condition=Domain.TRUE):
        """{product id: quantity on hold that is reserved on its way to quarantine}

        :param arguments: as of `_compute_quantities_dict`
        :param condition: on the move lines
        """
        place, _move_in, move_out = self._get_domain_locations()
        lines = Domain("product_id", "in", self.ids) & Domain(place) & condition
        lines &= Domain("location_dest_id.recall_is_quarantine", "=", True)
        lines &= Domain("state", "not in", ["done", "cancel"])
        lines &= ~Domain("move_id", "any", Domain(move_out))
        lines &= self._get_recall_wanted_domain(*arguments[:3])
        # else it looks at all that ever moved of the lots on hold
        held = SQL(
            "hold.product_id = ANY(%s) AND goods.state NOT IN ('done', 'cancel')",
            self.ids,
        )
        lines &= self.env["recall.hold"]._get_held_domain(held, "stock_move_line")
        self.env["stock.move.line"].flush_model()  # the query is not the ORM's
        rows = self.env["stock.move.line"]._read_group(
            lines, ["product_id"], ["quantity_product_uom:sum"]
        )
        return {product.id: quantity for product, quantity in rows}

    def _get_recall_waiting_domain(self, arguments):
        """Domain of the open moves that the forecast counts.

        :param arguments: as of `_compute_quantities_dict`
        """
        _lot_id, owner_id, _package_id, from_date, to_date = arguments
        waiting = Domain("state", "in", WAITING)
        if owner_id is not None:
            waiting &= Domain("restrict_partner_id", "=", owner_id)
        if from_date:
            waiting &= Domain("date", ">=", from_date)
        if to_date:
            waiting &= Domain("date", "<=", to_date)
        return waiting

    def _read_recall_returning(self, domain):
        """{product id: quantity on hold that the moves of a domain wait for, which
        return it to the vendor}

        Odoo does not reserve it when it is in quarantine, but lowers the forecast.
        """
        returns = self._get_recall_returns(domain)
        return {
            product.id: moves._get_waiting_for_held()
            for product, moves in returns.grouped("product_id").items()
        }

    def _get_recall_returns(self, domain):
        """The moves of a domain that return goods on hold alone to their vendor."""
        _lots, products = self.env["recall.hold"]._get_active_keys()
        domain &= Domain("product_id", "in", products & set(self.ids))
        domain &= Domain("origin_returned_move_id", "!=", False)
        returns = self.env["stock.move"].search(domain)
        # sudo: whoever sees the figures; what they return tells which ones count
        return returns.sudo()._filter_returns_of_held()

    def _with_recall_components(self, arguments):
        """These kits, with what their components have free handed on in the context:
        else mrp counts the components by itself, held ones included."""
        boms = self.env["mrp.bom"]._bom_find(self, bom_type="phantom")
        components = self.browse()
        for kit, bom in boms.items():
            for line, _data in bom.explode(kit, 1)[1]:
                components |= line.product_id
        quantities = components._compute_quantities_dict(*arguments)
        return self.with_context(mrp_compute_quantities=quantities)
