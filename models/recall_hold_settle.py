import logging
import time
from datetime import timedelta
from functools import partial

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying
from odoo.tools import SQL

from .recall_hold_gate import LOCK_SPACE

_logger = logging.getLogger(__name__)

# Move lines broken in one transaction.
BATCH = 200
# And while the person who pressed the button waits, for about so many seconds: what is
# picked anew takes its time. The cron does the rest.
BATCH_AT_ONCE = 20
SECONDS_AT_ONCE = 2
# The lock of who settles, among those of the gates.
SETTLING = -1
# Seconds to let somebody else settle.
PATIENCE = 1
# After this time a transaction that reserved without seeing the hold has ended.
SECOND_LOOK = timedelta(minutes=2)


class RecallHold(models.Model):
    """What happens after a hold: reservations are broken, and people are told.

    Nothing notes how far this has come. What is left to do is read from the open move
    lines themselves, so it may be killed, run twice, or meet a reservation that was
    made meanwhile.
    """

    _inherit = "recall.hold"

    def _trigger_settle(self):
        """Settle once this transaction, and with it the hold, is committed.

        Before that it could fail on what others reserve meanwhile, and take the hold
        with it.
        """
        cron = self.env.ref("stock_recall.ir_cron_recall_settle")
        # sudo: the trigger carries nothing from the user
        cron.sudo()._trigger()
        cron.sudo()._trigger(fields.Datetime.now() + SECOND_LOOK)
        database, context = self.env.cr.dbname, self._get_context_of_user()
        self.env.cr.postcommit.add(
            lambda: self._settle_at_once(database, self.env.uid, context)
        )

    def _get_context_of_user(self):
        """What of the context is the user's, and not of the flow that placed the hold:
        a till's goods are sold already, those of others are not."""
        names = ("lang", "tz", "allowed_company_ids")
        return {
            name: self.env.context[name] for name in names if name in self.env.context
        }

    @staticmethod
    def _settle_at_once(database, uid, context):
        """Break the first reservations before the person sees the page again.

        Nothing is tried twice here, as the person waits; the cron does what is left.
        """
        started = time.monotonic()
        try:
            while time.monotonic() - started < SECONDS_AT_ONCE:
                with Registry(database).cursor() as cr:  # commits when it closes
                    # su: breaks reservations of held goods, whoever reserved them
                    env = api.Environment(cr, uid, context, su=True)
                    if not env["recall.hold"]._settle(batch=BATCH_AT_ONCE):
                        return
            with Registry(database).cursor() as cr:
                # Its turn may have been over while we were at it.
                env = api.Environment(cr, uid, context, su=True)
                env.ref("stock_recall.ir_cron_recall_settle")._trigger()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.info("Settling a recall hold is left to the cron: goods are moving")
        except Exception:
            # The hold is in force, and the cron settles what is left.
            _logger.warning("Settling a recall hold is left to the cron", exc_info=True)

    @api.model
    def _cron_settle(self):
        """Break the reservations of held goods, batch by batch, then tell people."""
        remaining = self.env["stock.move.line"].search_count(self._get_broken_domain())
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        failed = set()  # tried again by the next run
        # Whoever ships meanwhile may win a conflict over a line.
        while settled := retrying(partial(self._settle, failed), self.env):
            if not self.env["ir.cron"]._commit_progress(settled):
                break
        if settled is None:
            time.sleep(PATIENCE)  # Odoo starts a cron with work left again at once
            self.env["ir.cron"]._commit_progress(remaining=max(remaining, 1))

    @api.model
    def _settle(self, failed=None, batch=None):
        """Break one batch of reservations of held goods.

        :param failed: ids of the move lines that could not be broken, to be left out;
            others are added
        :param batch: number of move lines, when not the usual one
        :return: number of move lines broken; 0 when none was left that can be, None
            when somebody else is at it
        """
        if not self._lock_settling():
            return None
        failed = set() if failed is None else failed
        while lines := self._find_broken(failed, batch or BATCH):
            if broken := self._try_to_break(lines, failed):
                return broken
        self._tell_responsible()
        return 0

    @api.model
    def _find_broken(self, failed, batch):
        """The next move lines to break, but those that failed."""
        # sudo: open move lines of any company, of goods that a hold is on
        lines = self.env["stock.move.line"].sudo()
        domain = self._get_broken_domain() & Domain("id", "not in", failed)
        # Lines of one move belong together: others lots are reserved for it once.
        return lines.search(domain, limit=batch, order="move_id, id")

    def _try_to_break(self, lines, failed):
        """Break the reservations of lines, those of each move for itself where Odoo
        refuses some: one must not keep the goods of all others reserved.

        :param failed: see `_settle`
        :return: number of lines broken; those that are not stay on hold all the same
        """
        try:
            with self.env.cr.savepoint():
                self._break(lines)
            return len(lines)
        except UserError as error:
            by_move = lines.grouped("move_id")
            if len(by_move) == 1:
                _logger.warning("%s keeps its held goods: %s", lines.move_id, error)
                failed.update(lines.ids)
                return 0
        return sum(self._try_to_break(group, failed) for group in by_move.values())

    def _lock_settling(self):
        """Whether this transaction, and until its end nobody else, settles.

        Two at once would break the same reservations, and tell the same people.
        """
        lock = SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_SPACE, SETTLING)
        ((is_ours,),) = self.env.execute_query(lock)
        return is_ours

    @api.model
    def _get_broken_domain(self, condition=None):
        """Domain of the open move lines that take held goods to where they may not
        go.

        :param condition: SQL on `hold`, as a limit to some of them
        """
        # the query below is not the ORM's
        for name in ("stock.picking", "stock.move", "stock.move.line"):
            self.env[name].flush_model()
        is_open = SQL(
            "goods.state NOT IN ('done', 'cancel') AND %s", condition or SQL("TRUE")
        )
        return (
            self._get_held_domain(is_open, "stock_move_line")
            & Domain("move_id", "!=", False)
            & Domain("quantity", ">", 0)
            & self.env["stock.move"]._get_leaving_domain()
        )

    @api.model
    def _settle_lines(self, lines):
        """Break reservations now that are to be broken soon, for a flow that could not
        go on with them."""
        if self._may_be_on(lines):
            self._settle_now(Domain("id", "in", lines.ids))

    @api.model
    def _settle_now(self, domain):
        """Break all reservations of held goods among the move lines of a domain, but
        those that Odoo refuses to break."""
        # sudo: as the cron does, whoever works on the document
        holds, lines = self.sudo(), self.env["stock.move.line"].sudo()
        if held := lines.search(self._get_broken_domain() & domain):
            holds._try_to_break(held, set())

    def _break(self, lines):
        """Take held goods away from open moves, and reserve others where there are
        any."""
        moves = lines.move_id
        holds = lines._read_holds()
        rows = self._prepare_interruptions(lines._match_holds(holds))
        lost = {
            move: sum(its.mapped("quantity_product_uom"))
            for move, its in lines.grouped("move_id").items()
        }
        lines._take_out()
        moves.filtered(lambda m: m.picked and not m.move_line_ids).picked = False
        replaceable = self._filter_replaceable(moves)
        replaceable._action_assign()
        anew = replaceable._pick_anew(lost)
        for row in rows:
            move = moves.browse(row["move_id"])
            row["picking_id"] = anew.get(move, move.browse()).picking_id.id
        self.env["recall.interruption"].create(rows)._share_with_cases(holds)

    @api.model
    def _filter_replaceable(self, moves):
        """Those of the moves whose product has other goods free, in any place: most
        of what a big hold breaks has none, and looking move by move takes longest."""
        products = moves.product_id
        free = Domain("product_id", "in", products.ids)
        free &= Domain("location_id.usage", "in", ("internal", "transit"))
        free &= self.env["stock.quant"]._get_unreserved_domain()
        free &= ~self._get_held_domain(SQL("hold.product_id = ANY(%s)", products.ids))
        rows = self.env["stock.quant"]._read_group(free, ["product_id"])
        replaceable = products.browse(product.id for (product,) in rows)
        return moves.filtered(lambda move: move.product_id in replaceable)

    def _prepare_interruptions(self, held):
        """:param held: {`stock.move.line`: hold on its goods}"""
        return [
            self._prepare_interruption_vals(line, hold) for line, hold in held.items()
        ]

    def _prepare_interruption_vals(self, line, hold):
        move = line.move_id
        document = move.picking_id or move._get_source_document()
        return {
            "company_id": move.company_id.id,
            "case_id": hold.case_id.id,
            "hold_id": hold.id,
            "document": document.display_name if document else move.reference,
            "res_model": document._name if document else move._name,
            "res_id": (document or move).id,
            "move_id": move.id,
            "partner_id": (move.partner_id or move.picking_id.partner_id).id,
            "location_id": line.location_id.id,
            "user_id": self._get_responsible(document, move, hold).id,
            "quantity": line.quantity_product_uom,
            "date": fields.Datetime.now(),
        }

    def _get_responsible(self, document, move, hold):
        """Whom to tell: who is in charge of the document, of its order, or of the
        recall, provided that they work in the company of the document."""
        candidates = (
            document.user_id if document and "user_id" in document._fields else None,
            move.sale_line_id.order_id.user_id,
            hold.case_id.user_id,
            hold.placed_by,
        )
        for user in filter(None, candidates):
            if user.active and move.company_id in user.company_ids:
                return user
        return (
            hold._get_members("stock_recall.group_recall_manager", move.company_id)
            or hold._get_members("stock.group_stock_manager", move.company_id)
            or hold._get_reviewer()
        )[:1]

    @api.model
    def _tell_responsible(self):
        """Give each responsible one activity for all their documents of a company that
        lost held goods since they were told last."""
        untold = (
            self.env["recall.interruption"].sudo().search([("is_told", "=", False)])
        )
        # The document is asked about once, however many cases hold its goods.
        first_told = untold.filtered(lambda row: not row.same_as_id)
        for (user, case, _company), rows in first_told.grouped(
            lambda row: (row.user_id, row.case_id, row.company_id)
        ).items():
            rows = rows.sorted(lambda row: (not row.quantity_short, row.id))
            rows._get_told_on().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Held goods were taken back"),
                note=self._prepare_told_note(rows, case),
                user_id=user.id,
            )
            for order, its in rows._group_by_order().items():
                order._message_log(body=self._prepare_told_note(its, case))
            rows._tell_sales_orders(partial(self._prepare_told_note, case=case))
        untold.is_told = True
        if untold.case_id:
            # The trace that followed the hold may have seen these goods reserved.
            untold.case_id._trigger_retrace()
        for case, rows in untold.grouped("case_id").items():
            (case or rows.hold_id)._log_interruptions(rows)

    def _prepare_told_note(self, rows, case):
        cases = self.env["recall.case"]
        return cases._render_lines(
            self.env._(
                "A recall hold%(case)s broke the reservation of these goods:",
                case=f" ({case.name})" if case else "",
            ),
            cases._tell_first(
                rows,
                lambda row: Markup("%s: %s") % (row._get_link(), row._get_loss()),
                most=50,
            ),
        )
