"""Small pieces of HTML that several pages show. Foreign text enters through `text.html` only."""

import re
from collections.abc import Iterable, Sequence
from zlib import crc32

from dashboard import labels
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.text import html

_PATH = re.compile(r"/[A-Za-z0-9/_.?=&%-]{0,200}\Z")
NUMBER = ' class="hb-number"'
_LONGEST = 1_500
"""Characters of a sentence of ours, which foreign text in it was cut for already."""

JOINING = Words(
    {
        "open": N_("Open now"),
        "approval": N_("Reviewed sign-up"),
        "invite": N_("By invitation"),
        "closed": N_("Closed"),
        "unknown": N_("Sign-up not said"),
    }
)
"""Who may join, for a box that stands alone."""

_HOSTNAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\Z")


def link(hostname: str, path: str | None = "/") -> str | None:
    """An address at a server; `None` where its name or path is not what such a thing looks like."""
    if (
        path is None
        or not _HOSTNAME.match(hostname)
        or not _PATH.match(path)
        or path.startswith("//")
    ):
        return None
    return f"https://{hostname}{path}"


def who(hostname: str, title: str | None, *, is_large: bool = False) -> str:
    """A server's name, with a mark of our own making in place of its picture."""
    name = html(title, 80) or html(hostname)
    letters = html("".join(sign for sign in hostname if sign.isalnum())[:2].upper())
    # one hue per name, the same on every visit
    hue = crc32(hostname.encode()) % 360
    size = " hb-large" if is_large else ""
    return (
        f'<div class="hb hb-who"><div class="hb-mark{size}" style="--hue:{hue}" aria-hidden="true">{letters}</div>'
        f'<div><div class="hb-name" dir="auto">{name}</div><div class="hb-host" dir="ltr">{html(hostname)}</div></div></div>'
    )


def mark(hostname: str) -> str:
    """Only the mark."""
    letters = html("".join(sign for sign in hostname if sign.isalnum())[:2].upper())
    return f'<div class="hb-mark hb-large" style="--hue:{crc32(hostname.encode()) % 360}" aria-hidden="true">{letters}</div>'


def badges(words: Iterable[tuple[str, str]]) -> str:
    """Words in little boxes: (what it says, `open`, `approval`, `software`, `amber`, `bad` or nothing)."""
    told = "".join(
        f'<span class="hb-badge hb-{tone}" dir="auto">{html(word, 60)}</span>'
        if tone
        else f'<span class="hb-badge" dir="auto">{html(word, 60)}</span>'
        for word, tone in words
        if word
    )
    return f'<div class="hb hb-badges">{told}</div>'


def registration(code: str | None) -> tuple[str, str]:
    """The box that says who may join: sign, word and colour."""
    known = code if code and code in labels.REGISTRATION else "unknown"
    return f"{labels.REGISTRATION_SIGN[known]} {JOINING[known]}", known


def why(reasons: Sequence[str], cautions: Sequence[str] = ()) -> str:
    """Reasons, then what to know before, each on its line."""
    told = [f"<li>{html(reason, _LONGEST)}</li>" for reason in reasons]
    told += [f'<li class="hb-caution">{html(caution, _LONGEST)}</li>' for caution in cautions]
    return f'<ul class="hb hb-why">{"".join(told)}</ul>'


def sentences(told: Iterable[str]) -> str:
    """Sentences, each a paragraph."""
    return f'<div class="hb hb-small">{"".join(f"<p>{html(words, _LONGEST)}</p>" for words in told)}</div>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and what belongs to them."""
    told = "".join(
        f"<dt>{html(name)}</dt><dd dir='auto'>{html(value, _LONGEST)}</dd>" for name, value in pairs
    )
    return f'<dl class="hb hb-facts">{told}</dl>'


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A small table whose texts wrap; on a phone each row is a block with its names."""
    head = "".join(f"<th scope='col'>{html(name)}</th>" for name in columns)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-name="{html(name)}" dir="auto"{_is_number(value) * NUMBER}>{html(value)}</td>'
            for name, value in zip(columns, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f'<table class="hb hb-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _is_number(value: str) -> bool:
    """Whether a cell is a number, whatever stands between its thousands."""
    return re.sub(r"[.,\u00a0\u202f]", "", value).isdecimal()


def ticks(answers: Sequence[tuple[str, bool]]) -> str:
    """One tick per check, the oldest first: (words for the pointer, whether it answered)."""
    answered = sum(is_ok for _, is_ok in answers)
    told = "".join(
        f'<span class="{"hb-ok" if is_ok else "hb-missed"}" title="{html(words)}"></span>'
        for words, is_ok in answers
    )
    name = plural(
        "{answered} of the last {count} check was answered",
        "{answered} of the last {count} checks were answered",
        len(answers),
        answered=labels.number(answered),
    )
    return f'<div class="hb hb-ticks" role="img" aria-label="{html(name)}">{told}</div>'


def days(answers: Sequence[tuple[str, bool | None]], told: str) -> str:
    """One tick per day, the oldest first: (its date, whether it answered); `None` = no check that counts."""
    tone = {
        True: ("hb-ok", _("{day}: answered")),
        False: ("hb-missed", _("{day}: no answer")),
        None: ("hb-unasked", _("{day}: no check")),
    }
    ticks_ = []
    for day, is_up in answers:
        name, word = tone[is_up]
        ticks_.append(f'<span class="{name}" title="{html(word.format(day=day))}"></span>')
    return f'<div class="hb hb-ticks hb-days" role="img" aria-label="{html(told)}">{"".join(ticks_)}</div>'
