"""A check's conversation as people read it."""

import pytest

from dashboard import conversation


def test_each_question_has_its_answer_in_plain_words() -> None:
    """A status where there is one, else what went wrong."""
    text = (
        '[{"method":"GET","path":"/robots.txt","purpose":"consent","status":404,"seconds":0.1,"body_bytes":3},'
        '{"method":"GET","path":"/nodeinfo/2.0","fault":"timed_out","status":null}]'
    )

    table = conversation.table(text)

    assert table is not None
    assert ["GET /robots.txt", "GET /nodeinfo/2.0"] == table["Asked"].tolist()
    assert ["404", "it did not answer in time"] == table["Answer"].tolist()


@pytest.mark.parametrize("text", ["", "{}", "[1]", "<html>"])
def test_what_is_no_conversation_is_not_made_one(text: str) -> None:
    """The page shows it as it is."""
    assert conversation.table(text) is None
