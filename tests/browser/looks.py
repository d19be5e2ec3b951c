"""What a reader's eye would complain about: faint text, text outside its box, a page that is too wide."""

from pathlib import Path

LOOKS = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")


def check(page, selector=".bp"):
    """Every text in ``selector`` can be read, lies inside its box, and the page does not scroll sideways."""
    root = page.locator(selector).first
    assert root.evaluate(f"(root) => ({LOOKS}).faint(root)") == []
    assert root.evaluate(f"(root) => ({LOOKS}).outside(root)") == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
