from odoo import models


class RecallRelation(models.AbstractModel):
    _name = "recall.relation"
    _description = "Reader of Whole Relations"

    def _read_relation(self, name):
        """Read a many2many field whole, whoever asks, as {record: sorted ids}.

        The cache cannot say: it holds what the user who read the field first may
        see, also for `sudo`, and what `sudo` reads would show to that user after.
        """
        found = {record: [] for record in self}
        stored = {record._origin.id: record for record in self if record.id}
        groups = (
            # sudo: ids are for comparing, whoever names records checks the reader
            self.sudo()
            .with_context(active_test=False)
            ._read_group([("id", "in", list(stored))], ["id", name])
        )
        for record_id, related in groups:
            if related:
                found[stored[getattr(record_id, "id", record_id)]].append(related.id)
        for record in self:
            found[record] = sorted(found[record] if record.id else record[name].ids)
        return found
