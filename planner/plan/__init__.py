"""Periods, goals and targets, phases and steps, and the evidence that moves the goals."""
