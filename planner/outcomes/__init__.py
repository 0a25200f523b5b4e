"""Figures as they come in, results, reviews, actions and verdicts: what closes the circle."""
