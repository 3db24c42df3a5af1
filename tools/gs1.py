"""What a GS1 label says of a lot: element strings, and their link for a QR code.

After the GS1 General Specifications, 3.2 (GTIN), 3.4.1 (batch or lot) and 3.5.2
(serial), and GS1 Digital Link URI Syntax.
"""

import re
from urllib.parse import quote

from odoo.tools.barcode import check_barcode_encoding

GTIN, BATCH, SERIAL = "01", "10", "21"
# Tells a reader of Code 128 that a GS1 element string follows; reportlab's spelling.
FNC1 = "\xf1"
# Character set 82, at most 20 of them.
_VALUE = re.compile(r"""^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$""")
_ENCODINGS = {8: "ean8", 12: "upca", 13: "ean13", 14: "gtin14"}


def get_gtin(barcode):
    """The 14 digits of a product's barcode; empty when it is no GTIN."""
    digits = (barcode or "").strip()
    encoding = _ENCODINGS.get(len(digits))
    if encoding and digits.isdecimal() and check_barcode_encoding(digits, encoding):
        return digits.zfill(14)
    return ""


def get_elements(barcode, name, is_serial=False):
    """[(application identifier, value)] of a lot or serial number.

    :param barcode: of its product
    :param name: of the lot; empty for goods without one
    :return: empty when a GS1 code cannot say it
    """
    gtin = get_gtin(barcode)
    elements = [(GTIN, gtin)] if gtin else []
    if name:
        if not _VALUE.match(name):
            return []
        elements.append((SERIAL if is_serial else BATCH, name))
    return elements


def get_code128(elements):
    """What a Code 128 has to carry to be a GS1-128.

    Only the last element may have any length, so no separator is needed.
    """
    return FNC1 + "".join(identifier + value for identifier, value in elements)


def get_text(elements):
    """The line of digits and letters that people read below the bars."""
    return "".join(f"({identifier}) {value} " for identifier, value in elements).strip()


def get_digital_link(base, elements):
    """Web address of a lot under `base`; empty without a GTIN, which it starts with."""
    if not elements or elements[0][0] != GTIN:
        return ""
    path = "/".join(f"{ai}/{quote(value, safe='')}" for ai, value in elements)
    return f"{base.rstrip('/')}/{path}"
