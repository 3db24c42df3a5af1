from odoo import models


class RecallHold(models.Model):
    """What happens to holds when their goods move to where they may, or come in.

    Goods without a lot are held by the place where they lie, so their holds go along
    with them: into quarantine, out of a transit, and to where a customer sends them
    back.
    """

    _inherit = "recall.hold"

    def _follow_moves(self, lines):
        """Go along with goods that moved to where they may, or arrived, and tell each
        case which of its own did.

        :param self: the active holds on the goods of these lines
        :param lines: done `stock.move.line`
        :return: these holds, and those that went along
        """
        followed = self
        for case, holds in self.grouped("case_id").items():
            arrived = holds._follow_arrivals(lines)
            followed = followed.union(*arrived.values())
            moved = arrived | lines._match_holds(holds, True)
            if case and moved:
                case._log_held_moves(lines.filtered(lambda line, m=moved: line in m))
        return followed

    def _follow_arrivals(self, lines):
        """Hold goods without a lot where they have come in.

        What a customer sends back may be of what the case looks for, as nothing tells
        units without a lot apart; so may what comes back from scrap, where held goods
        may go. It counts where the case holds goods in the company that takes them.

        :param self: the active holds of one case, or of none
        :param lines: done `stock.move.line`
        :return: {line: the hold that its goods are on now}
        """
        by_product = self.grouped("product_id")
        arrived = {}
        for line in lines._filter_arriving():
            holds = by_product.get(line.product_id, self.browse())
            if hold := holds._follow(line):
                by_product[line.product_id] |= hold
                arrived[line] = hold
        return arrived

    def _follow(self, line):
        """Let one of these holds on a product go along with what a line brought.

        :return: the hold that it is under now, if any
        """
        place, origin = line.location_dest_id, line.location_id
        loose = self.filtered("location_id")
        if there := loose.filtered(lambda hold: place._child_of(hold.location_id)):
            return there[0]
        if origin.usage == "customer":
            came = self.filtered(lambda hold: hold._may_come_back(line))
        else:
            came = loose.filtered(lambda hold: origin._child_of(hold.location_id))
            came = came or line._find_unnamed_hold(self)
        return came and came[0]._extend_to(place)

    def _may_come_back(self, line):
        """Whether a line may bring goods of this hold back, from a customer or out of
        scrap, without their number."""
        company = line.location_dest_id.company_id or line.location_id.company_id
        if not self.lot_id:
            return self.location_id.company_id == company
        sent = line.move_id.origin_returned_move_id.move_line_ids.lot_id
        ours = self.company_id | self.case_id.company_ids
        return company in ours and (not sent or self.lot_id in sent)

    def _extend_to(self, place):
        """Hold the product of this hold in another place, for the same reason."""
        # As the user who placed it, who then is not the one to release it. sudo: goods
        # stay on hold, whoever moves them.
        holds = self.with_user(self.placed_by).with_company(self.company_id).sudo()
        held = holds._place(
            self.env["stock.lot"],
            self.reason,
            self.case_id,
            [(self.product_id, place)],
            self.expires_on,
        )
        if self.case_id:
            self.case_id._log_arrival(held)
        return held
