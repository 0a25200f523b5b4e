"""The daily report (日报) of a person and of the team: compiled from what was done, edited, sent, kept as sent."""
