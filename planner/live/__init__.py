"""Channels, studios, live sessions with their crew, airings, log and readiness."""
