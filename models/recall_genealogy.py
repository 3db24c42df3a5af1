from odoo import api, models

from ..tools.layout import Layout
from ..tools.picture import UNFOLDED, Cards, get_key

WIDTH, GAP = 232, 96
LINE = 17
# More words on links than that hide the picture.
WORDS = 60
# Groups that can be unfolded at once.
GROUPS = 20
# Lots of a product, and parties on a side, that are shown one by one without being
# asked for: on a screen that scrolls, and on a sheet of paper.
SCREEN, PAPER = (12, 20), (6, 12)
VENDOR, CONSIGNEE = "vendor", "consignee"
FORM = [(False, "form")]
LIST = [(False, "list"), *FORM]


class RecallGenealogy(models.AbstractModel):
    """Draws what was made from what, and who sent and received it.

    Case and lot say what there is (:class:`..tools.picture.Facts`); the picture is
    drawn here once, with its places and its words, for the screen and for print.
    """

    _name = "recall.genealogy"
    _description = "Picture of a Genealogy"

    def _draw(self, facts, source, unfolded=(), term="", most=SCREEN):
        """The picture as plain data.

        :param facts: :class:`..tools.picture.Facts`
        :param source: the record that the picture is about
        :param unfolded: keys of groups to show one by one
        :param term: what to search for; what it finds has a card of its own
        :param most: lots of a product, and parties, to show one by one unasked
        """
        names = self._read_names(facts)
        found = self._find(names, term)
        unfolded = unfolded[:GROUPS] if isinstance(unfolded, list | tuple) else ()
        goods, parties = self._choose(facts, names, unfolded, found, most)
        steps = facts.read_links(goods)
        cards = self._prepare_goods(facts, goods, names, source)
        self._mark_inside(cards, steps)
        cards += self._prepare_parties(facts, parties, names)
        links = self._prepare_links(facts, steps, goods, parties)
        for card in cards:
            self._finish(card, found)
        picture = self._lay_out(cards, links)
        return {
            **picture,
            "matches": sum(card["match"] for card in cards),
            "notes": self._get_notes(facts),
            "unfolded": [
                {"key": key, "name": names.get(key) or self._get_party_title(key)}
                for key in (*goods.unfolded, *parties.unfolded)
            ],
        }

    # ------------------------------------------------------------------
    # What is shown
    # ------------------------------------------------------------------
    def _read_names(self, facts):
        """{key of a card: name} of everything, whether it is shown or not."""
        # sudo: whoever sees a row sees what it is about, as in lists.
        env = self.sudo().with_context(active_test=False).env
        lots = env["stock.lot"].search_fetch(
            [("id", "in", [lot for _product, lot in facts.rows if lot])], ["name"]
        )
        lot_names = {lot.id: lot.name for lot in lots}
        products = env["product.product"].browse(
            dict.fromkeys(product for product, _lot in facts.rows)
        )
        products.uom_id.mapped("name")  # of all at once, and not card by card
        partners = env["res.partner"].search_fetch(
            [("id", "in", [row[0] for row in (*facts.sources, *facts.exposures)])],
            ["complete_name", "country_id"],
        )
        partners.country_id.mapped("name")
        party_names = {partner.id: partner.complete_name for partner in partners}
        return {
            **{str(product.id): product.display_name for product in products},
            **{
                get_key(node): lot_names.get(node[1]) or self.env._("Without a lot")
                for node in facts.rows
            },
            **{
                get_key((side, partner)): party_names.get(partner)
                or self._get_unknown(side)
                for side, rows in (
                    (VENDOR, facts.sources),
                    (CONSIGNEE, facts.exposures),
                )
                for partner in {row[0] for row in rows}
            },
        }

    def _find(self, names, term):
        """The keys of the cards whose name has the term in it."""
        term = " ".join(str(term or "").split()).casefold()
        if not term:
            return set()
        return {key for key, name in names.items() if term in name.casefold()}

    def _choose(self, facts, names, unfolded, found, most):
        """Which lots, and which vendors and consignees, have cards of their own."""
        groups = {}
        # What lies here is what there is something to do about.
        for node in sorted(
            facts.rows,
            key=lambda node: (-facts.rows[node]["qty_on_hand"], names[get_key(node)]),
        ):
            groups.setdefault(str(node[0]), []).append(node)
        parties = {}
        for side, rows in ((VENDOR, facts.sources), (CONSIGNEE, facts.exposures)):
            partners = dict.fromkeys(row[0] for row in rows)
            parties[side] = sorted(
                ((side, partner) for partner in partners),
                key=lambda member: names[get_key(member)],
            )
        families = self._name_families(facts, names)
        return (
            self._choose_cards(groups, unfolded, found, most[0], families),
            self._choose_cards(parties, unfolded, found, most[1]),
        )

    def _choose_cards(self, groups, unfolded, found, most, families=None):
        # Of a product that is found all lots, unless it is folded for having many.
        members = [
            x
            for key, group in groups.items()
            for x in group
            if get_key(x) in found or key in found and len(group) == 1
        ]
        return Cards(groups, unfolded, members[:UNFOLDED], most=most, families=families)

    def _name_families(self, facts, names):
        """{product: key of its category and level}, which the names are added of.

        Products of one level only: else what is made and what it is made from would
        become one card, and the way between them be lost.
        """
        levels = {}
        for (product, _lot), row in facts.rows.items():
            levels[product] = min(levels.get(product, row["depth"]), row["depth"])
        # sudo: whoever sees a row sees what it is about, as in lists.
        products = self.env["product.product"].sudo().browse(levels)
        families = {}
        for product in products:
            category = product.categ_id
            key = f"family-{category.id or 0}-{levels[product.id]}"
            names[key] = category.name or self.env._("Products")
            families[str(product.id)] = key
        return families

    # ------------------------------------------------------------------
    # Links
    # ------------------------------------------------------------------
    def _prepare_links(self, facts, steps, goods, parties):
        """One link for all that leads from one card to another.

        :param steps: what `facts.read_links` has read
        """
        kinds = self._get_words("recall.link", "kind")
        found = [
            (source, target, kinds[kind], evidence, count)
            for source, target, kind, evidence, count in steps
        ]
        for partner, node, evidence, _quantity in facts.sources:
            source = parties.key((VENDOR, partner))
            word = self.env._("Receipt")
            found.append((source, goods.key(node), word, evidence, 1))
        for partner, node, evidence, _out, _back in facts.exposures:
            target = parties.key((CONSIGNEE, partner))
            word = self.env._("Delivery")
            found.append((goods.key(node), target, word, evidence, 1))
        links = {}
        for source, target, word, evidence, count in found:
            link = links.setdefault((source, target), {"words": {}, "evidence": []})
            link["words"][word] = link["words"].get(word, 0) + count
            link["evidence"].append(evidence)
        return [
            self._prepare_link(*ends, link["words"], link["evidence"])
            for ends, link in links.items()
        ]

    def _prepare_link(self, source, target, words, evidence):
        grades = self._get_words("recall.link", "evidence")
        # One strong link is enough to know that the one went into the other.
        best = next(grade for grade in grades if grade in evidence)
        what = [f"{word} ({n})" if n > 1 else word for word, n in words.items()]
        return {
            "source": source,
            "target": target,
            "evidence": best,
            "evidence_text": grades[best],
            "text": ", ".join(what),
        }

    def _get_words(self, model, field):
        field = self.env[model]._fields[field]
        return dict(field._description_selection(self.env))

    # ------------------------------------------------------------------
    # Places
    # ------------------------------------------------------------------
    def _lay_out(self, cards, links):
        layout = Layout(
            {card["key"]: card["height"] for card in cards},
            [(link["source"], link["target"]) for link in links],
            first=[card["key"] for card in cards if card["kind"] == VENDOR],
            last=[card["key"] for card in cards if card["kind"] == CONSIGNEE],
        )
        for card in cards:
            card["column"] = layout.column[card["key"]]
            card["x"] = card["column"] * (WIDTH + GAP)
            card["y"] = layout.y[card["key"]]
            card["width"] = WIDTH
        words, drawn = self._get_short_words(), []
        for link in links:
            ends = (link["source"], link["target"])
            if ends[0] != ends[1]:  # that one is told on the card
                path, word = self._prepare_path(layout.route(ends))
                word["text"] = words[link["evidence"]]
                drawn.append({**link, "path": path, "word": word})
        by_key = {card["key"]: card for card in cards}
        columns = [
            self._prepare_column(number, [by_key[x] for x in layout.cards(number)])
            for number in range(layout.column_count)
        ]
        return {
            "cards": [by_key[x] for column in columns for x in column["keys"]],
            "columns": columns,
            "links": drawn,
            "words": sum(x["evidence"] != "exact" for x in drawn) <= WORDS,
            "width": max(len(columns) * (WIDTH + GAP) - GAP, 0),
            "height": layout.height,
        }

    def _prepare_column(self, number, cards):
        kinds = {card["kind"] for card in cards}
        if kinds == {VENDOR}:
            title = self.env._("Vendors")
        elif kinds == {CONSIGNEE}:
            title = self.env._("Consignees")
        else:
            title = self.env._("Step %(number)s", number=number)
        keys = [card["key"] for card in cards]
        return {"title": title, "keys": keys, "x": number * (WIDTH + GAP)}

    def _prepare_path(self, route):
        """A line that leaves and enters cards flat.

        :param route: see :class:`..tools.layout.Layout`
        :return: path of an SVG, and where a word stands on it
        """
        (column, y), *bends = route
        forward = bends[-1][0] > column
        x = column * (WIDTH + GAP) + (WIDTH if forward else 0)
        path = [f"M{x} {y:g}"]
        middle = None
        for number, y_to in bends:
            edge = number * (WIDTH + GAP) + (0 if forward else WIDTH)
            half = (x + edge) / 2
            path.append(f"C{half:g} {y:g} {half:g} {y_to:g} {edge} {y_to:g}")
            middle = middle or {"x": half, "y": (y + y_to) / 2}
            x, y = edge + (WIDTH if forward else -WIDTH), y_to
            if (number, y_to) != bends[-1]:
                path.append(f"H{x}")
        return " ".join(path), middle

    @api.model
    def _get_short_words(self):
        """{evidence: the word on a link}"""
        return {
            "exact": self.env._("exact"),
            "order": self.env._("order"),
            "inferred": self.env._("inferred"),
        }

    @api.model
    def _get_party_title(self, side):
        return self.env._("Vendors") if side == VENDOR else self.env._("Consignees")

    @api.model
    def _get_unknown(self, side):
        if side == VENDOR:
            return self.env._("Vendor unknown")
        return self.env._("Consignee unknown")
