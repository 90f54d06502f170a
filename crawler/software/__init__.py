"""One module per family of software: which questions it answers, bytes to records, pure.

A family yields `Ask`s and receives `Answer`s (`crawler.conversation`); it opens nothing and knows no
clock. Adding a family is adding one module here; `crawler.registry` finds it by its `NAMES`.
"""
