from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class RecallPending(models.Model):
    """Affected goods on their way, or about to be, with the document to stop."""

    _name = "recall.pending"
    _description = "Affected Goods on Their Way"
    _inherit = ["recall.snapshot.line", "recall.quantity", "recall.reference"]
    _order = "case_id, scheduled_date, id"
    _rec_name = "document"
    _log_access = False  # who traced, and when, is on the case
    _key_columns = "case_id, trace_key"

    stage = fields.Selection(
        [
            ("planned", "Would be taken"),
            ("reserved", "Reserved"),
            ("picked", "Picked"),
            ("packed", "Packed"),
            ("in_transit", "In transit"),
        ],
        required=True,
        readonly=True,
        help="Would be taken: an open order needs this product from a place where "
        "affected goods lie that are not on hold, and has not reserved them yet. It is "
        "listed under each lot that it may take.",
    )
    move_id = fields.Many2one(
        "stock.move",
        "Stock Move",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    document = fields.Char("Document to Stop")
    partner_id = fields.Many2one(
        "res.partner", "For", readonly=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "stock.location", "Now In", readonly=True, ondelete="restrict"
    )
    location_dest_id = fields.Many2one(
        "stock.location", "Going To", readonly=True, ondelete="restrict"
    )
    package_id = fields.Many2one("stock.package", readonly=True, ondelete="set null")
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Of this lot. What would be taken is at most what is free of the lot, and "
        "what the order still needs: an order that may take several lots is listed "
        "under each of them, so groups of such rows show no total.",
    )
    qty_needed = fields.Float(
        "Still Needed",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="What the order that would take it needs and has not reserved yet, of "
        "whatever lot.",
    )
    lot_count = fields.Integer(
        "Lots It May Take",
        readonly=True,
        aggregator=None,
        help="How many affected lots the order that would take it may take of. It is "
        "listed under the 100 oldest of them at most; excluded ones come last when you "
        "trace again.",
    )
    scheduled_date = fields.Datetime(readonly=True)

    trace_key = fields.Char(
        required=True,
        readonly=True,
        help="What the row hangs on, so that a re-trace finds the same row again.",
    )

    _key = models.UniqueIndex("(case_id, trace_key)")

    def _read_group_select(self, aggregate_spec, query):
        select = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "quantity:sum":
            return select
        planned = self._field_to_sql(self._table, "stage", query)
        move = self._field_to_sql(self._table, "move_id", query)
        # One order under two lots: the sum would count its demand twice.
        return SQL(
            "CASE WHEN COUNT(%(move)s) FILTER (WHERE %(planned)s = 'planned') = "
            "COUNT(DISTINCT %(move)s) FILTER (WHERE %(planned)s = 'planned') "
            "THEN %(select)s END",
            planned=planned,
            move=move,
            select=select,
        )

    @api.model
    def _sum_quantities(self, domain):
        """Units on their way: what is set aside or in transit, and what open orders
        would take, each order with no more than it needs, and all of them together
        with no more than is free.

        :param domain: the rows that count
        :return: {`recall.case`: {`uom.uom`: quantity}}
        """
        totals = defaultdict(lambda: defaultdict(float))
        for case, uom, quantity in self._read_group(
            Domain(domain) & Domain("stage", "!=", "planned"),
            ["case_id", "product_uom_id"],
            ["quantity:sum"],
        ):
            totals[case][uom] += quantity
        planned = Domain(domain) & Domain("stage", "=", "planned")
        free = self._sum_free(planned)
        for key, quantity in self._sum_demands(planned).items():
            case, uom, _product = key
            totals[case][uom] += min(quantity, free[key])
        return totals

    def _sum_demands(self, domain):
        """{(case, unit, product): what planned rows of `domain` would take}"""
        demands = defaultdict(float)
        for *key, _move, needed, quantities in self._read_group(
            domain,
            ["case_id", "product_uom_id", "product_id", "move_id"],
            ["qty_needed:max", "quantity:array_agg"],
        ):
            demands[tuple(key)] += min(needed, sum(quantities))
        return demands

    def _sum_free(self, domain):
        """{(case, unit, product): what is free of the lots of planned rows}"""
        free = defaultdict(float)
        for *key, affected in self._read_group(
            domain, ["case_id", "product_uom_id", "product_id", "affected_id"]
        ):
            free[tuple(key)] += max(affected.qty_on_hand - affected.qty_reserved, 0)
        return free
