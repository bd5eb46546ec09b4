"""What is said before weights are uploaded that cannot be opened."""

from __future__ import annotations

import pytest

from playground.limits import LIMITS
from playground.ui.network import own


@pytest.mark.parametrize(("key", "megabytes"), [("vgg16", "528 MB"), ("vgg19", "548 MB")])
def test_weights_over_the_limit_are_said_before_the_upload_with_the_setting(key, megabytes):
    said = own.too_large(key)
    assert megabytes in said and f"{LIMITS.model_mb:,} MB" in said and "CNN_MODEL_MB" in said


@pytest.mark.parametrize("key", ["lenet5", "resnet50", "alexnet"])
def test_of_weights_that_fit_nothing_is_said(key):
    assert own.too_large(key) == ""
