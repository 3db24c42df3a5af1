from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.genealogy import get_reached
from .recall_snapshot import EVIDENCE

IN_SCOPE = [("in_scope", "=", True), ("is_gone", "=", False)]


class RecallAffected(models.Model):
    _name = "recall.affected"
    _description = "Affected Lot"
    _inherit = ["recall.snapshot", "recall.quantity"]
    _order = "case_id, depth, product_id, lot_id, id"
    _rec_name = "lot_id"
    _log_access = False  # who traced, and when, is on the case
    _key_columns = "case_id, product_id, COALESCE(lot_id, 0)"
    _keep_gone = True
    _check_company_auto = True

    # The only fields a person decides on; everything else is what the trace read.
    _DECISION_FIELDS = frozenset({"in_scope", "exclusion_reason"})

    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot/Serial Number",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Empty for goods that are not tracked or whose lot was not recorded.",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    categ_id = fields.Many2one(related="product_id.categ_id", string="Category")
    expiration_date = fields.Datetime(related="lot_id.expiration_date")
    role = fields.Selection(
        [
            ("seed", "Named by the scope"),
            ("forward", "Contains a suspect lot"),
            ("backward", "Source of a suspect lot"),
        ],
        required=True,
        readonly=True,
    )
    depth = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Genealogy steps from the nearest seed: 0 for a seed, positive towards "
        "finished products, negative towards sources.",
    )
    evidence = fields.Selection(
        EVIDENCE,
        required=True,
        readonly=True,
        help="How strong the records are. Exact: lot by lot. Manufacturing order: "
        "the order used it, but not which of its finished lots. Inferred: only a "
        "place and a period connect them.",
    )
    since = fields.Datetime(
        string="Affected Since",
        readonly=True,
        help="When it came to contain the suspect lot. What left before that moment "
        "is not counted as exposure. Empty when all of the lot is suspect.",
    )
    there_from = fields.Datetime(
        readonly=True,
        help="Since when it was in the place that the scope names. Empty when the "
        "scope names no place, it was not there in the window, or nobody knows since "
        "when.",
    )
    there_to = fields.Datetime(
        readonly=True,
        help="Until when it was in the place that the scope names. Empty while it is "
        "still there.",
    )
    open_location_ids = fields.Json(
        "Open Places",
        readonly=True,
        help="For goods without a lot: ids of the locations where any unit may be "
        "affected now.",
    )
    in_scope = fields.Boolean(default=True)
    exclusion_reason = fields.Char()
    qty_in = fields.Float("Received or Produced", digits="Product Unit", readonly=True)
    qty_on_hand = fields.Float("On Hand", digits="Product Unit", readonly=True)
    qty_reserved = fields.Float(
        "Reserved",
        digits="Product Unit",
        readonly=True,
        help="The part on hand that is reserved or picked for an open transfer, "
        "production or repair.",
    )
    qty_in_transit = fields.Float("In Transit", digits="Product Unit", readonly=True)
    qty_delivered = fields.Float("Delivered", digits="Product Unit", readonly=True)
    qty_returned = fields.Float("Returned", digits="Product Unit", readonly=True)
    qty_consumed = fields.Float("Consumed", digits="Product Unit", readonly=True)
    qty_scrapped = fields.Float("Scrapped", digits="Product Unit", readonly=True)
    qty_vendor_returned = fields.Float(
        "Returned to Vendor", digits="Product Unit", readonly=True
    )
    qty_adjusted = fields.Float(
        "Adjusted",
        digits="Product Unit",
        readonly=True,
        help="Inventory losses minus gains.",
    )
    qty_unaccounted = fields.Float(
        "Unaccounted",
        digits="Product Unit",
        readonly=True,
        help="What came in and is in none of the other columns: the records do not "
        "balance.",
    )

    _key = models.UniqueIndex("(case_id, product_id, COALESCE(lot_id, 0))")
    _exclusion_has_reason = models.Constraint(
        "CHECK(in_scope OR COALESCE(exclusion_reason, '') <> '')",
        "Give the reason why this lot is excluded from the recall case.",
    )

    @api.depends("product_id", "lot_id")
    def _compute_display_name(self):
        for row in self:
            # the lot first: it is what people look for, and lists cut the end off
            product = row.product_id.display_name
            lot = row.lot_id.display_name
            row.display_name = f"{lot} · {product}" if lot else product

    def write(self, vals):
        self._check_vals(vals)
        if vals.get("exclusion_reason"):
            # a blank is no reason
            vals = dict(vals, exclusion_reason=str(vals["exclusion_reason"]).strip())
        if "in_scope" not in vals:
            reasons = {row: row.exclusion_reason for row in self}
            res = super().write(vals)
            self._log_new_reasons(reasons)
            return res
        decided = self.filtered(lambda row: row.in_scope != bool(vals["in_scope"]))
        if vals["in_scope"]:
            vals = dict(vals, exclusion_reason=False)
        reasons = {row: row.exclusion_reason for row in self}
        res = super().write(vals)
        decided._log_decision(vals["in_scope"], reasons)
        (self - decided)._log_new_reasons(reasons)
        return res

    def _check_vals(self, vals):
        """Refuse what only a trace may write, and decisions on a closed case.

        :raise AccessError: when a person writes what the trace read
        """
        if self.env.su:
            return
        if names := set(vals) - self._DECISION_FIELDS:
            raise AccessError(
                self.env._(
                    "%(fields)s of an affected lot come from the trace. Only whether "
                    "it is in scope, and why not, is yours to decide.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(names & set(self._fields))
                    )
                    or ", ".join(sorted(names)),
                )
            )
        self.case_id._check_action_allowed("decide")

    @api.model
    def _get_nodes(self, domain):
        """{(product id, lot id or 0): id} of the rows of a case that `domain` names."""
        query = self._search(domain)
        rows = self.env.execute_query(query.select("product_id", "lot_id", "id"))
        return {
            (product_id, lot_id or 0): row_id for product_id, lot_id, row_id in rows
        }

    def _get_open_places(self):
        """(`product.product`, `stock.location`) where goods without a lot may be
        affected now."""
        return [
            (row.product_id, self.env["stock.location"].browse(location_id))
            for row in self
            for location_id in row.open_location_ids or ()
        ]

    def _log_new_reasons(self, reasons):
        """Post which lots stay excluded for another reason than in `reasons`."""
        changed = self.filtered(
            lambda row: not row.in_scope and row.exclusion_reason != reasons[row]
        )
        for case, rows in changed.grouped("case_id").items():
            lines = [
                f"{row.display_name}: {reasons[row]} → {row.exclusion_reason}"
                for row in rows[:20]
            ]
            if len(rows) > 20:
                lines.append(self.env._("… and %(count)s more", count=len(rows) - 20))
            case._post_lines(self.env._("Reason of exclusion changed:"), lines)

    def _log_decision(self, in_scope, reasons):
        """Post on each case which of its lots were excluded, or taken in again."""
        for (case, reason), rows in self.grouped(
            lambda row: (row.case_id, reasons[row] or row.exclusion_reason)
        ).items():
            names = case._list_names(rows.mapped("display_name"))
            if in_scope:
                body = self.env._(
                    "Taken into the recall again: %(names)s. They had been excluded "
                    "because: %(reason)s",
                    names=names,
                    reason=reason,
                )
            else:
                body = self.env._(
                    "Excluded from the recall: %(names)s. Reason: %(reason)s",
                    names=names,
                    reason=reason,
                )
                body = " ".join(filter(None, [body, rows._get_descending_note()]))
            case.message_post(body=body)

    def _get_descending_note(self):
        """What excluding these rows of one case leaves in scope: it is not excluded
        with them, for only a person can say that it is clean."""
        count = self._count_descending_only()
        if count == 1:
            return self.env._(
                "1 other affected lot was made from it alone and stays in scope. "
                "Exclude it too if it is cleared with it."
            )
        return count and self.env._(
            "%(count)s other affected lots were made from it alone and stay in scope. "
            "Exclude them too if they are cleared with it.",
            count=count,
        )

    def _count_descending_only(self):
        """How many rows in scope are affected only because of these rows of one case,
        at any distance: no way leads to them from what else started the trace."""
        # sudo: a number only, and what was made in other companies counts as well.
        case = self.case_id.sudo()
        links = case.env["recall.link"]._read_group(
            [("case_id", "=", case.id)], ["source_id", "target_id"]
        )
        edges = [(source.id, target.id) for source, target in links]
        in_scope = {
            role: set(ids)
            for role, ids in case.env["recall.affected"]._read_group(
                [("case_id", "=", case.id), *IN_SCOPE], ["role"], ["id:array_agg"]
            )
        }
        starts = in_scope.get("seed", set()) | in_scope.get("backward", set())
        counted = starts | in_scope.get("forward", set())
        out = {node for edge in edges for node in edge} - counted | set(self.ids)
        descending = get_reached(edges, self.ids) & counted
        return len(descending - get_reached(edges, starts, out))
