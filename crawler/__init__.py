"""Asks servers about themselves, gently. Bytes come in, records go out.

What belongs here: the guarded client, consent, the conversation of a check, one module per family
of software, the frontier's order, and a small fediverse to practise on. What does not: tables, SQL,
verdicts, pages. Data leaves as `crawler.records`; nothing here knows who stores them.
"""
