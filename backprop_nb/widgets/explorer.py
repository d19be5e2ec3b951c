"""What every explorer is: a widget that runs in the browser and leaves a page behind that needs no kernel."""

import base64
import json
import zlib
from html import escape
from pathlib import Path

import anywidget
import traitlets

from ..drawing import palette
from ..drawing.graphviz_engines import NoPicture

__all__ = ["Explorer", "describe_failure", "embed_picture", "join_scripts", "style_sheet"]

SCRIPTS = Path(__file__).with_name("js")
DARK_PAGES = (  # JupyterLab says which theme it wears; elsewhere the reader's own setting; paper is white
    '@media screen {{ body[data-jp-theme-light="false"] .bp {{ {rules} }} }}\n'
    "@media screen and (prefers-color-scheme: dark) {{ "
    "body:not([data-jp-theme-light]) .bp {{ {rules} }} }}\n"
)
DARK_RULES = (
    "color-scheme: dark; --bp-paper: var(--jp-layout-color1, #111); "
    "--bp-ink-page: var(--jp-ui-font-color1, #ececec); "
    "--bp-node: #1c1c1c; --bp-pill: #10261f; --bp-ink-node: #ececec; --bp-repeated: #5a2a45; "
    "--bp-muted: #b4b4b4; --bp-line: #555; --bp-soft: #262626; "
)
MOUNT = """const mount = async (page, place) => {
  const packed = Uint8Array.from(atob(page.querySelector(".bp-state").textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const state = await new Response(stream).json();
  const modules = (window.backpropNotebook ??= {});
  modules[state._esm] ??= import(URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" })));
  (await modules[state._esm]).mount(place, state);
};"""
TAKE_OVER = """(page) => {
  const child = page.closest(".jp-OutputArea-child");
  const before = child?.previousElementSibling ?? page.parentElement;
  let done = false;
  const look = () => {
    const still = before.querySelector(".bp-still"), lost = /model not found/.test(before.textContent);
    if (done || !(still || lost)) return;
    done = true;
    if (still) return mount(page, still);
    child.style.display = "";
    before.style.display = "none";
    mount(page, page);
  };
  if (child) child.style.display = "none";
  new MutationObserver(look).observe(before, { childList: true, subtree: true, characterData: true });
  look();
}"""


def join_scripts(*names):
    """The JavaScript files of these names, between those that every widget needs, as one module."""
    files = ("dom.js", "words.js", "keys.js", "model.js", *names, "module.js")
    return "\n".join((SCRIPTS / name).read_text(encoding="utf-8") for name in files)


def style_sheet():
    """The style sheet: widgets.css, and the palette for light and for dark pages."""
    light = f".bp {{ {palette.css('light')} }}\n"
    dark = DARK_PAGES.format(rules=f"{palette.css('dark')}; {DARK_RULES}")
    return light + (SCRIPTS / "widgets.css").read_text(encoding="utf-8") + dark


def embed_picture(graph):
    """A Graph as an image, which even a page shows that allows no scripts; its text stands in for it."""
    try:
        words = escape(graph.text)
        data = base64.b64encode(graph.standalone.encode()).decode()
    except NoPicture:
        return f"<pre>{words}</pre>"
    except ValueError as reason:  # more nodes than anybody can read
        return f"<p>{escape(str(reason))}</p>"
    return f'<img alt="{words}" src="data:image/svg+xml;base64,{data}" style="max-width:100%">'


def describe_failure(failure):
    """An exception as a learner reads it: its kind, and what it says."""
    return f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__


class Explorer(anywidget.AnyWidget):
    """A widget with two twins: text for terminals, and HTML that is still alive in an exported page.

    A subclass gives traits tagged ``sync=True``, the state that its JavaScript reads, ``text``, and ``still``
    (HTML that stands alone where no script runs). What a list or dict holds is tagged as ``type``, a name of
    js/types.d.ts, for the check of the JavaScript.
    """

    _css = style_sheet()
    state_names = traitlets.List(help="the traits of the state: where one changes, the page is drawn anew")
    state_names.tag(sync=True, echo_update=False, type="(keyof Traits)[]")

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        for trait in vars(cls).values():
            if isinstance(trait, traitlets.TraitType) and trait.metadata.get("sync"):
                trait.tag(echo_update=False)  # an echo that comes late would undo the keys pressed since then

    def __init__(self, **state):
        known = anywidget.AnyWidget.class_trait_names()
        names = [name for name in self.trait_names(sync=True) if name not in known]
        super().__init__(state_names=names, **state)

    @property
    def stored(self):
        """Everything that the JavaScript needs, as a plain dict."""
        return {name: getattr(self, name) for name in (*self.state_names, "_esm", "_css")}

    @property
    def html(self):
        """The explorer for a page without kernel: a still picture, and a script that brings it to life."""
        return f'<div class="bp-page">{self.still}{self.pack("(page) => mount(page, page)")}</div>'

    def pack(self, start):
        """The whole state, and a script that hands its page to ``start``, a function in JavaScript."""
        # Packed: a notebook stores it at every run, and nothing in a learner's names can end the script.
        packed = base64.b64encode(zlib.compress(json.dumps(self.stored).encode(), 9)).decode()
        return (
            f'<script type="application/octet-stream" class="bp-state">{packed}</script>'
            f"<script>{{ {MOUNT} ({start})(document.currentScript.parentElement); }}</script>"
        )

    def _repr_mimebundle_(self, **options):
        data, metadata = super()._repr_mimebundle_(**options)
        return {**data, "text/plain": self.text, "text/html": self.html}, metadata

    def _ipython_display_(self):
        """Two outputs: the widget, or its still twin; and what takes their place where no kernel is.

        A front end that finds a widget in an output looks at nothing else there, and a notebook that is
        opened again has no widget: then the second output shows the explorer, as an exported page does.
        """
        from IPython.display import display

        data, metadata = super()._repr_mimebundle_()
        twins = {"text/plain": self.text, "text/html": f'<div class="bp-still">{self.still}</div>'}
        display({**data, **twins}, metadata=metadata, raw=True)
        display({"text/html": f'<div class="bp-page">{self.pack(TAKE_OVER)}</div>'}, raw=True)
