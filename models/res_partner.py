from collections import defaultdict

from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "recall.document"]

    _recall_paths = {
        "recall.exposure": "partner_id",
        "recall.source": "partner_id",
        "recall.pending": "partner_id",
    }

    def _get_recall_case_ids(self):
        # Goods go to delivery addresses: a company answers for its addresses too.
        everyone = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        own = super(ResPartner, everyone)._get_recall_case_ids()
        found = defaultdict(set)
        for partner_id, case_ids in own.items():
            partner = self.browse(partner_id)
            while partner:
                found[partner.id] |= case_ids
                partner = partner.parent_id
        return {partner.id: found[partner.id] for partner in self}
