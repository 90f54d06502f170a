"""Data releases: one dated folder that a stranger can use without us, made of the published file alone.

What belongs here: what a release leaves out, its tables as files, and everything it says of itself. What does
not: how numbers come about (`sql/marts`) and how a release is read (`pipeline.released`). The data go one way:
published file → folder aside → `published/<date>`, renamed whole.
"""
