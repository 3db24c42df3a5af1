from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .recall_hold import TRUSTED


class StockQuant(models.Model):
    _inherit = "stock.quant"

    recall_hold = fields.Boolean(
        "On Hold",
        compute="_compute_recall_hold",
        search="_search_recall_hold",
        compute_sudo=True,
        help="A recall holds these goods: they cannot be reserved, shipped or used.",
    )

    @api.depends("lot_id", "product_id", "location_id")
    def _compute_recall_hold(self):
        held = self.env["recall.hold"]._get_held_domain(
            SQL("hold.product_id = ANY(%s)", self.product_id.ids)
        )
        held_quants = self.search(Domain("id", "in", self.ids) & held)
        for quant in self:
            quant.recall_hold = quant._origin in held_quants

    def _search_recall_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        held = self.env["recall.hold"]._get_held_domain()
        return held if True in value else ~held

    @api.depends("recall_hold")
    def _compute_available_quantity(self):
        result = super()._compute_available_quantity()
        self.filtered("recall_hold").available_quantity = 0.0
        return result

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "available_quantity:sum":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(CASE WHEN %s IN (%s) THEN 0 ELSE %s - %s END)",
            SQL.identifier(self._table, "id"),
            self.env["recall.hold"]._held_quants_sql(),
            self._field_to_sql(self._table, "quantity", query),
            self._field_to_sql(self._table, "reserved_quantity", query),
        )

    def _get_gather_domain(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        domain = super()._get_gather_domain(
            product_id, location_id, lot_id, package_id, owner_id, strict
        )
        # Only where goods are looked for to reserve: updates gather quants too, and
        # would make a second one of each that they do not find.
        if self.env.context.get("recall_exclude_held") is TRUSTED:
            product = SQL("hold.product_id = %s", product_id.id)
            domain = Domain(domain) & ~self.env["recall.hold"]._get_held_domain(product)
        return domain

    def _get_reserve_quantity(
        self,
        product_id,
        location_id,
        quantity,
        uom_id=None,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        quants = self
        if quantity > 0 and self.env.context.get("recall_allow_held") is not TRUSTED:
            # A cache of quants would be read without the domain.
            quants = self.with_context(recall_exclude_held=TRUSTED, quants_cache=None)
        reserved = super(StockQuant, quants)._get_reserve_quantity(
            product_id,
            location_id,
            quantity,
            uom_id=uom_id,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            strict=strict,
        )
        return [(quant.with_env(self.env), taken) for quant, taken in reserved]
