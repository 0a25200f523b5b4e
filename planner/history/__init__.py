"""Who changed what when, of any object; and the news of the team."""
