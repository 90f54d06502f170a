"""Hubzilla, (streams) and Forte: `/siteinfo.json`; directories also list the sites they know.

Sources: saiwal/hubzilla include/network.php#get_site_info, Zotlabs/Module/Dirsearch.php#list_public_sites;
neonkingfr/hubzilla-addons statistics/nodeinfo.php.
"""

from dataclasses import dataclass

from crawler.conversation import Answer, Ask, Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import Json, at, count, document, flag, languages, sequence, unread
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.peers import no_list, peer_list, refused
from crawler.records import Instance, PeerDetail, PeerKind, PeerList, PeerListState, Registration
from crawler.software.dialect import ask, no_peers
from crawler.software.mastodon import claimed_hostname, identity_aliases
from crawler.text import plain

NAMES = ("hubzilla", "redmatrix", "streams", "forte", "zap", "osada")
SITE = "/siteinfo.json"
SITES = "/dirsearch/sites"
QUESTIONS = (SITE, SITES)
MEANINGFUL = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)

_SIGN_UP = "/register"
_POLICIES = {
    "REGISTER_OPEN": Registration.OPEN,
    "REGISTER_APPROVE": Registration.APPROVAL,
    "REGISTER_CLOSED": Registration.CLOSED,
}
_DIRECTORIES = ("DIRECTORY_MODE_PRIMARY", "DIRECTORY_MODE_SECONDARY", "DIRECTORY_MODE_STANDALONE")
_KEYS = (
    "url", "platform", "site_name", "version", "version_tag", "server_role", "commit", "plugins", "register_policy",
    "invitation_only", "directory_mode", "directory_server", "language", "rss_connections", "expiration",
    "default_service_restrictions", "locked_features", "admin", "dbdriver", "lastpoll", "info", "channels_total",
    "hide_in_statistics", "channels_active_halfyear", "channels_active_monthly", "local_posts", "local_comments",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    instance: Instance
    is_directory: bool
    is_withheld: bool


def talk(known: Known) -> Talk:
    """Ask for the site; ask for the sites it knows only where it says that it is a directory."""
    notes: list[str] = []
    site: _Site | None = None
    peers: tuple[PeerList, ...] = ()
    if known.wants.instance:
        site = yield from ask(SITE, _site, notes)
    if site is not None and site.is_withheld:
        notes.append(f"{SITE} asks to be left out of statistics, so its numbers were not taken.")
    if site is not None and site.is_directory and known.wants.peers:
        answer = yield Ask(path=SITES, purpose="which sites its directory lists", keeps_body=False)
        peers = (_sites(answer, known.hostname),)
    return Told(
        instance=site.instance if site is not None else None,
        peer_lists=peers or no_peers(known),
        aliases=identity_aliases(known.hostname, site.instance if site is not None else None),
        notes=tuple(notes),
    )


def _site(body: bytes) -> _Site:
    """Read `/siteinfo.json`; its `admin` is personal and never read. Raises `ExtractError`."""
    value = document(body)
    # a hub answers every path it does not know with 200 and an error
    if not any(key in value for key in ("register_policy", "platform", "site_name")):
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object that is no site")
    is_withheld = flag(value.get("hide_in_statistics"))
    numbers: Json = {} if is_withheld else value
    instance = Instance(
        endpoint=SITE,
        identity=claimed_hostname(value.get("url")),
        title=plain(value.get("site_name"), 200),
        description=plain(value.get("info"), 2000),
        version_raw=plain(value.get("version"), 128),
        registration=_registration(value),
        registration_path=_SIGN_UP,
        languages=languages(value.get("language")),
        # 0 is a counter that has not run yet
        users_total=count(numbers.get("channels_total")) or None,
        users_active_month=count(numbers.get("channels_active_monthly")) or None,
        users_active_halfyear=count(numbers.get("channels_active_halfyear")) or None,
        local_posts=count(numbers.get("local_posts")) or None,
        local_comments=count(numbers.get("local_comments")) or None,
        unread_keys=unread(value, _KEYS),
    )
    is_directory = value.get("directory_mode") in _DIRECTORIES
    return _Site(instance=instance, is_directory=is_directory, is_withheld=is_withheld)


def _registration(value: Json) -> Registration:
    policy = value.get("register_policy")
    said = _POLICIES.get(policy) if isinstance(policy, str) else None
    if flag(value.get("invitation_only")) and said is not Registration.CLOSED:
        return Registration.INVITE
    return said or Registration.UNKNOWN


def _sites(answer: Answer, own: Hostname) -> PeerList:
    """Read the list of a directory: `{"success": true, "sites": [{"url", "project", "version"}]}`."""
    if not answer.is_ok:
        return refused(SITES, PeerKind.KNOWS, answer, (401, 403), (404, 405, 501))
    try:
        value = document(answer.body)
    except ExtractError as error:
        return no_list(SITES, PeerKind.KNOWS, PeerListState.FAILED, str(error))
    if not isinstance(value.get("sites"), list):
        detail = "JSON, but no list of sites"
        return no_list(SITES, PeerKind.KNOWS, PeerListState.FAILED, detail)
    sites = sequence(value.get("sites"))
    return peer_list(
        SITES,
        PeerKind.KNOWS,
        [at(site, "url") for site in sites],
        own,
        details=[_detail(site) for site in sites],
    )


def _detail(site: object) -> PeerDetail | None:
    name, version = plain(at(site, "project"), 64), plain(at(site, "version"), 128)
    if name is None and version is None:
        return None
    return PeerDetail(software_name=name.lower() if name else None, software_version=version)
