"""The demo company: two months of a nut and snack maker, and the recall in it.

Everything is built with Odoo's own methods (orders, receipts, manufacturing orders,
return and inventory wizards), so the trace reads what a real company would have
written. Nothing is random: two builds differ in their dates only.

* `catalogue`, `partners`: who and what, as tables
* `world`: the records by short name, and the clock
* `setup`, `people`: companies, warehouses, products, partners, users
* `purchasing`, `production`, `stock`, `sales`: one kind of flow each
* `story`: what happened when, week by week
* `job`, `report`: the recall case and its printed report
"""
