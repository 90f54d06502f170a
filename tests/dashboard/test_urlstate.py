"""Addresses hold stable codes, and nothing that they do not know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import directory, urlstate
from dashboard.urlstate import Choice, Choices, Flag, Number, Text


@given(
    st.fixed_dictionaries(
        {
            "q": st.text(max_size=200),
            "reg": st.lists(st.sampled_from(["open", "approval", "nonsense", "<b>"])),
            "sw": st.lists(st.from_regex(r"[a-z0-9._-]{0,70}", fullmatch=True)),
            "lang": st.lists(st.sampled_from(["de", "en", "DE", ""])),
            "size": st.lists(st.sampled_from(["tiny", "enormous"])),
            "all": st.booleans(),
            "sort": st.sampled_from(["users_total", "hostname", "drop table"]),
            "page": st.integers(-5, 10**9),
        }
    )
)
def test_an_address_opens_what_it_was_written_for(values: dict[str, object]) -> None:
    """Writing an address and reading it again gives the same choices, whatever was chosen."""
    once = urlstate.parse(directory.FIELDS, urlstate.format(directory.FIELDS, values))

    again = urlstate.parse(directory.FIELDS, urlstate.format(directory.FIELDS, once))

    assert once == again


@given(st.dictionaries(st.sampled_from([f.name for f in directory.FIELDS]), st.text()))
def test_any_address_gives_choices_that_can_be_asked(query: dict[str, str]) -> None:
    """Nothing that somebody types raises, and only known codes come out."""
    values = urlstate.parse(directory.FIELDS, query)

    assert directory.wishes(values).parameters()
    assert 1 <= values["page"]


def test_defaults_are_not_said() -> None:
    """The plain page has a plain address."""
    values = urlstate.parse(directory.FIELDS, {})

    assert {} == urlstate.format(directory.FIELDS, values)


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        (Choice("x", "a", ("a", "b")), "b", "b"),
        (Choice("x", "a", ("a", "b")), "c", "a"),
        (Choices("x"), "de,en,de", ["de", "en"]),
        (Choices("x", default=("de",)), None, ["de"]),
        (Choices("x", default=("de",)), "-", []),
        (Choices("x"), "<script>", []),
        (Number("x"), "0", 1),
        (Number("x"), "7", 7),
        (Number("x"), "१", 1),
        (Flag("x"), "1", True),
        (Text("x", 3), "  abcdef ", "abc"),
    ],
)
def test_each_field_reads_only_what_it_knows(
    field: urlstate.Field, text: str | None, expected: object
) -> None:
    """Unknown codes are the default, not an error."""
    assert expected == field.parse(text)


def test_what_differs_from_visitor_to_visitor_is_always_said() -> None:
    """The address of a German's page is German for everybody."""
    german = Choices("lang", default=("de",), is_always_said=True)

    assert "de" == german.format(["de"])
    assert "-" == german.format([])
    assert None is Choices("lang", default=("de",)).format(["de"])
