"""The mathematics and the files of Deltaboard. Nothing in here knows Qt.

Vocabulary, the lecture's symbols with one spelling each:

======== ============ =====================================================================
symbol   in code      meaning
======== ============ =====================================================================
h^(l)    h            input of node l; h^(l+1) = f^(l)(h^(l); theta^(l)); shape (B, ...)
theta    theta        parameters of node l (W: (n_in, n_out), b: (n_out,))
J        loss         batch mean, a scalar: data term plus penalty, each kept apart
delta    delta        dJ/dh^(l), the error term at the INPUT of node l, passed down a wire
         delta_out    dJ/dh^(l+1), the error term that arrives at the node's output
dJ/dtheta grads       same shape as theta
rho      lr           learning rate
gamma, nu momentum, velocity   nu <- gamma nu + rho dJ;  theta <- theta - nu
B_t      batch        the mini-batch of step t
p        p            probability that a neuron is turned OFF
-        mask         True: the neuron speaks
mu, sigma mean, std   batch statistics of a feature, sigma with 1/m
lambda   l1, l2       penalty weights
======== ============ =====================================================================

Import direction: errors, events <- layer <- layers, graph <- shapes <- plan <- engine <- trainer.
"""
