"""What somebody tries who wants held goods out, over the API with any values and any
context. README lists these in its section on what a hold means."""

from odoo.exceptions import UserError
from odoo.fields import Command

from .hold_common import HoldCommon


class HostileCommon(HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storekeeper = cls._create_user("keeper", "stock.group_stock_manager")
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.stock.id}
        )
        cls.quarantine = cls.warehouse.recall_quarantine_loc_id
        cls.receipt = cls.receive({cls.bad: 10, cls.good: 10})

    def assertRefused(self, flow, *args, **kwargs):
        """Refused in whatever words, and nothing changed."""
        before = self.on_hand()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            flow(*args, **kwargs)
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.on_hand(), before)

    def quant(self, lot, user=None, **context):
        quant = lot.quant_ids.filtered(lambda quant: quant.location_id == self.stock)
        return self._as(user or self.storekeeper, quant).with_context(**context)

    def line_vals(self, lot, target=None, source=None, **vals):
        return {
            "product_id": lot.product_id.id,
            "lot_id": lot.id,
            "quantity": 4,
            "product_uom_id": lot.product_id.uom_id.id,
            "location_id": (source or self.stock).id,
            "location_dest_id": (target or self.customers).id,
            "company_id": self.company.id,
            **vals,
        }

    def lines_of(self, user, **context):
        lines = self._as(user, self.env["stock.move.line"])
        return lines.with_context(**context)


