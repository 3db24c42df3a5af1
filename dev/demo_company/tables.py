"""Plain text tables that fit a terminal."""

import textwrap

WIDTH = 108


def table(heads, rows, widths=()):
    """Aligned columns; numbers go to the right, long texts are cut.

    :param rows: lists of texts and numbers
    :param widths: most characters for each column, 0 for as many as it needs
    """
    if not rows:
        return "none"
    cells = [[_text(value) for value in row] for row in rows]
    limits = [*widths, *[0] * (len(heads) - len(widths))]
    sizes = [
        min(max(len(head), *(len(row[at]) for row in cells)), limit or WIDTH)
        for at, (head, limit) in enumerate(zip(heads, limits, strict=True))
    ]
    right = [
        any(isinstance(row[at], int | float) for row in rows)
        for at in range(len(heads))
    ]
    lines = [_line(row, sizes, right) for row in [heads, *cells]]
    lines.insert(1, "-" * min(WIDTH, max(map(len, lines))))
    return "\n".join(lines)


def section(title, body):
    """A titled part of the report."""
    return f"\n{title.upper()}\n{body}"


def paragraph(text, first="  "):
    """A text in lines that are indented; `first` is the first one's indent."""
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent="  ")


def number(value):
    """A quantity without digits that say nothing."""
    return f"{round(value, 2):,.10g}"


def _text(value):
    if isinstance(value, float):
        return number(value) if abs(value) > 1e-9 else "."
    return str(value or "")


def _line(cells, sizes, right):
    parts = []
    for cell, size, is_right in zip(cells, sizes, right, strict=True):
        cut = cell if len(cell) <= size else cell[: size - 1] + "~"
        parts.append(cut.rjust(size) if is_right else cut.ljust(size))
    return "  ".join(parts).rstrip()
