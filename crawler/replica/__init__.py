"""A small fediverse on loopback, to crawl without touching anyone, and the truth about it.

What belongs here: made-up servers that answer as the survey of real software describes, over TLS with a
certificate authority of their own, and what a correct crawl of them finds. What does not: anything
that the crawler imports while it crawls. Data goes out as HTTP answers, and as `Expected` to tests.
"""
