from odoo import models


class RecallHold(models.Model):
    """What a production has to know of holds, where there are productions."""

    _inherit = "recall.hold"

    def _get_soft_wrappers(self):
        wrapper = ("mrp.production", "_split_productions", _settle_first)
        return [*super()._get_soft_wrappers(), wrapper]


def _settle_first(origin):
    def _split_productions(self, *args, **kwargs):
        # It makes new lines of what is reserved, and these are refused. What is picked
        # stays so, and is refused when it is consumed.
        moves = self.move_raw_ids.filtered(lambda move: not move.picked)
        self.env["recall.hold"]._settle_lines(moves.move_line_ids)
        return origin(self, *args, **kwargs)

    return _split_productions
