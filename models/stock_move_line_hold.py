from odoo import api, models
from odoo.exceptions import MissingError, UserError
from odoo.fields import Domain

from .recall_hold import TRUSTED

# What decides which goods a line takes where.
TAKING_FIELDS = frozenset(
    {
        "lot_id",
        "quant_id",
        "owner_id",
        "quantity",
        "product_uom_id",
        "location_id",
        "location_dest_id",
        "package_id",
        "result_package_id",
    }
)
# Those of them of which less takes fewer of the same goods.
AMOUNT_FIELDS = frozenset({"quantity", "product_uom_id"})


class StockMoveLine(models.Model):
    """Keeps goods on hold from leaving, by whichever way a line takes them."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        done = lines._filter_done()
        if self.env.context.get("recall_reserving") is not TRUSTED:
            (lines - done)._guard_open()
        done._guard_done()
        return lines

    def write(self, vals):
        if (
            TAKING_FIELDS.isdisjoint(vals)
            or self._go_there_already(vals)
            or self._stay_in_packages(vals)
        ):
            return super().write(vals)
        if self._are_sent_on(vals):
            result = super().write(vals)
            self._guard_done()
            return result
        self._guard_edit()
        amounts = {}
        if TAKING_FIELDS & vals.keys() <= AMOUNT_FIELDS:
            amounts = {line: line.quantity_product_uom for line in self}
        result = super().write(vals)
        self._guard_edit()
        taking = self - self._filter_lowered(amounts)
        if amounts and self.env.context.get("recall_reserving") is TRUSTED:
            taking -= taking._filter_judged()
        taking._guard_open()
        return result

    def _action_done(self):
        lines = self.filtered("quantity")  # Odoo deletes the others
        result = super()._action_done()
        # After it: a number that was typed is a lot only now. It is undone with all
        # else when a line is refused, and those who wait for it wait shortly.
        try:
            lines._guard_done()
        except MissingError:  # one took the goods of another, which is gone then
            lines.exists()._guard_done()
        return result

    def _go_there_already(self, vals):
        """Whether `vals` name the place where these lines go, and nothing else: Odoo
        writes it to each package, also to those that a hold is to take out yet, when it
        looks for the best place."""
        return vals.keys() == {"location_dest_id"} and all(
            line.location_dest_id.id == vals["location_dest_id"] for line in self
        )

    def _stay_in_packages(self, vals):
        """Whether `vals` say of these open lines that their package goes whole, and
        nothing else: Odoo says it of all lines of one, also of those that a hold is to
        take out yet, when it reserves the last of them."""
        return (
            vals.keys() == {"result_package_id", "is_entire_pack"}
            and all(
                line.package_id and line.package_id.id == vals["result_package_id"]
                for line in self
            )
            and not self._filter_done()
        )

    def _are_sent_on(self, vals):
        """Whether a rule that adds no step sends goods on that these lines just moved:
        they are judged by where they end."""
        return (
            self.env.context.get("recall_moving") is TRUSTED
            and vals.keys() == {"location_dest_id"}
            and self._filter_done() == self
        )

    def _filter_lowered(self, amounts):
        """The open lines that take no more than they did: less of what is held may be
        taken, before the reservation is broken.

        :param amounts: {line: quantity in the unit of the product before}
        """
        return (self - self._filter_done()).filtered(
            lambda line: (
                line in amounts
                and line.quantity_product_uom >= 0
                and line.product_id.uom_id.compare(
                    line.quantity_product_uom, amounts[line]
                )
                <= 0
            )
        )

    def _filter_judged(self):
        """The open lines for which no held goods are reserved: their moves may not take
        any. Of those that may, a line may name another place."""
        return (self - self._filter_done()).filtered(
            lambda line: not line.move_id._may_take_held()
        )

    def _guard_open(self):
        """Refuse to reserve, pick or pack held goods for where they may not go."""
        # A till has sold already: its transfer leaves held goods behind when it is
        # done, and somebody is asked to look for them.
        if not self or self.env.context.get("recall_till") is TRUSTED:
            return
        leaving = self._filter_leaving()
        if leaving:
            leaving._refuse(leaving._get_holds(passing=True))
            done = leaving._filter_done()
            done._refuse(done._get_holds(moved=True))

    def _guard_done(self):
        """Refuse held goods that leave, and note on their cases those that move to
        where they may, or arrive.

        :raise UserError: naming the goods, the hold, and what may be done
        """
        moving = self._filter_moving()
        if not moving:
            return
        leaving = moving._filter_leaving()
        passing = bool(leaving or moving._filter_coming_back())
        if active := moving._read_holds(passing):
            # First: one transfer may take goods in, or to quarantine, and further on.
            active = active._follow_moves(moving)
            leaving._refuse(leaving._match_holds(active, moved=True))

    def _take_out(self):
        """Delete these lines. A package that was to go whole with them is opened: it
        cannot be in two places, and what else is in it goes without."""
        whole = self.filtered(
            lambda line: line.package_id and line.package_id == line.result_package_id
        )
        rest = whole._get_others_in_packages(self)
        whole._open_containers()
        self.unlink()
        rest.write({"result_package_id": False, "is_entire_pack": False})

    def _get_others_in_packages(self, lines):
        """The lines that take other goods of the same packages along, whole; without
        those on hold that may not go there, which are taken out next.

        :param lines: those that are taken out now
        """
        if not self:
            return self
        others = self.search(
            Domain("picking_id", "in", self.picking_id.ids)
            & Domain("result_package_id", "in", self.package_id.ids)
            & Domain("id", "not in", lines.ids)
        )
        held = others._filter_leaving()._get_holds()
        return others.filtered(lambda line: line not in held)

    def _open_containers(self):
        """Let the packages in the containers of these lines' packages go by
        themselves: a container in which one stays, stays."""
        containers = self.package_id.package_dest_id
        while containers:
            inside = containers.child_package_dest_ids
            containers = containers.package_dest_id
            inside.filtered(
                lambda package: package.parent_package_id == package.package_dest_id
            ).package_dest_id = False

    def _guard_edit(self):
        """Refuse to change what done lines say of held goods.

        Any change passes the gate, not only one of goods that left: less on a done
        receipt, or another lot, takes goods away as well.
        """
        done = self._filter_done()
        holds = done._read_holds(passing=True)
        if not holds:
            return
        held = done._match_holds(holds, ends=("location_id", "location_dest_id"))
        held |= done._match_gone(holds)
        for line, hold in held.items():
            raise UserError(
                self.env._(
                    "%(on_hold)s The done move %(move)s cannot be changed. Ask a "
                    "recall manager to release it first.",
                    on_hold=hold._get_statement(),
                    move=line.reference or line.display_name,
                )
            )

    def _brings_in(self):
        """Whether the line brings, or brought, goods into stock that is no
        quarantine."""
        self.ensure_one()
        return (
            self.state != "cancel"
            and self.quantity > 0
            and self.location_id.usage != "internal"
            and self.location_dest_id.usage == "internal"
            and not self.location_dest_id._is_recall_quarantine()
        )

    def _filter_moving(self):
        return self.filtered(lambda line: line.quantity or line.quantity_product_uom)

    def _filter_leaving(self):
        lines = self._filter_moving()
        leaving = lines.filtered(lambda line: line.move_id._leaves(line))
        if not self.env.user.has_group("stock_recall.group_recall_user"):
            # A count may hide where goods went, or give them another number.
            leaving |= lines.filtered(lambda line: line._counts_down())
        return leaving

    def _counts_down(self):
        """Whether this line takes goods off by a count, wherever those of its product
        are said to go."""
        target = self.location_dest_id.usage
        return self.is_inventory and target in ("inventory", "supplier")

    def _get_holds(self, passing=False, moved=None):
        """{line: a hold on its goods} for those that are on hold.

        :param passing: see `recall.hold._read_active`
        :param moved: whether the lines have moved the goods already; None leaves lines
            alone that may still get a lot
        """
        holds = self._read_holds(passing)
        return self._match_holds(holds, moved) if holds else {}

    def _read_holds(self, passing=False):
        """The active holds that may be on these goods."""
        holds = self.env["recall.hold"]
        if not self:
            return holds
        loose = self.filtered(lambda line: not line.lot_id)
        return holds._read_active(self.lot_id, loose.product_id, passing)

    def _match_holds(self, holds, moved=None, ends=("location_id",)):
        """Those of `holds` that are on these goods; see `_get_holds`.

        :param ends: see `recall.hold._match_lines`
        """
        loose = self.filtered(lambda line: not line.lot_id)
        matched = holds._match_lines(self, ends)
        by_number = holds._group_by_number() if loose.filtered("lot_name") else {}
        for line in loose.filtered(lambda line: line not in matched):
            hold = line._find_typed_hold(by_number)
            if not hold and moved is not None:
                hold = line._find_unnamed_hold(holds, None if moved else loose)
            if hold:
                matched[line] = hold[0]
        return matched

    def _refuse(self, holds):
        """:raise UserError: when one of the lines is on hold"""
        for line in self:
            if line in holds:
                if not self.env["recall.hold"]._may_be_on(line):
                    self.env["recall.hold"]._forget_active_keys()
                raise UserError(line._get_refusal(holds[line]))

    def _get_refusal(self, hold):
        """Why the line is refused, and what may be done instead."""
        self.ensure_one()
        if self._counts_down():
            return self.env._(
                "%(on_hold)s Only the recall team may count %(product)s down in "
                "%(place)s. Ask them to, and leave the count as it is.",
                on_hold=hold._get_statement(),
                product=self.product_id.display_name,
                place=self.location_id.display_name,
            )
        warehouse = self.location_id.warehouse_id or self.location_dest_id.warehouse_id
        quarantine = warehouse.recall_quarantine_loc_id.display_name
        quarantine = quarantine or self.env._("quarantine")
        if hold.lot_id and not (self.lot_id or self.lot_name):
            return self.env._(
                "%(on_hold)s It lies in %(origin)s: %(product)s cannot leave from "
                "there without a lot number. Name the lot, or bring the held goods to "
                "%(quarantine)s first.",
                on_hold=hold._get_statement(),
                product=self.product_id.display_name,
                origin=self.location_id.display_name,
                quarantine=quarantine,
            )
        return self.env._(
            "%(on_hold)s It cannot go to %(place)s. Take other goods; these may go to "
            "%(quarantine)s, to scrap or back to the vendor, and only a recall manager "
            "can release them.",
            on_hold=hold._get_statement(),
            place=self._get_barred_place(),
            quarantine=quarantine,
        )

    def _get_barred_place(self):
        """Name of the place where held goods may not go: the line's, or else its
        move's; where any goods may go there, with the document that takes these."""
        target = self.location_dest_id
        place = self.move_id.location_dest_id if target._may_take_held() else target
        if place._may_take_held():
            return f"{place.display_name} ({self.reference})"
        return place.display_name
