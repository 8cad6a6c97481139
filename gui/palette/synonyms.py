"""What lectures, other programs and people call a layer or a block. No Qt."""

from __future__ import annotations

from typing import Final

LAYERS: Final[dict[str, str]] = {
    # data
    "data": "dataset input source image labels images pictures table csv batch one-hot onehot"
    " standardise iris wine mnist digits xor spiral moons circles regression sequence text"
    " characters x y",
    # dense and shapes
    "dense": "fully connected linear layer affine perceptron weights bias neurons hidden units fc"
    " mlp matrix feed-forward feedforward nn.Linear",
    "flatten": "vector unroll ravel image to vector squeeze",
    "reshape": "view shape axes unflatten",
    "slice": "crop select last step index part cut narrow",
    "transpose": "permute swap axes channels last first",
    "reduce": "axis over steps total sum mean pooling global",
    "scale": "affine gain bias learned scaling gamma beta",
    # activations
    "linear": "identity none pass activation",
    "relu": "rectifier rectified linear unit activation nonlinearity",
    "leaky_relu": "rectifier lrelu negative slope activation",
    "prelu": "parametric relu learned slope activation",
    "elu": "exponential linear unit activation",
    "selu": "scaled elu self-normalising snn activation",
    "gelu": "gaussian error linear unit transformer activation",
    "swish": "silu sigmoid linear unit activation",
    "softplus": "smooth relu activation log exp",
    "sigmoid": "logistic squash probability gate activation",
    "hard_sigmoid": "logistic piecewise gate cheap activation",
    "tanh": "hyperbolic tangent squash activation",
    "softsign": "squash activation",
    "softmax": "probabilities probability distribution logits classes temperature activation",
    "maxout": "pieces max activation",
    # regularise and normalise
    "dropout": "mask drop neurons off noise regularisation regularization overfitting bernoulli",
    "gaussian_dropout": "multiplicative noise regularisation regularization overfitting",
    "spatial_dropout": "dropout2d channel feature maps drop regularisation regularization",
    "gaussian_noise": "denoising jitter regularisation regularization augmentation corruption",
    "batch_norm": "batchnorm normalisation normalization standardise standardize bn mean variance"
    " running",
    "layer_norm": "layernorm normalisation normalization ln transformer",
    "rms_norm": "rmsnorm root mean square normalisation normalization llama",
    "group_norm": "groupnorm instance normalisation normalization gn channels",
    # convolution
    "conv_2d": "cnn convolution convolutional kernel filter filters picture image stride padding"
    " feature map lenet",
    "conv_1d": "cnn convolution convolutional kernel filter time signal causal dilated tcn wavenet",
    "max_pool_2d": "cnn pooling maxpool subsampling downsample window",
    "max_pool_1d": "cnn pooling maxpool subsampling downsample window",
    "average_pool_2d": "cnn avgpool mean pooling subsampling downsample window",
    "average_pool_1d": "cnn avgpool mean pooling moving average downsample window",
    "global_average_pool": "gap cnn mean pooling squeeze",
    "upsample": "nearest neighbour interpolation enlarge upsampling decoder resize",
    "zero_pad": "padding border margin zeropadding cnn",
    "transposed_conv_2d": "deconvolution deconv fractionally strided cnn decoder generator"
    " upsampling convtranspose",
    # sequences
    "embedding": "token word vector lookup table one-hot onehot vocabulary dictionary word2vec",
    "positional_encoding": "position sinus cosine sin cos transformer order time step",
    "simple_rnn": "recurrent elman vanilla memory state bptt back-propagation through time",
    "gru": "recurrent gated gates memory state rnn",
    "lstm": "recurrent long short-term memory cell forget gate gates state rnn",
    "repeat_vector": "broadcast tile decoder encoder seq2seq copy",
    # attention
    "self_attention": "transformer multi-head multihead query key value qkv scaled dot product mha"
    " causal mask gpt bert",
    "cross_attention": "transformer encoder decoder multi-head multihead query key value qkv mha"
    " seq2seq translation",
    # merge
    "add": "sum plus residual skip connection shortcut resnet merge",
    "multiply": "product times gate hadamard elementwise mask merge",
    "subtract": "difference minus merge",
    "average": "mean ensemble merge",
    "maximum": "max winner merge",
    "concatenate": "concat join stack skip connection unet densenet merge",
    "sampling": "vae variational autoencoder reparameterisation reparameterization trick latent"
    " gaussian z code mu sigma random",
    # scalar functions
    "variable": "parameter constant number weight theta beta scalar trainable x input",
    "function": "formula log sin exp cos tan ln sqrt square power abs max min expression equation"
    " plus times divide polynomial chain rule operation derivative",
    # losses
    "mse": "rss squared error l2 regression residual sum of squares quadratic rmse reconstruction",
    "mae": "l1 absolute error regression robust median",
    "huber": "smooth l1 robust regression outliers",
    "binary_cross_entropy": "bce log loss logistic logits two classes binary sigmoid",
    "softmax_cross_entropy": "ce nll log likelihood logits classification classes categorical"
    " one-hot onehot",
    "sequence_cross_entropy": "ce nll log likelihood language model token next characters per step",
    "hinge": "svm margin max-margin support vector",
    "kl_divergence": "kullback leibler vae variational autoencoder latent regularisation prior",
    "goal": "objective minimise minimize scalar loss output j cost",
}

PRESETS: Final[dict[str, str]] = {
    "function:+": "plus add sum addition",
    "function:−": "minus subtract difference subtraction",
    "function:×": "times multiply product multiplication",
    "function:÷": "divided by division quotient fraction over",
    "function:Power": "power exponent square cube raised polynomial",
    "function:exp": "exponential e growth",
    "function:log": "logarithm ln natural",
    "function:sin": "sine sinus wave",
    "function:cos": "cosine cosinus wave",
    "function:tan": "tangent",
    "function:√": "sqrt square root radical",
    "function:max": "maximum larger greater",
    "function:dot": "scalar inner product",
    "function:norm": "length euclidean magnitude",
    "function:Sigmoid": "logistic squash",
    "function:tanh": "hyperbolic tangent squash",
    "function:ReLU": "rectifier rectified linear",
    "function:Squared error": "mse loss residual distance",
}

BLOCKS: Final[dict[str, str]] = {
    "transformer_block": "attention encoder decoder gpt bert feed-forward norm multi-head skip",
    "residual_block": "resnet skip connection shortcut identity dense",
}
