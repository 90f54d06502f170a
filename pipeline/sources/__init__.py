"""Importers of other people's history: their files become observations with source and capture time.

What belongs here: reading a file, mapping its columns, judging its rows, storing the good ones once.
What does not: asking anyone anything, choosing between sources. Data goes file → text columns named as
our fields (one module per kind) → typed observations and counted rejections → `raw.observations`.
"""