class TestHoldMoveLinesOverTheApi(HostileCommon):
    """Every employee may create and write stock move lines."""

    def test_line_created_as_done(self):
        self.hold(self.bad)
        lines = self.lines_of(self.employee)
        self.assertRefused(lines.create, self.line_vals(self.bad, state="done"))

    def test_line_created_as_done_by_a_default(self):
        self.hold(self.bad)
        lines = self.lines_of(self.employee, default_state="done")
        self.assertRefused(lines.create, self.line_vals(self.bad))
        # to where held goods may go it is no done line either
        line = lines.create(self.line_vals(self.bad, self.quarantine))
        self.assertFalse(line.state)
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)

    def test_line_created_with_another_quantity_in_the_unit_of_the_product(self):
        delivery = self.deliver({self.good: 1})
        self.hold(self.bad)
        vals = self.line_vals(
            self.bad, move_id=delivery.move_ids.id, quantity_product_uom=0
        )
        self.assertRefused(self.lines_of(self.stock_user).create, vals)
        vals.pop("quantity_product_uom")
        lines = self.lines_of(self.stock_user, default_quantity_product_uom=0)
        self.assertRefused(lines.create, vals)

    def test_return_of_less_than_nothing(self):
        delivery = self.deliver({self.bad: 2})
        self.hold(self.bad)
        back = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        back.product_return_moves.quantity = 2
        picking = back._create_return()
        line = self._as(self.stock_user, picking.move_line_ids)
        self.assertRefused(line.write, {"quantity_product_uom": -2})
        self.assertRefused(line.write, {"quantity": -2})

    def test_state_of_a_done_line_written_to_edit_it(self):
        self.hold(self.bad)
        line = self.receipt.move_line_ids.filtered(lambda line: line.lot_id == self.bad)
        line = self._as(self.employee, line)

        def relabel():
            line.write({"state": "draft"})
            line.write({"lot_id": self.good.id})

        self.assertRefused(relabel)
        line.sudo().state = "draft"
        self.assertRefused(line.write, {"lot_id": self.good.id})

    def test_done_line_deleted(self):
        delivery = self.deliver({self.bad: 2})
        self.hold(self.bad)
        line = self._as(self.employee, delivery.move_line_ids)

        def delete():
            line.write({"state": "draft"})
            line.unlink()

        self.assertRefused(delete)

    def test_done_line_deleted_by_a_forged_context(self):
        delivery = self.deliver({self.bad: 2})
        self.hold(self.bad)
        for user in (self.employee, self.stock_user, self.storekeeper):
            line = self._as(user, delivery.move_line_ids)
            line = line.with_context(_force_unlink=True)
            self.assertRefused(line.unlink)
            self.assertRefused(line.sudo().unlink)

    def test_done_line_taken_off_its_move(self):
        """Off its move it could be deleted, or get another lot and be put back."""
        delivery = self.deliver({self.bad: 2})
        self.hold(self.bad)
        draft = self._as(self.stock_user, self.env["stock.move"]).create(
            {
                "product_id": self.nut.id,
                "product_uom_qty": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "company_id": self.company.id,
            }
        )
        line = self._as(self.stock_user, delivery.move_line_ids)
        move = line.move_id
        self.assertRefused(line.write, {"move_id": draft.id})
        self.assertRefused(line.write, {"move_id": False})
        vals = {"move_line_ids": [Command.link(line.id)]}
        self.assertRefused(draft.write, vals)
        vals = {"move_line_ids": [Command.unlink(line.id)]}
        self.assertRefused(move.write, vals)
        line.move_id = move  # as a form may send it
        self.assertEqual(line.move_id, move)

    def test_line_made_done_by_another_move(self):
        """Records would say that goods left which never did."""
        delivery = self.deliver({self.good: 1})
        line = self.open_quarantine_transfer(4).move_line_ids[:1]
        line.lot_id = self.bad
        self.hold(self.bad)
        line = self._as(self.employee, line)
        self.assertRefused(line.write, {"move_id": delivery.move_ids.id})
        lines = self.lines_of(self.employee, recall_finding_move=True)
        line = lines.create(self.line_vals(self.good))
        self.assertRefused(line.write, {"move_id": delivery.move_ids.id})

    def test_package_of_a_done_line_changed(self):
        self.hold(self.bad)
        package = self.env["stock.package"].create({"name": "P"})
        picking = self.move({self.bad: 1}, self.quarantine)
        line = self._as(self.stock_user, picking.move_line_ids)
        self.assertRefused(line.write, {"package_id": package.id})

    def test_forged_context(self):
        self.hold(self.bad)
        forged = {
            "recall_reserving": True,
            "recall_allow_held": True,
            "recall_releasing": True,
            "recall_moving": True,
            "recall_finding_move": True,
            "recall_till": True,
            "recall_exclude_held": False,
            "skip_uom_conversion": True,
            "bypass_reservation_update": True,
            "inventory_mode": True,
            "import_file": True,
            "is_scrap": True,
            "active_test": False,
            "install_mode": True,
            "module": "stock_recall",
        }
        lines = self.lines_of(self.employee, **forged)
        self.assertHeld(lines.create, self.line_vals(self.bad))
        order = self.order({self.nut: 20})
        moves = order.picking_ids.move_ids.with_context(**forged)
        moves._do_unreserve()
        moves._action_assign()
        self.assertEqual(self.reserved(moves), {self.good: 10})
        line = moves.move_line_ids
        self.assertHeld(line.write, {"lot_id": self.bad.id})

    def test_evidence_of_former_lots_by_a_default(self):
        lines = self.lines_of(
            self.employee, default_recall_former_lot_ids=[Command.set(self.good.ids)]
        )
        line = lines.create(self.line_vals(self.bad))
        self.assertFalse(line.recall_former_lot_ids)

    def test_import(self):
        self.hold(self.bad)
        fields = ["product_id/.id", "lot_id/.id", "quantity", "company_id/.id"]
        fields += ["product_uom_id/.id", "location_id/.id", "location_dest_id/.id"]
        row = [self.nut.id, self.bad.id, 4, self.company.id, self.nut.uom_id.id]
        row += [self.stock.id, self.customers.id]
        result = self.lines_of(self.stock_user).load(fields, [[str(x) for x in row]])
        self.assertFalse(result["ids"])
        self.assertIn("on hold", result["messages"][0]["message"])

    def test_unit_of_measure(self):
        self.hold(self.bad)
        dozen = self.env.ref("uom.product_uom_dozen")
        vals = self.line_vals(self.bad, product_uom_id=dozen.id, quantity=0.5)
        self.assertHeld(self.lines_of(self.employee).create, vals)


