"""Tables in HTML: a caption, heads of columns and rows, and texts that are escaped unless they are marked."""

import base64
from html import escape
from typing import NamedTuple

__all__ = ["FAINT_LINE", "RULED_TABLE", "WRAPPED_TABLE", "Cell", "Html", "TableLook", "embed_svg",
           "escape_text", "html_table", "scroll_box", "write_cell"]  # fmt: skip

FAINT_LINE = "1px solid rgba(128,128,128,0.45)"  # no colours: the page's own serve both themes


class TableLook(NamedTuple):
    """CSS for cells, for heads of columns, which are cells, too, and for the caption."""

    cell: str
    head: str
    caption: str


RULED_TABLE = TableLook(
    "text-align:left;white-space:nowrap;padding:0.2em 0.9em 0.2em 0;font-weight:normal",
    f"border-bottom:{FAINT_LINE}",
    "text-align:left;white-space:nowrap;font-weight:bold;color:inherit",
)
WRAPPED_TABLE = TableLook(
    "text-align:left;padding:0.2em 1.2em 0.2em 0;font-weight:normal",
    "font-weight:bold",
    "text-align:left;color:inherit",
)


class Html(str):
    """A string that is HTML already, so that it is not escaped again."""

    __slots__ = ()


class Cell(Html):
    """A whole cell, as ``write_cell`` gives it."""

    __slots__ = ()


def html_table(caption, heads, *groups, foot=(), look=RULED_TABLE, row_style=""):
    """A table in HTML that says what each cell belongs to.

    heads:     texts above the columns; none for a table without
    groups:    the body in groups of rows. A row is a sequence of texts and ``Cell``s; a text that comes first
               is the head of its row
    foot:      one row more, below the body
    look:      TableLook
    row_style: CSS for each row of the body
    returns:   Html
    """
    tr = f'<tr style="{row_style}">' if row_style else "<tr>"

    def write_row(texts, tr="<tr>"):
        cells = [
            x if isinstance(x, Cell) else write_cell(x, look.cell, "" if i else "row")
            for i, x in enumerate(texts)
        ]
        return f"{tr}{''.join(cells)}</tr>"

    top = write_row([write_cell(head, f"{look.cell};{look.head}", "col") for head in heads])
    body = "".join(f"<tbody>{''.join(write_row(row, tr) for row in rows)}</tbody>" for rows in groups)
    return Html(
        f'<table style="border-collapse:collapse;table-layout:auto;margin:0">'
        f'<caption style="{look.caption}">{escape_text(caption)}</caption>'
        + f"<thead>{top}</thead>" * bool(heads)
        + body
        + f"<tfoot>{write_row(foot)}</tfoot>" * bool(foot)
        + "</table>"
    )


def scroll_box(html, words, style="", kind=""):
    """What may be wider than the page, in a box that scrolls, by keys too.

    words: what a screen reader calls it
    kind:  a CSS class

    >>> print(scroll_box("<table></table>", "a table"))
    <div tabindex="0" role="group" aria-label="a table" style="overflow-x:auto"><table></table></div>
    """
    named = f'class="{kind}" ' * bool(kind)
    style = f"overflow-x:auto;{style}".rstrip(";")
    return f'<div {named}tabindex="0" role="group" aria-label="{escape(words)}" style="{style}">{html}</div>'


def write_cell(text, style, head="", **spans):
    """A cell of which more is to be said than its text.

    text:  escaped, unless it is ``Html``
    style: CSS
    head:  what it is the head of: "row", "rowgroup" or "col"; "" for data
    spans: rowspan and colspan

    >>> print(write_cell("<b>", "color:red", "row", colspan=2), write_cell(Html("<b>1</b>"), "color:red"))
    <th scope="row" colspan="2" style="color:red">&lt;b&gt;</th> <td style="color:red"><b>1</b></td>
    """
    tag, facts = ("th", {"scope": head}) if head else ("td", {})
    words = " ".join(f'{name}="{value}"' for name, value in (facts | spans | {"style": style}).items())
    return Cell(f"<{tag} {words}>{escape_text(text)}</{tag}>")


def escape_text(text):
    """A text for a page; ``Html`` as it is."""
    return text if isinstance(text, Html) else escape(text)


def embed_svg(svg, words):
    """An SVG picture as an image, which a page shows that trusts no scripts; ``words`` stand in for it."""
    data, alt = base64.b64encode(svg.encode()).decode(), escape(words).replace("\n", "&#10;")
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}" style="max-width:100%;height:auto">'
