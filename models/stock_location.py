from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column


class StockLocation(models.Model):
    """A place that is or lies in a quarantine, and stays so while it holds goods."""

    _name = "stock.location"
    _inherit = ["stock.location", "recall.deletion"]

    recall_quarantine_warehouse_ids = fields.One2many(
        "stock.warehouse",
        "recall_quarantine_loc_id",
        "Recall Quarantine Of",
        context={"active_test": False},
    )
    recall_is_quarantine = fields.Boolean(
        "Recall Quarantine",
        compute="_compute_recall_is_quarantine",
        store=True,
        recursive=True,
        help="Goods on hold may be brought here, and no delivery takes from here.",
    )

    def _auto_init(self):
        # No place is a quarantine when it is installed: nothing to compute.
        if not column_exists(self.env.cr, self._table, "recall_is_quarantine"):
            create_column(self.env.cr, self._table, "recall_is_quarantine", "boolean")
        return super()._auto_init()

    @api.depends("recall_quarantine_warehouse_ids", "location_id.recall_is_quarantine")
    def _compute_recall_is_quarantine(self):
        for location in self:
            location.recall_is_quarantine = (
                bool(location.recall_quarantine_warehouse_ids)
                or location.location_id.recall_is_quarantine
            )

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        # neither a context nor a user's own default makes a quarantine
        defaults.pop("recall_is_quarantine", None)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_recall_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_recall_vals(vals)
        self._check_stays_in_quarantine(vals)
        self._check_stays_with_held_goods(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_quarantine(self):
        quarantines = self.filtered("recall_is_quarantine")
        quarantines._check_no_quarantine_of_warehouse()
        quarantines._check_no_goods_in_quarantine()

    def _is_recall_quarantine(self):
        """Whether this place is a quarantine, or lies in one; reads nothing else."""
        self.ensure_one()
        # sudo: asked for by the guards of stock moves, whoever moves the goods
        return self.sudo().recall_is_quarantine

    def _may_take_held(self):
        """Whether goods on hold may come here, from wherever they are; False where no
        place is chosen yet, as on a new transfer."""
        return self.usage in ("supplier", "inventory") or self.recall_is_quarantine

    def _is_at_subcontractor(self):
        """Whether goods here are at a subcontractor: an internal place for Odoo, and
        outside of all warehouses."""
        self.ensure_one()
        if self.warehouse_id:  # at hand, other than what is asked below
            return False
        # sudo: asked for by the guards of stock moves, whoever moves the goods
        company = self.sudo().company_id
        if "subcontracting_location_id" not in company._fields:
            return False
        place = company.subcontracting_location_id
        return bool(place) and self.sudo()._child_of(place)

    @api.model
    def _get_subcontractor_ids(self):
        """Ids of all places at subcontractors."""
        if "subcontracting_location_id" not in self.env["res.company"]._fields:
            return []
        # sudo: places of goods, whoever moves them; a place or company that is archived
        # is one still
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        places = companies.search([]).subcontracting_location_id
        below = places.search([("id", "child_of", places.ids)])
        return below.filtered(lambda place: place._is_at_subcontractor()).ids

    def _check_recall_vals(self, vals):
        """:raise AccessError: when somebody writes what the warehouses say"""
        if "recall_is_quarantine" in vals:
            raise AccessError(
                self.env._(
                    "Whether a place is a recall quarantine is set on its warehouse."
                )
            )

    def _check_stays_in_quarantine(self, vals):
        """Refuse what would take goods out of quarantine without a move.

        :raise UserError: when a quarantine would be moved, archived or put to
            another use while it holds goods or is the one of a warehouse
        """
        changed = self.filtered(
            lambda location: (
                location.recall_is_quarantine
                and (
                    vals.get("location_id", location.location_id.id)
                    != location.location_id.id
                    or vals.get("usage", location.usage) != location.usage
                    or (location.active and not vals.get("active", True))
                )
            )
        )
        if changed:
            changed._check_no_quarantine_of_warehouse()
            changed._check_no_goods_in_quarantine()

    def _check_stays_with_held_goods(self, vals):
        """Refuse to take held goods along to elsewhere without a move.

        :raise UserError: when a place that holds some would be moved
        """
        moved = self.filtered(
            lambda location: (
                vals.get("location_id", location.location_id.id)
                != location.location_id.id
            )
        )
        moved._pass_gates_of_goods()
        quant = moved._get_goods(self.env["recall.hold"]._get_held_domain(), limit=1)
        if quant:
            hold = self.env["recall.hold"]._read_on(quant)[quant][0]
            raise UserError(
                self.env._(
                    "%(on_hold)s It lies in %(location)s, which stays where it is "
                    "until the goods are in quarantine or released.",
                    on_hold=hold._get_statement(),
                    location=quant.location_id.display_name,
                )
            )

    def _pass_gates_of_goods(self):
        """Make sure that this transaction sees each hold on goods in these places."""
        # sudo: whatever lies there counts, whoever may see it
        quants = self.env["stock.quant"].sudo()
        rows = quants._read_group(self._get_goods_domain(), ["product_id"])
        if rows:
            products = self.env["product.product"].concat(*(row[0] for row in rows))
            self.env["recall.hold"]._pass_gates(products)

    def _check_no_quarantine_of_warehouse(self):
        # sudo: a warehouse counts also where the user does not see it
        warehouses = self.sudo().recall_quarantine_warehouse_ids.filtered("active")
        if warehouses:
            raise UserError(
                self.env._(
                    "%(location)s is the recall quarantine of warehouse %(warehouse)s: "
                    "it cannot be deleted, archived, moved or put to another use. "
                    "Choose another recall quarantine on the warehouse first.",
                    location=warehouses[0].recall_quarantine_loc_id.display_name,
                    warehouse=warehouses[0].name,
                )
            )

    def _check_no_goods_in_quarantine(self):
        quant = self._get_goods(limit=1)
        if quant:
            raise UserError(
                self.env._(
                    "Recall quarantine %(location)s holds goods, as %(product)s: it "
                    "stays where and what it is until they are moved out.",
                    location=quant.location_id.display_name,
                    product=quant.product_id.display_name,
                )
            )

    def _check_no_goods_on_their_way(self):
        """What comes in from outside arrives on hold wherever it is brought; from
        inside, no transfer may take held goods there once it is no quarantine.

        :raise UserError: naming the transfers
        """
        moves = self._get_open_moves().filtered(
            lambda move: move.location_id.usage == "internal"
        )
        if moves:
            names = list(dict.fromkeys(moves.mapped("reference")))
            raise UserError(
                self.env._(
                    "Goods are on their way to recall quarantine %(location)s: "
                    "%(transfers)s. Validate or cancel these transfers first, then "
                    "choose another recall quarantine.",
                    location=", ".join(self.mapped("display_name")),
                    transfers=self.env["recall.case"]._list_names(names, most=5),
                )
            )

    def _get_goods_domain(self):
        """Domain of the quants with goods in these places and all below them."""
        goods = Domain("quantity", "!=", 0) | Domain("reserved_quantity", "!=", 0)
        return Domain("location_id", "child_of", self.ids) & goods

    def _get_goods(self, domain=Domain.TRUE, limit=None):
        domain &= self._get_goods_domain()
        # sudo: whatever lies there counts, whoever may see it
        return self.env["stock.quant"].sudo().search(domain, limit=limit)

    def _get_open_moves(self):
        """The moves that are still to bring goods to these places."""
        there = Domain("location_dest_id", "child_of", self.ids)
        there |= Domain("move_line_ids", "any", there)
        is_open = Domain("state", "not in", ["done", "cancel"])
        # sudo: they count also where the user does not see them
        return self.env["stock.move"].sudo().search(there & is_open)