class TestHoldMovesOverTheApi(HostileCommon):
    def moves(self, **vals):
        """A confirmed move of 4 out of stock, made by a stock user."""
        move = self._as(self.stock_user, self.env["stock.move"]).create(
            {
                "product_id": self.nut.id,
                "product_uom_qty": 4,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "company_id": self.company.id,
                **vals,
            }
        )
        return move

    def test_move_created_done_with_lines(self):
        self.hold(self.bad)
        vals = self.line_vals(self.bad)
        self.assertHeld(self.moves, state="done", move_line_ids=[Command.create(vals)])

    def test_lots_of_a_move(self):
        self.hold(self.bad)
        move = self.moves()
        move._action_confirm()
        move._action_assign()
        self.assertHeld(move.write, {"lot_ids": [Command.set(self.bad.ids)]})

    def test_quantity_of_a_move_takes_the_other_lot(self):
        self.hold(self.bad)
        move = self.moves()
        move._action_confirm()
        move.quantity = 12
        self.assertNotIn(self.bad, self.reserved(move))

    def test_lines_of_a_move_by_commands(self):
        self.hold(self.bad)
        move = self.moves()
        move._action_confirm()
        vals = self.line_vals(self.bad)
        self.assertHeld(move.write, {"move_line_ids": [Command.create(vals)]})

    def test_destination_of_a_move_with_reserved_goods(self):
        self.hold(self.bad)
        move = self.moves(location_dest_id=self.quarantine.id)
        move._action_confirm()
        move.move_line_ids = [Command.create(self.line_vals(self.bad, self.quarantine))]
        self.assertHeld(move.write, {"location_dest_id": self.customers.id})

    def test_destination_of_a_done_move_or_transfer(self):
        """Odoo sends the goods on, where they were not to go at first."""
        gone = self.transfer(
            {self.bad: 2}, self.warehouse.out_type_id, self.stock, self.suppliers
        )
        self.hold(self.bad)
        vals = {"location_dest_id": self.customers.id}
        self.assertHeld(self._as(self.stock_user, gone).write, vals)
        self.assertHeld(self._as(self.stock_user, gone.move_ids).write, vals)

    def test_state_written_to_done(self):
        move = self.moves()
        move._action_confirm()
        move.move_line_ids = [Command.create(self.line_vals(self.bad))]
        self.hold(self.bad)
        self.assertHeld(move.write, {"state": "done"})

    def test_state_of_a_done_move_written(self):
        delivery = self.deliver({self.bad: 4})
        self.hold(self.bad)
        move = self._as(self.stock_user, delivery.move_ids)
        self.assertRefused(move.write, {"state": "draft"})
        self.assertRefused(move.write, {"state": "cancel"})

    def test_scrap_to_a_customer_or_another_shelf(self):
        self.hold(self.bad)
        for target in (self.customers, self.shelf):
            self.assertHeld(self.scrap, {self.bad: 1}, scrap_location_id=target.id)

    def test_out_of_scrap_to_a_customer(self):
        self.hold(self.bad)
        scrap = self.scrap({self.bad: 1})
        vals = self.line_vals(self.bad, source=scrap.scrap_location_id, quantity=1)
        self.assertHeld(self.lines_of(self.employee).create, vals)

    def test_return_to_another_place(self):
        picking = self.move({self.bad: 2}, self.shelf)
        self.hold(self.bad)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        back = wizard._create_return()
        self.assertFalse(back.move_line_ids)
        self.assertHeld(self.validate, back, {self.bad: 2})

    def test_exchange(self):
        delivery = self.deliver({self.bad: 2})
        self.hold(self.bad)
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 2
        wizard.action_create_exchanges()
        moves = self.env["stock.move"].search(
            [("product_id", "=", self.nut.id), ("state", "not in", ("done", "cancel"))]
        )
        out = moves.filtered(lambda move: move.location_dest_id == self.customers)
        out._action_assign()
        self.assertEqual(self.reserved(out), {self.good: 2})

    def test_whole_package_added_to_a_delivery(self):
        package = self.env["stock.package"].create({"name": "P"})
        picking = self.move({self.bad: 2}, self.shelf)
        picking.move_line_ids.result_package_id = package
        delivery = self.order({self.nut: 2}).picking_ids
        self.hold(self.bad)
        self.assertHeld(delivery.action_add_entire_packs, package.ids)


