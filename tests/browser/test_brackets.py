"""Brackets in a real browser, in a page without a kernel: keys, fields, and the same orders as Python's."""

import random

import pytest
from driving import explore, press

import backprop_nb as bp

CHANCE = random.Random(3)
CHAINS = [[CHANCE.choice([1, 2, 3, 7, 50, 1000]) for _ in range(length)] for length in range(4, 10)]


def shown(page):
    """(order, brackets, multiplications), as the page shows them."""
    names = page.locator(".bp-costs dt").all_text_contents()
    told = [dd.locator("span").all_text_contents() for dd in page.locator(".bp-costs dd").all()]
    return tuple((name, *texts) for name, texts in zip(names, told, strict=True))


def widths(page):
    return [bar.bounding_box()["width"] for bar in page.locator(".bp-cost-bar").all()]


@pytest.mark.parametrize("dims", CHAINS, ids=str)
def test_the_browser_finds_the_orders_that_python_finds(open_widget, dims):
    page = explore(open_widget, bp.widgets.brackets(dims))
    assert shown(page) == bp.ways.compare_brackets(dims).rows


def test_keys_lead_from_chain_to_chain_and_words_say_which_mode_is_cheaper(open_widget):
    page = explore(open_widget, bp.widgets.brackets([3, 3, 2, 1]), width=1366, height=768)
    press(page, "ArrowRight")
    assert "(reverse mode) is the cheaper mode" in page.inner_text(".bp-words")
    assert page.get_by_role("button", name="many to one").get_attribute("aria-pressed") == "true"
    press(page, "ArrowRight")
    assert "(forward mode) is the cheaper mode" in page.inner_text(".bp-words")
    press(page, "ArrowLeft*9")
    assert page.get_by_role("spinbutton").first.input_value() == "3"
    assert page.get_attribute(".bp-words", "aria-live") == "polite"


def test_a_size_is_typed_and_stepped_and_a_wrong_one_changes_nothing(open_widget):
    page = explore(open_widget, bp.widgets.brackets([8, 4, 2, 1]))
    field = page.get_by_role("spinbutton", name="Size 1")
    field.focus()
    press(page, "ArrowUp*2")
    assert shown(page) == bp.ways.compare_brackets([8, 6, 2, 1]).rows
    field.fill("0")
    assert "whole number from 1 to 10000" in page.inner_text(".bp-error")
    assert shown(page) == bp.ways.compare_brackets([8, 6, 2, 1]).rows
    field.fill("50")
    assert page.locator(".bp-error").is_hidden()
    assert shown(page) == bp.ways.compare_brackets([8, 50, 2, 1]).rows


def test_bars_are_as_long_as_the_costs(open_widget):
    page = explore(open_widget, bp.widgets.brackets([8, 4, 2, 1]))
    sheet, (forward, reverse, best) = bp.ways.compare_brackets([8, 4, 2, 1]), widths(page)
    assert reverse / forward == pytest.approx(sheet["reverse"] / sheet["forward"], rel=0.02)
    assert reverse == best


def test_it_fits_a_laptop(open_widget):
    page = explore(open_widget, bp.widgets.brackets([1000] * 9), width=1366, height=768)
    assert page.locator(".bp-brackets").bounding_box()["height"] <= 600
