"""SOP templates, their versions, checklists and ticks."""
