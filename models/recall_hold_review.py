from markupsafe import Markup

from odoo import api, fields, models


class RecallHold(models.Model):
    """Asks whether holds are still needed, from the day on that was named for it."""

    _inherit = "recall.hold"

    @api.model
    def _cron_review(self):
        """Ask those who placed a hold whether it is still needed, from the day on
        that they named; it never ends by itself."""
        today = fields.Date.context_today(self)
        due = self.search([("state", "=", "active"), ("expires_on", "<=", today)])
        for (user, goods), holds in due.grouped(
            lambda hold: (hold._get_reviewer(), hold.lot_id or hold.product_id)
        ).items():
            holds._ask_whether_needed(user, goods)

    def _ask_whether_needed(self, user, goods):
        """Ask once, on the goods of these holds.

        :param goods: `stock.lot`, or `product.product` of goods without a lot
        """
        summary = self.env._("Is the hold still needed?")
        asked = goods.activity_ids.filtered(
            lambda activity: activity.user_id == user and activity.summary == summary
        )
        if not asked:
            goods.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=Markup("<p>%s</p>") % self._list_reasons(),
                user_id=user.id,
            )

    def _list_reasons(self):
        return ", ".join(
            f"{hold.location_id.display_name}: {hold.reason}"
            if hold.location_id
            else hold.reason
            for hold in self
        )

    def _get_reviewer(self):
        """Whom to ask: who placed it, the coordinator of its case, or where they have
        left a manager of its company, who may release it."""
        self.ensure_one()
        at_work = (self.placed_by | self.case_id.user_id).filtered("active")
        return (at_work or self._get_managers())[:1] or self.placed_by

    def _get_managers(self):
        return self._get_members("stock_recall.group_recall_manager", self.company_id)

    @api.model
    def _get_members(self, group, company):
        """The employees with the rights of a group who work in a company."""
        # not a search: it is asked for each of the lines that a hold breaks
        users = self.env.ref(group).all_user_ids
        return users.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        ).sorted("id")
