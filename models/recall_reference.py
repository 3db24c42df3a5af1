from odoo import api, fields, models


class RecallReference(models.AbstractModel):
    """Rows about a document of Odoo, of whichever model: transfer, order, repair."""

    _name = "recall.reference"
    _description = "Row About a Document"

    document = fields.Char(readonly=True, help="Transfer, production or repair order.")
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        "Document ID", model_field="res_model", readonly=True
    )

    @api.readonly
    def action_open_document(self):
        """Open the document in its form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def _get_document(self):
        """The document, which may have been deleted."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)
