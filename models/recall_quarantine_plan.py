"""Which goods go into quarantine on which transfer."""

from collections import defaultdict

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .recall_hold import TRUSTED


class RecallQuarantinePlan(models.AbstractModel):
    """Makes transfers that bring goods into the quarantine of their warehouse.

    It is called as superuser, with goods that the caller was allowed to name, and
    reserves just these: lot by lot, from where they lie, in one go for all of them.
    """

    _name = "recall.quarantine.plan"
    _description = "Transfers Into Quarantine"

    def _get_free_domain(self):
        """Domain of the quants outside of quarantine with goods that nothing is
        reserved for."""
        return (
            Domain("location_id.usage", "=", "internal")
            & Domain("location_id.recall_is_quarantine", "=", False)
            & self.env["stock.quant"]._get_unreserved_domain()
        )

    def _make_transfers(self, case, domain, vals, unpack=False):
        """Make one transfer for each warehouse, of what is on no transfer yet.

        Goods that an earlier transfer is short of are reserved for that one, be it of
        the case or of another that holds them too. What is reserved for something else
        stays so.

        :param case: `recall.case` that wants it
        :param domain: of the `stock.quant` with the goods
        :param vals: of the new `stock.picking`, by `stock.warehouse`
        :param unpack: whether goods leave packages that would move as a whole
        :return: (new `stock.picking`, `stock.quant` that no warehouse reaches)
        """
        self._refill_others(case, domain)
        free = self._lock_free(domain & self._get_free_domain())
        beyond = self.env["stock.quant"]
        pickings = self.env["stock.picking"]
        for warehouse, quants in self._by_warehouse(free).items():
            if not warehouse:
                beyond |= quants
                continue
            warehouse._create_missing_recall_quarantine()
            here = self.with_company(warehouse.company_id)
            short = here._get_short_moves(case.quarantine_picking_ids.move_ids)
            plan = here._share_out({quant: free[quant] for quant in quants}, short)
            picking = here._create_picking(warehouse, plan, vals(warehouse))
            here._create_lines(plan, unpack)
            pickings |= picking
        return pickings, beyond

    def _by_warehouse(self, quants):
        quants = self.env["stock.quant"].concat(*quants)
        return quants.grouped(lambda quant: quant.location_id.warehouse_id)

    def _lock_free(self, domain):
        """{`stock.quant`: quantity that nothing is reserved for}

        Nobody else reserves of these before the transaction ends; whoever did while
        this one waited makes it start again.
        """
        quants = self.env["stock.quant"].search(domain)
        if not quants:  # Odoo would merge all there are
            return {}
        quants._merge_quants()
        quants = quants.search(domain, order="location_id, product_id, id")
        # Who releases takes the goods off the transfers that there are by then.
        self.env["recall.hold"]._pass_gates(quants.product_id)
        self.env.execute_query(
            SQL(
                "SELECT id FROM stock_quant WHERE id = ANY(%s) ORDER BY id"
                " FOR NO KEY UPDATE",
                quants.ids,
            )
        )
        free = {quant: quant.quantity - quant.reserved_quantity for quant in quants}
        return {
            quant: quantity
            for quant, quantity in free.items()
            if quant.product_uom_id.compare(quantity, 0) > 0
        }

    # ------------------------------------------------------------------
    # Moves and their lines
    # ------------------------------------------------------------------
    def _share_out(self, free, short):
        """Share goods out among moves.

        :param free: {`stock.quant`: quantity}
        :param short: as :meth:`_get_short_moves`
        :return: {`stock.move`, or (product, location) for one that is to be made:
            [(`stock.quant`, quantity)]}
        """
        plan = defaultdict(list)
        for quant, quantity in free.items():
            key = (quant.product_id, quant.location_id)
            for move, lacking in short[key].items():
                taken = min(quantity, lacking)
                if quant.product_uom_id.compare(taken, 0) > 0:
                    plan[move].append((quant, taken))
                    short[key][move] -= taken
                    quantity -= taken
            if quant.product_uom_id.compare(quantity, 0) > 0:
                plan[key].append((quant, quantity))
        return plan

    def _get_short_moves(self, moves):
        """{(product, location): {open move of `moves`: quantity it lacks}}"""
        short = defaultdict(dict)
        for move in moves:
            if move.state in ("confirmed", "partially_available"):
                short[move.product_id, move.location_id][move] = (
                    move.product_uom._compute_quantity(
                        move.product_uom_qty - move.quantity, move.product_id.uom_id
                    )
                )
        return short

    def _refill(self, moves, domain):
        """Reserve goods for open moves into quarantine that are short of them.

        :param domain: of the `stock.quant` with the goods
        """
        short = self._get_short_moves(moves)
        if not short:
            return
        domain &= Domain("product_id", "in", moves.product_id.ids)
        domain &= Domain("location_id", "in", moves.location_id.ids)
        plan = self._share_out(self._lock_free(domain & self._get_free_domain()), short)
        self._create_lines(
            {key: part for key, part in plan.items() if not isinstance(key, tuple)},
            unpack=False,
        )

    def _refill_others(self, case, domain):
        """Let open transfers of other cases have first what they ask for, and hold too.

        :param domain: of the `stock.quant` that `case` wants
        """
        wanted = self.env["stock.quant"].search(domain & self._get_free_domain())
        moves = self.env["stock.move"].search(
            Domain("picking_id.recall_case_id", "not in", [False, case.id])
            & Domain("state", "in", ["confirmed", "partially_available"])
            & Domain("product_id", "in", wanted.product_id.ids)
        )
        for picking, its in moves.grouped("picking_id").items():
            theirs = picking.recall_case_id._get_to_quarantine_domain()
            self._refill(its, domain & theirs)

    def _create_picking(self, warehouse, plan, vals):
        """Create the moves that a plan lacks on one new transfer, and put them into
        the plan.

        :return: the `stock.picking`, if one was needed
        """
        picking = self.env["stock.picking"]
        keys = [key for key in plan if isinstance(key, tuple)]
        if keys:
            places = [location for _product, location in keys]
            picking = picking.create(
                {**self._prepare_picking_vals(warehouse, places), **vals}
            )
            moves = self.env["stock.move"].create(
                [self._prepare_move_vals(picking, *key, plan[key]) for key in keys]
            )
            moves._action_confirm(merge=False)
            # a type that was set to reserve by itself would have taken any lot
            moves.move_line_ids.unlink()
            plan.update(zip(moves, map(plan.pop, keys), strict=True))
        return picking

    def _prepare_picking_vals(self, warehouse, places):
        stock = warehouse.lot_stock_id
        in_stock = all(place._child_of(stock) for place in places)
        return {
            "picking_type_id": warehouse.recall_quarantine_type_id.id,
            "location_id": (stock if in_stock else warehouse.view_location_id).id,
            "location_dest_id": warehouse.recall_quarantine_loc_id.id,
            "company_id": warehouse.company_id.id,
        }

    def _prepare_move_vals(self, picking, product, location, part):
        return {
            "picking_id": picking.id,
            "picking_type_id": picking.picking_type_id.id,
            "company_id": picking.company_id.id,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": sum(quantity for _quant, quantity in part),
            "location_id": location.id,
            "location_dest_id": picking.location_dest_id.id,
            "origin": picking.origin,
            "date": picking.scheduled_date,
        }

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------
    def _create_lines(self, plan, unpack):
        """Create the lines of moves, and reserve their goods all at once: Odoo would
        look each of them up several times.

        :param plan: {`stock.move`: [(`stock.quant`, quantity)]}
        """
        whole = set() if unpack else self._get_whole_packages(plan)
        lines = self.env["stock.move.line"].with_context(recall_reserved=TRUSTED)
        lines = lines.create(
            [
                self._prepare_line_vals(move, quant, quantity, whole)
                for move, part in plan.items()
                for quant, quantity in part
            ]
        )
        for part in plan.values():
            for quant, quantity in part:
                quant.reserved_quantity += quantity
        self.env["stock.move"].concat(*plan)._recompute_state()
        for its in lines.grouped("picking_id").values():
            its.result_package_id._apply_package_dest_for_entire_packs()

    def _get_whole_packages(self, plan):
        """{(`stock.picking`, `stock.package`)} of packages that move with all that is
        in them on one transfer."""
        moved = defaultdict(dict)
        for move, part in plan.items():
            for quant, quantity in part:
                moved[move.picking_id, quant.package_id][quant] = quantity
        return {
            (picking, package)
            for (picking, package), quantities in moved.items()
            if all(
                quant.product_uom_id.compare(quantities.get(quant, 0), quant.quantity)
                == 0
                for quant in package.quant_ids
            )
        }

    def _prepare_line_vals(self, move, quant, quantity, whole):
        package = quant.package_id
        is_whole = bool(package) and (move.picking_id, package) in whole
        return {
            "move_id": move.id,
            "picking_id": move.picking_id.id,
            "company_id": move.company_id.id,
            "product_id": quant.product_id.id,
            "product_uom_id": quant.product_uom_id.id,
            "quantity": quantity,
            "lot_id": quant.lot_id.id,
            "package_id": package.id,
            "result_package_id": package.id if is_whole else False,
            "is_entire_pack": is_whole,
            "owner_id": quant.owner_id.id,
            "location_id": quant.location_id.id,
            "location_dest_id": move.location_dest_id.id,
        }
