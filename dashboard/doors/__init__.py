"""What is served beside the pages, for machines: JSON, feeds, badges, metrics, downloads, first bytes of pages.

A door reads the published file and answers; it computes nothing new and draws nothing. Data go out only.
"""
