"""Tables in HTML: a caption, heads of columns and rows, and texts that are escaped unless they are marked."""

from html import escape
from typing import NamedTuple

__all__ = ["FAINT_LINE", "RULED_TABLE", "WRAPPED_TABLE", "Cell", "Html", "TableLook",
           "escape_text", "html_table"]  # fmt: skip

FAINT_LINE = "1px solid rgba(128,128,128,0.45)"  # no colours: the page's own serve both themes


class TableLook(NamedTuple):
    """CSS for the parts of a table: cells, heads of columns, heads of rows, and the caption."""

    cell: str
    column: str
    row: str
    caption: str


RULED_CELL = "text-align:left;white-space:nowrap;padding:0.2em 0.9em 0.2em 0;font-weight:normal"
RULED_HEAD = f"{RULED_CELL};border-bottom:{FAINT_LINE}"
RULED_CAPTION = "text-align:left;white-space:nowrap;font-weight:bold;color:inherit"
RULED_TABLE = TableLook(RULED_CELL, RULED_HEAD, RULED_CELL, RULED_CAPTION)

WRAPPED_CELL = "text-align:left;padding:0.2em 1.2em 0.2em 0;font-weight:normal"
WRAPPED_TABLE = TableLook(
    WRAPPED_CELL, f"{WRAPPED_CELL};font-weight:bold", WRAPPED_CELL, "text-align:left;color:inherit"
)


class Html(str):
    """A string that is HTML already, so that it is not escaped again."""

    __slots__ = ()


class Cell(NamedTuple):
    """A cell of which more is to be said than its text.

    text:          escaped, unless it is ``Html``
    style:         CSS instead of the table's
    head:          what it is the head of, "row" or "rowgroup"; "" for data
    rows, columns: how many of them it spans
    """

    text: str
    style: str = ""
    head: str = ""
    rows: int = 1
    columns: int = 1


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

    def write_row(cells, tr="<tr>"):
        marked = [Cell(x, head="" if i else "row") if isinstance(x, str) else x for i, x in enumerate(cells)]
        return f"{tr}{''.join(write_cell(cell, look) for cell in marked)}</tr>"

    top = write_row([Cell(head, look.column, "col") for head in heads])
    body = "".join(f"<tbody>{''.join(write_row(row, tr) for row in rows)}</tbody>" for rows in groups)
    return Html(
        f'<table style="border-collapse:collapse;table-layout:auto;margin:0">'
        f'<caption style="{look.caption}">{escape_text(caption)}</caption>'
        + f"<thead>{top}</thead>" * bool(heads)
        + body
        + f"<tfoot>{write_row(foot)}</tfoot>" * bool(foot)
        + "</table>"
    )


def write_cell(cell, look=RULED_TABLE):
    """One ``Cell`` as HTML.

    >>> write_cell(Cell("<b>", "color:red", "row", columns=2))
    '<th scope="row" colspan="2" style="color:red">&lt;b&gt;</th>'
    >>> write_cell(Cell(Html("<b>1</b>"), "color:red"))
    '<td style="color:red"><b>1</b></td>'
    """
    tag, facts = ("th", {"scope": cell.head}) if cell.head else ("td", {})
    facts |= {"rowspan": cell.rows} if cell.rows > 1 else {}
    facts |= {"colspan": cell.columns} if cell.columns > 1 else {}
    facts["style"] = cell.style or (look.row if cell.head else look.cell)
    words = " ".join(f'{name}="{value}"' for name, value in facts.items())
    return f"<{tag} {words}>{escape_text(cell.text)}</{tag}>"


def escape_text(text):
    """A text for a page; ``Html`` as it is."""
    return text if isinstance(text, Html) else escape(text)
