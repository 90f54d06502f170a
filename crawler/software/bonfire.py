"""Bonfire: NodeInfo only, with the total alone; whether it federates is a plain value there.

Source: bonfire-networks/nodeinfo lib/nodeinfo_web/controllers/nodeinfo_controller.ex. Closed may also mean by
invitation. It has no list of peers.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk
from crawler.fields import boolean
from crawler.software.dialect import metadata, of_nodeinfo, open_or_unsaid, silent

NAMES = ("bonfire", "bonfire-social")
QUESTIONS = ()
MEANINGFUL = ("users_total",)


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo says what may be known."""
    instance = of_nodeinfo(known, open_or_unsaid(known), "/signup")
    if instance is not None:
        instance = replace(instance, is_federating=boolean(metadata(known).get("federation")))
    return silent(known, instance)
