"""Settings of Sphinx for the site: notebooks as stored, and nothing from another host."""

from pathlib import Path

HERE = Path(__file__).parent

project = html_title = "Back-propagation, step by step"
extensions = ["myst_nb"]
exclude_patterns = ["_build"]
suppress_warnings = ["mystnb.unknown_mime_type"]

nb_execution_mode = "off"  # outputs are shown as they are stored
nb_ipywidgets_js = {}  # the HTML twins step without ipywidgets
nb_mime_priority_overrides = [
    ("html", "text/html", 0),
    ("html", "application/vnd.jupyter.widget-view+json", None),
]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {"options": {"enableMenu": False}}  # the menu would load more

html_theme = "furo"
html_static_path = [str(HERE / "static")]
html_css_files = ["site.css"]
html_js_files = ["theme.js"]
templates_path = [str(HERE / "templates")]
html_copy_source = html_show_sourcelink = False
html_show_copyright = html_show_sphinx = False


def mark_outputs(app, page, template, context, doctree):
    """Outputs bear JupyterLab's class, by which an explorer finds the picture whose place it takes."""
    child = '<div class="output text_html'
    body = context.get("body", "").replace(child, f"{child} jp-OutputArea-child")
    body = body.replace('<th class="head"><p></p></th>', "<td></td>")  # a heading says something
    context["body"] = body.replace(' aria-label="Toggle hidden content"', "")  # its own words are there
    context["notebook"] = Path(page).name if page.startswith("notebooks/") else None


def setup(app):
    app.connect("html-page-context", mark_outputs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
