"""The data room: which sets there are, loading them, splitting, scaling and one-hot labels.

bundle = load("iris")
parts = split(len(bundle), 0.15, 0.15, rng, labels=bundle.y)
scaler = Scaler.fit(bundle.x[parts.train], "standardize", per_feature=True)
x_train = scaler.apply(bundle.x[parts.train])
"""

from model.data.catalogue import catalogue, info_of
from model.data.generators import curve_without_noise
from model.data.info import DataSetInfo
from model.data.loading import DataSet, load
from model.data.preparing import Scaler, ScalingMethod, Split, one_hot, split

__all__ = [
    "DataSet",
    "DataSetInfo",
    "Scaler",
    "ScalingMethod",
    "Split",
    "catalogue",
    "curve_without_noise",
    "info_of",
    "load",
    "one_hot",
    "split",
]
