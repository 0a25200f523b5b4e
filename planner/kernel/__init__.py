"""Standard library only: clock, errors, permissions, machine, money, spans, text."""
