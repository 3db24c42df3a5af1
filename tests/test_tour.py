from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import RecallCommon


@tagged("post_install", "-at_install")
class TestTour(RecallCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_product("Tour Peanuts")
        cls.lot = cls._create_lot(cls.product, "TOUR-LOT")
        cls.shop = cls._create_partner("Tour Shop")
        cls._transfer(cls.warehouse.in_type_id, 10, cls.vendor)
        cls._transfer(cls.warehouse.out_type_id, 4, cls.shop)

    @classmethod
    def _transfer(cls, picking_type, quantity, partner):
        places = {
            "location_id": picking_type.default_location_src_id.id,
            "location_dest_id": picking_type.default_location_dest_id.id,
        }
        line = {"product_id": cls.product.id, "quantity": quantity, **places}
        move = {
            "product_id": cls.product.id,
            "product_uom_qty": quantity,
            "picked": True,
            "move_line_ids": [Command.create({**line, "lot_id": cls.lot.id})],
            **places,
        }
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "partner_id": partner.id,
                "move_ids": [Command.create(move)],
                **places,
            }
        )
        picking.button_validate()
        assert picking.state == "done", picking.state

    def test_case_from_a_lot(self):
        """A lot becomes a case, and the case says where all of it is."""
        self.start_tour(
            f"/odoo/lots/{self.lot.id}", "recall_case_from_lot", login=self.team.login
        )
        case = self.env["recall.case"].search([("title", "=", "Metal in the nuts")])
        self.assertEqual(case.traced_by_id, self.team)
        self.assertEqual(case.affected_ids.lot_id, self.lot)
        self.assertEqual(case.affected_ids.qty_on_hand, 6)
        self.assertEqual(case.exposure_ids.partner_id, self.shop)
