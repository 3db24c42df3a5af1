from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain


class RecallCase(models.Model):
    """What the chatter of a case says of its holds."""

    _inherit = "recall.case"

    def _get_hold_report(self, holds):
        """What new holds of this case reach, and what of the affected goods they do
        not reach."""
        return self._render_reach(
            self.env._("Holds placed: %(count)s. They reach:", count=len(holds)),
            self._read_held_places(holds),
            self.consignee_count and self.exposure_figure,
        )

    @api.model
    def _render_reach(self, title, places, at_consignees):
        """What holds reach, by place, and what they do not: nobody can walk there and
        take it.

        :param places: as :meth:`_read_held_places`
        :param at_consignees: how much they have, as a text, if anything
        """
        afar = [place for place in places if self._is_afar(place)]
        reached = self._list_places(
            {place: places[place] for place in places if place not in afar}
        )
        reached = reached or Markup("<li>%s</li>") % self.env._("no goods on hand")
        report = Markup("<p>%s</p><ul>%s</ul>") % (title, reached)
        beyond = self._list_places({place: places[place] for place in afar})
        if at_consignees:
            beyond += Markup("<li>%s</li>") % self.env._(
                "At consignees: %(quantity)s", quantity=at_consignees
            )
        if beyond:
            report += Markup("<p>%s</p><ul>%s</ul>") % (
                self.env._("Beyond reach, to be stopped or fetched by other means:"),
                beyond,
            )
        return report

    @api.model
    def _is_afar(self, place):
        """Whether goods are on the road, or at a subcontractor."""
        return place.usage == "transit" or place._is_at_subcontractor()

    @api.model
    def _list_places(self, places):
        return Markup().join(
            Markup("<li>%s: %s</li>")
            % (place.display_name, self._format_quantities(quantities))
            for place, quantities in places.items()
        )

    def _read_held_places(self, holds):
        """{`stock.location`: {`uom.uom`: quantity}} of the goods that holds are on."""
        return self._read_places(holds._get_held_quants_domain())

    @api.model
    def _read_places(self, domain):
        """As :meth:`_read_held_places`, of the quants of a domain."""
        domain &= Domain("quantity", "!=", 0)
        places = defaultdict(lambda: defaultdict(float))
        for place, product, quantity in self.env["stock.quant"]._read_group(
            domain, ["location_id", "product_id"], ["quantity:sum"]
        ):
            # here, as SQL would ask for each quant, which may be many
            if place.usage in ("internal", "transit"):
                places[place][product.uom_id] += quantity
        in_order = self.env["stock.location"].concat(*places).sorted()
        return {place: places[place] for place in in_order}

    def _log_release(self, holds, reason):
        body = Markup("<p>%s</p>") % self.env._(
            "Released %(goods)s. Reason: %(reason)s",
            goods=self._list_names(holds.mapped("display_name")),
            reason=reason,
        )
        # sudo: as the hold, it counts in all companies of the case
        places = self.sudo()._read_released_in_quarantine(holds)
        if places:
            body += Markup("<p>%s</p><ul>%s</ul>") % (
                self.env._(
                    "Still in quarantine, from where no delivery takes them. Move them "
                    "back to stock:"
                ),
                self._list_places(places),
            )
        self.message_post(body=body)

    def _read_released_in_quarantine(self, holds):
        """The goods of released holds that stand in quarantine, held by nothing else;
        as :meth:`_read_held_places`."""
        released = Domain("lot_id", "in", holds.lot_id.ids)
        loose = holds.filtered("location_id")
        released |= Domain.OR(
            Domain("product_id", "=", hold.product_id.id)
            & Domain("lot_id", "=", False)
            & Domain("location_id", "child_of", hold.location_id.id)
            for hold in loose
        )
        domain = released & Domain("location_id.recall_is_quarantine", "=", True)
        return self._read_places(domain & ~self.env["recall.hold"]._get_held_domain())

    def _log_interruptions(self, rows):
        """Say which documents lost held goods.

        :param rows: `recall.interruption`
        """
        self.message_post(body=self._render_interruptions(rows, self.company_id))

    @api.model
    def _render_interruptions(self, rows, company):
        """:param company: of who reads it, and need not see documents of others"""
        return self._render_lines(
            self.env._("Reservations broken, %(count)s:", count=len(rows)),
            self._tell_first(rows.sorted("id"), lambda row: row._get_told_in(company)),
        )

    def _name_document(self, document, company):
        """The name of a document, or of its company where that is another one: who
        reads this case need not see it."""
        return document if company == self.company_id else company.name

    def _log_held_moves(self, lines):
        """Note held goods that arrived, or went where they may.

        :param lines: done `stock.move.line`
        """
        title = self.env._("Held goods moved, %(count)s lines:", count=len(lines))
        self._post_lines(title, self._tell_first(lines, self._get_moved))
        self._log_emptied(lines.filtered(lambda line: not line.lot_id))

    def _get_moved(self, line):
        """What a done `stock.move.line` moved from where to where."""
        return self.env._(
            "%(quantity)s %(unit)s of %(goods)s: %(origin)s → %(target)s "
            "(%(document)s)",
            quantity=self._format_quantity(line.quantity_product_uom),
            unit=line.product_id.uom_id.name,
            goods=line.lot_id.name or line.product_id.display_name,
            origin=line.location_id.display_name,
            target=line.location_dest_id.display_name,
            document=self._name_document(line.reference or "-", line.company_id),
        )

    def _log_emptied(self, lines):
        """Say which places on hold are empty of their goods now: a hold does not end
        by itself, and nobody would think of it when new goods come in.

        :param lines: done `stock.move.line` of goods without a lot
        """
        emptied = self._search_loose_holds(lines).filtered(
            lambda hold: hold._is_emptied_by(lines)
        )
        title = self.env._(
            "None of the product is left in these places, and the hold on them stays: "
            "what comes in there will be on hold too, until a recall manager releases "
            "it:"
        )
        self._post_lines(title, emptied.mapped("display_name"))

    def _search_loose_holds(self, lines):
        """The active holds of this case on goods without a lot, of the products of
        lines."""
        return self.env["recall.hold"].search(
            Domain("case_id", "in", self.ids)
            & Domain("state", "=", "active")
            & Domain("lot_id", "=", False)
            & Domain("product_id", "in", lines.product_id.ids)
        )

    def _log_arrival(self, holds):
        """Say what is held from now on as well, and why.

        :param holds: the `recall.hold` placed for it
        """
        title = self.env._(
            "Goods without a lot came in. As nothing tells units apart, all of the "
            "product is on hold there from now on:"
        )
        if holds.lot_id:
            title = self.env._(
                "A lot has the number of one on hold, whatever its case and blanks, "
                "and is on hold, too. Release it if it is another one:"
            )
        self._post_lines(title, holds.mapped("display_name"))

    @api.model
    def _tell_first(self, records, tell, most=20):
        """[what `tell` says of each of the first records, how many there are more]"""
        told = [tell(record) for record in records[:most]]
        if len(records) > most:
            told.append(self.env._("%(count)s more", count=len(records) - most))
        return told

    @api.model
    def _name_places(self, places):
        """Quantities by place, as `_read_places` gives them, in one line."""
        return "; ".join(
            self._tell_first(
                list(places),
                lambda place: (
                    f"{place.display_name}: {self._format_quantities(places[place])}"
                ),
                most=5,
            )
        )

    @api.model
    def _list_names(self, names, most=20):
        text = ", ".join(names[:most])
        if len(names) <= most:
            return text
        return self.env._(
            "%(names)s and %(count)s more", names=text, count=len(names) - most
        )
