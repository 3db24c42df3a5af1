from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .recall_hold import TRUSTED

# What tells which goods a quant is about, and where they are.
GOODS_FIELDS = frozenset({"product_id", "lot_id", "location_id", "owner_id"})
# Written by counts and moves, which work as superuser, and by nobody else.
AMOUNT_FIELDS = frozenset({"quantity", "package_id"})


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = ["stock.quant", "recall.quantity", "recall.deletion"]

    recall_hold = fields.Boolean(
        "On Hold",
        compute="_compute_recall_hold",
        search="_search_recall_hold",
        compute_sudo=True,
        help="A recall holds these goods: they cannot be reserved, shipped or used.",
    )

    recall_hold_reason = fields.Char(
        "Hold Reason", compute="_compute_recall_hold_reason", compute_sudo=True
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
    def _compute_recall_hold_reason(self):
        held = self.filtered("recall_hold")._origin
        holds = self.env["recall.hold"]._read_on(held)
        for quant in self:
            on_quant = holds.get(quant._origin, self.env["recall.hold"])
            quant.recall_hold_reason = on_quant._get_causes()

    @api.depends("recall_hold")
    def _compute_display_name(self):
        """Whoever picks chooses goods by this name."""
        result = super()._compute_display_name()
        mark = " `%s`" if self.env.context.get("formatted_display_name") else " - %s"
        for quant in self.filtered("recall_hold"):
            quant.display_name += mark % self.env._("On Hold")
        return result

    @api.depends("recall_hold")
    def _compute_available_quantity(self):
        result = super()._compute_available_quantity()
        self.filtered("recall_hold").available_quantity = 0.0
        return result

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "available_quantity:sum":
            available = SQL(
                "SUM(CASE WHEN %s IN (%s) THEN 0 ELSE %s - %s END)",
                SQL.identifier(self._table, "id"),
                self.env["recall.hold"]._held_sql(self._table),
                self._field_to_sql(self._table, "quantity", query),
                self._field_to_sql(self._table, "reserved_quantity", query),
            )
            return self._in_one_unit(available, query)
        if (
            aggregate_spec == "quantity:sum"
            and self.env.context.get("recall_leaving") is TRUSTED
        ):
            return SQL(
                "SUM(CASE WHEN %s IN (%s) THEN %s ELSE %s END)",
                SQL.identifier(self._table, "id"),
                self.env["recall.hold"]._held_sql(self._table),
                self._leaving_sql(self._table),
                self._field_to_sql(self._table, "quantity", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _leaving_sql(self, alias):
        """How much of a quant on hold is reserved by who lowers a forecast by itself:
        by all but those who bring it to quarantine in its warehouse."""
        quant = SQL.identifier(alias)
        return SQL(
            """
            CASE WHEN %(quant)s.reserved_quantity = 0 THEN 0
                 WHEN %(quant)s.lot_id IS NULL
                 THEN %(quant)s.reserved_quantity - (%(of_loose)s)
                 ELSE %(quant)s.reserved_quantity - (%(of_lot)s)
            END
            """,
            quant=quant,
            # one for each: together, no index would find the lines of a lot alone
            of_loose=self._to_quarantine_sql(quant, SQL("line.lot_id IS NULL")),
            of_lot=self._to_quarantine_sql(
                quant, SQL("line.lot_id = %s.lot_id", quant)
            ),
        )

    @api.model
    def _to_quarantine_sql(self, quant, same_lot):
        """Query for how much of a quant lines bring to quarantine in its warehouse."""
        return SQL(
            """
            SELECT COALESCE(SUM(line.quantity_product_uom), 0)
              FROM stock_move_line line
              JOIN stock_location source ON source.id = line.location_id
              JOIN stock_location place ON place.id = line.location_dest_id
             WHERE %(same_lot)s
               AND line.product_id = %(quant)s.product_id
               AND line.location_id = %(quant)s.location_id
               AND line.package_id IS NOT DISTINCT FROM %(quant)s.package_id
               AND line.owner_id IS NOT DISTINCT FROM %(quant)s.owner_id
               AND line.state NOT IN ('done', 'cancel')
               AND place.recall_is_quarantine
               AND place.warehouse_id = source.warehouse_id
            """,
            quant=quant,
            same_lot=same_lot,
        )

    def _in_one_unit(self, select, query):
        # Odoo's own lists of stock add what they always did.
        if not self.env.context.get("recall_one_unit"):
            return select
        return super()._in_one_unit(select, query)

    @api.model
    def _get_unreserved_domain(self):
        """Domain of the quants with goods that nothing is reserved for."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s > %s",
                model._field_to_sql(alias, "quantity", query),
                model._field_to_sql(alias, "reserved_quantity", query),
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        if not self.env.su:
            quants.filtered(lambda quant: quant.quantity < 0)._check_not_held()
        return quants

    def write(self, vals):
        """Odoo lets a stock user write what goods a quant is, without any move."""
        fields_written = GOODS_FIELDS if self.env.su else GOODS_FIELDS | AMOUNT_FIELDS
        if fields_written.isdisjoint(vals):
            return super().write(vals)
        self._check_not_held()
        result = super().write(vals)
        self._check_not_held()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_held(self):
        self.filtered("quantity")._check_not_held()

    def _check_not_held(self):
        """:raise UserError: when one of these quants is on hold"""
        if not self:
            return
        # sudo: a hold counts also where the user does not see the goods
        quants = self.sudo()
        loose = quants.filtered(lambda quant: not quant.lot_id)
        # No move follows that would pass the gate.
        holds = self.env["recall.hold"]._read_active(
            quants.lot_id, loose.product_id, passing=True
        )
        for quant, hold in holds._match_lines(quants).items():
            raise UserError(
                self.env._(
                    "%(on_hold)s What is in %(place)s cannot be rewritten. Use a "
                    "transfer to quarantine, scrap or the vendor, or ask a recall "
                    "manager to release it.",
                    on_hold=hold._get_statement(),
                    place=quant.location_id.display_name,
                )
            )

    def _apply_inventory(self, date=None):
        # Moves that are made as counts by hand may take goods from anywhere.
        quants = self.with_context(recall_counting=TRUSTED)
        return super(StockQuant, quants)._apply_inventory(date)

    def _gather(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
        qty=0,
    ):
        quants = super()._gather(
            product_id, location_id, lot_id, package_id, owner_id, strict, qty
        )
        if self.env.context.get("recall_exclude_held") is TRUSTED:
            lot_ids = self.env["recall.hold"]._get_held_lot_ids(product_id) or set()
            if not lot_ids.isdisjoint(quants.lot_id.ids):
                quants = quants.filtered(lambda quant: quant.lot_id.id not in lot_ids)
        elif lot_id and self.env.context.get("recall_keep_loose") is TRUSTED:
            if loose := quants.filtered(lambda quant: not quant.lot_id):
                quants -= loose.filtered("recall_hold")
        return quants

    @api.model
    def _update_available_quantity(
        self,
        product_id,
        location_id,
        quantity=False,
        reserved_quantity=False,
        lot_id=None,
        package_id=None,
        owner_id=None,
        in_date=None,
    ):
        quants = self
        goods = (product_id, location_id, package_id, owner_id)
        if lot_id and quantity < 0 and self._may_be_loose(*goods):
            # What a lot is short of, Odoo takes from goods without a lot.
            quants = self.with_context(recall_keep_loose=TRUSTED)
        return super(StockQuant, quants)._update_available_quantity(
            product_id,
            location_id,
            quantity=quantity,
            reserved_quantity=reserved_quantity,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            in_date=in_date,
        )

    @api.model
    def _may_be_loose(self, product, location, package, owner):
        """Whether there may be such goods without a lot: Odoo has looked for them
        already where it moves the lines of a transfer."""
        cache = self.env.context.get("quants_cache")
        if cache is None:
            return True
        package_id = package.id if package else False
        owner_id = owner.id if owner else False
        return bool(cache[product.id, location.id, False, package_id, owner_id])

    @api.model
    def _get_available_quantity(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
        allow_negative=False,
    ):
        quants = self
        # So it asks for goods without a lot to make up for what a lot is short of.
        makes_up = lot_id is False and strict and not allow_negative
        if makes_up and self.env["recall.hold"]._is_any_of(product_id):
            quants = self.with_context(recall_exclude_held=TRUSTED, quants_cache=None)
        return super(StockQuant, quants)._get_available_quantity(
            product_id,
            location_id,
            lot_id,
            package_id,
            owner_id,
            strict,
            allow_negative,
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
        excludes = self.env.context.get("recall_exclude_held") is TRUSTED
        if excludes and self.env["recall.hold"]._get_held_lot_ids(product_id) is None:
            held = SQL("hold.product_id = %s", product_id.id)
            held = self.env["recall.hold"]._get_held_domain(held)
            domain = Domain(domain) & ~held
        return domain

    def _run_least_packages_removal_strategy_astar(self, domain, qty):
        # It chooses packages by the domain, before `_gather` could leave any out.
        if self.env.context.get("recall_exclude_held") is TRUSTED:
            domain = Domain(domain) & ~self._get_held_lots_domain(domain)
        return super()._run_least_packages_removal_strategy_astar(domain, qty)

    @api.model
    def _get_held_lots_domain(self, domain):
        """Domain of the goods on hold of the product that a domain names; where only
        a query can tell them, `_get_gather_domain` has left them out."""
        holds, products = self.env["recall.hold"], self.env["product.product"]
        lot_ids = [
            lot_id
            for condition in Domain(domain).iter_conditions()
            if condition.field_expr == "product_id"
            for product in products.browse(condition.value)
            for lot_id in holds._get_held_lot_ids(product) or ()
        ]
        return Domain("lot_id", "in", lot_ids)

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
        if (
            quantity > 0
            and self.env.context.get("recall_allow_held") is not TRUSTED
            and self.env["recall.hold"]._is_any_of(product_id)
        ):
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
