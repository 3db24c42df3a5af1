"""The picture in a browser: its unit tests in Odoo's own runner, and its tours."""

from odoo.tests import HttpCase, tagged

from .trace_common import TraceCommon

RUNNER = "/web/tests?headless&loglevel=2&timeout=15000&preset={preset}&id={suite}"


def get_suite(name):
    """The id that Odoo's test runner gives to a suite."""
    number = 0
    for char in name:
        number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
    return f"{number:08x}"


class RunnerCommon(HttpCase):
    preset = "desktop"

    def run_suite(self):
        url = RUNNER.format(preset=self.preset, suite=get_suite("@stock_recall"))
        self.browser_js(
            url,
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )


@tagged("post_install", "-at_install")
class TestUnit(RunnerCommon):
    def test_unit(self):
        self.run_suite()


@tagged("post_install", "-at_install")
class TestUnitOnAPhone(RunnerCommon):
    preset = "mobile"
    browser_size = "375x667"
    touch_enabled = True

    def test_unit(self):
        self.run_suite()


@tagged("post_install", "-at_install")
class TestGenealogyTour(TraceCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        nut = cls._create_product("Tour Nut")
        cls.many = cls.lots(nut, *(f"L{number:02}" for number in range(15)))
        cls.receive(dict.fromkeys(cls.many, 2))
        cls.deliver(dict.fromkeys(cls.many, 1))

    def test_case(self):
        """From a case to its picture, to one lot of many, and back."""
        case = self.trace(*self.many)
        self.start_tour(
            f"/odoo/recalls/{case.id}", "recall_genealogy", login=self.team.login
        )

    def test_address(self):
        case = self.trace(*self.many)
        self.start_tour(
            f"/odoo/recalls/{case.id}/recall-genealogy",
            "recall_genealogy_address",
            login=self.team.login,
        )

    def test_lot(self):
        self.start_tour(
            f"/odoo/lots/{self.many[3].id}",
            "recall_genealogy_lot",
            login=self.auditor.login,
        )
