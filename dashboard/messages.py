"""`python -m dashboard.messages`: bring the catalogues up to the source, for those who translate.

New messages are added without a translation, those that the source no longer has are taken out. Messages are
found in the syntax tree: Babel's own reader sees none inside f-strings before Python 3.12.
"""

import ast
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po

from dashboard.annotations import events
from dashboard.language import LANGUAGES, Language
from pipeline.read import saved_queries

SOURCE = Path(__file__).parent

_ONE = {"_", "N_"}
_WITH_PLURAL = {"ngettext", "plural"}
"""Functions whose first arguments are messages: one, or one and its plural."""

Message = str | tuple[str, str]

_HEADER = """\
# What Herdbook's pages say, in {language}. `make messages` brings it up to the source.
msgid ""
msgstr ""
"Language: {code}\\n"
"Plural-Forms: {forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def found() -> dict[Message, list[str]]:
    """Every message that pages say, with the files that say it."""
    told: dict[Message, list[str]] = dict(said_in(SOURCE))
    # the questions of saved queries stand beside their SQL, known events in a table
    told |= {query.question: ["pipeline/sql/saved"] for query in saved_queries()}
    return told | {event.words: ["dashboard/annotations.csv"] for event in events()}


def said_in(folder: Path) -> dict[Message, list[str]]:
    """Every message of some modules, with the files that say it."""
    messages: dict[Message, list[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder.parent).as_posix()
        for message in _of(ast.parse(path.read_text(encoding="utf-8"))):
            files = messages.setdefault(message, [])
            if name not in files:
                files.append(name)
    return messages


def _of(tree: ast.Module) -> Iterator[Message]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        texts = [
            argument.value
            for argument in call.args[:2]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if name in _ONE and texts:
            yield texts[0]
        elif name in _WITH_PLURAL and len(texts) == 2:
            yield texts[0], texts[1]


def read(language: Language) -> Catalog:
    """The catalogue of a language; an empty one where there is none yet."""
    if language.catalogue is None or not language.catalogue.exists():
        return Catalog(locale=language.cldr)
    with language.catalogue.open("rb") as file:
        return read_po(file, locale=language.cldr)


def brought_up(old: Catalog, messages: Mapping[Message, list[str]]) -> Catalog:
    """The messages of the source, with what is translated already."""
    new = Catalog(locale=old.locale)
    for message, files in messages.items():
        known = old.get(message if isinstance(message, str) else message[0])
        is_kept = known is not None and known.id == message
        new.add(
            message,
            known.string if known is not None and is_kept else None,
            locations=[(file, 0) for file in files],
        )
    return new


def written(catalogue: Catalog, language: Language) -> str:
    """A catalogue as a file, without dates and lines, which would change with everything."""
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, include_lineno=False)
    header = _HEADER.format(
        language=language.locale.english_name, code=language.code, forms=catalogue.plural_forms
    )
    return header + body.getvalue().decode()


def forms(message: Entry) -> list[str]:
    """What a message became: one form, or one for each form of the plural."""
    told = message.string
    return list(told) if isinstance(told, list | tuple) else [told or ""]


def main() -> int:
    """Write every catalogue. Returns 1 where something is left to translate."""
    messages = found()
    left = 0
    for language in LANGUAGES.values():
        if language.catalogue is None:
            continue
        catalogue = brought_up(read(language), messages)
        language.catalogue.parent.mkdir(parents=True, exist_ok=True)
        language.catalogue.write_text(written(catalogue, language), encoding="utf-8")
        missing = sum(1 for message in catalogue if message.id and not any(forms(message)))
        sys.stdout.write(f"{language.catalogue}: {missing} to translate\n")
        left += missing
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
