"""Languages found in descriptions, where a server says none."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.language import detected, with_languages
from crawler.records import Instance, NodeInfo

GERMAN = "Ein freundlicher Server für alle, die gern im Garten sind und Brot backen."
INFO = NodeInfo(schema_version="2.0", software_name="foo")
INSTANCE = Instance(endpoint="/api/v1/instance", description=GERMAN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GERMAN, "de"),
        ("A friendly server for people who like gardens and bread and tea.", "en"),
        ("Bienvenue sur ce serveur dédié aux jardins et au pain de campagne.", "fr"),
        ("Servidor para todas las personas que aman los jardines y el pan.", "es"),
        ("みんなで楽しく話せるサーバーです。どなたでも歓迎します。", "ja"),
        ("한국어 사용자를 위한 작은 서버입니다. 누구나 환영합니다.", "ko"),
        ("Небольшой сервер для всех, кто любит сады, чай и свежий хлеб.", "ru"),
        ("یک کارساز دوستانه برای همهٔ کسانی که باغبانی دوست دارند", "fa"),
    ],
)
def test_a_sentence_is_in_its_language(text: str, expected: str) -> None:
    """A description of a sentence or two is enough."""
    assert (expected,) == detected(text)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "A small server.",
        "Mastodon server gardening bread",
        "Mastodon, Pixelfed, PeerTube, Lemmy, Misskey, Friendica, Hubzilla, Owncast",
        "#fediverse #linux #foss #gardening #bread #tea #cats https://one.example/about/this/server",
        "1234567890 " * 20,
        "🌻" * 100,
    ],
)
def test_what_does_not_tell_is_not_guessed(text: str | None) -> None:
    """Short texts, lists of names, tags and signs are of no language."""
    assert () == detected(text)


def test_only_where_no_document_names_a_language() -> None:
    """What the server says of itself is never overruled, and what we find is marked as found."""
    said = Instance(endpoint="/api/v1/instance", description=GERMAN, languages=("en",))
    told = NodeInfo(schema_version="2.0", software_name="foo", languages=("en",))

    assert said is with_languages(said, INFO)
    assert INSTANCE is with_languages(INSTANCE, told)
    found = with_languages(INSTANCE, INFO)
    assert found is not None
    assert ((), ("de",)) == (found.languages, found.languages_detected)


def test_the_description_of_nodeinfo_serves_too() -> None:
    """Where its own API describes nothing, its NodeInfo may."""
    info = NodeInfo(schema_version="2.0", software_name="foo", description=GERMAN)

    found = with_languages(Instance(endpoint="/x"), info)

    assert found is not None
    assert ("de",) == found.languages_detected


def test_without_an_instance_there_is_nothing_to_mark() -> None:
    """A liveness check has no instance."""
    assert with_languages(None, INFO) is None


def test_the_model_is_loaded_when_it_is_needed() -> None:
    """It takes a second and many megabytes, and most commands read no description."""
    code = "import sys, crawler.check, crawler.language; sys.exit('py3langid' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_has_one_language_or_none(text: str) -> None:
    """Nothing a server writes makes it fail."""
    found = detected(text)

    assert len(found) <= 1
    assert all(code.isalpha() and code.isascii() for code in found)


def test_the_model_says_the_same_from_its_file() -> None:
    """What a crawl keeps on the disk instead of in memory changes no answer."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    from crawler.language import _identifier

    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    for text in (
        GERMAN,
        "小さなパン屋の仲間たちのための静かな場所です",
        "",
        "x",
        "Ein und two et trois",
    ):
        assert whole.classify(text) == _identifier().classify(text)
