"""GNU social: its own configuration, which may ask to be left alone.

Source: diogogithub/gnu-social actions/apignusocialconfig.php, plugins/Nodeinfo/actions/nodeinfo_2_0.php. Truth comes as
true, 1 or "1" there. It has no list of peers.
"""

from dataclasses import dataclass, replace
from functools import partial

from crawler.conversation import Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import Json, at, count, document, flag, languages, mapping
from crawler.outcome import Outcome
from crawler.records import Instance, Registration
from crawler.software.dialect import ask, no_peers, open_or_closed
from crawler.software.mastodon import claimed_hostname, identity_aliases
from crawler.text import plain

NAMES = ("gnusocial",)
CONFIG = "/api/gnusocial/config.json"
OLD_CONFIG = "/api/statusnet/config.json"
QUESTIONS = (CONFIG, OLD_CONFIG)
MEANINGFUL = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Config:
    instance: Instance
    is_private: bool


def talk(known: Known) -> Talk:
    """Ask for the configuration, under its old name where the new one is not known."""
    notes: list[str] = []
    config: _Config | None = None
    for path in (CONFIG, OLD_CONFIG) if known.wants.instance else ():
        config = yield from ask(path, partial(_config, path), notes)
        if config is not None:
            break
    instance = config.instance if config is not None else None
    if instance is not None and instance.registration is Registration.UNKNOWN:
        instance = replace(instance, registration=open_or_closed(known))
    return Told(
        instance=instance,
        peer_lists=no_peers(known),
        aliases=identity_aliases(known.hostname, instance),
        is_opted_out=config is not None and config.is_private,
        notes=tuple(notes),
    )


def _config(path: str, body: bytes) -> _Config:
    """Read the configuration that came from a path. Raises `ExtractError`."""
    site = mapping(at(document(body), "site"))
    if not site:
        raise ExtractError(Outcome.WRONG_SHAPE, "a configuration without site")
    instance = Instance(
        endpoint=path,
        identity=claimed_hostname(site.get("server")),
        title=plain(site.get("name"), 200),
        registration=_registration(site),
        registration_path="/main/register",
        languages=languages(site.get("language")),
        # 0 is no limit
        max_characters=count(site.get("textlimit")) or None,
    )
    return _Config(instance=instance, is_private=flag(site.get("private")))


def _registration(site: Json) -> Registration:
    if flag(site.get("closed")):
        return Registration.CLOSED
    if flag(site.get("inviteonly")):
        return Registration.INVITE
    is_said = "closed" in site and "inviteonly" in site
    return Registration.OPEN if is_said else Registration.UNKNOWN
