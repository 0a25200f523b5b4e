"""A planning and workflow tracker for live-stream teams."""

__version__ = "0.1.0"
