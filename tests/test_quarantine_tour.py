from odoo.tests import HttpCase, tagged

from .common import RecallCommon


@tagged("post_install", "-at_install")
class TestQuarantineTour(RecallCommon, HttpCase):
    def test_move_to_quarantine(self):
        """From a case that holds goods to goods that stand in quarantine."""
        lot = self._create_lot(self._create_product(), "L1")
        quants = self.env["stock.quant"]
        stock = self.warehouse.lot_stock_id
        quants._update_available_quantity(lot.product_id, stock, 5, lot_id=lot)
        case = self._create_lot_case(lot)
        case.action_hold()
        self.start_tour(
            f"/odoo/recall.case/{case.id}",
            "recall_move_to_quarantine",
            login=self.team.login,
        )
        self.assertEqual(case.quarantine_picking_ids.state, "done")
        quant = quants.search([("lot_id", "=", lot.id), ("quantity", "=", 5)])
        self.assertTrue(quant.location_id._is_recall_quarantine())


@tagged("post_install", "-at_install")
class TestQuarantineOnAPhone(RecallCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_containment_is_at_hand_on_a_phone(self):
        """A phone shows the first button of a header only, and no stat buttons."""
        lot = self._create_lot(self._create_product(), "L1")
        stock = self.warehouse.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(
            lot.product_id, stock, 5, lot_id=lot
        )
        case = self._create_lot_case(lot)
        self.start_tour(
            f"/odoo/recall.case/{case.id}",
            "recall_contain_on_a_phone",
            login=self.team.login,
        )
        self.assertEqual(case.quarantine_picking_ids.state, "assigned")
