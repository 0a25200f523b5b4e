"""Accounts, teams, roles, positions: who is in the room and who may do what."""
