"""The quarantine of each warehouse, and what keeps it one."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..hooks import clean_up, create_quarantines
from .common import RecallCommon
from .flows import StockFlows, needs


class QuarantineCommon(StockFlows, RecallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarantine = cls.warehouse.recall_quarantine_loc_id
        cls.picking_type = cls.warehouse.recall_quarantine_type_id
        cls.stock_manager = cls._create_user(
            "stock_manager", "stock.group_stock_manager"
        )


@tagged("post_install", "-at_install")
class TestQuarantineOfWarehouse(QuarantineCommon):
    def assertQuarantine(self, warehouse):
        location = warehouse.recall_quarantine_loc_id
        picking_type = warehouse.recall_quarantine_type_id
        self.assertEqual(location.location_id, warehouse.view_location_id)
        self.assertEqual(location.company_id, warehouse.company_id)
        self.assertEqual(location.usage, "internal")
        self.assertEqual(location.warehouse_id, warehouse)
        self.assertTrue(location._is_recall_quarantine())
        self.assertEqual(picking_type.code, "internal")
        self.assertEqual(picking_type.warehouse_id, warehouse)
        self.assertEqual(picking_type.company_id, warehouse.company_id)
        self.assertEqual(picking_type.default_location_dest_id, location)
        self.assertEqual(
            picking_type.sequence_id.prefix, f"{warehouse.code}/RQ/", warehouse.name
        )
        self.assertEqual(picking_type.sequence_id.company_id, warehouse.company_id)

    def test_each_warehouse_has_one(self):
        warehouses = self.env["stock.warehouse"].with_context(active_test=False)
        for warehouse in warehouses.search([]):
            self.assertQuarantine(warehouse)

    def test_new_warehouse(self):
        warehouse = self.new_warehouse("NEW")
        self.assertQuarantine(warehouse)
        self.assertNotEqual(warehouse.recall_quarantine_loc_id, self.quarantine)
        self.assertEqual(warehouse.recall_quarantine_loc_id.barcode, "NEWQUARANTINE")
        self.assertEqual(warehouse.recall_quarantine_type_id.barcode, "NEWRQ")

    def test_new_warehouse_of_a_stock_manager(self):
        self.new_warehouse("TWO")  # Odoo lets only the system begin with several
        warehouses = self.env["stock.warehouse"].with_user(self.stock_manager)
        self.assertQuarantine(warehouses.create({"name": "Own", "code": "OWN"}).sudo())

    def test_new_company(self):
        company = self._create_company("Nut and Snack Import")
        self.assertQuarantine(self._get_warehouse(company))

    def test_copied_warehouse(self):
        copy = self.warehouse.copy()
        self.assertQuarantine(copy)
        self.assertNotEqual(copy.recall_quarantine_loc_id, self.quarantine)
        self.assertNotEqual(copy.recall_quarantine_type_id, self.picking_type)

    def test_multi_step_warehouse(self):
        warehouse = self.new_warehouse(
            "MULTI", reception_steps="three_steps", delivery_steps="pick_pack_ship"
        )
        self.assertQuarantine(warehouse)
        warehouse.write({"reception_steps": "one_step", "delivery_steps": "ship_only"})
        self.assertQuarantine(warehouse)
        self.assertTrue(warehouse.recall_quarantine_loc_id.active)
        self.assertTrue(warehouse.recall_quarantine_type_id.active)

    def test_renamed_warehouse(self):
        warehouse = self.warehouse.with_user(self.stock_manager)
        warehouse.write({"name": "Silo", "code": "SILO"})
        self.assertQuarantine(self.warehouse)
        self.assertEqual(
            self.picking_type.sequence_id.name, "Silo Sequence recall quarantine"
        )
        self.assertEqual(
            self.quarantine.complete_name, "SILO/Recall Quarantine", "by its view"
        )
        self.assertEqual(self.picking_type.barcode, "SILORQ")

    def test_own_prefix_stays_in_a_renamed_warehouse(self):
        self.picking_type.sequence_code = "QX"
        self.warehouse.code = "SILO"
        self.assertEqual(self.picking_type.sequence_id.prefix, "SILO/QX/")

    def test_archived_and_unarchived_warehouse(self):
        warehouse = self.new_warehouse("OLD")
        location = warehouse.recall_quarantine_loc_id
        warehouse.active = False
        self.assertFalse(location.active)
        self.assertFalse(warehouse.recall_quarantine_type_id.active)
        self.assertTrue(location._is_recall_quarantine())
        warehouse.active = True
        self.assertTrue(location.active)
        self.assertTrue(warehouse.recall_quarantine_type_id.active)
        self.assertQuarantine(warehouse)

    def test_warehouse_with_goods_in_quarantine_stays(self):
        product = self._create_product()
        (lot,) = self.lots(product, "L1")
        self.count({lot: 5}, self.quarantine)
        with self.assertRaisesRegex(UserError, "still contain products"):
            self.warehouse.active = False

    def test_deleted_type_comes_back(self):
        self.warehouse.recall_quarantine_type_id.unlink()
        self.warehouse._create_missing_recall_quarantine()
        self.assertQuarantine(self.warehouse)

    def test_present_warehouses_get_theirs_when_it_is_installed(self):
        archived = self.new_warehouse("OLD")
        archived.active = False
        warehouses = self.warehouse | self.other_warehouse | archived
        clean_up(self.env)
        self.assertFalse(warehouses.recall_quarantine_loc_id)
        self.assertFalse(warehouses.recall_quarantine_type_id)
        create_quarantines(self.env)
        for warehouse in warehouses:
            self.assertQuarantine(warehouse)
        self.assertFalse(archived.recall_quarantine_type_id.active)

    def test_installing_twice_changes_nothing(self):
        self.warehouse._create_missing_recall_quarantine()
        self.assertEqual(self.warehouse.recall_quarantine_loc_id, self.quarantine)
        self.assertEqual(self.warehouse.recall_quarantine_type_id, self.picking_type)


@tagged("post_install", "-at_install")
class TestQuarantineRemoval(QuarantineCommon):
    """What uninstalling leaves behind."""

    def test_unused_leaves_nothing(self):
        records = self.quarantine, self.picking_type, self.picking_type.sequence_id
        self.warehouse._remove_recall_quarantine()
        for record in records:
            self.assertFalse(record.exists())

    def test_goods_survive(self):
        product = self._create_product()
        (lot,) = self.lots(product, "L1")
        self.count({lot: 5}, self.quarantine)
        self.warehouse._remove_recall_quarantine()
        self.assertTrue(self.quarantine.active)
        self.assertFalse(self.picking_type.active)
        self.assertEqual(product.qty_available, 5)

    def test_goods_on_their_way_find_it(self):
        product = self._create_product()
        (lot,) = self.lots(product, "L1")
        self.receive({lot: 5})
        case = self._create_lot_case(lot)
        case.action_hold()
        picking = case._move_to_quarantine()
        self.warehouse._remove_recall_quarantine()
        self.assertTrue(self.quarantine.active)
        self.validate(picking)
        self.assertEqual(product.qty_available, 5)

    def test_installed_again_it_takes_up_what_was_in_use(self):
        product = self._create_product()
        (lot,) = self.lots(product, "L1")
        self.receive({lot: 5})
        self.transfer({lot: 5}, self.picking_type, self.stock, self.quarantine)
        for place in ("with goods in it", "empty"):
            with self.subTest(place):
                self.install_again()
                self.assertEqual(
                    self.warehouse.recall_quarantine_loc_id, self.quarantine
                )
                # another one would give numbers anew that transfers have already
                self.assertEqual(
                    self.warehouse.recall_quarantine_type_id, self.picking_type
                )
                self.assertTrue(self.picking_type.active)
                self.assertTrue(self.quarantine.active)
                self.assertTrue(self.quarantine.recall_is_quarantine)
            if product.qty_available:
                self.move({lot: 5}, self.quarantine, self.suppliers)

    def test_installed_again_it_leaves_what_is_put_to_another_use(self):
        product = self._create_product()
        (lot,) = self.lots(product, "L1")
        self.receive({lot: 5})
        self.transfer({lot: 5}, self.picking_type, self.stock, self.quarantine)
        self.uninstall()
        self.quarantine.location_id = self.stock
        self.warehouse._create_missing_recall_quarantine()
        self.assertNotEqual(self.warehouse.recall_quarantine_loc_id, self.quarantine)
        self.assertTrue(self.warehouse.recall_quarantine_loc_id)
        self.assertTrue(self.warehouse.recall_quarantine_type_id.active)

    def install_again(self):
        self.uninstall()
        self.warehouse._create_missing_recall_quarantine()

    def uninstall(self):
        self.warehouse._remove_recall_quarantine()
        # as the columns are dropped, whatever is in them
        self.env.flush_all()
        self.cr.execute(
            "UPDATE stock_warehouse SET recall_quarantine_loc_id = NULL,"
            " recall_quarantine_type_id = NULL WHERE id = %s",
            self.warehouse.ids,
        )
        self.cr.execute("UPDATE stock_location SET recall_is_quarantine = NULL")
        self.env.invalidate_all()

    def test_records_survive(self):
        product = self._create_product()
        (lot,) = self.lots(product, "L1")
        self.receive({lot: 5})
        transfer = self.transfer(
            {lot: 5}, self.picking_type, self.stock, self.quarantine
        )
        self.move({lot: 5}, self.stock, self.quarantine)
        self.warehouse._remove_recall_quarantine()
        self.assertFalse(self.quarantine.active)
        self.assertFalse(self.picking_type.active)
        self.assertEqual(transfer.location_dest_id, self.quarantine)


@tagged("post_install", "-at_install")
class TestQuarantineStays(QuarantineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_product()
        (cls.lot,) = cls.lots(cls.product, "L1")
        cls.shelf = cls._create_shelf("Cage", cls.quarantine)

    @classmethod
    def _create_shelf(cls, name, parent):
        vals = {"name": name, "location_id": parent.id}
        return cls.env["stock.location"].create(vals)

    def test_places_below_are_quarantine(self):
        below = self._create_shelf("Left", self.shelf)
        self.assertTrue(below._is_recall_quarantine())
        for location in (self.stock, self.warehouse.view_location_id, self.customers):
            self.assertFalse(location._is_recall_quarantine())

    def test_a_place_that_moves_in_or_out(self):
        outside = self._create_shelf("Loft", self.stock)
        below = self._create_shelf("Left", outside)
        outside.location_id = self.quarantine
        self.assertTrue(outside._is_recall_quarantine())
        self.assertTrue(below._is_recall_quarantine())
        outside.location_id = self.stock
        self.assertFalse(outside._is_recall_quarantine())
        self.assertFalse(below._is_recall_quarantine())

    def test_asking_reads_nothing_more(self):
        locations = self.quarantine | self.shelf | self.stock | self.customers
        self.env.invalidate_all()
        locations.mapped("usage")
        with self.assertQueryCount(0):
            found = [location._is_recall_quarantine() for location in locations]
        self.assertEqual(found, [True, True, False, False])

    def test_anybody_may_ask(self):
        self.assertTrue(
            self.quarantine.with_user(self.employee)._is_recall_quarantine()
        )

    def test_another_place_as_quarantine(self):
        cage = self._create_shelf("Locked Room", self.warehouse.view_location_id)
        self.warehouse.recall_quarantine_loc_id = cage
        self.assertTrue(cage._is_recall_quarantine())
        self.assertFalse(self.quarantine._is_recall_quarantine())
        self.assertFalse(self.shelf._is_recall_quarantine())
        self.assertEqual(self.picking_type.default_location_dest_id, cage)

    def test_another_place_chosen_on_the_form_of_a_warehouse(self):
        cage = self._create_shelf("Locked Room", self.warehouse.view_location_id)
        form = Form(self.warehouse.with_user(self.stock_manager))
        form.recall_quarantine_loc_id = cage
        form.save()
        self.assertTrue(cage._is_recall_quarantine())

    def test_no_place_that_deliveries_take_from(self):
        wrong_places = (
            self.stock,
            self._create_shelf("Shelf", self.stock),
            self.warehouse.view_location_id,
            self.other_warehouse.lot_stock_id,
            self.customers,
        )
        for location in wrong_places:
            with self.subTest(location=location.display_name):
                with self.assertRaises(UserError):
                    self.warehouse.recall_quarantine_loc_id = location

    def assertUsed(self, location, use, warehouse=None):
        """A place cannot be the quarantine, and the refusal says why and what next."""
        warehouse = warehouse or self.warehouse
        with self.subTest(location=location.display_name):
            with self.assertRaises(ValidationError) as refused, self.cr.savepoint():
                warehouse.recall_quarantine_loc_id = location
            for words in (location.display_name, use, "place of its own"):
                self.assertIn(words, str(refused.exception))

    def test_no_place_of_the_steps_of_a_warehouse(self):
        warehouse = self.warehouse
        warehouse.write(
            {"reception_steps": "three_steps", "delivery_steps": "pick_pack_ship"}
        )
        self.assertUsed(warehouse.wh_input_stock_loc_id, "Input Location")
        self.assertUsed(warehouse.wh_qc_stock_loc_id, "Quality Control Location")
        self.assertUsed(warehouse.wh_pack_stock_loc_id, "Packing Location")
        self.assertUsed(warehouse.wh_output_stock_loc_id, "Output Location")
        below = self._create_shelf("Dock 1", warehouse.wh_output_stock_loc_id)
        self.assertUsed(below, "Output Location")

    def test_no_place_of_steps_to_come(self):
        """They may be switched on at any time."""
        output = self.warehouse.wh_output_stock_loc_id
        self.assertFalse(output.active)
        self.assertUsed(output, "Output Location")

    @needs("mrp")
    def test_no_place_of_the_steps_of_a_production(self):
        self.warehouse.manufacture_steps = "pbm_sam"
        for place in (self.warehouse.pbm_loc_id, self.warehouse.sam_loc_id):
            self.assertUsed(place, "Manufacturing Location")

    def test_no_place_of_an_operation_type(self):
        dock = self._create_shelf("Dock", self.warehouse.view_location_id)
        ends = {
            "Loading": {"default_location_dest_id": dock.id},
            "Sorting": {
                "default_location_src_id": self._create_shelf("Table", dock).id
            },
        }
        for name, vals in ends.items():
            kind = self._create_type(name, **vals)
            self.assertUsed(dock, name)
            kind.active = False
        self.warehouse.recall_quarantine_loc_id = dock

    def _create_type(self, name, code="internal", **vals):
        return self.env["stock.picking.type"].create(
            {
                "name": name,
                "code": code,
                "sequence_code": name[:3].upper(),
                "warehouse_id": self.warehouse.id,
                "default_location_src_id": self.stock.id,
                "default_location_dest_id": self.stock.id,
                **vals,
            }
        )

    def test_steps_of_a_warehouse_stay_out_of_quarantine(self):
        with self.assertRaisesRegex(ValidationError, "Output Location"):
            self.warehouse.wh_output_stock_loc_id = self.shelf

    def test_operation_types_stay_out_of_quarantine(self):
        pick = self._create_type("Loading")
        for vals in (
            {"default_location_dest_id": self.shelf.id},
            {"default_location_src_id": self.shelf.id},
        ):
            with self.assertRaises(ValidationError) as refused, self.cr.savepoint():
                pick.write(vals)
            for words in ("Loading", self.quarantine.display_name):
                self.assertIn(words, str(refused.exception))
        with self.assertRaisesRegex(ValidationError, "Sorting"):
            self._create_type("Sorting", default_location_dest_id=self.shelf.id)

    def test_operation_types_bring_goods_out_to_scrap_and_vendor(self):
        scrap = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)], limit=1
        )
        for place in (scrap, self.suppliers):
            self._create_type(
                f"To {place.name}",
                default_location_src_id=self.quarantine.id,
                default_location_dest_id=place.id,
            )
        self.warehouse.recall_quarantine_loc_id = self._create_shelf(
            "Cage", self.warehouse.view_location_id
        )
        self.warehouse.recall_quarantine_loc_id = self.quarantine

    def test_returns_of_customers_come_in_there(self):
        returns = self._create_type(
            "Returns", "incoming", default_location_dest_id=self.shelf.id
        )
        self.assertEqual(returns.default_location_dest_id, self.shelf)
        # nor does that keep the warehouse's other places from being changed
        dock = self._create_shelf("Dock", self.warehouse.view_location_id)
        self.warehouse.wh_input_stock_loc_id = dock
        with self.assertRaisesRegex(ValidationError, "Receipts"):
            self.warehouse.in_type_id.default_location_dest_id = self.shelf

    def test_stock_is_not_put_into_quarantine(self):
        with self.assertRaisesRegex(ValidationError, "deliveries take from there"):
            self.warehouse.lot_stock_id = self.shelf
        with self.assertRaisesRegex(ValidationError, "deliveries take from there"):
            self.warehouse.lot_stock_id = self.quarantine

    def test_another_place_only_while_it_is_empty(self):
        self.count({self.lot: 5}, self.shelf)
        cage = self._create_shelf("Locked Room", self.warehouse.view_location_id)
        for location in (cage, cage.browse()):
            with self.assertRaisesRegex(UserError, "holds goods"):
                self.warehouse.recall_quarantine_loc_id = location

    def test_another_place_only_while_nothing_is_on_its_way(self):
        self.receive({self.lot: 5})
        case = self._create_lot_case(self.lot)
        case.action_hold()
        picking = case._move_to_quarantine()
        cage = self._create_shelf("Locked Room", self.warehouse.view_location_id)
        for step in ("reserved", "waiting"):
            with self.subTest(step):
                with self.assertRaises(UserError) as refused, self.cr.savepoint():
                    self.warehouse.recall_quarantine_loc_id = cage
                for words in (picking.name, "Validate or cancel"):
                    self.assertIn(words, str(refused.exception))
            picking.do_unreserve()
        picking.action_cancel()
        self.warehouse.recall_quarantine_loc_id = cage
        picking = case._move_to_quarantine()
        self.assertEqual(picking.move_line_ids.location_dest_id, cage)

    def test_another_place_while_customers_send_goods_back(self):
        """These arrive on hold wherever they are brought."""
        ends = {
            "location_id": self.customers.id,
            "location_dest_id": self.shelf.id,
        }
        move = {"product_id": self.product.id, "product_uom_qty": 3, **ends}
        self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "move_ids": [Command.create(move)],
                **ends,
            }
        ).action_confirm()
        cage = self._create_shelf("Locked Room", self.warehouse.view_location_id)
        self.warehouse.recall_quarantine_loc_id = cage
        self.assertTrue(cage.recall_is_quarantine)

    def test_quarantine_of_a_warehouse_stays_as_it_is(self):
        location = self.quarantine.with_user(self.stock_manager)
        for vals in (
            {"location_id": self.stock.id},
            {"location_id": False},
            {"usage": "transit"},
            {"usage": "view"},
            {"active": False},
        ):
            with self.subTest(vals=vals):
                with self.assertRaisesRegex(
                    UserError, "recall quarantine of warehouse Nut and Snack"
                ):
                    location.write(vals)
        for forged in (location, location.with_context(_force_unlink=True)):
            with self.assertRaisesRegex(UserError, "recall quarantine of warehouse"):
                forged.unlink()

    def test_harmless_changes(self):
        location = self.quarantine.with_user(self.stock_manager)
        location.write(
            {
                "name": "Cage",
                "location_id": self.warehouse.view_location_id.id,
                "usage": "internal",
                "active": True,
            }
        )
        self.assertEqual(location.name, "Cage")

    def test_place_in_quarantine_stays_while_it_holds_goods(self):
        self.count({self.lot: 5}, self.shelf)
        shelf = self.shelf.with_user(self.stock_manager)
        for vals in (
            {"location_id": self.stock.id},
            {"usage": "transit"},
            {"active": False},
        ):
            with self.subTest(vals=vals):
                with self.assertRaisesRegex(UserError, "holds goods, as Peanuts"):
                    shelf.write(vals)
        with self.assertRaisesRegex(UserError, "holds goods, as Peanuts"):
            shelf.unlink()
        self.count({self.lot: 0}, self.shelf)
        shelf.location_id = self.stock
        self.assertFalse(self.shelf.recall_is_quarantine)

    def test_the_place_around_it_stays(self):
        """Deleting a location deletes what lies below."""
        view = self.new_warehouse("NEW").view_location_id
        with self.assertRaisesRegex(UserError, "recall quarantine of warehouse NEW"):
            view.unlink()

    def test_nobody_declares_a_quarantine(self):
        for user in (self.stock_manager, self.manager, self.env.user):
            locations = self.env["stock.location"].with_user(user)
            with self.assertRaises(AccessError):
                self.stock.with_user(user).recall_is_quarantine = True
            with self.assertRaises(AccessError):
                locations.create({"name": "Forged", "recall_is_quarantine": True})
        locations = self.env["stock.location"].with_user(self.stock_manager)
        locations = locations.with_context(default_recall_is_quarantine=True)
        forged = locations.create({"name": "Forged", "location_id": self.stock.id})
        self.assertFalse(forged.recall_is_quarantine)

    def test_nobody_declares_it_by_the_warehouse(self):
        location = self.stock.with_user(self.stock_manager)
        with self.assertRaises(ValidationError):
            location.recall_quarantine_warehouse_ids = [Command.link(self.warehouse.id)]

    def test_deliveries_do_not_take_from_it(self):
        self.count({self.lot: 5}, self.quarantine)
        order = self.order({self.lot: 2})
        self.assertEqual(order.picking_ids.state, "confirmed")
        self.assertFalse(order.picking_ids.move_line_ids)
        self.assertEqual(self.product.qty_available, 5)
