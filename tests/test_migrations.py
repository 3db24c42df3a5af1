import importlib.util

from odoo.tools import file_path

from .common import RecallCommon


class TestMigrations(RecallCommon):
    def migrate(self, version):
        """Run the scripts of a version, as an upgrade to it does."""
        path = file_path(f"stock_recall/migrations/{version}/post-migration.py")
        spec = importlib.util.spec_from_file_location("post_migration", path)
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
