"""Saved views: a list as somebody narrowed it, kept under a name, for themselves or for the team."""
