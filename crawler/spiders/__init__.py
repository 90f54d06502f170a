"""Whom to visit next. The frontier, not the conversation."""
