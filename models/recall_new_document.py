from odoo import models


class RecallNewDocument(models.AbstractModel):
    """A new case looks in all companies of its user, whichever are active just then.

    The ORM lets nobody name a company that is not active. Without this a user of
    several companies could not even open the form, and a default of the active ones
    would miss what a sister company did with the goods.
    """

    _name = "recall.new.document"
    _description = "New Recall Document"

    def onchange(self, values, field_names, fields_spec):
        records = self if self else self._in_all_companies()
        return super(RecallNewDocument, records).onchange(
            values, field_names, fields_spec
        )

    def _in_all_companies(self):
        """This, with all companies of the user active, the active ones first."""
        if self.env.su:
            return self
        companies = self.env.companies | self.env.user.company_ids
        return self.with_context(allowed_company_ids=companies.ids)
