"""Who comes in by the link is asked for a name once, and finds every page."""

from __future__ import annotations


def test_the_link_lets_in_and_asks_who_is_there(serve, enter):
    page = enter(serve())
    page.get_by_label("Name or initials").fill("Ada  Lovelace")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    assert page.locator(".bar .who").inner_text() == "Ada Lovelace"
    for name in ("Screening", "Criteria", "Evidence", "Overview"):
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_load_state()
        assert page.locator("h1").count() == 1
