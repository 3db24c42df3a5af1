from odoo.fields import Command
from odoo.tests import TransactionCase

from odoo.addons.mail.tests.common import mail_new_test_user

SNAPSHOT_MODELS = (
    "recall.affected",
    "recall.link",
    "recall.exposure",
    "recall.source",
    "recall.pending",
    "recall.gap",
)


class RecallCommon(TransactionCase):
    """Two companies with a warehouse each, and a user of every role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls._set_up_people()
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.vendor = cls._create_partner("Nut Farm")
        cls.consignee = cls._create_partner("Corner Shop")

    @classmethod
    def _set_up_people(cls):
        """Take these from the database, where `dev/suite` has left them: they are most
        of what a class costs. Else create them."""
        cls.company = cls._get_company("Nut and Snack")
        cls.other_company = cls._get_company("Nut and Snack Export")
        cls.warehouse = cls._get_warehouse(cls.company)
        cls.other_warehouse = cls._get_warehouse(cls.other_company)
        cls.team = cls._get_user("team", "stock_recall.group_recall_user")
        cls.manager = cls._get_user("manager", "stock_recall.group_recall_manager")
        cls.auditor = cls._get_user("auditor", "stock_recall.group_recall_auditor")
        cls.stock_user = cls._get_user("stock", "stock.group_stock_user")
        cls.employee = cls._get_user("employee", "base.group_user")
        cls.other_team = cls._get_user(
            "other_team", "stock_recall.group_recall_user", cls.other_company
        )
        cls.group_team = cls._get_user(
            "group_team",
            "stock_recall.group_recall_user",
            cls.company | cls.other_company,
        )

    @classmethod
    def _get_company(cls, name):
        company = cls.env["res.company"].search([("name", "=", name)])
        return company or cls._create_company(name)

    @classmethod
    def _create_company(cls, name):
        company = cls.env["res.company"].create({"name": name})
        cls.env.user.company_ids |= company
        return company

    @classmethod
    def _get_warehouse(cls, company):
        domain = [("company_id", "=", company.id)]
        return cls.env["stock.warehouse"].search(domain, limit=1)

    @classmethod
    def _get_user(cls, login, *args):
        user = cls.env["res.users"].search([("login", "=", f"recall_{login}")])
        return user or cls._create_user(login, *args)

    @classmethod
    def _create_user(cls, login, group, companies=None):
        companies = companies or cls.company
        return mail_new_test_user(
            cls.env,
            login=f"recall_{login}",
            groups=group,
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )

    @classmethod
    def _as(cls, user, records):
        """Return the records as the user sees them, in all companies of the user."""
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )

    @classmethod
    def _create_partner(cls, name, **vals):
        return cls.env["res.partner"].sudo().create({"name": name, **vals})

    @classmethod
    def _create_product(cls, name="Peanuts", tracking="lot", **vals):
        return cls.env["product.product"].create(
            {"name": name, "is_storable": True, "tracking": tracking, **vals}
        )

    @classmethod
    def _create_lot(cls, product, name, **vals):
        return cls.env["stock.lot"].create(
            {"product_id": product.id, "name": name, **vals}
        )

    @classmethod
    def _create_case(cls, *scope_vals, **vals):
        """Create a case of the first company with these scope lines."""
        return cls.env["recall.case"].create(
            {
                "title": "Suspect peanuts",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "scope_ids": [Command.create(scope) for scope in scope_vals],
                **vals,
            }
        )

    @classmethod
    def _create_lot_case(cls, lots, **vals):
        return cls._create_case(
            {"kind": "lot", "lot_ids": [Command.set(lots.ids)]}, **vals
        )

    # Rows as a trace would freeze them, for tests of what people do with them

    @classmethod
    def _create_affected(cls, case, lot, **vals):
        return (
            cls.env["recall.affected"]
            .sudo()
            .create(
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "role": "seed",
                    "evidence": "exact",
                    **vals,
                }
            )
        )

    @classmethod
    def _create_row(cls, model, affected, **vals):
        """Create a row of a snapshot model that hangs on an affected lot."""
        case = affected.case_id
        required = {
            "recall.exposure": {"evidence": "exact"},
            "recall.source": {"evidence": "exact"},
            "recall.pending": {"stage": "reserved", "trace_key": "line/1"},
            "recall.gap": {"kind": "untracked", "trace_key": "line/1"},
            "recall.link": {"kind": "production", "evidence": "exact"},
        }[model]
        if model == "recall.link":
            owner = {"source_id": affected.id, "target_id": affected.id}
        else:
            owner = {"affected_id": affected.id}
        return (
            cls.env[model]
            .sudo()
            .create(
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    **owner,
                    **required,
                    **vals,
                }
            )
        )

    # ------------------------------------------------------------------
    # Stock flows
    # ------------------------------------------------------------------
