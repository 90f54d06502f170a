"""Transcripts: a check for people and for programs; foreign text is inert in both."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import (
    Alias,
    Check,
    Exchange,
    Instance,
    NodeInfo,
    PeerKind,
    PeerList,
    PeerListState,
)
from crawler.transcript import as_json, as_text

_EVIL = "\x1b]0;owned\x07\x1b[31mred\r\n\tfake line\x00\x9b1m\u202egnp\u2028x\ud800"


def _check(**changes: Any) -> Check:
    return Check(
        **{
            "hostname": Hostname("one.example"),
            "started_at": datetime(2026, 11, 20, 12, 30, tzinfo=UTC),
            "seconds": 1.25,
            "outcome": Outcome.OK,
        }
        | changes
    )


def _evil_check() -> Check:
    """Text that reached a record in spite of everything."""
    return _check(
        outcome=Outcome.HTTP_ERROR,
        detail=_EVIL,
        exchanges=(
            Exchange(path=f"/{_EVIL}", method="GET", purpose=_EVIL, status=200, detail=_EVIL),
        ),
        nodeinfo=NodeInfo(
            schema_version="2.0",
            software_name=_EVIL,
            software_version=_EVIL,
            name=_EVIL,
            protocols=(_EVIL,),
            unread_keys=(_EVIL,),
        ),
        instance=Instance(endpoint=f"/{_EVIL}", title=_EVIL, description=_EVIL, languages=(_EVIL,)),
        peer_lists=(
            PeerList(
                endpoint=_EVIL,
                kind=PeerKind.KNOWS,
                state=PeerListState.FAILED,
                detail=_EVIL,
                rejected_counts=((_EVIL, 3),),
            ),
        ),
        aliases=(Alias(hostname=Hostname("two.example"), evidence=_EVIL),),
        notes=(_EVIL,),
    )


def test_no_control_character_reaches_a_terminal() -> None:
    """Nor one that turns text around, nor a line that the server wrote (SECURITY OUT-06)."""
    text = as_text(_evil_check())

    assert text.replace("\n", "").isprintable()
    assert not any(
        line.startswith("fake line") or line.lstrip().startswith("fake")
        for line in text.splitlines()
    )
    # and it can be written to any stream
    assert text.encode("utf-8")


def test_json_of_anything_is_json() -> None:
    """Half of a surrogate pair included."""
    held = orjson.loads(as_json(_evil_check()))

    assert "one.example" == held["hostname"]


def test_a_transcript_can_be_pasted(rig: Any, documents: Any) -> None:
    """Plain lines: who, when, each question with its status, what was said, how it ended."""
    served = rig.serve(documents.ordinary())

    text = as_text(rig.check(served, now=datetime(2026, 11, 20, 12, 30, tzinfo=UTC)))

    lines = text.splitlines()
    assert "one.example, asked 2026-11-20 12:30:00 UTC" == lines[0]
    assert any("/.well-known/nodeinfo" in line and " 200 " in line for line in lines)
    assert any(line.split() == ["registered", "users", "12"] for line in lines)
    assert any(line.split() == ["software", "exampleware"] for line in lines)
    assert "Outcome: ok — understood" in lines
    assert text.endswith("\n")
    assert text.isascii() or text.replace("—", "-").replace("…", ".").isascii()


def test_json_holds_the_whole_check(rig: Any, documents: Any) -> None:
    """Documents as JSON inside of it, times in UTC, nothing that is not said as zero."""
    served = rig.serve(documents.ordinary())

    held = orjson.loads(as_json(rig.check(served, now=datetime(2026, 11, 20, tzinfo=UTC))))

    assert ("ok", "2026-11-20T00:00:00Z") == (held["outcome"], held["started_at"])
    assert held["nodeinfo"]["users_active_week"] is None
    assert "exampleware" == held["exchanges"][2]["document"]["software"]["name"]


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_words(outcome: Outcome) -> None:
    """For whoever reads the last line."""
    text = as_text(_check(outcome=outcome))

    assert f"Outcome: {outcome} — " in text


def test_what_a_server_asks_of_us_is_said() -> None:
    """That it wants no counting, that it moved, how long we should stay away."""
    text = as_text(
        _check(
            is_counting_refused=True,
            moved_to=Hostname("two.example"),
            retry_after_seconds=86400,
        )
    )

    assert "It asks not to be counted" in text
    assert "It says that it moved to two.example." in text
    assert "stay away for 86,400 s" in text


def test_an_unsaid_number_is_not_shown_as_zero() -> None:
    """And a zero is shown."""
    info = NodeInfo(schema_version="2.0", software_name="x", users_total=0)

    text = as_text(_check(nodeinfo=info))

    assert ["registered", "users", "0"] in [line.split() for line in text.splitlines()]
    assert "MAU" not in text


def test_peers_are_counted_and_sampled() -> None:
    """Five names, not five thousand."""
    names = tuple(Hostname(f"h{n}.example") for n in range(1200))
    served = PeerList(
        endpoint="/api/v1/instance/peers",
        kind=PeerKind.KNOWS,
        state=PeerListState.SERVED,
        hostnames=names,
        rejected_counts=(("single_label", 2),),
    )

    text = as_text(_check(peer_lists=(served,)))

    assert "1,200 at /api/v1/instance/peers: h0.example, " in text
    assert "h5.example" not in text
    assert "2 not taken: single_label" in text
