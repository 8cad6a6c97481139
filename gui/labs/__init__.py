"""The laboratories: studies of slopes, landscapes, optimisers and regularisation."""
