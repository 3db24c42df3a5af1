import math

from odoo import models

from ..models.recall_genealogy import GAP, LINE, PAPER, WIDTH

# What an A4 page has room for below its heading, in millimetres.
PAGE = (275, 160)
# Columns on a page that can still be read, and room around cards.
COLUMNS, MARGIN = 6, 32
CHARACTERS = 36
DASHES = {"exact": None, "order": "9 5", "inferred": "2 4"}
BOLD = {"seed", "hold", "gap"}


class RecallGenealogy(models.AbstractModel):
    """The picture on paper: as many pages as it takes to be read."""

    _inherit = "recall.genealogy"

    def _get_sheets(self, case):
        """The picture of a case, with its pages.

        :param case: `recall.case`
        :return: dict, see :meth:`_draw`, with `pages`
        """
        picture = case._draw_genealogy(most=PAPER)
        return {**picture, "pages": self._get_pages(picture)}

    def _get_pages(self, picture):
        """Cut a picture into pages, columns by columns, then downwards.

        :return: list of dicts for the template
        """
        count = max(len(picture["columns"]), 1)
        across = math.ceil(count / COLUMNS)
        columns = math.ceil(count / across)
        width = columns * (WIDTH + GAP)
        tall = width * PAGE[1] / PAGE[0]
        down = max(math.ceil((picture["height"] + MARGIN) / tall), 1)
        pages = [
            self._prepare_page(picture, (x * width, y * tall - MARGIN, width, tall))
            for x in range(across)
            for y in range(down)
        ]
        return [page for page in pages if page["cards"]] or pages[:1]

    def _prepare_page(self, picture, box):
        x, y, width, height = box
        cards = [card for card in picture["cards"] if self._is_on(card, box)]
        return {
            "box": f"{x - 8:g} {y:g} {width:g} {height:g}",
            "width": PAGE[0],
            "height": PAGE[1],
            "cards": [self._prepare_printed_card(card) for card in cards],
            "columns": [c for c in picture["columns"] if x <= c["x"] < x + width],
            "links": [
                {**link, "dash": DASHES[link["evidence"]]} for link in picture["links"]
            ],
        }

    def _is_on(self, card, box):
        """Whether any of a card is on a page: one that is cut is on both."""
        x, y, width, height = box
        return (
            x <= card["x"] < x + width
            and card["y"] < y + height
            and card["y"] + card["height"] > y
        )

    def _prepare_printed_card(self, card):
        texts = [(card["title"], True)]
        texts += [(text, False) for text in (card["subtitle"], *card["facts"]) if text]
        texts += [(mark["text"], mark["kind"] in BOLD) for mark in card["marks"]]
        kinds = {mark["kind"] for mark in card["marks"]}
        return {
            **card,
            "stroke": 3 if "seed" in kinds else 1,
            "lines": [
                {
                    "text": _cut(text),
                    "weight": "bold" if is_bold else "normal",
                    "y": card["y"] + 4 + LINE * (number + 1),
                }
                for number, (text, is_bold) in enumerate(texts)
            ],
        }


def _cut(text):
    return text if len(text) <= CHARACTERS else f"{text[: CHARACTERS - 1]}…"
