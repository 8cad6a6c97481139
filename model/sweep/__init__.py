"""A sweep: many trainings of one design, over values of its fields and over seeds, in a pool."""
