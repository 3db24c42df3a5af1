from odoo.fields import Command

from .common import RecallCommon
from .flows import StockFlows

QUANTITIES = (
    "qty_in",
    "qty_on_hand",
    "qty_in_transit",
    "qty_delivered",
    "qty_returned",
    "qty_consumed",
    "qty_scrapped",
    "qty_vendor_returned",
    "qty_adjusted",
    "qty_unaccounted",
)


class TraceCommon(StockFlows, RecallCommon):
    """Flows, and readers of what a case froze, keyed by lot or by product for goods
    without a lot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_partner("Second Shop")

    # ------------------------------------------------------------------
    # Tracing
    # ------------------------------------------------------------------
    def trace(self, *lots, direction="forward", companies=None):
        """A traced case about lots."""
        scope = {
            "kind": "lot",
            "lot_ids": [Command.set([lot.id for lot in lots])],
            "direction": direction,
        }
        return self.trace_scope(scope, companies=companies)

    def trace_scope(self, *scopes, companies=None):
        companies = companies or self.company
        case = self._create_case(
            *scopes, company_id=companies[0].id, company_ids=companies.ids
        )
        case.action_trace()
        return case

    # ------------------------------------------------------------------
    # Readers
    # ------------------------------------------------------------------
    @staticmethod
    def key(row):
        return row.lot_id or row.product_id

    def gap(self, case, kind):
        return case.gap_ids.filtered(lambda gap: gap.kind == kind)

    def affected(self, case):
        """{lot or product: row}"""
        return {self.key(row): row for row in case.affected_ids if not row.is_gone}

    def evidence(self, case):
        return {key: row.evidence for key, row in self.affected(case).items()}

    def quantities(self, case, key):
        """What is not zero in the row of a lot or product, by the field's name less
        its `qty_`."""
        row = self.affected(case)[key]
        return {name[4:]: row[name] for name in QUANTITIES if row[name]}

    def exposures(self, case):
        """{(consignee, lot or product): (delivered, returned, evidence)}, summed."""
        found = {}
        for row in case.exposure_ids.filtered(lambda row: not row.is_gone):
            self.assertAlmostEqual(row.qty_net, row.qty_delivered - row.qty_returned)
            key = (row.partner_id, self.key(row))
            out, back, evidence = found.get(key, (0, 0, row.evidence))
            self.assertEqual(evidence, row.evidence, "sum rows of one evidence only")
            found[key] = (out + row.qty_delivered, back + row.qty_returned, evidence)
        return found

    def gaps(self, case):
        """[(kind, lot or product)], sorted by kind."""
        rows = case.gap_ids.sorted(lambda row: (row.kind, row.id))
        return [(row.kind, self.key(row)) for row in rows]

    def links(self, case):
        """{(from, to): (kind, evidence)}"""
        return {
            (self.key(row.source_id), self.key(row.target_id)): (
                row.kind,
                row.evidence,
            )
            for row in case.link_ids
        }

    def pending(self, case):
        """[(stage, document, lot or product, quantity)], sorted."""
        return sorted(
            (
                (row.stage, row.document, self.key(row), row.quantity)
                for row in case.pending_ids
            ),
            key=lambda row: row[:2],
        )

    def sources(self, case):
        """{(vendor, lot or product): quantity}"""
        found = {}
        for row in case.source_ids:
            key = (row.partner_id, self.key(row))
            found[key] = found.get(key, 0) + row.quantity
        return found

    # ------------------------------------------------------------------
    # Assertions
    # ------------------------------------------------------------------
    def assertTraced(self, case, expected):
        """The case names exactly these, on this evidence, and every row balances."""
        self.assertEqual(self.evidence(case), expected)
        self.assertBalanced(case)

    def assertBalanced(self, case):
        for row in case.affected_ids:
            left = (
                row.qty_in
                + row.qty_returned
                - sum(
                    row[name]
                    for name in QUANTITIES
                    if name not in ("qty_in", "qty_returned", "qty_unaccounted")
                )
            )
            self.assertAlmostEqual(row.qty_unaccounted, left, msg=row.display_name)
            self.assertAlmostEqual(row.qty_unaccounted, 0, msg=row.display_name)
