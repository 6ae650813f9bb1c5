"""Valid submissions of any number, drawn from a seed; `tools.synthesise` puts the parts together."""
