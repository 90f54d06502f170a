"""Scripts that a page's HTML names before Streamlit asks for them."""

from dashboard import page_scripts
from dashboard.head import Head, page


def test_the_installed_streamlit_has_every_script_that_pages_begin_with() -> None:
    """They are found by the names of elements, which another version may change."""
    elements = {name for names in page_scripts.ELEMENTS.values() for name in names}

    missing = [name for name in elements if not [*page_scripts._FOLDER.glob(f"{name}.*.js")]]

    assert [] == missing


def test_the_head_of_a_page_names_what_it_begins_with_and_nothing_twice() -> None:
    """The table's script on the table's page; what every page loads is named by Streamlit already."""
    told = page(Head(title="Servers", description="All of them.", path="/servers?page=2"))

    assert 1 == told.count("./static/js/DataFrame.")
    assert all(
        1 == told.count(f'href="./static/js/{name}"') for name in page_scripts.needed("/servers")
    )
    assert "DataFrame." not in page(Head(title="Growth", description="Of all.", path="/growth"))
    assert told.index("./herdbook.js") < told.index('type="module"')
