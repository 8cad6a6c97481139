"""Computation graphs as a lecture draws them: from an expression, unfolded layers, goals, θ."""
