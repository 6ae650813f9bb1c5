"""Programs around the pipeline: they make inputs and are not shipped with it."""
