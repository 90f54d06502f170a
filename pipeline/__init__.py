"""Turns records into tables, and tables into published data.

What belongs here: the warehouse, SQL files, importers of other people's history, publishing, the
readers' door, the command line. What does not: asking servers, drawing pages. Data comes in as
`crawler.records` and leaves through `pipeline.read`.
"""
