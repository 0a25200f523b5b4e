"""Reading platform files; attainment and verdicts. Pure."""