class TestHoldQuantsOverTheApi(HostileCommon):
    """A stock user may write quants: Odoo leaves what they say to the code."""

    def test_quant_rewritten(self):
        self.hold(self.bad)
        package = self.env["stock.package"].create({"name": "P"})
        for user in (self.stock_user, self.storekeeper, self.manager):
            for vals in (
                {"lot_id": self.good.id},
                {"lot_id": False},
                {"location_id": self.customers.id},
                {"location_id": self.shelf.id},
                {"package_id": package.id},
                {"owner_id": self.consignee.id},
                {"quantity": 0},
                {"quantity": 3},
            ):
                self.assertRefused(self.quant(self.bad, user).write, vals)
                quant = self.quant(self.bad, user, inventory_mode=True)
                self.assertRefused(quant.write, vals)

    def test_quant_rewritten_by_code(self):
        self.hold(self.bad)
        quant = self.quant(self.bad).sudo()
        self.assertRefused(quant.write, {"lot_id": self.good.id})
        self.assertRefused(quant.write, {"location_id": self.customers.id})

    def test_quant_turned_into_a_held_one(self):
        self.hold(self.bad)
        self.assertRefused(self.quant(self.good).write, {"lot_id": self.bad.id})

    def test_quant_that_takes_away(self):
        self.hold(self.bad)
        quants = self._as(self.stock_user, self.env["stock.quant"])
        vals = {"product_id": self.nut.id, "lot_id": self.bad.id, "quantity": -10}
        self.assertRefused(quants.create, {**vals, "location_id": self.stock.id})

    def test_quant_deleted(self):
        self.hold(self.bad)
        self.assertRefused(self.quant(self.bad).unlink)
        self.assertRefused(self.quant(self.bad, self.stock_user).unlink)
        self.assertRefused(self.quant(self.bad, _force_unlink=True).unlink)
        self.assertRefused(self.quant(self.bad, _force_unlink=True).sudo().unlink)

    def test_counts(self):
        self.hold(self.bad)
        quant = self.quant(self.bad, inventory_mode=True)
        self.assertHeld(quant.write, {"inventory_quantity_auto_apply": 3})
        self.assertHeld(
            quant.with_context(
                inventory_report_mode=True
            ).action_set_inventory_quantity_zero
        )
        quants = self._as(self.storekeeper, self.env["stock.quant"])
        self.assertHeld(
            quants.with_context(inventory_mode=True).create,
            {
                "product_id": self.nut.id,
                "lot_id": self.bad.id,
                "location_id": self.stock.id,
                "inventory_quantity_auto_apply": 2,
            },
        )

    def test_count_prepared_and_cleared_changes_nothing(self):
        self.hold(self.bad)
        quant = self.quant(self.bad, inventory_mode=True)
        quant.inventory_quantity = 3
        quant.action_clear_inventory_quantity()
        self.assertEqual(quant.quantity, 10)

    def test_count_by_the_adjustment_wizard(self):
        self.hold(self.bad)
        quant = self.quant(self.bad, inventory_mode=True)
        quant.inventory_quantity = 3
        wizard = self._as(self.storekeeper, self.env["stock.inventory.adjustment.name"])
        wizard = wizard.create(
            {"quant_ids": quant.ids, "inventory_adjustment_name": "x"}
        )
        self.assertHeld(wizard.action_apply)

    def test_import_of_quants(self):
        self.hold(self.bad)
        quants = self._as(self.storekeeper, self.env["stock.quant"])
        result = quants.load(
            [".id", "lot_id/.id"], [[str(self.quant(self.bad).id), str(self.good.id)]]
        )
        self.assertFalse(result["ids"])
        self.env.invalidate_all()
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)

    def test_merging_quants_leaves_them_held(self):
        vals = {"lot_id": self.bad.id, "location_id": self.stock.id, "quantity": 3}
        self.env["stock.quant"].sudo().create({"product_id": self.nut.id, **vals})
        self.hold(self.bad)
        before = self.on_hand()
        self.env["stock.quant"]._quant_tasks()
        self.assertEqual(self.on_hand(), before)
        self.bad.invalidate_recordset()
        merged = self.quant(self.bad)
        self.assertEqual(merged.mapped("quantity"), [13])
        self.assertTrue(merged.recall_hold)
        self.assertHeld(self.deliver, {self.bad: 1})


