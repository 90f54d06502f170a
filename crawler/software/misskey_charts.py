"""Misskey's charts: what its last days were like, one point a day.

Sources: MisskeyIO/misskey and mei23/misskey-v12 packages/backend/src/core/chart/charts/entities/{active-users,notes,
users}.ts. Days are UTC; a day before the server existed is a zero there, and stays one here.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date, timedelta

import orjson

from crawler.conversation import Answer, Ask
from crawler.exceptions import ExtractError
from crawler.fields import Json, at, count, document, sequence
from crawler.records import ActivityPoint

ACTIVE = "/api/charts/active-users"
NOTES = "/api/charts/notes"
USERS = "/api/charts/users"

_DAYS = 90
"""Days of history asked for: a quarter, as Mastodon gives; the charts would give 500."""


@dataclass(slots=True)
class Days:
    """Three charts, each newest day first; the first day is not over and is dropped."""

    endpoint: str = ""
    series: dict[str, list[object]] = field(default_factory=dict)

    @property
    def has_any(self) -> bool:
        """Whether the first chart held anything."""
        return bool(self.series)

    def ask(
        self, path: str, purpose: str, notes: list[str], *, is_old: bool
    ) -> Generator[Ask, Answer, None]:
        """Ask for one chart: by GET, which caches, where the version allows it, else by POST."""
        post = Ask(
            path=path,
            method="POST",
            body=orjson.dumps({"span": "day", "limit": _DAYS}),
            purpose=purpose,
        )
        answer = yield (
            post if is_old else Ask(path=f"{path}?span=day&limit={_DAYS}", purpose=purpose)
        )
        if not is_old and answer.fault is None and answer.status in (404, 405):
            answer = yield post
        if not answer.is_ok:
            return
        try:
            found = _series(path, document(answer.body))
        except ExtractError as error:
            notes.append(f"{path} was not understood: {error.detail}.")
            return
        if not found:
            notes.append(f"{path} held nothing that reads as days.")
        elif not self.endpoint:
            self.endpoint = path
        self.series |= found

    def points(self, today: str) -> tuple[ActivityPoint, ...]:
        """One point for each finished day of which a chart says anything."""
        if not self.series or not today:
            return ()
        last = date.fromisoformat(today)
        length = min(_DAYS, max(map(len, self.series.values())))
        found = []
        for ago in range(1, length):
            said = {
                name: count(values[ago])
                for name, values in self.series.items()
                if ago < len(values)
            }
            if any(number is not None for number in said.values()):
                found.append(
                    ActivityPoint(
                        starts_on=last - timedelta(days=ago),
                        days=1,
                        endpoint=self.endpoint,
                        logins=said.get("logins"),
                        statuses=said.get("statuses"),
                        registrations=said.get("registrations"),
                    )
                )
        return tuple(found)


def _series(path: str, value: Json) -> dict[str, list[object]]:
    """The one series of a chart that we keep: who read (signed in), notes made, accounts made here."""
    name, places = {
        ACTIVE: ("logins", (("read",), ("local", "users"), ("local", "count"))),
        NOTES: ("statuses", (("local", "inc"),)),
        USERS: ("registrations", (("local", "inc"),)),
    }[path]
    for place in places:
        if values := sequence(at(value, *place)):
            return {name: values}
    return {}
