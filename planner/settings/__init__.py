"""What a team sets up once."""