class TestHoldPackagesOverTheApi(HostileCommon):
    def setUp(self):
        super().setUp()
        packages = self.env["stock.package"]
        self.inner = packages.create({"name": "INNER"})
        self.outer = packages.create({"name": "OUTER"})
        picking = self.move({self.bad: 2}, self.shelf)
        picking.move_line_ids.result_package_id = self.inner
        self.assertEqual(self.inner.quant_ids.lot_id, self.bad)
        self.inner.parent_package_id = self.outer
        self.hold(self.bad)

    def test_location_of_a_package_written(self):
        for package in (self.inner, self.outer):
            self.assertHeld(
                self._as(self.stock_user, package).write,
                {"location_id": self.stock.id},
            )

    def test_location_of_a_package_written_to_a_customer(self):
        self.assertHeld(self.outer.write, {"location_id": self.customers.id})

    def test_unpacked_where_it_stands(self):
        self._as(self.storekeeper, self.outer).unpack()
        self._as(self.storekeeper, self.inner).unpack()
        self.assertEqual(self.quantity_in(self.bad, self.shelf), 2)
        self.assertFalse(self.inner.quant_ids)

    def test_package_to_quarantine(self):
        self._as(self.storekeeper, self.outer).location_id = self.quarantine
        self.assertEqual(self.quantity_in(self.bad, self.quarantine), 2)
        self.assertEqual(self.inner.quant_ids.lot_id, self.bad)

    def test_packed_into_another_package_of_a_delivery(self):
        self.inner.package_dest_id = self.env["stock.package"].create({"name": "X"})
        delivery = self.order({self.good: 1}).picking_ids
        self.assertHeld(delivery.action_add_entire_packs, self.outer.ids)


class TestHoldMasterData(HostileCommon):
    """What goods, lots and places are cannot be changed to get held goods out."""

    def test_place_turned_into_a_customer(self):
        self.move({self.bad: 2}, self.shelf)
        self.hold(self.bad)
        for usage in ("customer", "supplier", "production", "inventory", "transit"):
            self.assertRefused(
                self._as(self.storekeeper, self.shelf).write, {"usage": usage}
            )

    def test_place_with_held_goods_moved(self):
        other = self.new_warehouse("W2")
        parent = self.env["stock.location"].create(
            {"name": "Room", "location_id": self.stock.id}
        )
        self.shelf.location_id = parent
        self.move({self.bad: 2}, self.shelf)
        self.hold(self.bad)
        for place in (self.shelf, parent):
            self.assertHeld(
                self._as(self.storekeeper, place).write,
                {"location_id": other.lot_stock_id.id},
            )

    def test_place_with_other_goods_moves(self):
        other = self.new_warehouse("W2")
        self.move({self.good: 2}, self.shelf)
        self.hold(self.bad)
        self._as(self.storekeeper, self.shelf).location_id = other.lot_stock_id

    def test_place_taken_out_of_quarantine(self):
        corner = self.env["stock.location"].create(
            {"name": "Corner", "location_id": self.quarantine.id}
        )
        self.hold(self.bad)
        self.move({self.bad: 2}, corner)
        self.assertRefused(
            self._as(self.storekeeper, corner).write, {"location_id": self.stock.id}
        )

    def test_lot_of_another_product(self):
        other = self._create_product("Bolt")
        fresh = self._create_lot(self.nut, "N-FRESH")
        self.hold(fresh, self.bad)
        for lot in (fresh, self.bad):
            self.assertRefused(
                self._as(self.storekeeper, lot).write, {"product_id": other.id}
            )
            self.assertRefused(lot.sudo().write, {"product_id": other.id})

    def test_lot_renamed_to_free_its_number(self):
        self.hold(self.bad)
        self.assertHeld(self._as(self.storekeeper, self.bad).write, {"name": "N-NEW"})
        self._as(self.storekeeper, self.bad).write({"name": self.bad.name})
        self._as(self.team, self.bad).write({"name": "N-BAD-1"})

    def test_lot_given_to_another_company_to_free_its_number(self):
        """Goods could come back under a new lot of the same number."""
        self.storekeeper.company_ids |= self.other_company
        self.deliver({self.good: 10})  # else Odoo would refuse it itself
        self.hold(self.good)
        lot = self._as(self.storekeeper, self.good)
        vals = {"company_id": self.other_company.id}
        self.assertHeld(lot.write, vals, names=["N-GOOD"])

    def test_lot_is_shared_by_companies(self):
        """Which frees no number."""
        (lot,) = self.lots(self.nut, "N-OWN")
        lot.company_id = self.company
        self.hold(lot)
        self._as(self.storekeeper, lot).company_id = False

    def test_product_without_lots_or_stock(self):
        self.hold(self.bad)
        product = self._as(self.storekeeper, self.nut)
        self.storekeeper.group_ids |= self.env.ref("product.group_product_manager")
        for vals in ({"is_storable": False}, {"tracking": "none"}, {"type": "service"}):
            self.assertHeld(product.write, vals, names=["Nut"])
            self.assertHeld(product.product_tmpl_id.write, vals, names=["Nut"])

    def test_product_in_another_unit(self):
        self.hold(self.bad)
        product = self._as(self.storekeeper, self.nut)
        self.storekeeper.group_ids |= self.env.ref("product.group_product_manager")
        product.uom_id = product.uom_id  # as an import does
        dozen = self.env.ref("uom.product_uom_dozen")
        for record in (product, product.product_tmpl_id):
            self.assertHeld(
                record.write, {"uom_id": dozen.id}, names=["Nut", "unit of measure"]
            )

    def test_product_under_another_template(self):
        self.hold(self.bad)
        other = self._create_product("Cheap Nut").product_tmpl_id
        self.storekeeper.group_ids |= self.env.ref("product.group_product_manager")
        product = self._as(self.storekeeper, self.nut)
        product.product_tmpl_id = product.product_tmpl_id  # as an import does
        self.assertHeld(
            product.write, {"product_tmpl_id": other.id}, names=["Nut", "Which product"]
        )

    def test_other_product_may_change(self):
        self.hold(self.bad)
        bolt = self._create_product("Bolt")
        bolt.tracking = "none"


