"""Right and wrong sweep in a browser: stepped together, the first wrong edge marked."""

from driving import explore, press, shown_node

import backprop_nb as bp


def chain(x):
    b = 2 * x
    c = 5 * b
    return b + c


def sides(page):
    """The line of each side."""
    return page.locator(".bp-sweep-line").all_text_contents()


def test_both_sweeps_step_together_until_one_goes_wrong(open_widget):
    page = explore(open_widget, bp.widgets.faulty_sweeps(chain, "overwrite", 3), "Home", "ArrowRight*3")
    assert sides(page)[0] == sides(page)[1] == "v̄₂ = v̄₃ ∂v₃/∂v₂ = 1 × 1 = 1"
    assert page.locator(".bp-wrong").count() == 0
    assert page.locator(".bp-error").is_hidden()
    press(page, "ArrowRight")
    assert sides(page) == ["v̄₁ += v̄₂ ∂v₂/∂v₁ = 1 + 1 × 5 = 6", "✗ v̄₁ = v̄₂ ∂v₂/∂v₁ = 1 × 5 = 5"]
    right, wrong = page.locator(".bp-card").all()
    assert right.locator(".bp-wrong").count() == 0
    assert wrong.locator(".bp-edge.bp-wrong").get_attribute("data-id") == "e2_1_1"
    assert wrong.locator(".bp-node.bp-wrong text").all_text_contents()[2] == "v̄₁ = 5 ✗"
    assert "overwritten by 5" in page.inner_text(".bp-error")
    press(page, "End")
    assert wrong.locator(".bp-node.bp-wrong").count() == 2, "the input, too"
    press(page, "Home")
    assert page.locator(".bp-wrong").count() == 0


def test_another_mistake_is_a_click_away_and_begins_where_it_goes_wrong(open_widget):
    page = explore(open_widget, bp.widgets.faulty_sweeps(chain, "overwrite", 3))
    page.get_by_role("button", name="recursion", exact=False).first.click()
    assert sides(page) == ["The sweep has ended.", "✗ x̄ += v̄₁ ∂v₁/∂x = 2 + 6 × 2 = 14"]
    assert page.inner_text(".bp-where") == "6 of 6"
    page.get_by_role("button", name="parent set").click()
    assert "hides the mistake" in page.inner_text(".bp-error")
    assert page.locator(".bp-wrong").count() == 0


def test_red_is_not_all_a_sign_and_dashes_say_it_too(open_widget):
    page = explore(open_widget, bp.widgets.faulty_sweeps(chain, "overwrite", 3))
    edge = page.locator(".bp-edge.bp-wrong")
    assert edge.locator("text").text_content() == "5 ✗"
    assert edge.locator("path").evaluate("(path) => getComputedStyle(path).strokeDasharray") != "none"
    said = page.locator(".bp-node.bp-wrong").first.get_attribute("aria-label")
    assert said.endswith("adjoint 5, wrong")


def test_it_is_seen_whole_on_a_laptop_with_output_and_controls(open_widget):
    from support.explorers import f

    page = explore(open_widget, bp.widgets.faulty_sweeps(f, "no_reset", 2, 5), width=1000)
    assert page.locator(".bp").bounding_box()["height"] <= 647, "what JupyterLab leaves of 768"
    for picture in page.locator(".bp-picture").all():
        assert picture.evaluate("(box) => box.scrollHeight <= box.clientHeight + 1")


def test_the_buttons_of_a_slider_stay_beside_it_on_a_phone(open_widget):
    page = explore(open_widget, bp.widgets.faulty_sweeps(chain, "overwrite", 3), width=320)
    back, forward = page.locator(".bp-slide button").all()
    assert back.bounding_box()["y"] == forward.bounding_box()["y"]


def test_python_and_the_page_share_fault_and_position(open_notebook):
    source = "import backprop_nb as bp\nw = bp.widgets.faulty_sweeps(lambda x: x * x + x, 'parent_set', 3)\nw"
    page = open_notebook("sweeps", source, "w.fault, w.position = 'overwrite', 1")
    page.locator(".bp-sweeps .bp-where", has_text="1 of").wait_for()
    assert "overwrite" in page.locator(".bp-card-head").nth(1).inner_text()


def test_the_nodes_stay_where_they_are(open_widget):
    page = explore(open_widget, bp.widgets.faulty_sweeps(chain, "recursion", 3), "Home")
    assert shown_node(page.locator(".bp-card").first, "v3")[:3] == ["v₃ = v₁ + v₂", "36", "v̄₃ = –"]
    box = page.locator('.bp-card [data-id="v3"]').first.bounding_box()
    press(page, "End")
    assert page.locator('.bp-card [data-id="v3"]').first.bounding_box() == box
