"""The machine-readable side of a release: a Frictionless data package, Croissant, and how it is cited."""

from collections.abc import Mapping
from typing import Any

import orjson

from pipeline.release.tables import Column, Table
from pipeline.release.telling import Release
from pipeline.units import UNITS

PACKAGE = "datapackage.json"
"""The Frictionless data package; also what marks a folder as a release."""

CROISSANT = "croissant.json"
CITATION = "CITATION.cff"

_NAME = "herdbook"

_TYPES = (
    # DuckDB, Frictionless, Croissant
    ("TIMESTAMP", "datetime", "sc:DateTime"),
    ("DATE", "date", "sc:Date"),
    ("BOOLEAN", "boolean", "sc:Boolean"),
    ("DECIMAL", "number", "sc:Float"),
    ("DOUBLE", "number", "sc:Float"),
    ("FLOAT", "number", "sc:Float"),
    ("VARCHAR", "string", "sc:Text"),
    ("UUID", "string", "sc:Text"),
)

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that Croissant 1.0 asks for, word by word."""


def datapackage(release: Release) -> bytes:
    """Write the Frictionless data package: every Parquet file with its columns, types, meanings and units."""
    terms = release.terms
    package = {
        "name": _NAME,
        "title": f"{terms.title}, {release.on}",
        "description": release.description,
        "version": release.on.isoformat(),
        "created": f"{release.made_at:%Y-%m-%dT%H:%M:%SZ}",
        **({"homepage": terms.homepage} if terms.homepage else {}),
        "licenses": [
            {"name": terms.licence, "path": terms.licence_url, "title": terms.licence_title}
        ],
        "contributors": [{"title": terms.creator, "role": "author"}],
        "schemaVersion": release.figures["schema_version"],
        "units": UNITS,
        "figures": figures(release),
        "resources": [_resource(table) for table in release.tables if table.path],
    }
    return _json(package)


def croissant(release: Release) -> bytes:
    """Write the same as Croissant 1.0 (JSON-LD), which search engines for data sets and loaders read."""
    terms = release.terms
    files = [table for table in release.tables if table.path]
    return _json(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "name": _NAME,
            "description": release.description,
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "citeAs": cite_as(release),
            "creator": {"@type": "sc:Organization", "name": terms.creator},
            "datePublished": f"{release.made_at:%Y-%m-%dT%H:%M:%S}",
            "license": terms.licence_url,
            # Croissant wants an address; a release without one is known by its terms
            "url": terms.homepage or terms.licence_url,
            "version": _version(release),
            # without the DuckDB file, whose bytes differ each time it is made: the same data are the same words
            "distribution": [_file(table) for table in files],
            "recordSet": [_records(table) for table in files],
        }
    )


def figures(release: Release) -> dict[str, Any]:
    """Coverage and audit of the day, as JSON has them."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in release.figures.items()
    }


def citation(release: Release) -> str:
    """Write how the release is cited (Citation File Format 1.2)."""
    terms = release.terms
    lines = [
        "cff-version: 1.2.0",
        "message: If you use these data, please cite them as below.",
        "type: dataset",
        f"title: {_yaml(f'{terms.title}, {release.on}')}",
        "authors:",
        f"  - name: {_yaml(terms.creator)}",
        f"version: {_yaml(release.on.isoformat())}",
        f"date-released: {release.on}",
        f"license: {terms.licence}",
        *([f"url: {_yaml(terms.homepage)}"] if terms.homepage else []),
        f"abstract: {_yaml(release.description)}",
    ]
    return "\n".join(lines) + "\n"


def cite_as(release: Release) -> str:
    """How the release is cited, in one sentence."""
    terms = release.terms
    place = f" {terms.homepage}" if terms.homepage else ""
    return f"{terms.creator} ({release.on.year}). {terms.title}, release of {release.on}.{place}"


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        # names of resources take no capitals and no spaces, which names of tables never have
        "name": table.name,
        # the checker reads Parquet through pandas, where an empty whole number is no whole number any more;
        # as a file it checks size and hash
        "type": "file",
        "path": str(table.path),
        "title": table.grain.partition(". ")[0],
        "description": table.grain,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": table.bytes,
        "hash": f"sha256:{table.sha256}",
        "rowsCount": table.rows,
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _type(column.kind)[1],
        "description": column.meaning,
        "unit": column.unit,
        "duckdbType": column.kind,
    }
    if column.is_required:
        field["constraints"] = {"required": True}
    return field


def _file(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{table.name}.parquet",
        "name": f"{table.name}.parquet",
        "description": table.grain,
        "contentUrl": str(table.path),
        "contentSize": f"{table.bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": table.sha256,
    }


def _records(table: Table) -> dict[str, Any]:
    records: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.grain,
        "field": [_record_field(table, column) for column in table.columns],
    }
    if table.key:
        records["key"] = [{"@id": f"{table.name}/{name}"} for name in table.key]
    return records


def _record_field(table: Table, column: Column) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": f"{column.meaning} (unit: {column.unit})",
        "dataType": _type(column.kind.removesuffix("[]"))[2],
        **({"repeated": True} if column.kind.endswith("[]") else {}),
        "source": {
            "fileObject": {"@id": f"{table.name}.parquet"},
            "extract": {"column": column.name},
        },
    }


def _type(kind: str) -> tuple[str, str, str]:
    if kind.endswith("[]"):
        return kind, "array", ""
    return next((row for row in _TYPES if kind.startswith(row[0])), (kind, "integer", "sc:Integer"))


def _version(release: Release) -> str:
    """Croissant recommends major.minor.patch: the version of the tables, then the day."""
    return f"{release.figures['schema_version']}.{release.on:%Y%m%d}.0"


def _yaml(text: str) -> str:
    """Text as YAML takes it, which is how JSON writes it."""
    return orjson.dumps(text).decode()


def _json(told: Mapping[str, Any]) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n"
