from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .recall_hold import TRUSTED

# Where goods go that leave us, or are used up.
OUTSIDE = ("customer", "production", "transit")
# Where goods are that stay with us. A move may name a view: a place around others.
INSIDE = ("internal", "view")
# Where goods are that have not left.
OURS = (*INSIDE, "transit")


class StockMove(models.Model):
    """Tells which goods leave: held ones may not."""

    _inherit = "stock.move"

    def _may_take_held(self):
        """Whether held goods may go where this move goes, as far as it says itself: its
        lines are judged when they move the goods."""
        self.ensure_one()
        return not self._leaves(self)

    def _leaves(self, goods):
        """Whether goods go where held ones may not: to a customer, into a production or
        a transit, or to another place than quarantine. Scrap, the vendor and quarantine
        are free, and so is what comes in.

        `_get_leaving_domain` says the same in SQL.

        :param goods: this move, or one of its lines, which says where its goods are and
            go
        """
        target = goods.location_dest_id.usage
        # A line may name another place than its move, and orders and productions go by
        # the move: it has delivered, or consumed, what the line says is scrap.
        if target in OUTSIDE or self.location_dest_id.usage in OUTSIDE:
            return True
        source = goods.location_id.usage
        if source in INSIDE and target in INSIDE and self._leaves_inside(goods):
            return True
        return source in OURS and self._sells_or_uses()

    @api.model
    def _get_leaving_domain(self):
        """Domain of the move lines that leave, for a search."""
        outside = Domain("location_dest_id.usage", "in", OUTSIDE)
        outside |= Domain.custom(to_sql=_sql_leaves_by_move)
        inside = Domain("location_dest_id.usage", "in", INSIDE)
        inside &= Domain("location_dest_id.recall_is_quarantine", "=", False)
        inside &= Domain("location_id.usage", "in", INSIDE)
        inside &= Domain.custom(to_sql=_sql_leaves_inside)
        return outside | inside

    def _leaves_inside(self, goods):
        """Whether goods that stay in the company leave their place: what comes in from
        a subcontractor does not, nor what goes back to the one who made it."""
        source, target = goods.location_id, goods.location_dest_id
        # A line tells where goods are, and a move around which place to look for them.
        if target.recall_is_quarantine or (source == target and goods != self):
            return False
        if target._is_at_subcontractor():
            return not self._goes_back_to_subcontractor(goods)
        return not source._is_at_subcontractor()

    def _goes_back_to_subcontractor(self, goods):
        """Whether this move returns goods to the subcontractor who made them: inside
        the company for Odoo, back to the vendor for a hold.

        :param goods: see `_leaves`
        """
        made = self.origin_returned_move_id
        return bool(
            made
            and made.product_id == goods.product_id
            and made.location_id == goods.location_dest_id
            and made.location_id._is_at_subcontractor()
            and made.is_subcontract  # where nobody is a subcontractor it is no field
        )

    def _sells_or_uses(self):
        """Whether a customer gets the goods, or something is made or repaired with
        them, though by its places they go to scrap, the vendor or quarantine: those of
        contacts, products and operation types may be any."""
        return self._uses_up() or self._sells() or self._sells_at_till()

    def _uses_up(self):
        """Whether something is made or repaired with the goods, or they are taken
        apart; what is scrapped from there is not used."""
        if "repair_line_type" in self._fields and self.repair_line_type == "add":
            return True
        if "raw_material_production_id" not in self._fields or self.scrap_id:
            return False
        return bool(self.raw_material_production_id or self.unbuild_id)

    def _sells(self):
        """Whether this move delivers what was ordered to where no customer is. What was
        bought for an order may go back to its vendor."""
        is_bought = "purchase_line_id" in self._fields and self.purchase_line_id
        is_free = self.location_dest_id.usage in ("inventory", "supplier")
        return bool(is_free and self.sale_line_id and not is_bought)

    def _sells_at_till(self):
        """Whether this move is of a sale at a till, which notes that on its transfer
        once it is done; what is scrapped from there is not sold."""
        if "pos_session_id" not in self.picking_id._fields or self.scrap_id:
            return False
        is_till = self.env.context.get("recall_till") is TRUSTED
        return is_till or bool(self.picking_id.pos_session_id)


def _sql_leaves_by_move(model, alias, query):
    """The part of `stock.move._leaves` that its lines do not tell; a query of its own
    for each line, of which few are on hold: else PostgreSQL may read all moves."""
    return SQL(
        """
        (SELECT place.usage = ANY(%(outside)s)
                OR (source.usage = ANY(%(ours)s) AND (%(sells_or_uses)s))
           FROM stock_move AS move
           JOIN stock_location AS place ON place.id = move.location_dest_id
           JOIN stock_location AS source ON source.id = %(line)s.location_id
      LEFT JOIN stock_picking AS picking ON picking.id = move.picking_id
          WHERE move.id = %(line)s.move_id)
        """,
        line=SQL.identifier(alias),
        outside=list(OUTSIDE),
        ours=list(OURS),
        sells_or_uses=_sql_sells_or_uses(model.env),
    )


def _sql_sells_or_uses(env):
    """As `stock.move._sells_or_uses`, of `move` to `place`, on `picking`."""
    fields = env["stock.move"]._fields
    sells = SQL("place.usage IN ('inventory', 'supplier') AND move.sale_line_id > 0")
    if "purchase_line_id" in fields:
        sells = SQL("%s AND move.purchase_line_id IS NULL", sells)
    cases = [sells]
    if "repair_line_type" in fields:
        cases.append(SQL("move.repair_line_type = 'add'"))
    if "raw_material_production_id" in fields:
        uses = "(move.raw_material_production_id > 0 OR move.unbuild_id > 0)"
        cases.append(SQL("move.scrap_id IS NULL AND %s", SQL(uses)))
    if "pos_session_id" in env["stock.picking"]._fields:
        cases.append(SQL("move.scrap_id IS NULL AND picking.pos_session_id > 0"))
    return SQL(" OR ").join(SQL("(%s)", case) for case in cases)


def _sql_leaves_inside(model, alias, query):
    """The part of `stock.move._leaves_inside` that places alone do not tell."""
    line = SQL.identifier(alias)
    subcontractors = model.env["stock.location"]._get_subcontractor_ids()
    if not subcontractors:
        return SQL("%s.location_id <> %s.location_dest_id", line, line)
    return SQL(
        """
        %(line)s.location_id <> %(line)s.location_dest_id
        AND CASE WHEN %(line)s.location_dest_id <> ALL(%(subcontractors)s)
                 THEN %(line)s.location_id <> ALL(%(subcontractors)s)
                 ELSE NOT EXISTS (
                     SELECT
                       FROM stock_move AS back
                       JOIN stock_move AS made ON made.id = back.origin_returned_move_id
                      WHERE back.id = %(line)s.move_id
                        AND made.is_subcontract
                        AND made.product_id = %(line)s.product_id
                        AND made.location_id = %(line)s.location_dest_id
                 )
             END
        """,
        line=line,
        subcontractors=subcontractors,
    )
