"""Notices: what others did that concerns somebody, told to them once."""
