from itertools import product

from odoo import api, models
from odoo.fields import Domain

from ..tools.findings import get_products
from ..tools.picture import Facts
from .recall_genealogy import FORM, LIST
from .recall_trace_stock import QUANTITIES

REPORT = "stock_recall.action_report_genealogy"


class RecallCase(models.Model):
    """The picture of what the last trace froze."""

    _inherit = "recall.case"

    @api.readonly
    def get_genealogy(self, unfolded=(), term=""):
        """The picture of this case, as far as the user may see its rows.

        :param unfolded: keys of the groups to show one by one
        :param term: what to search for among lots, products and parties
        :return: dict, see `recall.genealogy._draw`
        """
        picture = self._draw_genealogy(unfolded=unfolded, term=term)
        return {**picture, "name": self.display_name, "report": REPORT}

    def _draw_genealogy(self, **options):
        """:param options: see `recall.genealogy._draw`"""
        self.ensure_one()
        self.check_access("read")
        facts = self._read_genealogy_facts()
        picture = self.env["recall.genealogy"]._draw(facts, self, **options)
        picture["notes"] += self._get_genealogy_notes()
        return picture

    def _get_genealogy_notes(self):
        """What the picture does not show, and why."""
        if not self.traced_at:
            return [self.env._("This case was not traced yet: press Trace on it.")]
        if self.hidden_company_figure:
            return [
                self.env._(
                    "Vendors and consignees of %(companies)s are not shown: choose "
                    "these companies too.",
                    companies=self.hidden_company_figure,
                )
            ]
        if self.is_partial:
            return [
                self.env._(
                    "The case looks in companies that you do not work in: their "
                    "vendors and consignees are not shown."
                )
            ]
        return []

    @api.readonly
    def action_view_genealogy(self):
        """Open the picture of this case."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id(
            "stock_recall.recall_case_genealogy_action"
        )
        action["context"] = {"active_id": self.id, "active_model": self._name}
        return action

    def _prepare_genealogy_window(self, nodes, rows):
        """Open the affected row of a node, or those of the products of several."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Affected Lots"),
            "res_model": "recall.affected",
        }
        if len(nodes) == 1:
            return {**action, "res_id": rows[nodes[0]]["id"], "views": FORM}
        domain = Domain("case_id", "=", self.id) & Domain("is_gone", "=", False)
        domain &= Domain("product_id", "in", get_products(nodes))
        return {**action, "domain": list(domain), "views": LIST}

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------
    def _read_genealogy_facts(self):
        """:return: :class:`..tools.picture.Facts` of the rows the user may see"""
        rows = self._read_genealogy_rows()
        nodes = {row["id"]: node for node, row in rows.items()}
        return Facts(
            rows,
            self._read_genealogy_lines("recall.source", nodes, ["quantity:sum"]),
            self._read_genealogy_lines(
                "recall.exposure", nodes, ["qty_delivered:sum", "qty_returned:sum"]
            ),
            self._read_genealogy_gaps(nodes),
            lambda cards: self._read_genealogy_links(cards, rows, nodes),
        )

    def _read_genealogy_rows(self):
        names = ("role", "depth", "evidence", "in_scope", *QUANTITIES)
        # what is excluded is shown, and marked
        affected = self.env["recall.affected"].search_fetch(
            [("case_id", "=", self.id), ("is_gone", "=", False)],
            ["product_id", "lot_id", *names],
        )
        return {
            (row.product_id.id, row.lot_id.id or 0): {
                "id": row.id,
                **{name: row[name] for name in names},
            }
            for row in affected
        }

    def _read_genealogy_lines(self, model, nodes, aggregates):
        """[(partner id or 0, node, evidence, quantities...)]"""
        return [
            (partner.id or 0, nodes[affected.id], evidence, *quantities)
            for affected, partner, evidence, *quantities in self._read_rows(
                model, ["affected_id", "partner_id", "evidence"], aggregates
            )
            if affected.id in nodes
        ]

    def _read_genealogy_gaps(self, nodes):
        return [
            (nodes.get(affected.id), kind, count)
            for affected, kind, count in self._read_rows(
                "recall.gap", ["affected_id", "kind"], ["__count"]
            )
        ]

    def _read_genealogy_links(self, cards, rows, nodes):
        """Links between cards: lot by lot where these are shown, else counted in the
        database, where an order of 800 lots from 800 lots has 640,000 of them.

        :return: see :class:`..tools.picture.Facts`
        """
        shown = [rows[node]["id"] for node in cards.shown if node in rows]
        found = []
        for ways in product((True, False), repeat=2):
            domain, paths = Domain.TRUE, []
            for end, is_shown in zip(("source_id", "target_id"), ways, strict=True):
                domain &= Domain(end, "in" if is_shown else "not in", shown)
                paths.append(end if is_shown else f"{end}.product_id")
            for *ends, kind, evidence, count in self._read_rows(
                "recall.link", [*paths, "kind", "evidence"], ["__count"], domain
            ):
                keys = [
                    cards.key(nodes[end.id])
                    if is_shown
                    else cards.group_key(str(end.id))
                    for end, is_shown in zip(ends, ways, strict=True)
                ]
                found.append((*keys, kind, evidence, count))
        return found
