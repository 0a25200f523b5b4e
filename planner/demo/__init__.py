"""The demo team: a beauty live room in the middle of its quarter, always around today."""
