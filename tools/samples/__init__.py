"""The sample inputs: figures, hands and writers; `tools.make_samples` puts them together."""
