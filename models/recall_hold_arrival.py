from odoo import api, models

from ..tools.numbers import normalize_number


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
        place = line.location_dest_id
        loose = self.filtered("location_id")
        if there := loose.filtered(lambda hold: place._child_of(hold.location_id)):
            return there[0]
        if line._comes_back():
            came = self.filtered(lambda hold: hold._may_come_back(line))
        else:
            came = loose.filtered(lambda hold: hold._may_come_through(line))
            came = came or line._find_unnamed_hold(self)
        return came and came[0]._extend_to(places=[(self.product_id, place)])

    def _may_come_back(self, line, sent=None):
        """Whether a line may bring goods of this hold back without their number.

        :param sent: the lines by which they left; by default those it returns
        """
        company = line.location_dest_id.company_id or line.location_id.company_id
        sent = sent or line.move_id.origin_returned_move_id.move_line_ids
        if self._are_later(sent):
            return False
        if not self.lot_id:
            return self.location_id.company_id == company
        ours = self.company_id | self.case_id.company_ids
        return company in ours and (not sent.lot_id or self.lot_id in sent.lot_id)

    def _may_come_through(self, line):
        """Whether a line may bring goods of this hold out of the place that it is on,
        be it a transit, where each shipment is known by itself."""
        origin, sent = line.location_id, line.move_id.move_orig_ids.move_line_ids
        if origin.usage == "transit" and self._are_later(sent):
            return False
        return origin._child_of(self.location_id)

    def _are_later(self, lines):
        """Whether lines took their goods to where those of this hold could not go any
        more: what went then had been free."""
        # what a date was edited to says nothing
        dates = [line.recall_former_date or line.date for line in lines]
        is_later = bool(dates) and min(dates) > self.placed_at
        return is_later and lines == lines._filter_leaving()

    @api.model
    def _follow_numbers(self, lots):
        """Hold new lots whose numbers are those of lots on hold but for case and
        blanks: who typed them meant those.

        :param lots: new `stock.lot`
        """
        # No move may follow that would pass the gate.
        active = self._read_active(lots.browse(), lots.product_id, passing=True)
        if not active:
            return
        by_number = active._group_by_number()
        for lot in lots:
            goods = (lot.product_id, lot.name, lot.company_id)
            same = self._find_numbered(by_number, *goods)
            by_owner = same.grouped(lambda hold: (hold.case_id, hold.company_id))
            for holds in by_owner.values():
                holds[0]._extend_to(lots=lot)

    @api.model
    def _follow_to_sister(self, lots):
        """Hold lots under which a company received goods from a sister, where they have
        the numbers of lots on hold and the case looks in that company: for its trace
        they are the same goods.

        :param lots: `stock.lot`, each of a company
        """
        # A hold that is placed meanwhile knows nothing of what comes in here.
        active = self._read_active(lots.browse(), lots.product_id, passing=True)
        by_number = active._group_by_number()
        for lot in lots:
            key = (lot.product_id, normalize_number(lot.name))
            same = by_number.get(key, active.browse()).filtered(
                lambda hold, lot=lot: lot.company_id in hold.case_id.company_ids
            )
            for holds in same.grouped("case_id").values():
                if lot not in holds.lot_id:
                    holds[0]._extend_to(lots=lot)

    def _group_by_number(self):
        """{(product, number without case and blanks): holds}, to look many numbers up
        among many holds."""
        return self.filtered("lot_id").grouped(
            lambda hold: (hold.product_id, normalize_number(hold.lot_id.name))
        )

    @api.model
    def _find_numbered(self, by_number, product, number, company):
        """The holds on a lot of a product with this number, whatever its case and
        blanks.

        :param by_number: as `_group_by_number` returns it
        :param company: of who uses the number, be it no company's
        """
        same = by_number.get((product, normalize_number(number)), self.browse())
        companies = company.sudo().parent_ids
        return same.filtered(
            lambda hold: not company or hold.lot_id.company_id <= companies
        )

    def _extend_to(self, lots=None, places=()):
        """Hold more goods for the same reason.

        :param lots: `stock.lot`
        :param places: as of `_place`
        """
        # As the user who placed it, who then is not the one to release it, and in its
        # company where the goods are of none. sudo: goods stay on hold, whoever moves
        # them.
        holds = self.with_user(self.placed_by).with_company(self.company_id).sudo()
        held = holds._place(
            self.env["stock.lot"] if lots is None else lots,
            self.reason,
            self.case_id,
            places,
            self.expires_on,
        )
        if self.case_id:
            self.case_id._log_arrival(held)
        return held
