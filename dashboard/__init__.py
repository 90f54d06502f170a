"""Shows what was published, with its date and coverage. Computes nothing new.

Pages compose: read, choose, draw, caption. Data come in through `pipeline.read` only.
"""
