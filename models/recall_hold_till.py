import functools

from odoo import models

from .recall_hold import TRUSTED


class RecallHold(models.Model):
    """What a till has to know of holds.

    Point of sale is not among our dependencies, and a class that inherits one of its
    models would need it installed. So its methods are wrapped once the registry is
    complete, where it is there, as `base_automation` wraps those of any model.
    """

    _inherit = "recall.hold"

    def _register_hook(self):
        result = super()._register_hook()
        self._unwrap_soft()
        for name, method, wrap in self._get_soft_wrappers():
            model = self.env.registry.get(name)
            # a transfer is there without point of sale, too
            if origin := getattr(model, method, None):
                wrapped = functools.wraps(origin)(wrap(origin))
                wrapped.recall_origin = origin
                setattr(model, method, wrapped)
        return result

    def _unregister_hook(self):
        self._unwrap_soft()
        return super()._unregister_hook()

    def _unwrap_soft(self):
        for name, method, _wrap in self._get_soft_wrappers():
            model = self.env.registry.get(name)
            # what the registry's own class has, and not what it inherits
            if hasattr(vars(model or object).get(method), "recall_origin"):
                delattr(model, method)

    def _get_soft_wrappers(self):
        """[(model, method, what makes the new method of the one that is there)]"""
        return [
            ("pos.order.line", "get_existing_lots", _offer_no_held_lots),
            ("stock.picking", "_create_picking_from_pos_order_lines", _keep_the_sale),
            ("pos.order.line", "_launch_stock_rule_from_pos_order_lines", _ship_later),
        ]


def _offer_no_held_lots(origin):
    def get_existing_lots(self, company_id, config_id, product_id):
        offered = origin(self, company_id, config_id, product_id)
        # sudo: nothing but that a lot is held is told, by its not being offered
        lots = self.env["stock.lot"].sudo().browse([lot["id"] for lot in offered])
        held = set(lots.filtered("recall_hold").ids)
        return [lot for lot in offered if lot["id"] not in held]

    return get_existing_lots


def _keep_the_sale(origin):
    def _create_picking_from_pos_order_lines(self, *args, **kwargs):
        # The customer has paid and gone: the sale is kept, and so are the books. What
        # is on hold stays behind when the transfer is done, which the till would not
        # tell anybody, as it swallows what a transfer raises.
        pickings = self.with_context(recall_till=TRUSTED)
        made = origin(pickings, *args, **kwargs)
        # What stayed behind belongs to the same order or session.
        return (made | made.backorder_ids).with_env(self.env)

    return _create_picking_from_pos_order_lines


def _ship_later(origin):
    def _launch_stock_rule_from_pos_order_lines(self):
        result = origin(self)
        for order in self.order_id:
            order.picking_ids._ask_for_held_lots(
                {(lot.product_id, lot.lot_name) for lot in order.lines.pack_lot_ids}
            )
        return result

    return _launch_stock_rule_from_pos_order_lines
