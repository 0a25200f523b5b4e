"""The metric dictionary: definitions, units, formulas, adding up, causes."""
