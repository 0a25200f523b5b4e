"""Flask and SQLAlchemy plumbing, built once; knows no feature."""