class TestHoldWithoutANumber(HostileCommon):
    """Goods that leave without a lot, where the only goods there are are held."""

    def setUp(self):
        super().setUp()
        self.warehouse.out_type_id.write(
            {"use_create_lots": False, "use_existing_lots": False}
        )

    def test_held_goods_do_not_leave_unnamed(self):
        self.deliver({self.good: 10})
        self.hold(self.bad)
        self.assertHeld(self.deliver, {self.nut: 2})

    def test_nor_beside_others_that_nobody_named(self):
        self.hold(self.bad)
        self.assertHeld(self.deliver, {self.nut: 2})

    def test_typed_at_an_open_transfer(self):
        order = self.order({self.nut: 2})
        self.hold(self.bad)
        self.fill(order.picking_ids.move_ids, {self.nut: 2})
        self.assertHeld(order.picking_ids.button_validate)

    def test_quantity_of_a_done_line_raised(self):
        self.receive_unnamed(1)
        delivery = self.deliver({self.nut: 1})
        self.hold(self.bad)
        self.assertHeld(delivery.move_line_ids.write, {"quantity": 3})
        # its lot may be told
        delivery.move_line_ids.lot_id = self.good

    def test_goods_without_a_lot_that_are_there_leave(self):
        self.receive_unnamed(5)
        self.hold(self.bad)
        self.deliver({self.nut: 5})
        self.assertEqual(self.quantity_in(self.bad, self.stock), 10)
        self.assertHeld(self.deliver, {self.nut: 1})

    def test_after_quarantine_the_others_leave(self):
        self.hold(self.bad)
        self.move({self.bad: 10}, self.quarantine)
        self.deliver({self.nut: 2})

    def test_lot_named_takes_no_held_goods_without_a_lot(self):
        self.receive_unnamed(5)
        fresh = self._create_lot(self.nut, "N-FRESH")
        self.env["recall.hold"]._place(
            self.env["stock.lot"],
            "Glass",
            places=[(self.nut, self.warehouse.view_location_id)],
        )
        loose = self.env["stock.quant"].search(
            [("product_id", "=", self.nut.id), ("lot_id", "=", False)]
            + [("location_id", "=", self.stock.id)]
        )
        self.deliver({fresh: 5})
        self.assertEqual(loose.quantity, 5)
        delivery = self.deliver({fresh: 1})
        vals = self.line_vals(fresh, move_id=delivery.move_ids.id, quantity=3)
        self.env["stock.move.line"].create(vals)
        self.assertEqual(loose.quantity, 5)
        self.assertEqual(self.quantity_in(fresh, self.stock), -9)

    def receive_unnamed(self, quantity):
        self.warehouse.in_type_id.write(
            {"use_create_lots": False, "use_existing_lots": False}
        )
        self.receive({self.nut: quantity})
