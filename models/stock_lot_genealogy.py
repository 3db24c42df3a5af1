from collections import Counter

from odoo import api, models
from odoo.exceptions import AccessError

from ..tools.findings import get_lots, get_products
from ..tools.picture import CARDS, Facts
from .recall_document import RECALL_GROUPS
from .recall_genealogy import FORM, LIST


class StockLot(models.Model):
    """The picture of one lot, without a case."""

    _inherit = "stock.lot"

    @api.readonly
    def get_genealogy(self, unfolded=(), term=""):
        """The picture of what this lot was made from, what contains it, and who
        received it, in the companies that the user works in. Nothing is stored.

        :param unfolded: keys of the groups to show one by one
        :param term: what to search for among lots, products and parties
        :return: dict, see `recall.genealogy._draw`
        :raise AccessError: when the user has no role in recalls
        """
        self._check_genealogy_access()
        facts = self._read_genealogy_facts()
        # Each answer takes a trace: a small picture needs no second one.
        picture = self.env["recall.genealogy"]._draw(
            facts, self, unfolded, term, most=(CARDS, CARDS)
        )
        return {**picture, "name": self.display_name, "report": False}

    @api.readonly
    def action_view_genealogy(self):
        """Open the picture of this lot."""
        self._check_genealogy_access()
        action = self.env["ir.actions.client"]._for_xml_id(
            "stock_recall.stock_lot_genealogy_action"
        )
        action["context"] = {"active_id": self.id, "active_model": self._name}
        return action

    def _check_genealogy_access(self):
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_groups(RECALL_GROUPS):
            raise AccessError(
                self.env._(
                    "Only the recall team and its auditors see the genealogy of lots."
                )
            )

    def _read_genealogy_facts(self):
        """:return: :class:`..tools.picture.Facts` of a trace both ways"""
        # sudo: the trace reads moves of the companies the user works in only, and
        # nothing that a case of these companies would not show to the user.
        lot = self.sudo().with_context(active_test=False)
        no_lines = lot.env["stock.move.line"]
        seeds = {way: (lot, no_lines) for way in ("backward", "forward")}
        companies = self.env.companies.sudo()
        found = lot.env["recall.trace"]._trace_scope(seeds, companies)
        return Facts(
            {(x["product_id"], x["lot_id"] or 0): x for x in found["recall.affected"]},
            [
                (x["partner_id"] or 0, x["affected_id"], x["evidence"], x["quantity"])
                for x in found["recall.source"]
            ],
            [
                (
                    x["partner_id"] or 0,
                    x["affected_id"],
                    x["evidence"],
                    x["qty_delivered"],
                    x["qty_returned"],
                )
                for x in found["recall.exposure"]
            ],
            [
                (node, kind, count)
                for (node, kind), count in Counter(
                    (x["affected_id"], x["kind"]) for x in found["recall.gap"]
                ).items()
            ],
            lambda cards: self._count_genealogy_links(cards, found["recall.link"]),
        )

    def _count_genealogy_links(self, cards, links):
        counts = Counter(
            (
                cards.key(link["source_id"]),
                cards.key(link["target_id"]),
                link["kind"],
                link["evidence"],
            )
            for link in links
        )
        return [(*link, count) for link, count in counts.items()]

    def _prepare_genealogy_window(self, nodes, _rows):
        """Open a lot, or several, and for goods without a lot their product."""
        action = {"type": "ir.actions.act_window", "res_model": "stock.lot"}
        lot_ids = get_lots(nodes)
        if not lot_ids:
            action["res_model"] = "product.product"
            products = get_products(nodes)
            if len(products) == 1:
                return {**action, "res_id": products[0], "views": FORM}
            action["name"] = self.env._("Products")
            return {**action, "domain": [("id", "in", products)], "views": LIST}
        if len(nodes) == 1:
            return {**action, "res_id": lot_ids[0], "views": FORM}
        action["name"] = self.env._("Lots")
        return {**action, "domain": [("id", "in", lot_ids)], "views": LIST}
