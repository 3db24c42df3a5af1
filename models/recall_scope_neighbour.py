from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOST_NEIGHBOURS = 1000


class RecallScope(models.Model):
    """Suspect are lots, and those handled just before and after them: one label read
    in the place of another makes both suspect."""

    _inherit = "recall.scope"

    kind = fields.Selection(
        selection_add=[("neighbour", "Lots and their neighbours")],
        ondelete={"neighbour": "cascade"},
    )
    neighbour_count = fields.Integer(
        "Neighbours",
        default=2,
        help="How many lots before, and how many after, each of the named ones.",
    )
    neighbour_in = fields.Selection(
        [
            ("place", "In each place they came to"),
            ("workcenter", "At the work centre that made them"),
        ],
        "Next to Each Other",
        default="place",
        required=True,
        help="Lots of the same product, in the order in which they came to a place, or "
        "were made at a work centre.",
    )

    @api.constrains("kind", "neighbour_count", "neighbour_in", "lot_ids")
    def _check_neighbours(self):
        for scope in self.filtered(lambda scope: scope.kind == "neighbour"):
            if not scope.lot_ids:
                raise ValidationError(
                    self.env._("Choose the lots whose neighbours are suspect.")
                )
            if not 1 <= scope.neighbour_count <= MOST_NEIGHBOURS:
                raise ValidationError(
                    self.env._(
                        "Scope line %(scope)s: choose from 1 to %(most)s neighbours.",
                        scope=scope.display_name,
                        most=MOST_NEIGHBOURS,
                    )
                )
            if scope.neighbour_in == "workcenter":
                scope._check_manufacturing()

    def _get_detail_neighbour(self):
        return f"{self._list_named(self.lot_ids)} ±{self.neighbour_count}"

    def _get_seeds_neighbour(self):
        # sudo: whoever may write the case may know the lots of its companies
        neighbour = self.env["recall.trace.neighbour"].sudo()
        lot_ids = neighbour._read_neighbours(
            self.lot_ids,
            self.case_id.company_ids,
            self.neighbour_count,
            self.neighbour_in == "workcenter",
        )
        lots = self.env["stock.lot"].browse(lot_ids)
        return self.lot_ids | lots, self.env["stock.move.line"]
