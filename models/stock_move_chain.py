from odoo import fields, models
from odoo.fields import Command

from .recall_hold import TRUSTED


def _get_goods(record):
    """What tells goods apart that Odoo reserves: of a quant, or of a move line."""
    return record.location_id, record.lot_id, record.package_id, record.owner_id


class StockMove(models.Model):
    """Finds other goods for a move that lost what was brought for it.

    It takes what the moves before it brought and nothing else. What was picked for it
    is picked anew where its chain begins; what came in for it, bought or made to order,
    is made up for by what else lies where it takes its goods.
    """

    _inherit = "stock.move"

    def _compute_forecast_information(self):
        """Odoo counts what is free anywhere in the warehouse, out of reach of a later
        step that lost its goods."""
        result = super()._compute_forecast_information()
        for move in self._filter_barred()._filter_open():
            if any(step.state == "done" for step in move.move_orig_ids):
                move.forecast_availability = min(
                    move.forecast_availability, move._get_quantity_in_reach()
                )
        return result

    def _get_available_move_lines(
        self, assigned_moves_ids, partially_available_moves_ids
    ):
        brought = super()._get_available_move_lines(
            assigned_moves_ids, partially_available_moves_ids
        )
        if not self._has_lost_what_came_in():
            return brought
        # Only for its reservation: it stays linked to what came in for it, and nothing
        # is bought or made to order again.
        return brought | self._get_others_beside(brought)

    def _has_lost_what_came_in(self):
        """Whether goods on hold came in for this move, which takes them to a customer
        or a production: no others are put away, or given back, in their place."""
        if (
            not self._filter_barred()
            or self._gives_back()
            or self._should_bypass_reservation()
            or not self._leaves_warehouse()
            or (self._get_former_step() and not self._takes_from_stock())
        ):
            return False
        brought = self.move_orig_ids.move_line_ids._filter_done()
        held = brought._match_holds(brought._read_holds(), ends=("location_dest_id",))
        return bool(held)

    def _get_others_beside(self, brought):
        """What else this move may reserve where it takes its goods, but for as much as
        open steps are to bring.

        :param brought: as `_get_available_move_lines` returns it, and so is the result
        """
        others, reserved = {}, self.move_line_ids.grouped(_get_goods)
        lacking = max(self.product_qty - self._get_quantity_to_come(), 0.0)
        for quant, quantity in self.env["stock.quant"]._get_reserve_quantity(
            self.product_id, self.location_id, lacking, self.product_uom
        ):
            goods = _get_goods(quant)
            lines = reserved.get(goods, self.move_line_ids.browse())
            quantity += sum(lines.mapped("quantity_product_uom"))  # Odoo takes it off
            others[goods] = max(quantity, brought.get(goods, 0.0))
        return others

    def _pick_anew(self, lost):
        """Pick other goods for these moves, as far as there are any where their chains
        begin.

        :param lost: {move: quantity that it lost, in the unit of its product}
        :return: {move: the first step of what is picked anew for it}
        """
        anew = {}
        # one after the other: what one reserves is not free for the next
        for move in self.filtered("move_orig_ids"):
            move = move.with_company(move.company_id)
            steps = move._get_former_steps()
            if not steps:
                continue
            wanted = min(lost[move], move.product_qty - move._get_quantity_in_reach())
            quantity = min(wanted, move._get_quantity_free(steps[-1].location_id))
            if move.product_id.uom_id.compare(quantity, 0) > 0:
                anew[move] = move._repeat_steps(steps, quantity)
        return anew

    def _get_former_steps(self):
        """The done moves that brought goods to this one inside our places, the latest
        first; none where the goods come in to stay."""
        steps, step = self.browse(), self
        if self._leaves_warehouse():
            while step := step._get_former_step():
                steps += step
        return steps

    def _leaves_warehouse(self):
        target = self.location_final_id or self.location_dest_id
        return target.warehouse_id != self.location_id.warehouse_id

    def _takes_from_stock(self):
        stock = self.location_id.warehouse_id.lot_stock_id
        return bool(stock) and self.location_id._child_of(stock)

    def _get_former_step(self):
        return self.move_orig_ids.filtered(lambda move: move._is_step_to(self))[:1]

    def _is_step_to(self, move):
        """Whether this move brought goods of ours to where another takes them on."""
        return (
            self.state == "done"
            and self.product_id == move.product_id
            and self.location_id.usage == "internal"
            and move.location_id._child_of(self.location_dest_id)
        )

    def _get_quantity_in_reach(self):
        """What this move has reserved, and may get from the steps before it, done or
        open, in the unit of its product."""
        return self._get_quantity_to_come() + sum(
            min(brought, self._get_quantity_free(*goods, strict=True))
            for goods, brought in self._get_available_move_lines((), ()).items()
        )

    def _get_quantity_to_come(self):
        """What this move has reserved, and the open steps before it are to bring, in
        the unit of its product."""
        steps = self.move_orig_ids._filter_open()
        reserved = sum(self.move_line_ids.mapped("quantity_product_uom"))
        return reserved + sum(steps.mapped("product_qty"))

    def _get_quantity_free(self, place, *goods, **options):
        """What of the product may be reserved in a place, but for what is on hold.

        See `stock.quant._get_available_quantity`.
        """
        quants = self.env["stock.quant"].with_context(recall_exclude_held=TRUSTED)
        return quants._get_available_quantity(self.product_id, place, *goods, **options)

    def _get_quantity_coming(self):
        """What the open steps before this move have reserved for it, in the unit of
        its product."""
        steps = self.move_orig_ids._filter_open()
        reserved = sum(steps.move_line_ids.mapped("quantity_product_uom"))
        return reserved + sum(step._get_quantity_coming() for step in steps)

    def _filter_open(self):
        return self.filtered(lambda move: move.state not in ("done", "cancel"))

    def _repeat_steps(self, steps, quantity):
        """Make these steps again for this move, with other goods.

        :param steps: as `_get_former_steps` returns them
        :param quantity: in the unit of the product
        :return: the first step, reserved
        """
        following, repeated = self, self.browse()
        for step in steps:
            following = step.copy(step._prepare_repeated_vals(following, quantity))
            repeated += following
        # a move of its own each: one reserved for several could not tell whose it is
        repeated._action_confirm(merge=False)
        repeated[-1]._action_assign()
        self._recompute_state()
        return repeated[-1]

    def _prepare_repeated_vals(self, following, quantity):
        return {
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": quantity,
            "date": fields.Datetime.now(),
            "date_deadline": self.date_deadline,
            "picking_id": False,
            "move_dest_ids": [Command.link(following.id)],
            # It ends where the next step waits for it, and no rule asked for it: else
            # the order, and the forecast, would count it as a further demand.
            "location_final_id": self.location_dest_id.id,
            "rule_id": False,
        }
