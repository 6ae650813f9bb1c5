"""The sheets of the consolidated workbook: one module each, and what they share (`book`, `form_tables`, `formulas`)."""
