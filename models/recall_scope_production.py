import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.sql import escape_psql


class RecallScope(models.Model):
    """Suspect is what was made: by manufacturing orders, or at a work centre in a
    window. Manufacturing may not be installed: orders and work centres are named."""

    _inherit = "recall.scope"

    kind = fields.Selection(
        selection_add=[("production", "Manufacturing orders")],
        ondelete={"production": "cascade"},
    )
    production_ref = fields.Char(
        "Manufacturing Orders",
        help="References, with commas between them. An order that was split is found "
        "with all its parts by the reference without the part's number. Capitals and "
        "small letters make no difference.",
    )
    workcenter_ref = fields.Char(
        "Work Centre",
        help="Name or code. Only what was made there; with a window, what work orders "
        "that touch the window made there.",
    )

    @api.constrains("kind", "production_ref", "workcenter_ref", "case_id")
    def _check_production(self):
        for scope in self.filtered(lambda scope: scope.kind == "production"):
            scope._check_manufacturing()
            # sudo: names are looked up in the companies of the case, and no others.
            scope.sudo()._check_production_names()

    @api.constrains("kind", "production_ref", "workcenter_ref", "date_from", "date_to")
    def _check_production_named(self):
        for scope in self.filtered(lambda scope: scope.kind == "production"):
            if not (
                scope._get_production_names()
                or scope._get_workcenter_name()
                or scope.date_from
                or scope.date_to
            ):
                raise ValidationError(
                    self.env._(
                        "Name the manufacturing orders, the work centre, or the time "
                        "in which suspect goods were made."
                    )
                )

    def _check_manufacturing(self):
        if "mrp.production" not in self.env:
            raise ValidationError(
                self.env._(
                    "Manufacturing is not installed, so there are no manufacturing "
                    "orders or work centres to go by. Name the lots or products."
                )
            )

    def _check_production_names(self):
        companies = ", ".join(self.case_id.company_ids.mapped("name"))
        for name in self._get_production_names():
            if not self._search_productions([name]):
                raise ValidationError(
                    self.env._(
                        "No manufacturing order %(name)s is in %(companies)s. Check "
                        "the reference.",
                        name=name,
                        companies=companies,
                    )
                )
        if self._get_workcenter_name() and not self._search_workcenters():
            raise ValidationError(
                self.env._(
                    "No work centre of the name or code %(name)s is in %(companies)s.",
                    name=self.workcenter_ref,
                    companies=companies,
                )
            )

    def _get_detail_production(self):
        names = (self.production_ref, self.workcenter_ref, self._get_detail_window())
        return " ".join(filter(None, names))

    # ------------------------------------------------------------------
    # Seeds
    # ------------------------------------------------------------------
    def _get_seeds_production(self):
        if "mrp.production" not in self.env:
            # uninstalled since the line was written
            return self.env["stock.lot"], self.env["stock.move.line"]
        domain = Domain("move_id.production_id", "!=", False)
        if names := self._get_production_names():
            orders = self._search_productions(names)
            domain &= Domain("move_id.production_id", "in", orders.ids)
        if self._get_workcenter_name():
            orders = self._search_workorders().production_id
            domain &= Domain("move_id.production_id", "in", orders.ids)
        else:
            domain &= self._get_moved_date_domain()
        return self._search_arrivals(domain)

    def _get_production_names(self):
        names = re.split(r"[,;\n]", self.production_ref or "")
        return [name.strip() for name in names if name.strip()]

    def _get_workcenter_name(self):
        """Blanks name nothing, and would find every work centre without a code."""
        return (self.workcenter_ref or "").strip()

    def _search_productions(self, names):
        """Orders of these names, and the parts into which they were split."""
        orders = self.env["mrp.production"].search(
            Domain("company_id", "in", self.case_id.company_ids.ids)
            & Domain.OR(
                Domain("name", "=ilike", pattern)
                | Domain("name", "=ilike", f"{pattern}-%")
                for pattern in map(escape_psql, names)
            )
        )
        wanted = {name.casefold() for name in names}

        def is_wanted(order):
            name = order.name.casefold()
            return {name, re.sub(r"-\d+$", "", name)} & wanted

        return orders.filtered(is_wanted)

    def _search_workcenters(self):
        name = self._get_workcenter_name()
        domain = Domain("name", "=ilike", escape_psql(name))
        domain |= Domain("code", "=ilike", escape_psql(name))
        # An archived one has made what it has made.
        return (
            self.env["mrp.workcenter"]
            .with_context(active_test=False)
            .search(domain & self._get_company_domain())
        )

    def _search_workorders(self):
        """Done work orders of the work centre whose time touches the window."""
        domain = Domain("workcenter_id", "in", self._search_workcenters().ids)
        domain &= Domain("state", "=", "done")
        domain &= Domain("company_id", "in", self.case_id.company_ids.ids)
        if self.date_from:
            undated = Domain("date_finished", "=", False)
            domain &= Domain("date_finished", ">=", self.date_from) | undated
        if self.date_to:
            undated = Domain("date_start", "=", False)
            domain &= Domain("date_start", "<=", self.date_to) | undated
        return self.env["mrp.workorder"].search(domain)
