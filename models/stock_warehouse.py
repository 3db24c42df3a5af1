from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import mute_logger

LOCATION = "recall_quarantine_loc_id"
PICKING_TYPE = "recall_quarantine_type_id"
SEQUENCE_CODE = "RQ"


class StockWarehouse(models.Model):
    """A quarantine in every warehouse, and the operation type that brings goods there.

    It stands beside Stock, under the location of the warehouse: goods in it still
    count as on hand, but no delivery takes them, as these take from Stock.
    """

    _inherit = "stock.warehouse"

    recall_quarantine_loc_id = fields.Many2one(
        "stock.location",
        "Recall Quarantine Location",
        check_company=True,
        copy=False,
        domain="[('usage', '=', 'internal'), ('id', 'child_of', view_location_id),"
        " '!', ('id', 'child_of', lot_stock_id)]",
        help="Goods on hold are brought here, and no delivery takes from here.",
    )
    recall_quarantine_type_id = fields.Many2one(
        "stock.picking.type", check_company=True, copy=False
    )

    @api.constrains(lambda self: self._get_recall_place_fields())
    def _check_recall_quarantine_loc_id(self):
        for warehouse in self.filtered("recall_quarantine_loc_id"):
            if not warehouse._is_recall_quarantine_beside_stock():
                raise ValidationError(
                    self.env._(
                        "%(location)s cannot be the recall quarantine of warehouse "
                        "%(warehouse)s. Choose an internal location in %(view)s, but "
                        "neither inside of %(stock)s nor around it: deliveries take "
                        "from there.",
                        location=warehouse.recall_quarantine_loc_id.display_name,
                        warehouse=warehouse.name,
                        view=warehouse.view_location_id.display_name,
                        stock=warehouse.lot_stock_id.display_name,
                    )
                )
            if use := warehouse._get_other_use_of_recall_quarantine():
                raise ValidationError(
                    self.env._(
                        "%(location)s cannot be the recall quarantine of warehouse "
                        "%(warehouse)s: it is in use already (%(use)s), and goods on "
                        "hold would be taken there for orders. Choose or create a "
                        "place of its own in %(view)s.",
                        location=warehouse.recall_quarantine_loc_id.display_name,
                        warehouse=warehouse.name,
                        use=use,
                        view=warehouse.view_location_id.display_name,
                    )
                )

    def _get_recall_place_fields(self):
        """Names of the fields that hold a place of a warehouse, those of other
        addons included."""
        return [
            name
            for name, field in self._fields.items()
            if field.type == "many2one" and field.comodel_name == "stock.location"
        ]

    def _is_recall_quarantine_beside_stock(self):
        self.ensure_one()
        quarantine = self.recall_quarantine_loc_id
        return (
            quarantine.usage == "internal"
            and quarantine._child_of(self.view_location_id)
            and self._is_recall_quarantine_beside(self.lot_stock_id)
        )

    def _is_recall_quarantine_beside(self, place):
        quarantine = self.recall_quarantine_loc_id
        # Where all of the warehouse is one place there is none beside it.
        return self.view_location_id._child_of(place) or not (
            quarantine._child_of(place) or place._child_of(quarantine)
        )

    def _get_other_use_of_recall_quarantine(self):
        """What else the warehouse, or an operation type, uses the quarantine for."""
        self.ensure_one()
        for name in self._get_recall_place_fields():
            if name not in (LOCATION, "view_location_id", "lot_stock_id"):
                place = self[name]
                if place and not self._is_recall_quarantine_beside(place):
                    return self._fields[name].get_description(self.env, ["string"])[
                        "string"
                    ]
        return self._get_types_using_recall_quarantine()[:1].display_name

    def _get_types_using_recall_quarantine(self):
        place = self.recall_quarantine_loc_id
        used = Domain("default_location_src_id", "child_of", place.ids)
        used |= Domain("default_location_dest_id", "child_of", place.ids)
        # sudo: a type counts also where the user does not see it
        types = self.env["stock.picking.type"].sudo().search(used)
        return types.filtered(lambda kind: kind._takes_through_recall_quarantine())

    def write(self, vals):
        if LOCATION in vals:
            left = self.recall_quarantine_loc_id.filtered(
                lambda location: location.id != vals[LOCATION]
            )
            left._check_no_goods_in_quarantine()
            left._check_no_goods_on_their_way()
        result = super().write(vals)
        if LOCATION in vals:
            for warehouse in self.filtered(LOCATION):
                warehouse.recall_quarantine_type_id.default_location_dest_id = (
                    warehouse.recall_quarantine_loc_id
                )
        return result

    # ------------------------------------------------------------------
    # What each warehouse gets
    # ------------------------------------------------------------------
    def _get_locations_values(self, vals, code=False):
        values = super()._get_locations_values(vals, code=code)
        code = (vals.get("code") or code or "").replace(" ", "").upper()
        company_id = vals.get("company_id") or self.env.company.id
        values[LOCATION] = {
            "name": self.env._("Recall Quarantine"),
            "active": True,
            "usage": "internal",
            "barcode": self._valid_barcode(f"{code}QUARANTINE", company_id),
        }
        return values

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        prefix = self.recall_quarantine_type_id.sequence_code or SEQUENCE_CODE
        values[PICKING_TYPE] = {
            "name": self.env._(
                "%(name)s Sequence recall quarantine", name=name or self.name
            ),
            "prefix": f"{code or self.code}/{prefix}/",
            "padding": 5,
            "company_id": self.company_id.id,
        }
        return values

    def _get_picking_type_create_values(self, max_sequence):
        values, next_sequence = super()._get_picking_type_create_values(max_sequence)
        values[PICKING_TYPE] = {
            "name": self.env._("Recall Quarantine"),
            "code": "internal",
            "use_create_lots": False,
            "use_existing_lots": True,
            # Which goods go there is said line by line: nothing else is picked.
            "reservation_method": "manual",
            "default_location_src_id": self.lot_stock_id.id,
            "default_location_dest_id": self.recall_quarantine_loc_id.id,
            "sequence": next_sequence,
            "sequence_code": SEQUENCE_CODE,
            "company_id": self.company_id.id,
        }
        return values, next_sequence + 1

    def _get_picking_type_update_values(self):
        values = super()._get_picking_type_update_values()
        values[PICKING_TYPE] = {
            "active": self.active,
            "barcode": self.code.replace(" ", "").upper() + SEQUENCE_CODE,
        }
        return values

    def _update_name_and_code(self, new_name=False, new_code=False):
        result = super()._update_name_and_code(new_name, new_code)
        for warehouse in self:
            values = warehouse._get_sequence_values(name=new_name, code=new_code)
            # sudo, as for the other types: only the system writes sequences, and
            # whoever may rename the warehouse renames them with it.
            if self.env.user.has_group("stock.group_stock_manager"):
                warehouse = warehouse.sudo()
            warehouse.recall_quarantine_type_id.sequence_id.write(values[PICKING_TYPE])
        return result

    # ------------------------------------------------------------------
    # Installing and uninstalling
    # ------------------------------------------------------------------
    def _create_missing_recall_quarantine(self):
        """Give warehouses that were there before this addon their quarantine."""
        for warehouse in self.with_context(active_test=False):
            if not (warehouse[LOCATION] or warehouse[PICKING_TYPE]):
                warehouse._take_up_recall_quarantine()
            if not warehouse.recall_quarantine_loc_id:
                warehouse._create_missing_locations({})
            if not warehouse.recall_quarantine_type_id:
                values = warehouse._create_or_update_sequences_and_picking_types()
                warehouse.write(values)

    def _take_up_recall_quarantine(self):
        """Find again what an uninstallation left, as goods had been moved there: a
        second operation type would give transfers the same numbers once more."""
        picking_type = self.env["stock.picking.type"].search(
            [
                ("warehouse_id", "=", self.id),
                ("sequence_code", "=", SEQUENCE_CODE),
                ("active", "=", False),
            ],
            order="id desc",
            limit=1,
        )
        if not picking_type:
            return
        location = picking_type.default_location_dest_id
        try:
            with self.env.cr.savepoint():
                self.write({LOCATION: location.id, PICKING_TYPE: picking_type.id})
                picking_type.active = location.active = self.active
        except UserError:  # it was put to another use meanwhile
            return

    def _remove_recall_quarantine(self):
        """Take the quarantine away again, as far as nothing was ever moved there.

        What was used stays for the records: the operation type archived, and the
        location with the goods that it holds, or that are on their way there.
        """
        for warehouse in self:
            location = warehouse.recall_quarantine_loc_id
            picking_type = warehouse.recall_quarantine_type_id
            picking_type.active = False
            if location._get_goods(limit=1) or location._get_open_moves():
                continue
            warehouse.write({LOCATION: False, PICKING_TYPE: False})
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    sequence = picking_type.sequence_id
                    picking_type.unlink()
                    sequence.unlink()
                    location.unlink()
            except IntegrityError:  # a transfer was made: it stays on record
                location.active = False
