"""Today: what matters now, for each kind of person."""
