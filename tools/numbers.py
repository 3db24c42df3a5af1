"""Numbers of lots as people write them."""


def normalize_number(number):
    """What two spellings of a number have in common, without case and blanks."""
    return "".join((number or "").split()).casefold()
