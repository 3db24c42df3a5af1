import importlib.util
from datetime import timedelta

from odoo.tools import file_path

from .hold_common import HoldCommon


class TestMigrations(HoldCommon):
    def migrate(self, version, script="post-migration"):
        """Run a script of a version, as an upgrade to it does."""
        path = file_path(f"stock_recall/migrations/{version}/{script}.py")
        spec = importlib.util.spec_from_file_location("migration", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_warehouses_of_before_get_their_quarantine(self):
        self.warehouse._remove_recall_quarantine()
        self.assertFalse(self.warehouse.recall_quarantine_loc_id)
        kept = self.other_warehouse.recall_quarantine_loc_id
        self.migrate("19.0.1.1.0")
        self.assertTrue(self.warehouse.recall_quarantine_loc_id.recall_is_quarantine)
        self.assertTrue(self.warehouse.recall_quarantine_type_id.active)
        self.assertEqual(self.other_warehouse.recall_quarantine_loc_id, kept)

    def test_cases_of_before_keep_what_their_trace_looked_for(self):
        product = self._create_product()
        same, changed = (
            self._create_lot_case(self._create_lot(product, name)) for name in "AB"
        )
        (same | changed).action_trace()
        self.env.flush_all()
        # as cases are that were traced by the version before
        self.env.cr.execute(
            """UPDATE recall_case
                  SET traced_scope = NULL, traced_at = now() AT TIME ZONE 'UTC'
                WHERE id = ANY(%s)""",
            ((same | changed).ids,),
        )
        self.env.cr.execute(
            "UPDATE recall_scope SET write_date = write_date + interval '1 day'"
            " WHERE case_id = %s",
            (changed.id,),
        )
        self.env.invalidate_all()
        self.migrate("19.0.1.1.0")
        self.assertFalse(same.is_scope_changed)
        self.assertTrue(same.traced_scope)
        self.assertFalse(changed.traced_scope)

    def test_cases_that_were_traced_after_their_holds_are_not_traced_again(self):
        product = self._create_product()
        traced, due = (
            self._create_lot_case(self._create_lot(product, name)) for name in "AB"
        )
        (traced | due).action_hold()
        (traced | due).sudo().followed_hold_count = 0  # as the version before has it
        traced.sudo().traced_at = traced.hold_ids.placed_at + timedelta(hours=1)
        self.migrate("19.0.1.4.0", "post-followed-holds")
        self.assertEqual(self.env["recall.case"]._get_cases_to_retrace(), due)

    def test_cases_that_were_traced_after_their_losses_are_not_traced_again(self):
        self.receive({self.bad: 5, self.good: 5})
        self.order({self.bad: 5, self.good: 5})
        traced, due = (self.hold_case(lot) for lot in (self.bad, self.good))
        cases = traced | due
        self.assertEqual(len(cases.interruption_ids), 2)
        for case in cases.sudo():  # as the version before has them
            case.followed_hold_count = len(case.hold_ids)
        traced.sudo().traced_at = traced.interruption_ids.date + timedelta(hours=1)
        self.assertEqual(self.env["recall.case"]._get_cases_to_retrace(), cases)
        self.migrate("19.0.1.5.0", "post-followed-losses")
        self.assertEqual(self.env["recall.case"]._get_cases_to_retrace(), due)

    def test_holds_of_before_go_with_their_case_to_its_company(self):
        lots = [self._create_lot(self._create_product(), name) for name in "AB"]
        moved, released = (self._create_lot_case(lot) for lot in lots)
        (moved | released).action_hold()
        self._as(self.manager, released.hold_ids)._release("Tested negative")
        self.env.flush_all()
        # as the version before let cases go
        self.env.cr.execute(
            "UPDATE recall_case SET company_id = %s WHERE id = ANY(%s)",
            (self.other_company.id, (moved | released).ids),
        )
        self.env.invalidate_all()
        self.migrate("19.0.1.4.0", "post-hold-company")
        self.assertEqual(moved.hold_ids.company_id, self.other_company)
        self.assertEqual(released.hold_ids.company_id, self.company)

    def test_precautions_of_before_go_to_the_company_of_their_lot(self):
        product = self._create_product()
        own = self._create_lot(product, "A", company_id=self.other_company.id)
        shared = self._create_lot(product, "B")
        released = self._create_lot(product, "C", company_id=self.other_company.id)
        holds = self.env["recall.hold"]._place(own | shared | released, "Glass")
        manager = self._create_user(
            "other_manager", "stock_recall.group_recall_manager", self.other_company
        )
        over = holds.filtered(lambda hold: hold.lot_id == released)
        self._as(manager, over)._release("Tested negative")
        self.env.flush_all()
        # as the version before placed them
        self.env.cr.execute(
            "UPDATE recall_hold SET company_id = %s WHERE id = ANY(%s)",
            (self.company.id, holds.ids),
        )
        self.env.invalidate_all()
        self.migrate("19.0.1.4.0", "post-hold-company")
        companies = {hold.lot_id: hold.company_id for hold in holds}
        self.assertEqual(companies[own], self.other_company)
        self.assertEqual(companies[shared], self.company)
        self.assertEqual(companies[released], self.company)
