from psycopg2.errors import SerializationFailure

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

# Key of what this transaction has read, in the cache of its cursor.
HELD_LOTS = "recall_held_lots"
# More lots of one product than this are looked up in the database.
MANY = 1000


class RecallHold(models.Model):
    """Which goods the active holds are on."""

    _inherit = "recall.hold"

    @api.model
    def _read_active(self, lots, products, passing=False):
        """The active holds on lots, and all on products.

        :param lots: `stock.lot`
        :param products: `product.product` of goods that move without a lot
        :param passing: whether goods leave; then no hold is placed on them before
            this transaction ends, and none was since it began
        :return: `recall.hold`, as superuser
        """
        gate = self.env["recall.hold.gate"]
        passed = SQL("SELECT 0")
        if passing:
            passed = gate._pass_sql(lots.product_id | products)
        query = SQL(
            """
            WITH gate AS MATERIALIZED (%(passed)s)
            SELECT hold.id
              FROM gate
              -- from the gate on: an inner join may start at holds, find none, and
              -- never come to it
              LEFT JOIN recall_hold hold
                ON hold.state = 'active'
               AND (hold.lot_id = ANY(%(lots)s)
                    OR hold.product_id = ANY(%(products)s))
             ORDER BY hold.id
            """,
            passed=passed,
            lots=lots.ids,
            products=products.ids,
        )
        try:
            rows = self.env.execute_query(query)
        except SerializationFailure:
            # A hold was placed, and this is run again: it has to know.
            self._forget_active_keys()
            raise
        # sudo: whoever moves goods has to know that they are held, and why.
        return self.sudo().browse(hold_id for (hold_id,) in rows if hold_id)

    @api.model
    def _pass_gates(self, products):
        """Make sure that this transaction sees what is on hold of products, and that
        nothing is held or released before it ends."""
        self._read_active(self.env["stock.lot"], products, passing=True)

    # A batch asks twice: before it is validated, so that held goods stay behind and
    # the others go through, and at the gate. The first is for comfort, and answered
    # from the registry's cache, which placing and releasing clear. It may be behind: a
    # worker has not been told yet, is killed before it tells, or has filled it from a
    # snapshot older than the hold. Then the gate refuses, which clears it here (Odoo
    # undoes no clearing when it rolls back), and the next click leaves the goods
    # behind. Nothing ever leaves because the cache says so.

    @api.model
    @ormcache()
    def _get_active_keys(self):
        """(ids of the lots on hold, ids of the products that any hold is on)"""
        rows = self.env.execute_query(
            SQL("SELECT lot_id, product_id FROM recall_hold WHERE state = 'active'")
        )
        lots, products = zip(*rows, strict=True) if rows else ((), ())
        return frozenset(lots) - {None}, frozenset(products)

    def _forget_active_keys(self):
        self.env.registry.clear_cache()

    @api.model
    def _may_be_on(self, lines):
        """Whether goods of `stock.move.line` may be on hold, as far as this worker has
        heard; without a lot, they may be any of the product."""
        lots, products = self._get_active_keys()
        return bool(products) and any(
            line.lot_id.id in lots if line.lot_id else line.product_id.id in products
            for line in lines
        )

    # Whoever reserves asks for each move, and planning the query of `_held_sql` takes
    # longer than reading all there is on hold, once. A transaction sees one state of
    # it; Odoo forgets the cache below with its end and with each rollback.

    @api.model
    def _get_held_lot_ids(self, product):
        """Ids of the lots of a product that are on hold, as this transaction sees it.

        :return: a set; None where only a query can tell: there are many, or goods
            without a lot are on hold in some place
        """
        cache = self.env.cr.cache
        if HELD_LOTS not in cache:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT product_id,
                           CASE WHEN count(*) = count(lot_id) AND count(*) <= %s
                                THEN array_agg(lot_id)
                           END
                      FROM recall_hold
                     WHERE state = 'active'
                     GROUP BY product_id
                    """,
                    MANY,
                )
            )
            cache[HELD_LOTS] = {
                product_id: lot_ids and frozenset(lot_ids)
                for product_id, lot_ids in rows
            }
        return cache[HELD_LOTS].get(product.id, frozenset())

    @api.model
    def _is_any_of(self, product):
        """Whether any goods of a product are on hold, as this transaction sees it."""
        return self._get_held_lot_ids(product) != frozenset()

    def _invalidate_held(self):
        self._forget_active_keys()
        self.env.cr.cache.pop(HELD_LOTS, None)
        return super()._invalidate_held()

    @api.model
    def _is_any_active(self):
        return bool(self.sudo().search_count([("state", "=", "active")], limit=1))

    @api.model
    def _held_sql(self, table, condition=None):
        """Query for the ids of all rows of a table whose goods an active hold is on.

        :param table: `stock_quant` or `stock_move_line`, which both say of which
            product, lot and location they are
        :param condition: SQL on `hold` and on `goods`, the row, as a further limit
        """
        return SQL(
            """
            SELECT goods.id
              FROM recall_hold hold
              JOIN %(table)s goods
                ON goods.product_id = hold.product_id AND goods.lot_id = hold.lot_id
             WHERE hold.state = 'active' AND %(condition)s
             UNION ALL
            SELECT goods.id
              FROM recall_hold hold
              JOIN stock_location place ON place.id = hold.location_id
              JOIN stock_location location
                ON location.parent_path LIKE place.parent_path || '%%'
              JOIN %(table)s goods
                ON goods.location_id = location.id
               AND goods.product_id = hold.product_id AND goods.lot_id IS NULL
             WHERE hold.state = 'active' AND hold.lot_id IS NULL AND %(condition)s
            """,
            table=SQL.identifier(table),
            condition=condition or SQL("TRUE"),
        )

    @api.model
    def _get_held_domain(self, condition=None, table="stock_quant"):
        """Domain of the rows whose goods are on hold; see `_held_sql`."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (%s)",
                SQL.identifier(alias, "id"),
                self._held_sql(table, condition),
            )
        )

    def _get_held_quants_domain(self):
        """Domain on `stock.quant` of all the goods that these holds are on."""
        return self._get_held_domain(SQL("hold.id = ANY(%s)", self.ids))

    def _is_emptied_by(self, lines):
        """Whether lines took goods without a lot out of the place of this hold, and
        left none of them.

        :param lines: done `stock.move.line`
        """
        self.ensure_one()
        if not any(
            line.product_id == self.product_id
            and line.location_id._child_of(self.location_id)
            for line in lines
        ):
            return False
        left = self._get_held_quants_domain() & Domain("quantity", ">", 0)
        return not self.env["stock.quant"].search_count(left, limit=1)

    def _match_lines(self, lines, ends=("location_id",)):
        """{line: the first of these holds that is on its goods}, for those held.

        :param lines: `stock.move.line` or `stock.quant`
        :param ends: at which of their ends goods without a lot count as held
        """
        by_lot, by_product = {}, self.filtered("location_id").grouped("product_id")
        for hold in self.filtered("lot_id"):
            by_lot.setdefault(hold.lot_id, hold)
        matched = {}
        for line in lines:
            hold = by_lot.get(line.lot_id) or next(
                (
                    hold
                    for hold in by_product.get(line.product_id, ())
                    if not line.lot_id
                    and any(line[end]._child_of(hold.location_id) for end in ends)
                ),
                None,
            )
            if hold:
                matched[line] = hold
        return matched
