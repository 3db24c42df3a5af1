import base64

from odoo import models
from odoo.fields import Domain
from odoo.tools import split_every

from ..tools import gs1

# Rows of a table that no page cuts, with three lines each at the most: less would
# waste paper on heads, more the rest of each page.
TABLE_ROWS = 10


class RecallPrintout(models.AbstractModel):
    """What labels and lists say of held goods, for people who walk to them.

    It shows to users what they may see of stock; the case that holds the goods is
    told to everybody who sees them, as on the screens.
    """

    _name = "recall.printout"
    _description = "Labels and Lists of Held Goods"

    # ------------------------------------------------------------------
    # Held goods
    # ------------------------------------------------------------------
    def _get_held_quants(self, docs):
        """The stock on hold that records are about, by place.

        :param docs: `recall.case`, `stock.lot`, `stock.quant` or `stock.warehouse`
        """
        docs.check_access("read")
        quants = self.env["stock.quant"]
        if docs._name == "recall.case":
            # sudo: who reads a case reads what it holds, an auditor too, who has no
            # role in stock; the companies are those of the user.
            holds = docs.sudo().hold_ids._filter_active()
            domain = holds._get_held_quants_domain()
            domain &= Domain("company_id", "in", self.env.companies.ids)
            quants = quants.sudo()
        elif docs._name == "stock.lot":
            domain = Domain("lot_id", "in", docs.ids) & Domain("recall_hold", "=", True)
        elif docs._name == "stock.quant":
            domain = Domain("id", "in", docs.ids) & Domain("recall_hold", "=", True)
        else:
            domain = Domain("location_id", "child_of", docs.view_location_id.ids)
            domain &= Domain("recall_hold", "=", True)
        domain &= Domain("location_id.usage", "in", ["internal", "transit"])
        domain &= Domain("quantity", ">", 0)
        return quants.search(domain, order="location_id, product_id, lot_id, id")

    def _get_origins(self, goods):
        """{goods: all the cases that hold them, in words}

        :param goods: `stock.quant` or `stock.move.line`
        """
        return {
            row: ", ".join(dict.fromkeys(hold._get_origin() for hold in holds))
            for row, holds in self.env["recall.hold"]._read_on(goods).items()
        }

    # ------------------------------------------------------------------
    # List
    # ------------------------------------------------------------------
    def _get_sections(self, docs):
        """[(`stock.warehouse`, [(`stock.location`, [row])])] of all held goods, places
        in quarantine last, and some rows at a time: each part is printed as a table
        that is not cut, under a head of its own. The warehouse is empty for places
        that are in none."""
        quants = self._get_held_quants(docs)
        origins = self._get_origins(quants)
        places = quants.grouped("location_id")
        sections = {}
        for place in sorted(
            places, key=lambda place: (place.recall_is_quarantine, place.complete_name)
        ):
            rows = [self._prepare_row(quant, origins[quant]) for quant in places[place]]
            parts = sections.setdefault(place.warehouse_id, [])
            parts += ((place, part) for part in split_every(TABLE_ROWS, rows, list))
        return sorted(
            sections.items(), key=lambda item: (not item[0], item[0].name or "")
        )

    def _prepare_row(self, quant, origin):
        return {
            "product": quant.product_id,
            "lot": quant.lot_id,
            "package": quant.package_id,
            "owner": quant.owner_id,
            "quantity": self._format_quantity(quant.product_id, quant.quantity),
            "origin": origin,
        }

    def _format_quantity(self, product, quantity):
        text = self.env["recall.case"]._format_quantity(quantity)
        # a unit that wraps alone is read with the row below
        return f"{text}\N{NO-BREAK SPACE}{product.uom_id.name}"

    # ------------------------------------------------------------------
    # Labels
    # ------------------------------------------------------------------
    def _get_labels(self, docs):
        """One label for each lot, or product without lots, and place.

        :param docs: `stock.picking`, or as :meth:`_get_held_quants`
        :return: list of dicts for the template
        """
        read = self._read_held_quants
        if docs._name == "stock.picking":
            read = self._read_held_lines
        labels = {}
        for product, lot, place, target, quantity, origin in read(docs):
            key = (product, lot, place, target)
            label = labels.setdefault(key, {"quantity": 0.0, "origin": origin})
            label["quantity"] += quantity
        codes = {key[:2]: self._prepare_codes(*key[:2]) for key in labels}
        return [
            {
                "product": product,
                "lot": lot,
                "place": place,
                "target": target,
                "origin": label["origin"],
                "quantity": self._format_quantity(product, label["quantity"]),
                **codes[product, lot],
            }
            for (product, lot, place, target), label in labels.items()
        ]

    def _read_held_quants(self, docs):
        """(product, lot, place, nothing, quantity, cases) of stock on hold"""
        for quant, origin in self._get_origins(self._get_held_quants(docs)).items():
            yield (
                quant.product_id,
                quant.lot_id,
                quant.location_id,
                quant.location_id.browse(),
                quant.quantity,
                origin,
            )

    def _read_held_lines(self, pickings):
        """(product, lot, place, target, quantity, cases) of held goods that transfers
        move"""
        pickings.check_access("read")
        holds = pickings.move_line_ids.filtered("quantity")._get_holds()
        origins = self._get_origins(self.env["stock.move.line"].concat(*holds))
        for line, hold in holds.items():
            yield (
                line.product_id,
                line.lot_id,
                line.location_id,
                line.location_dest_id,
                line.quantity_product_uom,
                # a number that was typed is on no lot yet
                origins[line] or hold._get_origin(),
            )

    def _prepare_codes(self, product, lot):
        """What machines read on a label, and people below it."""
        elements = gs1.get_elements(
            product.barcode, lot.name, product.tracking == "serial"
        )
        # What a GS1 code cannot say is printed as it is.
        code = gs1.get_code128(elements) if elements else lot.name or product.barcode
        return {
            "code": gs1.get_text(elements) or code,
            "bars": self._get_image("Code128", code, width=900, height=140),
            "qr": self._get_image("QR", self._get_link(product, lot, elements)),
        }

    def _get_link(self, product, lot, elements):
        """What a phone opens that reads the label: the lot, or its product."""
        record = lot or product
        base = record.get_base_url()
        link = lot and gs1.get_digital_link(base, elements)
        return link or f"{base}/odoo/{record._name}/{record.id}"

    def _get_image(self, symbology, value, width=300, height=300):
        """A picture inside of the page, which no engine has to fetch; empty when the
        code cannot be drawn."""
        if not value:
            return ""
        try:
            image = self.env["ir.actions.report"].barcode(
                symbology, value, width=width, height=height, barLevel="M"
            )
        except ValueError:
            return ""
        return f"data:image/png;base64,{base64.b64encode(image).decode()}"
