from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .recall_hold import TRUSTED


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        if (
            not self  # as Odoo writes for each transfer that has none to write
            or "state" not in vals
            or self.env.context.get("recall_moving") is TRUSTED
            or self.env.context.get("recall_reserving") is TRUSTED
        ):
            return super().write(vals)
        # Odoo lets anybody who may write a move say that it is done, or is not.
        changed = self.filtered(lambda move: move.state != vals["state"])
        changed._check_stays_done()
        changed.move_line_ids._guard_edit()
        result = super().write(vals)
        changed.move_line_ids._filter_done()._guard_done()
        return result

    def _check_stays_done(self):
        """Refuse to take back that goods moved: while nothing is on hold, the record of
        where they went could be rewritten, and a later trace would miss them.

        :raise UserError: naming the move, when it is done
        """
        if self.env.su:
            return
        for move in self.filtered(lambda move: move.state == "done"):
            raise UserError(
                self.env._(
                    "%(move)s (%(goods)s) is done and stays so: it is the record of "
                    "where the goods went. Return the goods instead.",
                    move=move.reference or move.display_name,
                    goods=move.product_id.display_name,
                )
            )

    def _action_done(self, cancel_backorder=False):
        if not self:  # as it is called for each transfer that made nothing
            return super()._action_done(cancel_backorder=cancel_backorder)
        # Its lines have been judged when they moved the goods.
        moves = self.with_context(recall_moving=TRUSTED)
        return (
            super(StockMove, moves)
            ._action_done(cancel_backorder=cancel_backorder)
            .with_env(self.env)
        )

    def _gives_back(self):
        """Whether this move gives goods back that had gone: by a return, or out of
        what they were made or repaired with."""
        return bool(
            self.origin_returned_move_id
            or ("unbuild_id" in self._fields and self.unbuild_id)
            or (
                "repair_line_type" in self._fields
                and self.repair_line_type in ("remove", "recycle")
            )
        )

    def _filter_returns_of_held(self):
        """The moves that return nothing but lots on hold: Odoo reserves for a return
        what it returns, and no other lot."""
        lots = self.move_orig_ids.move_line_ids.lot_id
        if not lots:
            return self.browse()
        nothing = self.env["product.product"]
        held = self.env["recall.hold"]._read_active(lots, nothing).lot_id
        return self.filtered(
            lambda move: (
                move._may_take_held()
                and move.move_orig_ids.move_line_ids
                and all(
                    line.lot_id in held for line in move.move_orig_ids.move_line_ids
                )
            )
        )

    def _get_waiting_for_held(self):
        """How much these returns of one product are still to take of what there is of
        their lots in the warehouse, in the unit of the product."""
        lots = self.move_orig_ids.move_line_ids.lot_id
        warehouses = self.location_id.warehouse_id
        [(quantity, reserved)] = self.env["stock.quant"]._read_group(
            Domain("lot_id", "in", lots.ids)
            & Domain("location_id.warehouse_id", "in", warehouses.ids),
            [],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        wanted = sum(move.product_qty for move in self)
        wanted -= sum(self.move_line_ids.mapped("quantity_product_uom"))
        return max(min(wanted, quantity - reserved), 0.0)

    def _filter_barred(self):
        """The moves that may not take goods of which some are on hold, as far as this
        worker has heard: without any hold it asks for nothing."""
        _lots, products = self.env["recall.hold"]._get_active_keys()
        return self.filtered(
            lambda move: move.product_id.id in products and not move._may_take_held()
        )

    def _with_held_goods(self):
        """These moves, allowed to reserve held goods where those may go."""
        if all(move._may_take_held() for move in self):
            return self.with_context(recall_allow_held=TRUSTED)
        return self

    def _compute_product_availability(self):
        """Held goods are available to who may take them alone."""
        barred = self._filter_barred()
        super(StockMove, self - barred)._compute_product_availability()
        barred = barred.with_context(recall_exclude_held=TRUSTED)
        return super(StockMove, barred)._compute_product_availability()

    def _action_assign(self, force_qty=False):
        if not self:
            return super()._action_assign(force_qty)
        # What it reserves has been judged: its lines need no guard of their own.
        moves = self.with_context(recall_reserving=TRUSTED)
        return super(StockMove, moves)._action_assign(force_qty)

    def _update_reserved_quantity_vals(
        self,
        need,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        return super(StockMove, self._with_held_goods())._update_reserved_quantity_vals(
            need, location_id, lot_id, package_id, owner_id, strict
        )

    def _set_quantity_done_prepare_vals(self, qty):
        moves = self._with_held_goods()
        return super(StockMove, moves)._set_quantity_done_prepare_vals(qty)

    def _set_lot_ids(self):
        for move in self:
            super(StockMove, move._with_held_goods())._set_lot_ids()
        return None
