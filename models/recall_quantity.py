from odoo import models
from odoo.tools import SQL


class RecallQuantity(models.AbstractModel):
    """Rows with quantities in the unit of their product.

    A group shows no total when its products are counted in different units: a sum
    of kilograms and boxes would be a wrong number in a place where people decide.
    """

    _name = "recall.quantity"
    _description = "Quantities in Units of Their Products"

    def _read_group_select(self, aggregate_spec, query):
        select = super()._read_group_select(aggregate_spec, query)
        name, _sep, function = aggregate_spec.partition(":")
        if function != "sum" or self._fields[name].type != "float":
            return select
        return self._in_one_unit(select, query)

    def _in_one_unit(self, select, query):
        """SQL for a total, empty where the group has products in several units."""
        unit = self._field_to_sql(self._table, "product_uom_id", query)
        return SQL(
            "CASE WHEN MIN(%(unit)s) = MAX(%(unit)s) THEN %(select)s END",
            unit=unit,
            select=select,
        )
