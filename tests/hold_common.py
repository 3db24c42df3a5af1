import re
from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.stock_recall.models import recall_case_retrace, recall_hold_settle

from .trace_common import TraceCommon

# Which case holds the goods, and why.
CAUSE = re.compile(r" is on hold (for RC/\d+/\d+|as a precaution) \(.+?\)\.")
# What to do next, in the words of each that refuses.
NEXT_STEP = re.compile(
    r"Take other goods; these may go to|Name the lot, or bring the held goods to|"
    r"Ask them to, and leave the count|Ask a recall manager to release it|"
    r"Use a transfer to quarantine|only the recall team may correct its number|"
    r"cannot be changed before it is released|in quarantine or released|"
    r"Bring other goods for it first"
)


class HoldCommon(TraceCommon):
    """Lots on hold, and readers of what became of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nut = cls._create_product("Nut")
        cls.bad, cls.good = cls.lots(cls.nut, "N-BAD", "N-GOOD")

    @classmethod
    def hold(cls, *lots, reason="Salmonella", **kwargs):
        """Hold lots without a case; returns the holds."""
        holds = cls.env["recall.hold"]
        return holds._place(cls.env["stock.lot"].concat(*lots), reason, **kwargs)

    @classmethod
    def settle(cls):
        """Break the reservations, as the cron does."""
        while cls.env["recall.hold"]._settle():
            pass

    @classmethod
    def open_quarantine_transfer(cls, quantity):
        """A transfer of nuts into quarantine, made by hand, with what Odoo reserves."""
        picking = cls.start_transfer(
            {cls.nut: quantity},
            cls.warehouse.int_type_id,
            cls.stock,
            cls.warehouse.recall_quarantine_loc_id,
        )
        picking.action_assign()
        return picking

    def run_cron(self, name):
        """Run what a cron of ours calls, within the transaction of the test."""
        crons = self.env.registry["ir.cron"]
        with (
            patch.object(crons, "_commit_progress", return_value=float("inf")),
            patch.object(recall_case_retrace, "retrying", lambda method, env: method()),
            patch.object(recall_hold_settle, "retrying", lambda method, env: method()),
        ):
            self.env.ref(f"stock_recall.{name}").ir_actions_server_id.run()

    @classmethod
    def hold_case(cls, *lots, **vals):
        """A traced case about lots, with all that is affected on hold."""
        case = cls._create_lot_case(cls.env["stock.lot"].concat(*lots), **vals)
        case.action_hold()
        cls.settle()
        return case

    def assertHeld(self, flow, *args, names=None, **kwargs):
        """A flow is refused with the names of the goods, their case and the next step,
        and leaves nothing behind."""
        names = names or (self.bad.name,)
        before = self.on_hand()
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            flow(*args, **kwargs)
        for name in names:
            self.assertIn(name, str(refused.exception))
        self.assertRegex(str(refused.exception), CAUSE)
        self.assertRegex(str(refused.exception), NEXT_STEP)
        self.env.invalidate_all()
        self.assertEqual(self.on_hand(), before)

    def on_hand(self, *lots):
        """{(lot or product, location): quantity} of our products in stock."""
        domain = [
            ("location_id.usage", "in", ("internal", "transit")),
            ("quantity", "!=", 0),
            ("product_id.name", "!=", False),
        ]
        if lots:
            domain.append(("lot_id", "in", [lot.id for lot in lots]))
        return {
            (product.id, lot.id, place.id, package.id): quantity
            for product, lot, place, package, quantity in self.env[
                "stock.quant"
            ]._read_group(
                domain,
                ["product_id", "lot_id", "location_id", "package_id"],
                ["quantity:sum"],
            )
        }

    def quantity_in(self, lot, location):
        return sum(
            self.env["stock.quant"]
            .search([("lot_id", "=", lot.id), ("location_id", "child_of", location.id)])
            .mapped("quantity")
        )

    @staticmethod
    def reserved(moves):
        """{lot: quantity} that open moves have reserved."""
        return {line.lot_id: line.quantity for line in moves.move_line_ids}


class LooseCommon(HoldCommon):
    """Goods without a lot in stock, on the shelf and in scrap."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cookie = cls._create_product("Cookie", "none")
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.stock.id}
        )
        cls.scrap_place = cls.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", cls.company.id)],
            limit=1,
        )
        cls.case = cls._create_lot_case(cls.bad)

    def hold_in(self, *places, case=None, **kwargs):
        holds = self.env["recall.hold"].with_user(self.team).sudo()
        pairs = [(self.cookie, place) for place in places]
        return holds._place(self.bad.browse(), "Glass", case, pairs, **kwargs)
