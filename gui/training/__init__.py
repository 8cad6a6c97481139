"""Training beside the window: the worker's thread and the controller that the window talks to."""
