"""A till, its sales and its closing."""

from odoo.fields import Command


class TillFlows:
    """Mixin over :class:`.trace_common.TraceCommon`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )

    def open_till(self, when):
        """Open a till whose stock is updated by order ("real") or by session
        ("closing")."""
        self.company.point_of_sale_update_stock_quantities = when
        env = self.env_of(self.company)
        journal = env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "cash")], limit=1
        )
        cash = env["pos.payment.method"].create(
            {"name": "Cash", "journal_id": journal.copy().id}
        )
        self.till = env["pos.config"].create(
            {
                "name": "Factory Shop",
                "payment_method_ids": [Command.set(cash.ids)],
                "picking_type_id": self.warehouse.pos_type_id.id,
            }
        )
        self.till.open_ui()

    def sell(self, goods, customer=None, **order_vals):
        """One paid order at the till."""
        order = self.ring_up(goods, customer, **order_vals)
        self.pay(order)
        return order

    def sell_as(self, cashier, goods):
        """One order as the till's screen sends it, which a cashier may do."""
        order = self.ring_up(goods, user=cashier)
        order.add_payment(
            {
                "pos_order_id": order.id,
                "amount": order.amount_total,
                "payment_method_id": self.till.payment_method_ids.id,
            }
        )
        order._process_saved_order(False)
        return order

    def ring_up(self, goods, customer=None, user=None, **order_vals):
        self.wait()
        env = self.env_of(self.company)
        env = env(user=user or env.user)
        order = env["pos.order"].create(
            {
                "amount_total": 0,
                "amount_paid": 0,
                "amount_tax": 0,
                "amount_return": 0,
                "company_id": self.company.id,
                "session_id": self.till.current_session_id.id,
                "partner_id": customer and customer.id,
                **order_vals,
                "lines": [
                    Command.create(
                        {
                            "product_id": self.product_of(key).id,
                            "qty": quantity,
                            "price_unit": 10,
                            "price_subtotal": 0,
                            "price_subtotal_incl": 0,
                            "pack_lot_ids": [
                                Command.create({"lot_name": lot.name})
                                for lot in self.lot_of(key)
                            ],
                        }
                    )
                    for key, quantity in goods.items()
                ],
            }
        )
        order.lines._onchange_amount_line_all()
        order._compute_prices()
        return order

    def pay(self, order):
        payment = self.env_of(self.company)["pos.make.payment"]
        payment = payment.with_context(active_ids=order.ids, active_id=order.id)
        payment.create(
            {
                "payment_method_id": self.till.payment_method_ids.id,
                "amount": order.amount_total,
            }
        ).check()
        self.assertEqual(order.state, "paid")

    def close(self):
        self.wait()
        session = self.till.current_session_id
        session.action_pos_session_closing_control()
        self.assertEqual(session.state, "closed")
