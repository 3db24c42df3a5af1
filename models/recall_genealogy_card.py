from odoo import models

from ..tools.picture import add_up, get_key
from .recall_genealogy import CONSIGNEE, FORM, LINE, VENDOR

# Characters that fit in a line of a card.
CHARACTERS = 33
BETWEEN = " · "


class RecallGenealogy(models.AbstractModel):
    """What stands on the cards of a picture."""

    _inherit = "recall.genealogy"

    # ------------------------------------------------------------------
    # Goods
    # ------------------------------------------------------------------
    def _prepare_goods(self, facts, cards, names, source):
        held = self._read_held(facts.rows)
        gaps = self._group_gaps(facts, cards)
        prepared = []
        for key, nodes in self._group_nodes(facts, cards).items():
            card = self._prepare_card("goods", key, names[key])
            if key in cards.rest:
                card.update(self._prepare_group(nodes, facts, cards, names, source))
            else:
                card["subtitle"] = names[str(nodes[0][0])]
                card["open"] = source._prepare_genealogy_window(nodes, facts.rows)
            card["names"] = {key, *(str(product) for product, _lot in nodes)}
            rows = [facts.rows[node] for node in nodes]
            card["facts"] = self._tell_whereabouts(nodes, facts.rows)
            card["marks"] = [
                *self._mark_rows(rows, len([node for node in nodes if node in held])),
                *gaps.get(key, ()),
            ]
            prepared.append(card)
        return prepared

    def _group_nodes(self, facts, cards):
        """{key of a card: the nodes it stands for}, seeds and what is near first"""
        groups = {}
        for node, _row in sorted(
            facts.rows.items(), key=lambda item: (item[1]["depth"], item[0])
        ):
            groups.setdefault(cards.key(node), []).append(node)
        return groups

    def _prepare_group(self, nodes, facts, cards, names, source):
        product = str(nodes[0][0])
        family = cards.group_key(product)
        if family != product:
            return self._prepare_family(nodes, family, facts, cards, names, source)
        count = self.env["recall.case"]._format_quantity(len(nodes))
        is_part = any(node in cards.shown for node in self._get_others(nodes, facts))
        if is_part:
            subtitle = self.env._("%(count)s more lots", count=count)
        else:
            subtitle = self.env._("%(count)s lots", count=count)
        return {
            "title": names[product],
            "subtitle": subtitle,
            "open": source._prepare_genealogy_window(nodes, facts.rows),
            "unfold": False if product in cards.unfolded else product,
        }

    def _prepare_family(self, nodes, family, facts, cards, names, source):
        """A card for several products of one category and level."""
        number = self.env["recall.case"]._format_quantity
        products = {product for product, _lot in nodes}
        is_part = family in cards.unfolded or any(
            cards.group_key(str(product)) == family for product, _lot in cards.shown
        )
        if is_part:
            subtitle = self.env._(
                "%(count)s more products", count=number(len(products))
            )
        else:
            subtitle = self.env._(
                "%(count)s products, %(lots)s lots",
                count=number(len(products)),
                lots=number(len(nodes)),
            )
        return {
            "title": names[family],
            "subtitle": subtitle,
            "open": source._prepare_genealogy_window(nodes, facts.rows),
            "unfold": False if family in cards.unfolded else family,
        }

    def _get_others(self, nodes, facts):
        return (node for node in facts.rows if node[0] == nodes[0][0])

    def _read_held(self, rows):
        """Those of the nodes that are on hold, goods without a lot in any place."""
        # sudo: that goods are on hold is shown to everybody who sees them
        holds = self.env["recall.hold"].sudo()
        active = [("state", "=", "active")]
        lots = [lot for _product, lot in rows if lot]
        loose = [product for product, lot in rows if not lot]
        by_lot = holds._read_group([*active, ("lot_id", "in", lots)], ["lot_id"])
        by_product = holds._read_group(
            [*active, ("lot_id", "=", False), ("product_id", "in", loose)],
            ["product_id"],
        )
        held_lots = {lot.id for (lot,) in by_lot}
        held = {node for node in rows if node[1] in held_lots}
        return held | {(product.id, 0) for (product,) in by_product}

    def _tell_whereabouts(self, nodes, rows):
        """Where goods are; of several products only what is here and out there."""
        counted = [node for node in nodes if rows[node]["in_scope"]] or nodes
        products = {product for product, _lot in nodes}
        if len(products) == 1:
            return self._tell_quantities(*products, [rows[node] for node in counted])
        figures = self.env["recall.case"]._format_quantities
        pieces = []
        for name in ("qty_on_hand", "qty_delivered"):
            sums = add_up(
                (product, (rows[product, lot][name],)) for product, lot in counted
            )
            totals = self._sum_by_unit({key: total for key, (total,) in sums.items()})
            pieces.append(f"{figures(totals)} {self._get_whereabouts()[name]}")
        return _wrap(pieces)

    def _tell_quantities(self, product_id, rows):
        """Where it is, in the unit of the product, in lines that fit."""
        # sudo: the unit of a quantity comes with it
        product = self.env["product.product"].sudo().browse(product_id)
        number = self.env["recall.case"]._format_quantity
        pieces = []
        for name, text in self._get_whereabouts().items():
            quantity = sum(row[name] for row in rows)
            if not product.uom_id.is_zero(quantity):
                unit = "" if pieces else f" {product.uom_id.name}"
                pieces.append(f"{number(quantity)}{unit} {text}")
        return _wrap(pieces)

    def _get_whereabouts(self):
        """{quantity field: the word for it on a card}"""
        return {
            "qty_in": self.env._("in"),
            "qty_on_hand": self.env._("on hand"),
            "qty_reserved": self.env._("of it reserved"),
            "qty_in_transit": self.env._("in transit"),
            "qty_consumed": self.env._("used"),
            "qty_delivered": self.env._("delivered"),
            "qty_returned": self.env._("returned"),
            "qty_scrapped": self.env._("scrapped"),
            "qty_vendor_returned": self.env._("back to vendor"),
            "qty_adjusted": self.env._("adjusted"),
            "qty_unaccounted": self.env._("unaccounted"),
        }

    def _mark_rows(self, rows, held):
        count = len(rows)
        seeds = len([row for row in rows if row["role"] == "seed"])
        excluded = len([row for row in rows if not row["in_scope"]])
        grades = [row["evidence"] for row in rows]
        words = self._get_words("recall.affected", "evidence")
        worst = [words[grade] for grade in ("order", "inferred") if grade in grades]
        marks = []
        if seeds:
            marks.append(self._mark("seed", self.env._("Suspect"), seeds, count))
        if held:
            marks.append(self._mark("hold", self.env._("On hold"), held, count))
        if excluded:
            marks.append(self._mark("out", self.env._("Excluded"), excluded, count))
        if worst:
            text = self.env._("Evidence: %(grades)s", grades=", ".join(worst))
            marks.append({"kind": "evidence", "text": text})
        return marks

    def _mark(self, kind, word, number, count):
        if count > 1:
            word = self.env._(
                "%(word)s: %(number)s of %(count)s",
                word=word,
                number=number,
                count=count,
            )
        return {"kind": kind, "text": word}

    def _group_gaps(self, facts, cards):
        """{key of a card: its marks}"""
        words = self._get_words("recall.gap", "kind")
        sums = add_up(
            ((cards.key(node), kind), (count,))
            for node, kind, count in facts.gaps
            if node in facts.rows
        )
        marks = {}
        for (key, kind), (count,) in sums.items():
            text = self.env._("Gap: %(kind)s", kind=words[kind])
            if count > 1:
                text = f"{text} ({count})"
            marks.setdefault(key, []).append({"kind": "gap", "text": text})
        return marks

    def _get_notes(self, facts):
        """The gaps that belong to no card."""
        words = self._get_words("recall.gap", "kind")
        return [
            self.env._("Gap: %(kind)s (%(count)s)", kind=words[kind], count=count)
            for node, kind, count in facts.gaps
            if node not in facts.rows
        ]

    def _mark_inside(self, cards, steps):
        """Tell on a card of many lots how many links there are among them."""
        sums = add_up(
            (source, (count,))
            for source, target, _kind, _evidence, count in steps
            if source == target
        )
        for card in cards:
            if card["key"] in sums:
                (count,) = sums[card["key"]]
                text = self.env._("%(count)s links among them", count=count)
                card["marks"].append({"kind": "inside", "text": text})

    # ------------------------------------------------------------------
    # Vendors and consignees
    # ------------------------------------------------------------------
    def _prepare_parties(self, facts, cards, names):
        received = {
            side: add_up(
                ((cards.key((side, row[0])), row[1][0]), row[3:]) for row in rows
            )
            for side, rows in (
                (VENDOR, facts.sources),
                (CONSIGNEE, [(*row, row[3] - row[4]) for row in facts.exposures]),
            )
        }
        partners = {
            get_key((side, row[0])): row[0]
            for side, rows in ((VENDOR, facts.sources), (CONSIGNEE, facts.exposures))
            for row in rows
        }
        prepared = []
        for side, sums in received.items():
            for key in dict.fromkeys(key for key, _product in sums):
                card = self._prepare_card(side, key, names.get(key))
                if key in cards.rest:
                    card.update(self._prepare_party_group(key, cards))
                elif partners[key]:
                    card["subtitle"] = self._get_country(partners[key])
                    card["open"] = self._prepare_partner_window(partners[key])
                else:
                    text = self.env._("Gap: the records do not say who")
                    card["marks"] = [{"kind": "gap", "text": text}]
                own = {product: x for (k, product), x in sums.items() if k == key}
                card["facts"] = self._tell_received(side, own)
                prepared.append(card)
        return prepared

    def _prepare_party_group(self, side, cards):
        count = self.env["recall.case"]._format_quantity(len(cards.rest[side]))
        if side in cards.unfolded:
            title = self.env._("%(count)s more", count=count)
        elif side == VENDOR:
            title = self.env._("%(count)s vendors", count=count)
        else:
            title = self.env._("%(count)s consignees", count=count)
        return {"title": title, "unfold": side not in cards.unfolded and side}

    def _get_country(self, partner_id):
        # sudo: who sees that somebody received goods sees where that is
        partner = self.env["res.partner"].sudo().browse(partner_id)
        return partner.country_id.name or ""

    def _prepare_partner_window(self, partner_id):
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": partner_id,
            "views": FORM,
        }

    def _tell_received(self, side, sums):
        """What was sent or kept, each unit on its own, and what came back."""
        figures = self.env["recall.case"]._format_quantities
        if side == VENDOR:
            totals = self._sum_by_unit({p: x[0] for p, x in sums.items()})
            return _wrap([self.env._("%(figures)s sent", figures=figures(totals))])
        net = figures(self._sum_by_unit({p: x[2] for p, x in sums.items()}))
        back = figures(self._sum_by_unit({p: x[1] for p, x in sums.items()}))
        pieces = [self.env._("%(figures)s net", figures=net)]
        if back != "0":
            pieces.append(self.env._("%(figures)s returned", figures=back))
        return _wrap(pieces)

    def _sum_by_unit(self, quantities):
        totals = {}
        for product_id, quantity in quantities.items():
            # sudo: the unit of a quantity comes with it
            unit = self.env["product.product"].sudo().browse(product_id).uom_id
            totals[unit] = totals.get(unit, 0) + quantity
        return totals

    # ------------------------------------------------------------------
    # All cards
    # ------------------------------------------------------------------
    def _prepare_card(self, kind, key, title):
        return {
            "key": key,
            "kind": kind,
            "title": title or "",
            "subtitle": "",
            "facts": [],
            "marks": [],
            "open": False,
            "unfold": False,
            "names": {key},
        }

    def _finish(self, card, found):
        """Give a card its height, and say in one text what is on it.

        :param found: keys of what the search has found
        """
        texts = [card["title"], card["subtitle"], BETWEEN.join(card["facts"])]
        texts += [mark["text"] for mark in card["marks"]]
        lines = 1 + bool(card["subtitle"]) + len(card["facts"]) + len(card["marks"])
        card["label"] = ". ".join(filter(None, texts))
        card["height"] = 16 + LINE * lines
        card["match"] = not found.isdisjoint(card.pop("names"))


def _wrap(pieces):
    """Lines that fit on a card, none of the pieces broken."""
    lines = []
    for piece in pieces:
        line = f"{lines[-1]}{BETWEEN}{piece}" if lines else piece
        if lines and len(line) <= CHARACTERS:
            lines[-1] = line
        else:
            lines.append(piece)
    return lines
