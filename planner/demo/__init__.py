"""The demo team."""
