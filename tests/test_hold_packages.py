"""A package that was to go whole, and of which some is put on hold."""

from .hold_common import HoldCommon


class TestHoldPackages(HoldCommon):
    def setUp(self):
        super().setUp()
        self.oat = self._create_product("Oat")
        (self.fine,) = self.lots(self.oat, "OAT-1")

    def pack(self, goods, name):
        """Goods received in a package."""
        package = self.env["stock.package"].create({"name": name})
        self.transfer(
            goods, self.warehouse.in_type_id, self.suppliers, self.stock, self.vendor
        ).move_line_ids.result_package_id = package
        self.assertEqual(package.quant_ids.location_id, self.stock)
        return package

    def order_whole(self, packages, goods):
        """A delivery of whole packages, picked."""
        picking = self.order(goods).picking_ids
        picking.move_line_ids.unlink()
        picking.action_add_entire_packs(packages.ids)
        self.assertTrue(all(picking.move_line_ids.mapped("is_entire_pack")))
        picking.move_ids.picked = True
        return picking

    def one_package(self):
        package = self.pack({self.bad: 4, self.fine: 3}, "PACK")
        return package, self.order_whole(package, {self.bad: 4, self.fine: 3})

    def validate_as_user(self, pickings):
        pickings = self._as(self.stock_user, pickings)
        pickings.with_context(skip_backorder=True).button_validate()

    def assertOnlyFineLeft(self, picking, package):
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.quantity_in(self.fine, self.customers), 3)
        self.assertEqual(package.quant_ids.filtered("quantity").lot_id, self.bad)
        self.assertEqual(package.location_id, self.stock)

    def test_rest_of_a_package_is_delivered_once_settled(self):
        package, picking = self.one_package()
        self.hold(self.bad)
        self.settle()
        self.validate_as_user(picking)
        self.assertOnlyFineLeft(picking, package)

    def test_batch_ships_the_rest_of_a_package_and_other_transfers(self):
        package, picking = self.one_package()
        self.receive({self.good: 2})
        other = self.order({self.good: 2}).picking_ids
        self.fill(other.move_ids, {self.good: 2})
        self.hold(self.bad)
        self.validate_as_user(picking | other)
        self.assertEqual(other.state, "done")
        self.assertOnlyFineLeft(picking, package)

    def test_package_with_others_held_too_is_settled(self):
        package = self.pack({self.bad: 4, self.good: 2, self.fine: 3}, "PACK")
        goods = {self.bad: 4, self.good: 2, self.fine: 3}
        picking = self.order_whole(package, goods)
        self.hold(self.bad, self.good)
        self.settle()
        self.validate_as_user(picking)
        self.assertEqual(self.quantity_in(self.fine, self.customers), 3)
        self.assertEqual(package.location_id, self.stock)

    def test_pallet_with_a_held_package_stays(self):
        first = self.pack({self.bad: 4}, "P1")
        second = self.pack({self.fine: 3}, "P2")
        pallet = self.env["stock.package"].create({"name": "PALLET"})
        (first | second).parent_package_id = pallet
        picking = self.order_whole(pallet, {self.bad: 4, self.fine: 3})
        self.hold(self.bad)
        self.settle()
        self.validate_as_user(picking)
        self.assertEqual(self.quantity_in(self.fine, self.customers), 3)
        self.assertEqual(first.location_id, self.stock)
        self.assertEqual(pallet.location_id, self.stock)
        self.assertFalse(second.parent_package_id)

    def test_fewest_packages_are_chosen_among_those_not_on_hold(self):
        fewest = self.env.ref("stock.removal_least_packages")
        self.stock.removal_strategy_id = fewest
        self.pack({self.bad: 4}, "P1")
        for name in ("P2", "P3", "P4", "P5"):
            self.pack({self.good: 1}, name)
        self.hold(self.bad)
        moves = self.order({self.nut: 4}).picking_ids.move_ids
        self.assertEqual(moves.move_line_ids.lot_id, self.good)
        self.assertEqual(moves.quantity, 4)

    def reserved_whole(self):
        """A delivery of twelve that has reserved three whole packages of N-BAD."""
        for name in ("P1", "P2", "P3"):
            self.pack({self.bad: 4}, name)
        move = self.order({self.nut: 12}).picking_ids.move_ids
        self.assertEqual(len(move.move_line_ids.result_package_id), 3)
        self.receive({self.good: 20})
        self.hold(self.bad)
        return move

    def test_more_packages_for_one_move_than_are_settled_at_once(self):
        move = self.reserved_whole()
        while self.env["recall.hold"]._settle(batch=2):
            pass
        self.assertEqual(self.reserved(move), {self.good: 12})

    def test_others_are_reserved_beside_packages_that_are_not_settled_yet(self):
        move = self.reserved_whole()
        move.product_uom_qty = 16
        move.picking_id.action_assign()
        lines = move.move_line_ids.filtered(lambda line: line.lot_id == self.good)
        self.assertEqual(sum(lines.mapped("quantity")), 4)
